"""The lives of patterns: found by a run, known once a later one sees them, and forgotten when no run has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db.models import Q

from ownership.history import delete_with_reason, save_with_reason
from reconcile import engine
from reconcile.checks.models import Check, Run, RunState
from reconcile.patterns.models import Pattern, PatternState, Week
from reconcile.patterns.queries import families
from reconcile.patterns.transitions import leading_to

FOUND = "A run found it."
LEFT = "No run has it any more."
_BY_RUNS = {
    PatternState.NEW: "One run has it.",
    PatternState.KNOWN: "More than one run has it.",
    PatternState.RETURNED: "A run saw it again.",
}


def of_groups(check: Check, groups: Sequence[engine.Group]) -> dict[str, int]:
    """Return the pattern of each group by label, as primary keys; those that are new are made."""
    known = by_label(check.pk)
    for group in groups:
        if group.label not in known:
            made = Pattern(
                check_compared=check,
                label=group.label,
                cause=group.cause.value,
                kind=group.kind,
                field=group.field,
                detail=group.detail,
            )
            save_with_reason(made, reason=FOUND)
            known[group.label] = made.pk
    return known


def by_label(check_id: int) -> dict[str, int]:
    """Return the primary keys of a check's patterns by label."""
    return dict(Pattern.objects.filter(check_compared_id=check_id).values_list("label", "pk"))


def segments_as_kept(group: engine.Group) -> list[dict[str, Any]]:
    """Return the segments of a group as a week keeps them."""
    return [asdict(segment) for segment in group.segments]


def settle(check: Check, opened: int | None = None) -> None:
    """Let the patterns of ``check`` be in the states in which its runs have them, and forget those of no run.

    ``opened`` is a run that has causes for the first time: what was fixed and is in it has returned.
    """
    _forget(check)
    numbers = list(
        Run.objects.filter(check_compared=check, state=RunState.DONE, classification__isnull=False)
        .order_by("number")
        .values_list("pk", flat=True)
    )
    seen = _runs_by_pattern(check)
    for family in families.of_check(check.pk):
        pattern = family.root
        of_family = {run for one in family.every for run in seen.get(one.pk, ())}
        having = [run in of_family for run in numbers]
        state = _state(pattern.state, having, again=opened in of_family and opened in numbers[-1:])
        if state != pattern.state and pattern.state in leading_to(state):
            pattern.state = state
            save_with_reason(pattern, reason=_BY_RUNS[PatternState(state)])


def _state(state: str, having: list[bool], *, again: bool) -> str:
    """The state of a pattern that was in ``state``; ``having`` says of each run whether it has it, oldest first."""
    times = sum(having)
    if state == PatternState.NEW and times > 1:
        return PatternState.KNOWN
    if state == PatternState.KNOWN and times == 1:
        return PatternState.NEW
    if state == PatternState.FIXED and again:
        return PatternState.RETURNED
    if state == PatternState.RETURNED and having[-2:] == [True, True]:
        return PatternState.KNOWN
    return state


def _runs_by_pattern(check: Check) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    rows = Week.objects.filter(pattern__check_compared=check, run__state=RunState.DONE)
    for pattern, run in rows.values_list("pattern_id", "run_id"):
        found.setdefault(pattern, set()).add(run)
    return found


def _forget(check: Check) -> None:
    """Remove the patterns that no run has and about which nobody said anything."""
    said = (
        Q(split_from__isnull=False) | Q(splits__isnull=False) | Q(merged_into__isnull=False) | Q(merged__isnull=False)
    )
    said |= ~Q(name="") | ~Q(event="") | Q(state__in=(PatternState.BEING_FIXED, PatternState.FIXED))
    for pattern in Pattern.objects.filter(check_compared=check, weeks__isnull=True).exclude(said):
        delete_with_reason(pattern, reason=LEFT)
