"""A map as ordered text: all that the picture shows, for a screen reader, a telephone and paper. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from boundaries import sides, wording
from boundaries.cases import cases_of
from boundaries.definitions import Carried, Case, Handoff, Map, Step
from boundaries.facts import Facts, Stored

# Triggers people write as a time or a condition already: "when" before them would read twice.
_SAYS_WHEN = re.compile(
    r"(?:when|whenever|once|after|as soon as|if|on|at|by|every|each|daily|weekly|monthly|nightly|hourly)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ToldField:
    """A carried field: what becomes of it in a few words (the tag), its names and what it means on either side."""

    carried: Carried
    tag: str
    before: str = ""
    after: str = ""
    means_before: str = ""
    means_after: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ToldHandoff:
    """A hand-off: to which step it leads, and the words of the picture."""

    handoff: Handoff
    anchor: str
    to_number: int
    to_step: Step
    trigger: str
    lag: str
    takes_over: str = ""
    owner: str = ""
    fields: tuple[ToldField, ...] = ()
    cases: tuple[Case, ...] = ()
    undecided: int = 0


@dataclass(frozen=True, slots=True)
class ToldStep:
    """A step: its number from 1, and the words of the picture. ``by_hand`` is "By hand: inbox, 60 min a week"."""

    number: int
    step: Step
    anchor: str
    by_hand: str = ""
    starts: bool = False
    handoffs: tuple[ToldHandoff, ...] = ()


def tell(said: Map, facts: Facts) -> tuple[ToldStep, ...]:
    """Return the steps in order, each with the hand-offs that lead away from it."""
    return tuple(
        ToldStep(
            number=number,
            step=step,
            anchor=anchor(f"step {step.id}"),
            by_hand=_by_hand(step),
            starts=number == 1,
            handoffs=tuple(
                _handoff(said, facts, one, target)
                for one in said.out_of(step.id)
                if (target := said.step(one.target)) is not None
            ),
        )
        for number, step in enumerate(said.steps, start=1)
    )


def anchor(place: str) -> str:
    """Return the id of a place in the text: "step-<id>", "handoff-<id>--<id>", "map" for the map as a whole."""
    what, _, ids = place.partition(" ")
    return f"{what}-{'--'.join(ids.split())}" if ids else "map"


def _by_hand(step: Step) -> str:
    if not step.touch:
        return ""
    if step.minutes_per_week is not None:
        cost = f"{wording.minutes(step.minutes_per_week)} a week"
    elif step.minutes is not None:
        cost = f"{wording.minutes(step.minutes)} each time, how often not said"
    else:
        cost = "minutes not said"
    return f"By hand: {wording.touch(step.touch)}, {cost}"


def _handoff(said: Map, facts: Facts, one: Handoff, target: Step) -> ToldHandoff:
    team, cases = said.takes_over(one), cases_of(said, one)
    return ToldHandoff(
        handoff=one,
        anchor=anchor(f"handoff {one.source} {one.target}"),
        to_number=said.number(target.id),
        to_step=target,
        trigger=_trigger(one.trigger),
        lag=wording.lag(one.lag_days),
        takes_over=f"{team} takes over" if team else "",
        owner=_owner(said, one),
        fields=tuple(_field(said, facts, one, carried) for carried in one.fields),
        cases=cases,
        undecided=sum(not case.decided for case in cases),
    )


def _trigger(trigger: str) -> str:
    words = trigger.strip().rstrip(".")
    if not words:
        return "trigger not said"
    says_when = _SAYS_WHEN.match(words)
    if says_when or words.casefold().startswith(("the ", "a ", "an ", "it ")):
        words = words[:1].lower() + words[1:]
    return words if says_when else f"when {words}"


def _owner(said: Map, one: Handoff) -> str:
    """Inside a team it is that team's own, and saying so at every arrow would hide where it matters."""
    owner = said.owner_of(one)
    if not owner:
        return "owner not said"
    return f"owned by {owner}" if one.owner or said.takes_over(one) else ""


# --- Fields ----------------------------------------------------------------------------------------------------------


def _field(said: Map, facts: Facts, one: Handoff, carried: Carried) -> ToldField:
    source, target = sides.of(said, facts, one, carried)
    known = facts.field(carried.field)
    # What is split had one name before and what is merged has one afterwards; the other side takes several.
    columns = ("" if carried.how == "merged" else _column(source), "" if carried.how == "split" else _column(target))
    before = " + ".join(carried.before) or columns[0] or (carried.field if carried.how == "split" else "")
    after = " + ".join(carried.after) or columns[1] or (carried.field if carried.how == "merged" else "")
    return ToldField(
        carried=carried,
        tag=_tag(carried, before, after),
        before=before,
        after=after,
        means_before=source.means if source else "",
        means_after=target.means if target else "",
        url=known.url if known else "",
    )


def _column(side: Stored | None) -> str:
    return side.column if side else ""


def _tag(carried: Carried, before: str, after: str) -> str:
    name, note = carried.field, carried.note.strip().rstrip(".")
    if carried.how in ("renamed", "split", "merged"):
        return f"{before} → {after}" if before and after else f"{name}: {carried.how}"
    if carried.how == "converted":
        return f"{name}: converted ({note})" if note else f"{name}: converted"
    return f"{name}: means something else" if carried.how == "meaning" else name
