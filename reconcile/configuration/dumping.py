"""Everything that ``load`` takes, as one file in an order that stays.

What is of the example is left out, but for what something of one's own refers to.
"""

from __future__ import annotations

from typing import Any

import yaml
from django.db.models import Q

from boundaries.queries import maps
from ownership.models import Field, Person, RecordType, System, Team
from ownership.queries import registry
from reconcile import engine
from reconcile.checks.comparing import ComparedField
from reconcile.checks.models import Check
from reconcile.checks.registry_fields import from_registry
from reconcile.configuration.check_shape import edits_said
from reconcile.configuration.dumping_boundaries import boundary_said, mention
from reconcile.configuration.dumping_fields import Mentioned, field_said

WIDTH = 120


class _Dumper(yaml.SafeDumper):
    """Escapes what cannot be seen: plain YAML takes some of it for the end of a line. Writes everything out."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the package's own signature
        return True


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if text.isprintable() else '"')


_Dumper.add_representer(str, _text)


def dump() -> str:
    """Return teams, people, systems, fields, boundaries and checks as YAML."""
    checks = list(
        Check.objects.filter(is_demo=False).select_related("left_system", "right_system", "owner", "boundary")
    )
    fields = list(registry.whole().filter(is_demo=False))
    bounded = {check.boundary_id for check in checks} - {None}
    boundaries = list(maps.whole().filter(Q(is_demo=False) | Q(pk__in=bounded)))
    mentioned = Mentioned.in_fields(fields)
    mention(mentioned, boundaries)
    mentioned.systems |= {system.pk for check in checks for system in (check.left_system, check.right_system)}
    types = RecordType.objects.filter(Q(is_demo=False) | Q(pk__in=mentioned.record_types))
    described = [one for one in types if one.means or one.pk not in mentioned.record_types]
    mentioned.systems |= {one.system_id for one in described}
    systems = list(System.objects.filter(Q(is_demo=False) | Q(pk__in=mentioned.systems)).select_related("owner"))
    people = Person.objects.filter(Q(is_demo=False) | Q(pk__in=mentioned.people)).select_related("team")
    owning = {check.owner_id for check in checks} | {system.owner_id for system in systems}
    owning |= {person.team_id for person in people} | mentioned.teams
    teams = Team.objects.filter(Q(is_demo=False) | Q(pk__in=owning - {None})).select_related("lead")
    written = {person.pk for person in people}
    sections = {
        "teams": [_team(team, written) for team in teams],
        "people": [_person(person) for person in sorted(people, key=lambda person: person.email)],
        "systems": [_system(system, [one for one in described if one.system_id == system.pk]) for system in systems],
        "fields": [field_said(field) for field in fields],
        "boundaries": [boundary_said(boundary) for boundary in boundaries],
        "checks": [_check(check, {field.name: field for field in fields}) for check in checks],
    }
    return as_yaml({name: section for name, section in sections.items() if section})


def as_yaml(data: dict[str, Any]) -> str:
    """Return ``data`` as YAML, its keys in their order."""
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH)


def _team(team: Team, people: set[int]) -> dict[str, Any]:
    lead = team.lead if team.lead and team.lead.pk in people else None
    return {"name": team.name} | ({"lead": lead.email} if lead else {})


def _person(person: Person) -> dict[str, Any]:
    team = {"team": person.team.name} if person.team else {}
    return {"email": person.email, "name": person.name, **team, "role": str(person.role)}


def _system(system: System, record_types: list[RecordType]) -> dict[str, Any]:
    owner = {"owner": system.owner.name} if system.owner else {}
    said = [{"name": one.name} | ({"means": one.means} if one.means else {}) for one in record_types]
    return {"name": system.name} | owner | ({"record_types": said} if said else {})


def _check(check: Check, fields: dict[str, Field]) -> dict[str, Any]:
    comparing = check.comparing
    said: dict[str, Any] = {
        "name": check.name,
        **_boundary(check),
        "records": check.records,
        "owner": check.owner.name if check.owner else None,
        "cadence": str(check.cadence),
        "minutes_before": check.minutes_before,
        "volume_guard": check.volume_guard,
        "expected_lag_days": check.expected_lag_days,
        "left": _side(check.left_system, [left for left, _ in comparing.key], comparing.left_edits),
        "right": _side(check.right_system, [right for _, right in comparing.key], comparing.right_edits),
        "key_fold": comparing.key_fold,
        "fields": [_field(field, fields.get(field.name), check) for field in comparing.fields],
    }
    return said


def _side(system: System, key: list[str], edits: engine.EditColumns) -> dict[str, Any]:
    """One side; that no column tells of edits is said too, so that loading the file takes chosen ones away."""
    return {"system": system.name, "key": key, "edits": edits_said(edits)}


def _boundary(check: Check) -> dict[str, Any]:
    """The boundary it stands at. Of one that was removed, which the file does not hold, nothing is said."""
    if check.boundary is None:
        return {"boundary": None}
    return {} if check.boundary.removed_at else {"boundary": check.boundary.name}


def _field(field: ComparedField, registered: Field | None, check: Check) -> dict[str, Any]:
    """One compared field; by the name of the registry's where that says the same of columns and owner."""
    if registered is not None and _as_registered(field, registered, check):
        said: dict[str, Any] = {"field": field.name}
    else:
        said = {"name": field.name, "left": field.left, "right": field.right}
        said |= {"owner": field.owner} if field.owner else {}
    for name in ("compare", "argument"):
        value = getattr(field, name)
        if value:
            said[name] = value
    if field.mapping:
        said["mapping"] = dict(field.mapping)
    return said


def _as_registered(field: ComparedField, registered: Field, check: Check) -> bool:
    definition = registry.definition(registered, registered.in_force or registered.working)
    found = from_registry(definition, check.left_system.name, check.right_system.name)
    if not isinstance(found, ComparedField):
        return False
    return (found.left, found.right, found.owner) == (field.left, field.right, field.owner)
