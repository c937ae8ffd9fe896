"""How a boundary stands with the five quick checks: its map, the registry, and the fields that are compared across it.

Boundaries know nothing of the checks that compare across them. Whoever does says so once, when the app starts, by
``told_by``: so the page of the boundary, the page of a check and the gate before automation give the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from boundaries import ready
from boundaries.definitions import Map
from boundaries.facts import Facts
from boundaries.models import Boundary
from boundaries.queries import facts, maps

# Ids of boundaries in, names of the fields compared across each out; in queries that do not grow with them.
Teller = Callable[[Collection[int]], Mapping[int, Iterable[str]]]

_tellers: list[Teller] = []


def told_by(teller: Teller) -> None:
    """Ask ``teller`` from now on for the names of the fields that are compared across boundaries."""
    if teller not in _tellers:
        _tellers.append(teller)


def compared(boundaries: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return, by their ids, the names of the fields that are compared across ``boundaries``, once each."""
    names: dict[int, dict[str, str]] = {one: {} for one in boundaries}
    for told in (teller(boundaries) for teller in _tellers):
        for boundary, fields in told.items():
            names[boundary] |= {name.casefold(): name for name in fields}
    return {boundary: tuple(fields.values()) for boundary, fields in names.items()}


@dataclass(frozen=True, slots=True)
class Readiness:
    """A map, what is known of the names on it, the fields compared across it, and the five quick checks of all that."""

    said: Map
    facts: Facts
    compared: tuple[str, ...]
    checks: tuple[ready.Quick, ...]

    @property
    def holding(self) -> int:
        """How many of the checks hold."""
        return sum(one.holds for one in self.checks)

    @property
    def is_ready(self) -> bool:
        """Whether all of them hold."""
        return ready.is_ready(self.checks)

    @property
    def sentence(self) -> str:
        """How many of the checks hold, in a sentence."""
        if self.is_ready:
            return "Ready to automate: all five quick checks hold."
        hold = "holds" if self.holding == 1 else "hold"
        return f"Not ready to automate: {self.holding} of {len(self.checks)} quick checks {hold}."

    @property
    def not_carried(self) -> tuple[str, ...]:
        """The fields that are compared although no hand-off of the map carries them."""
        carried = {one.field.casefold() for handoff in self.said.handoffs for one in handoff.fields}
        return tuple(name for name in self.compared if name.casefold() not in carried)


def of(boundary: Boundary) -> Readiness:
    """Return how ``boundary`` (out of ``maps.whole``) stands: a number of queries that does not grow with its map."""
    said = maps.definition(boundary)
    names = compared([boundary.pk])[boundary.pk]
    known = facts.of(said, also=names)
    return Readiness(said, known, names, ready.quick_checks(said, known, compared=names))
