"""One attempt at a run (§13): claimed by a conditional update, kept by a heartbeat, fenced by its number.

Time is the database's own. Whatever an attempt writes about its run is one update that touches the row only while its
number and state stand; touching nothing means that the attempt is over.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Now

from reconcile.checks.models import Run, RunState
from reconcile.checks.services import cancelling
from reconcile.checks.transitions import WORKING, allows, leading_to
from reconcile.exports.doorbell import ring

log = structlog.get_logger(__name__)

EXECUTE = "reconcile.pipeline.execute_run"
_BEAT_SECONDS = 1.0


class Lost(Exception):
    """The attempt is over: the run was cancelled, or another attempt has it."""


def claim(run_id: int) -> Attempt | None:
    """Take a queued run for a new attempt; None when it is not queued, so that the same message twice does nothing."""
    with transaction.atomic():
        touched = Run.objects.filter(pk=run_id, state__in=leading_to(RunState.READING)).update(
            state=RunState.READING,
            attempt=F("attempt") + 1,
            lease_until=from_now(settings.RUN_LEASE_SECONDS),
            started_at=Coalesce("started_at", Now()),
            **_NOTHING_DONE,
        )
        run = Run.objects.select_related("check_compared__left_system", "check_compared__right_system")
        return Attempt(run.get(pk=run_id)) if touched else None


class Attempt:
    """One worker's hold on a run. Also the progress callback of whatever works for it: call it often."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.number = run.attempt
        self.state: str = run.state
        self.folder = run.folder / str(self.number)
        self._steps: dict[str, tuple[float, float | None]] = {}
        self._beaten = time.monotonic()

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds of each step of this attempt, of the one under way those so far."""
        now = time.monotonic()
        return {step: round((ended or now) - began, 3) for step, (began, ended) in self._steps.items()}

    def begin(self) -> None:
        """Make the folder of this attempt, and remove those of earlier ones."""
        for earlier in self.run.folder.glob("*"):
            shutil.rmtree(earlier, ignore_errors=True)
        self.folder.mkdir(mode=0o700, parents=True)

    def __call__(self, step: str, done: int, total: int) -> None:
        """Beat, at most once a second; ``done`` and ``total`` are rows. Raises Lost, Cancelled."""
        if time.monotonic() - self._beaten >= _BEAT_SECONDS:
            self.beat(step, done, total)

    def beat(self, step: str, done: int, total: int) -> None:
        """Extend the lease and say how far the work is. Raises Lost, Cancelled.

        A database out of reach is waited for: if it takes too long, the lease ends and another attempt begins.
        """
        self._beaten = time.monotonic()
        said = cancelling.asked(self.run.pk)
        if said is not None:
            raise cancelling.Cancelled(said)
        try:
            self._write(step=step, done=done, total=total)
        except (OperationalError, InterfaceError) as error:
            log.warning("no heartbeat", run=self.run.pk, error=str(error))
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Count the seconds of what is inside as those of ``step``."""
        began = time.monotonic()
        self._steps[step] = (began, None)
        yield
        self._steps[step] = (began, time.monotonic())

    def enter(self, state: RunState) -> None:
        """Go on to ``state``. Raises Lost, Cancelled."""
        self.beat("", 0, 0)
        self._change(state, step_seconds=self.seconds, **_NOTHING_DONE)

    def hold(self, warnings: list[str]) -> None:
        """Leave the run to a person, who sees ``warnings``. Raises Lost."""
        self._change(RunState.NEEDS_CONFIRMATION, warnings=warnings, lease_until=None, step_seconds=self.seconds)

    def fail(self, why: str) -> None:
        """End the run with a sentence that says what to do. Raises Lost."""
        self._change(
            RunState.FAILED, why=why, lease_until=None, finished_at=Now(), step_seconds=self.seconds, **_NOTHING_DONE
        )

    def cancel(self, why: str) -> None:
        """End the run because somebody cancelled it; that person may have been quicker. Raises Lost."""
        self._change(RunState.CANCELLED, why=why, lease_until=None, finished_at=Now(), **_NOTHING_DONE)

    def done(self, **result: Any) -> None:
        """End the run with its ``result``; call it inside the transaction that stores it. Raises Lost."""
        self._change(
            RunState.DONE,
            why="",
            lease_until=None,
            finished_at=Now(),
            step_seconds=self.seconds,
            **_NOTHING_DONE,
            **result,
        )

    def give_back(self, reason: str) -> None:
        """End this attempt for a ``reason`` nobody foresaw: another follows, or the run fails. Raises Lost."""
        if attempts_left(self.run) > 0:
            self._change(RunState.QUEUED, lease_until=None, rung_at=Now(), **_NOTHING_DONE)
        else:
            self.fail(tried_too_often(self.run, reason))

    def tidy(self) -> None:
        """Remove this attempt's files, but the one that a finished run names."""
        kept = Run.objects.filter(pk=self.run.pk).values_list("result_file", flat=True).first()
        keep_only(self.folder, Path(settings.MEDIA_ROOT) / kept if kept else None)
        with suppress(OSError):
            self.run.folder.rmdir()

    def held(self) -> QuerySet[Run]:
        """The run's row while this attempt has it, and no row otherwise."""
        return Run.objects.filter(pk=self.run.pk, attempt=self.number, state=self.state)

    def _change(self, state: RunState, **columns: Any) -> None:
        if not allows(self.state, state):
            message = f"a run does not go from {self.state} to {state}"
            raise ValueError(message)
        self._write(state=state, **columns)
        self.state = state

    def _write(self, **columns: Any) -> None:
        lease = {"lease_until": from_now(settings.RUN_LEASE_SECONDS)}
        if not self.held().update(**lease | columns):
            raise Lost


def attempts_left(run: Run) -> int:
    """How often the run may still be tried. The attempt that a person confirmed did not fail."""
    failed = run.attempt - (1 if run.confirmed_why else 0)
    return max(int(settings.RUN_ATTEMPTS) - failed, 0)


def tried_too_often(run: Run, reason: str) -> str:
    """What to say of a run that is not tried again."""
    times = {1: "once", 2: "twice", 3: "three times"}.get(settings.RUN_ATTEMPTS, f"{settings.RUN_ATTEMPTS} times")
    return (
        f"This run was tried {times} and never came to its end: {reason}. "
        f"Run it again; if that fails too, give your administrator the number of this run, {run.pk}."
    )


def sweep() -> int:
    """Ring again for queued runs that nobody came for, and take back those whose lease ended; how many there were."""
    return _ring_again() + _take_back()


def keep_only(folder: Path, kept: Path | None) -> None:
    """Remove everything in ``folder`` but the file ``kept``; without one, the folder too."""
    if kept is None or not kept.is_relative_to(folder):
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path != kept:
            path.unlink(missing_ok=True)


def _ring_again() -> int:
    silent = Q(rung_at__lt=from_now(-settings.RUN_RING_SECONDS)) | Q(rung_at=None)
    waiting = Run.objects.filter(silent, state=RunState.QUEUED)
    count = 0
    for run_id in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            if waiting.filter(pk=run_id).update(rung_at=Now()):
                ring(EXECUTE, run_id=run_id)
                count += 1
    return count


def _take_back() -> int:
    expired = Run.objects.filter(state__in=WORKING, lease_until__lt=Now())
    count = 0
    for run_id in list(expired.values_list("pk", flat=True)):
        with transaction.atomic():
            # A row that is locked belongs to an attempt that publishes right now.
            run = expired.select_for_update(skip_locked=True, no_key=True).filter(pk=run_id).first()
            if run is not None:
                _next_attempt(run)
                count += 1
    return count


def _next_attempt(run: Run) -> None:
    if attempts_left(run) > 0:
        run.state, run.rung_at = RunState.QUEUED, None
        Run.objects.filter(pk=run.pk).update(state=RunState.QUEUED, lease_until=None, rung_at=Now(), **_NOTHING_DONE)
        ring(EXECUTE, run_id=run.pk)
        return
    why = tried_too_often(run, "each time, the worker that had it was ended or lost its connection")
    Run.objects.filter(pk=run.pk).update(
        state=RunState.FAILED, why=why, lease_until=None, finished_at=Now(), **_NOTHING_DONE
    )
    transaction.on_commit(lambda: keep_only(run.folder, None))


def from_now(seconds: float) -> Combinable:
    """That many seconds from now, by the clock of the database."""
    return ExpressionWrapper(Now() + Value(timedelta(seconds=seconds)), output_field=DateTimeField())


_NOTHING_DONE: dict[str, Any] = {"step": "", "done": 0, "total": 0}
