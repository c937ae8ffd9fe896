"""How far the first week of a boundary is. Everything is read off the map: nothing of it is kept twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from boundaries.definitions import Handoff, Map, Step
from boundaries.models import Boundary
from ownership.models import FieldUse
from reconcile.checks.models import Check
from reconcile.checks.queries.boundaries import registry_names

DONE, NOW, LATER = "done", "now", "later"
EXCEPTIONS = 3
MOST_OFFERED = 40
COMPARES = " compares "


def comparing_step(said: Map) -> Step | None:
    """Return the step in a spreadsheet in which people compare; of more than one that says so, else the first."""
    in_spreadsheets = [one for one in said.steps if one.touch == "spreadsheet"]
    says_so = (one for one in in_spreadsheets if COMPARES in one.does)
    return next(says_so, in_spreadsheets[0] if in_spreadsheets else None)


def who_compares(step: Step) -> str:
    """Return who compares by the sentence of the step, as it is written there; empty if it is put another way."""
    who, compares, _ = step.does.partition(COMPARES)
    return who if compares else ""


def in_system(said: Map, system: str) -> Step | None:
    """Return the first step in ``system``."""
    return next((one for one in said.steps if one.system.casefold() == system.casefold()), None)


def crossing(said: Map) -> Handoff | None:
    """Return the hand-off across the boundary: the first one into its second system from anywhere else."""

    def system_of(step_id: str) -> str:
        step = said.step(step_id)
        return step.system.casefold() if step else ""

    target = said.target.casefold()
    into = (one for one in said.handoffs if system_of(one.target) == target != system_of(one.source))
    return next(into, None)


@dataclass(frozen=True, slots=True)
class Week:
    """The first week as the map tells it: who compares, the hand-off across, and which of the steps are done."""

    said: Map
    compares: Step | None
    crossing: Handoff | None

    @property
    def failing(self) -> tuple[str, ...]:
        """The fields that the hand-off across the boundary carries."""
        return tuple(one.field for one in self.crossing.fields) if self.crossing else ()

    @property
    def done(self) -> tuple[bool, ...]:
        """For each of the first five steps whether the map says what it asks for."""
        return (
            True,
            self.compares is not None and self.compares.minutes_per_week is not None,
            bool(self.failing),
            bool(self.said.disputes.strip() and self.said.owner),
            len(self.said.observed) >= EXCEPTIONS,
        )

    @property
    def now(self) -> int:
        """The step to do now, counted from 1; the sixth, what comes next, once the others are done."""
        return next((number for number, done in enumerate(self.done, start=1) if not done), len(self.done) + 1)

    @property
    def states(self) -> tuple[str, ...]:
        """For each of the six steps *done*, *now* or *later*."""
        firsts = [DONE if done else NOW if number == self.now else LATER for number, done in enumerate(self.done, 1)]
        return (*firsts, NOW if all(self.done) else LATER)


def week_of(said: Map) -> Week:
    """Return how far the first week of a map is."""
    return Week(said, comparing_step(said), crossing(said))


def columns_of(checks: Iterable[Check]) -> Mapping[str, Mapping[str, str]]:
    """Return what ``checks`` know of columns: for the name of a field in lower case, by system in lower case."""
    every = list(checks)
    known: dict[str, dict[str, str]] = {}
    for check, names in zip(every, registry_names(every), strict=True):
        systems = (check.left_system.name.casefold(), check.right_system.name.casefold())
        for name, one in zip(names, check.comparing.fields, strict=True):
            known.setdefault(name.casefold(), dict(zip(systems, (one.left, one.right), strict=True)))
    return known


def offered(boundary: Boundary, checks: Iterable[Check], week: Week) -> list[str]:
    """Return the names of fields that may be the ones that fail: what the checks compare, what both systems store.

    Those that are said already are left out.
    """
    every = list(checks)
    compared = [name for names in registry_names(every) for name in names]
    stored = [
        set(FieldUse.objects.filter(system=system, field__removed_at=None).values_list("field__name", flat=True))
        for system in (boundary.from_system_id, boundary.to_system_id)
    ]
    both = sorted(stored[0] & stored[1], key=str.casefold)
    said = {name.casefold() for name in week.failing}
    names = {name.casefold(): name for name in reversed([*compared, *both]) if name.casefold() not in said}
    return list(reversed(names.values()))[:MOST_OFFERED]
