"""Removing the example whole: its rows, their history and its files. What is somebody's own stays.

A system, team, record type, snapshot, field or boundary of the example that something of one's own uses is one's own
from then on.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from boundaries.models import AwkwardCase, Boundary, Handoff, HandoffField, Observation, Step, StepField
from ownership.models import (
    Agreement,
    Claim,
    ClaimRound,
    Condition,
    Editing,
    Field,
    FieldUse,
    OwnershipRule,
    Person,
    RecordType,
    Suggestion,
    System,
    Team,
)
from reconcile.checks.models import ACTIVE, Check, Run
from reconcile.checks.services import cancelling
from reconcile.demo import progress
from reconcile.demo.progress import Mark
from reconcile.exports.models import Snapshot
from reconcile.patterns.models import Pattern

# What belongs to a field, or to a boundary: its model, what it points to, and the column that does.
OF_FIELDS: tuple[tuple[Any, Any, str], ...] = (
    (FieldUse, Field, "field_id"),
    (Editing, FieldUse, "use_id"),
    (OwnershipRule, Field, "field_id"),
    (Condition, OwnershipRule, "rule_id"),
    (Agreement, OwnershipRule, "rule_id"),
    (ClaimRound, Field, "field_id"),
    (Claim, ClaimRound, "round_id"),
    (Suggestion, Field, "field_id"),
)
OF_BOUNDARIES: tuple[tuple[Any, Any, str], ...] = (
    (Step, Boundary, "boundary_id"),
    (StepField, Step, "step_id"),
    (Handoff, Boundary, "boundary_id"),
    (HandoffField, Handoff, "handoff_id"),
    (AwkwardCase, Handoff, "handoff_id"),
    (Observation, Boundary, "boundary_id"),
)


def remove() -> None:
    """Remove the example and see that no later start brings it back. Call it outside of transactions.

    A loading under way stops first. Nothing happens where there is none.
    """
    progress.set_mark(Mark.REMOVED)
    for run in Run.objects.filter(check_compared__is_demo=True, state__in=ACTIVE):
        cancelling.ask(run.pk, by="The example is being removed.")
    with progress.alone(wait=True):
        files = _remove_rows()
        for path in files:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        progress.say("")


@transaction.atomic
def _remove_rows() -> list[Path]:
    """Remove the rows and return the files and folders that nothing refers to any more."""
    runs = Run.objects.filter(check_compared__is_demo=True)
    folders = [run.folder for run in runs]
    _forget_patterns()
    _forget(Check.objects.filter(is_demo=True))
    _forget_boundaries()
    _forget_fields()
    _keep_what_is_used()
    snapshots = list(Snapshot.objects.filter(is_demo=True))
    Snapshot.objects.filter(is_demo=True).delete()
    for model in (RecordType, System, Team, Person):
        _forget(model._default_manager.filter(is_demo=True))  # noqa: SLF001 - Django's public way to a model's manager
    used = set(Snapshot.objects.filter(sha256__in={one.sha256 for one in snapshots}).values_list("sha256", flat=True))
    folders += [one.folder for one in snapshots]
    received = [one.path for one in snapshots if one.sha256 not in used]
    return [path for path in (*folders, *received) if path.exists()]


def _forget_patterns() -> None:
    """Delete the patterns of the checks, with every line of their history and of those that went away before."""
    checks = list(Check.objects.filter(is_demo=True).values_list("pk", flat=True))
    Pattern.objects.filter(check_compared_id__in=checks).delete()
    Pattern.history.filter(check_compared_id__in=checks).delete()


def _forget_boundaries() -> None:
    """Delete the boundaries with their maps and versions, but those a check of one's own is tied to."""
    _keep(Boundary.objects.filter(pk__in=_ids(Check, "boundary"), is_demo=True))
    _forget_whole(Boundary.objects.filter(is_demo=True), OF_BOUNDARIES)


def _forget_fields() -> None:
    """Delete the fields with everything said about them, also by others, but those a map of one's own names."""
    _keep(Field.objects.filter(pk__in=_ids(StepField, "field") | _ids(HandoffField, "field"), is_demo=True))
    _forget_whole(Field.objects.filter(is_demo=True), OF_FIELDS)


def _forget_whole(things: QuerySet[Any], parts: tuple[tuple[Any, Any, str], ...]) -> None:
    """Delete things with all their parts and every line of the history of both."""
    ids: dict[Any, set[int]] = {things.model: set(things.values_list("pk", flat=True))}
    for model, whole, column in parts:
        # The history also knows what was deleted long before.
        ids[model] = set(model.history.filter(**{f"{column}__in": ids[whole]}).values_list("id", flat=True))
    things.delete()
    for model, gone in ids.items():
        model.history.filter(id__in=gone).delete()


def _keep_what_is_used() -> None:
    """Take out of the example what boundaries, fields, checks, runs, snapshots and people of one's own refer to."""
    own_runs = Run.objects.filter(check_compared__is_demo=False)
    compared = Q(runs_left__in=own_runs) | Q(runs_right__in=own_runs)
    _keep(Snapshot.objects.filter(compared, is_demo=True))
    # What is said about fields and drawn on maps is by now all one's own.
    rules = OwnershipRule.objects.values_list("first_appears_in", "settled_by")
    named = {key for pair in rules for key in pair} | set(Condition.objects.values_list("settled_by", flat=True))
    _keep(RecordType.objects.filter(pk__in=named - {None}, is_demo=True))
    in_checks = Q(checks_left__is_demo=False) | Q(checks_right__is_demo=False)
    in_fields = Q(record_types__is_demo=False) | Q(field_uses__isnull=False) | Q(pk__in=_ids(Condition, "system"))
    in_maps = Q(pk__in=_ids(Boundary, "from_system") | _ids(Boundary, "to_system") | _ids(Step, "system"))
    _keep(System.objects.filter(in_checks | in_fields | in_maps | Q(snapshots__is_demo=False), is_demo=True))
    of_own = Q(checks__is_demo=False) | Q(systems__is_demo=False) | Q(members__is_demo=False) | Q(lead__is_demo=False)
    in_rules = Q(editings__isnull=False) | Q(owned_rules__isnull=False) | Q(claims__isnull=False)
    answering = Q(pk__in=_ids(Agreement, "team") | _ids(Claim, "owner"))
    on_maps = _ids(Boundary, "owner") | _ids(Step, "team") | _ids(Handoff, "owner") | _ids(AwkwardCase, "decides")
    _keep(Team.objects.filter(of_own | in_rules | answering | Q(pk__in=on_maps), is_demo=True))


def _ids(model: type[Model], way: str) -> set[int]:
    """The ids that rows of ``model`` point to by a relation that has no way back."""
    return set(model._default_manager.exclude(**{way: None}).values_list(way, flat=True))  # noqa: SLF001


def _keep(things: QuerySet[Any]) -> None:
    ids = list(things.values_list("pk", flat=True))
    things.model._default_manager.filter(pk__in=ids).update(is_demo=False)  # noqa: SLF001
    history = getattr(things.model, "history", None)
    if history is not None:
        history.filter(id__in=ids).update(is_demo=False)


def _forget(things: QuerySet[Any]) -> None:
    """Delete rows and every line of their history, the one of deleting them too."""
    ids = list(things.values_list("pk", flat=True))
    things.model._default_manager.filter(pk__in=ids).delete()  # noqa: SLF001
    things.model.history.filter(id__in=ids).delete()
