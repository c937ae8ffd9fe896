"""What a file asks for, put into the database: all of it or nothing, and nothing written where nothing changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models, transaction

from ownership.history import save_with_reason
from ownership.models import Person, System, Team
from reconcile.checks.models import Check
from reconcile.configuration.refusals import refuse
from reconcile.configuration.shape import Asked, Wanted, compared

Row = TypeVar("Row", Team, Person, System, Check)


@dataclass
class Loaded:
    """How many rows were added and changed; how many were as asked for already."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass
class _Loading:
    """One loading: what it knows by name, and what it has done."""

    reason: str
    loaded: Loaded = field(default_factory=Loaded)
    teams: dict[str, Team] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    systems: dict[str, System] = field(default_factory=dict)
    touched: dict[tuple[str, int], str] = field(default_factory=dict)

    def put(self, row: models.Model, values: dict[str, Any]) -> None:
        """Save ``row`` with ``values`` if that makes a difference, and count it once, however often it is put."""
        new = row.pk is None
        # What somebody writes down is their own, also where the example had it before.
        if getattr(row, "is_demo", False):
            values = {**values, "is_demo": False}
        differing = {name: value for name, value in values.items() if new or getattr(row, name) != value}
        for name, value in differing.items():
            setattr(row, name, value)
        if new or differing:
            save_with_reason(row, reason=self.reason)
        known = (type(row).__name__, row.pk)
        before = self.touched.get(known)
        self.touched[known] = (
            before if before in {"added", "changed"} else self._how(new=new, differing=bool(differing))
        )

    @staticmethod
    def _how(*, new: bool, differing: bool) -> str:
        return "added" if new else "changed" if differing else "unchanged"

    def counted(self) -> Loaded:
        how = list(self.touched.values())
        return Loaded(how.count("added"), how.count("changed"), how.count("unchanged"))


@transaction.atomic
def apply(wanted: Wanted, *, reason: str) -> Loaded:
    """Put everything in, with ``reason`` in the history of what changes. Raises Refused, and then changes nothing."""
    loading = _Loading(reason)
    loading.teams = {team.name: team for team in Team.objects.all()}
    loading.people = {person.email: person for person in Person.objects.all()}
    loading.systems = {system.name: system for system in System.objects.all()}
    for asked in wanted.teams:
        _put_team(loading, asked)
    for asked in wanted.people:
        _put_person(loading, asked)
    for asked in wanted.teams:
        _put_lead(loading, asked)
    for asked in wanted.systems:
        _put_system(loading, asked)
    for asked in wanted.checks:
        _put_check(loading, asked)
    return loading.counted()


def _put_team(loading: _Loading, asked: Asked) -> None:
    team = loading.teams.setdefault(asked.name, Team(name=asked.name))
    loading.put(team, {})


def _put_lead(loading: _Loading, asked: Asked) -> None:
    if "lead" in asked.values:
        lead = _known(asked, "lead", loading.people, "person with the address", "people")
        loading.put(loading.teams[asked.name], {"lead": lead})


def _put_person(loading: _Loading, asked: Asked) -> None:
    there = loading.people.get(asked.name)
    if there is None:
        if "name" not in asked.values:
            refuse("the key name is missing.", asked.path)
        there = loading.people[asked.name] = Person(email=asked.name)
        there.set_unusable_password()
    values: dict[str, Any] = {name: asked.values[name] for name in ("name", "role") if name in asked.values}
    if "team" in asked.values:
        values["team"] = _known(asked, "team", loading.teams, "team", "teams")
    loading.put(there, values)


def _put_system(loading: _Loading, asked: Asked) -> None:
    system = loading.systems.setdefault(asked.name, System(name=asked.name))
    values: dict[str, Any] = {}
    if "owner" in asked.values:
        values["owner"] = _known(asked, "owner", loading.teams, "team", "teams")
    loading.put(system, values)


def _put_check(loading: _Loading, asked: Asked) -> None:
    there = Check.objects.filter(name=asked.name).first()
    plain: tuple[str, ...] = ("records", "cadence", "minutes_before", "volume_guard", "expected_lag_days")
    values = {name: asked.values[name] for name in plain if name in asked.values}
    if "owner" in asked.values:
        values["owner"] = _known(asked, "owner", loading.teams, "team", "teams")
    for side in ("left", "right"):
        if f"{side}_system" in asked.values:
            values[f"{side}_system"] = _known(asked, f"{side}_system", loading.systems, "system", "systems")
        elif there is None:
            refuse("a new check says which system this is.", f"{asked.path}.{side}.system")
    values["comparing_data"] = _comparing_data(asked, there)
    loading.put(there or Check(name=asked.name), values)


def _comparing_data(asked: Asked, there: Check | None) -> dict[str, Any]:
    """What is compared: as the file says, and as it was where the file says nothing."""
    before = there.comparing if there else compared((), (), key_fold=False)
    said = asked.values
    after = compared(
        said.get("key", before.key), said.get("fields", before.fields), key_fold=said.get("key_fold", before.key_fold)
    )
    return there.comparing_data if there and after == before else after.to_json()


def _known(asked: Asked, key: str, known: dict[str, Row], what: str, section: str) -> Row | None:
    name = asked.values[key]
    if name is None:
        return None
    if name not in known:
        refuse(f"there is no {what} {name}; add it to {section}.", asked.places[key])
    return known[name]
