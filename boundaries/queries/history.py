"""What changed on a map from one version to the next, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from boundaries import wording
from boundaries.definitions import Carried, Case, Handoff, Map, Observed, Step
from boundaries.models import Boundary, BoundaryVersion
from boundaries.queries import versions
from ownership.models import Person
from ownership.parts import Change

AT_ONCE = 25
LATELY = 8
MOST_SAID = 4
MOST_REMOVED = 500
LONGEST_QUOTE = 160

NAMES = {"name": "Name", "source": "From system", "target": "To system", "owner": "Owner"}
TEXTS = {"trigger": "Trigger", "rule": "Rule", "disputes": "How disputes end"}
FIGURES = {"records_per_week": "Records a week", "minutes_available": "Minutes a week for work by hand"}
CONFIRMED = {
    "field_changes": "every field that changes its name or shape is on the map",
    "touches": "every manual touch is on the map",
    "no_other_edits": "nobody edits records in any other way",
    "one_event": "the trigger updates both sides",
}
KINDS = {BoundaryVersion.UNDO: "Undone", BoundaryVersion.REDO: "Made again"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One version: the row that keeps it, what was done, and what it changed, in sentences."""

    row: BoundaryVersion
    what: str
    changes: tuple[str, ...]

    @property
    def who(self) -> Person | str:
        """Whoever made the change: the person, or the name that was kept."""
        return self.row.by or self.row.by_name


@dataclass(frozen=True, slots=True)
class Gone:
    """A removed boundary, and the version with which it went."""

    boundary: Boundary
    row: BoundaryVersion | None

    @property
    def at(self) -> datetime | None:
        """When it was removed."""
        return self.boundary.removed_at


def entries(boundary: Boundary, *, before: int | None = None, most: int = AT_ONCE) -> list[Entry]:
    """Return the last ``most`` versions, or of those with a number under ``before``, newest first. One query."""
    rows = versions.versions(boundary)
    chosen = list((rows.filter(number__lt=before) if before else rows)[: most + 1])
    pairs = zip(chosen, [*chosen[1:], None], strict=False)
    return [_entry(row, earlier) for row, earlier in pairs][:most]


def drawer(boundary: Boundary) -> list[Change]:
    """Return the last changes as the history drawer shows them, newest first."""
    return [_drawn(one) for one in entries(boundary, most=LATELY)]


def removed(rows: Sequence[Boundary]) -> list[Gone]:
    """Return the removed boundaries among ``rows`` with the version that took each away. One query."""
    gone = BoundaryVersion.objects.filter(boundary__in=rows).select_related("by").defer("data")
    last = {row.boundary_id: row for row in gone.order_by("boundary_id", "number")}
    return [Gone(one, last.get(one.pk)) for one in rows]


def changes(old: Map, new: Map) -> tuple[str, ...]:
    """Return what differs between two maps of a boundary, in the order of the map."""
    return (*_about(old, new), *_steps(old, new), *_handoffs(old, new), *_observed(old, new))


def _entry(row: BoundaryVersion, earlier: BoundaryVersion | None) -> Entry:
    new = versions.map_of(row)
    if earlier is None:
        return Entry(row, "Drawn first", _first(new))
    gone, was_gone = row.data.get("removed", False), earlier.data.get("removed", False)
    what = KINDS.get(row.kind, "")
    if gone != was_gone:
        what = "Removed" if gone else "Brought back"
    return Entry(row, what, changes(versions.map_of(earlier), new))


def _first(new: Map) -> tuple[str, ...]:
    drawn = changes(Map(new.name, new.source, new.target), new)
    return (f"The boundary “{new.name}” from {new.source} to {new.target} was added.", *drawn)


def _drawn(one: Entry) -> Change:
    said = [*([f"{one.what}."] if one.what else []), *one.changes[:MOST_SAID]]
    if len(one.changes) > MOST_SAID:
        said.append(f"And {len(one.changes) - MOST_SAID} more.")
    return Change(one.row.at, one.row.by_name, " ".join(said) or "Kept as it was.", "", None, None, one.row.reason)


# --- The boundary ----------------------------------------------------------------------------------------------------


def _about(old: Map, new: Map) -> Iterator[str]:
    for key, label in NAMES.items():
        yield from _figures(label, getattr(old, key), getattr(new, key))
    for key, label in TEXTS.items():
        yield from _words(label, getattr(old, key), getattr(new, key))
    for key, label in FIGURES.items():
        yield from _figures(label, _number(getattr(old, key)), _number(getattr(new, key)))
    for key, said in CONFIRMED.items():
        if (key in new.confirmed) != (key in old.confirmed):
            yield f"Confirmed: {said}." if key in new.confirmed else f"No longer confirmed: {said}."


def _words(label: str, old: str, new: str) -> Iterator[str]:
    """One sentence if a text changed: "Trigger: now “…”, was “…”"."""
    yield from _figures(label, *(f"“{_short(text)}”" if text else "" for text in (old, new)))


def _figures(label: str, old: str, new: str) -> Iterator[str]:
    """The same of what needs no quotes: a number, a name."""
    if old == new:
        return
    if not new:
        yield f"{label}: {old} was taken out."
    elif not old:
        yield f"{label}: {new}."
    else:
        yield f"{label}: now {new}, was {old}."


def _short(text: str) -> str:
    words = " ".join(text.split()).removesuffix(".")  # the sentence around it has one
    return words if len(words) <= LONGEST_QUOTE else f"{words[: LONGEST_QUOTE - 1]}…"


def _number(value: float | None) -> str:
    return "" if value is None else wording.figure(value)


def _observed(old: Map, new: Map) -> Iterator[str]:
    yield from (
        f"A disagreement was seen: “{_short(one.sentence)}”." for one in _missing_in(old.observed, new.observed)
    )
    gone = [one for one in _missing_in(new.observed, old.observed) if not _same_sentence(one, new.observed)]
    yield from (f"The disagreement “{_short(one.sentence)}” was taken out." for one in gone)


def _missing_in(there: Sequence[Any], wanted: Sequence[Any]) -> list[Any]:
    return [one for one in wanted if one not in there]


def _same_sentence(one: Observed, others: Sequence[Observed]) -> bool:
    return any(other.sentence == one.sentence for other in others)


# --- Steps -----------------------------------------------------------------------------------------------------------


def _steps(old: Map, new: Map) -> Iterator[str]:
    for one in new.steps:
        if old.step(one.id) is None:
            yield f"Step {new.number(one.id)} was added{_says(one)}."
    for one in old.steps:
        if new.step(one.id) is None:
            yield f"Step {old.number(one.id)} was removed{_says(one)}."
    yield from _moved(old, new)
    for one in new.steps:
        before = old.step(one.id)
        if before is not None and before != one:
            yield from _step(f"Step {new.number(one.id)}", before, one)


def _moved(old: Map, new: Map) -> Iterator[str]:
    """Steps that stand in another order among those that stayed: the fewest that explain the new order."""
    stayed = [one.id for one in old.steps if new.step(one.id)]
    order = [one.id for one in new.steps if old.step(one.id)]
    still = set(_longest_rising([stayed.index(key) for key in order]))
    for key in order:
        if stayed.index(key) not in still:
            yield f"Step {old.number(key)} moved to {new.number(key)}{_says(new.step(key))}."


def _says(step: Step | None) -> str:
    """What a step says, as the end of a sentence about it."""
    return f": “{_short(step.does)}”" if step and step.does.strip() else ""


def _longest_rising(places: Sequence[int]) -> list[int]:
    """The longest run of places in rising order, others left out. A map has at most 200 steps."""
    best: list[list[int]] = []
    for index, place in enumerate(places):
        before = max((run for run, end in zip(best, places[:index], strict=True) if end < place), key=len, default=[])
        best.append([*before, place])
    return max(best, key=len, default=[])


def _step(label: str, old: Step, new: Step) -> Iterator[str]:
    if old.does != new.does:
        was = f", was “{_short(old.does)}”" if old.does.strip() else ""
        yield f"{label} now says {f'“{_short(new.does)}”' if new.does.strip() else 'nothing'}{was}."
    yield from _figures(f"{label}, team", old.team, new.team)
    yield from _figures(f"{label}, system", old.system, new.system)
    yield from _figures(f"{label}, by hand", wording.touch(old.touch), wording.touch(new.touch))
    yield from _figures(f"{label}, minutes each time", _number(old.minutes), _number(new.minutes))
    yield from _figures(f"{label}, times a week", _number(old.times_per_week), _number(new.times_per_week))
    yield from _words(f"{label}, fields it may edit", ", ".join(old.changes), ", ".join(new.changes))


# --- Hand-offs -------------------------------------------------------------------------------------------------------


def _handoffs(old: Map, new: Map) -> Iterator[str]:
    for one in old.handoffs:
        # What went with its step is said there. Numbers are those of now, as in all other sentences about hand-offs.
        if new.handoff(*one.ends) is None and new.step(one.source) and new.step(one.target):
            yield f"The hand-off {_ends(new, one)} was removed."
    for one in new.handoffs:
        before = old.handoff(*one.ends)
        label = f"Hand-off {_ends(new, one)}"
        if before is None:
            yield f"{label} was added{f': {_short(one.trigger)}' if one.trigger else ''}."
        if before != one:
            yield from _handoff(label, before or Handoff(one.source, one.target, one.trigger), one)


def _ends(said: Map, one: Handoff) -> str:
    return f"{said.number(one.source)} → {said.number(one.target)}"


def _handoff(label: str, old: Handoff, new: Handoff) -> Iterator[str]:
    yield from _words(f"{label}, trigger", old.trigger, new.trigger)
    yield from _figures(f"{label}, lag", _lag(old.lag_days), _lag(new.lag_days))
    yield from _figures(f"{label}, owner", old.owner, new.owner)
    for carried in _missing_in(old.fields, new.fields):
        known = any(one.field == carried.field for one in old.fields)
        yield f"{label} {'now carries' if known else 'carries'} {_carried(carried)}."
    for carried in old.fields:
        if all(one.field != carried.field for one in new.fields):
            yield f"{label} no longer carries {carried.field}."
    for case in _missing_in(old.cases, new.cases):
        yield f"{label}, when {_short(case.when)}: {_case(case)}"
    for case in old.cases:
        if all(one.when != case.when for one in new.cases):
            yield f"{label}: the case “{_short(case.when)}” was taken out."


def _lag(days: float | None) -> str:
    return "" if days is None else wording.lag(days)


def _carried(one: Carried) -> str:
    names = [" + ".join(side) for side in (one.before, one.after) if side]
    how = "" if one.how == "kept" else f", {'means something else' if one.how == 'meaning' else one.how}"
    said = f" ({_short(' → '.join(names))})" if names else ""
    return f"{one.field}{how}{said}"


def _case(one: Case) -> str:
    if one.never:
        return "it cannot happen here."
    said = f"“{_short(one.then)}”" if one.then else "nobody said what happens"
    return f"{said}, {one.decides} decides." if one.decides else f"{said}, nobody decides yet."
