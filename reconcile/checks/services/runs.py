"""Starting, confirming and cancelling runs."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models.functions import Now

from ownership.models import Person
from reconcile.checks.models import ACTIVE, Check, Run, RunState
from reconcile.checks.permissions import may_work_on
from reconcile.checks.queries.resting import settled
from reconcile.checks.services import cancelling, leases
from reconcile.checks.services.refusals import (
    DayMissing,
    NothingToConfirm,
    ReasonMissing,
    RunIsOver,
    RunUnderWay,
    SnapshotForgotten,
    SnapshotUnreadable,
)
from reconcile.checks.transitions import leading_to
from reconcile.exports.doorbell import ring
from reconcile.exports.models import Snapshot

_PATIENCE_MILLISECONDS = 1_500


@dataclass(frozen=True, slots=True)
class Started:
    """A run; ``again`` when it is one that compared the same two files in the same way before."""

    run: Run
    again: bool


def start_run(
    *, check: Check, left: Snapshot, right: Snapshot, person: Person | None, ring_now: bool = True
) -> Started:
    """Ask for a run of ``check`` over two snapshots, or find the finished one that answers already.

    ``person`` is None for whoever works at the command line of the server; with ``ring_now`` False the caller does the
    work, and a worker comes only if that takes too long to begin. Raises PermissionDenied, SnapshotUnreadable,
    DayMissing, SnapshotForgotten, RunUnderWay.
    """
    require_right(person, check)
    _require_known(left, right)
    compared = settled(check)
    before = _same_again(check, left, right, compared.fingerprint)
    if before:
        return Started(before, again=True)
    try:
        with transaction.atomic():
            run = Run.objects.create(
                check_compared=check,
                left=left,
                right=right,
                as_of=max(left.as_of, right.as_of),
                comparing_data=compared.to_json(),
                fingerprint=compared.fingerprint,
                requested_by=person,
                rung_at=Now(),
            )
            _require_kept(*Snapshot.objects.filter(pk__in=(left.pk, right.pk)))
    except IntegrityError:
        under_way = Run.objects.filter(check_compared=check, state__in=ACTIVE).select_related("check_compared").first()
        if under_way:
            raise RunUnderWay(under_way) from None
        # It ended in between, and may have been the same pair.
        return start_run(check=check, left=left, right=right, person=person, ring_now=ring_now)
    if ring_now:
        ring(leases.EXECUTE, run_id=run.pk)
    run.refresh_from_db()
    return Started(run, again=False)


def confirm_run(*, run: Run, person: Person | None, why: str) -> Run:
    """Let a held run go on; ``why`` stands with it. Raises PermissionDenied, ReasonMissing, NothingToConfirm."""
    require_right(person, run.check_compared)
    if not why.strip():
        raise ReasonMissing
    held = Run.objects.filter(pk=run.pk, state=RunState.NEEDS_CONFIRMATION)
    touched = held.update(state=RunState.QUEUED, confirmed_by=person, confirmed_why=why.strip(), rung_at=Now())
    run.refresh_from_db()
    if not touched:
        raise NothingToConfirm(run)
    ring(leases.EXECUTE, run_id=run.pk)
    return run


def cancel_run(*, run: Run, person: Person | None) -> Run:
    """Stop a run wherever it stands, within two seconds. Raises PermissionDenied, RunIsOver.

    Call it outside of a transaction: on SQLite a run that publishes holds the write lock until it hears of this. Where
    the lock is another's, the run comes back unchanged but told, and ends by itself.
    """
    require_right(person, run.check_compared)
    by = f"Cancelled by {person.name}." if person else "Cancelled at the command line of the server."
    if run.state in ACTIVE:
        cancelling.ask(run.pk, by=by)
    touched = _cancel(run, by)
    run.refresh_from_db()
    if touched == 0 and run.state != RunState.CANCELLED:
        cancelling.forget(run.pk)
        raise RunIsOver(run)
    if run.state == RunState.CANCELLED:
        leases.keep_only(run.folder, None)
    return run


def _cancel(run: Run, by: str) -> int | None:
    """How many rows were touched; None when the database was busy for too long."""
    going = Run.objects.filter(pk=run.pk, state__in=leading_to(RunState.CANCELLED))
    columns = {"state": RunState.CANCELLED, "why": by, "lease_until": None, "finished_at": Now(), "step": ""}
    if connection.vendor != "sqlite":
        return going.update(**columns)
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE_MILLISECONDS}")
        try:
            return going.update(**columns)
        except OperationalError:
            return None
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(usual)}")


def _same_again(check: Check, left: Snapshot, right: Snapshot, fingerprint: str) -> Run | None:
    """The latest finished run of ``check`` over the same bytes, read and compared in the same way."""
    done = Run.objects.filter(
        check_compared=check,
        state=RunState.DONE,
        fingerprint=fingerprint,
        left__sha256=left.sha256,
        right__sha256=right.sha256,
    )
    same = (
        run
        for run in done.select_related("check_compared", "left", "right").order_by("-number")
        if run.left.options == left.options and run.right.options == right.options
    )
    return next(same, None)


def _require_known(*snapshots: Snapshot) -> None:
    for snapshot in snapshots:
        if snapshot.state == Snapshot.State.UNREADABLE:
            raise SnapshotUnreadable(snapshot.why)
    unknown = dict.fromkeys(snapshot.file_name for snapshot in snapshots if not snapshot.as_of_known)
    if unknown:
        raise DayMissing(*unknown)


def _require_kept(*snapshots: Snapshot) -> None:
    """Called once the run is there: whoever forgets a snapshot locks it first, and then looks at its runs."""
    for snapshot in snapshots:
        if snapshot.forgotten_at:
            raise SnapshotForgotten(snapshot.file_name)


def require_right(person: Person | None, check: Check) -> None:
    """Raise PermissionDenied unless ``person`` may run ``check``; None is whoever works on the server itself."""
    if person is not None and not may_work_on(person, check):
        message = (
            f"Only the lead of {check.owner or 'a team'} runs {check}, and confirms, cancels and withdraws its runs."
        )
        raise PermissionDenied(message)
