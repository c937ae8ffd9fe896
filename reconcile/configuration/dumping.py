"""Everything that ``load`` takes, as one file in an order that stays."""

from __future__ import annotations

from typing import Any

import yaml
from django.db.models import Q

from ownership.models import Person, System, Team
from reconcile.checks.comparing import ComparedField
from reconcile.checks.models import Check

WIDTH = 120


class _Dumper(yaml.SafeDumper):
    """Escapes what cannot be seen: plain YAML takes some of it for the end of a line."""


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if text.isprintable() else '"')


_Dumper.add_representer(str, _text)


def dump() -> str:
    """Return teams, people, systems and checks as YAML.

    What is of the example is left out, but for what something of one's own refers to.
    """
    checks = list(Check.objects.filter(is_demo=False).select_related("left_system", "right_system", "owner"))
    in_checks = [system.pk for check in checks for system in (check.left_system, check.right_system)]
    systems = list(System.objects.filter(Q(is_demo=False) | Q(pk__in=in_checks)).select_related("owner"))
    people = list(Person.objects.filter(is_demo=False).select_related("team"))
    owning = {check.owner_id for check in checks} | {system.owner_id for system in systems}
    owning |= {person.team_id for person in people}
    teams = Team.objects.filter(Q(is_demo=False) | Q(pk__in=owning - {None})).select_related("lead")
    sections = {
        "teams": [_team(team) for team in teams],
        "people": [_person(person) for person in sorted(people, key=lambda person: person.email)],
        "systems": [_system(system) for system in systems],
        "checks": [_check(check) for check in checks],
    }
    return yaml.dump(
        {name: section for name, section in sections.items() if section},
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=WIDTH,
    )


def _team(team: Team) -> dict[str, Any]:
    lead = team.lead if team.lead and not team.lead.is_demo else None
    return {"name": team.name} | ({"lead": lead.email} if lead else {})


def _person(person: Person) -> dict[str, Any]:
    team = {"team": person.team.name} if person.team else {}
    return {"email": person.email, "name": person.name, **team, "role": str(person.role)}


def _system(system: System) -> dict[str, Any]:
    return {"name": system.name} | ({"owner": system.owner.name} if system.owner else {})


def _check(check: Check) -> dict[str, Any]:
    comparing = check.comparing
    said: dict[str, Any] = {
        "name": check.name,
        "records": check.records,
        "owner": check.owner.name if check.owner else None,
        "cadence": str(check.cadence),
        "minutes_before": check.minutes_before,
        "volume_guard": check.volume_guard,
        "expected_lag_days": check.expected_lag_days,
        "left": {"system": check.left_system.name, "key": [left for left, _ in comparing.key]},
        "right": {"system": check.right_system.name, "key": [right for _, right in comparing.key]},
        "key_fold": comparing.key_fold,
        "fields": [_field(field) for field in comparing.fields],
    }
    return said


def _field(field: ComparedField) -> dict[str, Any]:
    said: dict[str, Any] = {"name": field.name, "left": field.left, "right": field.right}
    for name in ("owner", "compare", "argument"):
        value = getattr(field, name)
        if value:
            said[name] = value
    if field.mapping:
        said["mapping"] = dict(field.mapping)
    return said
