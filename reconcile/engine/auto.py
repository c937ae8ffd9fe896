"""Deciding ``auto``, the formats of dates and decimal commas: on both columns whole, never cell by cell.

A sample proposes. The join then looks at every cell for a witness: one is enough to turn a guess of ``auto`` down, or
to show that a column asked to be compared as numbers writes a decimal comma.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reconcile.engine import sql
from reconcile.engine.comparisons import (
    COMMA,
    GROUPED,
    POINT,
    Date,
    Exact,
    Number,
    SameText,
    from_rule,
    shape,
    surely_comma,
)
from reconcile.engine.errors import ArgumentNotUnderstood
from reconcile.engine.spec import Rule

_PLAIN = r"^[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?$"
_GROUPED = r"^[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?$"
_POINT = rf"{_PLAIN}|{_GROUPED}"
_COMMA = r"^[+-]?(0|[1-9][0-9]*|[1-9][0-9]{0,2}(\.[0-9]{3})+)(,[0-9]+)?$"
_SURE_COMMA = rf"^(?!{POINT}|{GROUPED}){COMMA}"
_FORMATS = (
    "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%fZ", "%Y/%m/%d", "%Y.%m.%d",
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S",
    "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S",
    "%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%b-%y",
)  # fmt: skip
_MOST_TRIED = 2_000
_NEITHER = "not every value is a number or a date written in one way"
_COMMA_UNCLEAR = "they look like numbers, but a comma could group thousands or mark decimals"
_DAY_UNCLEAR = "they look like dates, but day and month cannot be told apart"


@dataclass(frozen=True, slots=True)
class Guess:
    """A comparison, why, and the witnesses: conditions on a left and a right cell that would change it."""

    comparison: Exact
    reason: str
    witness_left: str = ""
    witness_right: str = ""


def propose(left: Sequence[str], right: Sequence[str], left_cell: str, right_cell: str) -> Guess:
    """The comparison for two columns of which samples are given; the cells are SQL expressions."""
    ours, theirs = _filled(left), _filled(right)
    if not ours and not theirs:
        return Guess(Exact(), "no value was seen in either column")
    styles = _number_style(ours), _number_style(theirs)
    if all(styles):
        number = replace(Number(), comma_left=styles[0] == _COMMA, comma_right=styles[1] == _COMMA)
        witnesses = [_no_match(cell, style) for cell, style in zip((left_cell, right_cell), styles, strict=True)]
        return Guess(number, "every value in both columns is a number", *witnesses)
    if all(_looks_like_numbers(values) for values in (ours, theirs)):
        return Guess(Exact(), _COMMA_UNCLEAR)
    return _propose_date(ours, theirs, left_cell, right_cell)


def asked(rule: Rule, column: str, samples: tuple[list[str], list[str]], cells: tuple[str, str]) -> Guess:
    """The comparison a rule names, with what only the columns can tell: formats of dates, decimal commas."""
    comparison = from_rule(rule)
    if isinstance(comparison, Date) and not comparison.left_formats:
        comparison = with_formats(comparison, *samples, column)
    if not isinstance(comparison, Number):
        return Guess(comparison, "asked for")
    sure = [any(re.match(_SURE_COMMA, value.strip()) for value in _filled(values)) for values in samples]
    number = replace(comparison, comma_left=sure[0], comma_right=sure[1])
    witnesses = [
        "" if known else f"(CASE WHEN {cell} LIKE '%,%' OR {cell} LIKE '%.%.%' THEN {surely_comma(cell)} END)"
        for known, cell in zip(sure, cells, strict=True)
    ]
    return Guess(number, "asked for", *witnesses)


def weighed(rule: Rule, guess: Guess, *, left_speaks: bool, right_speaks: bool) -> Guess:
    """What becomes of a guess once every cell was looked at: whether a witness was found on either side."""
    if not left_speaks and not right_speaks:
        return guess
    number = guess.comparison
    if rule.comparison != "auto" and isinstance(number, Number):
        commas = number.comma_left or left_speaks, number.comma_right or right_speaks
        return replace(guess, comparison=replace(number, comma_left=commas[0], comma_right=commas[1]))
    return replace(guess, comparison=SameText(), reason=_NEITHER)


def with_formats(date: Date, left: Sequence[str], right: Sequence[str], column: str) -> Date:
    """An asked-for date without formats gets those of its columns; what could be day or month either way is refused."""
    formats = []
    for values in (left, right):
        fitting = best_formats(_filled(values))
        if len(fitting) > 1:
            wanted = f"{column}:date:{fitting[0]} or {column}:date:{fitting[1]}, for day and month look alike"
            raise ArgumentNotUnderstood(argument=f"{column}:date", expected=f"write {wanted}")
        formats.append(tuple(fitting))
    known = [fitting or other or _FORMATS[:1] for fitting, other in (formats, formats[::-1])]
    return replace(date, left_formats=known[0], right_formats=known[1])


def _propose_date(ours: list[str], theirs: list[str], left_cell: str, right_cell: str) -> Guess:
    formats = [_fitting_formats(values) for values in (ours, theirs)]
    if all(len(fitting) == 1 for fitting, values in zip(formats, (ours, theirs), strict=True) if values):
        one, other = formats[0] or formats[1], formats[1] or formats[0]
        date = replace(Date(), left_formats=tuple(one), right_formats=tuple(other))
        witnesses = [
            f"({cell} <> '' AND (NOT REGEXP_MATCHES({cell}, {sql.text(shape(fitting[0]))}) "
            f"OR TRY_STRPTIME({cell}, {sql.text(fitting[0])}) IS NULL))"
            for cell, fitting in ((left_cell, one), (right_cell, other))
        ]
        shown = _shown(one[0]) if one == other else f"{_shown(one[0])} and {_shown(other[0])}"
        return Guess(date, f"every value is a date ({shown})", *witnesses)
    if all(fitting for fitting, values in zip(formats, (ours, theirs), strict=True) if values):
        return Guess(Exact(), _DAY_UNCLEAR)
    return Guess(Exact(), _NEITHER)


def _shown(form: str) -> str:
    names = {
        "%Y": "YYYY",
        "%y": "YY",
        "%m": "MM",
        "%d": "DD",
        "%b": "Mon",
        "%B": "Month",
        "%H": "hh",
        "%M": "mm",
        "%S": "ss",
    }
    return re.sub(r"%[a-zA-Z]", lambda found: names.get(found[0], "…"), form)


def _filled(values: Sequence[str]) -> list[str]:
    """Distinct values that are not empty, in a fixed order, no more than are worth trying."""
    return list(dict.fromkeys(value for value in values if value))[:_MOST_TRIED]


def _number_style(values: list[str]) -> str:
    """The pattern a column's numbers follow; empty when they follow none, or a comma in them could mean two things.

    A comma groups thousands only where another value shows that it is not the decimal sign, and the other way round.
    """
    if _all_match(_PLAIN, values):
        return _PLAIN if _all_match(_COMMA, values) else _POINT
    point, comma = _all_match(_POINT, values), _all_match(_COMMA, values)
    if point == comma:
        return ""
    return _POINT if point else _COMMA


def _looks_like_numbers(values: list[str]) -> bool:
    return _all_match(_POINT, values) or _all_match(_COMMA, values)


def _all_match(pattern: str, values: list[str]) -> bool:
    known = re.compile(pattern)
    return all(known.search(value) and not value.endswith("\n") for value in values)


def _no_match(cell: str, pattern: str) -> str:
    return f"({cell} <> '' AND NOT REGEXP_MATCHES({cell}, {sql.text(pattern)}))"


def _fitting_formats(values: list[str]) -> list[str]:
    return _apart([form for form in _FORMATS if values and all(_is_date(value, form) for value in values)])


def best_formats(values: list[str]) -> list[str]:
    """Formats that read the most values, more than one only when nothing tells them apart."""
    bare = [value.strip() for value in values]
    counts = {form: sum(_is_date(value, form) for value in bare) for form in _FORMATS}
    most = max(counts.values(), default=0)
    return _apart([form for form, count in counts.items() if count == most and most])


def share_of_dates(values: Sequence[str], form: str) -> float:
    """The share of values, at least one, that a format reads."""
    return sum(_is_date(value.strip(), form) for value in values) / len(values)


def _apart(formats: list[str]) -> list[str]:
    """Of formats that only spell the month in another length, as in May, one is enough."""
    return list({form.replace("%B", "%b"): form for form in reversed(formats)}.values())[::-1]


def _is_date(value: str, form: str) -> bool:
    return _moment(value, form) is not None


def _moment(value: str, form: str) -> dt.datetime | None:
    if not value.isascii() or value.endswith("\n") or not re.match(shape(form), value):
        return None
    try:
        return dt.datetime.strptime(value, form)  # noqa: DTZ007 - exports carry local wall time
    except ValueError:
        return None
