"""Asking for a run, confirming and cancelling one: what is refused, and what is not asked for twice."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections

from ownership.models import Person
from reconcile import engine
from reconcile.checks.models import Check, Run, RunState
from reconcile.checks.services import runs
from reconcile.checks.services.refusals import (
    NothingToConfirm,
    ReasonMissing,
    RunIsOver,
    RunUnderWay,
    SnapshotUnreadable,
)
from tests import build

pytestmark = pytest.mark.django_db

LEFT, RIGHT = "id,a\n1,x\n2,y\n", "id,a\n1,x\n2,z\n"


def start(check: Check, person: Person | None = None, *, left: str = LEFT, right: str = RIGHT) -> runs.Started:
    sides = [build.snapshot(text=text, file_name=name) for text, name in ((left, "left.csv"), (right, "right.csv"))]
    return runs.start_run(check=check, left=sides[0], right=sides[1], person=person)


def test_a_run_keeps_what_it_compares_as_it_was() -> None:
    check = build.check()
    run = start(check).run
    asked = check.comparing
    check.comparing_data = replace(asked, key_fold=True).to_json()
    check.save()
    run.refresh_from_db()
    assert (run.comparing, run.fingerprint, run.state) == (asked, asked.fingerprint, RunState.QUEUED)


def test_the_same_two_files_give_the_run_that_compared_them() -> None:
    check = build.check()
    first = build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    again = start(check)
    assert (again.run, again.again) == (first, True)
    assert Run.objects.count() == 1


def test_the_same_two_files_under_other_settings_are_compared_anew() -> None:
    check = build.check()
    build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    check.comparing_data = replace(check.comparing, key_fold=True).to_json()
    check.save()
    assert not start(check).again


def test_the_same_two_files_read_otherwise_are_compared_anew() -> None:
    check = build.check()
    build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    left = build.received(content=LEFT.encode(), options=engine.ReadOptions(delimiter=";"))
    assert not runs.start_run(check=check, left=left, right=build.snapshot(text=RIGHT), person=None).again


def test_the_two_files_the_other_way_round_are_another_pair() -> None:
    check = build.check()
    build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    assert not start(check, left=RIGHT, right=LEFT).again


def test_a_second_run_waits_for_the_first() -> None:
    check = build.check()
    first = start(check).run
    with pytest.raises(
        RunUnderWay, match=r"A run of Customers is under way\. Wait until it ends, or cancel it\."
    ) as refused:
        start(check, right="id,a\n1,x\n")
    assert refused.value.run == first


def test_what_cannot_be_read_cannot_be_run() -> None:
    bad = build.snapshot(text="")
    with pytest.raises(SnapshotUnreadable, match=r"left\.csv has no lines"):
        runs.start_run(check=build.check(), left=bad, right=build.snapshot(), person=None)


def test_a_lead_runs_the_checks_of_the_own_team_only(dana: Person) -> None:
    mine = build.check(name="Mine", owner=build.team(lead=dana))
    other = build.check(name="Other", owner=build.team(name="Finance"))
    run = start(mine, dana).run
    assert run.requested_by == dana
    with pytest.raises(
        PermissionDenied, match=r"Only the lead of Finance runs Other, and confirms, cancels and withdraws its runs\."
    ):
        start(other, dana)
    with pytest.raises(PermissionDenied):
        runs.cancel_run(run=start(other).run, person=dana)


def held(check: Check) -> Run:
    """Return a run that waits to be confirmed."""
    build.run_done(check=check, left_text="id,a\n1,x\n2,y\n3,z\n", right_text=RIGHT)
    run = build.run_done(check=check, left_text="id,a\n1,x\n", right_text=RIGHT)
    assert run.state == RunState.NEEDS_CONFIRMATION
    return run


def test_a_held_run_goes_on_once_somebody_says_why(dana: Person) -> None:
    check = build.check(owner=build.team(lead=dana), volume_guard=0.3)
    run = runs.confirm_run(run=held(check), person=dana, why=" Two customers left. ")
    assert (run.state, run.confirmed_by, run.confirmed_why) == (RunState.QUEUED, dana, "Two customers left.")


def test_a_held_run_is_not_confirmed_without_a_reason(dana: Person) -> None:
    run = held(build.check(owner=build.team(lead=dana), volume_guard=0.3))
    with pytest.raises(ReasonMissing):
        runs.confirm_run(run=run, person=dana, why=" ")


def test_a_held_run_is_not_confirmed_by_others(dana: Person) -> None:
    run = held(build.check(owner=build.team(name="Finance"), volume_guard=0.3))
    with pytest.raises(PermissionDenied):
        runs.confirm_run(run=run, person=dana, why="It looks right.")


def test_a_run_that_is_not_held_needs_no_confirmation() -> None:
    run = start(build.check()).run
    with pytest.raises(NothingToConfirm, match=r"This run is queued; there is nothing to confirm\."):
        runs.confirm_run(run=run, person=None, why="It looks right.")


def test_a_held_run_that_is_cancelled_makes_room_for_another(dana: Person) -> None:
    check = build.check(owner=build.team(lead=dana), volume_guard=0.3)
    run = runs.cancel_run(run=held(check), person=dana)
    assert (run.state, run.why) == (RunState.CANCELLED, "Cancelled by Dana Reyes.")
    assert start(check).run.state == RunState.QUEUED


def test_what_is_over_cannot_be_cancelled() -> None:
    run = build.run_done(check=build.check(), left_text=LEFT, right_text=RIGHT)
    with pytest.raises(RunIsOver, match=r"This run is done already\."):
        runs.cancel_run(run=run, person=None)


def test_cancelling_twice_is_cancelling_once() -> None:
    run = runs.cancel_run(run=start(build.check()).run, person=None)
    assert runs.cancel_run(run=run, person=None).finished_at == run.finished_at


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_run_pressed_from_twenty_threads_is_one_run() -> None:
    check = build.check()
    left, right = build.snapshot(text=LEFT), build.snapshot(text=RIGHT)
    ready = threading.Barrier(20)
    answers: list[Any] = []

    def press() -> None:
        try:
            ready.wait()
            answers.append(runs.start_run(check=check, left=left, right=right, person=None))
        except RunUnderWay as refused:
            answers.append(refused)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(type(answer) for answer in answers) == {runs.Started: 1, RunUnderWay: 19}
    assert {answer.run for answer in answers} == {Run.objects.get()}
    connection.close()
