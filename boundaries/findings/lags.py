"""How long a field, or a record, may take from one system to the other by the hand-offs of a map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from boundaries import wording
from boundaries.definitions import Handoff, Map
from boundaries.findings.ways import between_steps, named, reached


@dataclass(frozen=True, slots=True)
class Lag:
    """So many ``days`` over ``handoffs``, in their order. Of ``unsaid`` of them nobody said how long they take."""

    days: float
    handoffs: tuple[Handoff, ...]
    unsaid: int = 0


def of_field(said: Map, names: Iterable[str], source: str, target: str) -> Lag | None:
    """Return how long a change of a field takes from the system ``source`` to ``target``; None where nobody says.

    ``names`` are what the field is called, in any case: its own name and those of its columns. Only hand-offs that
    carry it count, and of those only what lies between the two systems: what comes before the first or after the other
    has it delays nothing. Where none carries it that way, those that carry it back do.
    """
    wanted = {name.strip().casefold() for name in names if name.strip()}
    carrying = [
        one
        for one in between_steps(said)
        if any(wanted & _names(field.field, *field.before, *field.after) for field in one.fields)
    ]
    return _along(said, carrying, source, target) or _along(said, carrying, target, source)


def of_records(said: Map, source: str, target: str) -> Lag | None:
    """Return how long a record takes from ``source`` to ``target`` over all hand-offs on the way, or else back."""
    if not _steps_in(said, source) or not _steps_in(said, target):
        return None
    every = between_steps(said)
    return _along(said, every, source, target) or _along(said, every, target, source)


def told(said: Map, lag: Lag) -> str:
    """Return where a lag is from: "the hand-off from step 2 to step 3 of sales to billing"."""
    if len(lag.handoffs) == 1:
        return f"{named(said, lag.handoffs[0])} of {said.name}"
    numbers = [said.number(step) for step in (lag.handoffs[0].source, *(one.target for one in lag.handoffs))]
    unsaid = ", not all of which say how long they take" if lag.unsaid else ""
    return f"the hand-offs along {wording.steps(numbers)} of {said.name}{unsaid}"


def _names(*names: str) -> set[str]:
    return {name.strip().casefold() for name in names}


def _steps_in(said: Map, system: str) -> frozenset[str]:
    return frozenset(step.id for step in said.steps if step.system.casefold() == system.casefold())


def _along(said: Map, handoffs: Sequence[Handoff], source: str, target: str) -> Lag | None:
    starts, ends = _steps_in(said, source), _steps_in(said, target)
    every = between_steps(said)
    after = starts.union(*(reached(every, step) for step in starts))
    before_end = {step.id for step in said.steps if step.id in ends or reached(every, step.id) & ends}
    return _longest(
        said,
        [
            one
            for one in handoffs
            if one.source not in ends
            and (one.target not in starts or one.source in starts)
            and (not starts or one.source in after)
            and (not ends or one.target in before_end)
        ],
    )


def _longest(said: Map, handoffs: Sequence[Handoff]) -> Lag | None:
    """The way that takes longest: while a change may still come by it, nothing is late.

    Steps stand in the order of time, so ways that go on forward have an end; a hand-off back counts by itself.
    """
    best: dict[str, tuple[Handoff, ...]] = {}
    ways: list[tuple[Handoff, ...]] = []
    for one in sorted(handoffs, key=lambda one: (said.number(one.source), said.number(one.target))):
        forward = said.number(one.target) > said.number(one.source)
        way = (*best.get(one.source, ()), one) if forward else (one,)
        ways.append(way)
        if forward:
            best[one.target] = max(best.get(one.target, ()), way, key=_length)
    longest = max(ways, key=_length, default=())
    lags = [one.lag_days for one in longest if one.lag_days is not None]
    return Lag(sum(lags), longest, len(longest) - len(lags)) if lags else None


def _length(way: Sequence[Handoff]) -> tuple[float, int]:
    return sum(one.lag_days or 0.0 for one in way), len(way)
