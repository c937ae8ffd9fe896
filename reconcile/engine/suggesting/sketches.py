"""Samples chosen by a hash of the value itself: the same values are looked at in both files, whatever their order.

A sketch of a column keeps the values whose hash is a multiple of ``every``, with how often each occurs. So how unique a
column is, and how many values of one column another holds, can be told exactly for the values kept. One scan of a file
makes the sketches of all its columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from reconcile.engine.comparisons import Exact

_LONGEST_CELL = 300
_HASHES_KEPT = 3_000_000
_VALUES_WANTED = 20_000

Columns = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sketch:
    """What one scan says of a group of columns taken together (``folded``: with case and outer space set aside).

    Counts are of kept values: ``rows`` that hold them, distinct ``values``, values that occur once. ``filled`` counts
    all rows with a value.
    """

    filled: int
    rows: int
    values: int
    once: int
    folded_values: int
    folded_once: int


@dataclass(frozen=True, slots=True)
class Shared:
    """Distinct kept values that two groups of columns share, as they are and folded."""

    plain: int
    folded: int


class Sketches:
    """Sketches of groups of columns of both sides; each is known by its side and its columns."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, scans: Sequence[str], rows: Sequence[int]) -> None:
        self._db = connection
        self._scans = scans
        self._rows = rows
        self._taken = 0

    def take(
        self, groups: Sequence[Sequence[Columns]], fold: Sequence[set[int]]
    ) -> tuple[list[dict[Columns, Sketch]], dict[tuple[Columns, Columns], Shared]]:
        """Sketches side by side and what they share. ``fold``: columns of each side that folding may change."""
        self._taken += 1
        every = self._every(max((len(side) for side in groups), default=1))
        found = [self._side(side, groups[side], fold[side], every) for side in (0, 1)]
        return found, self._shared(groups)

    def _every(self, groups: int) -> int:
        smaller, larger = sorted(self._rows)
        return max(1, smaller // _VALUES_WANTED, larger * groups // _HASHES_KEPT)

    def _side(self, side: int, groups: Sequence[Columns], fold: set[int], every: int) -> dict[Columns, Sketch]:
        if not groups:
            self._db.execute(f"CREATE OR REPLACE TEMP TABLE {self._table(side)} AS {_NO_VALUES}")
            return {}
        hashes: list[str] = []
        asked: list[str] = []
        for place, group in enumerate(groups):
            here, loose = _present(group), fold & set(group)
            hashes.append(f"CASE WHEN {here} THEN {_hash(group, fold)} END AS f{place}")
            asked += [
                f"COUNT(f{place}) AS n{place}",
                f"LIST(f{place}) FILTER (WHERE f{place} % {every} = 0) AS f{place}",
            ]
            if loose:
                hashes.append(f"{_hash(group, set())} AS p{place}")
                asked.append(f"LIST(p{place}) FILTER (WHERE f{place} % {every} = 0) AS p{place}")
        lists = f"lists{side}_{self._taken}"
        hashed = f"(SELECT {', '.join(hashes)} FROM {self._scans[side]} AS source)"
        self._db.execute(f"CREATE TEMP TABLE {lists} AS SELECT {', '.join(asked)} FROM {hashed} AS hashed")
        self._count(side, groups, fold, lists)
        found = self._summed(side, groups, lists)
        self._db.execute(f"DROP TABLE {lists}")
        return found

    def _count(self, side: int, groups: Sequence[Columns], fold: set[int], lists: str) -> None:
        parts = [
            f"SELECT {place} AS place, UNNEST({'p' if fold & set(group) else 'f'}{place}) AS plain, "
            f"UNNEST(f{place}) AS folded FROM {lists}"
            for place, group in enumerate(groups)
        ]
        self._db.execute(
            f"CREATE OR REPLACE TEMP TABLE {self._table(side)} AS SELECT place, plain, folded, COUNT(*) AS n "
            f"FROM ({' UNION ALL '.join(parts)}) AS kept GROUP BY place, plain, folded"
        )

    def _summed(self, side: int, groups: Sequence[Columns], lists: str) -> dict[Columns, Sketch]:
        table = self._table(side)
        plain = self._db.execute(
            f"SELECT place, SUM(n), COUNT(*), SUM(CASE WHEN n = 1 THEN 1 ELSE 0 END) FROM {table} GROUP BY place"
        ).fetchall()
        loose = self._db.execute(
            "SELECT place, COUNT(*), SUM(CASE WHEN n = 1 THEN 1 ELSE 0 END) FROM "
            f"(SELECT place, SUM(n) AS n FROM {table} GROUP BY place, folded) AS loose GROUP BY place"
        ).fetchall()
        counts = {place: [int(value) for value in rest] for place, *rest in plain}
        folded = {place: [int(value) for value in rest] for place, *rest in loose}
        filled = self._db.execute(
            f"SELECT {', '.join(f'n{place}' for place in range(len(groups)))} FROM {lists}"
        ).fetchall()
        return {
            group: Sketch(int(filled[0][place]), *counts.get(place, [0, 0, 0]), *folded.get(place, [0, 0]))
            for place, group in enumerate(groups)
        }

    def _shared(self, groups: Sequence[Sequence[Columns]]) -> dict[tuple[Columns, Columns], Shared]:
        found: dict[tuple[Columns, Columns], list[int]] = {}
        for which, column in enumerate(("plain", "folded")):
            sides = [f"(SELECT DISTINCT place, {column} AS v FROM {self._table(side)})" for side in (0, 1)]
            rows = self._db.execute(
                f"SELECT l.place, r.place, COUNT(*) FROM {sides[0]} AS l JOIN {sides[1]} AS r ON l.v = r.v "
                "GROUP BY l.place, r.place"
            ).fetchall()
            for left, right, count in rows:
                found.setdefault((groups[0][left], groups[1][right]), [0, 0])[which] = int(count)
        return {pair: Shared(*counts) for pair, counts in found.items()}

    @staticmethod
    def _table(side: int) -> str:
        return f"sketch{side}"

    def rows_by_key(
        self, side: int, keys: Sequence[Columns], fold: Sequence[bool], width: int
    ) -> list[list[list[str]]]:
        """For each key, whole rows of one side whose key's hash is chosen; the same keys are chosen on both sides."""
        every, most = self._every_row(width)
        chosen = [
            f"({_present(key)} AND {_hash(key, set(key) if loose else set())} % {every} = 0)"
            for key, loose in zip(keys, fold, strict=True)
        ]
        cells = [f"COALESCE(LEFT(c{place}, {_LONGEST_CELL}), '')" for place in range(width)]
        rows = self._db.execute(
            f"SELECT {', '.join(chosen)}, {', '.join(cells)} FROM {self._scans[side]} AS source "
            f"WHERE {' OR '.join(chosen)} LIMIT {most * len(keys)}"
        ).fetchall()
        return [[list(row[len(keys) :]) for row in rows if row[place]] for place in range(len(keys))]

    def _every_row(self, width: int) -> tuple[int, int]:
        """One key in how many is looked at, and the most rows a key may bring; wide rows are fewer."""
        wanted = max(60, min(3_000, 400_000 // width))
        smaller, larger = sorted(self._rows)
        return max(1, smaller // wanted, larger // (20 * wanted)), 40 * wanted


_NO_VALUES = "SELECT 0 AS place, CAST(0 AS UBIGINT) AS plain, CAST(0 AS UBIGINT) AS folded, 0 AS n WHERE FALSE"


def _hash(group: Columns, fold: set[int]) -> str:
    """Folded by case and spaces alone: other outer space is rare, and to trim it takes as long as all the rest."""
    cells = (f"LOWER(TRIM(c{place}))" if place in fold else f"c{place}" for place in group)
    return f"HASH({', '.join(cells)})"


def _present(group: Columns) -> str:
    return "(" + " OR ".join(f"c{place} IS NOT NULL" for place in group) + ")"


def step_weigh(comparison: Exact, rows: str) -> str:
    """How many of weighted value pairs ``rows`` (left, right, times; places for bound values) no longer differ."""
    ours, theirs = comparison.forms("l", "r")
    return (
        f"SELECT SUM(CASE WHEN {comparison.forms_differ('ours', 'theirs')} THEN 0 ELSE n END) "
        f"FROM (SELECT {ours} AS ours, {theirs} AS theirs, n FROM (VALUES {rows}) AS pairs(l, r, n)) AS formed"
    )
