"""Near copies: one-sided records that strongly resemble a matched one or each other (§6, ``duplicate``).

Three searches: left in left, right in right, left in right. Each takes candidates that share something rare
(``near_blocks``), scores them (``near_scoring``) and keeps what neither chance nor the likeness that is usual between
different records of this very file explains (``near_deciding``).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import duckdb

from reconcile.engine.classifying import near_blocks, near_columns, near_deciding, near_rows, near_scoring
from reconcile.engine.classifying.exports import SIDES
from reconcile.engine.classifying.near_blocks import Places
from reconcile.engine.classifying.near_columns import Telling

# Much of a search is worked on by one thread, for its tables are small.
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Columns:
    """Places of the columns that may be looked at: all of each side, and the pairs that hold the same fact.

    Keys, edit columns and nothing else are left out. ``left`` and ``right`` are (place, name); ``pairs`` are
    (left place, right place, name of the field).
    """

    left: Sequence[tuple[int, str]]
    right: Sequence[tuple[int, str]]
    pairs: Sequence[tuple[int, int, str]]

    def looked_at(self, side: str) -> list[int]:
        """All places of one side."""
        paired = [pair[:2][SIDES.index(side)] for pair in self.pairs]
        return sorted({place for place, _ in (self.left if side == "left" else self.right)}.union(paired))


@dataclass(frozen=True, slots=True)
class _Search:
    """One search: for one-sided records of ``mine`` among the rows of ``theirs``."""

    mine: str
    theirs: str
    asked: Sequence[tuple[int, int, str]]

    @property
    def across(self) -> bool:
        """Whether both sides are searched: for one record under two keys."""
        return self.mine != self.theirs

    @property
    def how(self) -> str:
        """How the record is there twice."""
        return "two keys" if self.across else "copy"


def find(connection: duckdb.DuckDBPyConnection, columns: Columns) -> None:
    """Make the table ``near_copies`` for the rows of ``one_sided`` (identity, side, shown_key).

    One row at most for each of them: identity, how ('copy': of a matched record on its own side or of another
    one-sided one there; 'two keys': the same record on the other side under another key), other_side, other_key,
    alike (a JSON list of the names of the columns in which both agree, the most telling first). Never all pairs:
    candidates share a rare value. Of more than 200,000 one-sided records of a side a part is looked at. Raises
    duckdb.Error.
    """
    asked = dict(connection.execute("SELECT side, COUNT(*) FROM one_sided GROUP BY side").fetchall())
    near_deciding.begin(connection)
    rows = {side: near_rows.counted(connection, side) for side in SIDES}
    every = near_rows.every(max(rows.values()))
    profiles = {}
    for side in SIDES:
        if asked.get(side):
            near_rows.lay_out(connection, side, rows[side], every, columns.looked_at(side))
            profiles[side] = near_columns.profiles(connection, side, rows[side], every, columns.looked_at(side))
    searches = [
        _Search("left", "left", [(place, place, name) for place, name in columns.left]),
        _Search("right", "right", [(place, place, name) for place, name in columns.right]),
        _Search("left", "right", columns.pairs),
    ]

    def look(search: _Search) -> None:
        done = near_deciding.Searched(
            search.how,
            search.mine,
            search.theirs,
            asked[search.mine],
            asked[search.theirs] if search.across else rows[search.theirs],
            float(every) if search.across else 1.0,
        )
        with connection.cursor() as own:
            told = near_columns.choose(own, (search.mine, search.theirs), profiles, search.asked)
            _search(own, search, rows[search.theirs], told, done)

    threads = connection.execute("SELECT CURRENT_SETTING('threads')").fetchone() or (1,)
    with ThreadPoolExecutor(min(_AT_ONCE, int(threads[0]))) as pool:
        list(pool.map(look, (one for one in searches if asked.get(one.mine) and asked.get(one.theirs))))
    near_deciding.finish(connection)
    for table in ("all", *(f"{what}_{side}" for what in ("cells", "rows", "repeats", "sample") for side in SIDES)):
        connection.execute(f"DROP TABLE IF EXISTS near_{table}")


def _search(
    connection: duckdb.DuckDBPyConnection,
    search: _Search,
    rows: int,
    columns: Sequence[Telling],
    done: near_deciding.Searched,
) -> None:
    """Add what one search finds to ``near_found``; what it makes besides is temporary, and of this connection."""
    if len(columns) < near_deciding.LEAST_COLUMNS:
        return
    near_rows.probe(connection, search.mine, search.theirs)
    places = Places(search.mine, search.theirs, rows)
    if near_blocks.candidates(connection, columns, places, _allowed(search)):
        near_scoring.score(connection, columns, places, done.needed)
        near_deciding.decide(connection, done, columns)


def _allowed(search: _Search) -> str:
    """What may be a pair: never a row and itself, nor the two rows of one matched record.

    Of one-sided records of one side the later one may be a copy of the earlier one. Controls meet matched rows only.
    """
    if search.across:
        return "o.other IS DISTINCT FROM p.twin AND (p.identity IS NULL) <> o.one_sided"
    earlier = "p.identity IS NOT NULL AND o.other < p.row_number"
    return f"o.other <> p.row_number AND (NOT o.one_sided OR ({earlier}))"
