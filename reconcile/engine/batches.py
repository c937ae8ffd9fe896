"""Very wide files: a hundred fields at a time, so that memory depends on the widest batch and not on the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from reconcile.engine import sql
from reconcile.engine.matching import Matcher, Outcome, copy_rows
from reconcile.engine.plan import Pairing
from reconcile.engine.reading.sources import Prepared
from reconcile.engine.results import Mismatch
from reconcile.engine.spec import CompareSpec

Progress = Callable[[str, int, int], None]
FIELDS_AT_ONCE = 100
_FIRST_DIFFERING = 12


class Comparing:
    """One comparison of two sources in one connection, in as many passes over the files as their width asks for."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, spec: CompareSpec, sides: tuple[Prepared, Prepared], folder: Path
    ) -> None:
        self._db = connection
        self._spec = spec
        self._sides = sides
        self._folder = folder

    def run(self, pairing: Pairing, rows_file: Path | None, progress: Progress) -> Outcome:
        """Compare; write the rows to ``rows_file`` when given. Raises InDoubt."""
        starts = range(0, len(pairing.fields), FIELDS_AT_ONCE)
        if len(starts) <= 1:
            return self._matcher(pairing, progress).run(rows_file)
        batches = [replace(pairing, fields=pairing.fields[start : start + FIELDS_AT_ONCE]) for start in starts]
        parts = [self._folder / f"part{number}.parquet" for number in range(len(batches))]
        outcomes = [self._matcher(batch, progress).run(part) for batch, part in zip(batches, parts, strict=True)]
        found = self._together(outcomes, parts)
        if rows_file:
            copy_rows(self._db, sql.step_parts([str(part) for part in parts]), rows_file)
        for part in parts:
            part.unlink()
        return found

    def _matcher(self, pairing: Pairing, progress: Progress) -> Matcher:
        return Matcher(self._db, self._spec, self._sides, pairing, progress)

    def _together(self, outcomes: Sequence[Outcome], parts: Sequence[Path]) -> Outcome:
        """Keys are the same in every pass; a record that differs in fields of two passes counts once."""
        counted = self._db.execute(sql.step_differing_records([str(part) for part in parts])).fetchone()
        return replace(
            outcomes[0],
            differing_rows=int(counted[0]) if counted else 0,
            fields=tuple(field for outcome in outcomes for field in outcome.fields),
            first=_first(outcomes),
            plan=f"{outcomes[0].plan}, for {len(outcomes)} groups of fields",
        )


def _first(outcomes: Sequence[Outcome]) -> tuple[Mismatch, ...]:
    differing = [line for outcome in outcomes for line in outcome.first if line.kind == "differs"]
    others = [line for line in outcomes[0].first if line.kind != "differs"]
    return (*differing[:_FIRST_DIFFERING], *others)
