"""Where one request is worked on: a folder, a connection, the files; and what to do when a file turns out unclean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from reconcile.engine import apart, database, plan, sql
from reconcile.engine.batches import Comparing
from reconcile.engine.errors import FileIsCorrupt
from reconcile.engine.limits import Limits
from reconcile.engine.matching import InDoubt
from reconcile.engine.reading import formats, preparing, textfiles
from reconcile.engine.reading.sources import Prepared
from reconcile.engine.reading.textfiles import TextFile
from reconcile.engine.spec import CompareSpec, ReadOptions
from reconcile.engine.suggesting.suggestions import Suggestion

Progress = Callable[[str, int, int], None]
_SIDES = ("left", "right")
_AT_ONCE = 500


class Workplace:
    """``with`` it. ``files`` are (path, name for people, options), one or two."""

    def __init__(self, files: list[tuple[Path, str, ReadOptions]], folder: Path, limits: Limits) -> None:
        self._files = [
            TextFile(formats.reachable(path, folder / side), name, options, limits)
            for side, (path, name, options) in zip(_SIDES, files, strict=False)
        ]
        self._folder = folder
        self._limits = limits
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._fits = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._disconnect()

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection, made when it is first needed: a process with threads is better not forked."""
        if self._connection is None:
            files = [file.path for file in self._files]
            self._connection = database.connect(self._limits.memory, self._folder, files, fits=self._fits)
        return self._connection

    def prepare(self, side: int, progress: Progress) -> Prepared:
        """One file made ready to be scanned."""
        progress(f"reading {self._files[side].name}", 0, 0)
        return self._prepare(side)

    def prepare_both(self, progress: Progress) -> list[Prepared]:
        """Both files made ready at the same time."""
        progress(f"reading {self._files[0].name} and {self._files[1].name}", 0, 0)
        sides = list(apart.both(lambda: self._prepare(0), lambda: self._prepare(1)))
        self._fits = all(_resident(side) <= self._limits.memory for side in sides)
        return sides

    def verified(self, side: int, prepared: Prepared) -> Prepared:
        """The same after the database has read all of it and counted what we counted; read anew where it did not."""
        if self._reads_all(prepared):
            return replace(prepared, certain=True)
        if not prepared.certain:
            prepared = self._rewritten(side, prepared)
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
            "left": asdict(sides[0].export),
            "right": asdict(sides[1].export),
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

        progress("looking for keys and pairs", 0, 0)
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
        try:
            counted = self.connection.execute(
                f"SELECT COUNT(*), {cells} FROM {sql.scan(prepared.source)} AS source"  # noqa: S608 - built by sql.scan
            ).fetchone()
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            return False
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error:
            if prepared.source.kind != "parquet":  # whose damage has a new name in every place
                raise
            return False
        return counted is not None and counted[0] == prepared.export.balance.rows

    def _rewritten(self, side: int, prepared: Prepared) -> Prepared:
        file = self._files[side]
        original = TextFile(prepared.original, file.name, file.options, file.limits)
        return textfiles.rewrite(original, self._folder / _SIDES[side])

    def _prepare(self, side: int) -> Prepared:
        return preparing.prepare(lambda: self.connection, self._files[side], self._folder / _SIDES[side])

    def _disconnect(self) -> None:
        """Drop the connection and what a comparison left in it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _resident(side: Prepared) -> int:
    """Bytes that joining against this side takes at most; Parquet is packed, so that its size says less."""
    size = side.source.path.stat().st_size * (10 if side.source.kind == "parquet" else 1)
    return database.resident(side.export.balance.rows, side.source.width, size)
