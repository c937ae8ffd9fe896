"""What a file asks for, put into the database: all of it or nothing, and nothing written where nothing changes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from django.db import models, transaction

from boundaries.models import Boundary
from ownership.definitions import Definition, Rule
from ownership.history import save_with_reason
from ownership.models import Person, RecordType, System, Team
from ownership.queries import registry
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Check
from reconcile.checks.registry_fields import from_registry
from reconcile.configuration.applying_boundaries import apply_boundaries, boundaries_by_name
from reconcile.configuration.applying_fields import apply_fields, fields_by_name
from reconcile.configuration.asked import Asked
from reconcile.configuration.check_shape import AskedCompared, distinct
from reconcile.configuration.field_shape import AskedField
from reconcile.configuration.refusals import refuse
from reconcile.configuration.shape import Wanted

Row = TypeVar("Row", Team, Person, System, Boundary, Check)


@dataclass
class Loaded:
    """How many rows were added and changed; how many were as asked for already.

    ``left_out`` are the paths of what nothing could be tied to, because its section was left out.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    left_out: tuple[str, ...] = ()


@dataclass
class _Loading:
    """One loading: what it knows by name, and what it has done."""

    reason: str
    loaded: Loaded = field(default_factory=Loaded)
    teams: dict[str, Team] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    systems: dict[str, System] = field(default_factory=dict)
    touched: dict[tuple[str, int], str] = field(default_factory=dict)
    worked_in: list[str] = field(default_factory=list)
    boundaries: dict[str, Boundary] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

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
        how = [*self.touched.values(), *self.worked_in]
        return Loaded(how.count("added"), how.count("changed"), how.count("unchanged"), tuple(self.left_out))


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
    if wanted.fields:
        loading.worked_in = apply_fields(wanted.fields, reason=reason)
    loading.worked_in += apply_boundaries(wanted.boundaries, reason=reason)
    definitions = _definitions(wanted)
    if any(asked.values.get("boundary") for asked in wanted.checks):
        loading.boundaries = boundaries_by_name(asked.values.get("boundary") or "" for asked in wanted.checks)
    for asked in wanted.checks:
        _put_check(loading, asked, definitions, lenient="boundaries" in wanted.left_out)
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
    for record_type in asked.values.get("record_types", ()):
        there = next((one for one in system.record_types.all() if one.name.lower() == record_type.name.lower()), None)
        loading.put(there or RecordType(system=system), {"name": record_type.name, **record_type.values})


def _put_check(loading: _Loading, asked: Asked, definitions: dict[str, Definition], *, lenient: bool) -> None:
    for one in asked.values.get("fields", ()):
        if one.registered and one.name not in definitions:
            refuse(f"there is no field {one.name}; add it to fields.", f"{one.path}.field")
    there = Check.objects.filter(name=asked.name).first()
    plain: tuple[str, ...] = ("records", "cadence", "minutes_before", "volume_guard", "expected_lag_days")
    values = {name: asked.values[name] for name in plain if name in asked.values}
    if "owner" in asked.values:
        values["owner"] = _known(asked, "owner", loading.teams, "team", "teams")
    values |= _boundary(loading, asked, lenient=lenient)
    for side in ("left", "right"):
        if f"{side}_system" in asked.values:
            values[f"{side}_system"] = _known(asked, f"{side}_system", loading.systems, "system", "systems")
        elif there is None:
            refuse("a new check says which system this is.", f"{asked.path}.{side}.system")
    check = there or Check(name=asked.name)
    systems = [(values[key] if key in values else getattr(check, key)).name for key in ("left_system", "right_system")]
    values["comparing_data"] = _comparing_data(asked, there, definitions, *systems)
    loading.put(check, values)


def _boundary(loading: _Loading, asked: Asked, *, lenient: bool) -> dict[str, Boundary | None]:
    """The boundary a check stands at. ``lenient``: one that is not there is left out instead of refused."""
    name = asked.values.get("boundary")
    if name and lenient and name not in loading.boundaries:
        loading.left_out.append(asked.places["boundary"])
        return {}
    known = loading.boundaries
    return (
        {"boundary": _known(asked, "boundary", known, "boundary", "boundaries")} if "boundary" in asked.values else {}
    )


def _comparing_data(
    asked: Asked, there: Check | None, definitions: dict[str, Definition], left: str, right: str
) -> dict[str, Any]:
    """What is compared: as the file says, and as it was where the file says nothing."""
    before = there.comparing if there else Comparing()
    said = asked.values
    fields = before.fields
    if "fields" in said:
        fields = distinct((one.path, _compared(one, definitions, left, right)) for one in said["fields"])
    plain = {name: said[name] for name in ("key", "key_fold", "left_edits", "right_edits") if name in said}
    after = replace(before, fields=fields, **plain)
    return there.comparing_data if there and after == before else after.to_json()


def _compared(asked: AskedCompared, definitions: dict[str, Definition], left: str, right: str) -> ComparedField:
    """One compared field; what the file leaves to the registry comes from there. Raises Refused."""
    if not asked.registered:
        return asked.compared("", "", "")
    found = from_registry(definitions[asked.name], left, right)
    if isinstance(found, ComparedField):
        return asked.compared(found.left, found.right, found.owner)
    if asked.left is None or asked.right is None:
        refuse(found, f"{asked.path}.field")
    return asked.compared(asked.left, asked.right, "")


def _definitions(wanted: Wanted) -> dict[str, Definition]:
    """The fields that checks of the file name: of the registry, else as the file describes them and does not load."""
    names = {one.name for check in wanted.checks for one in check.values.get("fields", ()) if one.registered}
    if not names:
        return {}
    beside = {one.name: _beside(one) for one in wanted.fields_beside if one.name in names}
    return beside | {
        name: registry.definition(field, field.in_force or field.working)
        for name, field in fields_by_name(names).items()
    }


def _beside(asked: AskedField) -> Definition:
    return Definition(asked.name, uses=asked.said.get("uses", ()), rule=asked.rule.rule if asked.rule else Rule())


def _known(asked: Asked, key: str, known: dict[str, Row], what: str, section: str) -> Row | None:
    name = asked.values[key]
    if name is None:
        return None
    if name not in known:
        refuse(f"there is no {what} {name}; add it to {section}.", asked.places[key])
    return known[name]
