"""What people make of patterns: a name, a split, a merge, an answer. All of it holds for every later run.

Every change is tracked with who made it. Call these inside a transaction, as every request that changes something is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from ownership.history import save_with_reason
from ownership.models import Person
from reconcile import engine
from reconcile.checks.models import Check, Run, RunState
from reconcile.checks.queries.masking import columns_of_sensitive_values
from reconcile.exports.doorbell import ring
from reconcile.patterns.models import Pattern
from reconcile.patterns.permissions import may_shape
from reconcile.patterns.queries import families
from reconcile.patterns.queries.naming import name_of
from reconcile.patterns.services import refusals
from reconcile.patterns.services.remembering import CATCH_UP

NAME_CHARACTERS = 200
SPLIT = "split:"


@transaction.atomic
def rename(pattern: Pattern, name: str, person: Person | None) -> Pattern:
    """Call a pattern ``name``; without one it is called by its cause again. Raises PermissionDenied, NameTooLong."""
    _require_right(pattern, person)
    name = " ".join(name.split())
    if len(name) > NAME_CHARACTERS:
        raise refusals.NameTooLong(NAME_CHARACTERS)
    if pattern.name != name:
        pattern.name = name
        _save(pattern, person, "It was given a name." if name else "Its name was taken away.")
    return pattern


@transaction.atomic
def answer_event(pattern: Pattern, event: str, person: Person | None) -> Pattern:
    """Keep in one sentence what event should update both systems; empty takes it back. Raises PermissionDenied."""
    _require_right(pattern, person)
    event = " ".join(event.split())
    if pattern.event != event:
        pattern.event = event
        _save(pattern, person, "What event should update both systems was answered.")
    return pattern


@transaction.atomic
def split(pattern: Pattern, conditions: Sequence[engine.SegmentCondition], name: str, person: Person | None) -> Pattern:
    """Set what meets all ``conditions`` apart from a pattern and what is merged into it, as a pattern of its own.

    Runs are classified again with it. Raises PermissionDenied, refusals.NothingSetApart, ColumnNotThere,
    ColumnNotForSplitting, SplitAlready, NameTooLong.
    """
    _require_right(pattern, person)
    check = _locked(pattern)
    wanted = list(dict.fromkeys(conditions))
    _require_columns(check, wanted)
    kept = [asdict(one) for one in wanted]
    same = Pattern.objects.filter(split_from=pattern, conditions=kept).first()
    if same:
        raise refusals.SplitAlready(name_of(same, None, check))
    family = families.below(pattern)
    made = _part(pattern, kept, None, person)
    for one in family.merged:
        _part(one, kept, made, person)
    ring(CATCH_UP, check_id=check.pk)
    return rename(made, name, person)


@transaction.atomic
def merge(pattern: Pattern, into: Pattern, person: Person | None) -> Pattern:
    """Count a pattern in another one for good; the one in which it is counted comes back.

    Raises PermissionDenied, refusals.NotOfThisCheck, MergedAlready.
    """
    _require_right(pattern, person)
    _locked(pattern)
    if pattern.check_compared_id != into.check_compared_id:
        raise refusals.NotOfThisCheck
    root = families.of_pattern(into).root
    if root.pk == families.of_pattern(pattern).root.pk:
        raise refusals.MergedAlready
    pattern.refresh_from_db()
    pattern.merged_into = root
    _save(pattern, person, f"It was merged into pattern {root.pk}.")
    ring(CATCH_UP, check_id=pattern.check_compared_id)
    return root


@transaction.atomic
def unmerge(pattern: Pattern, person: Person | None) -> Pattern:
    """Take a merge back: the pattern stands for itself again. Raises PermissionDenied, refusals.NotMerged."""
    _require_right(pattern, person)
    _locked(pattern)
    pattern.refresh_from_db()
    if pattern.merged_into is None:
        raise refusals.NotMerged
    pattern.merged_into = None
    _save(pattern, person, "Its merge was taken back.")
    ring(CATCH_UP, check_id=pattern.check_compared_id)
    return pattern


def _part(pattern: Pattern, conditions: list[dict[str, str]], into: Pattern | None, person: Person | None) -> Pattern:
    made = Pattern(
        check_compared_id=pattern.check_compared_id,
        label=f"{SPLIT}{uuid4()}",
        cause=pattern.cause,
        kind=pattern.kind,
        field=pattern.field,
        detail=pattern.detail,
        split_from=pattern,
        conditions=conditions,
        merged_into=into,
    )
    _save(made, person, f"It was split from pattern {pattern.pk}.")
    return made


def _require_columns(check: Check, conditions: Iterable[engine.SegmentCondition]) -> None:
    """Refuse columns that the exports of the last run do not have, and those nothing is grouped by."""
    wanted = list(conditions)
    if not wanted:
        raise refusals.NothingSetApart
    done = Run.objects.filter(check_compared=check, state=RunState.DONE).order_by("-number")
    run = done.select_related("left", "right", "check_compared").first()
    if run is None:
        raise refusals.NothingSetApart
    exports = {"left": (run.left.export, check.left_system), "right": (run.right.export, check.right_system)}
    unused = {*run.comparing.of_people, *columns_of_sensitive_values(run)}
    for one in wanted:
        export, system = exports[one.side]
        if one.column not in export.columns:
            raise refusals.ColumnNotThere(one.column, system.name)
        if (one.side, one.column) in unused:
            raise refusals.ColumnNotForSplitting(one.column)


def _locked(pattern: Pattern) -> Check:
    """The check of a pattern, locked: what runs publish and what people shape comes one after the other."""
    return Check.objects.select_for_update(no_key=True).get(pk=pattern.check_compared_id)


def _save(pattern: Pattern, person: Person | None, reason: str) -> None:
    pattern.changed_by = person
    if person is not None:
        pattern._history_user = person  # type: ignore[attr-defined]  # noqa: SLF001 - where the package looks for it
    save_with_reason(pattern, reason=reason)


def _require_right(pattern: Pattern, person: Person | None) -> None:
    if person is not None and not may_shape(person, pattern):
        check = pattern.check_compared
        message = f"Only the lead of {check.owner or 'a team'} names, splits and merges patterns of {check}."
        raise PermissionDenied(message)
