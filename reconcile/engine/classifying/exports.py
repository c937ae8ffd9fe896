"""The exports of a run laid out for the steps of classifying: one relation a side, every record with its key.

Relations are views, so that only the columns a step asks for are read. With keys that are folded, a right record has
the key its mismatches have: that of the left record it pairs with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from reconcile.engine import sql
from reconcile.engine.classifying.asked import Seen
from reconcile.engine.plan import Pairing
from reconcile.engine.results import Kept

SIDES = ("left", "right")


def other_side(side: str) -> str:
    """The side that stands against one."""
    return SIDES[1 - SIDES.index(side)]


@dataclass(frozen=True, slots=True)
class Laid:
    """What was laid out of a run: the places of its columns, by side and name."""

    run: Seen
    places: dict[tuple[str, str], int]

    def place(self, side: str, column: str) -> int | None:
        """Where a column stands, None where the export has none of that name."""
        return self.places.get((side, column))


def both(run: Seen) -> tuple[Kept, Kept]:
    """The copies of both exports of a run, both of which must be. Raises ValueError."""
    if run.left is None or run.right is None:
        raise ValueError(run)
    return run.left, run.right


def scan(path: Path) -> str:
    """A relation over a Parquet file of ours."""
    return f"read_parquet({sql.file(path)}, hive_partitioning=false)"


def lay_out(connection: duckdb.DuckDBPyConnection, name: str, run: Seen, pairing: Pairing, *, fold: bool) -> Laid:
    """Make ``name_left`` and ``name_right`` of the exports of a run; Raises duckdb.Error.

    Columns: row_number, shown_key, repeats (whether the key is not once on each side at most), c0…cn. Beside them
    ``name_left_cells`` and ``name_right_cells`` have row_number and c0…cn alone: whoever asks only for values
    pays for no keys.
    """
    kept_both = both(run)
    for side, kept in zip(SIDES, kept_both, strict=True):
        parts = [kept.export.columns.index(pair[SIDES.index(side)]) for pair in pairing.key_names]
        cells = f"SELECT file_row_number AS row_number, * FROM {scan(kept.path)} AS source"  # noqa: S608 - quoted paths
        connection.execute(f"CREATE VIEW {name}_{side}_cells AS {cells}")
        connection.execute(f"CREATE TABLE {name}_repeated_{side} AS {step_repeated(run.mismatches, side)}")
        plain = f"{name}_right_plain" if fold and side == "right" else f"{name}_{side}"
        any_repeat = connection.execute(f"SELECT 1 FROM {name}_repeated_{side} LIMIT 1").fetchone() is not None  # noqa: S608 - a name of ours
        repeated = f"{name}_repeated_{side}" if any_repeat else ""
        connection.execute(f"CREATE VIEW {plain} AS {step_laid(kept, parts, repeated)}")
        if plain != f"{name}_{side}":
            _lay_folded(connection, name, run, pairing)
    return Laid(
        run,
        {
            (side, column): place
            for side, kept in zip(SIDES, kept_both, strict=True)
            for place, column in enumerate(kept.export.columns)
        },
    )


def step_repeated(mismatches: Path, side: str) -> str:
    """Keys of one side that stand on either side more than once, or are empty: shown_key."""
    return (
        f"SELECT DISTINCT {sql.name('key')} AS shown_key FROM {scan(mismatches)} AS source "  # noqa: S608 - quoted names
        f"WHERE kind = {sql.text(f'duplicate_{side}')} AND {sql.name('key')} IS NOT NULL"
    )


def step_laid(kept: Kept, key: Sequence[int], repeated: str) -> str:
    """Every record of a kept export with its key as a mismatch has it; ``repeated`` is empty where no key repeats."""
    cells = ", ".join(f"c{place}" for place in range(len(kept.export.columns)))
    shown = shown_key(key)
    # Not EXISTS: that groups all keys of the export first, whatever is asked of them.
    repeats = f"({shown} IN (SELECT shown_key FROM {repeated}))" if repeated else "FALSE"  # noqa: S608 - a name of ours
    return (
        f"SELECT file_row_number AS row_number, {shown} AS shown_key, "  # noqa: S608 - c0…cn, quoted paths
        f"{repeats} AS repeats, {cells} "
        f"FROM {scan(kept.path)} AS source"
    )


def shown_key(key: Sequence[int]) -> str:
    """A key as a rows file writes it: a single one as it is, a composite one as a JSON array."""
    parts = [f"COALESCE(c{place}, '')" for place in key]
    return parts[0] if len(parts) == 1 else f"CAST(JSON_ARRAY({', '.join(parts)}) AS VARCHAR)"


def _lay_folded(connection: duckdb.DuckDBPyConnection, name: str, run: Seen, pairing: Pairing) -> None:
    """The right side with the left keys of the records it pairs with."""
    kept_both = both(run)
    ours, theirs = (
        [kept.export.columns.index(pair[side]) for pair in pairing.key_names] for side, kept in enumerate(kept_both)
    )
    connection.execute(
        f"CREATE TABLE {name}_keys AS {step_folded(f'{name}_left', f'{name}_right_plain', ours, theirs)}"
    )
    cells = ", ".join(f"p.c{place}" for place in range(len(kept_both[1].export.columns)))
    connection.execute(
        f"CREATE VIEW {name}_right AS SELECT p.row_number, COALESCE(k.shown_key, p.shown_key) AS shown_key, "  # noqa: S608 - names of ours
        f"p.repeats, {cells} FROM {name}_right_plain AS p LEFT JOIN {name}_keys AS k ON k.row_number = p.row_number"
    )


def step_folded(left: str, right: str, ours: Sequence[int], theirs: Sequence[int]) -> str:
    """Right rows whose key is written otherwise than that of the left row they pair with: row_number, shown_key."""
    same = " AND ".join(f"l.f{part} = r.f{part}" for part in range(len(ours)))
    rows = [
        f"(SELECT row_number, shown_key, {', '.join(_folded(key))} FROM {relation} AS source WHERE NOT repeats)"  # noqa: S608 - names of ours
        for relation, key in ((left, ours), (right, theirs))
    ]
    return (
        f"SELECT r.row_number, l.shown_key FROM {rows[0]} AS l JOIN {rows[1]} AS r ON {same} "  # noqa: S608 - names of ours
        "WHERE l.shown_key <> r.shown_key"
    )


def _folded(key: Sequence[int]) -> list[str]:
    return [f"COALESCE({sql.folded(f'c{place}')}, '') AS f{part}" for part, place in enumerate(key)]
