"""The one way in which a map changes: what it is now against what it shall be, worked out for the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.text import slugify

from boundaries import definitions
from boundaries.definitions import Map
from boundaries.models import (
    AwkwardCase,
    Boundary,
    BoundaryVersion,
    Handoff,
    HandoffField,
    Observation,
    Step,
    StepField,
)
from boundaries.queries import maps
from boundaries.services.checking import check, check_lengths, refuse
from boundaries.services.naming import by_name, called
from ownership.history import delete_with_reason, save_with_reason
from ownership.models import Field, Person, System, Team

# Words that are addresses beside the maps.
TAKEN_ADDRESSES = frozenset({"new", "import", "removed", "first-week"})
ADDRESS_CHARACTERS = 70

Row = TypeVar("Row", bound=models.Model)


@dataclass
class Names:
    """Teams, systems and fields by the names people use: exactly so, else whatever their case; read once a batch.

    ``creates``: systems that are not there yet are made.
    """

    teams: dict[str, Team]
    systems: dict[str, System]
    fields: dict[str, Field]
    creates: bool = True
    demo: bool = False

    @staticmethod
    def now(*, creates: bool = True, demo: bool = False) -> Names:
        """Return what there is at this moment, in three queries. ``demo``: what is made belongs to the example."""
        return Names(
            teams=by_name(Team.objects.all()),
            systems=by_name(System.objects.select_related("owner")),
            fields=by_name(Field.objects.filter(removed_at=None)),
            creates=creates,
            demo=demo,
        )

    def team(self, name: str) -> Team | None:
        """Return the team of that name, None if there is none."""
        return called(name, self.teams)

    def field(self, name: str) -> Field | None:
        """Return the field of that name, None if the registry has none."""
        return called(name, self.fields)

    def system(self, name: str, place: str, reason: str) -> System | None:
        """Return the system of that name, made if it is not there and may be; None for no name. Raises Refused."""
        name = name.strip()
        there = called(name, self.systems)
        if there is not None or not name:
            return there
        if not self.creates:
            refuse(f"There is no system {name}.", place)
        made = System(name=name, is_demo=self.demo)
        check_lengths(made, place)
        save_with_reason(made, reason=reason)
        self.systems[name.casefold()] = made
        return made


@transaction.atomic
def define(  # noqa: PLR0913 - by name
    boundary: Boundary | None,
    wanted: Map,
    *,
    person: Person | None,
    reason: str = "",
    kind: str = BoundaryVersion.EDIT,
    names: Names | None = None,
) -> Boundary:
    """Make ``boundary`` what is wanted of it, or a new one, and return it read anew (``maps.whole``).

    What is as wanted already is not written. A change gets one version, with ``reason`` and ``person``. Raises Refused.
    """
    names = names or Names.now()
    check(wanted)
    there = (
        maps.whole(Boundary.objects.filter(pk=boundary.pk).select_for_update(of=("self",))).get() if boundary else None
    )
    before = maps.definition(there) if there else None
    if there is not None and before == wanted:
        return there
    made = _boundary(there, wanted, names, person, reason)
    steps = _steps(made, wanted.steps, names, reason)
    _handoffs(made, wanted.handoffs, steps, names, reason)
    _observations(made, wanted.observed, reason)
    fresh = maps.whole(Boundary.objects.filter(pk=made.pk)).get()
    record_version(fresh, person=person, reason=reason, kind=kind)
    return fresh


def record_version(boundary: Boundary, *, person: Person | None, reason: str, kind: str = BoundaryVersion.EDIT) -> None:
    """Add the next version to the history of ``boundary`` (out of ``maps.whole``), as it is now."""
    last = (
        BoundaryVersion.objects.filter(boundary=boundary).order_by("-number").values_list("number", flat=True).first()
    )
    BoundaryVersion.objects.create(
        boundary=boundary,
        number=(last or 0) + 1,
        data=maps.definition(boundary).to_json() | ({"removed": True} if boundary.removed_at else {}),
        kind=kind,
        by=person,
        by_name=person.name if person else "",
        reason=reason,
    )


@transaction.atomic
def remove(boundary: Boundary, *, person: Person | None, reason: str) -> None:
    """Take a boundary out of the list; its history stays and it can be brought back."""
    boundary.removed_at = timezone.now()
    save_with_reason(boundary, reason=reason)
    record_version(maps.whole(Boundary.objects.filter(pk=boundary.pk)).get(), person=person, reason=reason)


@transaction.atomic
def bring_back(boundary: Boundary, *, person: Person | None, reason: str = "") -> None:
    """Put a removed boundary back. Raises Refused if another has its name by now."""
    if Boundary.objects.filter(removed_at=None, name__iexact=boundary.name).exists():
        refuse(f"There is another boundary called {boundary.name} by now.", "name")
    boundary.removed_at = None
    save_with_reason(boundary, reason=reason)
    record_version(maps.whole(Boundary.objects.filter(pk=boundary.pk)).get(), person=person, reason=reason)


# --- The rows ---------------------------------------------------------------------------------------------------------


def _boundary(there: Boundary | None, wanted: Map, names: Names, person: Person | None, reason: str) -> Boundary:
    others = Boundary.objects.filter(removed_at=None, name__iexact=wanted.name.strip())
    if (others.exclude(pk=there.pk) if there else others).exists():
        refuse(f"There is a boundary called {wanted.name.strip()} already.", "name")
    owner = names.team(wanted.owner)
    if wanted.owner and owner is None:
        refuse(f"There is no team {wanted.owner}.", "owner")
    values: dict[str, Any] = {
        "name": wanted.name.strip(),
        "from_system": names.system(wanted.source, "from", reason),
        "to_system": names.system(wanted.target, "to", reason),
        "owner": owner,
        "trigger": wanted.trigger,
        "rule": wanted.rule,
        "confirmed": list(wanted.confirmed),
        "records_per_week": wanted.records_per_week,
        "minutes_available": wanted.minutes_available,
        "disputes": wanted.disputes,
    }
    one = there or Boundary(slug=free_address(wanted.name), added_by=person, is_demo=names.demo)
    return _kept(one, values, reason, place="name")


def free_address(name: str) -> str:
    """Return the address of a boundary of that name: its words, and a number where they are taken."""
    words = slugify(name)[:ADDRESS_CHARACTERS].strip("-") or "boundary"
    taken = set(Boundary.objects.filter(slug__startswith=words).values_list("slug", flat=True)) | TAKEN_ADDRESSES
    candidates = (words, *(f"{words}-{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in candidates if one not in taken)


def _steps(made: Boundary, wanted: Sequence[definitions.Step], names: Names, reason: str) -> dict[str, Step]:
    # What is there came along with the boundary: how many queries a change takes does not grow with the map.
    there = {one.key: one for one in made.steps.all()}
    for key in there.keys() - {one.id for one in wanted}:
        # Its hand-offs go with it, each with a line in its own history.
        for handoff in Handoff.objects.filter(models.Q(source=there[key]) | models.Q(target=there[key])):
            delete_with_reason(handoff, reason=reason)
        delete_with_reason(there.pop(key), reason=reason)
    for position, one in enumerate(wanted, start=1):
        place = f"step {one.id}"
        team = names.team(one.team)
        values = {
            "position": position,
            "does": one.does,
            "team": team,
            "team_name": "" if team else one.team.strip(),
            "system": names.system(one.system, place, reason),
            "touch": one.touch,
            "minutes": one.minutes,
            "times_per_week": one.times_per_week,
        }
        before = there.get(one.id)
        row = _kept(before or Step(boundary=made, key=one.id), values, reason, place=place)
        there[one.id] = row
        changed = [{"field": names.field(name), "name": name.strip()} for name in one.changes]
        _listed(partial(StepField, step=row), before.fields.all() if before else (), changed, reason, place)
    return there


def _handoffs(
    made: Boundary, wanted: Sequence[definitions.Handoff], steps: dict[str, Step], names: Names, reason: str
) -> None:
    # Those of steps that are gone went with them.
    there = {
        (one.source.key, one.target.key): one
        for one in made.handoffs.all()
        if one.source.key in steps and one.target.key in steps
    }
    for ends in there.keys() - {one.ends for one in wanted}:
        delete_with_reason(there[ends], reason=reason)
    for position, one in enumerate(wanted, start=1):
        place = f"handoff {one.source} {one.target}"
        owner = names.team(one.owner)
        values = {
            "position": position,
            "trigger": one.trigger,
            "lag_days": one.lag_days,
            "owner": owner,
            "owner_name": "" if owner else one.owner.strip(),
        }
        new = Handoff(boundary=made, source=steps[one.source], target=steps[one.target])
        before = there.get(one.ends)
        row = _kept(before or new, values, reason, place=place)
        carried = [_carried(field, names) for field in one.fields]
        cases = [_case(case, names) for case in one.cases]
        _listed(partial(HandoffField, handoff=row), before.fields.all() if before else (), carried, reason, place)
        _listed(partial(AwkwardCase, handoff=row), before.cases.all() if before else (), cases, reason, place)


def _carried(one: definitions.Carried, names: Names) -> dict[str, Any]:
    return {
        "field": names.field(one.field),
        "name": one.field.strip(),
        "how": one.how,
        "before": list(one.before),
        "after": list(one.after),
        "note": one.note,
    }


def _case(one: definitions.Case, names: Names) -> dict[str, Any]:
    decides = names.team(one.decides)
    return {
        "kind": one.kind,
        "when": one.when,
        "then": one.then,
        "decides": decides,
        "decides_name": "" if decides else one.decides.strip(),
        "never": one.never,
    }


def _observations(made: Boundary, wanted: Sequence[definitions.Observed], reason: str) -> None:
    said = [{"sentence": one.sentence, "kind": one.kind, "seen_on": _day(one.seen_on)} for one in wanted]
    _listed(partial(Observation, boundary=made), made.observations.all(), said, reason, "observed")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        refuse(f"{text} is no day. Write it as 2026-05-03.", "observed")


def _listed(
    new: Callable[[], Row], there: Iterable[Row], wanted: Sequence[dict[str, Any]], reason: str, place: str
) -> None:
    """Make the rows that belong to one thing, in their order, say what is wanted; ``new`` makes one more."""
    rows = list(there)
    for surplus in rows[len(wanted) :]:
        delete_with_reason(surplus, reason=reason)
    for position, values in enumerate(wanted, start=1):
        row = rows[position - 1] if position <= len(rows) else new()
        _kept(row, values | ({"position": position} if hasattr(row, "position") else {}), reason, place=place)


def _kept(row: Row, values: dict[str, Any], reason: str, *, place: str) -> Row:
    """Write ``values`` into ``row`` and save it, unless it says so already."""
    changed = {name: value for name, value in values.items() if row.pk is None or getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed or row.pk is None:
        check_lengths(row, place)
        save_with_reason(row, reason=reason)
    return row


def tidied(wanted: Map) -> Map:
    """Return ``wanted`` with outer and repeated space taken out of what people typed in one line."""
    return replace(
        wanted,
        name=_line(wanted.name),
        steps=tuple(
            replace(one, does=_line(one.does), team=_line(one.team), system=_line(one.system)) for one in wanted.steps
        ),
        handoffs=tuple(replace(one, trigger=_line(one.trigger), owner=_line(one.owner)) for one in wanted.handoffs),
    )


def _line(text: str) -> str:
    return " ".join(text.split())
