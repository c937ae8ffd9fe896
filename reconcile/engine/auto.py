"""Deciding ``auto`` and the formats of dates: on both columns whole, never cell by cell.

A sample proposes; the join then looks at every cell and a single witness against the proposal turns it down.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reconcile.engine import sql
from reconcile.engine.comparisons import COMMA, Date, Exact, Number
from reconcile.engine.errors import ArgumentNotUnderstood

_PLAIN = r"^[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?$"
_GROUPED = r"^[+-]?(0|[1-9][0-9]{0,2}(,[0-9]{3})*|[1-9][0-9]*)(\.[0-9]+)?$"
_STYLES = {"point": _PLAIN, "grouped": _GROUPED, "comma": COMMA}
_SURE = {"point": r"", "grouped": r",\d{3}(\.|,)", "comma": r",(\d{1,2}|\d{4,})$"}
_FORMATS = (
    "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%fZ", "%Y/%m/%d", "%Y.%m.%d",
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S",
    "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S",
    "%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%b-%y",
)  # fmt: skip
_MOST_TRIED = 2_000


@dataclass(frozen=True, slots=True)
class Guess:
    """A comparison a sample proposes, why, and the witnesses (conditions on a cell) that would speak against it."""

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
        number = replace(Number(), comma_left=styles[0] == "comma", comma_right=styles[1] == "comma")
        witnesses = [_no_match(cell, _STYLES[style]) for cell, style in zip((left_cell, right_cell), styles, strict=True)]
        return Guess(number, "every value in both columns is a number", *witnesses)
    return _propose_date(ours, theirs, left_cell, right_cell)


def with_formats(date: Date, left: Sequence[str], right: Sequence[str], column: str) -> Date:
    """An asked-for date without formats gets those of its columns; what could be day or month either way is refused."""
    formats = []
    for values in (left, right):
        fitting = best_formats(_filled(values))
        if len(fitting) > 1:
            wanted = f"{column}:date:{fitting[0]} or {column}:date:{fitting[1]}, for day and month look alike"
            raise ArgumentNotUnderstood(argument=f"{column}:date", expected=f"write {wanted}")
        formats.append(tuple(fitting) or _FORMATS[:1])
    return replace(date, left_formats=formats[0], right_formats=formats[1])


def _propose_date(ours: list[str], theirs: list[str], left_cell: str, right_cell: str) -> Guess:
    formats = _fitting_formats(ours), _fitting_formats(theirs)
    if all(len(fitting) == 1 for fitting in formats) or (
        bool(formats[0]) + bool(formats[1]) == 1 and not (ours and theirs) and len(formats[0] + formats[1]) == 1
    ):
        one, other = formats[0] or formats[1], formats[1] or formats[0]
        date = replace(Date(), left_formats=tuple(one), right_formats=tuple(other))
        witnesses = [
            f"({cell} IS NOT NULL AND TRY_STRPTIME({cell}, {sql.text(fitting[0])}) IS NULL)"
            for cell, fitting in ((left_cell, one), (right_cell, other))
        ]
        return Guess(date, f"every value is a date ({_shown(one[0])} and {_shown(other[0])})", *witnesses)
    if all(formats):
        return Guess(Exact(), "they look like dates, but day and month cannot be told apart")
    return Guess(Exact(), "not every value is a number or a date")


def _shown(form: str) -> str:
    names = {"%Y": "YYYY", "%y": "YY", "%m": "MM", "%d": "DD", "%b": "Mon", "%B": "Month", "%H": "hh", "%M": "mm", "%S": "ss"}
    return re.sub(r"%[a-zA-Z]", lambda found: names.get(found[0], "…"), form)


def _filled(values: Sequence[str]) -> list[str]:
    """Distinct values that are not empty, in a fixed order, no more than are worth trying."""
    return list(dict.fromkeys(value for value in values if value))[:_MOST_TRIED]


def _number_style(values: list[str]) -> str:
    """How a column writes numbers; empty when it does not. A column without values agrees with any other."""
    for style, pattern in _STYLES.items():
        fits, sure = re.compile(pattern), re.compile(_SURE[style])
        if all(fits.match(value) for value in values) and (not values or any(sure.search(value) for value in values)):
            return style
    return ""


def _no_match(cell: str, pattern: str) -> str:
    return f"({cell} IS NOT NULL AND NOT REGEXP_MATCHES({cell}, {sql.text(pattern)}))"


def _fitting_formats(values: list[str]) -> list[str]:
    return [form for form in _FORMATS if values and all(_is_date(value, form) for value in values)]


def best_formats(values: list[str]) -> list[str]:
    """Formats that read the most values, more than one only when nothing tells them apart."""
    counts = {form: sum(_is_date(value.strip(), form) for value in values) for form in _FORMATS}
    most = max(counts.values(), default=0)
    return [form for form, count in counts.items() if count == most and most]


def _is_date(value: str, form: str) -> bool:
    try:
        dt.datetime.strptime(value, form)  # noqa: DTZ007 - exports carry local wall time
    except ValueError:
        return False
    return value.isascii()
