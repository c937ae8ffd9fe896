"""Keys of an earlier export that a later one does not have: counted, and a few of them, in this process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reconcile.engine import sql
from reconcile.engine.errors import ColumnMissing
from reconcile.engine.results import Kept
from reconcile.engine.stored import opened

_THREADS = 2


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many keys are left out, and the first of them in the order of the earlier export, as a rows file has them."""

    count: int
    keys: tuple[str, ...]


def left_out(before: Kept, now: Kept, columns: Sequence[str], *, fold: bool = False, most: int = 20) -> LeftOut:
    """The keys, made of ``columns``, of the kept export ``before`` that ``now`` has in no row; empty keys are none.

    ``fold``: outer space and case set aside. Keys go through the join as numbers of sixteen bytes, so that memory stays
    small. Raises ColumnMissing, FileMissing, FileIsCorrupt.
    """
    earlier, later = (_keyed(kept, columns, fold=fold) for kept in (before, now))
    with opened(before.path, before.export.file, threads=_THREADS, beside=[now.path]) as connection:
        connection.execute(
            "CREATE TEMPORARY TABLE missing AS SELECT number, MIN(row_number) AS row_number "  # noqa: S608 - c0…cn
            f"FROM {earlier} AS b WHERE filled AND NOT EXISTS (SELECT 1 FROM {later} AS n WHERE n.number = b.number) "
            "GROUP BY number"
        )
        counted = connection.execute("SELECT COUNT(*) FROM missing").fetchone()
        first = f"SELECT row_number FROM missing ORDER BY row_number LIMIT {int(most)}"  # noqa: S608 - a number
        numbers = [row for (row,) in connection.execute(first).fetchall()]
        listed = ", ".join(str(int(number)) for number in numbers) or "NULL"
        shown = connection.execute(
            f"SELECT shown_key FROM {earlier} AS b WHERE row_number IN ({listed}) ORDER BY row_number"  # noqa: S608
        ).fetchall()
    return LeftOut(int(counted[0]) if counted else 0, tuple(key for (key,) in shown))


def _keyed(kept: Kept, columns: Sequence[str], *, fold: bool) -> str:
    """One export with its key as a rows file writes it, a number that stands for the key, and whether it is there."""
    cells = [f"COALESCE(c{_place(kept, column)}, '')" for column in columns]
    folded = [f"COALESCE({sql.folded(cell)}, '')" for cell in cells] if fold else cells
    shown, name = (
        parts[0] if len(parts) == 1 else f"CAST(JSON_ARRAY({', '.join(parts)}) AS VARCHAR)" for parts in (cells, folded)
    )
    filled = " OR ".join(f"{part} <> ''" for part in folded)
    return (
        f"(SELECT file_row_number AS row_number, {shown} AS shown_key, CAST(MD5({name}) AS UUID) AS number, "  # noqa: S608 - c0…cn, quoted path
        f"({filled}) AS filled FROM read_parquet({sql.file(kept.path)}, hive_partitioning=false) AS source)"
    )


def _place(kept: Kept, column: str) -> int:
    columns = kept.export.columns
    if column not in columns:
        raise ColumnMissing(role="Key column", column=column, file=kept.export.file, columns=list(columns))
    return columns.index(column)
