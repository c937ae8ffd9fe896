"""What a file asks for of boundaries and their maps, checked as far as the file alone tells.

``steps`` and ``handoffs`` are each one whole: what they leave out is not there any more. Any other key that is left out
leaves what is there. A step without an id takes one from its position.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from boundaries.definitions import CASES, CONFIRMABLE, ENDINGS, HOWS, TOUCHES
from boundaries.models.maps import FIELD_CHARACTERS, NAME_CHARACTERS, TEAM_CHARACTERS
from boundaries.services.checking import MOST_NUMBER, MOST_STEPS, STEP_ID
from reconcile.configuration.places import Place

SYSTEM_CHARACTERS = 100
TEXT = 1_000_000
BOUNDARY_KEYS = (
    "name", "from", "to", "owner", "trigger", "rule", "steps", "handoffs", "confirmed", "records_per_week",
    "minutes_available", "disputes", "observed",
)  # fmt: skip
STEP_KEYS = ("id", "team", "system", "does", "touch", "minutes", "times_per_week", "changes")
HANDOFF_KEYS = ("from", "to", "trigger", "expected_lag_days", "owner", "fields", "cases")
CARRIED_KEYS = ("field", "how", "before", "after", "note")
CASE_KEYS = ("when", "kind", "then", "decides", "never")
OBSERVED_KEYS = ("sentence", "kind", "seen_on")

Reader = Callable[[Place], Any]


@dataclass(frozen=True)
class AskedBoundary:
    """One boundary: its name, where it stands, and under ``said`` what the file says, as ``Map.to_json`` has it.

    ``places`` leads from a key of it, and from "step <id>" and "handoff <id> <id>", to where that stands.
    """

    name: str
    path: str
    said: dict[str, Any]
    places: dict[str, str] = field(default_factory=dict)

    def place(self, of: str) -> str:
        """Return where ``of`` stands, the boundary itself where the file does not say it."""
        return self.places.get(of, self.path)


def boundaries_asked(section: Place) -> tuple[AskedBoundary, ...]:
    """Return every boundary of ``section``. Raises Refused."""
    found: dict[str, AskedBoundary] = {}
    for place in section.items():
        one = _boundary(place)
        known = one.name.casefold()
        if known in found:
            place.refuse(f"{one.name} is at {found[known].path} already.")
        found[known] = one
    return tuple(found.values())


def _boundary(place: Place) -> AskedBoundary:
    keys = place.keys(BOUNDARY_KEYS)
    if "name" not in keys:
        place.refuse("the key name is missing.")
    places = {key: one.path for key, one in keys.items()}
    readers: dict[str, Reader] = {
        "name": lambda one: one.text(NAME_CHARACTERS).strip(),
        "from": _system_there,
        "to": _system_there,
        "owner": _team,
        "trigger": _free,
        "rule": _free,
        "steps": lambda section: _steps(section, places),
        "handoffs": lambda section: _handoffs(section, places),
        "confirmed": _confirmed,
        "records_per_week": _number,
        "minutes_available": _number,
        "disputes": _free,
        "observed": lambda section: [_observed(one) for one in section.items()],
    }
    said = {key: readers[key](one) for key, one in keys.items()}
    return AskedBoundary(said["name"], place.path, said, places)


# --- Steps ------------------------------------------------------------------------------------------------------------


def _steps(section: Place, places: dict[str, str]) -> list[dict[str, Any]]:
    readers: dict[str, Reader] = {
        "id": _id,
        "team": _team,
        "system": _system,
        "does": _free,
        "touch": lambda one: _one_of_or_nothing(one, TOUCHES),
        "minutes": _number,
        "times_per_week": _number,
        "changes": lambda listed: [_field_name(one) for one in listed.items()],
    }
    steps: list[dict[str, Any]] = []
    for position, place in enumerate(section.items(), start=1):
        if position > MOST_STEPS:
            place.refuse(f"a map has at most {MOST_STEPS} steps.")
        keys = place.keys(STEP_KEYS)
        said = {"id": f"step-{position}"} | {key: readers[key](one) for key, one in keys.items()}
        known = f"step {said['id']}"
        if known in places:
            where = keys.get("id", place)
            where.refuse(f"there is a step {said['id']} at {places[known]} already.")
        places[known] = place.path
        steps.append(said)
    return steps


def _id(place: Place) -> str:
    if not isinstance(place.value, str) or not STEP_ID.fullmatch(place.value):
        place.refuse("write 1 to 60 letters from a to z, digits, - and _ here.")
    return place.value


# --- Hand-offs --------------------------------------------------------------------------------------------------------


def _handoffs(section: Place, places: dict[str, str]) -> list[dict[str, Any]]:
    readers: dict[str, Reader] = {
        "from": _id,
        "to": _id,
        "trigger": _free,
        "expected_lag_days": _number,
        "owner": _team,
        "fields": lambda listed: [_carried(one) for one in listed.items()],
        "cases": lambda listed: [_case(one) for one in listed.items()],
    }
    handoffs: list[dict[str, Any]] = []
    for place in section.items():
        keys = _required(place, HANDOFF_KEYS, ("from", "to"))
        said = {key: readers[key](one) for key, one in keys.items()}
        if said["from"] == said["to"]:
            keys["to"].refuse("a hand-off leads from one step to another.")
        known = f"handoff {said['from']} {said['to']}"
        if known in places:
            place.refuse(f"there is a hand-off from {said['from']} to {said['to']} at {places[known]} already.")
        places[known] = place.path
        handoffs.append(said)
    return handoffs


def _carried(place: Place) -> dict[str, Any]:
    keys = _required(place, CARRIED_KEYS, ("field",))
    readers: dict[str, Reader] = {
        "field": _field_name,
        "how": lambda one: one.one_of(HOWS),
        "before": _names,
        "after": _names,
        "note": _free,
    }
    return {key: readers[key](one) for key, one in keys.items()}


def _case(place: Place) -> dict[str, Any]:
    readers: dict[str, Reader] = {
        "when": _free,
        "kind": lambda one: one.one_of(CASES),
        "then": _free,
        "decides": _team,
        "never": lambda one: one.truth(),
    }
    return {key: readers[key](one) for key, one in place.keys(CASE_KEYS).items()}


# --- What people say of the map as a whole ----------------------------------------------------------------------------


def _confirmed(section: Place) -> list[str]:
    return [one.one_of(CONFIRMABLE) for one in section.items()]


def _observed(place: Place) -> dict[str, Any]:
    keys = _required(place, OBSERVED_KEYS, ("sentence",))
    readers: dict[str, Reader] = {
        "sentence": lambda one: one.text(TEXT),
        "kind": lambda one: _one_of_or_nothing(one, ENDINGS),
        "seen_on": _day,
    }
    return {key: readers[key](one) for key, one in keys.items()}


def _day(place: Place) -> str:
    if place.value is None:
        return ""
    try:
        # Written anew: there are several ways to write a day, and the second load is to find it as it is.
        return date.fromisoformat(place.text(TEXT)).isoformat()
    except ValueError:
        place.refuse("write a day here, such as 2026-05-03.")


# --- Values -----------------------------------------------------------------------------------------------------------


def _required(place: Place, known: tuple[str, ...], required: tuple[str, ...]) -> dict[str, Place]:
    keys = place.keys(known)
    for key in required:
        if key not in keys:
            place.refuse(f"the key {key} is missing.")
    return keys


def _free(place: Place) -> str:
    """A text that may say nothing."""
    return "" if place.value is None or place.value == "" else _kept(place, TEXT)


def _kept(place: Place, longest: int) -> str:
    """A text as it is written, also where it is nothing but space."""
    return str(place.value) if isinstance(place.value, str) and place.value.isspace() else place.text(longest)


def _team(place: Place) -> str:
    return (place.text_or_nothing(TEAM_CHARACTERS) or "").strip()


def _system(place: Place) -> str:
    return (place.text_or_nothing(SYSTEM_CHARACTERS) or "").strip()


def _system_there(place: Place) -> str:
    return place.text(SYSTEM_CHARACTERS).strip()


def _field_name(place: Place) -> str:
    return place.text(FIELD_CHARACTERS).strip()


def _names(place: Place) -> list[str]:
    """One name, or a list of them."""
    if isinstance(place.value, str):
        return [place.text(TEXT)]
    return [one.text(TEXT) for one in place.items()]


def _one_of_or_nothing(place: Place, words: tuple[str, ...]) -> str:
    return "" if place.value is None else place.one_of(words)


def _number(place: Place) -> float | None:
    return place.number(most=MOST_NUMBER)
