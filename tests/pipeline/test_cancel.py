"""Cancelling stops the work within two seconds, wherever it stands, and leaves nothing half done."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, connections

from ownership.models import Person
from reconcile import pipeline
from reconcile.checks.models import Mismatch, Run, RunState
from reconcile.checks.services import runs
from reconcile.exports.models import Snapshot
from tests import build
from tests.processes import wait_for

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

WITHIN = 2.0
LARGE = 20_000_000


def table(rows: int, word: str) -> str:
    return "id,a,b,c\n" + "".join(f"{row},{row}{word},{row % 97}{word},{row % 89}{word}\n" for row in range(rows))


@contextmanager
def working_on(run: Run) -> Iterator[threading.Thread]:
    """Keep a worker's thread busy with ``run``."""

    def work() -> None:
        try:
            pipeline.execute(run.pk)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield thread
    finally:
        thread.join()


def state_is(run: Run, state: RunState) -> Callable[[], bool]:
    return lambda: Run.objects.filter(pk=run.pk, state=state).exists()


def cancelled(
    run: Run, person: Person | None, thread: threading.Thread, *, once: Callable[[], bool]
) -> tuple[float, float]:
    """Seconds that the request took, and seconds until the worker was free again."""
    wait_for(once, seconds=120, otherwise=lambda: f"never came to it: {Run.objects.values().get(pk=run.pk)}")
    began = time.monotonic()
    run.refresh_from_db()
    runs.cancel_run(run=run, person=person)
    answered = time.monotonic() - began
    thread.join()
    return answered, time.monotonic() - began


def assert_nothing_is_left(run: Run) -> None:
    run.refresh_from_db()
    assert (run.state, run.number, run.totals, run.result_file) == (RunState.CANCELLED, None, None, "")
    assert not run.folder.exists()
    assert not Mismatch.objects.exists()


@pytest.fixture
def run(dana: Person) -> Run:
    check = build.check(
        owner=build.team(lead=dana),
        comparing=build.fields("a", "b", "c"),
    )
    return build.run_queued(check=check, left_text=table(150_000, "x"), right_text=table(150_000, "y"))


@pytest.mark.parametrize("state", [RunState.READING, RunState.COMPARING, RunState.STORING])
def test_a_run_stops_within_two_seconds_at_every_step(run: Run, dana: Person, state: RunState) -> None:
    with working_on(run) as thread:
        answered, stopped = cancelled(run, dana, thread, once=state_is(run, state))
    assert_nothing_is_left(run)
    assert run.why == "Cancelled by Dana Reyes."
    assert answered < WITHIN
    assert stopped < WITHIN


def test_what_was_read_before_is_there_for_the_next_run(run: Run, dana: Person) -> None:
    with working_on(run) as thread:
        cancelled(run, dana, thread, once=state_is(run, RunState.COMPARING))
    assert set(Snapshot.objects.values_list("state", flat=True)) == {Snapshot.State.READY}
    again = runs.start_run(check=run.check_compared, left=run.left, right=run.right, person=dana).run
    pipeline.execute(again.pk)
    again.refresh_from_db()
    assert (again.state, again.number) == (RunState.DONE, 1)


def written() -> int:
    """Bytes that a transaction under way has written so far."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return Path(f"{connection.settings_dict['NAME']}-wal").stat().st_size
        cursor.execute("SELECT COALESCE(MAX(bytes_processed), 0) FROM pg_stat_progress_copy")
        return int(cursor.fetchone()[0])


@pytest.mark.slow
def test_a_million_mismatches_half_stored_are_none(run: Run, dana: Person) -> None:
    runs.cancel_run(run=run, person=dana)
    large = build.run_queued(
        check=run.check_compared, left_text=table(333_334, "x"), right_text=table(333_334, "z"), person=dana
    )
    with working_on(large) as thread:
        before = written()
        answered, stopped = cancelled(large, dana, thread, once=lambda: written() - before > LARGE)
    assert_nothing_is_left(large)
    assert answered < WITHIN
    assert stopped < WITHIN
