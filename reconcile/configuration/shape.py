"""What a file asks for, checked as far as the file alone tells; whether names are known is asked of the database."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from ownership.models import Role
from reconcile.configuration.asked import Asked
from reconcile.configuration.boundary_shape import AskedBoundary, boundaries_asked
from reconcile.configuration.check_shape import check_asked
from reconcile.configuration.field_shape import TEXT, AskedField, address, fields_asked
from reconcile.configuration.places import Place

SECTIONS = ("teams", "people", "systems", "fields", "boundaries", "checks")
NAME, PERSON_NAME = 100, 150


@dataclass(frozen=True)
class Wanted:
    """All the file asks for; ``left_out`` are the paths of what is not loaded because nobody asked for it.

    ``fields_beside`` are fields the file describes and does not load; checks may take their columns from them.
    """

    teams: tuple[Asked, ...] = ()
    people: tuple[Asked, ...] = ()
    systems: tuple[Asked, ...] = ()
    fields: tuple[AskedField, ...] = ()
    boundaries: tuple[AskedBoundary, ...] = ()
    checks: tuple[Asked, ...] = ()
    left_out: tuple[str, ...] = ()
    fields_beside: tuple[AskedField, ...] = ()


def wanted(data: Any, only: Collection[str] = ()) -> Wanted:
    """Return what ``data`` asks for; with ``only``, of these sections. Raises Refused."""
    top = Place("", data if data is not None else {})
    sections = top.keys(SECTIONS)
    asked_for = [name for name in sections if not only or name in only]
    left_out = [name for name in sections if name not in asked_for]
    readers: dict[str, Callable[[Place], Any]] = {
        "teams": lambda section: _each(section, _team),
        "people": lambda section: _each(section, _person),
        "systems": lambda section: _each(section, _system),
        "fields": fields_asked,
        "boundaries": boundaries_asked,
        "checks": lambda section: _each(section, check_asked),
    }
    found = {name: reader(sections[name]) for name, reader in readers.items() if name in asked_for}
    beside = fields_asked(sections["fields"]) if "fields" in left_out and "checks" in asked_for else ()
    return Wanted(**found, left_out=tuple(left_out), fields_beside=beside)


def _each(section: Place, reader: Callable[[Place], Asked]) -> tuple[Asked, ...]:
    found: dict[str, Asked] = {}
    for place in section.items():
        one = reader(place)
        if one.name in found:
            place.refuse(f"{one.name} is at {found[one.name].path} already.")
        found[one.name] = one
    return tuple(found.values())


def _asked(place: Place, said: dict[str, Place], name: str, values: dict[str, Any]) -> Asked:
    return Asked(name, place.path, values, {key: one.path for key, one in said.items()})


def _named(place: Place, said: dict[str, Place]) -> str:
    if "name" not in said:
        place.refuse("the key name is missing.")
    return said["name"].text(NAME)


def _team(place: Place) -> Asked:
    said = place.keys(("name", "lead"))
    name = _named(place, said)
    return _asked(place, said, name, {"lead": address(said["lead"])} if "lead" in said else {})


def _person(place: Place) -> Asked:
    said = place.keys(("email", "name", "team", "role"))
    if "email" not in said:
        place.refuse("the key email is missing.")
    email = address(said["email"])
    if email is None:
        said["email"].refuse("write an e-mail address here.")
    readers: dict[str, Callable[[Place], Any]] = {
        "name": lambda one: one.text(PERSON_NAME),
        "team": lambda one: one.text_or_nothing(NAME),
        "role": lambda one: Role(one.one_of(Role.values)),
    }
    return _asked(place, said, email, _read(said, readers))


def _system(place: Place) -> Asked:
    said = place.keys(("name", "owner", "record_types"))
    readers: dict[str, Callable[[Place], Any]] = {
        "owner": lambda one: one.text_or_nothing(NAME),
        "record_types": lambda one: _each(one, _record_type),
    }
    return _asked(place, said, _named(place, said), _read(said, readers))


def _record_type(place: Place) -> Asked:
    said = place.keys(("name", "means"))
    return _asked(place, said, _named(place, said), _read(said, {"means": lambda one: one.text_or_nothing(TEXT) or ""}))


def _read(said: dict[str, Place], readers: dict[str, Callable[[Place], Any]]) -> dict[str, Any]:
    return {key: reader(said[key]) for key, reader in readers.items() if key in said}
