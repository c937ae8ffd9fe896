"""Asking teams "who owns this field?": each answers alone, and what they say becomes the owner, or a dispute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from ownership.history import save_with_reason
from ownership.models import Claim, ClaimRound, Field, OwnershipRule, Person, RuleState, Team
from ownership.permissions import Rights, touching
from ownership.queries import agreements, claims, registry
from ownership.services.agreeing import forget_answers, locked, move, recorded, refuse
from ownership.services.defining import Refused, Wanted, begin_version, define
from ownership.wording import listed

USUAL_DAYS = 7
MOST_DAYS = 366


def may_ask(rights: Rights, field: Field) -> bool:
    """Return whether they may ask who owns ``field``: the lead of a team that touches it, any lead if none does."""
    teams = touching(field)
    return rights.leads and (not teams or any(rights.answers_for(team) for team in teams))


def require_asking(rights: Rights, field: Field) -> None:
    """Raise PermissionDenied, with who may, unless they may ask who owns ``field``."""
    if not may_ask(rights, field):
        names = sorted(team.name for team in touching(field).values())
        message = f"Who owns {field.name} is asked by the lead of {listed(names, 'or') or 'a team'}."
        raise PermissionDenied(message)


@transaction.atomic
def ask(field: Field, *, person: Person, teams: Iterable[Team] = (), until: date | None = None) -> ClaimRound:
    """Ask every team that touches ``field``, and ``teams`` besides, who owns it; ``until`` a day, or for a week.

    Raises Refused and PermissionDenied.
    """
    field = locked(field)
    own = touching(field)
    require_asking(Rights(person), field)
    asked = own | {team.pk: team for team in teams}
    until = until or timezone.localdate() + timedelta(days=USUAL_DAYS)
    _check_asking(field, asked, until)
    reason = f"{person.name} asks who owns {field.name}."
    made = ClaimRound(field=field, asked_by=person, due_on=until)
    save_with_reason(made, reason=reason)
    for team in asked.values():
        save_with_reason(Claim(round=made, team=team), reason=reason)
    return made


@transaction.atomic
def claim(one: ClaimRound, *, team: Team, owner: Team | None, why: str, person: Person) -> ClaimRound:
    """Say in the name of ``team`` who owns the field (None: nobody, as far as they know); return the round, read anew.

    An answer can be changed while the round is open. The last answer closes it. Raises Refused and PermissionDenied.
    """
    if not Rights(person).answers_for(team.pk):
        message = f"The lead of {team.name} answers for it."
        raise PermissionDenied(message)
    field = locked(one.field)
    one = claims.rounds().get(pk=one.pk)
    row = next((each for each in one.claims.all() if each.team_id == team.pk), None)
    if row is None:
        refuse(f"{team.name} is not asked.")
    if one.closed_at is not None or one.due_on < timezone.localdate():
        refuse("The time to answer is over. Ask again if the answer is another one.")
    if not why.strip():
        refuse("Say in a few words why, for the others to read.")
    row.owner, row.why, row.person, row.answered_at = owner, why.strip(), person, timezone.now()
    save_with_reason(row, reason=f"{team.name} answers.")
    if all(each.answered_at for each in one.claims.all()):
        _close(one, field, person)
    return claims.rounds().get(pk=one.pk)


def close_due(*, today: date | None = None, fields: Iterable[int] | None = None) -> int:
    """Close every open round whose day has passed, or those about ``fields`` (ids); return how many there were."""
    found = claims.overdue(today or timezone.localdate(), fields)
    return sum(_close_if_open(one) for one in found.select_related("field"))


@transaction.atomic
def _close_if_open(one: ClaimRound) -> bool:
    try:
        field = locked(one.field)
    except Refused:
        return False
    fresh = claims.rounds().get(pk=one.pk)
    if fresh.closed_at is not None:
        return False
    _close(fresh, field, None)
    return True


def _check_asking(field: Field, asked: dict[int, Team], until: date) -> None:
    open_one = ClaimRound.objects.filter(field=field, closed_at=None).first()
    if open_one is not None:
        refuse(f"The teams are being asked already, until {open_one.due_on:%Y-%m-%d}.")
    if not asked:
        refuse("Name at least one team to ask.")
    today = timezone.localdate()
    if not today < until <= today + timedelta(days=MOST_DAYS):
        refuse("Teams can answer until a day between tomorrow and a year from now.")


def _close(one: ClaimRound, field: Field, person: Person | None) -> None:
    said = [claim for claim in one.claims.all() if claim.answered_at]
    owners = {claim.owner_id: claim.owner for claim in said}
    one.closed_at = timezone.now()
    if not said:
        one.outcome = ClaimRound.UNANSWERED
    else:
        one.outcome = ClaimRound.AGREED if len(owners) == 1 else ClaimRound.DISPUTED
    reason = f"Asked who owns it. {claims.shown(one, ()).sentence}"
    save_with_reason(one, reason=reason)
    if one.outcome == ClaimRound.AGREED:
        (owner,) = owners.values()
        _give(field, owner, person, reason)
    elif one.outcome == ClaimRound.DISPUTED:
        _dispute(field, person, reason)


def _give(field: Field, owner: Team | None, person: Person | None, reason: str) -> None:
    """Make ``owner`` the owner in the version people work on. What says the same as the version in force is dropped."""
    disputed = field.working if field.working and field.working.state == RuleState.DISPUTED else None
    if disputed:
        move(disputed, RuleState.DRAFT, reason)
    before = agreements.version_of(field)
    now = registry.definition(field)
    wanted = replace(now, rule=replace(now.rule, owner=owner.name if owner else ""))
    (fresh,) = define([Wanted(field, wanted)], person=person, reason=reason)
    working, in_force = fresh.working, fresh.in_force
    if working and in_force and registry.rule_definition(working) == registry.rule_definition(in_force):
        move(working, RuleState.DISCARDED, reason)
        recorded(field, person=person, reason=reason)
    elif disputed and agreements.version_of(field) == before:
        recorded(field, person=person, reason=reason)


def _dispute(field: Field, person: Person | None, reason: str) -> None:
    """Say in the version people work on, or a new one, that nobody owns the field."""
    rule: OwnershipRule = field.working or begin_version(field, reason=reason)
    forget_answers(rule, reason)
    rule.owner = rule.proposed_by = rule.proposed_at = None
    if rule.state == RuleState.DISPUTED:
        save_with_reason(rule, reason=reason)
    else:
        move(rule, RuleState.DISPUTED, reason)
    recorded(field, person=person, reason=reason)
