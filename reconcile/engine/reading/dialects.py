"""Recognising how a text file sets its values apart and where its header stands, from its first lines.

Every likely delimiter and quote is tried on the sample; the one whose records agree best on their width wins.
"""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from dataclasses import dataclass, replace

from reconcile.engine.errors import (
    ArgumentNotUnderstood,
    FileProblem,
    HeaderWidth,
    NoColumns,
    NoRowFits,
    TooManyColumns,
)
from reconcile.engine.limits import Limits
from reconcile.engine.reading.records import Piece, Syntax, split
from reconcile.engine.reading.values import is_year, kind_of
from reconcile.engine.spec import ReadOptions

_DELIMITERS = (",", "\t", ";", "|", "~", "^", "\x1f", "\x01")
_WEAK_DELIMITERS = (":",)
_STRONG = frozenset(",;\t|")
_HINT = re.compile(r"(?i)^\ufeff?sep=(.)\r?\n?$")
_NUMBERED = "No header was recognised; columns are numbered."
_MOST_PREAMBLE = 20
_SEVERAL = 3
_SAMPLE_RECORDS = 400
_SAMPLE_BELOW = 100
_AROUND = " \t\r\n\"'"
_MOSTLY = 0.8


@dataclass(frozen=True, slots=True)
class Dialect:
    """A file's syntax and head.

    ``preamble``: physical lines above the header; ``header``: whether there is one; ``names``: the columns as people
    see them, unique and never empty; ``notes``: sentences on what was assumed.
    """

    syntax: Syntax
    preamble: int
    names: tuple[str, ...]
    header: bool = True
    notes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        return len(self.names)


def recognise(sample: str, options: ReadOptions, limits: Limits, file: str) -> Dialect:
    """The dialect of a text that starts with ``sample`` (whole lines)."""
    _refuse_impossible(options)
    hint = _HINT.match(sample.split("\n", 1)[0] + "\n")
    skipped = 1 if hint else 0
    trials = [_tried(sample, syntax, limits, skipped) for syntax in _syntaxes(sample, options, hint)]
    if options.quote is None:
        unquoted = {replace(trial.syntax, quote="") for trial in trials if trial.quotes_mean_nothing}
        trials += [_tried(sample, syntax, limits, skipped) for syntax in sorted(unquoted, key=str)]
    best = max(trials, key=lambda trial: trial.score)
    dialect = _with_header(best, options, file, skipped)
    if dialect.width > limits.columns:
        raise TooManyColumns(file=file, count=dialect.width, limit=limits.columns)
    return dialect


def _refuse_impossible(options: ReadOptions) -> None:
    if options.delimiter is not None and (len(options.delimiter) != 1 or options.delimiter in '\r\n\0"'):
        raise ArgumentNotUnderstood(argument=options.delimiter, expected="a delimiter is one character, such as ;")
    if options.quote and (len(options.quote) != 1 or options.quote in "\r\n\0" or options.quote == options.delimiter):
        raise ArgumentNotUnderstood(argument=options.quote, expected="a quote is one character, or empty for none")


def of_rows(rows: list[Piece], options: ReadOptions, limits: Limits, file: str) -> Dialect:
    """The head of a table whose values are apart already: where its header stands and what its columns are called."""
    trial = _Trial(Syntax(","), rows)
    dialect = _with_header(trial, options, file, 0)
    if dialect.width > limits.columns:
        raise TooManyColumns(file=file, count=dialect.width, limit=limits.columns)
    return dialect


def unique_names(cells: list[str]) -> tuple[str, ...]:
    """Column names as people see them: outer space gone, empty ones numbered, repeated ones told apart."""
    seen: Counter[str] = Counter()
    names: list[str] = []
    taken = {cell.strip() for cell in cells}
    for place, cell in enumerate(cells, 1):
        name = base = cell.strip() or f"Column {place}"
        while seen[name] or (name != base and name in taken):
            seen[base] += 1
            name = f"{base} ({seen[base]})"
        seen[name] += 1
        names.append(name)
    return tuple(names)


def header_notes(cells: list[str]) -> list[str]:
    """Sentences on columns without a name or with the name of another."""
    names = [cell.strip() for cell in cells]
    twice = [name for name, count in Counter(names).items() if name and count > 1]
    notes = [f"The header has the name {name} more than once; they are told apart as {name} (2)." for name in twice[:5]]
    unnamed = [str(place) for place, name in enumerate(names, 1) if not name]
    if unnamed:
        notes.append(
            f"Columns without a name in the header: {', '.join(unnamed[:10])}; they are called by their place."
        )
    return notes


def looks_like_header(cells: list[str], below: list[list[str]]) -> bool:
    """Whether ``cells`` name the columns of the rows ``below`` rather than being one of them."""
    filled = [cell.strip() for cell in cells]
    kinds = [kind_of(cell) for cell in filled]
    if "text" not in kinds:
        return bool(below) and _all_years_over_text(filled, below)
    typed = [place for place in range(len(cells)) if _mostly_typed(place, below)]
    if typed:
        named = sum(kinds[place] in ("text", "empty") or is_year(filled[place]) for place in typed)
        return named * 2 > len(typed)
    distinct = len(set(filled)) == len(filled) or kinds.count("text") == len(kinds)
    return distinct and not _recurs(cells, below)


def _recurs(cells: list[str], below: list[list[str]]) -> bool:
    """Names of columns are no values of theirs; only in files put one after another does the whole line come again."""
    others = [row for row in below if row != cells]
    if len(cells) == 1 or len(others) * 2 < len(below):
        return len(others) < len(below)
    texts = [place for place, cell in enumerate(cells) if kind_of(cell) == "text"]
    again = sum(any(place < len(row) and row[place] == cells[place] for row in others) for place in texts)
    return again * 2 >= len(texts)


def _all_years_over_text(filled: list[str], below: list[list[str]]) -> bool:
    return all(is_year(cell) for cell in filled) and not all(is_year(cell) for row in below for cell in row)


def _mostly_typed(place: int, below: list[list[str]]) -> bool:
    kinds = [kind_of(row[place]) for row in below if place < len(row) and row[place].strip()]
    return bool(kinds) and sum(kind != "text" for kind in kinds) >= _MOSTLY * len(kinds)


def _syntaxes(sample: str, options: ReadOptions, hint: re.Match[str] | None) -> list[Syntax]:
    asked = options.delimiter or (hint[1] if hint else "")
    delimiters = (asked,) if asked else (*_DELIMITERS, *_WEAK_DELIMITERS)
    quotes = (options.quote,) if options.quote is not None else ('"', "'") if "'" in sample else ('"',)
    found: list[Syntax] = []
    for delimiter in delimiters:
        if delimiter not in sample and delimiter != ",":
            continue
        for quote in quotes:
            plain = Syntax(delimiter, quote)
            found.append(plain)
            if quote and "\\" + quote in sample:
                found.append(replace(plain, escape="\\"))
    if not asked:
        found.append(Syntax(next((one for one in _DELIMITERS if one not in sample), _DELIMITERS[-1])))
    return found or [Syntax(asked)]


def _tried(sample: str, syntax: Syntax, limits: Limits, skipped: int) -> _Trial:
    pieces: list[Piece] = []
    for piece in split(io.StringIO(sample, newline=""), syntax, limits, skip=skipped):
        pieces.append(piece)
        if len(pieces) == _SAMPLE_RECORDS:
            break
    return _Trial(syntax, pieces)


class _Trial:
    """One syntax tried on the sample, with how well the records agree."""

    def __init__(self, syntax: Syntax, pieces: list[Piece]) -> None:
        self.syntax = syntax
        self.records = [piece for piece in pieces if any(cell.strip() for cell in piece.cells)]
        self.failures = [piece for piece in pieces if piece.reason]
        self.failed = sum(piece.lines for piece in self.failures)
        self.quotes_mean_nothing = self._quotes_mean_nothing(pieces)
        self._rows = [piece for piece in self.records if not _is_comment(piece)] or self.records
        self.widths = Counter(len(piece.cells) for piece in self._rows)
        self.width = self._usual_width()
        self.score = self._score()

    def _quotes_mean_nothing(self, pieces: list[Piece]) -> bool:
        """Whether values begin with a quote here and there without being quoted: a few lines, and most that do."""
        with_quote = sum(self.syntax.quote in piece.text for piece in pieces)
        return bool(self.syntax.quote) and self.failed >= _SEVERAL and self.failed * 2 > with_quote

    def _usual_width(self) -> int:
        body = Counter(len(piece.cells) for piece in self._rows[1:]) or self.widths
        return max(body, key=lambda width: (body[width], width)) if body else 0

    def _score(self) -> float:
        """Share of lines that fit, favouring more columns, values free of other delimiters and the plainer syntax."""
        total = sum(self.widths.values()) + self.failed
        if self.width < 2 or not total:
            return 0.05 * (not self.failed) + 0.001 * self._plainness()
        fitting = sum(_fits(piece.cells, self.width) for piece in self._rows) / total
        if self._cuts_values(fitting):
            return 0.0
        head = 1.0 if _fits(self._rows[0].cells, self.width) else 0.7
        columns = 1 + 0.1 * math.log2(min(self.width, 64))
        return fitting**2 * head * columns * self._cleanness() + 0.001 * self._plainness()

    def _cuts_values(self, fitting: float) -> bool:
        """Whether it takes single values apart: 12,5 or 05:40 under a header of one name."""
        first, *body = self._rows
        if self.syntax.delimiter in _WEAK_DELIMITERS:
            return fitting < 1 or not _names_columns(first.cells)
        whole = sum(kind_of(piece.text.strip(_AROUND)) != "text" for piece in body)
        return len(first.cells) == 1 and whole * 2 > len(body)

    def _plainness(self) -> float:
        order = _DELIMITERS + _WEAK_DELIMITERS
        place = order.index(self.syntax.delimiter) if self.syntax.delimiter in order else 0
        quote = {'"': 2, "'": 1}.get(self.syntax.quote, 0)
        return 3 + quote - 0.2 * place - bool(self.syntax.escape)

    def _cleanness(self) -> float:
        """Values that hold another delimiter, or begin or end in a quote, hint at a wrong cut."""
        others = _STRONG - {self.syntax.delimiter}
        cells = [cell for piece in self.records for cell in piece.cells if cell]
        if not cells:
            return 1.0
        quoted = sum(_stray_quote(cell) for cell in cells) / len(cells)
        foreign = 0.0 if self.syntax.quote and any('"' in piece.text for piece in self.records) else 0.3
        mixed = sum(any(other in cell for other in others) for cell in cells) / len(cells)
        return (1 - 0.6 * quoted) * (1 - (foreign or 0.1) * mixed)


def _stray_quote(cell: str) -> bool:
    text = cell.strip()
    return any(
        text.startswith(quote) != text.endswith(quote) or (len(text) > 1 and text[0] == quote) for quote in "\"'"
    )


def _fits(cells: list[str], width: int) -> bool:
    return len(cells) == width or (len(cells) > width and not any(cells[width:]))


def _with_header(trial: _Trial, options: ReadOptions, file: str, skipped: int) -> Dialect:
    if not trial.records:
        raise _nothing_read(trial, file)
    start = _head_record(trial, options, file)
    if start is None:
        return _without_header(trial, trial.width, 0, [])
    first, rest = trial.records[start], _cells(trial.records[start + 1 :])
    cells = _without_empty_tail(first.cells, rest)
    preamble = first.line - 1
    notes = [_left_out(preamble - skipped)] if preamble > skipped else []
    if options.header is False or (options.header is None and not looks_like_header(cells, rest[:_SAMPLE_BELOW])):
        usual = trial.width if start == 0 and not _fits(first.cells, trial.width) else len(cells)
        return _without_header(trial, usual, preamble, notes)
    return Dialect(trial.syntax, preamble, unique_names(cells), notes=(*notes, *header_notes(cells)))


def _nothing_read(trial: _Trial, file: str) -> FileProblem:
    if not trial.failures:
        return NoColumns(file=file)
    first = trial.failures[0]
    return NoRowFits(file=file, lines=trial.failed, line=first.line, reason=first.reason)


def _without_header(trial: _Trial, width: int, preamble: int, notes: list[str]) -> Dialect:
    names = unique_names([""] * width)
    return Dialect(trial.syntax, preamble, names, header=False, notes=(*notes, _NUMBERED))


def _left_out(lines: int) -> str:
    return f"{lines} lines above the header were left out." if lines > 1 else "1 line above the header was left out."


def _without_empty_tail(header: list[str], below: list[list[str]]) -> list[str]:
    """A delimiter at the end of every line makes no further column."""
    width = len(header)
    while (
        width > 1
        and not header[width - 1].strip()
        and not any(row[width - 1 :] != [""] * len(row[width - 1 :]) for row in below)
    ):
        width -= 1
    return header[:width]


def _head_record(trial: _Trial, options: ReadOptions, file: str) -> int | None:
    """Which record is the header or the first row; None where there is no header and the first line has another width.

    It is the first, unless lines above it are comments or a preamble. Raises HeaderWidth when no row fits the header.
    """
    records, width = trial.records, trial.width
    start = next((place for place, record in enumerate(records) if not _aside(record, width)), 0)
    first, body = records[start], records[start + 1 :]
    titled = _title_like(records[start:], width)
    if not body or (_fitting(first.cells, body) * 2 >= len(body) and not titled):
        return start
    for place in range(start + 1, min(start + _MOST_PREAMBLE + 1, len(records))):
        cells = records[place].cells
        if (
            len(cells) == width
            and _names_columns(cells)
            and all(_narrower(above.cells, width) for above in records[:place])
        ):
            return place
    if titled or _fitting(first.cells, body):
        return start
    if options.header is False or (options.header is None and not looks_like_header(first.cells, _cells(body))):
        return None
    raise HeaderWidth(file=file, line=first.line, names=len(first.cells), values=width)


def _aside(record: Piece, width: int) -> bool:
    """A comment above the table."""
    return _is_comment(record) and not _fits(record.cells, width)


def _is_comment(record: Piece) -> bool:
    return record.text.lstrip().startswith("#")


def _cells(records: list[Piece]) -> list[list[str]]:
    return [piece.cells for piece in records]


def _fitting(header: list[str], body: list[Piece]) -> int:
    """How many records fit the header."""
    width = len(_without_empty_tail(header, _cells(body)))
    return sum(_fits(piece.cells, width) for piece in body)


def _title_like(records: list[Piece], width: int) -> bool:
    """A line padded with empty values to full width, above one where every value is filled."""
    first = records[0].cells
    return width >= 3 and len(first) == width and sum(bool(cell.strip()) for cell in first) <= 1 and len(records) > 2


def _narrower(cells: list[str], width: int) -> bool:
    return len(cells) < width or sum(bool(cell.strip()) for cell in cells) < width


def _names_columns(cells: list[str]) -> bool:
    """Different texts in most places, one in five of them perhaps a number."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    names = sum(kind_of(cell) == "text" or is_year(cell) for cell in filled)
    return len(filled) * 3 >= len(cells) * 2 and names >= _MOSTLY * len(filled) and len(set(filled)) == len(filled)
