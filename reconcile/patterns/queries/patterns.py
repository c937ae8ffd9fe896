"""Patterns as they stood in a run: how many mismatches, since when, growing or shrinking, where they concentrate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from reconcile import engine
from reconcile.checks.models import Check, Mismatch, Run, RunState
from reconcile.patterns.models import Pattern, Week
from reconcile.patterns.queries import families
from reconcile.patterns.queries.behind import conditions_of
from reconcile.patterns.queries.naming import name_of

SHOWN_WEEKS = 26
LEAST_MOVE, SHARE_OF_MOVE = 3, 0.2
NEW, RETURNED, GROWING, STEADY, SHRINKING, GONE = "new", "returned", "growing", "steady", "shrinking", "gone"
CHANGES = (NEW, RETURNED, GROWING, STEADY, SHRINKING, GONE)


@dataclass(frozen=True, slots=True)
class PatternShown:
    """A pattern, with what is merged into it, as one run has it.

    ``count`` mismatches are its own in that run, ``share`` of all there are. ``weeks`` are number, day and count of the
    last runs, oldest first, with 0 where it was not. ``segments`` are those of its largest part in the last run that
    has it, the strongest first. ``weeks_running`` counts the runs in a row up to this one that have
    it; ``last_run`` is the primary key of the last one, ``typical`` are identities of mismatches in it.
    """

    pattern: Pattern
    name: str
    count: int
    change: str
    weeks_running: int
    weeks: list[tuple[int, date, int]]
    segments: list[engine.Segment]
    share: float
    first_seen: date | None
    last_seen: date | None
    typical: list[str] = field(default_factory=list)
    merged: list[Pattern] = field(default_factory=list)
    last_run: int = 0


@dataclass(frozen=True, slots=True)
class _Number:
    """A run that has causes: its place, its day, how many mismatches it has in all."""

    pk: int
    number: int
    day: date
    total: int


class _Told:
    """Everything patterns are told from, up to one run or the last. As many queries for one check as for all."""

    def __init__(self, checks: Iterable[Check], until: Run | None = None) -> None:
        self.checks = {check.pk: check for check in checks}
        self.runs = _runs(self.checks, until)
        self.families = families.of_checks(self.checks)
        rows = Week.objects.filter(pattern__check_compared_id__in=list(self.checks))
        self.counts: dict[tuple[int, int], int] = {
            (pattern, run): count for pattern, run, count in rows.values_list("pattern_id", "run_id", "count")
        }

    def shown(self) -> list[PatternShown]:
        """Every family that any of the runs has."""
        counted = [(family, self._counts(family)) for family in self.families]
        seen = [(family, counts) for family, counts in counted if any(counts)]
        latest = self._weeks(seen)
        return [self._shown(family, counts, latest) for family, counts in seen]

    def _counts(self, family: families.Family) -> list[int]:
        runs = self.runs.get(family.root.check_compared_id, [])
        return [sum(self.counts.get((pattern, run.pk), 0) for pattern in family.ids) for run in runs]

    def _largest(self, family: families.Family, counts: list[int]) -> tuple[int, int]:
        """The pattern and the run whose segments stand for a family: its largest part in the last run that has it."""
        runs = self.runs[family.root.check_compared_id]
        run = runs[max(place for place, count in enumerate(counts) if count)].pk
        return max(family.ids, key=lambda pattern: self.counts.get((pattern, run), 0)), run

    def _weeks(self, seen: Iterable[tuple[families.Family, list[int]]]) -> dict[tuple[int, int], Week]:
        wanted = {self._largest(family, counts) for family, counts in seen}
        rows = Week.objects.filter(
            pattern_id__in={pattern for pattern, _ in wanted}, run_id__in={run for _, run in wanted}
        )
        return {(one.pattern_id, one.run_id): one for one in rows}

    def _shown(
        self, family: families.Family, counts: list[int], latest: Mapping[tuple[int, int], Week]
    ) -> PatternShown:
        check = self.checks[family.root.check_compared_id]
        family.root.check_compared = check
        runs = self.runs[check.pk]
        week = latest[self._largest(family, counts)]
        segments = [segment_of(one) for one in week.segments]
        having = [run for run, count in zip(runs, counts, strict=True) if count]
        return PatternShown(
            pattern=family.root,
            name=name_of(family.root, segments[0] if segments else None, check),
            count=counts[-1],
            change=change_of(counts),
            weeks_running=_running(counts),
            weeks=[(run.number, run.day, count) for run, count in zip(runs, counts, strict=True)][-SHOWN_WEEKS:],
            segments=segments,
            share=counts[-1] / runs[-1].total if runs[-1].total else 0.0,
            first_seen=having[0].day,
            last_seen=having[-1].day,
            typical=list(week.typical),
            merged=list(family.merged),
            last_run=having[-1].pk,
        )


def patterns_of(check: Check, run: Run | None = None) -> list[PatternShown]:
    """Return the patterns of ``check`` up to ``run``, or up to the last run that has causes: the largest first.

    What is gone stands last. Needs ``check`` with its systems. Four queries.
    """
    return sorted(_Told([check], run).shown(), key=_in_order)


def pattern_of(pattern_id: int) -> Pattern:
    """Return one pattern with its check, systems and owner. Raises Pattern.DoesNotExist."""
    return Pattern.objects.select_related(
        "check_compared__left_system",
        "check_compared__right_system",
        "check_compared__owner",
        "merged_into",
        "split_from",
    ).get(pk=pattern_id)


def shown_of(pattern: Pattern, run: Run | None = None) -> PatternShown | None:
    """Return a pattern, or the one into which it is merged, as ``patterns_of`` shows it; None where no run has it."""
    root = families.of_pattern(pattern).root
    return next((one for one in patterns_of(pattern.check_compared, run) if one.pattern.pk == root.pk), None)


def every_pattern(*, gone: bool = False) -> list[PatternShown]:
    """Return the patterns that stand now, of all checks, the largest first; with ``gone`` those that do not, last."""
    checks = (
        Check.objects.filter(patterns__isnull=False).distinct().select_related("left_system", "right_system", "owner")
    )
    return sorted((one for one in _Told(checks).shown() if gone or one.change != GONE), key=_in_order)


def members(pattern: Pattern) -> QuerySet[Mismatch]:
    """Return the mismatches that stand now and are in ``pattern`` or in what is merged into it."""
    ids = families.below(pattern).ids
    return Mismatch.objects.filter(membership__pattern_id__in=ids, closed_number__isnull=True)


def classified_run(check: Check) -> Run | None:
    """Return the last run of ``check`` whose causes are known."""
    done = Run.objects.filter(check_compared=check, state=RunState.DONE, classification__isnull=False)
    return done.select_related("check_compared", "left", "right", "classification").order_by("-number").first()


def change_of(counts: list[int]) -> str:
    """Return what became of a pattern, from how many mismatches each run has, oldest first."""
    *earlier, now = counts
    if not now:
        return GONE
    if not any(earlier):
        return NEW
    before = earlier[-1]
    if not before:
        return RETURNED
    if abs(now - before) <= max(LEAST_MOVE, SHARE_OF_MOVE * before):
        return STEADY
    return GROWING if now > before else SHRINKING


def segment_of(data: Mapping[str, object]) -> engine.Segment:
    """Return a segment as a week keeps it."""
    return engine.Segment(**{**data, "conditions": conditions_of(data["conditions"])})  # type: ignore[arg-type]


def _running(counts: list[int]) -> int:
    running = 0
    for count in reversed(counts):
        if not count:
            break
        running += 1
    return running


def _in_order(shown: PatternShown) -> tuple[bool, int, str, int]:
    return shown.change == GONE, -shown.count, shown.name, shown.pattern.pk


def _runs(checks: Iterable[int], until: Run | None) -> dict[int, list[_Number]]:
    """The runs of each check that have causes, oldest first."""
    done = Run.objects.filter(check_compared_id__in=list(checks), state=RunState.DONE, classification__isnull=False)
    if until is not None:
        done = done.filter(number__lte=until.number)
    rows = done.order_by("number").values_list(
        *("check_compared_id", "pk", "number", "as_of", "left__as_of", "right__as_of", "totals__mismatches")
    )
    found: dict[int, list[_Number]] = {}
    for check, pk, number, as_of, left, right, total in rows:
        day = timezone.localtime(as_of or max(left, right)).date()
        found.setdefault(check, []).append(_Number(pk, number or 0, day, total or 0))
    return found
