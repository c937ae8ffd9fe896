"""What the page of a run shows: steps, tiles, bars, files, settings, as values for the parts of pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from boundaries.wording import lag as lag_in_words
from ownership import wording
from ownership.parts import Bar, Bars, Progress, Tile
from reconcile.checks.comparing import in_words
from reconcile.checks.mismatch_tables import FILTERS, MismatchListing
from reconcile.checks.models import Kind, Opened, Run, RunState
from reconcile.checks.queries import answers
from reconcile.checks.queries.mismatches import GONE
from reconcile.exports.models import Snapshot

LINES_SHOWN = 40
NAME_SHOWN = 80
SYSTEM_SHOWN = 30
LAG_SHOWN = 200
STEP_WORDS = {
    "reading": "Reading both exports",
    "comparing": "Comparing",
    "standing": "Telling new from known",
    "storing": "Storing",
    "classifying": "Finding out why",
}
_ORDER = (RunState.QUEUED, RunState.READING, RunState.COMPARING, RunState.STORING)


@dataclass(frozen=True)
class Step:
    """One step of a run: *done* in so many ``seconds``, under way (``progress``), or still to come."""

    label: str
    state: str
    seconds: float | None = None
    progress: Progress | None = None


@dataclass(frozen=True)
class File:
    """One of the two files of a run."""

    side: str
    system: str
    snapshot: Snapshot
    rejected: str = ""


def steps(run: Run) -> list[Step]:
    """Return the three steps of a run that is under way, before them the waiting while it is in the queue."""
    now = _ORDER.index(RunState(run.state)) if run.state in _ORDER else 0
    seconds = wording.seconds_between(run.started_at or run.requested_at, None) or 0.0
    shown = (
        [] if now else [Step("Waiting for a worker", "now", progress=Progress("Waiting for a worker", seconds=seconds))]
    )
    for place, state in enumerate(_ORDER[1:], start=1):
        label = STEP_WORDS[state.value]
        if place < now:
            shown.append(Step(label, "done", seconds=run.step_seconds.get(state.value)))
        elif place == now:
            # What works says in more words where it is: which of the two files it reads.
            said = Progress(run.step or label, run.done, run.total or None, seconds)
            shown.append(Step(label, "now", progress=said))
        else:
            shown.append(Step(label, "waiting"))
    return shown


def answer(run: Run, listing: MismatchListing) -> dict[str, Any]:
    """Return everything the page of a finished run says before its table."""
    totals = run.totals or {}
    check = run.check_compared
    return {
        "sentence": answers.sentence(check, totals),
        "kind_tiles": _kind_tiles(run, listing),
        "since_tiles": _since_tiles(run, listing) if listing.found.number > 1 else [],
        "bars": _bars(run, listing),
        "folds": _folds(run),
        "notes": totals.get("notes", ()),
        "unpaired": _unpaired(run),
        "seconds": [(STEP_WORDS.get(step, step), seconds) for step, seconds in run.step_seconds.items()],
        "compared": _compared(run),
        "lag_of_records": _lag(run.comparing.lag_days, run.comparing.lag_from),
        "edits": _edits(run),
        "key": [" = ".join(dict.fromkeys(_clipped(column) for column in pair)) for pair in run.comparing.key],
    }


def files(run: Run) -> list[File]:
    """Return both files, with what of them could not be read."""
    check = run.check_compared
    left, right = (_clipped(name, SYSTEM_SHOWN) for name in answers.side_names(check))
    sides = (("left", left, run.left), ("right", right, run.right))
    shown = []
    for side, system, snapshot in sides:
        rejected = (run.totals or {}).get(f"rejected_{side}", snapshot.rejected or 0)
        said = f"{wording.plural(rejected, 'line', 'lines')} could not be read" if rejected else ""
        shown.append(File(side, system, snapshot, said))
    return shown


def _kind_tiles(run: Run, listing: MismatchListing) -> list[Tile]:
    totals = run.totals or {}
    check = run.check_compared
    words, kinds = answers.kind_words(check), totals.get("kinds", {})
    left, right = answers.side_names(check)
    hints = {
        Kind.DIFFERS: "Values that differ between records with the same key",
        Kind.ONLY_LEFT: f"{check.records.capitalize()} of {left} that {right} does not have",
        Kind.ONLY_RIGHT: f"{check.records.capitalize()} of {right} that {left} does not have",
        Kind.DUPLICATE_LEFT: f"Keys that are empty or on one side more than once, and have rows in {left}",
        Kind.DUPLICATE_RIGHT: f"Keys that are empty or on one side more than once, and have rows in {right}",
    }
    shares = {
        Kind.DIFFERS: _share(totals.get("differing_rows", 0), totals.get("matched", 0), check.records),
        Kind.ONLY_LEFT: _share(totals.get("only_left", 0), totals.get("left_rows", 0), "rows"),
        Kind.ONLY_RIGHT: _share(totals.get("only_right", 0), totals.get("right_rows", 0), "rows"),
    }
    tones = {Kind.ONLY_LEFT: "left", Kind.ONLY_RIGHT: "right"}
    tiles = []
    for kind, label in words.items():
        count, active = kinds.get(kind, 0), listing.asked.kind == kind
        # Repeated keys are rare: without any, the tile only takes room.
        if count or active or kind not in (Kind.DUPLICATE_LEFT, Kind.DUPLICATE_RIGHT):
            address = _address(listing, kind="" if active else kind)
            share = shares.get(Kind(kind), "")
            tiles.append(Tile(label, count, address, hints[Kind(kind)], active, share, tones.get(Kind(kind), "")))
    return tiles


def _share(part: int, whole: int, of: str) -> str:
    return f"{wording.percent(part, whole)} of {of}" if part and whole else ""


def _since_tiles(run: Run, listing: MismatchListing) -> list[Tile]:
    totals = run.totals or {}
    tiles = (
        (Opened.NEW, "New", "Mismatches that no earlier run had", "open"),
        (Opened.CHANGED, "Values changed", "Mismatches of the run before whose values are others now", ""),
        (Opened.RETURNED, "Returned", "Mismatches that were gone and are back", "returned"),
        (GONE, "Gone", "Mismatches of the run before that are no more", "gone"),
    )
    return [
        Tile(
            label,
            totals.get(state),
            _address(listing, state="" if listing.asked.state == state else state),
            hint,
            active=listing.asked.state == state,
            tone=tone,
        )
        for state, label, hint, tone in tiles
        if state != Opened.CHANGED or totals.get(state) or listing.asked.state == state
    ]


def _bars(run: Run, listing: MismatchListing) -> Bars | None:
    totals = run.totals or {}
    fields = sorted(totals.get("fields", ()), key=lambda field: -field["differing"])
    differing = [field for field in fields if field["differing"]]
    if not differing:
        return None
    bars = [
        Bar(
            _clipped(field["name"]),
            field["differing"],
            wording.percent(field["differing"], totals.get("matched", 0)),
            _address(listing, field="" if listing.asked.field == field["name"] else field["name"]),
        )
        for field in differing[:LINES_SHOWN]
    ]
    rest = len(differing) - len(bars)
    title = "Values that differ, by field"
    if rest:
        title += f"; {wording.plural(rest, 'field with fewer is', 'fields with fewer are')} left out"
    return Bars(title, bars)


def _address(listing: MismatchListing, **chosen: str) -> str:
    """The address of the rows that one tile or bar counts: that filter alone, the rest of the list as it is."""
    nothing = dict.fromkeys((*FILTERS, "q"), "")
    return f"{reverse('run', args=[listing.found.run.pk])}{listing.address(**{**nothing, **chosen})}#mismatches"


def _folds(run: Run) -> str:
    folds = (run.totals or {}).get("key_folds", 0)
    if not folds:
        return ""
    return f"{wording.plural(folds, 'key differs', 'keys differ')} only in case or outer space."


def _unpaired(run: Run) -> list[tuple[str, str, str]]:
    """Columns compared with nothing: side, system, their names."""
    totals = run.totals or {}
    sides = zip(("left", "right"), answers.side_names(run.check_compared), strict=True)
    return [
        (side, name, _listed(totals.get(f"unpaired_{side}", ())))
        for side, name in sides
        if totals.get(f"unpaired_{side}")
    ]


def _listed(names: Iterable[str]) -> str:
    every = [_clipped(name) for name in names]
    rest = len(every) - LINES_SHOWN
    return ", ".join(every[:LINES_SHOWN]) + (f" and {wording.number(rest)} more" if rest > 0 else "")


def _compared(run: Run) -> list[dict[str, Any]]:
    """Every field as it was compared, with the columns and the reason, and whose side owned it with what lag."""
    rested = {field.name: field for field in run.comparing.fields}
    owners = dict(zip(("left", "right"), answers.side_names(run.check_compared), strict=True))
    return [
        {
            **field,
            **{name: _clipped(field[name]) for name in ("name", "left", "right", "reason")},
            "owner": _clipped(owners.get(rested[field["name"]].owner, ""), SYSTEM_SHOWN),
            "lag": _lag(rested[field["name"]].lag_days, rested[field["name"]].lag_from),
        }
        for field in (run.totals or {}).get("fields", ())
    ]


def _lag(days: float | None, told: str) -> str:
    """An expected lag and where it is from: "within 3 days (the hand-off from step 2 to step 3 of …)"."""
    if days is None:
        return ""
    return f"{lag_in_words(days)} ({_clipped(told, LAG_SHOWN)})" if told else lag_in_words(days)


def _edits(run: Run) -> list[tuple[str, str, str]]:
    """The columns that told of edits: side, system, in words what they tell."""
    said = (run.comparing.left_edits, run.comparing.right_edits)
    sides = zip(("left", "right"), answers.side_names(run.check_compared), said, strict=True)
    return [(side, _clipped(name, SYSTEM_SHOWN), in_words(edits)) for side, name, edits in sides if in_words(edits)]


def _clipped(text: str, most: int = NAME_SHOWN) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
