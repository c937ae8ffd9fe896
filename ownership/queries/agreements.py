"""What stands between a version of a rule and being in force: what it lacks, who has agreed, who has yet to answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from ownership import permissions
from ownership.definitions import Rule, When
from ownership.models import Agreement, Answer, Field, FieldVersion, OwnershipRule, Person, Role, RuleState, Team
from ownership.queries import registry
from ownership.wording import listed

STALE_AFTER = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Asked:
    """A team that a proposed version needs, and what it said: ``agreement`` None until it answers."""

    team: Team
    agreement: Agreement | None
    leaderless: bool = False

    @property
    def agrees(self) -> bool:
        """Whether the team has agreed."""
        return self.agreement is not None and self.agreement.answer == Answer.AGREES

    @property
    def objects(self) -> bool:
        """Whether the team objects."""
        return self.agreement is not None and self.agreement.answer == Answer.OBJECTS


def complete(when: When) -> bool:
    """Return whether a condition has both a test and a winner."""
    return has_test(when) and when.settled_by is not None


def has_test(when: When) -> bool:
    """Return whether a condition says which column of which system it tests, and against what."""
    return bool(when.system and when.column and (when.operator != "in" or when.value))


def missing(rule: Rule | OwnershipRule | None) -> list[str]:
    """Return what ``rule`` needs before it can be proposed, each as people call it; nothing if it can be."""
    said = rule if isinstance(rule, Rule) else registry.rule_definition(rule)
    lacks = [] if said.owner else ["an owner team"]
    if said.depends and not said.conditions:
        lacks.append("a condition, as it depends")
    elif not said.settled_by and not any(complete(one) for one in said.conditions):
        lacks.append("the record that settles a dispute")
    for number, one in enumerate(said.conditions, start=1):
        name = f"condition {number}" + (f" (“{one.sentence}”)" if one.sentence else "")
        lacks += [] if has_test(one) else [f"a test for {name}"]
        lacks += [] if one.settled_by else [f"the record that wins under {name}"]
    return lacks


def asked(field: Field, rule: OwnershipRule | None = None, *, leaderless: Collection[int] = ()) -> list[Asked]:
    """Return the teams that ``rule``, or else the version people work on, needs now, with their answers, by name.

    ``field`` is out of ``registry.whole``; ``leaderless`` are ids of teams nobody leads.
    """
    rule = rule or field.working
    said = {one.team_id: one for one in rule.agreements.all()} if rule else {}
    teams = sorted(permissions.touching(field, rule).values(), key=lambda team: team.name.casefold())
    return [Asked(team, said.get(team.pk), team.pk in leaderless) for team in teams]


def yet_to_answer(field: Field) -> list[Team]:
    """Return the teams that have not answered to the proposed version of ``field``."""
    return [one.team for one in asked(field) if one.agreement is None]


def standing(field: Field) -> str:
    """Return in a sentence or two where the rule of ``field`` stands; a proposed one with who keeps it from being."""
    working, in_force = field.working, field.in_force
    if working is None:
        return f"Version {in_force.number} is in force." if in_force else "It has no rule yet."
    stays = f" Version {in_force.number} stays in force." if in_force else ""
    if working.state == RuleState.DISPUTED:
        return f"Disputed: nobody owns it.{stays}"
    if working.state == RuleState.DRAFT:
        return f"Version {working.number} is a draft.{stays}"
    return f"{_answers(asked(field))}{stays}"


def _answers(teams: list[Asked]) -> str:
    objecting = [one.team.name for one in teams if one.objects]
    silent = [one.team.name for one in teams if one.agreement is None]
    said = []
    if objecting:
        said.append(f"{listed(objecting)} {'objects' if len(objecting) == 1 else 'object'}.")
    if silent:
        said.append(f"{listed(silent)} {'has' if len(silent) == 1 else 'have'} yet to answer.")
    return " ".join(said) or "Every team that touches it has agreed; it is in force once one of them says so again."


def is_stale(rule: OwnershipRule, now: datetime) -> bool:
    """Return whether nobody has said for six months that ``rule``, a version in force, is still right."""
    return now - last_confirmed(rule) > STALE_AFTER


def last_confirmed(rule: OwnershipRule) -> datetime:
    """Return when ``rule`` was last said to be right: confirmed, else agreed, else written."""
    return rule.confirmed_at or rule.agreed_at or rule.created_at


def version_of(field: Field) -> int:
    """Return the number of the last change of ``field``: what a page shows, and posts back with an answer."""
    return FieldVersion.objects.filter(field=field).aggregate(last=Max("number"))["last"] or 0


def leaderless(teams: Collection[int]) -> set[int]:
    """Return which of these ids are of teams that nobody leads who could answer for them. Two queries."""
    led = set(Team.objects.filter(pk__in=teams, lead__is_active=True).values_list("pk", flat=True))
    by_role = Person.objects.filter(team_id__in=teams, role=Role.LEAD, is_active=True)
    return set(teams) - led - {team for team in by_role.values_list("team_id", flat=True) if team}
