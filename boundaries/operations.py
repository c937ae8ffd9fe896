"""What one does to a map while drawing it, as functions from a map to a map. Pure.

Whatever they return keeps the rules that `boundaries.services.defining` checks, if what they are given does. Steps and
hand-offs are named by their ids; one that is not there raises ``Missing``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import replace
from itertools import count
from typing import Any, NoReturn

from boundaries.definitions import CONFIRMABLE, Carried, Case, Handoff, Map, Observed, Step

# Words that say nothing of what a step does.
SMALL = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "from", "her", "his", "in", "into", "is", "it", "its", "of", "on", "or"}
    | {"our", "the", "their", "them", "then", "to", "up", "with"}
)
ID_CHARACTERS = 40
# The parts of a step's form are named after it: an id that ends like one of them could be taken for it.
TAKEN_ENDINGS = frozenset({"does", "team", "system", "touch", "minutes", "times", "changes", "complaints"})


class Impossible(Exception):
    """Why a map cannot be changed so: one sentence, and the place it is about, "" for the map as a whole."""

    def __init__(self, sentence: str, place: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.place = place


class Missing(Impossible, LookupError):
    """What shall be changed is not on the map."""


# --- Steps ------------------------------------------------------------------------------------------------------------


def step_id(said: Map, does: str, *, taken: Collection[str] = ()) -> str:
    """Return an id for a new step out of its sentence: "Finance creates the customer." gives "creates-customer".

    It is the only one of its kind on ``said`` and in ``taken``.
    """
    words = re.findall(r"[a-z0-9]+", unicodedata.normalize("NFKD", does).encode("ascii", "ignore").decode().lower())
    # Who does it stands first: the verb is the next word that ends as verbs of a sentence in the present do.
    verb = next((at for at, word in enumerate(words) if at and word.endswith("s") and word not in SMALL), 0)
    telling = [word for word in words[verb:] if word not in SMALL][:3]
    stem = "-".join(telling)[:ID_CHARACTERS].strip("-") or "step"
    there = {one.id for one in said.steps} | set(taken)
    free = stem.rpartition("-")[2] not in TAKEN_ENDINGS and stem not in there
    return stem if free else next(one for one in (f"{stem}-{number}" for number in count(2)) if one not in there)


def add_step(said: Map, step: Step, after: str = "") -> Map:
    """Put ``step`` behind ``after``, or at the end, with a hand-off to it from the step before.

    Between two steps the hand-off to the second keeps what it said and comes from the new one.
    """
    if said.step(step.id) is not None:
        _cannot(f"There is a step with the id {step.id} already.", f"step {step.id}")
    at = _place(said, after) + 1 if after else len(said.steps)
    before = said.steps[at - 1].id if at else ""
    behind = said.steps[at].id if at < len(said.steps) else ""
    handoffs = [replace(one, source=step.id) if one.ends == (before, behind) else one for one in said.handoffs]
    if before:
        handoffs.append(Handoff(before, step.id))
    return replace(said, steps=(*said.steps[:at], step, *said.steps[at:]), handoffs=tuple(handoffs))


def remove_step(said: Map, step_id: str) -> Map:
    """Take a step away with its hand-offs. Those before and after it are linked, if it stood in a chain between them.

    The new hand-off says what the one out of the step said, unless there is one between the two already.
    """
    at = _place(said, step_id)
    before = said.steps[at - 1].id if at else ""
    behind = said.steps[at + 1].id if at + 1 < len(said.steps) else ""
    links = bool(said.handoff(before, step_id) and said.handoff(step_id, behind) and not said.handoff(before, behind))
    relinked = [
        replace(one, source=before) if links and one.ends == (step_id, behind) else one for one in said.handoffs
    ]
    return replace(
        said,
        steps=tuple(one for one in said.steps if one.id != step_id),
        handoffs=tuple(one for one in relinked if step_id not in one.ends),
    )


def move_step(said: Map, step_id: str, before: str = "") -> Map:
    """Put a step in front of ``before``, or at the end.

    Each step keeps what was said about the way into it, now from the step it follows; one that had no way from the step
    before has none after. Hand-offs that skip steps or lead back stay as they are.
    """
    moved = said.steps[_place(said, step_id)]
    if before == step_id:
        return said
    rest = [one for one in said.steps if one.id != step_id]
    at = rest.index(said.steps[_place(said, before)]) if before else len(rest)
    steps = (*rest[:at], moved, *rest[at:])
    return replace(said, steps=steps, handoffs=_rechained(said, steps))


def _rechained(said: Map, steps: tuple[Step, ...]) -> tuple[Handoff, ...]:
    """The hand-offs of ``said`` for another order of its steps."""
    was, now = _followed(said.steps), _followed(steps)
    handoffs = {one.ends: one for one in said.handoffs}
    for key, source in now.items():
        old = handoffs.get((was[key], key))
        if source == was[key] or (source, key) in handoffs:
            # Nothing changes for it; or it is handed over to already from there, and no word is lost.
            continue
        if source and (old or not was[key]):
            handoffs[was[key] or source, key] = replace(old or Handoff(source, key), source=source)
        elif old:
            del handoffs[old.ends]
    return tuple(handoffs.values())


def _followed(steps: tuple[Step, ...]) -> dict[str, str]:
    """Which step each one follows, "" for the first."""
    return {one.id: before for before, one in zip(("", *(one.id for one in steps)), steps, strict=False)}


def change_step(said: Map, step_id: str, **values: Any) -> Map:
    """Say something else of a step: ``values`` by the names of ``definitions.Step``."""
    return said.with_step(replace(said.steps[_place(said, step_id)], **values))


# --- Hand-offs --------------------------------------------------------------------------------------------------------


def add_handoff(said: Map, source: str, target: str, **values: Any) -> Map:
    """Add a hand-off between two steps."""
    place = f"step {source}"
    for end in (source, target):
        _place(said, end)
    if source == target:
        _cannot("A hand-off leads from one step to another.", place)
    if said.handoff(source, target) is not None:
        _cannot("There is a hand-off between these two steps already.", place)
    return replace(said, handoffs=(*said.handoffs, Handoff(source, target, **values)))


def remove_handoff(said: Map, source: str, target: str) -> Map:
    """Take a hand-off away."""
    gone = _handoff(said, source, target)
    return replace(said, handoffs=tuple(one for one in said.handoffs if one != gone))


def change_handoff(said: Map, source: str, target: str, **values: Any) -> Map:
    """Say something else of a hand-off: ``values`` by the names of ``definitions.Handoff``."""
    return said.with_handoff(replace(_handoff(said, source, target), **values))


def set_field(said: Map, source: str, target: str, index: int | None, carried: Carried) -> Map:
    """Say what becomes of a field on a hand-off: the one at ``index`` from 0, or one more."""
    there = _handoff(said, source, target)
    return said.with_handoff(replace(there, fields=_with(there, there.fields, index, carried)))


def remove_field(said: Map, source: str, target: str, index: int) -> Map:
    """Take a field off a hand-off."""
    there = _handoff(said, source, target)
    return said.with_handoff(replace(there, fields=_with(there, there.fields, index)))


def set_case(said: Map, source: str, target: str, index: int | None, case: Case) -> Map:
    """Say what happens in an awkward case of a hand-off: the one at ``index`` from 0, or one more."""
    there = _handoff(said, source, target)
    return said.with_handoff(replace(there, cases=_with(there, there.cases, index, case)))


def remove_case(said: Map, source: str, target: str, index: int) -> Map:
    """Take an awkward case off a hand-off; a standard one is asked again."""
    there = _handoff(said, source, target)
    return said.with_handoff(replace(there, cases=_with(there, there.cases, index)))


# --- The map as a whole -----------------------------------------------------------------------------------------------


def change_about(said: Map, **values: Any) -> Map:
    """Say something else of the boundary: ``values`` by the names of ``definitions.Map``."""
    return replace(said, **values)


def confirm(said: Map, what: str, *, yes: bool) -> Map:
    """Say of the map as a whole that ``what`` (one of CONFIRMABLE) holds, or take it back."""
    if what not in CONFIRMABLE:
        raise Missing(f"Nobody can confirm {what}.", "confirmed")  # noqa: TRY003 - the sentence is for people
    said_now = {*said.confirmed, what} if yes else {*said.confirmed} - {what}
    return replace(said, confirmed=tuple(one for one in CONFIRMABLE if one in said_now))


def observe(said: Map, observed: Observed) -> Map:
    """Add a disagreement that was seen. In the same words and of the same day it is there once, with what it was."""
    same = [one for one in said.observed if (one.sentence, one.seen_on) == (observed.sentence, observed.seen_on)]
    if same and not observed.kind:
        return said
    return replace(said, observed=(*(one for one in said.observed if one not in same), observed))


def forget_observed(said: Map, index: int) -> Map:
    """Take away the disagreement at ``index`` from 0."""
    if not 0 <= index < len(said.observed):
        _missing("That disagreement is not on the map any more.", "observed")
    return replace(said, observed=(*said.observed[:index], *said.observed[index + 1 :]))


# --- What is there ----------------------------------------------------------------------------------------------------


def _place(said: Map, step_id: str) -> int:
    number = said.number(step_id)
    if not number:
        _missing("That step is not on the map any more.", f"step {step_id}")
    return number - 1


def _handoff(said: Map, source: str, target: str) -> Handoff:
    there = said.handoff(source, target)
    if there is None:
        _missing("That hand-off is not on the map any more.", f"handoff {source} {target}")
    return there


def _with(there: Handoff, rows: tuple[Any, ...], index: int | None, *new: Carried | Case) -> tuple[Any, ...]:
    """``rows`` with what is new in place of the one at ``index``, or at the end."""
    if index is None:
        return (*rows, *new)
    if not 0 <= index < len(rows):
        _missing("That row is not there any more.", f"handoff {there.source} {there.target}")
    return (*rows[:index], *new, *rows[index + 1 :])


def _missing(sentence: str, place: str) -> NoReturn:
    raise Missing(sentence, place)


def _cannot(sentence: str, place: str) -> NoReturn:
    raise Impossible(sentence, place)
