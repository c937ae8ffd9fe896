"""What the page of one record shows, as values for its template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ownership import wording
from reconcile.checks.masking import Cell
from reconcile.checks.models import Kind, Mismatch, Opened, Run
from reconcile.checks.queries import answers
from reconcile.checks.queries.records import Life, RecordOfRun, SideOfRecord, when_seen

COLUMNS_SHOWN = 200
NAME_SHOWN = 80
WHY_WORDS = {Opened.NEW: "new", Opened.CHANGED: "values changed", Opened.RETURNED: "returned"}


@dataclass(frozen=True)
class FieldShown:
    """One compared field on both sides. ``apart``: this run found that it differs; ``asked``: it was opened."""

    name: str
    left: Cell
    right: Cell
    apart: bool
    asked: bool

    @property
    def agrees(self) -> bool:
        """Whether the comparison calls both values the same, however they are written."""
        return not self.apart


def record(run: Run, mismatch: Mismatch, found: RecordOfRun, as_of: Mapping[int, datetime]) -> dict[str, Any]:
    """Return everything the page of a record says."""
    sides = answers.side_names(run.check_compared)
    single = all(len(side.rows) <= 1 for side in (found.left, found.right))
    both = len(found.left.rows) == len(found.right.rows) == 1
    return {
        "key": _key(run, found),
        "fields": _fields(run, mismatch, found) if both or not (found.left.rows or found.right.rows) else [],
        "others": _others(run, found) if single else [],
        "rows": [] if both else _rows(found, sides),
        "problems": [side.problem for side in (found.left, found.right) if side.problem],
        "histories": [_history(run, life, as_of) for life in found.lives],
        "sentence": _sentence(run, found, sides),
    }


def _sentence(run: Run, found: RecordOfRun, names: tuple[str, str]) -> str:
    kinds = {life.mismatch.kind for life in found.standing.values()}
    if kinds & {Kind.DUPLICATE_LEFT, Kind.DUPLICATE_RIGHT}:
        counts = [
            f"{wording.plural(len(side.rows), 'row', 'rows')} in {name}"
            for name, side in zip(names, (found.left, found.right), strict=True)
        ]
        return f"The key is not unique: {' and '.join(counts)} have it. No fields are compared."
    for kind, here, there in ((Kind.ONLY_LEFT, *names), (Kind.ONLY_RIGHT, *reversed(names))):
        if kind in kinds:
            return f"{here} has this record, {there} does not."
    if not kinds:
        return f"{names[0]} and {names[1]} agree on this record in run {run.number}."
    return (
        f"{names[0]} and {names[1]} differ in {wording.number(len(found.standing))} "
        f"of {wording.plural(len(run.comparing.fields), 'compared field', 'compared fields')}."
    )


def _clipped(text: str) -> str:
    return text if len(text) <= NAME_SHOWN else f"{text[: NAME_SHOWN - 1]}…"


def _key(run: Run, found: RecordOfRun) -> list[tuple[str, Cell, Cell]]:
    """Each key column (its name, the value on the left, on the right)."""
    return [
        (
            " = ".join(dict.fromkeys(_clipped(one) for one in (left, right))),
            found.left.value(left),
            found.right.value(right),
        )
        for left, right in run.comparing.key
    ]


def _fields(run: Run, mismatch: Mismatch, found: RecordOfRun) -> list[FieldShown]:
    """The compared fields, those that differ first, the one that was opened before all."""
    standing = found.standing
    shown = []
    for field in run.comparing.fields:
        life = standing.get(field.name)
        left, right = found.left.value(field.left), found.right.value(field.right)
        if life is not None and not (found.left.rows and found.right.rows):
            left, right = life.stretches[-1].left, life.stretches[-1].right
        elif not (found.left.rows and found.right.rows):
            continue
        asked = mismatch.kind == Kind.DIFFERS and mismatch.field == field.name
        shown.append(FieldShown(field.name, left, right, apart=life is not None, asked=asked))
    return sorted(shown, key=lambda one: (not one.asked, not one.apart))


def _others(run: Run, found: RecordOfRun) -> list[tuple[str, list[tuple[str, Cell]]]]:
    """By side, the columns that are neither key nor compared, with their values."""
    compared = run.comparing
    known = (
        {left for left, _ in compared.key} | {field.left for field in compared.fields},
        {right for _, right in compared.key} | {field.right for field in compared.fields},
    )
    return [
        (name, [(column, value) for column, value in _cells(side) if column not in taken][:COLUMNS_SHOWN])
        for name, side, taken in zip(("left", "right"), (found.left, found.right), known, strict=True)
    ]


def _cells(side: SideOfRecord) -> list[tuple[str, Cell]]:
    return list(side.cells(side.rows[0])) if side.rows else []


def _rows(found: RecordOfRun, names: tuple[str, str]) -> list[dict[str, Any]]:
    """By side, every row it has of a key that is not once on both."""
    shown = []
    for place, name, side in zip(("left", "right"), names, (found.left, found.right), strict=True):
        shown.append(
            {
                "side": place,
                "system": name,
                "columns": side.columns[:COLUMNS_SHOWN],
                "rows": [(one.row, [cell for _, cell in side.cells(one)][:COLUMNS_SHOWN]) for one in side.rows],
                "missing": not side.rows and not side.problem,
            }
        )
    return shown


def _history(run: Run, life: Life, as_of: Mapping[int, datetime]) -> dict[str, Any]:
    number = run.number or 0
    kinds = answers.kind_words(run.check_compared)
    mismatch = life.mismatch
    stretches = []
    for one in life.stretches:
        first, last = when_seen(one, as_of, number)
        stretches.append(
            {
                "first": first and first.date(),
                "last": last and last.date(),
                "still": one.last is None,
                "times": (one.last or number) - one.first + 1,
                "why": WHY_WORDS.get(Opened(one.why), ""),
                "left": one.left,
                "right": one.right,
            }
        )
    return {
        "name": mismatch.field if mismatch.kind == Kind.DIFFERS else kinds[mismatch.kind],
        "is_field": mismatch.kind == Kind.DIFFERS,
        "state": "gone" if not life.standing else "returned" if life.times_returned else "open",
        "times_seen": life.times_seen,
        "times_returned": life.times_returned,
        "first_seen": stretches[0]["first"] if stretches else None,
        "stretches": stretches,
    }
