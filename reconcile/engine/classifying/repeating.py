"""Constants that repeat: a shift or a factor by which many values of one field differ (§6, ``format``)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconcile.engine.classifying import formats
from reconcile.engine.classifying.exports import scan
from reconcile.engine.classifying.readings import Reading

_LEAST, _LEAST_KNOWN = 5, 1
_DISTINCT = 3
_NEARLY_ALL = 0.9
_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Tried:
    """A constant of a field: how many mismatches it explains, over how many left values, out of how many it could.

    ``most`` of them are of one left value.
    """

    place: int
    constant: str
    count: int
    distinct: int
    most: int
    candidates: int


def step_tried(told: str) -> str:
    """Constants that occur often enough to be asked about: as ``Tried``."""
    return (
        f"WITH often AS (SELECT place, constant, COUNT(*) AS n FROM {told} AS t WHERE constant IS NOT NULL "  # noqa: S608 - names of ours
        f"GROUP BY place, constant HAVING COUNT(*) >= {_LEAST_KNOWN}), "
        "ranked AS (SELECT *, SUM(n) OVER (PARTITION BY place) AS candidates, "
        "ROW_NUMBER() OVER (PARTITION BY place ORDER BY n DESC, constant) AS rank FROM often), "
        'valued AS (SELECT r.place, r.constant, r.n, r.candidates, t."left", COUNT(*) AS same FROM ranked AS r '
        f"JOIN {told} AS t ON t.place = r.place AND t.constant = r.constant WHERE r.rank <= 20 "
        'GROUP BY r.place, r.constant, r.n, r.candidates, t."left") '
        "SELECT place, constant, n, COUNT(*), MAX(same), candidates FROM valued "
        "GROUP BY place, constant, n, candidates ORDER BY place, n DESC, constant"
    )


def step_known(causes: Path) -> str:
    """Constants that the run before was explained by: field, detail."""
    return (
        f"SELECT DISTINCT field, detail FROM {scan(causes)} AS source WHERE cause = 'format' "  # noqa: S608 - a quoted path
        "AND (detail = 'rounding' OR detail LIKE 'days:%' OR detail LIKE 'minutes:%' OR detail LIKE 'factor:%')"
    )


def accepted(
    tried: Iterable[Tried], known: set[tuple[str, str]], readings: Sequence[Reading]
) -> list[tuple[int, str, str]]:
    """Those that explain: (place, constant, detail). One of the run before needs no more than to be there still."""
    names = {one.place: one.name for one in readings}
    found = []
    for one in tried:
        detail = formats.shown_constant(one.constant)
        if (names[one.place], detail) in known or _convinces(one):
            found.append((one.place, one.constant, detail))
    return found


def _convinces(one: Tried) -> bool:
    """Whether it repeats, over several values, in a fair share of what it could explain.

    What nearly always turns the same one value into the same other is no constant but a change of that value.
    """
    if one.count < _LEAST or one.distinct < _DISTINCT or one.most > _NEARLY_ALL * one.count:
        return False
    return one.count >= _SHARE * one.candidates or _is_power_of_ten(one.constant)


def _is_power_of_ten(constant: str) -> bool:
    kind, _, number = constant.partition(":")
    if kind != "factor" or float(number) <= 0:
        return False
    return math.isclose(math.log10(float(number)), round(math.log10(float(number))), abs_tol=1e-9)
