"""What a file asks for, checked as far as the file alone tells; whether names are known is asked of the database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from ownership.models import Person, Role
from reconcile import engine
from reconcile.checks.comparing import NAME_CHARACTERS, ComparedField, Comparing
from reconcile.checks.models import Cadence
from reconcile.configuration.places import LATER, Place
from reconcile.configuration.refusals import refuse
from reconcile.engine.comparisons import from_rule
from reconcile.engine.spec import COMPARISONS

SECTIONS = ("teams", "people", "systems", "checks")
LATER_SECTIONS = ("fields", "boundaries")
NAME, PERSON_NAME, EMAIL, RECORDS = 100, 150, 254, 60
CHECK_NAME = 200
LONGEST = 10_000
MOST = 2_000_000_000
SIDES: tuple[str, ...] = ("left", "right")
CHECK_KEYS = (
    "name", "records", "owner", "cadence", "minutes_before", "volume_guard", "expected_lag_days", "left", "right",
    "key_fold", "fields",
)  # fmt: skip
FIELD_KEYS = ("name", "left", "right", "owner", "compare", "tolerance", "argument", "mapping")


@dataclass(frozen=True)
class Asked:
    """One thing the file asks for: what identifies it, what is said of it, and where each of that stands."""

    name: str
    path: str
    values: dict[str, Any]
    places: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """All the file asks for; ``left_out`` are the paths of what is not loaded because nobody asked for it."""

    teams: tuple[Asked, ...] = ()
    people: tuple[Asked, ...] = ()
    systems: tuple[Asked, ...] = ()
    checks: tuple[Asked, ...] = ()
    left_out: tuple[str, ...] = ()


def wanted(data: Any, only: Collection[str] = ()) -> Wanted:
    """Return what ``data`` asks for; with ``only``, of these sections. Raises Refused."""
    top = Place("", data if data is not None else {})
    sections = top.keys((*SECTIONS, *LATER_SECTIONS)) if only else top.keys(SECTIONS, LATER_SECTIONS)
    left_out: list[str] = [name for name in sections if only and name not in only]
    registry = _registry(sections.get("fields")) if only else {}
    readers: dict[str, Callable[[Place], Asked]] = {
        "teams": _team,
        "people": _person,
        "systems": _system,
        "checks": lambda place: _check(place, registry, left_out, lenient=bool(only)),
    }
    found = {
        name: _each(section, readers[name])
        for name, section in sections.items()
        if name in readers and (not only or name in only)
    }
    return Wanted(**found, left_out=tuple(left_out))


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


def _named(place: Place, said: dict[str, Place], longest: int = NAME, key: str = "name") -> str:
    if key not in said:
        place.refuse(f"the key {key} is missing.")
    return said[key].text(longest)


def _team(place: Place) -> Asked:
    said = place.keys(("name", "lead"))
    name = _named(place, said)
    return _asked(place, said, name, {"lead": _address(said["lead"])} if "lead" in said else {})


def _person(place: Place) -> Asked:
    said = place.keys(("email", "name", "team", "role"))
    if "email" not in said:
        place.refuse("the key email is missing.")
    email = _address(said["email"])
    if email is None:
        said["email"].refuse("write an e-mail address here.")
    readers: dict[str, Callable[[Place], Any]] = {
        "name": lambda one: one.text(PERSON_NAME),
        "team": lambda one: one.text_or_nothing(NAME),
        "role": lambda one: Role(one.one_of(Role.values)),
    }
    return _asked(place, said, email, _read(said, readers))


def _address(place: Place) -> str | None:
    text = place.text_or_nothing(EMAIL)
    if text is None:
        return None
    email = Person.normalize_username(text)
    try:
        validate_email(email)
    except ValidationError:
        place.refuse(f"{text} is no e-mail address.")
    return email


def _system(place: Place) -> Asked:
    said = place.keys(("name", "owner"))
    return _asked(place, said, _named(place, said), _read(said, {"owner": lambda one: one.text_or_nothing(NAME)}))


def _read(said: dict[str, Place], readers: dict[str, Callable[[Place], Any]]) -> dict[str, Any]:
    return {key: reader(said[key]) for key, reader in readers.items() if key in said}


def _check(place: Place, registry: dict[str, Place], left_out: list[str], *, lenient: bool) -> Asked:
    said = place.keys((*CHECK_KEYS, "boundary") if lenient else CHECK_KEYS, () if lenient else ("boundary",))
    if "boundary" in said:
        left_out.append(said.pop("boundary").path)
    readers: dict[str, Callable[[Place], Any]] = {
        "records": lambda one: one.text(RECORDS),
        "owner": lambda one: one.text_or_nothing(NAME),
        "cadence": lambda one: Cadence(one.one_of(Cadence.values)),
        "minutes_before": _minutes,
        "volume_guard": lambda one: one.number(most=MOST),
        "expected_lag_days": lambda one: one.number(most=MOST),
        "key_fold": lambda one: one.truth(),
    }
    values = _read(said, readers)
    sides = {side: _side(said[side]) for side in SIDES if side in said}
    for side, (system, _, path) in sides.items():
        if system is not None:
            values[f"{side}_system"] = system
            said[f"{side}_system"] = Place(f"{path}.system", system)
    keys = {side: key for side, (_, key, _) in sides.items() if key is not None}
    if keys:
        values["key"] = _key(place, keys)
    if "fields" in said:
        systems = {side: system for side, (system, _, _) in sides.items()}
        values["fields"] = _fields(said["fields"], registry, systems)
    return _asked(place, said, _named(place, said, CHECK_NAME), values)


def _minutes(place: Place) -> int | None:
    number = place.number(most=MOST)
    if number is not None and number != int(number):
        place.refuse("write whole minutes here.")
    return None if number is None else int(number)


def _side(place: Place) -> tuple[str | None, tuple[str, ...] | None, str]:
    said = place.keys(("system", "key"))
    system = said["system"].text(NAME) if "system" in said else None
    key = tuple(_column(one) for one in said["key"].items()) if "key" in said else None
    return system, key, place.path


def _column(place: Place) -> str:
    """A column may be called anything, also nothing but space."""
    if not isinstance(place.value, str) or not place.value:
        place.refuse("write the name of a column here.")
    return place.value


def _key(place: Place, keys: dict[str, tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    for side, other in (("left", "right"), ("right", "left")):
        if len(keys.get(side, ())) != len(keys.get(other, ())):
            there = len(keys.get(side, ()))
            refuse(
                f"the key has {there} {'column' if there == 1 else 'columns'} here, and another number on the {other}.",
                f"{place.path}.{side}.key",
            )
    return tuple(zip(keys["left"], keys["right"], strict=True))


def _fields(place: Place, registry: dict[str, Place], systems: dict[str, str | None]) -> tuple[ComparedField, ...]:
    found: dict[str, ComparedField] = {}
    columns: set[str] = set()
    for one in place.items():
        compared = _field(one, registry, systems)
        if compared.name in found:
            one.refuse(f"there is a field called {compared.name} already.")
        if compared.left in columns:
            one.refuse(f"the left column {compared.left} is compared already.")
        columns.add(compared.left)
        found[compared.name] = compared
    return tuple(found.values())


def _field(place: Place, registry: dict[str, Place], systems: dict[str, str | None]) -> ComparedField:
    if isinstance(place.value, dict) and "field" in place.value:
        place = _from_registry(place, registry, systems)
    said = place.keys(FIELD_KEYS)
    for key in ("name", "left", "right"):
        if key not in said:
            place.refuse(f"the key {key} is missing.")
    if "tolerance" in said and "argument" in said:
        said["argument"].refuse("write either tolerance or argument.")
    argument = said.get("tolerance", said.get("argument"))
    compared = ComparedField(
        name=said["name"].text(NAME_CHARACTERS),
        left=_column(said["left"]),
        right=_column(said["right"]),
        compare=said["compare"].one_of(COMPARISONS) if "compare" in said else "auto",
        argument=(argument.text_or_nothing(LONGEST) or "") if argument else "",
        mapping=_mapping(said["mapping"]) if "mapping" in said else (),
        owner=said["owner"].one_of(("left", "right")) if "owner" in said and said["owner"].value is not None else "",
    )
    _understood(argument or said.get("compare", place), compared)
    return compared


def _mapping(place: Place) -> tuple[tuple[str, str], ...]:
    if place.value is None:
        return ()
    if not isinstance(place.value, dict):
        place.refuse("write the left words and their right words here.")
    for word, other in place.value.items():
        if not isinstance(other, str) and other is not None:
            refuse("write one word here.", f"{place.path}.{word[:60]}")
    return tuple((word, other or "") for word, other in place.value.items())


def _understood(place: Place, compared: ComparedField) -> None:
    """Raises Refused with the engine's sentence when it does not take the comparison."""
    try:
        rule = engine.Rule(compared.compare, compared.argument, compared.mapping)
        if rule.comparison != "auto":
            from_rule(rule)
    except engine.EngineError as error:
        place.refuse(str(error))


def compared(key: Iterable[tuple[str, str]], fields: Iterable[ComparedField], *, key_fold: bool) -> Comparing:
    """The three together, as a check keeps them."""
    return Comparing(key=tuple(key), key_fold=key_fold, fields=tuple(fields))


# --- Fields of the registry, which are not kept yet: with --only, a check takes their columns from the file itself ----


def _registry(section: Place | None) -> dict[str, Place]:
    return {
        str(place.value["name"]): place
        for place in (section.items() if section else ())
        if isinstance(place.value, dict) and "name" in place.value
    }


def _from_registry(place: Place, registry: dict[str, Place], systems: dict[str, str | None]) -> Place:
    name = place.value["field"]
    known = registry.get(str(name))
    if known is None:
        Place(f"{place.path}.field", name).refuse(f"a field from the registry {LATER}, with its columns.")
    uses = known.value.get("uses")
    columns = (
        {str(use.get("system")): use.get("column") for use in uses if isinstance(use, dict)}
        if isinstance(uses, list)
        else {}
    )
    taken = {key: value for key, value in place.value.items() if key != "field"}
    for side in SIDES:
        column = columns.get(systems.get(side) or "")
        if side not in taken and column is None:
            place.refuse(f"{name} names no column of the {side} system; write {side} here.")
        taken.setdefault(side, column)
    return Place(place.path, {"name": name, **taken})
