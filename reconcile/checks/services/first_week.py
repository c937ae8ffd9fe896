"""The first week with one check: what people watch and say goes into the map, and into the registry, as they go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count

from django.db import transaction

from boundaries import operations
from boundaries.definitions import Carried, Handoff, Map, Step
from boundaries.models import Boundary
from boundaries.queries import maps
from boundaries.services import editing
from boundaries.services.defining import define
from ownership.definitions import Definition, Use
from ownership.models import Person
from ownership.permissions import Rights
from ownership.queries import registry
from ownership.services import defining as fields
from reconcile.checks.models import Check
from reconcile.checks.queries import boundaries, first_week
from reconcile.checks.services.boundaries import set_boundary

REASON = "First week"


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen of people comparing: which team, who of it in their words, how long, how often, what starts it."""

    team: str
    who: str
    minutes: float | None
    times_per_week: float | None
    trigger: str


@transaction.atomic
def start_with(check: Check, *, person: Person) -> Boundary:
    """Return the boundary of ``check``: its own, else one between its systems, else a new one; it is tied to it.

    Raises PermissionDenied, and what ``define`` raises.
    """
    own = boundaries.of_check(check)
    if own is not None:
        return own
    found = boundaries.between(check) or _new(check, person)
    set_boundary(check=check, boundary=found, person=person, reason=REASON)
    return found


def _new(check: Check, person: Person) -> Boundary:
    systems = (check.left_system.name, check.right_system.name)
    numbered = (f"{check.name} {number}" for number in count(2))
    names = chain((" to ".join(systems), check.name), numbered)
    free = (one for one in names if not Boundary.objects.filter(removed_at=None, name__iexact=one).exists())
    return define(None, Map(next(free), *systems), person=person, reason=REASON)


def start_by_hand(name: str, source: str, target: str, *, person: Person) -> Boundary:
    """Return a new boundary for a check that is only a spreadsheet so far. Raises what ``define`` raises."""
    return define(None, Map(name, source, target), person=person, reason=REASON)


def watch(boundary: Boundary, watched: Watched, *, seen: int, person: Person) -> Boundary:
    """Put the comparing by hand on the map, with a step for either side where there is none, and return it anew.

    Raises what ``editing.edit`` raises.
    """
    sides = _Sides.of(boundary)

    def change(said: Map) -> Map:
        there = first_week.comparing_step(said)
        does = _sentence(said, watched, there)
        step = there or Step(operations.step_id(said, does), does, touch="spreadsheet")
        step = replace(
            step, does=does, team=watched.team, minutes=watched.minutes, times_per_week=watched.times_per_week
        )
        changed = said.with_step(step) if there else replace(said, steps=(*said.steps, step))
        return _started_by(sides.on(changed), step.id, watched.trigger)

    return editing.edit(boundary, change, seen=seen, person=person, reason=REASON)


def _sentence(said: Map, watched: Watched, there: Step | None) -> str:
    who = watched.who or watched.team
    who = who[:1].upper() + who[1:]
    if there is None or not there.does:
        return f"{who}{first_week.COMPARES}{said.source} with {said.target} in a spreadsheet."
    before, compares, what = there.does.partition(first_week.COMPARES)
    # Whoever put it in words of their own keeps them.
    return there.does if not compares or before == who else f"{who}{compares}{what}"


def _started_by(said: Map, step_id: str, trigger: str) -> Map:
    into = next(iter(said.into(step_id)), None)
    return said.with_handoff(replace(into, trigger=trigger)) if into and trigger else said


@transaction.atomic
def note_failing(
    boundary: Boundary, names: Sequence[str], *, checks: Iterable[Check], seen: int, person: Person
) -> tuple[Boundary, list[str]]:
    """Put fields on the hand-off across the boundary, and into the registry those it lacks, stored in both systems.

    Return the boundary anew, and the names of fields that others edit and that stay as they are in the registry.
    Raises what ``editing.edit`` and ``ownership.services.defining.define`` raise; then nothing is written.
    """
    columns = first_week.columns_of(checks)
    left_alone = _into_registry(boundary, names, columns, person)
    sides = _Sides.of(boundary)
    known = {one.name.casefold(): registry.definition(one) for one in registry.whole()}
    carried = [_carried(boundary, known.get(name.casefold()) or Definition(name), columns) for name in names]

    def change(said: Map) -> Map:
        changed = sides.on(said)
        across = first_week.crossing(changed)
        assert across is not None  # noqa: S101 - for the types: `on` sees to it
        there = {one.field.casefold() for one in across.fields}
        new = tuple(one for one in carried if one.field.casefold() not in there)
        return changed.with_handoff(replace(across, fields=(*across.fields, *new)))

    return editing.edit(boundary, change, seen=seen, person=person, reason=REASON), left_alone


def _into_registry(
    boundary: Boundary, names: Sequence[str], columns: Mapping[str, Mapping[str, str]], person: Person
) -> list[str]:
    known = {one.name.casefold(): one for one in registry.whole()}
    rights = Rights(person)
    wanted, left_alone = [], []
    for name in names:
        field = known.get(name.casefold())
        definition = registry.definition(field) if field else Definition(name)
        whole = _stored_on_both(boundary, definition, columns.get(name.casefold(), {}))
        if whole == definition:
            continue
        if field is None or rights.edits(field):
            wanted.append(fields.Wanted(field, whole))
        else:
            left_alone.append(field.name)
    fields.define(wanted, person=person, reason=REASON)
    return left_alone


def _stored_on_both(boundary: Boundary, definition: Definition, columns: Mapping[str, str]) -> Definition:
    for system in (boundary.from_system.name, boundary.to_system.name):
        if definition.use_in(system) is None:
            definition = definition.with_use(Use(system, columns.get(system.casefold(), "")))
    return definition


def _carried(boundary: Boundary, stored: Definition, columns: Mapping[str, Mapping[str, str]]) -> Carried:
    """A field as the hand-off carries it: renamed where its columns are called differently, else kept."""
    whole = _stored_on_both(boundary, stored, columns.get(stored.name.casefold(), {}))
    uses = (whole.use_in(boundary.from_system.name), whole.use_in(boundary.to_system.name))
    before, after = (use.column if use else "" for use in uses)
    if before and after and before.casefold() != after.casefold():
        return Carried(stored.name, "renamed", (before,), (after,))
    return Carried(stored.name)


@dataclass(frozen=True, slots=True)
class _Sides:
    """What is known of both sides of a boundary: the teams that own the systems, and what the records are called."""

    teams: Mapping[str, str]
    records: str

    @staticmethod
    def of(boundary: Boundary) -> _Sides:
        whole = maps.whole(Boundary.objects.filter(pk=boundary.pk)).get()
        check = boundaries.checks_of(boundary).exclude(records="records").first()
        systems = (whole.from_system, whole.to_system)
        teams = {system.name.casefold(): system.owner.name if system.owner else "" for system in systems}
        return _Sides(teams, check.records if check else "records")

    def on(self, said: Map) -> Map:
        """Return ``said`` with a step in either system, a hand-off across, and one to the comparing, where missing."""
        source = first_week.in_system(said, said.source) or self._step(said, said.source)
        if said.step(source.id) is None:
            said = replace(said, steps=(source, *said.steps))
        target = first_week.in_system(said, said.target) or self._step(said, said.target)
        if said.step(target.id) is None:
            said = _before_comparing(said, target)
        if first_week.crossing(said) is None:
            said = replace(said, handoffs=(Handoff(source.id, target.id), *said.handoffs))
        compares = first_week.comparing_step(said)
        if compares is not None and compares.id != target.id and not said.into(compares.id):
            said = replace(said, handoffs=(*said.handoffs, Handoff(target.id, compares.id)))
        return said

    def _step(self, said: Map, system: str) -> Step:
        team = self.teams.get(system.casefold(), "")
        does = f"{team or 'Somebody'} keeps {self.records} in {system}."
        return Step(operations.step_id(said, does), does, team, system)


def _before_comparing(said: Map, step: Step) -> Map:
    compares = first_week.comparing_step(said)
    at = said.number(compares.id) - 1 if compares else len(said.steps)
    return replace(said, steps=(*said.steps[:at], step, *said.steps[at:]))
