"""Where one request is worked on: a folder, a connection, the files; and what to do when a file turns out unclean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from reconcile.engine import database, plan, preparing, sql, textfiles
from reconcile.engine.errors import FileIsCorrupt
from reconcile.engine.limits import Limits
from reconcile.engine.matching import InDoubt, Matcher
from reconcile.engine.sources import Prepared
from reconcile.engine.spec import CompareSpec, ReadOptions
from reconcile.engine.textfiles import TextFile

Progress = Callable[[str, int, int], None]
_SIDES = ("left", "right")


class Workplace:
    """``with`` it. ``files`` are (path, name for people, options), one or two."""

    def __init__(self, files: list[tuple[Path, str, ReadOptions]], folder: Path, limits: Limits) -> None:
        self._files = [TextFile(path, name, options, limits) for path, name, options in files]
        self._folder = folder
        self._limits = limits
        self.connection = self._connect()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.connection.close()

    def prepare(self, side: int, progress: Progress) -> Prepared:
        """One file made ready to be scanned."""
        progress(f"reading {self._files[side].name}", 0, 0)
        return preparing.prepare(self.connection, self._files[side], self._folder / _SIDES[side])

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
        sides = [self.prepare(0, progress), self.prepare(1, progress)]
        spec, suggested = self._completed(spec, sides, progress)
        while True:
            pairing = plan.resolve(spec, sides[0].export, sides[1].export)
            try:
                sides = self._unseen_read(sides, pairing)
                outcome = Matcher(self.connection, spec, (sides[0], sides[1]), pairing, progress).run(rows_file)
                break
            except InDoubt as doubt:
                self._reconnect()
                sides = [
                    self.verified(side, prepared) if side in doubt.sides else prepared
                    for side, prepared in enumerate(sides)
                ]
        found = {name: getattr(outcome, name) for name in ("matched", "differing_rows", "key_folds", "plan")}
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

    def _completed(
        self, spec: CompareSpec, sides: list[Prepared], progress: Progress
    ) -> tuple[CompareSpec, tuple[str, ...]]:
        """The spec with a key suggested where none was given, and the sentences that say so."""
        if spec.key or spec.key_texts:
            return spec, ()
        from reconcile.engine import suggesting

        progress("looking for keys and pairs", 0, 0)
        return suggesting.complete(spec, suggesting.suggest(self.connection, (sides[0], sides[1])))

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
        """Whether every cell can be read and the rows are as many as counted."""
        cells = ", ".join(f"COUNT(c{place})" for place in range(prepared.source.width))
        try:
            counted = self.connection.execute(
                f"SELECT COUNT(*), {cells} FROM {sql.scan(prepared.source)} AS source"  # noqa: S608 - built by sql.scan
            ).fetchone()
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            return False
        return counted is not None and counted[0] == prepared.export.balance.rows

    def _rewritten(self, side: int, prepared: Prepared) -> Prepared:
        file = self._files[side]
        original = TextFile(prepared.original, file.name, file.options, file.limits)
        return textfiles.rewrite(original, self._folder / _SIDES[side])

    def _connect(self) -> duckdb.DuckDBPyConnection:
        return database.connect(self._limits.memory, self._folder, [file.path for file in self._files])

    def _reconnect(self) -> None:
        """Drop what a comparison left behind."""
        self.connection.close()
        self.connection = self._connect()
