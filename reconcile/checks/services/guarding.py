"""The volume guard (§4.3): an export that is not like the last accepted one is shown to a person first."""

from __future__ import annotations

from ownership.wording import number, percent, plural
from reconcile.checks.models import Check, Run
from reconcile.exports.models import Snapshot


def warnings(run: Run, left: Snapshot, right: Snapshot, last: Run | None) -> list[str]:
    """Sentences with the numbers, none when both snapshots are like those of ``last``, the last finished run."""
    check = run.check_compared
    sides = (
        (check.left_system.name, left, last.left if last else None),
        (check.right_system.name, right, last.right if last else None),
    )
    return [sentence for system, now, before in sides for sentence in _of_one_side(check, system, now, before)]


def _of_one_side(check: Check, system: str, now: Snapshot, before: Snapshot | None) -> list[str]:
    named = f"The {system} export, {now.file_name},"
    said = []
    if not now.rows:
        said.append(f"{named} has no rows" + (f"; last time it had {number(before.rows)}." if before else "."))
    elif before and _moved(now.rows, before.rows or 0, check.volume_guard):
        said.append(f"{named} has {plural(now.rows, 'row', 'rows')}; {_change(now.rows, before.rows or 0)}.")
    if before:
        old, new = before.export.columns, now.export.columns
        added, gone = ([name for name in a if name not in b] for a, b in ((new, old), (old, new)))
        if gone:
            said.append(f"{named} no longer has the {_columns(gone)}.")
        if added:
            said.append(f"{named} has the new {_columns(added)}.")
    return said


def _moved(now: int, before: int, most: float | None) -> bool:
    return most is not None and abs(now - before) > most * before


def _change(now: int, before: int) -> str:
    if not before:
        return "last time it had none"
    direction = "fewer" if now < before else "more"
    return f"last time it had {number(before)}, so there are {percent(abs(now - before), before)} {direction}"


def _columns(names: list[str]) -> str:
    shown = ", ".join(names[:10]) + (f" and {number(len(names) - 10)} more" if len(names) > 10 else "")
    return ("column " if len(names) == 1 else "columns ") + shown
