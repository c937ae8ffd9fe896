"""A file made ready to be scanned: where it lies, how it is scanned, and what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconcile.engine.results import Export

_PACKED = 10

Told = Callable[[int, int], None]
"""Takes how many lines of how many are read; 0 of 0 where that is not known yet."""


def untold(done: int, total: int) -> None:
    """Nobody asked how far reading has come."""


@dataclass(frozen=True, slots=True)
class Source:
    """What the database scans: a CSV of known syntax, or Parquet with the names of its columns.

    ``sample`` are rows of the original that a copy stands for, where it is the original that was sampled.
    """

    path: Path
    kind: str
    width: int
    delimiter: str = ","
    header: bool = False
    rewritten: bool = False
    names: tuple[str, ...] = ()
    sample: Sequence[Sequence[str]] | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A source and the export it stands for.

    ``certain`` is False while the source is the user's own CSV and no scan has yet shown that the database counts the
    rows we counted; ``original`` is that file, to be read again record by record if it does not. ``known_size`` is how
    many bytes its texts take, where the file scanned does not say.
    """

    export: Export
    source: Source
    certain: bool
    original: Path
    known_size: int = 0

    @property
    def size(self) -> int:
        """Bytes that the texts of all cells take, about; Parquet is packed, so that its own size says less."""
        return self.known_size or self.source.path.stat().st_size * (_PACKED if self.source.kind == "parquet" else 1)

    def with_notes(self, *notes: str) -> Prepared:
        """The same with further sentences."""
        return replace(self, export=replace(self.export, notes=(*self.export.notes, *notes)))
