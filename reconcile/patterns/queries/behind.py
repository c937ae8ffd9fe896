"""Which runs have no causes yet, or stale ones: what there is to do before patterns say how things stand.

A run's causes rest on those of the run before (``Classification.base``) and on how people split patterns (``asked``).
Owners, lags and edit columns are frozen with the run. Which columns stay unused because they hold people or sensitive
values changes no cause, only where a pattern is said to concentrate: ``queries.seen`` leaves out what one may not see.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from uuid import UUID

from reconcile import engine
from reconcile.checks.models import Check, Run, RunState
from reconcile.exports.models import Snapshot
from reconcile.patterns.models import Classification, Pattern, Setback

# One more whenever the engine tells causes otherwise: every run whose exports are kept is then classified anew.
VERSION = 2
TRIES = 3


@dataclass(frozen=True, slots=True)
class Link:
    """A done run in the chain of its check. ``kept``: both its exports are. ``stamp`` is None without causes."""

    check_id: int
    run_id: int
    number: int
    kept: bool
    stamp: UUID | None = None
    base: UUID | None = None
    asked: str = ""
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """What there is to do for a check: a ``stale`` run, whose run ``before`` may be None for the first.

    ``last`` is the run whose causes are those of the check now; ``unlisted`` says that memberships are not its own,
    ``leftovers`` that there are causes of runs that are not done any more. ``first_time``: the stale run has none yet.
    """

    check_id: int
    asked: str
    stale: Link | None
    before: Link | None
    last: Link | None
    unlisted: bool
    leftovers: bool

    def __bool__(self) -> bool:
        return bool(self.stale or self.unlisted or self.leftovers)


def work_of(check_id: int) -> Work:
    """Return what there is to do for one check; false when that is nothing."""
    return next(_works([check_id]), Work(check_id, "", None, None, None, unlisted=False, leftovers=False))


def checks_behind() -> list[int]:
    """Return the checks for which there is something to do."""
    return [work.check_id for work in _works() if work]


def splits_of(check_id: int) -> tuple[engine.Split, ...]:
    """Return how people split the patterns of a check, in the order in which they did."""
    return _splits([check_id]).get(check_id, ())


def troubles_of(check: Check) -> list[str]:
    """Return a sentence for each run of ``check`` whose causes were given up."""
    tried = Setback.objects.filter(run__check_compared=check, run__state=RunState.DONE, tries__gte=TRIES)
    return [
        f"Why the mismatches of run {one.run.number} are there could not be worked out, and that was tried "
        f"{TRIES} times: {one.why} The next run tries it again. "
        f"Give your administrator the number of this run, {one.run_id}."
        for one in tried.select_related("run").order_by("run__number")
    ]


def _works(check_ids: Iterable[int] | None = None) -> Iterator[Work]:
    splits, setbacks, leftovers = _splits(check_ids), _setbacks(check_ids), _leftovers(check_ids)
    links = list(_links(check_ids))
    chains = {check: list(chain) for check, chain in groupby(links, key=lambda link: link.check_id)}
    for check in sorted({*chains, *leftovers}):
        asked = _asked(splits.get(check, ()))
        stale, before, last = _followed(chains.get(check, []), asked, setbacks)
        unlisted = not stale and last is not None and not last.listed
        yield Work(check, asked, stale, before, last, unlisted, check in leftovers)


def _followed(
    chain: list[Link], asked: str, setbacks: dict[int, Setback]
) -> tuple[Link | None, Link | None, Link | None]:
    """The first stale link, the one its causes rest on, and the last link that has causes."""
    before: Link | None = None
    for link in chain:
        base = before.stamp if before else None
        if not link.kept:
            before = link if link.stamp else before
            continue
        if link.stamp and link.base == base and link.asked == asked:
            before = link
            continue
        setback = setbacks.get(link.run_id)
        if setback and setback.tries >= TRIES and (setback.base, setback.asked) == (base, asked):
            continue
        return replace(link, base=base), before, chain[-1]
    return None, None, before


def _links(check_ids: Iterable[int] | None) -> Iterator[Link]:
    runs = Run.objects.filter(state=RunState.DONE).order_by("check_compared_id", "number")
    if check_ids is not None:
        runs = runs.filter(check_compared_id__in=check_ids)
    rows = runs.values_list(
        *("check_compared_id", "pk", "number"),
        *(f"{side}__{what}" for side in ("left", "right") for what in ("state", "forgotten_at")),
        *(f"classification__{name}" for name in ("stamp", "base", "asked", "listed")),
    )
    for check, run, number, left, left_gone, right, right_gone, stamp, base, asked, listed in rows.iterator():
        kept = left == right == Snapshot.State.READY and not (left_gone or right_gone)
        yield Link(check, run, number or 0, kept, stamp, base, asked or "", bool(listed))


def _splits(check_ids: Iterable[int] | None) -> dict[int, tuple[engine.Split, ...]]:
    rows = Pattern.objects.filter(split_from__isnull=False).order_by("check_compared_id", "pk")
    if check_ids is not None:
        rows = rows.filter(check_compared_id__in=check_ids)
    said = rows.values_list("check_compared_id", "split_from__label", "label", "conditions")
    return {
        check: tuple(engine.Split(of, label, conditions_of(conditions)) for _, of, label, conditions in some)
        for check, some in groupby(said, key=lambda row: row[0])
    }


def conditions_of(data: Iterable[dict[str, Any]]) -> tuple[engine.SegmentCondition, ...]:
    """Return conditions as a pattern or a week keeps them."""
    return tuple(engine.SegmentCondition(**one) for one in data)


def _setbacks(check_ids: Iterable[int] | None) -> dict[int, Setback]:
    rows = Setback.objects.all()
    if check_ids is not None:
        rows = rows.filter(run__check_compared_id__in=check_ids)
    return {one.run_id: one for one in rows}


def _leftovers(check_ids: Iterable[int] | None) -> set[int]:
    rows = Classification.objects.exclude(run__state=RunState.DONE)
    if check_ids is not None:
        rows = rows.filter(run__check_compared_id__in=check_ids)
    return set(rows.values_list("run__check_compared_id", flat=True))


def _asked(splits: tuple[engine.Split, ...]) -> str:
    said = [[one.of, one.label, [[each.side, each.column, each.value] for each in one.conditions]] for one in splits]
    return hashlib.sha256(json.dumps([VERSION, said]).encode()).hexdigest()
