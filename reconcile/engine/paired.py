"""The rows that a comparison paired, beside each other: in order, in this process, in little memory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from reconcile.engine import database, sql
from reconcile.engine.errors import ColumnMissing, FileIsCorrupt
from reconcile.engine.limits import MB
from reconcile.engine.results import Kept, Pair

_MEMORY = 300 * MB


def pairs(  # noqa: PLR0913 - both sides, twice
    left: Kept,
    right: Kept,
    key: Sequence[tuple[str, str]],
    columns: tuple[Sequence[str], Sequence[str]],
    rows_file: str | os.PathLike[str],
    *,
    differing: bool = True,
    batch: int = 10_000,
) -> Iterator[list[Pair]]:
    """The rows of two kept exports that ``compare`` paired, with the values of ``columns`` (left ones, right ones).

    ``rows_file`` is the Parquet file that ``compare`` made of them under ``key``, unfolded. ``differing``: only pairs
    with a difference. In the order of the left export, a list of at most ``batch`` at a time; what does not fit into
    memory is spilled beside the rows file. Raises ColumnMissing, FileIsCorrupt.
    """
    found = Path(rows_file).resolve()
    query = _query((left, right), key, columns, found, differing=differing)
    cut = 2 + len(columns[0])
    with (
        tempfile.TemporaryDirectory(prefix="pairing-", dir=found.parent) as folder,
        database.connect(_MEMORY, Path(folder), [found, left.path, right.path], threads=1) as connection,
    ):
        try:
            connection.execute(query)
            while rows := connection.fetchmany(batch):
                yield [Pair(row[0], row[1], row[2:cut], row[cut:]) for row in rows]
        except duckdb.IOException as error:
            raise FileIsCorrupt(file=left.export.file, why="its kept copy cannot be read to the end") from error


def _query(
    exports: tuple[Kept, Kept],
    key: Sequence[tuple[str, str]],
    columns: tuple[Sequence[str], Sequence[str]],
    rows_file: Path,
    *,
    differing: bool,
) -> str:
    sides = [
        _side(kept, [pair[side] for pair in key], wanted)
        for side, (kept, wanted) in enumerate(zip(exports, columns, strict=True))
    ]
    same = " AND ".join(f"l.k{part} = r.k{part}" for part in range(len(key)))
    found = f"(SELECT DISTINCT {sql.name('key')} AS shown_key, kind FROM {_scan(rows_file)} AS source)"  # noqa: S608
    values = [f"{side}.v{place}" for side, wanted in zip("lr", columns, strict=True) for place in range(len(wanted))]
    return (
        f"SELECT l.shown_key, d.shown_key IS NOT NULL, {', '.join(values)} "  # noqa: S608 - c0…cn, quoted paths
        f"FROM {sides[0]} AS l JOIN {sides[1]} AS r ON {same} "
        f"{'JOIN' if differing else 'LEFT JOIN'} {found} AS d ON d.shown_key = l.shown_key AND d.kind = 'differs' "
        f"WHERE NOT EXISTS (SELECT 1 FROM {found} AS x WHERE x.shown_key = l.shown_key AND x.kind LIKE 'duplicate%') "
        "ORDER BY l.row_number"
    )


def _side(kept: Kept, key: Sequence[str], columns: Sequence[str]) -> str:
    """One export with its key's parts k0…kn, the key as a rows file writes it, and the values v0…vn."""
    parts = [f"COALESCE(c{_place(kept, column)}, '')" for column in key]
    shown = parts[0] if len(parts) == 1 else f"CAST(JSON_ARRAY({', '.join(parts)}) AS VARCHAR)"
    cells = [f"{part} AS k{number}" for number, part in enumerate(parts)]
    cells += [f"c{_place(kept, column)} AS v{number}" for number, column in enumerate(columns)]
    return (
        f"(SELECT file_row_number AS row_number, {shown} AS shown_key, {', '.join(cells)} "  # noqa: S608 - c0…cn
        f"FROM {_scan(kept.path)} AS source)"
    )


def _place(kept: Kept, column: str) -> int:
    columns = kept.export.columns
    if column not in columns:
        raise ColumnMissing(role="Column", column=column, file=kept.export.file, columns=list(columns))
    return columns.index(column)


def _scan(path: Path) -> str:
    return f"read_parquet({sql.file(path)}, hive_partitioning=false)"
