"""Editing a map that somebody opened a while ago, together with others; undoing and redoing one's own changes.

What one changes is worked into the map as it is now, part by part. A part is a text of the boundary, the order of the
steps, a step, a hand-off. Where somebody else changed the same in a part to something else, nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from django.db import transaction

from boundaries.definitions import Map
from boundaries.models import Boundary, BoundaryVersion
from boundaries.queries import maps, versions
from boundaries.services import merging
from boundaries.services.checking import Refused
from boundaries.services.defining import Names, define
from ownership.models import Person

Edit = Callable[[Map], Map]

ABOUT = (
    "name", "source", "target", "owner", "trigger", "rule", "confirmed", "records_per_week", "minutes_available",
    "disputes", "observed",
)  # fmt: skip
# Undoing reaches back this many of one's own changes.
MOST_UNDONE = 200


class Clash(Exception):
    """Somebody else changed the same parts meanwhile; nothing was written.

    ``version`` is the last one, ``merged`` the map with one's own change on top of it, ``parts`` what both changed,
    ``by`` who changed it.
    """

    def __init__(self, version: BoundaryVersion, merged: Map, parts: tuple[str, ...], *, by: str = "") -> None:
        super().__init__("The map was changed meanwhile.")
        self.version = version
        self.merged = merged
        self.parts = parts
        self.by = by or version.by_name or "Somebody"

    @property
    def sentence(self) -> str:
        """Who changed what one was about to change."""
        return f"{self.by} changed the same part meanwhile. What you wrote is not kept yet."


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody has a change of theirs to undo, or to redo."""

    undo: int | None
    redo: int | None


@transaction.atomic
def edit(boundary: Boundary, change: Edit, *, seen: int, person: Person, reason: str = "") -> Boundary:
    """Work ``change`` into the map as it is now and return the boundary, read anew.

    ``change`` gets the map as it was at version ``seen`` (0, or one there is not: as it is now). Raises Clash and
    Refused.
    """
    return _worked_in(boundary, change, seen=seen, person=person, reason=reason, kind=BoundaryVersion.EDIT)


@transaction.atomic
def undo(boundary: Boundary, *, person: Person) -> Boundary:
    """Take back the last change ``person`` made that is not taken back, and return the boundary, read anew.

    What others changed since stays. Raises Clash where they changed the same part, Refused where nothing is left.
    """
    number = standing(boundary, person).undo
    if number is None:
        message = "There is nothing of yours to undo."
        raise Refused(message)
    return _step_over(boundary, number, number - 1, person, BoundaryVersion.UNDO)


@transaction.atomic
def redo(boundary: Boundary, *, person: Person) -> Boundary:
    """Make again what ``person`` undid last, and return the boundary, read anew. Raises as ``undo`` does."""
    number = standing(boundary, person).redo
    if number is None:
        message = "There is nothing of yours to redo."
        raise Refused(message)
    return _step_over(boundary, number - 1, number, person, BoundaryVersion.REDO)


def standing(boundary: Boundary, person: Person) -> Standing:
    """Return the versions ``person`` may undo and redo. One query. The first version of a map stays."""
    mine = BoundaryVersion.objects.filter(boundary=boundary, by=person, number__gt=1).order_by("-number")
    done: list[int] = []
    undone: list[int] = []
    for number, kind in reversed(list(mine.values_list("number", "kind")[:MOST_UNDONE])):
        if kind == BoundaryVersion.EDIT:
            done.append(number)
            undone.clear()
        elif kind == BoundaryVersion.UNDO and done:
            undone.append(done.pop())
        elif kind == BoundaryVersion.REDO and undone:
            done.append(undone.pop())
    return Standing(done[-1] if done else None, undone[-1] if undone else None)


def merge(base: Map, mine: Map, theirs: Map) -> tuple[Map, tuple[str, ...]]:
    """Return ``theirs`` with all that ``mine`` changed since ``base``, and the parts that both changed differently."""
    before, ours, now = (_parts(one) for one in (base, mine, theirs))
    names = list(dict.fromkeys([*now, *ours, *before]))
    both = {name: merging.both(before.get(name), ours.get(name), now.get(name)) for name in names if name != "order"}
    merged = {name: one.value for name, one in both.items()}
    merged["order"] = _order(before["order"], ours["order"], now["order"])
    return _map(merged, theirs), tuple(name for name, one in both.items() if one.clashes)


def _order(base: tuple[str, ...], mine: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    """Both orders in one: one's own if the steps were moved or added, with what others added after its neighbour."""
    if mine == base:
        return theirs
    order = [one for one in mine if one in theirs or one not in base]
    for index, one in enumerate(theirs):
        if one not in order and one not in base:
            before = next((other for other in reversed(theirs[:index]) if other in order), None)
            order.insert(order.index(before) + 1 if before else 0, one)
    return tuple(order)


def _parts(said: Map) -> dict[str, Any]:
    return {
        **{name: getattr(said, name) for name in ABOUT},
        "order": tuple(one.id for one in said.steps),
        **{f"step {one.id}": one for one in said.steps},
        **{f"handoff {one.source} {one.target}": one for one in said.handoffs},
    }


def _map(parts: Mapping[str, Any], theirs: Map) -> Map:
    steps = {one.id: one for name, one in parts.items() if name.startswith("step ") and one is not None}
    order = [*parts["order"], *(key for key in steps if key not in parts["order"])]
    handoffs = [one for name, one in parts.items() if name.startswith("handoff ") and one is not None]
    return replace(
        theirs,
        **{name: parts[name] for name in ABOUT},
        steps=tuple(steps[key] for key in order if key in steps),
        handoffs=tuple(one for one in handoffs if one.source in steps and one.target in steps),
    )


def _step_over(boundary: Boundary, before: int, after: int, person: Person, kind: str) -> Boundary:
    kept = versions.version(boundary, after)
    if kept is None:
        message = "That change is not kept any more."
        raise Refused(message)
    return _worked_in(boundary, lambda _: versions.map_of(kept), seen=before, person=person, reason="", kind=kind)


def _worked_in(  # noqa: PLR0913 - by name
    boundary: Boundary, change: Edit, *, seen: int, person: Person, reason: str, kind: str
) -> Boundary:
    boundary = maps.whole(Boundary.objects.filter(pk=boundary.pk).select_for_update(of=("self",))).get()
    now = maps.definition(boundary)
    shown = versions.version(boundary, seen)
    base = versions.map_of(shown) if shown else now
    merged, clashes = merge(base, change(base), now)
    if clashes:
        _refuse(boundary, seen, person, merged, clashes)
    return define(boundary, merged, person=person, reason=reason.strip(), kind=kind, names=Names.now())


def _refuse(boundary: Boundary, seen: int, person: Person, merged: Map, clashes: tuple[str, ...]) -> NoReturn:
    """Raise Clash with the last version, by the last one who is not ``person``: what one did oneself is no surprise."""
    since = versions.versions(boundary)
    by_others = since.filter(number__gt=seen).exclude(by=person).first()
    last = since[0]
    raise Clash(last, merged, clashes, by=by_others.by_name if by_others else "")
