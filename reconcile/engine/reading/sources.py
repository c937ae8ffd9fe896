"""A file made ready to be scanned: where it lies, how it is scanned, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from reconcile.engine.results import Export


@dataclass(frozen=True, slots=True)
class Source:
    """What the database scans: a CSV of known syntax, or Parquet with the names of its columns."""

    path: Path
    kind: str
    width: int
    delimiter: str = ","
    header: bool = False
    rewritten: bool = False
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A source and the export it stands for.

    ``certain`` is False while the source is the user's own CSV and no scan has yet shown that the database counts the
    rows we counted; ``original`` is that file, to be read again record by record if it does not.
    """

    export: Export
    source: Source
    certain: bool
    original: Path

    def with_notes(self, *notes: str) -> Prepared:
        """The same with further sentences."""
        return replace(self, export=replace(self.export, notes=(*self.export.notes, *notes)))
