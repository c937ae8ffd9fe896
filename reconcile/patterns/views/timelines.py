"""The values of one mismatch on both sides over all snapshots of its check, and where they parted.

While a mismatch stood its values are known from what was stored; before and after that they are looked up in the kept
copies. Of exports that are no longer kept nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils import timezone

from ownership import wording
from ownership.parts import Masked, Timeline, TimelinePoint
from reconcile import engine
from reconcile.checks.comparing import Comparing
from reconcile.checks.masking import Cell, Masking
from reconcile.checks.models import Episode, Kind, Mismatch, Run, RunState
from reconcile.checks.queries import answers

# So many runs, the newest, are looked up in the kept copies: a page waits for them. Of earlier ones what was stored is
# told.
MOST_READ = 30
MOST_ROWS = 50
APART, SAME, ONE_SIDED, NOWHERE, UNKNOWN = "apart", "same", "one-sided", "nowhere", "unknown"
THERE = "there"


@dataclass(frozen=True, slots=True)
class Side:
    """One side in one run: whether it had the record, how many rows of it, and what the first had in the field."""

    rows: int
    value: Cell = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What one run, or several in a row, saw of a record on both sides. ``how`` is one of APART … UNKNOWN."""

    how: str
    left: Side = Side(0)
    right: Side = Side(0)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Runs in a row that saw the same."""

    seen: Seen
    first: Run
    last: Run


def timeline_of(run: Run, mismatch: Mismatch, masking: Masking) -> Timeline:
    """Return what became of ``mismatch`` up to ``run``. One query, and the kept copies of runs that did not see it."""
    left, right = answers.side_names(run.check_compared)
    what = mismatch.field if mismatch.kind == Kind.DIFFERS else "The record"
    points = _points(list(_stretches(run, mismatch, masking)), mismatch, (left, right))
    return Timeline(f"{what}, export by export", left, right, points)


def _stretches(run: Run, mismatch: Mismatch, masking: Masking) -> Iterator[Stretch]:
    done = Run.objects.filter(
        check_compared_id=run.check_compared_id, state=RunState.DONE, number__lte=run.number
    ).select_related("left", "right")
    runs = list(done.defer("totals").order_by("number"))
    episodes: list[Episode | Mismatch] = [*mismatch.episodes.all(), mismatch]
    read = {one.pk for one in runs[-MOST_READ:]}
    held: Stretch | None = None
    for one in runs:
        seen = _stood(one, mismatch, episodes, masking)
        if seen is None:
            seen = _looked_up(one, mismatch, masking) if one.pk in read else None
        if seen is None:
            continue
        if held is not None and held.seen == seen:
            held = replace(held, last=one)
            continue
        if held is not None:
            yield held
        held = Stretch(seen, one, one)
    if held is not None:
        yield held


def _stood(run: Run, mismatch: Mismatch, episodes: Sequence[Episode | Mismatch], masking: Masking) -> Seen | None:
    """What was stored of a run that saw the mismatch, None of one that did not or where it does not say all."""
    number = run.number or 0
    stood = [
        one
        for one in episodes
        if one.opened_number <= number and (one.closed_number is None or one.closed_number >= number)
    ]
    if not stood or mismatch.kind in (Kind.DUPLICATE_LEFT, Kind.DUPLICATE_RIGHT):
        return None
    if mismatch.kind == Kind.ONLY_LEFT:
        return Seen(APART, Side(1, THERE), Side(0))
    if mismatch.kind == Kind.ONLY_RIGHT:
        return Seen(APART, Side(0), Side(1, THERE))
    masked = masking.fields.get(mismatch.field)
    return Seen(APART, Side(1, masked or stood[0].left), Side(1, masked or stood[0].right))


def _looked_up(run: Run, mismatch: Mismatch, masking: Masking) -> Seen | None:
    """What the kept copies of a run say, None where it did not compare the field at all."""
    columns = _columns_of(run.comparing, mismatch)
    if columns is None:
        return None
    sides = [_side(run, place, mismatch, columns[place], masking) for place in (0, 1)]
    if None in sides:
        return Seen(UNKNOWN)
    left, right = (side or Side(0) for side in sides)
    if mismatch.kind in (Kind.DUPLICATE_LEFT, Kind.DUPLICATE_RIGHT):
        left, right = (replace(side, value=wording.plural(side.rows, "row", "rows")) for side in (left, right))
    elif mismatch.kind != Kind.DIFFERS:
        left, right = (replace(side, value=THERE) for side in (left, right))
    repeated = left.rows > 1 or right.rows > 1
    how = APART if repeated else SAME if left.rows and right.rows else ONE_SIDED if left.rows or right.rows else NOWHERE
    return Seen(how, left, right)


def _columns_of(comparing: Comparing, mismatch: Mismatch) -> tuple[str, str] | None:
    if mismatch.kind != Kind.DIFFERS:
        return "", ""
    return next(((one.left, one.right) for one in comparing.fields if one.name == mismatch.field), None)


def _side(run: Run, place: int, mismatch: Mismatch, column: str, masking: Masking) -> Side | None:
    """The record in one kept copy; None where that is gone or cannot be read."""
    snapshot, comparing = (run.left, run.right)[place], run.comparing
    if snapshot.forgotten_at or not snapshot.kept_path.is_file():
        return None
    kept = snapshot.kept
    masked = masking.columns(place, kept.export.columns)
    key = [pair[place] for pair in comparing.key]
    try:
        rows = engine.records(kept, key, mismatch.key, fold=comparing.key_fold, most=MOST_ROWS, unread=masked)
    except engine.EngineError:
        return None
    value: Cell = None
    if rows and column:
        stands: Masked | None = masking.fields.get(mismatch.field) or masked.get(column)
        value = stands or dict(zip(kept.export.columns, rows[0].values, strict=True)).get(column)
    return Side(len(rows), value)


def _points(stretches: Sequence[Stretch], mismatch: Mismatch, names: tuple[str, str]) -> list[TimelinePoint]:
    points = []
    before: Seen | None = None
    for number, one in enumerate(stretches):
        seen = one.seen
        # A record that neither side has yet says nothing.
        if seen.how == NOWHERE and before is None:
            continue
        many = one.first.pk != one.last.pk
        points.append(
            TimelinePoint(
                when=_day(one.first),
                left=seen.left.value,
                right=seen.right.value,
                same=seen.how == SAME,
                left_missing=not seen.left.rows,
                right_missing=not seen.right.rows,
                address=_address(one.first, mismatch),
                until=_day(one.last) if many and _day(one.last) != _day(one.first) else None,
                unknown=seen.how == UNKNOWN,
                happened=_happened(seen, before, names, first=number == 0),
            )
        )
        before = before if seen.how == UNKNOWN else seen
    return points


def _happened(seen: Seen, before: Seen | None, names: tuple[str, str], *, first: bool) -> str:
    """What came about with a stretch, nothing where that is not known."""
    if seen.how == UNKNOWN:
        return ""
    if before is None:
        return "apart in the first run already" if first and seen.how == APART else ""
    if seen.how == APART:
        return _came_apart(seen, before, names)
    others = {
        SAME: "agree again" if before.how == APART else "both have it",
        NOWHERE: "in neither export",
        ONE_SIDED: f"only in {names[0] if seen.left.rows else names[1]}",
    }
    return others[seen.how]


def _came_apart(seen: Seen, before: Seen, names: tuple[str, str]) -> str:
    if before.how == APART:
        return _changed(before, seen, names)
    if before.how != SAME and seen.left.rows and seen.right.rows:
        return "apart as soon as both had it"
    changed = _changed(before, seen, names) if before.how == SAME else ""
    return f"parted here: {changed}" if changed else "parted here"


def _changed(before: Seen, seen: Seen, names: tuple[str, str]) -> str:
    """Which side changed, or lost the record; nothing where values are masked, or nothing did."""
    for name, now, then in ((names[0], seen.left, before.left), (names[1], seen.right, before.right)):
        if then.rows and not now.rows:
            return f"no longer in {name}"
    if not isinstance(seen.left.value, str | None) or not isinstance(seen.right.value, str | None):
        return ""
    left, right = seen.left != before.left, seen.right != before.right
    if left and right:
        return "both changed"
    return f"{names[0]} changed" if left else f"{names[1]} changed" if right else ""


def _address(run: Run, mismatch: Mismatch) -> str:
    if (run.number or 0) < mismatch.first_number:
        return reverse("run", args=[run.pk])
    return reverse("record", args=[run.pk, mismatch.pk])


def _day(run: Run) -> date:
    return timezone.localdate(run.as_of or max(run.left.as_of, run.right.as_of))
