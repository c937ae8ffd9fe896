"""The hand-offs of a map as ways from step to step."""

from __future__ import annotations

from collections.abc import Sequence

from boundaries.definitions import Handoff, Map


def between_steps(said: Map) -> tuple[Handoff, ...]:
    """Return the hand-offs whose two steps are there."""
    ids = {step.id for step in said.steps}
    return tuple(one for one in said.handoffs if one.source in ids and one.target in ids)


def place(one: Handoff) -> str:
    """Return the place of a hand-off."""
    return f"handoff {one.source} {one.target}"


def named(said: Map, one: Handoff) -> str:
    """Return a hand-off by its steps: "the hand-off from step 2 to step 3"."""
    return f"the hand-off from step {said.number(one.source)} to step {said.number(one.target)}"


def reached(handoffs: Sequence[Handoff], start: str) -> frozenset[str]:
    """Return the ids of the steps that some way from ``start`` leads to; ``start`` itself only by a way back."""
    ways: dict[str, list[str]] = {}
    for one in handoffs:
        ways.setdefault(one.source, []).append(one.target)
    found: set[str] = set()
    ahead = [start]
    while ahead:
        for step in ways.get(ahead.pop(), ()):
            if step not in found:
                found.add(step)
                ahead.append(step)
    return frozenset(found)
