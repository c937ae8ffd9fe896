"""Recognising what a file is by its bytes, never by its name, and unpacking what is packed."""

from __future__ import annotations

import errno
import gzip
import lzma
import os
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from reconcile.engine import limits as sizes
from reconcile.engine.errors import (
    ArchiveContents,
    FileIsCorrupt,
    FileIsEmpty,
    FileIsEncrypted,
    FileMissing,
    FileNotReadable,
    NotATable,
    UnpacksTooLarge,
)
from reconcile.engine.limits import Limits

BROKEN = (
    zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, ValueError, OverflowError,
)  # fmt: skip
_HEAD = 1 << 16
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_FORMATS = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"{\\rtf", "a text document"),
    (b"ARROW1", "an Arrow file"),
    (b"\x09\x04\x06\x00", "a workbook of a version before Excel 5"),
    (b"\x09\x02\x06\x00", "a workbook of a version before Excel 5"),
    (b"\x09\x00\x04\x00", "a workbook of a version before Excel 5"),
)
_MARKUP = re.compile(rb"(?is)^\s*(<!doctype html|<html|<table|<head|<body)")
_XML = re.compile(rb"(?is)^\s*<\?xml|^\s*<[a-z]+[^>,;\t]*>\s*<")
_WORKBOOK_PARTS = ("[Content_Types].xml", "xl/workbook.xml", "xl/workbook.bin", "content.xml")
_BIFF = (b"\x09\x08",)


def open_file(path: Path, name: str) -> IO[bytes]:
    """``path`` opened for reading bytes, or a refusal that names it as ``name``."""
    try:
        if not path.is_file():
            raise FileMissing(file=name)
        return path.open("rb")
    except OSError as error:
        raise FileNotReadable(file=name, why=(error.strerror or "unknown reason").lower()) from error
    except ValueError as error:
        raise FileMissing(file=name) from error


def reachable(path: Path, into: Path) -> Path:
    """``path`` itself, or the same file under a plain name in ``into`` where the database could not say its name."""
    plain = str(path).encode("utf-8", "replace") == os.fsencode(path)
    if plain and not ("\\" in str(path) and any(sign in str(path) for sign in "*?[")):
        return path
    into.mkdir(parents=True, exist_ok=True)
    target = into / "original"
    target.unlink(missing_ok=True)
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)
    return target


def recognise(path: Path, name: str) -> str:
    """One of: parquet, workbook, zip, gzip, json lines, text. Anything else is refused by what it is."""
    with open_file(path, name) as file:
        head = file.read(_HEAD)
    if not head:
        raise FileIsEmpty(file=name)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "workbook" if _holds_workbook(path, name) else "zip"
    if head.startswith((_OLE, *_BIFF)):
        return "workbook"
    _refuse_others(head, name)
    return "json lines" if _looks_like_json_lines(head, name) else "text"


def _holds_workbook(path: Path, name: str) -> bool:
    with open_zip(path, name) as archive:
        return any(part in _WORKBOOK_PARTS for part in archive.namelist())


def _refuse_others(head: bytes, name: str) -> None:
    for magic, what in _OTHER_FORMATS:
        if head.startswith(magic):
            raise NotATable(file=name, what=what)
    if _MARKUP.match(head):
        raise NotATable(file=name, what="a web page")
    if _XML.match(head):
        raise NotATable(file=name, what="an XML document")


def _looks_like_json_lines(head: bytes, name: str) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    first = start.split(b"\n", 1)[0].rstrip()
    if re.match(rb'\[\s*(\{\s*"|$)', first):
        raise NotATable(file=name, what="one JSON document (JSON lines can be read: one object a line)")
    if not re.match(rb'\{\s*("|\}|$)', first):
        return False
    if not first.endswith(b"}") and len(start) > len(first):
        raise NotATable(file=name, what="one JSON document (JSON lines can be read: one object a line)")
    return True


def unpack(path: Path, kind: str, name: str, into: Path, limits: Limits) -> Path:
    """The one file inside a gzip or zip archive, unpacked into ``into`` within ``limits.unpacked`` bytes."""
    target = into / "unpacked"
    try:
        if kind == "gzip":
            with gzip.open(path, "rb") as packed:
                _copy(packed, target, name, limits)
        else:
            with open_zip(path, name) as archive, archive.open(_only_member(archive, name)) as packed:
                _copy(packed, target, name, limits)
    except (*BROKEN, OSError) as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
            raise
        raise FileIsCorrupt(file=name, why="its packed part cannot be unpacked") from error
    except (NotImplementedError, RuntimeError) as error:
        raise (
            FileIsEncrypted(file=name)
            if "encrypted" in str(error)
            else FileIsCorrupt(file=name, why="it is packed in a way that cannot be unpacked here")
        ) from error
    return target


def open_zip(path: Path, name: str) -> zipfile.ZipFile:
    """A ZIP file's directory; refuses a file that only starts like one."""
    try:
        return zipfile.ZipFile(path)
    except (*BROKEN, OSError, NotImplementedError) as error:
        raise FileIsCorrupt(file=name, why="it starts like a ZIP file but does not end like one") from error


def _only_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir() and not member.filename.startswith("__MACOSX/") and ".DS_Store" not in member.filename
    ]
    if len(members) != 1:
        raise ArchiveContents(file=name, count=len(members))
    if members[0].flag_bits & 1:
        raise FileIsEncrypted(file=name)
    return members[0]


def _copy(packed: gzip.GzipFile | IO[bytes], target: Path, name: str, limits: Limits) -> None:
    written = 0
    with target.open("wb") as out:
        for block in _blocks(packed):
            written += len(block)
            if written > limits.unpacked:
                raise UnpacksTooLarge(file=name, limit=sizes.shown(limits.unpacked))
            out.write(block)


def _blocks(file: gzip.GzipFile | IO[bytes]) -> Iterator[bytes]:
    while block := file.read(1 << 20):
        yield block
