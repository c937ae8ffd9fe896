"""Rows into a Parquet file as the engine makes them, in this process: little memory, one thread."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

import duckdb

from reconcile.engine import sql

_MEMORY = "100MB"
_AT_ONCE = 10_000


def write_rows(rows: Iterable[Sequence[str | None]], out: Path, columns: Sequence[str]) -> int:
    """Texts, row by row and in that order, into ``out``; how many rows. It appears only when complete."""
    names = [sql.name(column) for column in columns]
    lists = ", ".join("unnest(CAST(? AS VARCHAR[]))" for _ in columns)
    count = 0
    with tempfile.TemporaryDirectory(prefix="writing-", dir=out.parent) as work, duckdb.connect() as connection:
        for setting in (f"memory_limit = '{_MEMORY}'", "threads = 1", f"temp_directory = {sql.text(work)}"):
            connection.execute(f"SET {setting}")
        connection.execute(f"CREATE TABLE made ({', '.join(f'{name} VARCHAR' for name in names)})")
        coming = iter(rows)
        while batch := list(islice(coming, _AT_ONCE)):
            connection.execute(f"INSERT INTO made SELECT {lists}", [list(cells) for cells in zip(*batch, strict=True)])
            count += len(batch)
        made = Path(work) / "made.parquet"
        connection.execute(f"COPY made TO {sql.text(str(made))} (FORMAT parquet)")
        made.replace(out)
    return count
