"""Where one request is worked on: a folder, a connection, the files; and what to do when a file turns out unclean."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import duckdb

from reconcile.engine import apart, database, keeping, plan, sql
from reconcile.engine.batches import Comparing
from reconcile.engine.errors import FileIsCorrupt
from reconcile.engine.limits import Limits
from reconcile.engine.matching import InDoubt
from reconcile.engine.reading import formats, preparing, textfiles
from reconcile.engine.reading.sources import Prepared, Told, untold
from reconcile.engine.reading.textfiles import TextFile
from reconcile.engine.results import Export, Kept
from reconcile.engine.spec import CompareSpec, ReadOptions
from reconcile.engine.suggesting.suggestions import Suggestion

Progress = Callable[[str, int, int], None]
T = TypeVar("T")
_SIDES = ("left", "right")
_AT_ONCE = 500
_WIDE = 1_000
_PLAIN = ReadOptions()

Given = tuple[Path, str, ReadOptions] | Kept


class Workplace:
    """``with`` it. ``files`` are (path, name for people, options) or kept exports, one or two.

    ``ordered``: what is read of a file keeps the file's order.
    """

    def __init__(self, files: Sequence[Given], folder: Path, limits: Limits, *, ordered: bool = False) -> None:
        self._kept = [given if isinstance(given, Kept) else None for given in files]
        plain = [(given.path, given.export.file, _PLAIN) if isinstance(given, Kept) else given for given in files]
        self._files = [
            TextFile(formats.reachable(path, folder / side), name, options, limits)
            for side, (path, name, options) in zip(_SIDES, plain, strict=False)
        ]
        self._folder = folder
        self._limits = limits
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._fits = False
        self._ordered = ordered
        self._threads = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._disconnect()

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection, made when it is first needed: a process with threads is better not forked."""
        if self._connection is None:
            files = [file.path for file in self._files]
            self._connection = database.connect(
                self._limits.memory,
                self._folder,
                files,
                fits=self._fits,
                ordered=self._ordered,
                threads=self._threads,
            )
        return self._connection

    def prepare(self, side: int, progress: Progress) -> Prepared:
        """One file made ready to be scanned."""
        tell = self._tell_reading(side, progress)
        tell(0, 0)
        return self._prepare(side, tell)

    def _tell_reading(self, side: int, progress: Progress) -> Told:
        return functools.partial(progress, f"Reading {self._files[side].name}")

    def prepare_both(self, progress: Progress) -> list[Prepared]:
        """Both files made ready at the same time."""
        if any(self._kept):
            sides = [self.prepare(side, progress) for side in (0, 1)]
            self._disconnect()
        else:
            step = f"Reading {self._files[0].name} and {self._files[1].name}"
            progress(step, 0, 0)
            larger = max((0, 1), key=lambda side: self._files[side].path.stat().st_size)
            told = [functools.partial(progress, step) if side == larger else untold for side in (0, 1)]
            sides = list(apart.both(lambda: self._prepare(0, told[0]), lambda: self._prepare(1, told[1])))
        self._fits = all(_resident(side) <= self._limits.memory for side in sides)
        return sides

    def read(self, progress: Progress) -> Export:
        """One file read whole."""
        prepared = self.prepare(0, progress)
        with self._told_of_scan(prepared, progress):
            return self.verified(0, prepared, self._tell_reading(0, progress)).export

    def keep(self, out: Path, progress: Progress) -> Export:
        """One file read whole and copied to ``out``: every cell of every row, in the file's order."""
        prepared = self.prepare(0, progress)
        if prepared.source.width > _WIDE:
            self._disconnect()
            self._fits, self._threads = True, 1
        if self._copied(prepared, out, progress):
            return prepared.export
        if not prepared.certain:
            prepared = self._rewritten(0, prepared, self._tell_reading(0, progress))
            if self._copied(prepared, out, progress):
                return prepared.export
        raise FileIsCorrupt(file=prepared.export.file, why="its data cannot be read to the end")

    def _copied(self, prepared: Prepared, out: Path, progress: Progress) -> bool:
        with self._told_of_scan(prepared, progress):
            written = self._if_readable(prepared, lambda: keeping.write(self.connection, prepared, out))
        return written == prepared.export.balance.rows

    @contextlib.contextmanager
    def _told_of_scan(self, prepared: Prepared, progress: Progress) -> Iterator[None]:
        """While the database reads all of a file, ``progress`` hears of it."""
        name, lines = prepared.export.file, prepared.export.balance.lines
        step = f"Keeping a copy of {name}" if prepared.source.rewritten else f"Reading {name}"
        with database.watched(self.connection, lambda share: progress(step, int(lines * share), lines)):
            yield

    def verified(self, side: int, prepared: Prepared, tell: Told = untold) -> Prepared:
        """The same after the database has read all of it and counted what we counted; read anew where it did not."""
        if self._reads_all(prepared):
            return replace(prepared, certain=True)
        if not prepared.certain:
            prepared = self._rewritten(side, prepared, tell)
            if self._reads_all(prepared):
                return prepared
        raise FileIsCorrupt(file=prepared.export.file, why="its data cannot be read to the end")

    def compare(self, spec: CompareSpec, rows_file: Path | None, progress: Progress) -> dict[str, Any]:
        """Both files compared, as JSON-ready data of a ``Comparison`` (without ``seconds``)."""
        sides = self.prepare_both(progress)
        spec, suggested, sides = self._completed(spec, sides, progress)
        while True:
            pairing = plan.resolve(spec, sides[0].export, sides[1].export)
            try:
                sides = self._unseen_read(sides, pairing)
                comparing = Comparing(self.connection, spec, (sides[0], sides[1]), self._folder)
                outcome = comparing.run(pairing, rows_file, progress)
                break
            except duckdb.OutOfMemoryException:
                raise
            except duckdb.Error:
                self._refuse_damaged(sides)
                raise
            except InDoubt as doubt:
                self._disconnect()
                sides = [
                    self.verified(side, prepared) if side in doubt.sides else prepared
                    for side, prepared in enumerate(sides)
                ]
        found = {
            name: getattr(outcome, name)
            for name in ("matched", "repeated_on_both", "differing_rows", "key_folds", "plan")
        }
        return found | {
            "left": sides[0].export.to_json(),
            "right": sides[1].export.to_json(),
            "key": pairing.key_names,
            "left_side": asdict(outcome.left_side),
            "right_side": asdict(outcome.right_side),
            "fields": [asdict(result) for result in outcome.fields],
            "unpaired_left": pairing.unpaired_left,
            "unpaired_right": pairing.unpaired_right,
            "notes": pairing.notes,
            "first": [asdict(line) for line in outcome.first],
            "rows_file": rows_file,
            "suggested": suggested,
        }

    def suggest(self, progress: Progress) -> dict[str, Any]:
        """What is likely for both files, as JSON-ready data of a ``Suggestion``."""
        return asdict(self._suggested(self.prepare_both(progress), progress)[0])

    def _suggested(self, sides: list[Prepared], progress: Progress) -> tuple[Suggestion, list[Prepared]]:
        """A suggestion, and the sides it rests on: read anew where one read in place could not be read after all."""
        from reconcile.engine.suggesting import suggester

        progress("Looking for keys and pairs", 0, 0)
        try:
            return suggester.suggest(self.connection, (sides[0], sides[1])), sides
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            self._disconnect()
            read = [self.verified(side, prepared) for side, prepared in enumerate(sides)]
            return suggester.suggest(self.connection, (read[0], read[1])), read

    def _completed(
        self, spec: CompareSpec, sides: list[Prepared], progress: Progress
    ) -> tuple[CompareSpec, tuple[str, ...], list[Prepared]]:
        """The spec with a key suggested where none was given, the sentences that say so, and the sides."""
        if spec.key or spec.key_texts:
            return spec, (), sides
        from reconcile.engine.suggesting import suggester

        suggestion, sides = self._suggested(sides, progress)
        return *suggester.complete(spec, suggestion), sides

    def _refuse_damaged(self, sides: list[Prepared]) -> None:
        """Refuse a Parquet file that cannot be read to its end: its damage shows only where it is read."""
        self._disconnect()
        for side, prepared in enumerate(sides):
            if prepared.source.kind == "parquet":
                self.verified(side, prepared)

    def _unseen_read(self, sides: list[Prepared], pairing: plan.Pairing) -> list[Prepared]:
        """The join looks only at the columns it needs; the others of a file read in place are looked at here."""
        pairs = [*pairing.key, *((field.left, field.right) for field in pairing.fields)]
        return [
            self.verified(side, prepared)
            if not prepared.certain and len({pair[side] for pair in pairs}) < prepared.source.width
            else prepared
            for side, prepared in enumerate(sides)
        ]

    def _reads_all(self, prepared: Prepared) -> bool:
        """Whether every cell can be read and the rows are as many as counted; a very wide file in several passes."""
        places = range(prepared.source.width)
        return all(self._counts_the_same(prepared, places[start : start + _AT_ONCE]) for start in places[::_AT_ONCE])

    def _counts_the_same(self, prepared: Prepared, places: range) -> bool:
        cells = ", ".join(f"COUNT(c{place})" for place in places)
        statement = f"SELECT COUNT(*), {cells} FROM {sql.scan(prepared.source)} AS source"  # noqa: S608 - built by sql.scan
        counted = self._if_readable(prepared, lambda: self.connection.execute(statement).fetchone())
        return counted is not None and counted[0] == prepared.export.balance.rows

    @staticmethod
    def _if_readable(prepared: Prepared, work: Callable[[], T]) -> T | None:
        """What ``work`` gives, None when the database cannot read the source."""
        try:
            return work()
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            return None
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error:
            if prepared.source.kind != "parquet":  # whose damage has a new name in every place
                raise
            return None

    def _rewritten(self, side: int, prepared: Prepared, tell: Told) -> Prepared:
        file = self._files[side]
        original = TextFile(prepared.original, file.name, file.options, file.limits)
        return textfiles.rewrite(original, self._folder / _SIDES[side], tell)

    def _prepare(self, side: int, tell: Told) -> Prepared:
        if kept := self._kept[side]:
            return keeping.prepared(self.connection, replace(kept, path=self._files[side].path))
        return preparing.prepare(lambda: self.connection, self._files[side], self._folder / _SIDES[side], tell)

    def _disconnect(self) -> None:
        """Drop the connection and what a comparison left in it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _resident(side: Prepared) -> int:
    """Bytes that joining against this side takes at most."""
    return database.resident(side.export.balance.rows, side.source.width, side.size)
