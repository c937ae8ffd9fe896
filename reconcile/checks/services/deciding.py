"""Who wins, record by record, for two files and one field of the registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ownership import wording
from reconcile import engine
from reconcile.checks.deciding import needed_columns
from reconcile.engine.errors import ColumnMissing

Progress = Callable[[str, int, int], None]
NAMED = 20


class CannotDecide(Exception):
    """Why nothing can be decided about two files, in one sentence."""


@dataclass(frozen=True, slots=True)
class Side:
    """One file: the system it is from, the column that holds the field there, its copy."""

    system: str
    column: str
    kept: engine.Kept


@dataclass(frozen=True, slots=True)
class Decided:
    """One record: its key as a rows file writes it, the field's value on both sides, and what the rule says."""

    key: str
    left: str | None
    right: str | None
    differs: bool
    verdict: engine.Verdict


@dataclass(frozen=True, slots=True)
class Deciding:
    """Two files read and compared by one field."""

    rule: engine.RuleForDeciding
    left: Side
    right: Side
    found: engine.Comparison

    @property
    def differing(self) -> int:
        """How many records hold two values of the field."""
        return self.found.differing_rows

    @property
    def left_out(self) -> int:
        """How many keys repeat or are empty, on either side, and lines that could not be read."""
        sides = self.found.left_side.duplicate_keys + self.found.right_side.duplicate_keys
        return sides + self.found.left.balance.rejected + self.found.right.balance.rejected

    def rows(self, *, everything: bool = False) -> Iterator[Decided]:
        """Decide record by record, in the left file's order: those that differ, or ``everything`` that pairs."""
        assert self.found.rows_file is not None  # noqa: S101 - for the types: asked for above
        sides = (self.left, self.right)
        columns = [needed_columns(self.rule, side.system, side.kept.export.columns) for side in sides]
        wanted = (columns[0], columns[1])
        places = [names.index(side.column) for names, side in zip(columns, sides, strict=True)]
        paired = engine.pairs(
            self.left.kept, self.right.kept, self.found.key, wanted, self.found.rows_file, differing=not everything
        )
        for batch in paired:
            for pair in batch:
                records = {
                    self.left.system: dict(zip(wanted[0], pair.left, strict=True)),
                    self.right.system: dict(zip(wanted[1], pair.right, strict=True)),
                }
                verdict = engine.decide(self.rule, records)
                yield Decided(pair.key, pair.left[places[0]], pair.right[places[1]], pair.differs, verdict)

    def repeated(self) -> list[str]:
        """Return the first keys that repeat or are empty, each once."""
        assert self.found.rows_file is not None  # noqa: S101 - for the types
        seen: dict[str, None] = {}
        for batch in engine.rows(self.found.rows_file, ["kind", "key"]):
            seen |= {key or "": None for kind, key in batch if kind and kind.startswith("duplicate")}
            if len(seen) >= NAMED:
                break
        return list(seen)[:NAMED]


def start(  # noqa: PLR0913 - both sides, twice
    rule: engine.RuleForDeciding,
    left: Path,
    right: Path,
    key_texts: Sequence[str],
    *,
    folder: Path,
    systems: tuple[str, str] = ("", ""),
    sheets: tuple[str | None, str | None] = (None, None),
    progress: Progress | None = None,
) -> Deciding:
    """Read both files, say which system each is from, and compare them by the field of ``rule``.

    ``key_texts`` are ``COL`` or ``LEFT=RIGHT``; ``systems`` as given by people, empty where the columns shall tell.
    ``folder`` is for what is needed meanwhile. Raises CannotDecide, EngineError.
    """
    kept = [
        _kept(file, folder / f"{side}.parquet", sheet, progress)
        for side, file, sheet in zip(("left", "right"), (left, right), sheets, strict=True)
    ]
    uses = sides_of(rule, (kept[0].export, kept[1].export), systems)
    sides = [Side(system, column, copy) for (system, column), copy in zip(uses, kept, strict=True)]
    spec = engine.CompareSpec(
        key_texts=tuple(key_texts),
        maps=((sides[0].column, sides[1].column),),
        by_name=False,
    )
    found = engine.compare(spec, kept[0], kept[1], rows_file=folder / "rows.parquet", folder=folder, progress=progress)
    return Deciding(rule, sides[0], sides[1], found)


def _kept(file: Path, copy: Path, sheet: str | None, progress: Progress | None) -> engine.Kept:
    return engine.Kept(copy, engine.read(file, engine.ReadOptions(sheet=sheet), keep=copy, progress=progress))


def sides_of(
    rule: engine.RuleForDeciding, exports: tuple[engine.Export, engine.Export], systems: tuple[str, str]
) -> list[tuple[str, str]]:
    """Return system and column of the left and of the right file, as named or by the columns they have.

    Raises CannotDecide, ColumnMissing.
    """
    if len(rule.columns) < 2:
        missing = f"The registry names the column of {rule.field} in fewer than two systems: nothing can be compared."
        raise CannotDecide(missing)
    named = [_named(rule, name) for name in systems]
    fitting = [
        [use for use in ([given] if given else rule.columns) if given or use[1] in export.columns]
        for given, export in zip(named, exports, strict=True)
    ]
    pairs = [(one, other) for one in fitting[0] for other in fitting[1] if one[0] != other[0]]
    if len(pairs) == 1:
        for (_, column), export in zip(pairs[0], exports, strict=True):
            if column not in export.columns:
                raise ColumnMissing(role="Column", column=column, file=export.file, columns=list(export.columns))
        return list(pairs[0])
    raise CannotDecide(_unclear(rule, exports, fitting, pairs))


def _named(rule: engine.RuleForDeciding, name: str) -> tuple[str, str] | None:
    if not name:
        return None
    found = next((use for use in rule.columns if use[0].casefold() == name.casefold()), None)
    if found is None:
        known = wording.listed([system for system, _ in rule.columns])
        missing = f"The registry has no column of {rule.field} in {name}; it has one in {known}."
        raise CannotDecide(missing)
    return found


def _unclear(
    rule: engine.RuleForDeciding,
    exports: tuple[engine.Export, engine.Export],
    fitting: Sequence[Sequence[tuple[str, str]]],
    pairs: Sequence[object],
) -> str:
    for export, uses in zip(exports, fitting, strict=True):
        if not uses:
            known = ", ".join(f"{column} ({system})" for system, column in rule.columns)
            return f"{export.file} has none of the columns that hold {rule.field}: {known}."
    if pairs:
        return "The columns fit more than one system: say which with --left-system and --right-system."
    return (
        f"Both files look like {fitting[0][0][0]}: say which system each is from with --left-system and --right-system."
    )
