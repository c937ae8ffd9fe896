"""What is wrong with what a map says: each kind is one small function over the map."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from boundaries import reading_steps, sides
from boundaries.definitions import Carried, Handoff, Map, Step
from boundaries.facts import Facts
from boundaries.findings import ways
from ownership.queries import plain_words
from ownership.wording import listed

Said = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: its kind (a key of KINDS), a sentence, and the place as in ``Thing``."""

    kind: str
    sentence: str
    place: str = ""


@dataclass(frozen=True)
class _Looked:
    """A map under the glass, with what several kinds ask of it."""

    said: Map
    facts: Facts

    @cached_property
    def handoffs(self) -> tuple[Handoff, ...]:
        return ways.between_steps(self.said)

    @cached_property
    def carried(self) -> tuple[tuple[Handoff, Carried], ...]:
        return tuple((one, carried) for one in self.handoffs for carried in one.fields)

    @cached_property
    def numbered(self) -> tuple[tuple[int, Step], ...]:
        return tuple(enumerate(self.said.steps, start=1))

    @cached_property
    def reached(self) -> dict[str, frozenset[str]]:
        """For each step, the steps that some way from it leads to."""
        return {step.id: ways.reached(self.handoffs, step.id) for step in self.said.steps}


def findings(said: Map, facts: Facts) -> tuple[Finding, ...]:
    """Return everything that is wrong, in the order of the map."""
    if not said.steps:
        # An empty map says nothing that could be wrong; the page says what will be here.
        return ()
    looked = _Looked(said, facts)
    found = [Finding(kind, sentence, place) for kind, look in _LOOKS.items() for sentence, place in look(looked)]
    order = {"": (0, 0, 0)} | {f"step {step.id}": (number, 0, 0) for number, step in looked.numbered}
    order |= {ways.place(one): (said.number(one.source), 1, said.number(one.target)) for one in looked.handoffs}
    return tuple(sorted(found, key=lambda one: order[one.place]))


# --- The boundary ----------------------------------------------------------------------------------------------------


def _no_boundary_trigger(one: _Looked) -> Said:
    if not one.said.trigger.strip():
        yield f"Nobody said which event updates both {one.said.source} and {one.said.target}.", ""


def _no_rule(one: _Looked) -> Said:
    if not one.said.rule.strip():
        yield "The boundary has no rule in one sentence.", ""


def _no_owner(one: _Looked) -> Said:
    if not one.said.owner.strip():
        yield f"Nobody owns the boundary between {one.said.source} and {one.said.target}.", ""
    for handoff in one.handoffs:
        if not one.said.owner_of(handoff).strip():
            yield f"Nobody owns {ways.named(one.said, handoff)}.", ways.place(handoff)


# --- Hand-offs -------------------------------------------------------------------------------------------------------


def _no_trigger(one: _Looked) -> Said:
    for handoff in one.handoffs:
        if not handoff.trigger.strip():
            yield f"Nothing says what triggers {ways.named(one.said, handoff)}.", ways.place(handoff)


def _no_lag(one: _Looked) -> Said:
    for handoff in one.handoffs:
        if handoff.lag_days is None and one.said.takes_over(handoff):
            yield f"Nobody said how long {ways.named(one.said, handoff)} may take.", ways.place(handoff)


def _two_meanings(one: _Looked) -> Said:
    told: set[str] = set()
    for handoff, carried in one.carried:
        sentence = _meanings(one, handoff, carried)
        if sentence and sentence not in told:
            told.add(sentence)
            yield sentence, ways.place(handoff)


def _meanings(one: _Looked, handoff: Handoff, carried: Carried) -> str:
    before, after = sides.of(one.said, one.facts, handoff, carried)
    if before and after and before.means.strip() and after.means.strip():
        meanings = [f"“{side.means.strip().rstrip('.')}” in {side.system}" for side in (before, after)]
        if not plain_words.same(before.means, after.means):
            return f"“{carried.field}” means {listed(meanings)}."
    if carried.how != "meaning":
        return ""
    note = carried.note.strip().rstrip(".")
    way = f"on the way from step {one.said.number(handoff.source)} to step {one.said.number(handoff.target)}"
    return f"“{carried.field}” changes its meaning {way}" + (f": {note}." if note else ".")


# --- Steps -----------------------------------------------------------------------------------------------------------


def _bad_sentence(one: _Looked) -> Said:
    teams = (*one.facts.teams, *filter(None, one.said.lanes))
    for number, step in one.numbered:
        for complaint in reading_steps.read(step.does, teams=teams, systems=one.facts.systems).complaints:
            yield f"Step {number}: {complaint}", f"step {step.id}"


def _unreachable(one: _Looked) -> Said:
    if not one.handoffs and len(one.numbered) > 1:
        # Said once: while people write down the first steps, nothing leads anywhere yet.
        yield "No hand-off leads from one step to another yet.", f"step {one.said.steps[1].id}"
        return
    first = one.said.steps[0]
    for number, step in one.numbered[1:]:
        if step.id not in one.reached[first.id] and step.id != first.id:
            alone = "" if any(handoff.target == step.id for handoff in one.handoffs) else ": nobody hands over to it"
            yield f"No way leads from step 1 to step {number}{alone}.", f"step {step.id}"


def _two_steps_change(one: _Looked) -> Said:
    changing: dict[str, list[tuple[int, Step]]] = {}
    names: dict[str, str] = {}
    for number, step in one.numbered:
        for key, name in {name.strip().casefold(): name.strip() for name in step.changes}.items():
            names.setdefault(key, name)
            changing.setdefault(key, []).append((number, step))
    several = {key: steps for key, steps in changing.items() if len(steps) > 1}
    for key, steps in several.items():
        places = [f"step {number}" + (f" ({step.team})" if step.team else "") for number, step in steps]
        yield f"{names[key]} may be changed in {listed(places)}.", f"step {steps[1][1].id}"
    told = set(several)
    for handoff, carried in one.carried:
        sentence = "" if _key(carried.field) in told else _edited_in_both(one, carried)
        if sentence:
            told.add(_key(carried.field))
            yield sentence, ways.place(handoff)


def _edited_in_both(one: _Looked, carried: Carried) -> str:
    known = one.facts.field(carried.field)
    uses = [known.use_in(system) if known else None for system in (one.said.source, one.said.target)]
    edited = [use for use in uses if use is not None and use.editors]
    if len(edited) < 2 or len({_key(team) for use in edited for team in use.editors}) < 2:
        return ""
    return f"{carried.field} is edited by {listed(f'{listed(use.editors)} in {use.system}' for use in edited)}."


def _edits_after(one: _Looked) -> Said:
    for number, step in one.numbered:
        if not step.team or not (step.changes or step.touch == "edit"):
            continue
        given = [handoff for handoff in one.handoffs if _handed_over_before(one, handoff, step, number)]
        if given:
            last = max(given, key=lambda handoff: one.said.number(handoff.target))
            what = f"changes {listed(step.changes)}" if step.changes else "edits records"
            taken = f"{one.said.takes_over(last)} took over at step {one.said.number(last.target)}"
            yield f"{step.team} {what} in step {number}, after {taken}.", f"step {step.id}"


def _handed_over_before(one: _Looked, handoff: Handoff, step: Step, number: int) -> bool:
    """Whether the team of ``step`` gave the record away by ``handoff`` before it, and has not got it back.

    A way from the step that took over means that it came back. A way to it means that the step is before, on another
    branch. Where hand-offs tell neither, the order of the steps does.
    """
    source = one.said.step(handoff.source)
    if source is None or _key(source.team) != _key(step.team) or not one.said.takes_over(handoff):
        return False
    back, ahead = step.id in one.reached[handoff.target], handoff.target in one.reached[step.id]
    return number > one.said.number(handoff.target) and not back and not ahead


# --- Names -----------------------------------------------------------------------------------------------------------


def _unknown_team(one: _Looked) -> Said:
    named = [(one.said.owner, ""), *((step.team, f"step {step.id}") for step in one.said.steps)]
    for handoff in one.handoffs:
        named.append((handoff.owner, ways.place(handoff)))
        named += [(case.decides, ways.place(handoff)) for case in handoff.cases]
    for name, place in _once(named):
        if not one.facts.is_team(name):
            yield f"{name} is no team yet; an administrator adds it.", place


def _unknown_field(one: _Looked) -> Said:
    named = [(name, f"step {step.id}") for step in one.said.steps for name in step.changes]
    named += [(carried.field, ways.place(handoff)) for handoff, carried in one.carried]
    for name, place in _once(named):
        if one.facts.field(name) is None:
            yield f"{name} is not in the registry yet.", place


def _once(named: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Give each name with the first place that names it."""
    told: set[str] = set()
    for name, place in named:
        if name.strip() and _key(name) not in told:
            told.add(_key(name))
            yield name.strip(), place


def _key(name: str) -> str:
    return name.strip().casefold()


_LOOKED: dict[str, tuple[str, Callable[[_Looked], Said]]] = {
    "no_boundary_trigger": ("No event for both systems", _no_boundary_trigger),
    "no_rule": ("No rule", _no_rule),
    "no_owner": ("No owner", _no_owner),
    "bad_sentence": ("Not a plain sentence", _bad_sentence),
    "unreachable": ("Nobody reaches it", _unreachable),
    "no_trigger": ("No trigger", _no_trigger),
    "no_lag": ("No expected lag", _no_lag),
    "two_steps_change": ("Two may change it", _two_steps_change),
    "edits_after": ("Edits after handing over", _edits_after),
    "two_meanings": ("One word, two meanings", _two_meanings),
    "unknown_team": ("No team of the app", _unknown_team),
    "unknown_field": ("Not in the registry", _unknown_field),
}
_LOOKS = {kind: look for kind, (_, look) in _LOOKED.items()}

KINDS: dict[str, str] = {kind: title for kind, (title, _) in _LOOKED.items()}
