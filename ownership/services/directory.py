"""What leads change about systems and record types. Teams and people are for administrators alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn, TypeVar

from django.db import IntegrityError, transaction

from ownership.history import delete_with_reason, save_with_reason
from ownership.models import RecordType, System, Team
from ownership.queries import directory
from ownership.services.defining import Refused
from ownership.wording import listed, plural

Thing = TypeVar("Thing", System, RecordType)

MOST_NAMED = 3


def add_system(*, name: str, owner: Team | None) -> System:
    """Return a new system. Raises Refused where there is one of that name, whatever its case."""
    return _keep(System(owner=owner), {"name": _name(name)}, reason="")


def change_system(system: System, *, name: str, reason: str) -> System:
    """Rename a system. Raises Refused, also where the teams agreed on something that names it and no reason is given.

    Nothing has to be agreed again: what is agreed points to the system, whatever it is called.
    """
    return _keep(system, {"name": _name(name)}, reason=reason, agreed=directory.agreed_with_system(system))


def add_record_type(*, system: System, name: str, means: str) -> RecordType:
    """Return a new record type of ``system``. Raises Refused where there is one of that name, whatever its case."""
    return _keep(RecordType(system=system), {"name": _name(name), "means": means.strip()}, reason="")


def change_record_type(record_type: RecordType, *, name: str, means: str, reason: str) -> RecordType:
    """Rename or describe a record type. Raises Refused as ``change_system`` does."""
    wanted = {"name": _name(name), "means": means.strip()}
    return _keep(record_type, wanted, reason=reason, agreed=directory.agreed_with(record_type))


@transaction.atomic
def remove_record_type(record_type: RecordType, *, reason: str) -> None:
    """Delete a record type. Raises Refused as long as a version of a rule names it, even an earlier one."""
    if directory.is_named(record_type):
        _refuse(f"{_begun(record_type.name)} stays: rules name it, or did in earlier versions that are kept.")
    delete_with_reason(record_type, reason=reason.strip())


@transaction.atomic
def _keep(thing: Thing, wanted: dict[str, str], *, reason: str, agreed: Sequence[str] = ()) -> Thing:
    """Save what differs from ``wanted``, with its reason."""
    if thing.pk is not None and all(getattr(thing, name) == value for name, value in wanted.items()):
        return thing
    _check_name(thing, wanted["name"])
    said = reason.strip()
    if agreed and not said:
        names = listed([*agreed[:MOST_NAMED], *_others(len(agreed) - MOST_NAMED)])
        _refuse(f"The teams agreed on {names}, where this is named. Say why it changes.", "reason")
    for name, value in wanted.items():
        setattr(thing, name, value)
    try:
        with transaction.atomic():
            save_with_reason(thing, reason=said)
    except IntegrityError:
        _taken(thing, wanted["name"])
    return thing


def _others(more: int) -> list[str]:
    return [plural(more, "other field", "other fields")] if more > 0 else []


def _name(given: str) -> str:
    return " ".join(given.split())


def _check_name(thing: System | RecordType, name: str) -> None:
    kind = "system" if isinstance(thing, System) else "record type"
    if not name:
        _refuse(f"A {kind} needs a name.", "name")
    if len(name) > 100:
        _refuse("Name: at most 100 characters.", "name")
    others = System.objects.all() if isinstance(thing, System) else RecordType.objects.filter(system=thing.system)
    # Both databases fold more than ASCII differently; there are few enough to compare here.
    if any(other.casefold() == name.casefold() for other in others.exclude(pk=thing.pk).values_list("name", flat=True)):
        _taken(thing, name)


def _taken(thing: System | RecordType, name: str) -> NoReturn:
    there = "a system" if isinstance(thing, System) else f"a record type in {thing.system}"
    _refuse(f"There is {there} called {name} already.", "name")


def _refuse(sentence: str, column: str = "") -> NoReturn:
    raise Refused(sentence, column)


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
