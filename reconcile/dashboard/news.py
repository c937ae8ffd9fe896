"""What Home says of patterns: those that are new, back again or growing, over all checks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ownership import wording
from ownership.models import Person
from ownership.parts import Sparkline
from reconcile.patterns.models import Cause
from reconcile.patterns.queries.patterns import GROWING, NEW, RETURNED, PatternShown, every_pattern
from reconcile.patterns.queries.seen import SeenPattern, masking_for, seen

MOST_NEWS = 3
WORDS = {NEW: "new", RETURNED: "back again", GROWING: "growing"}


@dataclass(frozen=True)
class PatternLine:
    """One pattern: what it is called, what its last run says of it, and how its mismatches went."""

    pattern: SeenPattern
    word: str
    sparkline: Sparkline | None

    @property
    def shown(self) -> PatternShown:
        """Its figures."""
        return self.pattern.shown


@dataclass(frozen=True)
class News:
    """At most three patterns; ``standing`` is how many stand, ``counts`` how many of each change.

    ``waiting`` of those that stand only take their time to arrive: they are in no count of a change.
    """

    lines: list[PatternLine]
    standing: int
    waiting: int
    counts: dict[str, int]

    @property
    def sentence(self) -> str:
        """What is true of all of them: "2 patterns are new, 1 is back again, 3 are growing."."""
        said = [
            f"{wording.number(number)} {'is' if number == 1 else 'are'} {WORDS[change]}"
            for change, number in self.counts.items()
            if number
        ]
        stand = wording.plural(self.standing, "pattern stands", "patterns stand")
        takes = "takes its" if self.waiting == 1 else "take their"
        waiting = [f"{wording.number(self.waiting)} only {takes} time"] if self.waiting else []
        if said:
            return f"{stand}: {wording.listed([*said, *waiting])}."
        return f"{'; '.join([f'{stand}, none of them new, back again or growing', *waiting])}."


def news(person: Person) -> News:
    """Return what ``person`` reads of patterns first. What only takes its time to arrive is no news.

    The number of queries does not grow with checks or patterns.
    """
    standing = every_pattern()
    every = [one for one in standing if one.pattern.cause != Cause.TIMING]
    told = {change: [one for one in every if one.change == change] for change in WORDS}
    masking = masking_for(person)
    return News(
        lines=[_line(seen(one, masking(one.pattern.check_compared))) for one in _first(told.values())],
        standing=len(standing),
        waiting=len(standing) - len(every),
        counts={change: len(found) for change, found in told.items()},
    )


def _first(told: Iterable[list[PatternShown]]) -> list[PatternShown]:
    """The largest of each change, and as many more as there is room for, in the order of the changes."""
    groups = list(told)
    chosen = [one for found in groups for one in found[:1]]
    rest = sorted((one for found in groups for one in found[1:]), key=lambda one: -one.count)
    wanted = {one.pattern.pk for one in (*chosen, *rest)[:MOST_NEWS]}
    return [one for found in groups for one in found if one.pattern.pk in wanted]


def _line(pattern: SeenPattern) -> PatternLine:
    figures = [count for *_, count in pattern.shown.weeks]
    title = f"Mismatches of the last {len(figures)} runs"
    return PatternLine(pattern, WORDS[pattern.shown.change], Sparkline(title, figures) if len(figures) > 1 else None)
