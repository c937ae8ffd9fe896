"""Candidates for near copies: records that share something rare, never all pairs.

For each of a dozen ways to find a record again (a rare value, the beginnings of its words, two less rare values
together) rows with the same hash are a block. Small blocks come first; what is left when so many pairs are found is
not looked at. All rows of a side are looked at, so what is hashed of a cell is cheap: without case and accents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log2

import duckdb

from reconcile.engine.classifying import near_values
from reconcile.engine.classifying.near_columns import Telling

_PAIRS_A_WAY = 100_000
_PAIRS_IN_ALL = 60_000
_MOST_A_PROBE, _FEWEST_A_PROBE, _MOST_A_CONTROL = 20, 2, 4
_LARGEST_BLOCK_BITS = 8
_VALUES, _TEXTS, _COMMON = 6, 2, 3
_LEAST_COMMON = 1.5
_IN_VAIN, _PLENTY = 8, 4


@dataclass(frozen=True, slots=True)
class Places:
    """Where is searched: for rows of which side, among rows of which, and how many these are."""

    mine: str
    theirs: str
    rows: int

    @property
    def across(self) -> bool:
        """Whether they are two systems: then one-sided rows and some matched ones are searched in."""
        return self.mine != self.theirs

    @property
    def searched_in(self) -> str:
        """A relation of row_number and the cells of the rows searched in, and maybe of ones whose key repeats."""
        if self.across:
            return f"(SELECT * FROM near_cells_{self.theirs} WHERE identity IS NOT NULL OR kept)"
        return f"now_{self.theirs}_cells"


@dataclass(frozen=True, slots=True)
class _Part:
    """What is hashed of one cell: the column, and how."""

    column: Telling
    code: near_values.Code


_Way = tuple[_Part, ...]


def _ways(columns: Sequence[Telling], rows: int, probes: int) -> list[_Way]:
    """How records may be found again by their columns, at most some fourteen; none that finds far too many.

    Where most values of several columns are rare a copy keeps one of them: what else it shares is hardly asked for.
    """
    most = log2(max(rows, 2))
    rare = [one for one in columns if one.rare >= most - _LARGEST_BLOCK_BITS and not one.loose]
    plenty = sum(one.bits >= most - _LARGEST_BLOCK_BITS for one in rare) >= _PLENTY
    texts = [one for one in rare if one.kind in ("words", "text")][:_TEXTS]
    common = [one for one in columns if _LEAST_COMMON <= one.bits < most - 1 and not one.loose]
    found: list[tuple[float, _Way]] = [(one.rare, (_value(one),)) for one in rare[:_VALUES]]
    found += [(one.bits, (_Part(one, code),)) for one in texts for code in near_values.codes]
    if not plenty:
        found += [
            (one.rare + most / 2, (_Part(texts[0], code), _value(one)))
            for one in common[:2]
            for code in near_values.ends
            if texts
        ]
    pairs = combinations(common[: 2 if plenty else _COMMON], 2)
    found += [(one.rare + two.rare, (_value(one), _value(two))) for one, two in pairs]
    selective = log2(max(probes, 1) * max(rows, 1) / (_IN_VAIN * _PAIRS_A_WAY))
    return [way for bits, way in found if bits >= min(selective, most)]


def _value(one: Telling) -> _Part:
    if one.kind in ("number", "date"):
        return _Part(one, lambda cell: near_values.compared(one.kind, cell, across=one.across))
    return _Part(one, near_values.plain)


def candidates(connection: duckdb.DuckDBPyConnection, columns: Sequence[Telling], places: Places, allowed: str) -> int:
    """Make the table ``near_pairs`` (probe, other, control) of the likeliest pairs; returns how many there are.

    Reads ``near_probes``, ``near_one_sided`` and the cells (``near_rows``). ``allowed`` is the condition that a probe
    ``p`` and a row ``o`` (other, one_sided) may be a pair.
    """
    probes = _count(connection, "near_probes")
    ways = _ways(columns, places.rows, probes)
    if not ways:
        return 0
    for step in _steps(ways, places, allowed):
        connection.execute(step)
    each = max(_FEWEST_A_PROBE, min(_MOST_A_PROBE, _PAIRS_IN_ALL // max(probes, 1)))
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE near_pairs AS SELECT probe, other, control FROM ("
        "SELECT probe, other, identity IS NULL AS control, ROW_NUMBER() OVER (PARTITION BY probe "
        "ORDER BY SUM(bits) DESC, other) AS place FROM near_shared JOIN near_probes USING (probe) "
        "GROUP BY probe, other, identity) AS placed "
        f"WHERE place <= CASE WHEN control THEN {_MOST_A_CONTROL} ELSE {each} END"
    )
    connection.execute("DROP TABLE near_shared")
    return _count(connection, "near_pairs")


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int((connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone() or (0,))[0])


def _hashed(ways: Sequence[_Way], side: int, rows: str, number: str) -> str:
    """A hash of each way of each row: number, way, h (NULL where a cell is empty). Each cell is looked at once."""
    parts = {_sql(part, 0): (_sql(part, 0), _sql(part, 1)) for way in ways for part in way}
    places = {part: place for place, part in enumerate(parts)}
    values = ", ".join(f"{cells[side]} AS v{places[part]}" for part, cells in parts.items())
    hashes = ", ".join(
        f"CASE WHEN v{place} <> '' THEN HASH(v{place}, {place}::UTINYINT) END AS h{place}" for place in places.values()
    )
    whole = []
    for way in ways:
        cells = [f"h{places[_sql(part, 0)]}" for part in way]
        whole.append(cells[0] if len(cells) == 1 else f"XOR({cells[0]}, {cells[1]})")
    numbers = ", ".join(str(place) for place in range(len(ways)))
    again = ", ".join([number] * len(ways))
    return (
        f"SELECT UNNEST([{again}]) AS {number}, UNNEST([{numbers}]::UTINYINT[]) AS way, "
        f"UNNEST([{', '.join(whole)}]::UBIGINT[]) AS h "
        f"FROM (SELECT {number}, {hashes} FROM (SELECT {number}, {values} FROM {rows}) AS plain) AS hashed"
    )


def _sql(part: _Part, side: int) -> str:
    return part.code(f"c{(part.column.place, part.column.other)[side]}")


def _steps(ways: Sequence[_Way], places: Places, allowed: str) -> list[str]:
    """Statements that make ``near_shared`` (probe, other, bits), a row for every block in which both are."""
    # Hashed before they are joined: joining columns of texts that few rows survive, DuckDB 2.0 may fail.
    mine = _hashed(ways, 0, f"near_cells_{places.mine}", "row_number")
    keys = (
        f"SELECT p.probe, n.way, n.h FROM ({mine}) AS n JOIN (SELECT probe, row_number FROM near_probes) AS p "
        "ON p.row_number = n.row_number WHERE n.h IS NOT NULL"
    )
    hits = (
        f"SELECT row_number AS other, h FROM ({_hashed(ways, 1, places.searched_in, 'row_number')}) AS every_way "
        f"WHERE h IN (SELECT h FROM near_keys)"
    )
    own = 0 if places.across else 1
    # Rows of blocks that are too large go first: a join in another order would make all their pairs.
    kept = (
        "SELECT t.other, t.h, s.row_number IS NOT NULL AS one_sided, "
        f"LOG2({places.rows} / GREATEST(b.size - {own}, 1))::FLOAT AS bits FROM near_hits AS t "
        "JOIN near_blocks AS b USING (h) LEFT JOIN near_one_sided AS s ON t.other = s.row_number "
        f"WHERE t.other NOT IN (SELECT row_number FROM near_repeats_{places.theirs})"
    )
    shared = (
        "WITH met AS MATERIALIZED (SELECT k.probe, t.other, t.one_sided, t.bits FROM near_kept AS t "
        "JOIN near_keys AS k USING (h)) SELECT o.probe, o.other, o.bits FROM met AS o "
        f"JOIN near_probes AS p USING (probe) WHERE {allowed}"
    )
    return [
        f"CREATE OR REPLACE TEMP TABLE near_keys AS {keys}",
        f"CREATE OR REPLACE TEMP TABLE near_hits AS {hits}",
        f"CREATE OR REPLACE TEMP TABLE near_blocks AS {_STEP_BLOCKS}",
        f"CREATE OR REPLACE TEMP TABLE near_kept AS {kept}",
        f"CREATE OR REPLACE TEMP TABLE near_shared AS {shared}",
        "DROP TABLE near_hits",
        "DROP TABLE near_kept",
    ]


# Blocks of each way, the smallest first, as long as their pairs are few enough.
_STEP_BLOCKS = f"""
SELECT h, size FROM (
  SELECT h, size, SUM(size * probes) OVER (PARTITION BY way ORDER BY size) AS so_far
  FROM (SELECT h, COUNT(*) AS size FROM near_hits GROUP BY h) AS blocks
  JOIN (SELECT h, way, COUNT(*) AS probes FROM near_keys GROUP BY h, way) AS asked USING (h)
) AS summed WHERE so_far <= {_PAIRS_A_WAY}
"""
