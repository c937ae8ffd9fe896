"""Bytes under their hash: written once, whole and on disk before anybody is told of them."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import IO
from uuid import uuid4

from django.conf import settings

BLOCK = 1 << 20


def keep_bytes(path: Path, *, take: bool) -> tuple[str, int]:
    """Keep the bytes of ``path`` below MEDIA_ROOT/received and return their sha256 and size in bytes.

    ``take``: nobody writes to ``path`` again, so its own blocks may become the kept file where the file system allows;
    ``path`` itself stays, for the caller to remove once the database knows of the bytes. Bytes that are there already
    are not written again. Raises OSError.
    """
    if take:
        sha256, size = _hashed(path)
        if _linked(path, received_path(sha256), size):
            return sha256, size
    return _copied(path)


def received_path(sha256: str) -> Path:
    """Where the bytes with this hash are kept."""
    return Path(settings.MEDIA_ROOT) / "received" / sha256[:2] / sha256


def make_folder(folder: Path) -> None:
    """Make ``folder`` and those above it, for this user's eyes only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def sync(path: Path) -> None:
    """Return once ``path``, a file or a folder, is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _hashed(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), os.fstat(file.fileno()).st_size


def _linked(path: Path, target: Path, size: int) -> bool:
    if _there(target, size):
        return True
    make_folder(target.parent)
    sync(path)
    try:
        target.hardlink_to(path)
    except FileExistsError:
        return True
    except OSError:
        return False
    sync(target.parent)
    return True


def _there(target: Path, size: int) -> bool:
    """Whether the bytes are kept already; touched, so that nobody takes them for forgotten (see ``clearing``)."""
    with suppress(FileNotFoundError):
        os.utime(target)
        return target.stat().st_size == size
    return False


def _copied(path: Path) -> tuple[str, int]:
    """Copy and hash in one pass, so that a file which changes meanwhile is kept as what was read."""
    coming = Path(settings.MEDIA_ROOT) / "received" / f".{uuid4().hex}"
    make_folder(coming.parent)
    try:
        with path.open("rb") as source, coming.open("xb") as copy:
            digest = hashlib.sha256()
            size = _pass_on(source, copy, digest)
            copy.flush()
            os.fsync(copy.fileno())
        target = received_path(digest.hexdigest())
        if not _there(target, size):
            make_folder(target.parent)
            coming.replace(target)
            sync(target.parent)
    finally:
        coming.unlink(missing_ok=True)
    return digest.hexdigest(), size


def _pass_on(source: IO[bytes], copy: IO[bytes], digest: hashlib._Hash) -> int:
    size = 0
    while block := source.read(BLOCK):
        digest.update(block)
        size += copy.write(block)
    return size


def room_for(size: int) -> bool:
    """Return whether MEDIA_ROOT has room for so many bytes more."""
    folder = Path(settings.MEDIA_ROOT)
    make_folder(folder)
    return shutil.disk_usage(folder).free > size
