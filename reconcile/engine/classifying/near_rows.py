"""Which rows near copies are looked for with, and among which, each export read as seldom as possible.

Of a side ``near_rows_left`` and ``near_rows_right`` are the rows that are one-sided, or some by a hash of the key: the
same records on both sides, whatever their order. ``near_cells_left`` and right have the cells of those.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

MATCHED = 50_000
"""About so many matched rows are kept of a side; of two systems these are searched in."""
_MOST_PROBES = 200_000
_CONTROLS = 1_000
_LARGEST = 2**64 - 1


def counted(connection: duckdb.DuckDBPyConnection, side: str) -> int:
    """All rows of a side."""
    return int((connection.execute(f"SELECT COUNT(*) FROM now_{side}_cells").fetchone() or (0,))[0])


def every(rows: int) -> int:
    """Of how many rows one is kept; the same of both sides, so that these are the same records."""
    return max(1, rows // MATCHED)


def lay_out(connection: duckdb.DuckDBPyConnection, side: str, rows: int, each: int, places: Sequence[int]) -> None:
    """Make ``near_rows_side``, ``near_cells_side``, ``near_repeats_side`` of a side of so many rows, one of ``each``.

    Columns: row_number, shown_key, identity (NULL of a matched row), h (a hash of the key), kept (whether chosen by
    it), and c0…cn of the places; near_repeats_side has row_number of rows whose key is not once there. Of more than
    200,000 one-sided rows a part has its cells kept.
    """
    # Controls are those of the least hashes; four times as many as are needed hold enough that are matched.
    least = min(_LARGEST, _LARGEST // max(rows, 1) * 4 * _CONTROLS)
    keyed = f"SELECT row_number, shown_key, repeats, HASH(shown_key) AS h FROM now_{side}"
    one_sided = f"SELECT identity, shown_key FROM one_sided WHERE side = '{side}'"
    looked_at = (
        f"SELECT n.row_number, n.shown_key, o.identity, n.h, n.repeats, n.h % {each} = 0 AS kept FROM ({keyed}) AS n "
        f"LEFT JOIN ({one_sided}) AS o USING (shown_key) WHERE n.repeats OR o.identity IS NOT NULL "
        f"OR h % {each} = 0 OR h <= {least}::UBIGINT"
    )
    some = (
        f"SELECT * FROM near_rows_{side} WHERE identity IS NULL UNION ALL (SELECT * FROM near_rows_{side} "
        f"WHERE identity IS NOT NULL ORDER BY h LIMIT {_MOST_PROBES})"
    )
    cells = "".join(f", c.c{place}" for place in places)
    celled = f"SELECT r.*{cells} FROM now_{side}_cells AS c JOIN ({some}) AS r ON r.row_number = c.row_number"
    for table, made in (
        ("near_all", looked_at),
        (f"near_repeats_{side}", "SELECT row_number FROM near_all WHERE repeats"),
        (f"near_rows_{side}", "SELECT * EXCLUDE (repeats) FROM near_all WHERE NOT repeats"),
        (f"near_cells_{side}", celled),
    ):
        connection.execute(f"CREATE OR REPLACE TABLE {table} AS {made}")


def probe(connection: duckdb.DuckDBPyConnection, mine: str, theirs: str) -> None:
    """Make ``near_probes`` (probe, row_number, shown_key, identity, twin) of a search for rows of one side in another.

    A probe without an identity is a control: a matched record, of which we know that it is no copy; ``twin`` is its
    row on the other side. ``near_one_sided`` (row_number, identity) are rows of the other side.
    """
    probes = (
        f"SELECT row_number, shown_key, identity FROM near_cells_{mine} WHERE identity IS NOT NULL UNION ALL "
        f"(SELECT row_number, shown_key, identity FROM near_cells_{mine} WHERE identity IS NULL "
        f"ORDER BY h, shown_key LIMIT {_CONTROLS})"
    )
    twins = f"SELECT row_number, shown_key FROM near_rows_{theirs} WHERE identity IS NULL"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE near_probes AS SELECT (ROW_NUMBER() OVER (ORDER BY p.row_number))::INTEGER "
        f"AS probe, p.*, t.row_number AS twin FROM ({probes}) AS p "
        f"LEFT JOIN ({twins}) AS t ON p.identity IS NULL AND t.shown_key = p.shown_key"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW near_one_sided AS SELECT row_number, identity "
        f"FROM near_rows_{theirs} WHERE identity IS NOT NULL"
    )
