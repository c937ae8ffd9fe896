"""From a path to something the database can scan, whatever the format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from reconcile.engine.errors import NotATable
from reconcile.engine.reading import formats, jsonlines, parquetfiles, spreadsheets, textfiles
from reconcile.engine.reading.sources import Prepared, Told, untold
from reconcile.engine.reading.textfiles import TextFile


def prepare(
    connection: Callable[[], duckdb.DuckDBPyConnection], file: TextFile, folder: Path, tell: Told = untold
) -> Prepared:
    """``file`` recognised by its content, unpacked and rewritten into ``folder`` as far as needed.

    ``connection`` makes one where the format needs it; ``tell`` hears of text files how far reading has come. Raises
    FileProblem.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kind = formats.recognise(file.path, file.name)
    if kind in ("gzip", "zip"):
        path = formats.unpack(file.path, kind, file.name, folder, file.limits)
        file = TextFile(path, file.name, file.options, file.limits)
        kind = formats.recognise(path, file.name)
        if kind in ("gzip", "zip"):
            raise NotATable(file=file.name, what="an archive inside an archive")
    if kind == "workbook":
        return spreadsheets.prepare(file, folder)
    spreadsheets.refuse_sheet(file)
    if kind == "parquet":
        return parquetfiles.prepare(connection(), file)
    return jsonlines.prepare(file, folder, tell) if kind == "json lines" else textfiles.prepare(file, folder, tell)
