"""The five things a map shows: what it says of each, or what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from boundaries import wording
from boundaries.definitions import Map, Step
from boundaries.findings import ways
from ownership.wording import listed, plural

# More than these are counted: the map itself names them.
MOST_NAMED = 4

NO_HANDOFFS_CHANGE = "There are no hand-offs yet, and fields change on hand-offs."
NO_HANDOFFS_TRIGGER = "There are no hand-offs yet: nothing says what starts the next step."

HOW_WORDS = {
    "renamed": "is renamed",
    "split": "is split",
    "merged": "is merged",
    "converted": "is converted",
    "meaning": "changes its meaning",
}


@dataclass(frozen=True, slots=True)
class Thing:
    """One of the five things a map shows. ``said`` tells in a sentence what it shows, ``missing`` what is missing.

    One of the two is empty. ``place`` is where to go on: "" for the map, "step <id>", "handoff <id> <id>".
    """

    key: str
    title: str
    said: str = ""
    missing: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class _Told:
    said: str = ""
    missing: str = ""
    place: str = ""


def five_things(said: Map) -> tuple[Thing, ...]:
    """Return the five things, always five, in the order of the article."""
    things = (
        ("start", "Where the record starts", _start, "No step says yet where the record starts."),
        ("takeover", "When another team takes over", _takeover, "No step says yet which team does what."),
        ("field_changes", "Fields renamed or split", _field_changes, NO_HANDOFFS_CHANGE),
        ("touches", "Every manual touch", _touches, "No step says yet what is done by hand."),
        ("triggers", "The trigger of the next step", _triggers, NO_HANDOFFS_TRIGGER),
    )
    found = []
    for key, title, look, nothing in things:
        told = look(said) if said.steps else _Told(missing=nothing)
        found.append(Thing(key, title, told.said, told.missing, told.place))
    return tuple(found)


def _start(said: Map) -> _Told:
    first = said.steps[0]
    place = f"step {first.id}"
    if not first.system.strip():
        return _Told(missing="Step 1 names no system: say where the record starts.", place=place)
    return _Told(said=f"The record starts in {first.system.strip()}, in step 1.", place=place)


def _takeover(said: Map) -> _Told:
    for number, step in enumerate(said.steps, start=1):
        if not step.team.strip():
            return _Told(missing=f"Step {number} names no team.", place=f"step {step.id}")
    if len(said.lanes) == 1:
        return _one_team(said)
    handoffs = ways.between_steps(said)
    reached = {one.target for one in handoffs}
    for number, (before, step) in enumerate(zip(said.steps, said.steps[1:], strict=False), start=2):
        if before.team.casefold() != step.team.casefold() and step.id not in reached:
            told = f"{step.team} does step {number}, and no hand-off says how it gets there from {before.team}."
            return _Told(missing=told, place=f"step {step.id}")
    changes = [(said.takes_over(one), said.number(one.target), one) for one in handoffs if said.takes_over(one)]
    if not changes:
        return _Told(missing=f"No hand-off leads from one team to another, and {len(said.lanes)} teams are on the map.")
    told = _counted([f"{team} at step {number}" for team, number, _ in changes], "Another team takes over")
    return _Told(
        said=told if len(changes) > 1 else f"{changes[0][0]} takes over at step {changes[0][1]}.",
        place=ways.place(changes[0][2]),
    )


def _one_team(said: Map) -> _Told:
    if len(said.steps) == 1:
        return _Told(missing="There is only one step so far.")
    return _Told(said=f"No other team takes over: {said.lanes[0]} does every step.")


def _field_changes(said: Map) -> _Told:
    handoffs = ways.between_steps(said)
    changes = [(one, carried) for one in handoffs for carried in one.fields if carried.how in HOW_WORDS]
    if changes:
        told = [
            f"{carried.field} {HOW_WORDS[carried.how]} on the way from step {said.number(one.source)}"
            f" to step {said.number(one.target)}"
            for one, carried in changes
        ]
        return _Told(said=_told_one_by_one(told), place=ways.place(changes[0][0]))
    if not handoffs:
        return _Told(missing=NO_HANDOFFS_CHANGE)
    if "field_changes" in said.confirmed:
        return _Told(said="People say that no field changes its name or its shape.")
    return _Told(missing="No field is marked as renamed, split, merged or converted, and nobody said that none is.")


def _touches(said: Map) -> _Told:
    by_hand = [(number, step) for number, step in enumerate(said.steps, start=1) if step.touch]
    unknown = [(number, step) for number, step in by_hand if step.minutes_per_week is None]
    if unknown:
        return _Told(missing=_unknown(unknown), place=f"step {unknown[0][1].id}")
    if "touches" not in said.confirmed:
        if not by_hand:
            return _Told(missing="No step is marked as done by hand, and nobody said that none is.")
        numbers = wording.sentence(wording.steps(number for number, _ in by_hand))
        verb = "is" if len(by_hand) == 1 else "are"
        return _Told(missing=f"{numbers} {verb} done by hand, and nobody said that this is all.")
    if not by_hand:
        return _Told(said="People say that nothing is done by hand.")
    spent = wording.minutes(sum(step.minutes_per_week or 0.0 for _, step in by_hand))
    what = plural(len(by_hand), "step is", "steps are")
    return _Told(said=f"{what} done by hand: {spent} a week.", place=f"step {by_hand[0][1].id}")


def _unknown(unknown: Sequence[tuple[int, Step]]) -> str:
    """How often is asked only where it is all that is missing."""
    asked = "how long" if any(step.minutes is None for _, step in unknown) else "how often"
    numbers = wording.sentence(wording.steps(number for number, _ in unknown))
    if asked == "how long":
        ends = "it takes" if len(unknown) == 1 else "they take"
    else:
        ends = "it is done" if len(unknown) == 1 else "they are done"
    verb = "is" if len(unknown) == 1 else "are"
    return f"{numbers} {verb} done by hand and nobody said {asked} {ends}."


def _triggers(said: Map) -> _Told:
    handoffs = ways.between_steps(said)
    if not handoffs:
        return _Told(missing=NO_HANDOFFS_TRIGGER)
    without = [one for one in handoffs if not one.trigger.strip()]
    if without:
        told = wording.sentence(ways.named(said, without[0]))
        rest = f", and {plural(len(without) - 1, 'other has', 'others have')} none either" if len(without) > 1 else ""
        return _Told(missing=f"{told} has no trigger{rest}.", place=ways.place(without[0]))
    reached = {one.target for one in handoffs}
    for number, step in enumerate(said.steps[1:], start=2):
        if step.id not in reached:
            return _Told(
                missing=f"No hand-off leads to step {number}: nothing says what starts it.", place=f"step {step.id}"
            )
    if len(handoffs) == 1:
        return _Told(said=f"Step {said.number(handoffs[0].target)} has its trigger.", place=ways.place(handoffs[0]))
    return _Told(said=f"All {len(handoffs)} hand-offs have a trigger.")


def _counted(told: Sequence[str], what: str) -> str:
    named = told[:MOST_NAMED]
    if len(told) == len(named):
        return f"{what} {len(told)} times: {listed(named)}."
    return f"{what} {len(told)} times: {', '.join(named)} and {len(told) - len(named)} more."


def _told_one_by_one(told: Sequence[str]) -> str:
    rest = len(told) - MOST_NAMED
    more = f"; {plural(rest, 'more', 'more')}" if rest > 0 else ""
    return f"{'; '.join(told[:MOST_NAMED])}{more}."
