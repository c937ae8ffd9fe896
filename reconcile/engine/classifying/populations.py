"""The records a group of mismatches is one part of, as tables of small numbers: which value each has in each column.

Three populations: records that are once on ``both`` sides, the rows of the ``left`` export, those of the ``right``. A
column takes part with its values where they are few, with "empty" alone where they are many. Values become codes of
one byte, so that a million records with thirty columns take thirty megabytes, and columns come in chunks. What stands
out is looked for in samples, by a hash of the key: the same records every time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import duckdb

from reconcile.engine.classifying.choosing import Value

SIDES = ("left", "right")
POPULATIONS = {
    "differs": "both",
    **{f"{kind}_{side}": side for kind in ("only", "duplicate") for side in SIDES},
}
AT_ONCE = 60
_FEW = 200
_FEW_OF_LITTLE = 12
_LONGEST = 200
_CODES = 250
_FIRST = 20_000
_SAMPLE = 50_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column in which something may concentrate: its side (``left``, ``right``), its place there, its name."""

    side: str
    place: int
    name: str


@dataclass(frozen=True, slots=True)
class Held:
    """How many mismatches of a group (by number) have one value, or two."""

    group: int
    values: tuple[Value, ...]
    inside: int


@dataclass(frozen=True, slots=True)
class Words:
    """A column and its values, whose places are their codes."""

    column: Column
    values: tuple[str, ...]


def looked_at(connection: duckdb.DuckDBPyConnection, columns: Sequence[Column]) -> list[Words]:
    """The columns that have values to tell apart, left before right, each in the order of its export."""
    found: list[Words] = []
    for side in SIDES:
        ours = sorted((column for column in columns if column.side == side), key=lambda column: column.place)
        row = connection.execute(f"SELECT COUNT(*) FROM now_{side}_cells").fetchone()
        few = min(_FEW, max(_FEW_OF_LITTLE, (row[0] if row else 0) // 10))
        for start in range(0, len(ours), AT_ONCE):
            found += _words(connection, side, ours[start : start + AT_ONCE], few)
    return [words for words in found if len(words.values) > 1 or words.values == ("",)]


def _words(connection: duckdb.DuckDBPyConnection, side: str, columns: Sequence[Column], few: int) -> Iterator[Words]:
    """Columns with at most ``few`` values, and those that are sometimes empty; most are told by the first rows."""
    cells = f"now_{side}_cells"
    first = f"(SELECT * FROM {cells} WHERE row_number < {_FIRST}) AS first"
    seen = dict(zip(columns, _distinct(connection, first, columns), strict=True))
    maybe = [column for column in columns if seen[column][0] <= few]
    counted = dict(zip(maybe, _distinct(connection, cells, maybe), strict=True))
    narrow = [column for column in maybe if counted[column][0] <= few]
    values = dict(zip(narrow, _values(connection, cells, narrow), strict=True))
    for column in columns:
        if column in values:
            yield Words(column, values[column])
        elif seen[column][1]:
            yield Words(column, ("",))


def _distinct(
    connection: duckdb.DuckDBPyConnection, rows: str, columns: Sequence[Column]
) -> Iterator[tuple[int, bool]]:
    """About how many values each column has, and whether it has both empty cells and others."""
    if columns:
        asked = (
            f"APPROX_COUNT_DISTINCT(c{column.place}), COUNT(*) FILTER (COALESCE(c{column.place}, '') = '')"
            for column in columns
        )
        total, *counts = connection.execute(f"SELECT COUNT(*), {', '.join(asked)} FROM {rows}").fetchone() or (0,)
        yield from ((distinct, 0 < empty < total) for distinct, empty in zip(counts[::2], counts[1::2], strict=True))


def _values(connection: duckdb.DuckDBPyConnection, rows: str, columns: Sequence[Column]) -> Iterator[tuple[str, ...]]:
    """All values of each column that are short enough to be named, in order."""
    if columns:
        cells = (f"COALESCE(c{column.place}, '')" for column in columns)
        asked = (f"LIST(DISTINCT {cell}) FILTER (LENGTH({cell}) <= {_LONGEST})" for cell in cells)
        found = connection.execute(f"SELECT {', '.join(asked)} FROM {rows}").fetchone() or ()
        yield from (tuple(sorted(values or ())[:_CODES]) for values in found)


class Coded:
    """Both exports with codes instead of values, a chunk of columns at a time: tables ``segment_left`` and right.

    Columns: row_number, k (a hash of the key), repeats, v0…vn by the place of a column among ``words``; NULL where not
    looked at. ``with`` it: afterwards they are gone.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, words: Sequence[Words]) -> None:
        self._db = connection
        self.words = tuple(words)
        self._made: dict[str, frozenset[int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        for table in (*SIDES, "words"):
            self._db.execute(f"DROP TABLE IF EXISTS segment_{table}")

    def make(self, side: str, places: Sequence[int]) -> None:
        """The table of a side with the columns at these places, and maybe more."""
        made = self._made.get(side)
        if made is not None and made.issuperset(places):
            return
        codes = "".join(f", {self._code(place)} AS v{place}" for place in places)
        self._db.execute(
            f"CREATE OR REPLACE TEMP TABLE segment_{side} AS "
            f"SELECT row_number, HASH(shown_key) AS k, repeats{codes} FROM now_{side}"
        )
        for place in places:
            self._db.execute(f"DROP TYPE segment_type_{place}")
        self._made[side] = frozenset(places)

    def _code(self, place: int) -> str:
        words = self.words[place]
        self._db.execute("CREATE OR REPLACE TEMP TABLE segment_words (value VARCHAR)")
        self._db.execute("INSERT INTO segment_words SELECT UNNEST(?)", [list(words.values)])
        self._db.execute(f"CREATE TYPE segment_type_{place} AS ENUM (SELECT value FROM segment_words)")
        cell = f"TRY_CAST(COALESCE(c{words.column.place}, '') AS segment_type_{place})"
        return f"CAST(ENUM_CODE({cell}) AS UTINYINT)"


class Population:
    """Records with the codes of their values, and the groups among them; gone after ``with``.

    Tables: ``segment_rows`` (all records, k, v0…vn), ``segment_sample`` (some of them), ``segment_members``
    (number of the group, record; of every group some with their ``identity``), ``segment_picked`` (those, v0…vn).
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, name: str, coded: Coded) -> None:
        self._db = connection
        self._coded = coded
        self._sides = SIDES if name == "both" else (name,)
        self._made: frozenset[int] | None = None
        self.words = {place: one for place, one in enumerate(coded.words) if one.column.side in self._sides}
        self.size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        for table in ("rows", "members", "groups", "sample", "picked"):
            self._db.execute(f"DROP TABLE IF EXISTS segment_{table}")

    def number(self, groups: Sequence[tuple[str, int, int]]) -> None:
        """Say which groups there are: label, how many with one value are worth a look, of how many only one is."""
        self._db.execute(
            "CREATE OR REPLACE TEMP TABLE segment_groups (number INTEGER, label VARCHAR, least INTEGER, every INTEGER)"
        )
        columns = [list(column) for column in zip(*groups, strict=True)]
        self._db.execute(
            "INSERT INTO segment_groups SELECT UNNEST(?), UNNEST(?), UNNEST(?), UNNEST(?)",
            [list(range(len(groups))), *columns],
        )

    def make(self, places: Sequence[int]) -> None:
        """The tables with the columns at these places, and maybe more."""
        if self._made is not None and self._made.issuperset(places):
            return
        for side in self._sides:
            self._coded.make(side, [place for place in places if self.words[place].column.side == side])
        self._make_rows(places)
        self._make_members(places)
        self._made = frozenset(places)

    def _make_rows(self, places: Sequence[int]) -> None:
        codes = "".join(f", {self.words[place].column.side[0]}.v{place}" for place in places)
        first = self._sides[0]
        rows = f"segment_{first} AS {first[0]}"
        if len(self._sides) == 2:
            rows += " JOIN segment_right AS r ON l.k = r.k AND NOT l.repeats AND NOT r.repeats"
        self._db.execute(
            f"CREATE OR REPLACE TEMP TABLE segment_rows AS SELECT {first[0]}.row_number AS row_number, "
            f"{first[0]}.repeats AS repeats, {first[0]}.k AS k{codes} FROM {rows}"
        )
        row = self._db.execute("SELECT COUNT(*) FROM segment_rows").fetchone()
        self.size = int(row[0]) if row else 0
        self._every = max(1, self.size // _SAMPLE)
        names = "".join(f", v{place}" for place in places)
        self._db.execute(
            f"CREATE OR REPLACE TEMP TABLE segment_sample AS SELECT 0 AS number{names} FROM segment_rows "
            f"WHERE k % {self._every} = 0"
        )

    def _make_members(self, places: Sequence[int]) -> None:
        """Of a key that repeats its last row stands for it."""
        last = "SELECT MAX(row_number) FROM segment_rows WHERE repeats GROUP BY k"
        self._db.execute(
            "CREATE OR REPLACE TEMP TABLE segment_members AS SELECT g.number, p.rowid AS record, "
            "CASE WHEN p.k % g.every = 0 THEN g.identity END AS identity FROM (SELECT number, every, identity, "
            "HASH(key) AS k FROM classified AS c JOIN segment_groups AS g ON g.label = c.label) AS g "
            "JOIN segment_rows AS p ON p.k = g.k "
            f"WHERE NOT p.repeats OR p.row_number IN ({last})"
        )
        names = "".join(f", p.v{place}" for place in places)
        self._db.execute(
            f"CREATE OR REPLACE TEMP TABLE segment_picked AS SELECT m.number, g.least, g.every, m.identity{names} "
            "FROM segment_members AS m JOIN segment_groups AS g ON g.number = m.number "
            "JOIN segment_rows AS p ON p.rowid = m.record WHERE m.identity IS NOT NULL"
        )

    def counts(self, places: Sequence[int], *, sampled: bool = False) -> dict[tuple[Value, ...], int]:
        """Records by their values in one column or two; of a sample, worked out for all."""
        codes, there = _cells(places)
        table, times = ("segment_sample", self._every) if sampled else ("segment_rows", 1)
        rows = self._db.execute(f"SELECT COUNT(*), {codes} FROM {table} WHERE {there} GROUP BY {codes}").fetchall()
        return {tuple(zip(places, values, strict=True)): count * times for count, *values in rows}

    def held(self, places: Sequence[int]) -> Iterator[Held]:
        """Mismatches by group and by their values in one column or two, where a group has enough of them.

        Of large groups not all are looked at, so that ``inside`` is about right.
        """
        codes, there = _cells(places)
        inside = "COUNT(*) * ANY_VALUE(every)"
        rows = self._db.execute(
            f"SELECT number, {inside}, {codes} FROM segment_picked WHERE {there} "
            f"GROUP BY number, {codes} HAVING {inside} >= ANY_VALUE(least)"
        ).fetchall()
        for number, count, *values in rows:
            yield Held(number, tuple(zip(places, values, strict=True)), count)

    def members(self) -> dict[int, int]:
        """How many records each group has, by its number."""
        return dict(self._db.execute("SELECT number, COUNT(*) FROM segment_members GROUP BY number").fetchall())

    def group(self, number: int) -> int:
        """The records of a group, a bit each."""
        return self._bits(f"segment_members WHERE number = {number}", "record")

    def bits(self, value: Value) -> int:
        """The records that have a value, a bit each."""
        place, code = value
        return self._bits(f"segment_rows WHERE v{place} = {code}", "rowid")

    def typical(self, number: int, values: Sequence[Value], most: int) -> tuple[str, ...]:
        """Identities of up to ``most`` of a group's mismatches whose records have these values."""
        inside = " AND ".join(f"v{place} = {code}" for place, code in values)
        row = self._db.execute(
            f"SELECT MIN(identity, {most}) FROM segment_picked WHERE number = {number} AND {inside}"
        ).fetchone()
        return tuple(row[0] or ()) if row else ()

    def _bits(self, rows: str, record: str) -> int:
        statement = f"SELECT CAST(BITSTRING_AGG({record}, 0, {max(self.size - 1, 1)}) AS VARCHAR) FROM {rows}"
        row = self._db.execute(statement).fetchone()
        return int(row[0], 2) if row and row[0] else 0


def _cells(places: Sequence[int]) -> tuple[str, str]:
    return ", ".join(f"v{place}" for place in places), " AND ".join(f"v{place} IS NOT NULL" for place in places)
