"""Reading JSON lines: one object a line, numbers kept as they are written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reconcile.engine.errors import LineNotJson, NoColumns, TooManyColumns
from reconcile.engine.reading.dialects import header_notes, unique_names
from reconcile.engine.reading.intake import Intake
from reconcile.engine.reading.records import Piece
from reconcile.engine.reading.sources import Prepared, Source, Told, untold
from reconcile.engine.reading.textfiles import TextFile
from reconcile.engine.results import Balance, Export

_NOT_JSON = "it is not a JSON object"
_TOLD_EVERY = 1_000
_TWICE = "it names a value twice"


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


class _NamedTwice(ValueError):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _NamedTwice
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_Number, parse_int=_Number, parse_constant=_Number)


def prepare(file: TextFile, folder: Path, tell: Told = untold) -> Prepared:
    """Every object as a row of the union of all names, in the order they first appear, rewritten into ``folder``."""
    columns, known = _columns(file)
    folder.mkdir(parents=True, exist_ok=True)
    lines = 0
    with Intake(folder, len(columns), None) as intake:
        for lines, text in _lines(file):
            _take(intake, Piece(lines, 1, [], text), columns)
            if not lines % _TOLD_EVERY:
                tell(lines, known)
    if not intake.rows:
        raise LineNotJson(file=file.name, line=intake.first[0].line, why=_NOT_JSON)
    export = Export(
        file=file.name, format="json lines", encoding="UTF-8", delimiter="", quote="", sheet="",
        columns=unique_names(columns), balance=Balance(lines, 0, 0, intake.rows, 0, intake.blank, intake.rejected),
        first_rejected=tuple(intake.first), rejected_file=intake.rejected_file if intake.rejected else None,
        notes=tuple(header_notes(columns)),
    )  # fmt: skip
    source = Source(intake.rows_file, "csv", len(columns), rewritten=True)
    return Prepared(export, source, certain=True, original=file.path)


def _take(intake: Intake, piece: Piece, columns: list[str]) -> None:
    try:
        found = _object(piece.text)
        values = [_text(found.get(column)) for column in columns] if found is not None else None
    except _NamedTwice:
        intake.reject(piece, _TWICE)
        return
    except RecursionError:
        values = None
    if values is not None:
        intake.take_values(values)
    elif not piece.text.strip():
        intake.blank += 1
    else:
        intake.reject(piece, _NOT_JSON)


def _columns(file: TextFile) -> tuple[list[str], int]:
    """The union of all names, and how many lines there are."""
    names: dict[str, None] = {}
    first_bad = number = 0
    for number, text in _lines(file):
        try:
            found = _object(text)
        except _NamedTwice:
            continue
        if found is None:
            first_bad = first_bad or (number if text.strip() else 0)
        elif not found.keys() <= names.keys():
            names.update(dict.fromkeys(found))
            if len(names) > file.limits.columns:
                raise TooManyColumns(file=file.name, count=len(names), limit=file.limits.columns)
    if not names:
        if first_bad:
            raise LineNotJson(file=file.name, line=first_bad, why=_NOT_JSON)
        raise NoColumns(file=file.name)
    return list(names), number


def _lines(file: TextFile) -> Iterator[tuple[int, str]]:
    """Numbered lines; one longer than the limit comes cut, which is no JSON any more."""
    longest = file.limits.line_bytes
    with file.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as opened:
        number = 0
        while line := opened.readline(longest):
            number += 1
            yield number, line
            while len(line) == longest and not line.endswith("\n") and (line := opened.readline(longest)):
                pass


def _object(text: str) -> dict[str, Any] | None:
    """The object of a line, None where it is none. Raises _NamedTwice."""
    if "\\u0000" in text or "\0" in text or not _encodes(text):
        return None
    try:
        found = _DECODER.decode(text)
    except _NamedTwice:
        raise
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _encodes(text: str) -> bool:
    """Whether no byte of the line was undecodable, nor a lone surrogate written as an escape."""
    if text.isascii():
        return "\\ud" not in text.lower() or _encodes_unescaped(text)
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\\ud" not in text.lower() or _encodes_unescaped(text)


def _encodes_unescaped(text: str) -> bool:
    try:
        json.dumps(json.loads(text), ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    return True


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return _written(value)


def _written(value: Any) -> str:
    """A nested value as JSON again, its numbers as they were written."""
    if isinstance(value, _Number):
        return value
    if isinstance(value, dict):
        return "{" + ",".join(f"{_written(name)}:{_written(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
