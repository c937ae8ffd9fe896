"""One record on both sides of a run, and what became of its mismatches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ownership import wording
from ownership.parts import Masked
from reconcile import engine
from reconcile.checks.masking import Cell, Masking
from reconcile.checks.models import Episode, Kind, Mismatch, Opened, Run
from reconcile.checks.queries.mismatches import MismatchesOfRun
from reconcile.exports.models import Snapshot

MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class SideOfRecord:
    """The rows of one side that have the record's key; ``problem`` says why they cannot be shown.

    What stands for values that are ``masked`` is there by column; the rows have None instead of them.
    """

    columns: tuple[str, ...]
    rows: tuple[engine.Record, ...]
    problem: str = ""
    masked: Mapping[str, Masked] = field(default_factory=dict)

    def cells(self, row: engine.Record) -> Iterator[tuple[str, Cell]]:
        """Each column with what is shown of it in a row."""
        for column, value in zip(self.columns, row.values, strict=True):
            yield column, self.masked.get(column, value)

    def value(self, column: str) -> Cell:
        """What is shown of a column in the first row, None without one."""
        return dict(self.cells(self.rows[0])).get(column) if self.rows else None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some runs in a row that saw a mismatch with the same values; ``last`` is None while it stands."""

    first: int
    last: int | None
    why: str
    left: Cell
    right: Cell


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
    left, right = (_side(run, place, mismatch.key, found.masking) for place in (0, 1))
    among = Mismatch.objects.filter(pk__in=found.of_record(mismatch.key)).prefetch_related("episodes")
    lives = sorted(
        (_life(one, found.number, found.masking) for one in among),
        key=lambda life: (life.mismatch.pk != mismatch_id, not life.standing, life.mismatch.kind, life.mismatch.field),
    )
    return mismatch, RecordOfRun(mismatch.key, left, right, lives)


def _side(run: Run, place: int, key: str, masking: Masking) -> SideOfRecord:
    snapshot, columns = (run.left, run.right)[place], [pair[place] for pair in run.comparing.key]
    if not snapshot.kept_path.is_file():
        return SideOfRecord((), (), _not_kept(snapshot))
    kept = snapshot.kept
    masked = masking.columns(place, kept.export.columns)
    try:
        rows = engine.records(kept, columns, key, fold=run.comparing.key_fold, most=MOST_ROWS, unread=masked)
    except engine.EngineError as error:
        return SideOfRecord((), (), str(error))
    return SideOfRecord(tuple(kept.export.columns), rows, masked=masked)


def _not_kept(snapshot: Snapshot) -> str:
    if snapshot.forgotten_at:
        day = wording.moment(snapshot.forgotten_at.date())
        return f"{snapshot.file_name} is kept no longer since {day}; what was found in it stays."
    return f"The kept copy of {snapshot.file_name} is no longer there."


def _life(mismatch: Mismatch, number: int, masking: Masking) -> Life:
    """The life of ``mismatch`` as far as the run with ``number`` could know it."""
    masked = masking.fields.get(mismatch.field) if mismatch.kind == Kind.DIFFERS else None
    episodes: list[Episode | Mismatch] = [*mismatch.episodes.all(), mismatch]
    stretches = [
        Stretch(
            one.opened_number,
            one.closed_number if one.closed_number is not None and one.closed_number < number else None,
            one.opened_as,
            masked or one.left,
            masked or one.right,
        )
        for one in episodes
        if one.opened_number <= number
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
