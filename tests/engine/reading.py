"""The reader at work in this process: what it makes of a file, cell by cell."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from reconcile.engine import database, sql
from reconcile.engine.limits import Limits
from reconcile.engine.reading import textfiles
from reconcile.engine.reading.sources import Prepared, Source
from reconcile.engine.reading.textfiles import TextFile
from reconcile.engine.results import Export
from reconcile.engine.spec import ReadOptions
from reconcile.engine.workplace import Workplace

RECOGNISED = ReadOptions()
LIMITS = Limits()
_MOST_SHOWN = 500
Row = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """``rows``: no more than their last 500 columns; ``rejected``: line, lines, reason, text."""

    export: Export
    rows: list[Row]
    rejected: list[tuple[str, ...]]
    in_place: bool


def _quiet(step: str, done: int, total: int) -> None:
    """Progress nobody asked for."""


@contextmanager
def reader(*files: Path) -> Iterator[Reader]:
    """A reader of these files with one database connection and one folder for all of them."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made).resolve()
        connection = database.connect(LIMITS.memory, folder, files)
        yield Reader(connection, folder)
        connection.close()


class Reader:
    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._connection = connection
        self._folder = folder
        self._count = 0

    def read(self, path: Path, options: ReadOptions = RECOGNISED, limits: Limits = LIMITS) -> Reading:
        """As ``engine.read`` does it in its child. Raises EngineError."""
        place = Workplace([(path, path.name, options)], self._new_folder(), limits)
        place._connection = self._connection
        prepared = place.prepare(0, _quiet)
        prepared = place.verified(0, prepared)
        return self._reading(prepared)

    def read_record_by_record(self, path: Path, options: ReadOptions = RECOGNISED) -> Reading:
        """The same file without the quick way. Raises EngineError."""
        return self._reading(textfiles.rewrite(TextFile(path, path.name, options, LIMITS), self._new_folder()))

    def _new_folder(self) -> Path:
        self._count += 1
        return self._folder / str(self._count)

    def _reading(self, prepared: Prepared) -> Reading:
        file = prepared.export.rejected_file
        csv.field_size_limit(LIMITS.cell_characters)
        with file.open(newline="", encoding="utf-8") if file else tempfile.TemporaryFile("w+") as opened:
            rejected = [tuple(row) for row in csv.reader(opened)][1:]
        return Reading(prepared.export, self._rows(prepared.source), rejected, not prepared.source.rewritten)

    def _rows(self, source: Source) -> list[Row]:
        shown = ", ".join(f"c{place}" for place in range(source.width)[-_MOST_SHOWN:])
        return self._connection.execute(f"SELECT {shown} FROM {sql.scan(source)}").fetchall()  # noqa: S608
