"""A whole run, one step a line. Whoever wants a run writes its row and rings the bell; nothing below imports this."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import structlog
from celery import shared_task
from django.db import OperationalError

from reconcile import engine
from reconcile.checks.models import Run, RunState
from reconcile.checks.queries.runs import run_before
from reconcile.checks.services import cancelling, guarding, leases, publishing, storing
from reconcile.exports import doorbell
from reconcile.exports import services as exports
from reconcile.exports.models import Snapshot
from reconcile.patterns.services import remembering

log = structlog.get_logger(__name__)

Progress = Callable[[str, int, int], None]
ADVICE = "Change what the check compares, or run it with other files."


@shared_task(name="reconcile.pipeline.execute_run")
def execute_run(*, run_id: int) -> None:
    """Work on a run, unless that is done or somebody else is at it."""
    execute(run_id)


@shared_task(name="reconcile.pipeline.sweep")
def sweep() -> None:
    """Bring back what was forgotten: runs and exports that nobody works on although somebody should."""
    try:
        exports.sweep()
        leases.sweep()
        remembering.sweep()
    except OperationalError as error:
        log.warning("nothing swept", error=str(error))


@shared_task(name="reconcile.pipeline.clear_heard")
def clear_heard(*, older_than_hours: int) -> None:
    """Remove what a queue in files keeps of messages that were heard ``older_than_hours`` hours ago or earlier."""
    doorbell.clear_heard(older_than=timedelta(hours=older_than_hours))


def execute(run_id: int, progress: Progress | None = None, *, causes: bool = True) -> None:
    """Try a run once, from claiming it to *done*, *needs confirmation*, *failed* or back in the queue.

    ``progress(step, done, total)`` hears how far it is. Nothing happens to a run that is not queued. Without
    ``causes``, why its records differ is left to the sweeper.
    """
    attempt = leases.claim(run_id)
    if attempt is None:
        return
    try:
        attempt.begin()
        _work(attempt, progress or _quiet)
    except leases.Lost:
        log.info("attempt over", run=run_id, attempt=attempt.number)
    except Exception as error:  # noqa: BLE001 - whatever it is, the run must not stay claimed
        _end(attempt, error)
    finally:
        attempt.tidy()
    if causes and attempt.state == RunState.DONE:
        _remember(attempt, progress or _quiet)


def _work(attempt: leases.Attempt, progress: Progress) -> None:
    tell = _both(attempt, progress)
    with attempt.timed("reading"):
        left, right = (exports.read(snapshot_id=one.pk, progress=tell) for one in (attempt.run.left, attempt.run.right))
    if _unreadable(attempt, left, right):
        return
    before = run_before(attempt.run)
    warnings = guarding.warnings(attempt.run, left, right, before)
    if warnings and not attempt.run.confirmed_why:
        attempt.hold(warnings)
        return
    attempt.enter(RunState.COMPARING)
    with attempt.timed("comparing"):
        found = _compare(attempt, left, right, tell)
    with attempt.timed("standing"):
        standing = engine.standing(_rows(attempt), _result(attempt, before), folder=attempt.folder, progress=tell)
        _rows(attempt).unlink()
    attempt.enter(RunState.STORING)
    publishing.publish(attempt, found, standing, before)


def _remember(attempt: leases.Attempt, progress: Progress) -> None:
    """Find causes and patterns. Whatever stands against it, the run is done; the sweeper has it tried again."""
    try:
        with attempt.timed("classifying"):
            remembering.catch_up(attempt.run.check_compared_id, progress, again=True)
        Run.objects.filter(pk=attempt.run.pk).update(step_seconds=attempt.seconds)
    except Exception:
        log.exception("patterns left to the sweeper", run=attempt.run.pk)


def _unreadable(attempt: leases.Attempt, *snapshots: Snapshot) -> bool:
    said = [snapshot.why for snapshot in snapshots if snapshot.state == Snapshot.State.UNREADABLE]
    if said:
        attempt.fail(" ".join(said))
    return bool(said)


def _compare(attempt: leases.Attempt, left: Snapshot, right: Snapshot, tell: Progress) -> engine.Comparison:
    return engine.compare(
        attempt.run.comparing.spec(),
        left.kept,
        right.kept,
        rows_file=_rows(attempt),
        folder=attempt.folder,
        progress=tell,
    )


def _rows(attempt: leases.Attempt) -> Path:
    """Where one attempt puts the lines that its comparison finds."""
    return attempt.folder / "rows.parquet"


def _result(attempt: leases.Attempt, before: Run | None) -> Path | None:
    """The mismatches that stood after the run before; made anew from the database where the file is gone.

    So is that of an attempt that is the last allowed: if the file were the reason that others ended, it is none now.
    """
    if before is None:
        return None
    path = before.result_path
    if path is not None and path.is_file() and leases.attempts_left(attempt.run) > 0:
        return path
    made = attempt.folder / "before.parquet"
    engine.write_rows(storing.standing_rows(attempt.run.check_compared, before.number or 0), made, storing.VALUES)
    return made


def _end(attempt: leases.Attempt, error: Exception) -> None:
    """Close an attempt that an error ended, with what it means for the run."""
    try:
        if isinstance(error, cancelling.Cancelled):
            attempt.cancel(error.by)
        elif isinstance(error, engine.EngineError):
            attempt.fail(f"{error} {ADVICE}")
        else:
            log.error("attempt ended", run=attempt.run.pk, attempt=attempt.number, exc_info=error)
            attempt.give_back(_in_words(error))
    except (leases.Lost, OperationalError) as reason:
        log.warning("attempt left to the sweeper", run=attempt.run.pk, attempt=attempt.number, reason=str(reason))


def _in_words(error: Exception) -> str:
    """An error nobody foresaw, for a page: of one by a database only the kind, for it may quote what is in a row."""
    ours = isinstance(error, OSError) or type(error).__module__.startswith("reconcile.")
    return f"{type(error).__name__}: {error}".splitlines()[0][:300] if ours else type(error).__name__


def _both(attempt: leases.Attempt, progress: Progress) -> Progress:
    def tell(step: str, done: int, total: int) -> None:
        attempt(step, done, total)
        progress(step, done, total)

    return tell


def _quiet(step: str, done: int, total: int) -> None:
    """Progress nobody asked for."""
