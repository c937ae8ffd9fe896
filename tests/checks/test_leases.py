"""One attempt at a run: claimed once, kept by beating, lost without it, and not repeated for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from reconcile.checks.models import Run, RunState
from reconcile.checks.services import leases
from reconcile.exports import services as exports
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> Run:
    """Return a run that waits for a worker."""
    return build.run_queued(check=build.check(), left_text="id,a\n1,x\n", right_text="id,a\n1,y\n")


def claimed(run: Run) -> leases.Attempt:
    attempt = leases.claim(run.pk)
    assert attempt is not None
    attempt.begin()
    return attempt


def expire(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(lease_until=Now() - timedelta(seconds=1))


def state(run: Run) -> RunState:
    run.refresh_from_db()
    return RunState(run.state)


def test_a_run_is_claimed_once(run: Run) -> None:
    assert claimed(run).number == 1
    assert [leases.claim(run.pk) for _ in range(5)] == [None] * 5


def test_a_run_that_is_not_there_is_not_claimed() -> None:
    assert leases.claim(99) is None


def test_a_beat_says_how_far_it_is_and_extends_the_lease(run: Run) -> None:
    attempt = claimed(run)
    expire(run)
    attempt.beat("Comparing", 3, 10)
    assert leases.sweep() == 0
    run.refresh_from_db()
    assert (run.step, run.done, run.total) == ("Comparing", 3, 10)


def test_beats_come_at_most_once_a_second(run: Run) -> None:
    attempt = claimed(run)
    for done in range(1000):
        attempt("Comparing", done, 1000)
    run.refresh_from_db()
    assert run.done == 0


def test_whose_lease_ended_has_lost_the_run(run: Run) -> None:
    first = claimed(run)
    expire(run)
    assert leases.sweep() == 1
    assert state(run) == RunState.QUEUED
    with pytest.raises(leases.Lost):
        first.beat("", 0, 0)
    second = claimed(run)
    assert second.number == 2
    changes: list[Callable[[], None]] = [
        lambda: first.enter(RunState.COMPARING),
        lambda: first.fail("no"),
        lambda: first.give_back("no"),
    ]
    for change in changes:
        with pytest.raises(leases.Lost):
            change()
    second.enter(RunState.COMPARING)


def test_a_change_the_table_does_not_have_is_a_mistake_of_ours(run: Run) -> None:
    with pytest.raises(ValueError, match="a run does not go from reading to storing"):
        claimed(run).enter(RunState.STORING)


def test_three_attempts_that_end_without_a_word_are_enough(run: Run) -> None:
    for _ in range(3):
        claimed(run)
        expire(run)
        leases.sweep()
    assert state(run) == RunState.FAILED
    assert run.why == (
        "This run was tried three times and never came to its end: each time, the worker that had it was ended or lost "
        "its connection. Run it again; if that fails too, give your administrator the number of this run, "
        f"{run.pk}."
    )


def test_three_attempts_that_end_with_an_error_say_which(run: Run) -> None:
    for _ in range(3):
        claimed(run).give_back("OSError: no room")
    assert state(run) == RunState.FAILED
    assert run.why.startswith("This run was tried three times and never came to its end: OSError: no room. ")


def test_the_attempt_that_was_held_does_not_count(run: Run) -> None:
    claimed(run).hold(["fewer rows"])
    Run.objects.update(state=RunState.QUEUED, confirmed_why="It is right.")
    for _ in range(2):
        claimed(run).give_back("no")
        assert state(run) == RunState.QUEUED
    claimed(run).give_back("no")
    assert state(run) == RunState.FAILED


@pytest.mark.usefixtures("run")
def test_the_bell_rings_again_for_a_run_nobody_came_for(settings: Settings) -> None:
    assert leases.sweep() == 0
    Run.objects.update(rung_at=Now() - timedelta(seconds=31))
    assert leases.sweep() == 1
    assert leases.sweep() == 0
    settings.RUN_RING_SECONDS = 0
    assert leases.sweep() == 1


def test_an_attempt_leaves_no_files_of_those_before(run: Run) -> None:
    first = claimed(run)
    (first.folder / "rows.parquet").write_text("half a file")
    expire(run)
    leases.sweep()
    second = claimed(run)
    assert sorted(path.name for path in run.folder.iterdir()) == ["2"]
    second.give_back("no")
    second.tidy()
    assert not run.folder.exists()


def test_a_run_given_up_leaves_no_files(run: Run, settings: Settings, tmp_path: Path) -> None:
    settings.RUN_ATTEMPTS = 1
    attempt = claimed(run)
    attempt.fail("It cannot be compared.")
    attempt.tidy()
    assert not list((tmp_path / "media" / "runs").glob("*"))


def test_the_sweepers_of_exports_and_runs_do_not_mind_having_nothing_to_do() -> None:
    assert (exports.sweep(), leases.sweep()) == (0, 0)
