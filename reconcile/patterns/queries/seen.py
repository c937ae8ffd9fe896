"""Patterns as one person may see them: a condition on a masked column is told to nobody else, nor in a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache

from ownership import wording
from ownership.models import Person
from ownership.queries.masking import hidden_from
from reconcile import engine
from reconcile.checks.masking import SHOWN, Masking
from reconcile.checks.models import Check
from reconcile.checks.queries import masking as maskings
from reconcile.patterns.models import Pattern
from reconcile.patterns.queries import naming
from reconcile.patterns.queries.behind import conditions_of
from reconcile.patterns.queries.patterns import PatternShown

SIDES = ("left", "right")


@dataclass(frozen=True, slots=True)
class SeenPattern:
    """A pattern with its ``name``, and the segments that are told, the strongest first."""

    shown: PatternShown
    name: str
    segments: Sequence[engine.Segment]

    @property
    def sentence(self) -> str:
        """How many records, since when, and where: "219 customers, 8 weeks running; 84 % have created via = import"."""
        figures = naming.sentence(self.shown).removeprefix(f"{self.shown.name}: ")
        if not self.shown.count:
            then = next(count for *_, count in reversed(self.shown.weeks) if count)
            records = self.shown.pattern.check_compared.records
            return f"Gone since the run of {self.shown.last_seen}, which had {wording.number(then)} {records} of it."
        if not self.segments:
            return f"{figures[:1].upper()}{figures[1:]}."
        strongest = self.segments[0]
        share = wording.percent(strongest.inside, strongest.group)
        where = " and ".join(f"{naming.plain(one.column)} = {one.value or 'nothing'}" for one in strongest.conditions)
        return f"{figures}; {share} have {where}, {times_words(strongest)}."


def times_words(segment: engine.Segment) -> str:
    """Return the rate inside against the rate elsewhere: "15 times the rate elsewhere"."""
    if not segment.rate_elsewhere:
        return "as no other record does"
    times = segment.rate / segment.rate_elsewhere
    return f"{times:,.0f} times the rate elsewhere" if times >= 9.5 else f"{times:.1f} times the rate elsewhere"


def seen(shown: PatternShown, masking: Masking) -> SeenPattern:
    """Return a pattern as somebody sees it for whom ``masking`` is made."""
    told = [one for one in shown.segments if not is_masked(one.conditions, masking)]
    hides = len(told) < len(shown.segments) or is_masked(conditions_of(shown.pattern.conditions), masking)
    if not hides:
        return SeenPattern(shown, shown.name, told)
    return SeenPattern(shown, name_seen(shown.pattern, masking, told[0] if told else None), told)


def name_seen(pattern: Pattern, masking: Masking, segment: engine.Segment | None = None) -> str:
    """Return what a pattern is called, without conditions on masked columns."""
    if is_masked(conditions_of(pattern.conditions), masking):
        pattern = copy(pattern)
        pattern.conditions = []
    return naming.name_of(pattern, segment, pattern.check_compared)


def is_masked(conditions: Iterable[engine.SegmentCondition], masking: Masking) -> bool:
    """Whether one of ``conditions`` asks a column whose values are masked."""
    if not masking:
        return False
    return any(one.column in masking.columns(SIDES.index(one.side), [one.column]) for one in conditions)


def masking_for(person: Person) -> Callable[[Check], Masking]:
    """Return what gives the masking of a check for ``person``: asked once a check, and not where all is shown."""
    hides = bool(hidden_from(person))

    @cache
    def of_check(check: Check) -> Masking:
        return maskings.of_check(check, person) if hides else SHOWN

    return of_check
