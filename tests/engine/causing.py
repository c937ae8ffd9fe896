"""Small runs one after the other, compared and classified in this process, and their causes as rows to look at."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from reconcile import engine
from reconcile.engine import database
from reconcile.engine.between_runs import BetweenRuns
from reconcile.engine.classifying import classifier
from reconcile.engine.limits import Limits
from reconcile.engine.workplace import Workplace
from tests.engine.driving import PLAIN

START = datetime(2026, 5, 3, 6, tzinfo=UTC)
WEEK = timedelta(days=7)
KEY = engine.CompareSpec(key=(("id", "id"),))
Rows = Sequence[Sequence[object]]


def table(columns: str, *rows: str) -> Rows:
    """A table written as words: ``table("id name", "1 Ada")``; ``-`` is an empty cell, ``_`` a space in one."""
    return [columns.split(), *([_cell(cell) for cell in row.split()] for row in rows)]


def _cell(word: str) -> str:
    return "" if word == "-" else word.replace("_", " ")


class Weeks:
    """Runs of one check, a week apart, each classified on top of the one before."""

    def __init__(self, folder: Path, asked: engine.Classifying | None = None) -> None:
        self.folder = folder
        self.asked = asked or engine.Classifying(KEY)
        self.runs: list[engine.Seen] = []
        self.found: list[engine.Classified] = []

    def run(self, left: Rows, right: Rows, *, as_of: datetime | None = None) -> list[engine.Caused]:
        """The causes of one more run."""
        return self.run_kept(self.keep(left), self.keep(right), as_of=as_of)

    def keep(self, rows: Rows) -> engine.Kept:
        """A table as a kept export; None is no value at all."""
        work = self._folder("kept")
        lines = (",".join(map(_quoted, row)) for row in rows)
        (work / "export.csv").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="")
        with Workplace([(work / "export.csv", "export.csv", PLAIN)], work, Limits(), ordered=True) as place:
            return engine.Kept(work / "copy.parquet", place.keep(work / "copy.parquet", _untold))

    def run_kept(self, left: engine.Kept, right: engine.Kept, *, as_of: datetime | None = None) -> list[engine.Caused]:
        """The same of exports that are kept."""
        before = self.runs[-1] if self.runs else None
        now = self.seen(left, right, as_of=as_of)
        found = self.classify(now, before)
        self.runs.append(replace(now, causes=found.causes))
        self.found.append(found)
        return causes(found)

    def seen(self, left: engine.Kept, right: engine.Kept, *, as_of: datetime | None = None) -> engine.Seen:
        """One more run, compared and not classified."""
        work = self._folder("run")
        before = self.runs[-1] if self.runs else None
        with Workplace([left, right], work, Limits()) as place:
            place.compare(self.asked.spec, work / "rows.parquet", _untold)
        files = [work / "rows.parquet", *([before.mismatches] if before else [])]
        with database.connect(Limits().memory, work, files) as connection:
            BetweenRuns(connection, work, _untold).run(files[0], None)
        when = as_of or START + WEEK * len(self.runs)
        return engine.Seen(left, right, when, when, work / "state.parquet")

    def classify(self, now: engine.Seen, before: engine.Seen | None) -> engine.Classified:
        """One run classified on top of another."""
        work = self._folder("causes")
        exports = [kept.path for seen in (now, before) if seen for kept in (seen.left, seen.right) if kept]
        states = [path for seen in (now, before) if seen for path in (seen.mismatches, seen.causes) if path]
        with database.connect(Limits().memory, work, [*exports, *states], ordered=True) as connection:
            classifying = classifier.Classifier(
                connection, work, asked=self.asked, now=now, before=before, progress=_untold
            )
            data: dict[str, Any] = classifying.run()
        return engine.Classified.from_json(data)

    def _folder(self, name: str) -> Path:
        for number in itertools.count():
            work = self.folder / f"{name}{number}"
            if not work.exists():
                work.mkdir(parents=True)
                return work
        raise AssertionError


def _quoted(cell: object) -> str:
    return "" if cell is None else '"' + str(cell).replace('"', '""') + '"'


def causes(found: engine.Classified) -> list[engine.Caused]:
    """Every row of a causes file."""
    return [engine.Caused(*row) for batch in engine.rows(found.causes) for row in batch]  # type: ignore[arg-type]


def told(rows: Sequence[engine.Caused]) -> dict[tuple[str, str], tuple[str, str]]:
    """(key, field) -> (cause, detail)."""
    return {(row.key, row.field): (row.cause, row.detail) for row in rows}


def _untold(*_: object) -> None:
    """Nobody listens."""
