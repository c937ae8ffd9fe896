"""Where a version of a rule stands by what a file says of agreement, and the same said by the registry.

A version to which every team agreed that it touches is in force; with some of them it is proposed, with none a draft.
``state`` is only said where that would say something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from ownership.history import delete_with_reason, save_with_reason
from ownership.models import Agreement, Answer, Condition, Field, OwnershipRule, RuleState, Team
from ownership.permissions import touching
from ownership.queries.agreements import missing
from ownership.transitions import RULE, WORKED_ON, states_before
from ownership.wording import listed
from reconcile.configuration.field_shape import AskedRule
from reconcile.configuration.refusals import refuse

CONTENT = ("first_appears_in", "owner", "settled_by", "depends", "because", "approver", "deputy")
CONDITION = ("position", "sentence", "system", "column", "operator", "value", "values", "settled_by")


def described(field: Field, rule: OwnershipRule) -> dict[str, Any]:
    """Return the keys that say where ``rule`` stands, for a file. ``field`` comes out of ``registry.whole``."""
    given = list(rule.agreements.all())
    agreed = sorted(one.team.name for one in given if one.answer == Answer.AGREES)
    objections = [
        {"team": one.team.name} | ({"reason": one.reason} if one.reason else {})
        for one in sorted(given, key=lambda one: one.team.name)
        if one.answer == Answer.OBJECTS
    ]
    said: dict[str, Any] = {}
    if rule.state != stands(field, rule, agreed, objections):
        said["state"] = str(rule.state)
    return said | ({"agreed_by": agreed} if agreed else {}) | ({"objections": objections} if objections else {})


def stands(field: Field, rule: OwnershipRule, agreed: Sequence[str], objections: Sequence[Any]) -> str:
    """Return the state that follows from the names of the teams that ``agreed``, and from ``objections``."""
    if agreed and {team.name for team in touching(field, rule).values()} <= set(agreed):
        return "agreed"
    return "proposed" if agreed or objections else "draft"


def puts_in_force(field: Field, asked: AskedRule) -> bool:
    """Return whether what the file says of the version people work on puts it in force."""
    rule = field.working
    return asked.state is None and rule is not None and stands(field, rule, asked.agreed_by or (), ()) == "agreed"


def begin(field: Field, *, reason: str) -> OwnershipRule:
    """Begin the next version of the rule of ``field``: a draft that says what the one in force says, or nothing."""
    before = field.in_force
    last = OwnershipRule.objects.filter(field=field).order_by("-number").values_list("number", flat=True).first()
    begun = OwnershipRule(
        field=field, number=(last or 0) + 1, **({name: getattr(before, name) for name in CONTENT} if before else {})
    )
    save_with_reason(begun, reason=reason)
    for one in before.conditions.all() if before else ():
        save_with_reason(Condition(rule=begun, **{name: getattr(one, name) for name in CONDITION}), reason=reason)
    return begun


def place(field: Field, rule: OwnershipRule, asked: AskedRule, *, reason: str) -> bool:
    """Bring ``rule`` to where ``asked`` says, with the teams that answered; return whether that changed anything.

    A version in force stays so; teams the file names besides are added to it. Raises Refused.
    """
    if rule.state == RuleState.AGREED:
        return _answered(rule, asked, reason, only_more=True)
    state = asked.state or stands(field, rule, asked.agreed_by or (), asked.objections)
    if state == "draft" and asked.state is None:
        return False
    if state in ("proposed", "agreed"):
        _complete(rule, asked)
    changed = _answered(rule, asked, reason, only_more=False)
    if rule.state == state:
        return changed
    _move(field, rule, state, reason)
    return True


def _complete(rule: OwnershipRule, asked: AskedRule) -> None:
    """Raise Refused where the rule lacks what teams could agree to."""
    lacks = missing(rule)
    if lacks:
        refuse(f"teams agree to a rule once it says {listed(lacks)}.", asked.path)


def _answered(rule: OwnershipRule, asked: AskedRule, reason: str, *, only_more: bool) -> bool:
    """Make the answers to ``rule`` those the file names; return whether they were others."""
    if asked.agreed_by is None and not asked.objections and asked.state != "draft":
        return False
    there = {one.team.name: one for one in rule.agreements.all()}
    wanted = dict.fromkeys(asked.agreed_by or (), (Answer.AGREES, ""))
    wanted |= {team: (Answer.OBJECTS, why) for team, why in asked.objections}
    changed = False
    for team, one in there.items():
        if team not in wanted and not only_more:
            delete_with_reason(one, reason=reason)
            changed = True
    for team, (answer, why) in wanted.items():
        before = there.get(team)
        if before is not None and before.answer == answer and (answer == Answer.AGREES or before.reason == why):
            continue
        if before is not None and only_more:
            continue
        row = before or Agreement(rule=rule, team=Team.objects.get(name=team))
        row.answer, row.reason, row.person = answer, why, None
        save_with_reason(row, reason=reason)
        changed = True
    return changed


def _move(field: Field, rule: OwnershipRule, state: str, reason: str) -> None:
    """Move ``rule`` by the ways there are; agreed, it takes the place of the version in force."""
    now = timezone.now()
    for step in _steps(rule.state, state):
        before = field.in_force
        if step == RuleState.AGREED and before is not None and before.pk != rule.pk:
            before.state = RuleState.SUPERSEDED
            save_with_reason(before, reason=reason)
        rule.state = RuleState(step)
        if step == RuleState.PROPOSED:
            rule.proposed_at = now
        elif step == RuleState.AGREED:
            rule.agreed_at = now
        elif step == RuleState.DRAFT:
            rule.proposed_at = rule.proposed_by = None
    save_with_reason(rule, reason=reason)


def _steps(before: str, after: str) -> list[str]:
    """The states on the shortest way from one to another."""
    ways: dict[str, list[str]] = {after: []}
    while before not in ways:
        further = {
            state: [reached, *steps]
            for reached, steps in ways.items()
            for state in states_before(RULE, reached)
            if state in WORKED_ON and state not in ways
        }
        if not further:
            message = f"no way from {before} to {after}"
            raise RuntimeError(message)
        ways |= further
    return ways[before]
