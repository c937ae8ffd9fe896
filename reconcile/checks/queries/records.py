"""One record on both sides of a run, and what became of its mismatches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reconcile import engine
from reconcile.checks.models import Kind, Mismatch, Opened, Run
from reconcile.checks.queries.mismatches import MismatchesOfRun
from reconcile.exports.models import Snapshot

MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class SideOfRecord:
    """The rows of one side that have the record's key; ``problem`` says why they cannot be shown."""

    columns: tuple[str, ...]
    rows: tuple[engine.Record, ...]
    problem: str = ""

    def value(self, column: str) -> str | None:
        """The value of a column of the only row, None without one."""
        if len(self.rows) != 1 or column not in self.columns:
            return None
        return self.rows[0].values[self.columns.index(column)]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some runs in a row that saw a mismatch with the same values; ``last`` is None while it stands."""

    first: int
    last: int | None
    why: str
    left: str | None
    right: str | None


@dataclass(frozen=True, slots=True)
class Life:
    """A mismatch up to a run: its stretches, oldest first. ``standing``: whether that run saw it."""

    mismatch: Mismatch
    stretches: Sequence[Stretch]
    standing: bool
    times_seen: int
    times_returned: int


@dataclass(frozen=True, slots=True)
class RecordOfRun:
    """A record as a run saw it. ``lives`` are those of its mismatches, the ones that stand first."""

    key: str
    left: SideOfRecord
    right: SideOfRecord
    lives: Sequence[Life] = field(default=())

    @property
    def standing(self) -> Mapping[str, Life]:
        """Its mismatches of this run by the name of their field, those of the whole record under its kind."""
        named = {}
        for life in self.lives:
            if life.standing:
                named[life.mismatch.field if life.mismatch.kind == Kind.DIFFERS else life.mismatch.kind] = life
        return named


def record_of(found: MismatchesOfRun, mismatch_id: int) -> tuple[Mismatch, RecordOfRun]:
    """Return a mismatch of the run or an earlier one, and its record. Raises Mismatch.DoesNotExist."""
    mismatch = found.ever().get(pk=mismatch_id)
    run = found.run
    key = run.comparing.key
    sides = (
        _side(run, run.left, [left for left, _ in key], mismatch.key),
        _side(run, run.right, [right for _, right in key], mismatch.key),
    )
    among = Mismatch.objects.filter(pk__in=found.of_record(mismatch.key)).prefetch_related("episodes")
    lives = sorted(
        (_life(one, found.number) for one in among),
        key=lambda life: (life.mismatch.pk != mismatch_id, not life.standing, life.mismatch.kind, life.mismatch.field),
    )
    return mismatch, RecordOfRun(mismatch.key, *sides, lives)


def _side(run: Run, snapshot: Snapshot, columns: list[str], key: str) -> SideOfRecord:
    if not snapshot.kept_path.is_file():
        return SideOfRecord((), (), f"The kept copy of {snapshot.file_name} is no longer there.")
    kept = snapshot.kept
    try:
        rows = engine.records(kept, columns, key, fold=run.comparing.key_fold, most=MOST_ROWS)
    except engine.EngineError as error:
        return SideOfRecord((), (), str(error))
    return SideOfRecord(tuple(kept.export.columns), rows)


def _life(mismatch: Mismatch, number: int) -> Life:
    """The life of ``mismatch`` as far as the run with ``number`` could know it."""
    known = [
        Stretch(one.opened_number, one.closed_number, one.opened_as, one.left, one.right)
        for one in mismatch.episodes.all()
    ]
    now = Stretch(mismatch.opened_number, mismatch.closed_number, mismatch.opened_as, mismatch.left, mismatch.right)
    stretches = [
        one if one.last is not None and one.last < number else Stretch(one.first, None, one.why, one.left, one.right)
        for one in (*known, now)
        if one.first <= number
    ]
    return Life(
        mismatch,
        stretches,
        standing=bool(stretches) and stretches[-1].last is None,
        times_seen=sum((one.last or number) - one.first + 1 for one in stretches),
        times_returned=sum(one.why == Opened.RETURNED for one in stretches),
    )


def when_seen(stretch: Stretch, as_of: Mapping[int, datetime], number: int) -> tuple[datetime | None, datetime | None]:
    """Return as of when the first and the last run of a stretch saw it."""
    return as_of.get(stretch.first), as_of.get(stretch.last or number)
