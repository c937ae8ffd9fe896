"""Reading Parquet: columns and row count from its own directory, cells as text when they are compared."""

from __future__ import annotations

import duckdb

from reconcile.engine import sql
from reconcile.engine.errors import FileIsCorrupt, NoColumns, TooManyColumns
from reconcile.engine.reading.dialects import header_notes, unique_names
from reconcile.engine.reading.sources import Prepared, Source
from reconcile.engine.reading.textfiles import TextFile
from reconcile.engine.results import Balance, Export


def prepare(connection: duckdb.DuckDBPyConnection, file: TextFile) -> Prepared:
    """The file as it lies; its pages are checked when they are read."""
    relation = f"read_parquet({sql.file(file.path)}, hive_partitioning=false)"
    try:
        names = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()]  # noqa: S608
        found = connection.execute(f"SELECT COUNT(*) FROM {relation}").fetchone()  # noqa: S608 - a quoted path
    except duckdb.Error as error:
        raise FileIsCorrupt(file=file.name, why="its Parquet directory cannot be read") from error
    if not names:
        raise NoColumns(file=file.name)
    if len(names) > file.limits.columns:
        raise TooManyColumns(file=file.name, count=len(names), limit=file.limits.columns)
    rows = int(found[0]) if found else 0
    export = Export(
        file=file.name, format="parquet", encoding="", delimiter="", quote="", sheet="",
        columns=unique_names(names), balance=Balance(rows, 0, 0, rows, 0, 0, 0), notes=tuple(header_notes(names)),
    )  # fmt: skip
    source = Source(file.path, "parquet", len(names), names=tuple(names))
    return Prepared(export, source, certain=True, original=file.path)
