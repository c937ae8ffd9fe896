"""The mismatches of a run as lines: what scripts and downloads get, of any number in constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from reconcile.checks.queries.mismatches import EVERYTHING, Asked, MismatchesOfRun
from reconcile.checks.queries.runs import as_of_by_number


@dataclass(frozen=True, slots=True)
class Line:
    """One mismatch as it stood in a run (§9). ``state`` is open, returned or gone; None is no value."""

    kind: str
    key: str
    field: str
    left: str | None
    right: str | None
    first_seen: date | None
    last_seen: date | None
    times_seen: int
    state: str
    identity: str


def lines(found: MismatchesOfRun, asked: Asked = EVERYTHING) -> Iterator[Line]:
    """Give every mismatch that is asked for, by kind, field and age. ``found`` is best a ``lasting`` one."""
    days = {number: moment.date() for number, moment in as_of_by_number(found.run.check_compared).items()}
    for row in found.each(asked):
        yield Line(
            row.kind,
            row.key,
            row.field,
            row.left_then,  # type: ignore[attr-defined]  # annotations, here and below
            row.right_then,  # type: ignore[attr-defined]
            days.get(row.first_number),
            days.get(row.closed_then or found.number),  # type: ignore[attr-defined]
            found.times_seen(row),
            found.state(row),
            row.identity.hex,
        )
