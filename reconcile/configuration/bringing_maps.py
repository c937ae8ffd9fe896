"""Maps that somebody brings as YAML: what each would become, then all of it as one.

Only boundaries are taken. A system that is not there yet is made, as in the editor; a team that owns a boundary is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from boundaries.definitions import Map
from boundaries.models import Boundary
from boundaries.permissions import MapRights, who_draws
from boundaries.services.defining import Names
from ownership.wording import listed, plural
from reconcile.configuration.applying_boundaries import ADDED, CHANGED, UNCHANGED, Planned, planned, put
from reconcile.configuration.reading import parsed
from reconcile.configuration.refusals import refuse
from reconcile.configuration.shape import wanted

SECTION = "boundaries"
LONGEST = 1_000_000
# What one request can write while somebody waits.
MOST = 5_000
TEXTS = {
    "source": "the system it leads from",
    "target": "the system it leads to",
    "owner": "the owner",
    "trigger": "the trigger",
    "rule": "the rule",
    "confirmed": "what is confirmed",
    "records_per_week": "the records a week",
    "minutes_available": "the minutes there are",
    "disputes": "how disputes end",
    "observed": "the disagreements seen",
}


class NotYours(Exception):
    """One sentence: which map somebody may not draw, and who does."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Brought:
    """What would become of one boundary: its name, added, changed or unchanged, and in words what that is."""

    name: str
    state: str
    words: str
    boundary: Boundary | None = None


@dataclass(frozen=True)
class Bringing:
    """What a text would do: each boundary, systems that are made, and the sections that are left out."""

    maps: tuple[Brought, ...]
    systems: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def count(self, state: str) -> int:
        """Return how many boundaries are ``state``."""
        return sum(one.state == state for one in self.maps)

    @property
    def button(self) -> str:
        """What the button says that takes them over; nothing where nothing is added or changed."""
        count = self.count(ADDED) + self.count(CHANGED)
        return f"Take over {plural(count, 'boundary', 'boundaries')}" if count else ""

    def sentence(self, *, done: bool = False) -> str:
        """What becomes of the boundaries: "1 boundary is new, 2 change, 1 stays as it is."."""
        words = {
            ADDED: ("is added", "are added") if done else ("is new", "are new"),
            CHANGED: ("changed", "changed") if done else ("changes", "change"),
            UNCHANGED: ("was so already", "were so already") if done else ("stays as it is", "stay as they are"),
        }
        said: list[str] = []
        for state, (one, many) in words.items():
            count = self.count(state)
            if count:
                noun = f"{count:,}" if said else plural(count, "boundary", "boundaries")
                said.append(f"{noun} {one if count == 1 else many}")
        return f"{', '.join(said)}."


def look(text: str, rights: MapRights, *, name: str) -> Bringing:
    """Return what ``text`` would do for whoever has ``rights``; ``name`` is what refusals call it.

    Raises Refused with a path, NotYours.
    """
    names = Names.now()
    plan, left_out = _plan(text, rights, names, name)
    made = dict.fromkeys(one for each in plan for one in _systems(each.after) if one.casefold() not in names.systems)
    return Bringing(
        tuple(Brought(one.after.name, one.state, words(one), one.there) for one in plan), tuple(made), left_out
    )


@transaction.atomic
def take(text: str, rights: MapRights, *, name: str, reason: str) -> Bringing:
    """Do what ``look`` says, all of it or nothing, and return the same, with the boundaries as they are now."""
    names = Names.now()
    plan, left_out = _plan(text, rights, names, name)
    done = []
    for one in plan:
        kept = put(one, names, person=rights.person, reason=reason)
        done.append(Brought(kept.name, one.state, words(one), kept))
    return Bringing(tuple(done), left_out=left_out)


def _plan(text: str, rights: MapRights, names: Names, name: str) -> tuple[list[Planned], tuple[str, ...]]:
    data = parsed(text.encode(), name)
    if isinstance(data, dict) and not data.get(SECTION):
        refuse("there is no map in it. Write boundaries: and below it a list, as a download has it.")
    asked = wanted(data, (SECTION,))
    if _entries(data[SECTION]) > MOST:
        refuse(f"this is more than {MOST:,} steps, hand-offs, fields and cases at once; bring it in parts.", SECTION)
    plan = list(planned(asked.boundaries, names, hint=False, adopts=False))
    for one in plan:
        if one.there is not None and one.state == CHANGED and not rights.edits(one.there):
            raise NotYours(who_draws(one.there))
    return plan, asked.left_out


def _entries(value: Any) -> int:
    """How many mappings there are in plain data."""
    if isinstance(value, dict):
        return 1 + sum(map(_entries, value.values()))
    return sum(map(_entries, value)) if isinstance(value, list) else 0


def _systems(said: Map) -> Iterator[str]:
    yield from (one for one in (said.source, said.target, *(step.system for step in said.steps)) if one)


# --- In words ---------------------------------------------------------------------------------------------------------


def words(one: Planned) -> str:
    """Return in a sentence what becomes of a boundary."""
    after = one.after
    if one.before is None:
        return (
            f"From {after.source} to {after.target}: {plural(len(after.steps), 'step', 'steps')}, "
            f"{plural(len(after.handoffs), 'hand-off', 'hand-offs')}."
        )
    before = one.before
    texts = [label for name, label in TEXTS.items() if getattr(before, name) != getattr(after, name)]
    said = [
        *_counted("step", {step.id: step for step in before.steps}, {step.id: step for step in after.steps}),
        *_counted("hand-off", {way.ends: way for way in before.handoffs}, {way.ends: way for way in after.handoffs}),
    ]
    if texts:
        said.append(f"{listed(texts)} {'changes' if len(texts) == 1 else 'change'}")
    if not said and before != after:
        said.append("the order changes")
    text = ", ".join(said) or "nothing changes"
    return f"{text[:1].upper()}{text[1:]}."


def _counted(noun: str, before: dict[Any, Any], after: dict[Any, Any]) -> Iterator[str]:
    counts = {
        "new": len(after.keys() - before.keys()),
        "changed": sum(before[key] != after[key] for key in after.keys() & before.keys()),
        "gone": len(before.keys() - after.keys()),
    }
    yield from (f"{plural(count, noun, f'{noun}s')} {what}" for what, count in counts.items() if count)
