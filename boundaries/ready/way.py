"""The way of a record from one system to the other: the one event, and what leaves the normal path."""

from __future__ import annotations

from collections.abc import Sequence

from boundaries import wording
from boundaries.definitions import Handoff, Map, Step
from boundaries.findings import ways
from ownership.wording import listed, plural

# Somebody has to remember to write, and somebody else to read.
NUDGES = frozenset({"inbox", "chat"})
# Exporting and uploading a file is work by hand, and it is the way the record is meant to go.
OUTSIDE = frozenset({"edit", "spreadsheet", "paste", "inbox", "chat"})

NO_STEPS = "The map has no steps yet."


def event(said: Map) -> tuple[list[str], list[str]]:
    """Return what speaks for one event that updates both systems, and what is missing."""
    evidence, missing = [], []
    both = f"both {said.source} and {said.target}"
    trigger = said.trigger.strip().rstrip(".")
    if not trigger:
        missing.append(f"Nobody said which event updates {both}.")
    elif "one_event" not in said.confirmed:
        missing.append(f"Nobody confirmed that “{trigger}” updates {both}.")
    else:
        evidence.append(f"People say that “{trigger}” updates {both}.")
    if not said.steps:
        return evidence, [*missing, NO_STEPS]
    arrives, handoffs, steps = _way(said)
    if not arrives:
        missing.append(f"No way on the map leads from step 1 to a step in {said.target}.")
        return evidence, missing
    without = [one for one in handoffs if not one.trigger.strip()]
    missing += [f"{wording.sentence(ways.named(said, one))} has no trigger." for one in without]
    if handoffs and not without:
        have = plural(len(handoffs), "hand-off has a", "hand-offs have a")
        evidence.append(f"{have} trigger on the way to {said.target}.")
    nudges = [step for step in steps if step.touch in NUDGES]
    if nudges:
        what = "A manual nudge stands" if len(nudges) == 1 else "A chain of manual nudges stands"
        missing.append(f"{what} between the event and {said.target}: {_with_touch(said, nudges)}.")
    return evidence, missing


def normal_path(said: Map) -> tuple[list[str], list[str]]:
    """Return what speaks for edits on the normal path only, and what is missing."""
    if not said.steps:
        return [], [NO_STEPS]
    evidence, missing = [], []
    for number, step in enumerate(said.steps, start=1):
        if step.touch in OUTSIDE:
            what = step.does.strip() or "it says nothing yet."
            missing.append(f"Step {number} is outside the normal path ({wording.touch(step.touch)}): {what}")
    if not missing:
        evidence.append("No step of the map leaves the normal path.")
    by_hand = [step for step in said.steps if step.touch and step.touch not in OUTSIDE]
    if by_hand:
        evidence.append(f"Done by hand, and on the normal path: {_with_touch(said, by_hand)}.")
    if "no_other_edits" in said.confirmed:
        evidence.append("People say that nobody edits records on any other way.")
    else:
        missing.append("Nobody confirmed that records are edited on no other way.")
    return evidence, missing


def _with_touch(said: Map, steps: Sequence[Step]) -> str:
    return listed(f"step {said.number(step.id)} ({wording.touch(step.touch)})" for step in steps)


def _way(said: Map) -> tuple[bool, list[Handoff], list[Step]]:
    """Whether the record arrives in the other system, by which hand-offs, and through which steps before."""
    handoffs = ways.between_steps(said)
    target = said.target.strip().casefold()
    there = {step.id for step in said.steps if step.system.strip().casefold() == target}
    # Where the record has arrived, what follows is no longer between the event and the other system.
    before = [one for one in handoffs if one.source not in there]
    first = said.steps[0].id
    passed = ways.reached(before, first) | {first}
    leading = {step for step in passed if step in there or ways.reached(before, step) & there}
    on_the_way = [one for one in before if one.source in leading and one.target in leading]
    steps = [step for step in said.steps if step.id in leading - there]
    return bool(leading), on_the_way, steps
