"""Asking one condition of a rule whether its test holds for what a record says.

Cells are texts. Outer space is set aside everywhere, case is not; no value and a blank one are alike. A date or number
that can be read in two ways decides only where both ways come to the same: nothing is guessed.
"""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from reconcile.engine.auto import best_formats
from reconcile.engine.comparisons import COMMA, GROUPED, POINT

Answer = Literal["holds", "does_not_hold", "cannot_tell"]
HOLDS: Answer = "holds"
DOES_NOT_HOLD: Answer = "does_not_hold"
CANNOT_TELL: Answer = "cannot_tell"

Record = Mapping[str, str | None]
Records = Mapping[str, Record | None]

OUTER = " \t\r\n\N{NO-BREAK SPACE}"
_ZONED = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)(Z|[+-][0-9]{2}:?[0-9]{2})"
)
_START = dt.datetime(1, 1, 1)  # noqa: DTZ001 - wall time, as exports write it
_SHOWN = 60
_LISTED = 10
_LONGEST_KEPT = 64  # characters: longer than any date, and long cells are not kept in memory


@dataclass(frozen=True, slots=True)
class RecordType:
    """One kind of record in one system, by their names."""

    system: str
    name: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A written sentence, the test of a column of one system's record, and the record that wins while it holds.

    ``operator`` is one of OPERATORS; ``value`` a text, for ``in`` a tuple of texts.
    """

    sentence: str
    system: str
    column: str
    operator: str
    value: str | tuple[str, ...] = ""
    wins: RecordType | None = None


@dataclass(frozen=True, slots=True)
class Tested:
    """The answer of one condition and, as part of a sentence, the fact it rests on or what is missing."""

    outcome: Answer
    why: str


def ask(condition: Condition, records: Records) -> Tested:
    """Test one condition on the records of the systems."""
    test = _TESTS.get(condition.operator)
    if test is None or not condition.system or not condition.column:
        return Tested(CANNOT_TELL, "its test is not known" if test is None else "it has no test yet")
    system, column = shown(condition.system), shown(condition.column)
    record = record_of(records, condition.system)
    if record is None:
        return Tested(CANNOT_TELL, f"there is no record of {system}")
    cell = cell_of(record, condition.column)
    if cell is None:
        return Tested(CANNOT_TELL, f"the record of {system} has no column {column}")
    answer, relation = test(cell.strip(OUTER), condition.value)
    fact = f"{column} is {shown(cell.strip(OUTER)) or 'empty'} in {system}"
    return Tested(answer, f"{fact}, {relation}" if relation else fact)


def record_of(records: Records, system: str) -> Record | None:
    """The record of a system, whatever the case of its name; None where it has none."""
    if system in records:
        return records[system]
    return next((record for name, record in records.items() if name.casefold() == system.casefold()), None)


def cell_of(record: Record, column: str) -> str | None:
    """The text of a column ("" for no value), None without such a column.

    A name that is not there as it is written is the only column written like it but for case and outer space.
    """
    if column in record:
        return record[column] or ""
    wanted = column.strip().casefold()
    alike = [name for name in record if name.strip().casefold() == wanted]
    return record[alike[0]] or "" if len(alike) == 1 else None


def shown(text: str, most: int = _SHOWN) -> str:
    """A text as it stands in a sentence: on one line, cut, with a sign for what cannot be seen."""
    line = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text[: most + 1])
    return line if len(line) <= most else f"{line[: most - 1]}…"


# --- Tests: a cell without outer space and the value of a condition in; the answer, and how the two stand, out --------

_Told = tuple[Answer, str]
_Value = str | tuple[str, ...]


def _words(value: _Value) -> tuple[str, ...]:
    return tuple(word.strip(OUTER) for word in ((value,) if isinstance(value, str) else value))


def _answer(holds: bool) -> Answer:  # noqa: FBT001 - the answer itself
    return HOLDS if holds else DOES_NOT_HOLD


def _equals(cell: str, value: _Value) -> _Told:
    word = " ".join(_words(value))
    return (HOLDS, "") if cell == word else (DOES_NOT_HOLD, _unlike(cell, word))


def _not_equals(cell: str, value: _Value) -> _Told:
    answer, relation = _equals(cell, value)
    return (DOES_NOT_HOLD, "") if answer == HOLDS else (HOLDS, relation)


def _unlike(cell: str, word: str) -> str:
    if cell.casefold() == word.casefold():
        return f"which differs from {shown(word)} only in case"
    return f"not {shown(word) or 'empty'}"


def _in(cell: str, value: _Value) -> _Told:
    words = _words(value)
    listed = ", ".join(shown(word) or "empty" for word in words[:_LISTED])
    more = f" and {len(words) - _LISTED:,} more" if len(words) > _LISTED else ""
    said = f"one of {listed}{more}"
    if cell in words:
        return HOLDS, said
    alike = next((word for word in words if word.casefold() == cell.casefold()), None)
    return DOES_NOT_HOLD, f"not {said}" if alike is None else _unlike(cell, alike)


def _empty(cell: str, _: _Value) -> _Told:
    return _answer(not cell), "not empty" if cell else ""


def _not_empty(cell: str, _: _Value) -> _Told:
    return _answer(bool(cell)), ""


@dataclass(frozen=True, slots=True)
class _Ordered:
    """A test by order. An empty cell stands before and after nothing, and is less and more than nothing."""

    readings: Callable[[str], tuple[Any, ...]]
    compare: Callable[[Any, Any], bool]
    relation: str
    kind: str
    in_doubt: str

    def __call__(self, cell: str, value: _Value) -> _Told:
        if not cell:
            return DOES_NOT_HOLD, ""
        limit = " ".join(_words(value))
        cells, limits = self.readings(cell), self.readings(limit)
        if not limits:
            return CANNOT_TELL, f"compared with {shown(limit) or 'nothing'}, which is no {self.kind} that can be read"
        if not cells:
            return CANNOT_TELL, f"which is no {self.kind} that can be read"
        found = {self.compare(one, other) for one in cells for other in limits}
        if len(found) > 1:
            where = "" if len(cells) > 1 else f"compared with {shown(limit)}, "
            return CANNOT_TELL, f"{where}where {self.in_doubt}"
        holds = found.pop()
        return _answer(holds), f"{'' if holds else 'not '}{self.relation} {shown(limit)}"


@dataclass(frozen=True, slots=True)
class _Moment:
    """A point in time as it is written: on the clock, in days alone, and how far its zone is from UTC if it says."""

    clock: dt.timedelta
    day_only: bool
    zone: dt.timedelta | None = None

    def earlier(self, other: _Moment) -> bool:
        """Whether this comes first: by days where one says no more, as instants where both say their zone."""
        if self.day_only or other.day_only:
            return self.clock.days < other.clock.days
        if self.zone is not None and other.zone is not None:
            return self.clock - self.zone < other.clock - other.zone
        return self.clock < other.clock


def moments(text: str) -> tuple[_Moment, ...]:
    """Every way to read a text as a date or date-time: one, two where day and month look alike, or none."""
    return _moments(text) if len(text) <= _LONGEST_KEPT else ()


@lru_cache(maxsize=4_096)
def _moments(text: str) -> tuple[_Moment, ...]:
    if zoned := _ZONED.fullmatch(text):
        return _zoned(text, zoned)
    read = [
        _Moment(dt.datetime.strptime(text, form) - _START, "%H" not in form)  # noqa: DTZ007 - wall time, as written
        for form in best_formats([text])
    ]
    return tuple(dict.fromkeys(read))


def _zoned(text: str, found: re.Match[str]) -> tuple[_Moment, ...]:
    try:
        read = dt.datetime.fromisoformat(text)
    except ValueError:
        return ()
    zone = dt.timedelta(0) if found[3] == "Z" else read.utcoffset()
    return (_Moment(read.replace(tzinfo=None) - _START, day_only=False, zone=zone),)


def numbers(text: str) -> tuple[Decimal, ...]:
    """Every way to read a text as a number, exact: one, two where a comma may group or mark decimals, or none."""
    return _kept_numbers(text) if len(text) <= _LONGEST_KEPT else _numbers(text)


def _numbers(text: str) -> tuple[Decimal, ...]:
    if re.fullmatch(POINT, text):
        return (Decimal(text),)
    read = []
    if re.fullmatch(GROUPED, text):
        read.append(text.replace(",", ""))
    if re.fullmatch(COMMA, text):
        read.append(text.replace(".", "").replace(",", "."))
    return tuple(Decimal(number) for number in dict.fromkeys(read))


_kept_numbers = lru_cache(maxsize=4_096)(_numbers)

_DAY = ("date", "day and month cannot be told apart")
_NUMBER = ("number", "the comma may group thousands or mark decimals")
_TESTS: dict[str, Callable[[str, _Value], _Told]] = {
    "equals": _equals,
    "not_equals": _not_equals,
    "in": _in,
    "before": _Ordered(moments, _Moment.earlier, "before", *_DAY),
    "after": _Ordered(moments, lambda one, other: other.earlier(one), "after", *_DAY),
    "less": _Ordered(numbers, operator.lt, "less than", *_NUMBER),
    "greater": _Ordered(numbers, operator.gt, "more than", *_NUMBER),
    "empty": _empty,
    "not_empty": _not_empty,
}
OPERATORS = tuple(_TESTS)
