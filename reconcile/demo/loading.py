"""Loading the example, through the services people use: files come in, are read, compared and remembered.

Killed at any instant, the next call goes on: what is there is found again, by file name, and not made twice.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from ownership.models import System
from reconcile import pipeline
from reconcile.checks.models import ACTIVE, Check, Run, RunState
from reconcile.checks.services.refusals import RunUnderWay
from reconcile.checks.services.runs import cancel_run, confirm_run, start_run
from reconcile.demo import company, mapping, progress, telling, world
from reconcile.demo.company import Company
from reconcile.demo.progress import Mark
from reconcile.demo.story import MAPPED_FROM, WEEKS
from reconcile.exports import services as exports
from reconcile.exports.models import Snapshot

# How long another process may sit on a run of the example before this one gives up on it.
PATIENCE_SECONDS = 180
LOOK_SECONDS = 0.3
# Somebody gets to the exports this long after they were made.
RUN_AFTER = timedelta(hours=1, minutes=10)
CONFIRMED = "Billing writes the payment terms from this week on; Finn knows of the new column."

Say = Callable[[str], None]


class Stopped(Exception):
    """The example was removed while it was being loaded."""


class LoadingFailed(Exception):
    """A run of the example ended as it should not; ``str`` is a sentence."""


def load(*, say: Say, customers: int = world.CUSTOMERS) -> None:
    """Load the example, or what is missing of it. ``say`` hears each step in words.

    Raises Stopped, LoadingFailed. The caller sees to it that nobody else loads it (``progress.alone``).
    """
    progress.set_mark(Mark.LOADING)
    tell = _both(say)
    tell("Making up eight weeks of two systems")
    made = world.make(today=_today(), customers=customers)
    there = company.found(since=made.weeks[0].crm.as_of)
    telling.tell(there, today=_today())
    mapping.draw(there, today=_today())
    try:
        for week in made.weeks:
            tell(f"Comparing week {week.number} of {WEEKS}")
            _live_through(there, week)
    finally:
        progress.say("")
    progress.set_mark(Mark.LOADED)


def weeks_loaded() -> int:
    """How many weeks of the example are there: its finished runs."""
    return Run.objects.filter(check_compared__is_demo=True, state=RunState.DONE).count()


def _today() -> datetime:
    """Today, or the day on which the loading that is gone on with began."""
    first = Snapshot.objects.filter(is_demo=True).aggregate(first=Min("as_of"))["first"]
    return first + timedelta(weeks=WEEKS - 1) if first else timezone.now()


def _both(say: Say) -> Say:
    def tell(step: str) -> None:
        _look()
        progress.say(step)
        say(step)

    return tell


def _look(*_: object) -> None:
    """Raises Stopped; also what the pipeline calls while it works."""
    if progress.mark() == Mark.REMOVED:
        raise Stopped


def _live_through(there: Company, week: world.Week) -> None:
    """Have one week's pair compared, unless it is."""
    crm = _received(there, there.crm, week.crm)
    if week.number >= MAPPED_FROM:
        company.learn_words(there.check, at=week.crm.as_of - timedelta(days=2))
    if week.truncated is not None:
        _cancelled(there, crm, _received(there, there.billing, week.truncated))
    billing = _received(there, there.billing, week.billing)
    done = Run.objects.filter(check_compared=there.check, left=crm, right=billing, state=RunState.DONE)
    if not done.exists():
        _compared(there, crm, billing)


def _received(there: Company, system: System, export: world.ExportFile) -> Snapshot:
    known = Snapshot.objects.filter(is_demo=True, system=system, file_name=export.file_name).first()
    if known is not None:
        _read_anew(known)
        return known
    with tempfile.NamedTemporaryFile(prefix="example-") as file:
        file.write(export.content)
        file.flush()
        snapshot = exports.receive(
            path=Path(file.name),
            file_name=export.file_name,
            person=there.lead,
            system=system,
            as_of=export.as_of,
            is_demo=True,
        )
    _date_back(snapshot, export.as_of + RUN_AFTER)
    return snapshot


def _read_anew(snapshot: Snapshot) -> None:
    """Give up no export of the example because three loaders were killed while they read it: its bytes are ours."""
    given_up = Snapshot.objects.filter(pk=snapshot.pk, is_demo=True, state=Snapshot.State.UNREADABLE)
    if given_up.update(state=Snapshot.State.RECEIVED, why="", failures=0):
        snapshot.refresh_from_db()


def _compared(there: Company, left: Snapshot, right: Snapshot) -> None:
    """A run to its end; one that is held because of a new column is confirmed."""
    run = _run(there, left, right)
    if run.state == RunState.NEEDS_CONFIRMATION:
        with transaction.atomic():
            confirm_run(run=run, person=there.lead, why=CONFIRMED)
        run = _to_its_end(run)
    if run.state != RunState.DONE:
        message = f"Run {run.pk} of the example is {run.get_state_display()}. {run.why}".strip()
        raise LoadingFailed(message)
    _date_back_run(run, right.as_of + RUN_AFTER)


def _cancelled(there: Company, left: Snapshot, right: Snapshot) -> None:
    """A run that is held because an export broke off, and cancelled for that."""
    if Run.objects.filter(check_compared=there.check, left=left, right=right, state=RunState.CANCELLED).exists():
        return
    run = _run(there, left, right)
    if run.state == RunState.NEEDS_CONFIRMATION:
        cancel_run(run=run, person=there.lead)
        _date_back_run(run, right.as_of + RUN_AFTER)


def _run(there: Company, left: Snapshot, right: Snapshot) -> Run:
    """The run of this pair, as far as it goes without a person.

    One that failed is tried once more under another number: it ended with each of three loaders that were killed.
    """
    run = _tried(there, left, right)
    if run.state == RunState.FAILED:
        run.delete()
        for snapshot in (left, right):
            _read_anew(snapshot)
        run = _tried(there, left, right)
    return run


def _tried(there: Company, left: Snapshot, right: Snapshot) -> Run:
    """The run of this pair after what can be done here. One that is under way is waited for first."""
    Run.objects.filter(check_compared=there.check, left=left, right=right, state=RunState.FAILED).delete()
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            with transaction.atomic():
                run = start_run(
                    check=_fresh(there.check), left=left, right=right, person=there.lead, ring_now=False
                ).run
        except RunUnderWay as refusal:
            run = refusal.run
        run = _to_its_end(run)
        if (run.left_id, run.right_id) == (left.pk, right.pk):
            return run
        time.sleep(LOOK_SECONDS)
    message = "Another run of the example is under way and does not end; the next start goes on."
    raise LoadingFailed(message)


def _fresh(check: Check) -> Check:
    return Check.objects.select_related("owner").get(pk=check.pk)


def _to_its_end(run: Run) -> Run:
    """Work on a run here, or wait for whoever does, until it ends or is held."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        _look()
        pipeline.execute(run.pk, progress=_look)
        run = Run.objects.select_related("check_compared__owner").get(pk=run.pk)
        if run.state not in ACTIVE or run.state == RunState.NEEDS_CONFIRMATION:
            break
        pipeline.sweep()
        time.sleep(LOOK_SECONDS)
    return run


def _date_back(snapshot: Snapshot, to: datetime) -> None:
    """The example tells of eight weeks: what it received stands in its week, not in the minute it was loaded."""
    Snapshot.objects.filter(pk=snapshot.pk, is_demo=True).update(received_at=to)


def _date_back_run(run: Run, to: datetime) -> None:
    asked = Run.objects.filter(pk=run.pk, check_compared__is_demo=True)
    took = run.finished_at - run.requested_at if run.finished_at else timedelta()
    asked.update(requested_at=to, started_at=to, finished_at=to + took)
