"""Checks come from drafts, and change by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from ownership.models import Person, System, Team
from reconcile import engine
from reconcile.checks.models import Check, Draft
from reconcile.checks.permissions import may_make_checks, may_work_on
from reconcile.checks.services.refusals import Refusal
from reconcile.checks.services.runs import Started, start_run
from reconcile.exports import services as exports
from reconcile.exports.models import Snapshot


class KeyIncomplete(Refusal):
    """The key is not chosen, or only on one side."""

    def __init__(self) -> None:
        super().__init__("Choose the key first: a column on both sides that says which records belong together.")


class NameTaken(Refusal):
    """Another check got the name in the same moment."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a check called {name} already. Name this one otherwise.")


class FilesMissing(Refusal):
    """An export is missing or cannot be read."""

    def __init__(self) -> None:
        super().__init__("Both exports have to be there and readable first.")


class RulesNotUnderstood(Refusal):
    """The engine does not take what is said; the sentence is the engine's."""


@dataclass(frozen=True, slots=True)
class Days:
    """Of which day somebody says each of two exports is; None leaves it to the names of the files."""

    left: date | None = None
    right: date | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What a check is called and whose it is, as a form found it right."""

    name: str
    left_system: str
    right_system: str
    records: str
    owner: Team | None
    cadence: str
    expected_lag_days: float | None = None

    def values(self) -> dict[str, Any]:
        """The columns of a check; systems that are new are made."""
        return {
            "name": self.name,
            "left_system": _system(self.left_system),
            "right_system": _system(self.right_system),
            "records": self.records,
            "owner": self.owner,
            "cadence": self.cadence,
            "expected_lag_days": self.expected_lag_days,
        }


def _system(name: str) -> System:
    known = System.objects.filter(name__iexact=name).order_by("name").first()
    return known or System.objects.get_or_create(name=name)[0]


@transaction.atomic
def run_draft(*, draft: Draft, about: About, days: Days, person: Person) -> Started:
    """Make the check of ``draft`` and start its first run; the draft has served and goes.

    Raises PermissionDenied, KeyIncomplete, FilesMissing, NameTaken, RulesNotUnderstood and what ``start_run`` raises.
    """
    if not may_make_checks(person):
        message = "Checks are made by the leads of teams."
        raise PermissionDenied(message)
    draft = Draft.objects.select_for_update(of=("self",)).select_related("left", "right").get(pk=draft.pk)
    _require_whole(draft)
    if draft.left is None or draft.right is None:
        raise FilesMissing
    try:
        with transaction.atomic():
            check = Check.objects.create(comparing_data=draft.comparing.to_json(), **about.values())
    except IntegrityError as error:
        raise NameTaken(about.name) from error
    _of_systems(check, draft.left, draft.right)
    _say_days(draft.left, draft.right, days)
    started = start_run(check=check, left=draft.left, right=draft.right, person=person)
    draft.delete()
    return started


@transaction.atomic
def run_again(*, check: Check, left: Snapshot, right: Snapshot, days: Days, person: Person) -> Started:
    """Start a run of ``check`` over two snapshots as of the days that somebody says, or else their names.

    Raises PermissionDenied, and what ``start_run`` raises.
    """
    if not may_work_on(person, check):
        message = f"{check} is run by the lead of the team that has it."
        raise PermissionDenied(message)
    _say_days(left, right, days)
    _of_systems(check, left, right)
    return start_run(check=check, left=left, right=right, person=person)


def _say_days(left: Snapshot, right: Snapshot, days: Days) -> None:
    """Say of which days two exports are; where only one name speaks of a day, it is that of both."""
    for side, said, other in ((left, days.left, right), (right, days.right, left)):
        exports.stands_for(snapshot=side, day=said or (None if side.as_of_known else exports.date_in(other.file_name)))


def _of_systems(check: Check, left: Snapshot, right: Snapshot) -> None:
    """Say of which systems two snapshots are, where nobody has said so."""
    for side, system in ((left, check.left_system), (right, check.right_system)):
        Snapshot.objects.filter(pk=side.pk, system=None).update(system=system)


@transaction.atomic
def save_edit(*, draft: Draft, about: About, person: Person) -> Check:
    """Put what ``draft`` says into the check it edits. Its runs so far keep what they compared.

    Raises PermissionDenied, KeyIncomplete, NameTaken, RulesNotUnderstood.
    """
    draft = Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    check = Check.objects.select_for_update(of=("self",)).get(pk=draft.check_edited_id or 0)
    if not may_work_on(person, check):
        message = f"{check} is changed by the lead of the team that has it."
        raise PermissionDenied(message)
    _require_whole(draft)
    changed = False
    for name, value in {**about.values(), "comparing_data": draft.comparing.to_json()}.items():
        changed = changed or getattr(check, name) != value
        setattr(check, name, value)
    if changed:
        try:
            with transaction.atomic():
                check.save()
        except IntegrityError as error:
            raise NameTaken(about.name) from error
    draft.delete()
    return check


def _require_whole(draft: Draft) -> None:
    comparing = draft.comparing
    if not comparing.key or not all(all(pair) for pair in comparing.key):
        raise KeyIncomplete
    try:
        comparing.spec()
    except engine.EngineError as error:
        raise RulesNotUnderstood(str(error)) from error
