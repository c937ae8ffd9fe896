"""What reading and comparing give back. Plain frozen data; rows stay in files."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Balance:
    """Where every line of a file went (spreadsheets: every row of the sheet).

    ``lines`` is counted apart from reading; ``continuation`` are further lines inside quoted cells.
    """

    lines: int
    preamble: int
    header: int
    rows: int
    continuation: int
    blank: int
    rejected: int

    @property
    def accounted(self) -> int:
        """Lines whose place is known; equal to ``lines`` or the file is refused."""
        return self.preamble + self.header + self.rows + self.continuation + self.blank + self.rejected

    @property
    def holds(self) -> bool:
        """Whether nothing was lost or made up."""
        return self.lines == self.accounted


@dataclass(frozen=True, slots=True)
class Rejected:
    """One stretch of lines that could not be read: first line number (from 1), how many, why, and its text."""

    line: int
    lines: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Export:
    """One file as understood.

    ``format`` is csv, spreadsheet, parquet or json lines; ``columns`` are the names shown to people, in order, unique.
    ``rejected_file`` is a CSV of every rejected line (line, lines, reason, text), None when there is none or no folder
    was given to keep it in; ``first_rejected`` are up to twenty of them. ``notes`` are sentences on what was assumed.
    """

    file: str
    format: str
    encoding: str
    delimiter: str
    quote: str
    sheet: str
    columns: tuple[str, ...]
    balance: Balance
    first_rejected: tuple[Rejected, ...] = ()
    rejected_file: Path | None = None
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """JSON-ready data; ``from_json`` is its inverse."""
        return asdict(self) | {"rejected_file": str(self.rejected_file) if self.rejected_file else None}

    @staticmethod
    def from_json(data: dict[str, Any]) -> Export:
        """The export that ``to_json`` described."""
        known = dict(data)
        known["columns"] = tuple(known["columns"])
        known["notes"] = tuple(known["notes"])
        known["balance"] = Balance(**known["balance"])
        known["first_rejected"] = tuple(Rejected(**line) for line in known["first_rejected"])
        known["rejected_file"] = Path(known["rejected_file"]) if known["rejected_file"] else None
        return Export(**known)


@dataclass(frozen=True, slots=True)
class Kept:
    """The Parquet copy of an export that ``read`` made, with what was understood of the original.

    Its columns are c0…cn, all text, its rows in the order of the file.
    """

    path: Path
    export: Export


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a kept export: its number (from 1, in the file's order) and its values, NULL as None."""

    row: int
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows with one key, as a rows file writes it, the values of some columns of each, and whether they differ."""

    key: str
    differs: bool
    left: tuple[str | None, ...]
    right: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class FieldResult:
    """One compared field: how it was compared, why so, and how many cells differ."""

    name: str
    left: str
    right: str
    comparison: str
    reason: str
    differing: int


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One line of the result, as in the rows file: see ``Comparison.rows_file``."""

    kind: str
    key: str
    field: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Side:
    """How the rows of one side came out: rows = matched + only + duplicate_rows, always."""

    rows: int
    only: int
    duplicate_keys: int
    duplicate_rows: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything one comparison found.

    ``rows_file`` (Parquet, CSV or JSON lines; None when not asked for) has one line a mismatch with the columns
    kind, key, field, left, right. ``first`` are up to twenty of them. ``unpaired_left`` and ``unpaired_right`` are
    columns compared with nothing. ``matched`` are the pairs compared; ``repeated_on_both`` are keys on both sides that
    repeat and so pair with nothing. ``seconds`` is wall time, ``peak_memory`` bytes of the process that compared.
    """

    left: Export
    right: Export
    key: tuple[tuple[str, str], ...]
    matched: int
    repeated_on_both: int
    left_side: Side
    right_side: Side
    differing_rows: int
    fields: tuple[FieldResult, ...]
    unpaired_left: tuple[str, ...]
    unpaired_right: tuple[str, ...]
    notes: tuple[str, ...]
    first: tuple[Mismatch, ...]
    seconds: float
    peak_memory: int = 0
    rows_file: Path | None = None
    key_folds: int = 0
    plan: str = ""
    suggested: tuple[str, ...] = field(default=())

    @property
    def differing_cells(self) -> int:
        """Cells that differ among matched records."""
        return sum(result.differing for result in self.fields)

    @property
    def anything_differs(self) -> bool:
        """Whether the two files disagree in any way, rejected lines included."""
        sides = (self.left_side, self.right_side)
        rejected = self.left.balance.rejected or self.right.balance.rejected
        return bool(self.differing_rows or rejected or any(side.only or side.duplicate_rows for side in sides))

    def summary(self) -> dict[str, Any]:
        """The figures scripts rely on, under the names of the contract (§9).

        Its ``matched`` are the keys on both sides, a repeated one once; ``Comparison.matched`` are the pairs compared.
        """
        return {
            "left_rows": self.left_side.rows,
            "right_rows": self.right_side.rows,
            "matched": self.matched + self.repeated_on_both,
            "only_left": self.left_side.only,
            "only_right": self.right_side.only,
            "duplicate_keys_left": self.left_side.duplicate_keys,
            "duplicate_keys_right": self.right_side.duplicate_keys,
            "differing_cells": self.differing_cells,
            "differing_rows": self.differing_rows,
            "fields": {result.name: result.differing for result in self.fields},
            "rejected_left": self.left.balance.rejected,
            "rejected_right": self.right.balance.rejected,
            "seconds": round(self.seconds, 3),
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> Comparison:
        """The comparison described by JSON that the comparing process sent."""
        known = dict(data)
        known["left"], known["right"] = Export.from_json(known["left"]), Export.from_json(known["right"])
        known["left_side"], known["right_side"] = Side(**known["left_side"]), Side(**known["right_side"])
        known["fields"] = tuple(FieldResult(**result) for result in known["fields"])
        known["first"] = tuple(Mismatch(**line) for line in known["first"])
        known["key"] = tuple((left, right) for left, right in known["key"])
        for name in ("unpaired_left", "unpaired_right", "notes", "suggested"):
            known[name] = tuple(known[name])
        known["rows_file"] = Path(known["rows_file"]) if known["rows_file"] else None
        return Comparison(**known)


@dataclass(frozen=True, slots=True)
class Standing:
    """The mismatches of one run told apart from those of an earlier one.

    ``total`` counts identities (kind, field, key), ``kinds`` them by kind, ``fields`` those that differ by field.
    ``new``, ``changed`` and ``gone`` are the lines of ``changes``, which is None without an earlier run (these
    are 0 then, as is ``unchanged``, the rest of ``total``).
    """

    total: int
    new: int
    changed: int
    gone: int
    unchanged: int
    kinds: dict[str, int]
    fields: dict[str, int]
    mismatches: Path
    changes: Path | None = None

    @staticmethod
    def from_json(data: dict[str, Any]) -> Standing:
        """What the child process sent."""
        known = dict(data)
        known["mismatches"] = Path(known["mismatches"])
        known["changes"] = Path(known["changes"]) if known["changes"] else None
        return Standing(**known)
