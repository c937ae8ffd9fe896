"""A slow comparison in plain Python: what the engine has to agree with. Written from the rules, sharing no code.

Tables are lists of rows, a row a list of texts or None. Nothing here is quick, streamed or clever.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal

Cell = str | None
Row = list[Cell]
Line = tuple[str, str, str, str, str]

_OUTER = " \t\r\n\u00a0"
_EXACT = Context(prec=500)
_DATES = {
    "%Y-%m-%d": r"[1-9]\d{3}-\d{1,2}-\d{1,2}",
    "%d.%m.%Y": r"\d{1,2}\.\d{1,2}\.[1-9]\d{3}",
    "%d/%m/%Y": r"\d{1,2}/\d{1,2}/[1-9]\d{3}",
    "%m/%d/%Y": r"\d{1,2}/\d{1,2}/[1-9]\d{3}",
    "%Y-%m-%d %H:%M:%S": r"[1-9]\d{3}-\d{1,2}-\d{1,2} \d{1,2}:\d{1,2}:\d{1,2}",
    "%d %b %Y": r"\d{1,2} [A-Za-z]{3} [1-9]\d{3}",
    "%d.%m.%y": r"\d{1,2}\.\d{1,2}\.\d\d",
}
_YES = {"true", "t", "yes", "y", "1", "on", "x"}
_NO = {"false", "f", "no", "n", "0", "off"}


@dataclass(frozen=True)
class Table:
    columns: list[str]
    rows: list[Row]


@dataclass(frozen=True)
class Asked:
    """How one field is to be compared, in words of the command line."""

    comparison: str = "auto"
    argument: str = ""
    mapping: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Question:
    key: list[tuple[str, str]]
    pairs: list[tuple[str, str]]
    asked: dict[str, Asked] = field(default_factory=dict)
    key_fold: bool = False
    distinguish_null: bool = False


@dataclass
class Answer:
    counts: dict[str, int]
    fields: dict[str, int]
    comparisons: dict[str, str]
    lines: Counter[Line]
    key_folds: int


def compare(question: Question, left: Table, right: Table) -> Answer:
    sides = [_by_key(question, table, side) for side, table in enumerate((left, right))]
    repeated = {key for side in sides for key, rows in side.items() if len(rows) > 1 or not any(key)}
    lines: Counter[Line] = Counter()
    for side, kind in ((0, "left"), (1, "right")):
        place = _places((left, right)[side], [pair[side] for pair in question.key])
        for key, rows in sides[side].items():
            if key in repeated:
                lines.update((f"duplicate_{kind}", _key_text(row, place), "*", "", "") for row in rows)
            elif key not in sides[1 - side]:
                lines[f"only_{kind}", _key_text(rows[0], place), "*", "", ""] += 1
    judges = {ours: _judge(question, ours, theirs, left, right) for ours, theirs in question.pairs}
    matched = [key for key in sides[0] if key in sides[1] and key not in repeated]
    fields = dict.fromkeys((ours for ours, _ in question.pairs), 0)
    differing_rows = 0
    key_places = _places(left, [ours for ours, _ in question.key])
    for key in matched:
        row, other = sides[0][key][0], sides[1][key][0]
        shown = _key_text(row, key_places)
        found = 0
        for ours, theirs in question.pairs:
            a, b = row[left.columns.index(ours)], other[right.columns.index(theirs)]
            if not judges[ours].same(a, b):
                found += 1
                fields[ours] += 1
                lines["differs", shown, ours, a or "", b or ""] += 1
        differing_rows += found > 0
    counts = {
        "left_rows": len(left.rows),
        "right_rows": len(right.rows),
        "matched": sum(any(key) and key in sides[1] for key in sides[0]),
        "only_left": sum(key not in sides[1] for key in sides[0] if key not in repeated),
        "only_right": sum(key not in sides[0] for key in sides[1] if key not in repeated),
        "duplicate_keys_left": sum(len(sides[0][key]) > 1 or not any(key) for key in repeated if key in sides[0]),
        "duplicate_keys_right": sum(len(sides[1][key]) > 1 or not any(key) for key in repeated if key in sides[1]),
        "differing_cells": sum(fields.values()),
        "differing_rows": differing_rows,
    }
    kinds = {ours: judge.name for ours, judge in judges.items()}
    return Answer(counts, fields, kinds, lines, _folds(question, sides, repeated))


# Keys


def _places(table: Table, names: list[str]) -> list[int]:
    return [table.columns.index(name) for name in names]


def _by_key(question: Question, table: Table, side: int) -> dict[tuple[str, ...], list[Row]]:
    found: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    places = _places(table, [pair[side] for pair in question.key])
    for row in table.rows:
        key = tuple(row[place] or "" for place in places)
        found[tuple(_folded(part) for part in key) if question.key_fold else key].append(row)
    return found


def _folded(part: str) -> str:
    return part.strip(_OUTER).lower()


def _key_text(row: Row, places: list[int]) -> str:
    parts = [row[place] or "" for place in places]
    return parts[0] if len(parts) == 1 else json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def _folds(question: Question, sides: list[dict[tuple[str, ...], list[Row]]], repeated: set[tuple[str, ...]]) -> int:
    """Pairs of keys, each on one side alone, that are the same but for case and outer space."""
    if question.key_fold:
        return 0
    alone = [
        [
            tuple(_folded(part) for part in key)
            for key in sides[side]
            if key not in repeated and key not in sides[1 - side]
        ]
        for side in (0, 1)
    ]
    return sum(alone[1].count(key) for key in alone[0] if any(key))


# Values


class Judge:
    """Says whether two cells are the same. This one: when their texts are."""

    name = "exact"

    def __init__(self, *, nulls_apart: bool = False) -> None:
        self._nulls_apart = nulls_apart

    def same(self, a: Cell, b: Cell) -> bool:
        if self._nulls_apart and (a is None) != (b is None):
            return False
        return (a or "") == (b or "") or (bool(a) and bool(b) and self.same_value(a or "", b or ""))

    def same_value(self, a: str, b: str) -> bool:  # noqa: ARG002 - the texts are known to be apart
        return False


class Mapped(Judge):
    name = "mapped"

    def __init__(self, words: dict[str, str], *, nulls_apart: bool) -> None:
        super().__init__(nulls_apart=nulls_apart)
        self._words = words

    def same(self, a: Cell, b: Cell) -> bool:
        if self._nulls_apart:
            return (None if a is None else self._words.get(a, a)) == b
        return self._words.get(a or "", a or "") == (b or "")


class Texts(Judge):
    name = "text"

    def __init__(self, ignored: set[str], *, nulls_apart: bool) -> None:
        super().__init__(nulls_apart=nulls_apart)
        self._ignored = ignored

    def same(self, a: Cell, b: Cell) -> bool:
        if self._nulls_apart and (a is None) != (b is None):
            return False
        return self._plain(a or "") == self._plain(b or "")

    def _plain(self, text: str) -> str:
        if "outer" in self._ignored:
            text = text.strip(_OUTER)
        if "space" in self._ignored:
            text = " ".join(part for part in re.split("[ \t\r\n\f\u00a0]+", text) if part)
        if "accents" in self._ignored:
            text = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
        return text.lower() if "case" in self._ignored else text


class Booleans(Judge):
    name = "boolean"

    def same_value(self, a: str, b: str) -> bool:
        words = [text.strip(_OUTER).lower() for text in (a, b)]
        return all(word in _YES for word in words) or all(word in _NO for word in words)


class Numbers(Judge):
    name = "number"

    def __init__(self, commas: tuple[bool, bool], tolerance: Decimal, *, percent: bool, nulls_apart: bool) -> None:
        super().__init__(nulls_apart=nulls_apart)
        self._commas = commas
        self._tolerance = tolerance
        self._percent = percent

    def same(self, a: Cell, b: Cell) -> bool:
        if self._nulls_apart and (a is None) != (b is None):
            return False
        one, other = (number(text or "", comma=comma) for text, comma in zip((a, b), self._commas, strict=True))
        if one is None or other is None:
            return (a or "") == (b or "")
        return one == other or self._near(a or "", b or "", one, other)

    def _near(self, a: str, b: str, one: Decimal, other: Decimal) -> bool:
        if not self._tolerance:
            return False
        digits = max(_digits_before_point(text, comma=comma) for text, comma in zip((a, b), self._commas, strict=True))
        decimals = max(6, -int(self._tolerance.as_tuple().exponent))
        for room, scale in ((19, 18), (37 - decimals, decimals)):
            if digits <= room - (8 if self._percent else 0):
                unit = Decimal(1).scaleb(-scale)
                one, other = (value.quantize(unit, ROUND_HALF_UP, _EXACT) for value in (one, other))
                allowed = self._tolerance
                if self._percent:
                    allowed = _EXACT.multiply(self._tolerance, max(abs(one), abs(other))).scaleb(-2, _EXACT)
                return abs(_EXACT.subtract(one, other)) <= allowed
        return False


class Dates(Judge):
    name = "date"

    def __init__(self, formats: tuple[list[str], list[str]], days: int, *, nulls_apart: bool) -> None:
        super().__init__(nulls_apart=nulls_apart)
        self._formats = formats
        self._days = days

    def same(self, a: Cell, b: Cell) -> bool:
        if self._nulls_apart and (a is None) != (b is None):
            return False
        one, other = (
            _first_date((text or "").strip(_OUTER), tried) for text, tried in zip((a, b), self._formats, strict=True)
        )
        if one is None or other is None:
            return (a or "") == (b or "")
        return abs((one.date() - other.date()).days) <= self._days if self._days else one == other


def _judge(question: Question, ours: str, theirs: str, left: Table, right: Table) -> Judge:
    asked = question.asked.get(ours, Asked())
    columns = (_column(left, ours), _column(right, theirs))
    if asked.comparison == "auto":
        return _automatic(columns, nulls_apart=question.distinguish_null)
    return _asked(asked, columns, apart=question.distinguish_null)


def _asked(asked: Asked, columns: tuple[list[str], list[str]], *, apart: bool) -> Judge:
    if asked.comparison == "mapped":
        return Mapped(dict(asked.mapping), nulls_apart=apart)
    if asked.comparison == "boolean":
        return Booleans(nulls_apart=apart)
    if asked.comparison == "text":
        return Texts(set((asked.argument or "case+space+accents").split("+")), nulls_apart=apart)
    if asked.comparison == "number":
        percent = asked.argument.endswith("%")
        commas = any(map(_only_comma, columns[0])), any(map(_only_comma, columns[1]))
        return Numbers(commas, Decimal(asked.argument.rstrip("%") or 0), percent=percent, nulls_apart=apart)
    if asked.comparison == "date":
        days, _, formats = asked.argument.partition(",")
        tried = formats.split("|")
        return Dates((tried, tried), int(days), nulls_apart=apart)
    return Judge(nulls_apart=apart)


def _column(table: Table, name: str) -> list[str]:
    place = table.columns.index(name)
    return [text for row in table.rows if (text := row[place])]


def _automatic(columns: tuple[list[str], list[str]], *, nulls_apart: bool) -> Judge:
    if not any(columns):
        return Judge(nulls_apart=nulls_apart)
    styles = [_number_style(values) for values in columns]
    if all(styles):
        commas = styles[0] == "comma", styles[1] == "comma"
        return Numbers(commas, Decimal(0), percent=False, nulls_apart=nulls_apart)
    formats = [[form for form in _DATES if all(_first_date(text, [form]) for text in values)] for values in columns]
    if all(len(found) == 1 for found, values in zip(formats, columns, strict=True) if values):
        return Dates(
            (formats[0] if columns[0] else formats[1], formats[1] if columns[1] else formats[0]),
            0,
            nulls_apart=nulls_apart,
        )
    return Judge(nulls_apart=nulls_apart)


# Numbers and dates


def _number_style(values: list[str]) -> str:
    """point, comma, or nothing: a comma needs another value to show what it is."""
    digits = r"[+-]?(0|[1-9]\d*)"
    plain = all(re.fullmatch(rf"{digits}(\.\d+)?([eE][+-]?\d\d?)?", text, re.ASCII) for text in values)
    if plain:
        return "point"
    point = all(
        re.fullmatch(rf"{digits}(\.\d+)?([eE][+-]?\d\d?)?|[+-]?[1-9]\d?\d?(,\d{{3}})+(\.\d+)?", text, re.ASCII)
        for text in values
    )
    comma = all(re.fullmatch(rf"({digits}|[+-]?[1-9]\d?\d?(\.\d{{3}})+)(,\d+)?", text, re.ASCII) for text in values)
    return "" if point == comma else "point" if point else "comma"


def number(text: str, *, comma: bool) -> Decimal | None:
    bare = text.strip(_OUTER)
    if comma:
        if not re.fullmatch(r"[+-]?(\d+|[1-9]\d{0,2}(\.\d{3})+)(,\d+)?", bare, re.ASCII):
            return None
        return Decimal(bare.replace(".", "").replace(",", "."))
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?", bare, re.ASCII):
        return Decimal(bare.replace(",", ""))
    if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", bare, re.ASCII):
        return Decimal(bare)
    return None


def _only_comma(text: str) -> bool:
    return number(text, comma=False) is None and number(text, comma=True) is not None


def _digits_before_point(text: str, *, comma: bool) -> int:
    """As written, without leading zeros, and as many more as a positive exponent moves the point."""
    bare = text.strip(_OUTER).lstrip("+-")
    bare = bare.replace(".", "").replace(",", ".") if comma else bare.replace(",", "")
    mantissa, _, exponent = bare.lower().partition("e")
    return len(mantissa.partition(".")[0].lstrip("0")) + max(0, int(exponent or 0))


def _first_date(text: str, formats: list[str]) -> datetime | None:
    for form in formats:
        if re.fullmatch(_DATES[form], text, re.ASCII):
            try:
                return datetime.strptime(text, form)  # noqa: DTZ007 - exports carry local wall time
            except ValueError:
                continue
    return None
