"""Reading the words of a ``mapped`` field: a CSV of two columns, left word and right word."""

from __future__ import annotations

import csv
import os
from pathlib import Path

from reconcile.engine import limits
from reconcile.engine.errors import (
    EncodingUnknown,
    MappingUnreadable,
    UnpacksTooLarge,
    WordMappedTwice,
)
from reconcile.engine.reading import formats

_LARGEST = 20 * limits.MB


def read_mapping(path: str | os.PathLike[str]) -> tuple[tuple[str, str], ...]:
    """Pairs (left word, right word) in the file's order, UTF-8. A line ``left,right`` on top does no harm.

    Raises FileProblem, MappingUnreadable for a line without two values, WordMappedTwice.
    """
    file = Path(path)
    with formats.open_file(file, file.name) as opened:
        content = opened.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise UnpacksTooLarge(file=file.name, limit=limits.shown(_LARGEST))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise EncodingUnknown(file=file.name, line=line, encoding="UTF-8") from error
    return _pairs(text, file.name)


def _pairs(text: str, name: str) -> tuple[tuple[str, str], ...]:
    words: dict[str, str] = {}
    reader = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text))
    try:
        for row in reader:
            if row and any(row):
                _add(words, row, name, reader.line_num)
    except csv.Error as error:
        raise MappingUnreadable(file=name, line=reader.line_num) from error
    return tuple(words.items())


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max((",", ";", "\t"), key=first.count)


def _add(words: dict[str, str], row: list[str], name: str, line: int) -> None:
    if len(row) != 2:
        raise MappingUnreadable(file=name, line=line)
    left, right = row
    if words.setdefault(left, right) != right:
        raise WordMappedTwice(file=name, line=line, word=left, other=words[left])
