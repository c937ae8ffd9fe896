"""A file on its way in, piece by piece, over a line that may be slow and may break."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from ownership.models import Person
from reconcile.exports.models import Snapshot, Upload
from reconcile.exports.services.keeping import keep_bytes, make_folder, room_for
from reconcile.exports.services.receiving import plain_name, record
from reconcile.exports.services.refusals import (
    EmptyFile,
    NoRoom,
    NotWhole,
    PieceEmpty,
    PieceTooLong,
    TooLarge,
    WrongOffset,
)

STEP = 64 * 1024


class Stream(Protocol):
    """Where a piece comes from: a request, a file."""

    def read(self, size: int, /) -> bytes: ...


def start_upload(*, person: Person, file_name: str, size: int) -> Upload:
    """Announce a file of ``size`` bytes and return its upload. Raises EmptyFile, TooLarge, NoRoom."""
    name = plain_name(file_name)
    if size <= 0:
        raise EmptyFile(name)
    if size > settings.MAX_UPLOAD_BYTES:
        raise TooLarge(name, size, settings.MAX_UPLOAD_BYTES)
    if not room_for(size):
        raise NoRoom(name)
    return Upload.objects.create(started_by=person, file_name=name, size=size)


def upload_of(*, person: Person, upload_id: UUID) -> Upload:
    """The upload, if it is this person's. Raises Upload.DoesNotExist."""
    return Upload.objects.get(pk=upload_id, started_by=person)


def append(*, upload: Upload, offset: int, length: int, stream: Stream) -> Upload:
    """Add a piece of ``length`` bytes that begins at ``offset``, and return the upload as it then stands.

    The piece is written beside the file first, 64 kB at a time, and becomes part of it in one short transaction: what
    two browsers send at once, or one sends twice, never mixes. Of a piece whose line breaks, what came is kept.
    Raises PieceEmpty, PieceTooLong, WrongOffset, NoRoom; Upload.DoesNotExist when it was cancelled meanwhile.
    """
    if offset != upload.received:
        raise WrongOffset(upload.received)
    if length <= 0:
        raise PieceEmpty
    if offset + length > upload.size:
        raise PieceTooLong(upload.file_name, upload.size)
    try:
        with _piece(upload) as piece:
            arrived = _pour(stream, piece, most=length)
            return _joined(upload, piece, offset, arrived)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoRoom(upload.file_name) from error
        raise


def finish_upload(*, upload: Upload) -> Snapshot:
    """Make a snapshot of a file that is whole; asked again, the same one. Raises NotWhole, Upload.DoesNotExist."""
    if upload.snapshot:
        return upload.snapshot
    _insist_on_whole(upload)
    # Reading 2 GB takes a while: before the transaction, not inside.
    kept = keep_bytes(upload.path, take=True)
    with transaction.atomic():
        # Alone: of a row joined to the locked one, PostgreSQL would give what it was before the wait.
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        if locked.snapshot is None:
            locked.snapshot = record(kept, file_name=locked.file_name, person=upload.started_by)
            locked.save()
            transaction.on_commit(lambda: _remove(upload))
        return locked.snapshot


def _insist_on_whole(upload: Upload) -> None:
    there = min(upload.received, _size(upload.path))
    if there == upload.size:
        return
    Upload.objects.filter(pk=upload.pk, snapshot=None, received=upload.received).update(received=there)
    raise NotWhole(upload.file_name, there, upload.size)


def cancel_upload(*, upload: Upload) -> None:
    """Forget the upload; its bytes are gone at once. A snapshot that was made of it stays."""
    with transaction.atomic():
        Upload.objects.filter(pk=upload.pk).delete()
        transaction.on_commit(lambda: _remove(upload))


@contextmanager
def _piece(upload: Upload) -> Iterator[IO[bytes]]:
    make_folder(upload.path.parent)
    path = upload.path.with_name(f"{upload.path.name}.{uuid4().hex}")
    try:
        with path.open("x+b") as piece:
            yield piece
    finally:
        path.unlink(missing_ok=True)


def _pour(stream: Stream, into: IO[bytes], *, most: int) -> int:
    """Write up to ``most`` bytes and return how many there were before the end, or before the line broke."""
    arrived = 0
    while arrived < most:
        try:
            block = stream.read(min(STEP, most - arrived))
        except OSError:
            break
        if not block:
            break
        arrived += into.write(block)
    return arrived


def _joined(upload: Upload, piece: IO[bytes], offset: int, arrived: int) -> Upload:
    with transaction.atomic():
        current = Upload.objects.select_for_update().get(pk=upload.pk)
        # What the disk lost in a crash is asked for again.
        there = min(current.received, _size(current.path))
        if there == offset:
            piece.seek(0)
            _write_at(current.path, offset, piece)
        current.received = offset + arrived if there == offset else there
        current.save(update_fields=["received", "touched_at"])
    if there != offset:
        raise WrongOffset(there)
    return current


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _write_at(path: Path, offset: int, piece: IO[bytes]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.seek(offset)
        # A writer that was killed before its transaction ended may have left more.
        file.truncate()
        while block := piece.read(STEP):
            file.write(block)


def _remove(upload: Upload) -> None:
    for path in (upload.path, *upload.path.parent.glob(f"{upload.path.name}.*")):
        path.unlink(missing_ok=True)
