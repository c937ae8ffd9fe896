"""Boundaries of a file, put in the way every edit of a map goes: one version a change, none where nothing changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from boundaries import definitions
from boundaries.definitions import Map
from boundaries.models import Boundary
from boundaries.queries import maps
from boundaries.services import checking, defining
from boundaries.services.defining import Names
from boundaries.services.naming import called
from ownership.history import save_with_reason
from ownership.models import Person
from reconcile.configuration.boundary_shape import AskedBoundary
from reconcile.configuration.refusals import refuse

ADDED, CHANGED, UNCHANGED = "added", "changed", "unchanged"


@dataclass(frozen=True)
class Planned:
    """What a file makes of one boundary: of ``there`` (out of ``maps.whole``), None where it is new."""

    asked: AskedBoundary
    there: Boundary | None
    before: Map | None
    after: Map
    adopts: bool = True

    @property
    def adopted(self) -> bool:
        """Whether it was of the example, and is one's own from now on."""
        return self.adopts and self.there is not None and self.there.is_demo

    @property
    def state(self) -> str:
        """What becomes of it: added, changed, unchanged."""
        if self.there is None:
            return ADDED
        return UNCHANGED if self.before == self.after and not self.adopted else CHANGED


def apply_boundaries(asked: Sequence[AskedBoundary], *, reason: str) -> list[str]:
    """Put ``asked`` in and return what became of each: added, changed, unchanged. Raises Refused with a path.

    Runs inside the caller's transaction.
    """
    if not asked:
        return []
    names = Names.now(creates=False)
    done = []
    for one in planned(asked, names):
        done.append(one.state)
        put(one, names, person=None, reason=reason)
    return done


def boundaries_by_name(names: Iterable[str]) -> dict[str, Boundary]:
    """Return the boundaries called ``names``, whole, by those names: exactly so, else whatever their case."""
    every = list(maps.whole())
    exactly = {one.name: one for one in every}
    folded = {one.name.casefold(): one for one in every}
    found = {name: exactly.get(name) or folded.get(name.strip().casefold()) for name in names}
    return {name: one for name, one in found.items() if one}


def planned(
    asked: Sequence[AskedBoundary], names: Names, *, hint: bool = True, adopts: bool = True
) -> Iterator[Planned]:
    """Give what becomes of each of ``asked``, without doing it.

    ``hint``: refusals of what nobody knows say where it would be added to the file. ``adopts``: what was of the example
    becomes one's own. Raises Refused with a path.
    """
    there = boundaries_by_name(one.name for one in asked)
    for one in asked:
        _known(one, names, hint=hint)
        found = there.get(one.name)
        before = maps.definition(found) if found else None
        yield Planned(one, found, before, _after(one, before, names), adopts)


def put(one: Planned, names: Names, *, person: Person | None, reason: str) -> Boundary:
    """Do what is planned of ``one``, and return the boundary. Raises Refused with a path."""
    if one.there is not None and one.adopted:
        # What somebody writes down is their own, also where the example had it before.
        one.there.is_demo = False
        save_with_reason(one.there, reason=reason)
    try:
        return defining.define(one.there, one.after, person=person, reason=reason, names=names)
    except checking.Refused as refused:
        _refuse(refused.sentence, one.asked.place(refused.place))


def _refuse(sentence: str, path: str) -> NoReturn:
    refuse(sentence[:1].lower() + sentence[1:], path)


def _known(asked: AskedBoundary, names: Names, *, hint: bool) -> None:
    """Raise Refused for a team that owns the boundary, or a system, that nothing here has."""
    owner = asked.said.get("owner", "")
    if owner and names.team(owner) is None:
        refuse(f"there is no team {owner}{'; add it to teams' if hint else ''}.", asked.place("owner"))
    if names.creates:
        return
    said = [(asked.said.get(key, ""), asked.place(key)) for key in ("from", "to")]
    for step in asked.said.get("steps", ()):
        place = asked.place(f"step {step['id']}")
        said.append((step.get("system", ""), f"{place}.system"))
    for system, path in said:
        if system and system.casefold() not in names.systems:
            refuse(f"there is no system {system}{'; add it to systems' if hint else ''}.", path)


def _after(asked: AskedBoundary, before: Map | None, names: Names) -> Map:
    """Return the map as it is with what the file says of it in its place. Raises Refused."""
    if before is None:
        for key in ("from", "to"):
            if key not in asked.said:
                refuse(f"the key {key} is missing: a new boundary names two systems.", asked.path)
    said: dict[str, Any] = (before.to_json() if before else {}) | asked.said
    after = spelled(Map.from_json({**said, "name": before.name if before else asked.name}), names)
    if after.source.casefold() == after.target.casefold():
        refuse("a boundary is the line between two systems; name another one here.", asked.place("to"))
    _ends(asked, after)
    return after


def _ends(asked: AskedBoundary, after: Map) -> None:
    """Raise Refused for a hand-off that leads from or to a step that is not there."""
    for one in after.handoffs:
        for key, end in (("from", one.source), ("to", one.target)):
            if after.step(end) is not None:
                continue
            if "handoffs" not in asked.said:
                gone = f"the step {end} is left out, and a hand-off leads {'away from' if key == 'from' else 'to'} it"
                refuse(f"{gone}; write handoffs beside steps.", asked.place("steps"))
            refuse(f"there is no step {end}.", f"{asked.place(f'handoff {one.source} {one.target}')}.{key}")


# --- Names as they are spelled here -----------------------------------------------------------------------------------


def spelled(said: Map, names: Names) -> Map:
    """Return ``said`` with the names of teams, systems and fields as they are spelled in the registry."""

    def team(name: str) -> str:
        found = names.team(name)
        return found.name if found else name

    def system(name: str) -> str:
        found = called(name, names.systems)
        return found.name if found else name

    def field(name: str) -> str:
        found = names.field(name)
        return found.name if found else name

    def step(one: definitions.Step) -> definitions.Step:
        return replace(one, team=team(one.team), system=system(one.system), changes=tuple(map(field, one.changes)))

    def handoff(one: definitions.Handoff) -> definitions.Handoff:
        fields = tuple(replace(carried, field=field(carried.field)) for carried in one.fields)
        cases = tuple(replace(case, decides=team(case.decides)) for case in one.cases)
        return replace(one, owner=team(one.owner), fields=fields, cases=cases)

    return replace(
        said,
        source=system(said.source),
        target=system(said.target),
        owner=team(said.owner),
        steps=tuple(map(step, said.steps)),
        handoffs=tuple(map(handoff, said.handoffs)),
    )
