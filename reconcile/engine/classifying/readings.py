"""How each compared field is read while causes are looked for: its comparison again, and what its values are.

The comparison comes from the same guess as that of ``compare``. Where texts are compared as they are, yet nearly all of
them are numbers or dates, they are read as such all the same: a factor shows in a column of prices with one "n/a".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from reconcile.engine import auto, keeping, matching, sql
from reconcile.engine.comparisons import POINT, Date, Exact, Mapped, Number, moment, plain_number
from reconcile.engine.plan import Pairing
from reconcile.engine.results import Kept
from reconcile.engine.spec import Rule

_NEARLY_ALL = 0.9
_MOST_TRIED = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """One compared field: its place among those with mismatches, its columns' places, how its values are read.

    ``number`` or ``date`` is how its values are read as such, None where they are not; both are None for words.
    """

    place: int
    name: str
    left: int
    right: int
    rule: Rule
    comparison: Exact
    number: Number | None = None
    date: Date | None = None

    def column(self, side: str) -> int:
        """The place of the field's column on one side."""
        return self.left if side == "left" else self.right

    def same_on(self, side: str, earlier: str, later: str) -> str:
        """Whether two values of one side are the same as the comparison sees them."""
        comparison = _one_sided(self.comparison, side)
        if not comparison.relaxes:
            return f"({earlier} IS NOT DISTINCT FROM {later})"
        apart = comparison.forms_differ(*comparison.forms(earlier, later))
        return f"(CASE WHEN {earlier} IS NOT DISTINCT FROM {later} THEN TRUE ELSE NOT {apart} END)"

    def same_across(self, left: str, right: str) -> str:
        """Whether a left and a right value compare equal; of mapped words the left one is the word it is mapped to."""
        apart = self.comparison.differs(left, right)
        if not self.comparison.relaxes:
            return f"(NOT {apart})"
        forms = self.comparison.forms_differ(*self.comparison.forms(left, right))
        return f"(CASE WHEN NOT {apart} THEN TRUE ELSE NOT {forms} END)"

    def numbers(self, left: str, right: str) -> tuple[str, str]:
        """Two cells as plain numbers in text, NULL where they are none."""
        number = self.number or Number()
        return plain_number(left, comma=number.comma_left), plain_number(right, comma=number.comma_right)

    def moments(self, left: str, right: str) -> tuple[str, str]:
        """Two cells as timestamps, NULL where they are none."""
        date = self.date or Date()
        return moment(left, date.left_formats), moment(right, date.right_formats)


def read(
    connection: duckdb.DuckDBPyConnection, exports: tuple[Kept, Kept], pairing: Pairing, names: Collection[str]
) -> list[Reading]:
    """How the fields called ``names`` are read, in the order of the pairing. Raises duckdb.Error, EngineError."""
    prepared = [keeping.prepared(connection, kept) for kept in exports]
    rows = [matching.rows_sampled(connection, side) for side in prepared]
    found: list[Reading] = []
    for pair in pairing.fields:
        if pair.field not in names:
            continue
        samples = [row[pair.left] for row in rows[0]], [row[pair.right] for row in rows[1]]
        cells = ("l", "r")
        asked = pair.rule.comparison != "auto"
        guess = auto.asked(pair.rule, pair.name, samples, cells) if asked else auto.propose(*samples, *cells)
        number, date = _read_as(guess.comparison, samples)
        found.append(Reading(len(found), pair.field, pair.left, pair.right, pair.rule, guess.comparison, number, date))
    return found


def _read_as(comparison: Exact, samples: tuple[list[str], list[str]]) -> tuple[Number | None, Date | None]:
    """How values are read as numbers or as dates, whatever they are compared as."""
    if isinstance(comparison, Number | Date | Mapped):
        return (
            comparison if isinstance(comparison, Number) else None,
            comparison if isinstance(comparison, Date) else None,
        )
    filled = [list(dict.fromkeys(value for value in values if value))[:_MOST_TRIED] for values in samples]
    if not all(filled):
        return None, None
    if all(_share(values, POINT) >= _NEARLY_ALL for values in filled):
        return Number(), None
    formats = [auto.best_formats(values) for values in filled]
    if all(len(fitting) == 1 for fitting in formats) and all(
        auto.share_of_dates(values, fitting[0]) >= _NEARLY_ALL for values, fitting in zip(filled, formats, strict=True)
    ):
        return None, replace(Date(), left_formats=tuple(formats[0]), right_formats=tuple(formats[1]))
    return None, None


def _share(values: Sequence[str], pattern: str) -> float:
    known = re.compile(pattern)
    return sum(bool(known.match(value.strip())) for value in values) / len(values)


def _one_sided(comparison: Exact, side: str) -> Exact:
    """The comparison of two values of one side: both written as that side writes them."""
    if isinstance(comparison, Number):
        comma = comparison.comma_left if side == "left" else comparison.comma_right
        return replace(comparison, comma_left=comma, comma_right=comma)
    if isinstance(comparison, Date):
        formats = comparison.left_formats if side == "left" else comparison.right_formats
        return replace(comparison, left_formats=formats, right_formats=formats)
    return Exact() if isinstance(comparison, Mapped) else comparison


def by_field(said: Mapping[int, str], otherwise: str = "NULL") -> str:
    """What is said of each field, by its place, as one expression; fields of which the same is said share a branch."""
    places: dict[str, list[int]] = {}
    for place, expression in said.items():
        places.setdefault(expression, []).append(place)
    if not places:
        return otherwise
    branches = " ".join(f"WHEN {among(sorted(which))} THEN {expression}" for expression, which in places.items())
    return f"(CASE {branches} ELSE {otherwise} END)"


def among(places: Sequence[int]) -> str:
    """Whether ``place`` is one of these, by ranges: a long list of numbers would be joined, and that is slow."""
    ranges: list[list[int]] = []
    for place in places:
        if ranges and ranges[-1][1] == place - 1:
            ranges[-1][1] = place
        else:
            ranges.append([place, place])
    return " OR ".join(
        f"place = {first}" if first == last else f"place BETWEEN {first} AND {last}" for first, last in ranges
    )


def step_fields(readings: Sequence[Reading], owners: Mapping[str, str], lags: Mapping[str, float | None]) -> str:
    """The fields as a relation: field, place, owner, lag (seconds, NULL where none is known)."""
    rows = [
        f"SELECT {sql.text(one.name)} AS field, {one.place} AS place, {sql.text(owners.get(one.name, ''))} AS owner, "
        f"{_seconds(lags.get(one.name))} AS lag"
        for one in readings
    ]
    return " UNION ALL ".join(rows) or (
        "SELECT CAST(NULL AS VARCHAR) AS field, CAST(NULL AS INTEGER) AS place, CAST(NULL AS VARCHAR) AS owner, "
        "CAST(NULL AS BIGINT) AS lag WHERE FALSE"
    )


def _seconds(days: float | None) -> str:
    return "CAST(NULL AS BIGINT)" if days is None else f"CAST({round(days * 86_400)} AS BIGINT)"
