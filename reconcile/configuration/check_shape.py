"""What a file asks for of checks, checked as far as the file alone tells.

A compared field may name a field of the registry; its columns and owner are then asked of that when the check goes in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from reconcile import engine
from reconcile.checks.comparing import EDIT_WORDS, NAME_CHARACTERS, ComparedField
from reconcile.checks.models import Cadence
from reconcile.configuration.asked import Asked
from reconcile.configuration.places import Place
from reconcile.configuration.refusals import refuse
from reconcile.engine.comparisons import from_rule
from reconcile.engine.spec import COMPARISONS

NAME, CHECK_NAME, BOUNDARY_NAME, RECORDS = 100, 200, 200, 60
LONGEST = 10_000
MOST = 2_000_000_000
SIDES: tuple[str, ...] = ("left", "right")
CHECK_KEYS = (
    "name", "boundary", "records", "owner", "cadence", "minutes_before", "volume_guard", "expected_lag_days", "left",
    "right", "key_fold", "fields",
)  # fmt: skip
FIELD_KEYS = ("name", "left", "right", "owner", "compare", "tolerance", "argument", "mapping")


@dataclass(frozen=True)
class AskedCompared:
    """One compared field and where it stands. ``registered``: its name is that of a field of the registry.

    ``left``, ``right``, ``owner`` are None where the file says nothing of them.
    """

    path: str
    name: str
    registered: bool = False
    left: str | None = None
    right: str | None = None
    owner: str | None = None
    compare: str = "auto"
    argument: str = ""
    mapping: tuple[tuple[str, str], ...] = ()

    def compared(self, left: str, right: str, owner: str) -> ComparedField:
        """Return it with what the registry says where the file says nothing."""
        return ComparedField(
            name=self.name,
            left=left if self.left is None else self.left,
            right=right if self.right is None else self.right,
            compare=self.compare,
            argument=self.argument,
            mapping=self.mapping,
            owner=owner if self.owner is None else self.owner,
        )


@dataclass(frozen=True)
class _Side:
    """What is said of one side and where; None is what the file says nothing of."""

    path: str
    system: str | None = None
    key: tuple[str, ...] | None = None
    edits: engine.EditColumns | None = None


def check_asked(place: Place) -> Asked:
    """Return one check. Raises Refused."""
    said = place.keys(CHECK_KEYS)
    readers: dict[str, Callable[[Place], Any]] = {
        "boundary": lambda one: one.text_or_nothing(BOUNDARY_NAME),
        "records": lambda one: one.text(RECORDS),
        "owner": lambda one: one.text_or_nothing(NAME),
        "cadence": lambda one: Cadence(one.one_of(Cadence.values)),
        "minutes_before": _minutes,
        "volume_guard": lambda one: one.number(most=MOST),
        "expected_lag_days": lambda one: one.number(most=MOST),
        "key_fold": lambda one: one.truth(),
        "fields": _fields,
    }
    values = {key: reader(said[key]) for key, reader in readers.items() if key in said}
    sides = {side: _side(said[side]) for side in SIDES if side in said}
    for side, one in sides.items():
        if one.system is not None:
            values[f"{side}_system"] = one.system
            said[f"{side}_system"] = Place(f"{one.path}.system", one.system)
        if one.edits is not None:
            values[f"{side}_edits"] = one.edits
    keys = {side: one.key for side, one in sides.items() if one.key is not None}
    if keys:
        values["key"] = _key(place, keys)
    if "name" not in said:
        place.refuse("the key name is missing.")
    return Asked(said["name"].text(CHECK_NAME), place.path, values, {key: one.path for key, one in said.items()})


def distinct(fields: Iterable[tuple[str, ComparedField]]) -> tuple[ComparedField, ...]:
    """Return compared fields that came with their paths. Raises Refused for a left column that is compared twice."""
    found: dict[str, ComparedField] = {}
    for path, one in fields:
        if one.left in found:
            refuse(f"the left column {one.left} is compared already.", path)
        found[one.left] = one
    return tuple(found.values())


def edits_said(edits: engine.EditColumns) -> dict[str, str]:
    """Return edit columns as a file says them: those there are."""
    return {name: column for name, column in asdict(edits).items() if column}


def _minutes(place: Place) -> int | None:
    number = place.number(most=MOST)
    if number is not None and number != int(number):
        place.refuse("write whole minutes here.")
    return None if number is None else int(number)


def _side(place: Place) -> _Side:
    said = place.keys(("system", "key", "edits"))
    return _Side(
        path=place.path,
        system=said["system"].text(NAME) if "system" in said else None,
        key=tuple(_column(one) for one in said["key"].items()) if "key" in said else None,
        edits=_edits(said["edits"]) if "edits" in said else None,
    )


def _edits(place: Place) -> engine.EditColumns:
    if place.value is None:
        return engine.EditColumns()
    said = place.keys(tuple(EDIT_WORDS))
    return engine.EditColumns(**{name: _column(one) for name, one in said.items() if one.value is not None})


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


def _fields(place: Place) -> tuple[AskedCompared, ...]:
    found: dict[str, AskedCompared] = {}
    for one in place.items():
        asked = _field(one)
        if asked.name in found:
            one.refuse(f"there is a field called {asked.name} already.")
        found[asked.name] = asked
    return tuple(found.values())


def _field(place: Place) -> AskedCompared:
    registered = isinstance(place.value, dict) and "field" in place.value
    said = place.keys(("field", *FIELD_KEYS[1:]) if registered else FIELD_KEYS)
    for key in ("field",) if registered else ("name", "left", "right"):
        if key not in said:
            place.refuse(f"the key {key} is missing.")
    if "tolerance" in said and "argument" in said:
        said["argument"].refuse("write either tolerance or argument.")
    argument = said.get("tolerance", said.get("argument"))
    asked = AskedCompared(
        path=place.path,
        name=said["field" if registered else "name"].text(NAME_CHARACTERS),
        registered=registered,
        left=_column(said["left"]) if "left" in said else None,
        right=_column(said["right"]) if "right" in said else None,
        compare=said["compare"].one_of(COMPARISONS) if "compare" in said else "auto",
        argument=(argument.text_or_nothing(LONGEST) or "") if argument else "",
        mapping=_mapping(said["mapping"]) if "mapping" in said else (),
        owner=_owner(said["owner"]) if "owner" in said else None if registered else "",
    )
    _understood(argument or said.get("compare", place), asked)
    return asked


def _owner(place: Place) -> str:
    return place.one_of(SIDES) if place.value is not None else ""


def _mapping(place: Place) -> tuple[tuple[str, str], ...]:
    if place.value is None:
        return ()
    if not isinstance(place.value, dict):
        place.refuse("write the left words and their right words here.")
    for word, other in place.value.items():
        if not isinstance(other, str) and other is not None:
            refuse("write one word here.", f"{place.path}.{word[:60]}")
    return tuple((word, other or "") for word, other in place.value.items())


def _understood(place: Place, asked: AskedCompared) -> None:
    """Raises Refused with the engine's sentence when it does not take the comparison."""
    try:
        rule = engine.Rule(asked.compare, asked.argument, asked.mapping)
        if rule.comparison != "auto":
            from_rule(rule)
    except engine.EngineError as error:
        place.refuse(str(error))
