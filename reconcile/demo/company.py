"""The demo company in the database: its teams, people, systems and its one check, each marked as of the example."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from django.db import models, transaction

from boundaries.models import Boundary
from ownership.history import save_with_reason
from ownership.models import Person, Role, System, Team
from ownership.queries.people import EXAMPLE_PEOPLE
from ownership.services.people import free_name
from reconcile import engine
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Check
from reconcile.demo import files, world
from reconcile.demo.failures import OWNED_RIGHT

Thing = TypeVar("Thing", Team, System)

REASON = "Part of the example."
CHECK_NAME = "Weekly customers: CRM against Billing"
MAPPING_REASON = "The two systems have different words for the same billing status."
# How each field compares, where it is not as exact text.
COMPARED_AS = {"invoice e-mail": ("text", "case"), "monthly amount": ("number", ""), "start date": ("date", "")}
LAG_DAYS = 3.0
CRM_EDITS = engine.EditColumns("created_at", "", "created_via", "updated_at", "updated_by")
BILLING_EDITS = engine.EditColumns("Opened", "", "Channel", "LastChanged", "ChangedBy")
MINUTES_BEFORE = 150


@dataclass(frozen=True)
class Company:
    """Who and what the example consists of; ``lead`` is who runs its check."""

    lead: Person
    crm: System
    billing: System
    check: Check


def comparing(*, mapped: bool) -> Comparing:
    """What the check compares; in the first weeks nobody has told it which words mean the same."""
    fields = []
    for name, column in files.CRM_COLUMNS.items():
        compare, argument = COMPARED_AS.get(name, ("exact", ""))
        owner = "right" if name in OWNED_RIGHT else "left"
        fields.append(ComparedField(name, column, files.BILLING_COLUMNS[name], compare, argument, owner=owner))
    if mapped:
        words = tuple(files.STATUS_WORDS.items())
        fields = [
            replace(field, compare="mapped", mapping=words) if field.name == "billing status" else field
            for field in fields
        ]
    return Comparing(
        key=((files.CRM_KEY, files.BILLING_KEY),),
        fields=tuple(fields),
        left_edits=CRM_EDITS,
        right_edits=BILLING_EDITS,
    )


@transaction.atomic
def found(*, since: datetime) -> Company:
    """Return the company, made as far as it is not there yet; its check is there ``since`` the first week."""
    people = {email: _person(email, name, role) for email, name, role, *_ in EXAMPLE_PEOPLE}
    teams: dict[str, Team] = {}
    for email, _, _, team, *_ in EXAMPLE_PEOPLE:
        if team:
            teams[team] = _team(team, people[email])
    lead = next(people[email] for email, _, role, *_ in EXAMPLE_PEOPLE if role == Role.LEAD)
    crm, billing = _system(world.CRM, teams["Sales"]), _system(world.BILLING, teams["Finance"])
    return Company(lead, crm, billing, _check(crm, billing, teams["Sales"], since))


def learn_words(check: Check, *, at: datetime) -> None:
    """Tell the check which words mean the same, unless somebody has changed meanwhile what it compares."""
    if check.comparing == comparing(mapped=False):
        check.comparing_data = comparing(mapped=True).to_json()
        _save(check, MAPPING_REASON, at)


def tie(check: Check, boundary: Boundary, *, reason: str, at: datetime) -> None:
    """Tell the check which boundary it compares across, since ``at``."""
    check.boundary = boundary
    _save(check, reason, at)


def _person(email: str, name: str, role: Role) -> Person:
    there = Person.objects.filter(email=email).first()
    if there is None:
        there = Person(email=email, name=name, role=role, is_demo=True)
        there.set_unusable_password()
        save_with_reason(there, reason=REASON)
    return there


def _team(name: str, lead: Person) -> Team:
    there = _example_called(Team.objects.all(), name)
    if there is None:
        there = Team(name=free_name(Team, name), lead=lead, is_demo=True)
        save_with_reason(there, reason=REASON)
    if lead.team_id is None:
        lead.team = there
        save_with_reason(lead, reason=REASON)
    return there


def _system(name: str, owner: Team) -> System:
    there = _example_called(System.objects.all(), name)
    if there is None:
        there = System(name=free_name(System, name), owner=owner, is_demo=True)
        save_with_reason(there, reason=REASON)
    return there


def _example_called(things: models.QuerySet[Thing], name: str) -> Thing | None:
    """The one of the example, also where it got another name because this one was taken."""
    named = models.Q(name=name) | models.Q(name__startswith=f"{name} (example")
    return things.filter(named, is_demo=True).first()


def _check(crm: System, billing: System, owner: Team, since: datetime) -> Check:
    there = Check.objects.filter(is_demo=True).first()
    if there is None:
        taken = Check.objects.filter(name=CHECK_NAME).exists()
        there = Check(
            name=f"{CHECK_NAME} (example)" if taken else CHECK_NAME,
            left_system=crm,
            right_system=billing,
            records="customers",
            owner=owner,
            comparing_data=comparing(mapped=False).to_json(),
            expected_lag_days=LAG_DAYS,
            minutes_before=MINUTES_BEFORE,
            is_demo=True,
        )
        _save(there, REASON, since)
        Check.objects.filter(pk=there.pk).update(created_at=since)
    return there


def _save(check: Check, reason: str, at: datetime) -> None:
    """Save, with a line of history that stands in the week it tells of."""
    check._history_date = at  # type: ignore[attr-defined]  # noqa: SLF001 - where the package looks for it
    save_with_reason(check, reason=reason)
