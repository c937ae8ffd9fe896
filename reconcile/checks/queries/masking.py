"""What of a run, a check or a draft a person may not see (§10)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Min

from ownership.models import Person
from ownership.queries.masking import Hidden, hidden_from, hidden_from_some
from reconcile.checks.comparing import Comparing
from reconcile.checks.masking import SHOWN, Masking, Systems
from reconcile.checks.models import Check, Draft, Run
from reconcile.exports.models import Snapshot


def of_run(run: Run, person: Person) -> Masking:
    """Return what of ``run`` is masked for ``person``, with what earlier runs compared. One to three queries."""
    hidden = hidden_from(person)
    return _of_check(run.check_compared, hidden, [run.comparing]) if hidden else SHOWN


def of_check(check: Check, person: Person) -> Masking:
    """Return what of ``check`` and all its runs is masked for ``person``. One to three queries."""
    hidden = hidden_from(person)
    return _of_check(check, hidden, [check.comparing]) if hidden else SHOWN


def of_draft(draft: Draft, person: Person) -> Masking:
    """Return what of ``draft`` is masked for ``person``.

    What somebody typed for a name of a system counts for nothing here: an export of which nobody has said yet where it
    comes from may come from anywhere.
    """
    hidden = hidden_from(person)
    if not hidden:
        return SHOWN
    check = draft.check_edited
    edited = (check.left_system_id, check.right_system_id) if check else (None, None)
    systems = (_systems(draft.left, edited[0]), _systems(draft.right, edited[1]))
    return Masking(hidden, [draft.comparing], systems)


def columns_of_sensitive_values(run: Run) -> list[tuple[str, str]]:
    """Return side and name of the columns of both exports of ``run`` that somebody may not see."""
    hidden = hidden_from_some()
    if not hidden:
        return []
    masking = _of_check(run.check_compared, hidden, [run.comparing])
    sides = (("left", run.left), ("right", run.right))
    return [
        (side, column)
        for place, (side, snapshot) in enumerate(sides)
        for column in masking.columns(place, snapshot.export.columns)
    ]


def _systems(snapshot: Snapshot | None, edited: int | None) -> Systems:
    named = snapshot.system_id if snapshot else None
    return {named, edited or named}


def _of_check(check: Check, hidden: Hidden, now: Iterable[Comparing]) -> Masking:
    """With what each of its runs compared, once, and of which systems their exports were."""
    alike = check.runs.order_by().values("fingerprint", "left__system", "right__system").annotate(first=Min("pk"))
    rows = Run.objects.filter(pk__in=alike.values("first")).values_list(
        "comparing_data", "left__system_id", "right__system_id"
    )
    past, left, right = [], {check.left_system_id}, {check.right_system_id}
    for data, of_left, of_right in rows:
        past.append(Comparing.from_json(data))
        left |= {of_left or check.left_system_id}
        right |= {of_right or check.right_system_id}
    return Masking(hidden, [*now, *past], (left, right))
