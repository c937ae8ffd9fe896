"""What the page of a pattern says, as values for its template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from ownership import wording
from ownership.parts import Bar, Bars, Chart, Masked, Series, Tile, Timeline, TimelinePoint
from reconcile import engine
from reconcile.checks.masking import Cell, Masking
from reconcile.checks.models import Episode, Kind, Mismatch, Run
from reconcile.checks.queries import answers
from reconcile.checks.queries.columns import shown_name
from reconcile.patterns.forms import posted
from reconcile.patterns.models import PROBLEMS, Cause, Pattern
from reconcile.patterns.queries.causes import Typical
from reconcile.patterns.queries.patterns import PatternShown
from reconcile.patterns.queries.seen import SeenPattern, times_words
from reconcile.patterns.tables import PROBLEM_WORDS, conditions_shown

THERE = "there"
SURE = 1e-9
MEANS = {
    Cause.TIMING: "The change, or the record, is younger than the time it may take to arrive. It needs nobody yet.",
    Cause.NEVER_SENT: (
        "The side that owns the value changed it, and the other still has what the owner had before, for longer than "
        "it may take to arrive: it was not sent, or not taken."
    ),
    Cause.NON_OWNER_EDIT: (
        "Both sides had the same, then the side that does not own the value changed it, and the owner did not."
    ),
    Cause.BOTH_EDITED: "Both sides had the same, then both changed it, each to something else.",
    Cause.MISSING_EVENT: (
        "The record is on one side only, for longer than it may take to arrive: nothing told the other side of it."
    ),
    Cause.REMOVED: "Both sides had the record, then it left one of them.",
    Cause.DUPLICATE: (
        "One thing has more than one record: its key repeats, or a record on one side is nearly the same as another."
    ),
    Cause.MEANING: (
        "Where one side has one word, the other nearly always has the same other word: two vocabularies for one fact."
    ),
    Cause.FORMAT: "Both sides have the same fact and write it differently, always in the same way.",
    Cause.UNEXPLAINED: "Nothing that is known explains it: neither the exports of earlier runs, nor owners, nor lags.",
}


@dataclass(frozen=True, slots=True)
class SegmentShown:
    """A segment as its page shows it. ``posted``: the fields of the form that splits it off, None where none may."""

    conditions: SafeString
    words: str
    sentence: str
    bars: Bars
    chance: str
    inside: int
    posted: Sequence[tuple[str, str]] | None


@dataclass(frozen=True, slots=True)
class TypicalShown:
    """A typical mismatch: its record, why it is there, and what became of both values."""

    address: str
    key: Cell
    evidence: str
    timeline: Timeline


def segments_shown(
    seen: SeenPattern, columns: Mapping[str, Sequence[str]], noun: tuple[str, str]
) -> list[SegmentShown]:
    """Return where a pattern concentrates; ``columns`` are those by which it may be split, ``noun`` its records."""
    return [_segment(one, columns, noun) for one in seen.segments]


def _segment(one: engine.Segment, columns: Mapping[str, Sequence[str]], noun: tuple[str, str]) -> SegmentShown:
    outside, others = one.group - one.inside, one.population - one.records
    words = " and ".join(f"{shown_name(each.column)} = {each.value or 'nothing'}" for each in one.conditions)
    inside_of = f"{wording.percent(one.inside, one.records)} of {wording.plural(one.records, *noun)}"
    outside_of = f"{wording.percent(outside, others)} of {wording.plural(others, *noun)}"
    bars = Bars(
        "Mismatches for each record",
        [
            Bar("Here", one.inside, inside_of, tone="open", length=one.rate),
            Bar("Elsewhere", outside, outside_of, tone="quiet", length=one.rate_elsewhere),
        ],
    )
    share = wording.percent(one.inside, one.group)
    return SegmentShown(
        conditions_shown(one.conditions),
        words,
        f"{share} of its mismatches are here: {times_words(one)}.",
        bars,
        chance_words(one.chance),
        one.inside,
        posted(one.conditions, columns),
    )


def chance_words(chance: float) -> str:
    """Return how likely chance alone would do as much, all that was looked at counted."""
    if chance <= SURE:
        return "Chance alone would do this less than once in a billion."
    times = max(float(f"{1 / chance:.2g}"), 1.0)
    return f"Chance alone would do this once in {times:,.0f} times."


def weeks_chart(shown: PatternShown, runs: Mapping[int, int]) -> Chart | None:
    """Return the mismatches of a pattern run by run, None before the second; ``runs``: primary keys by number."""
    if len(shown.weeks) < 2:
        return None
    labels = [f"{number}: {wording.moment(_day(day))}" for number, day, _ in shown.weeks]
    addresses = [reverse("run", args=[runs[number]]) if number in runs else "" for number, *_ in shown.weeks]
    counts = [count for *_, count in shown.weeks]
    said = f"From {wording.number(counts[0])} to {wording.number(counts[-1])}, at most {wording.number(max(counts))}."
    return Chart("Run by run", said, "bar", labels, [Series("Mismatches", counts)], addresses)


def problem_tiles(patterns: Iterable[PatternShown], address: Any, active: str = "") -> list[Tile]:
    """Return a tile for each kind of problem there is; ``address`` gives that of the patterns of one kind."""
    counts: dict[str, list[int]] = {}
    for one in patterns:
        if one.count:
            counts.setdefault(one.pattern.problem, []).append(one.count)
    return [
        Tile(
            problem.capitalize(),
            sum(counts[problem]),
            address("" if active == problem else problem),
            PROBLEM_WORDS[problem],
            active=active == problem,
            share=f"in {wording.plural(len(counts[problem]), 'pattern', 'patterns')}",
        )
        for problem in dict.fromkeys(PROBLEMS.values())
        if problem in counts
    ]


def typical_shown(run: Run, found: Sequence[Typical], masking: Masking, days: Mapping[int, date]) -> list[TypicalShown]:
    """Return typical mismatches of ``run`` as a page shows them; ``days`` of its runs by number."""
    prefetch_related_objects([one.mismatch for one in found], "episodes")
    return [
        TypicalShown(
            reverse("record", args=[run.pk, one.mismatch.pk]),
            one.key,
            one.evidence,
            replace(small_timeline(run, one.mismatch, one.caused, masking, days), title=f"History {number}: {one.key}"),
        )
        for number, one in enumerate(found, start=1)
    ]


def small_timeline(
    run: Run, mismatch: Mismatch, row: engine.Caused, masking: Masking, days: Mapping[int, date]
) -> Timeline:
    """Return what is known without any export: when both agreed, what changed since, and how it stands now."""
    left, right = answers.side_names(run.check_compared)
    if mismatch.kind == Kind.DIFFERS:
        points = _values(run, mismatch, row, masking.fields.get(row.field), days)
    elif mismatch.kind in (Kind.ONLY_LEFT, Kind.ONLY_RIGHT):
        opened = days.get(mismatch.opened_number, as_of(run))
        points = _presence(run, row, opened)
    else:
        points = []
    return Timeline("History", left, right, points)


def _values(
    run: Run, mismatch: Mismatch, row: engine.Caused, masked: Masked | None, days: Mapping[int, date]
) -> list[TimelinePoint]:
    """The last time both agreed, then every pair of values since, from what was stored."""

    def shown(value: str | None) -> Cell:
        return masked or value

    points = []
    if row.agreed_at:
        points.append(TimelinePoint(_moment(row.agreed_at), shown(row.agreed_left), shown(row.agreed_right), same=True))
    for one in _unbroken(mismatch):
        first = days.get(one.opened_number, as_of(run))
        last = as_of(run) if one is mismatch else days.get(one.closed_number or 0, first)
        points.append(
            TimelinePoint(
                first,
                shown(one.left),
                shown(one.right),
                same=False,
                until=last if last > first else None,
                happened=None if points and points[-1].same else "",
            )
        )
    return points


def _unbroken(mismatch: Mismatch) -> list[Episode | Mismatch]:
    """The episodes of a mismatch since it last began to stand, oldest first."""
    found: list[Episode | Mismatch] = [mismatch]
    for one in reversed(mismatch.episodes.all()):
        if one.closed_number + 1 != found[0].opened_number:
            break
        found.insert(0, one)
    return found


def _presence(run: Run, row: engine.Caused, opened: date) -> list[TimelinePoint]:
    points = []
    if row.agreed_at:
        points.append(TimelinePoint(_moment(row.agreed_at), THERE, THERE, same=True))
    until = as_of(run)
    return [
        *points,
        TimelinePoint(
            opened,
            THERE,
            THERE,
            same=False,
            until=until if until != opened else None,
            happened=None if points else "",
            left_missing=row.kind == Kind.ONLY_RIGHT,
            right_missing=row.kind == Kind.ONLY_LEFT,
        ),
    ]


def as_of(run: Run) -> date:
    """The day a run is of."""
    return _day(run.as_of or max(run.left.as_of, run.right.as_of))


def _day(moment: date | datetime) -> date:
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


def _moment(text: str) -> date:
    moment = datetime.fromisoformat(text)
    return timezone.localdate(moment) if timezone.is_aware(moment) else moment.date()


def means(pattern: Pattern) -> str:
    """Return in plain words what the cause of a pattern says, and which kind of problem that is."""
    return MEANS[Cause(pattern.cause)]
