"""Taking a run back: everything is as if it had never been, but for the run itself, which says who, when and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ownership.models import Person, Role
from reconcile import pipeline
from reconcile.checks.models import Check, Episode, Mismatch, Run, RunState
from reconcile.checks.queries.mismatches import MismatchesOfRun
from reconcile.checks.services import publishing, runs, withdrawing
from reconcile.checks.services.refusals import NothingToWithdraw, ReasonMissing, RunUnderWay
from tests import build

pytestmark = pytest.mark.django_db

WHY = "The export was of the test system."
LAW = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
LEFT = "id,a\n1,x\n2,x\n3,x\n4,x\n"
# By the value of each record on the right; None is no such record.
RESULTS: tuple[dict[int, str | None], ...] = (
    {1: "y", 2: "x", 3: "x"},
    {1: "y", 2: "y", 3: None},
    {1: "z", 2: "x", 3: "x"},
    {1: "y", 2: "y", 3: "x"},
    {1: "x", 2: "y", 3: None},
)


def right(result: dict[int, str | None], extra: str = "") -> str:
    """The right export with these values; ``extra`` tells two files apart that say the same."""
    return "id,a,b\n" + "".join(f"{key},{value},{extra}\n" for key, value in result.items() if value)


def done(check: Check, day: int, result: dict[int, str | None]) -> Run:
    run = build.run_done(
        check=check, left_text=LEFT, right_text=right(result, str(day)), as_of=build.DAY + timedelta(days=day)
    )
    assert run.state == RunState.DONE, run.why
    return run


def rows(check: Check, besides: Run | None = None) -> list[Any]:
    """Every row about a check with its primary key, but for the run ``besides``; seconds differ, figures do not."""
    ran = Run.objects.filter(check_compared=check).exclude(pk=besides.pk if besides else 0).order_by("pk")
    return [
        sorted(Mismatch.objects.filter(check_compared=check).values_list(), key=str),
        sorted(Episode.objects.filter(mismatch__check_compared=check).values_list(), key=str),
        list(ran.values_list()),
        list(check.history.values_list()),
    ]


def told(check: Check) -> list[Any]:
    """What every page of every run says, by identity: lists, lives, figures."""
    said = []
    for run in Run.objects.filter(check_compared=check, state=RunState.DONE).order_by("number"):
        found = MismatchesOfRun(run)
        each: list[Any] = list(found.each())
        listed = sorted(
            (
                row.kind, row.key, row.field, row.left_then, row.right_then, row.opened_then, row.opened_as_then,
                row.first_number, found.times_seen(row), found.state(row),
            )
            for row in each
        )  # fmt: skip
        figures = {name: (run.totals or {})[name] for name in ("mismatches", "kinds", *SINCE)}
        said.append((run.number, run.as_of, listed, figures))
    return said


SINCE = ("new", "changed", "returned", "gone", "unchanged")


@pytest.mark.slow
@settings(max_examples=4, **LAW)  # type: ignore[arg-type]
@given(order=st.permutations(range(4)))
def test_pages_say_the_same_in_whatever_order_files_arrive(order: list[int]) -> None:
    in_order, as_they_come = (build.check(name=f"Check {Check.objects.count()} {name}") for name in "ab")
    for day in range(4):
        done(in_order, day, RESULTS[day])
    for day in order:
        done(as_they_come, day, RESULTS[day])
    assert told(as_they_come) == told(in_order)


def test_a_late_run_without_the_files_of_the_others_is_told_by_the_tables() -> None:
    in_order, late = (build.check(name=f"Check {name}") for name in "ab")
    for day in (0, 1, 2):
        done(in_order, day, RESULTS[day])
    for day in (0, 2, 1):
        for run in Run.objects.filter(check_compared=late, state=RunState.DONE):
            assert run.result_path is not None
            run.result_path.unlink(missing_ok=True)
        done(late, day, RESULTS[day])
    assert told(late) == told(in_order)


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_run_that_is_withdrawn_was_never_there(place: int) -> None:
    plain, check = (build.check(name=f"Check {name}") for name in "ab")
    runs_done = [done(check, day, RESULTS[day]) for day in range(4)]
    for day in (day for day in range(4) if day != place):
        done(plain, day, RESULTS[day])
    withdrawing.withdraw_run(run=runs_done[place], person=None, why=WHY)
    assert told(check) == told(plain)


def test_withdrawing_the_latest_leaves_every_row_as_it_was() -> None:
    check = build.check()
    for day in range(3):
        done(check, day, RESULTS[day])
    before = rows(check)
    latest = done(check, 9, RESULTS[4])
    assert rows(check, besides=latest)[:2] != before[:2]
    withdrawing.withdraw_run(run=latest, person=None, why=WHY)
    assert rows(check, besides=latest) == before


def test_the_only_run_leaves_nothing() -> None:
    check = build.check()
    withdrawing.withdraw_run(run=done(check, 0, RESULTS[0]), person=None, why=WHY)
    assert not Mismatch.objects.exists()


def test_it_says_who_when_and_why_and_keeps_its_figures(dana: Person) -> None:
    check = build.check(owner=build.team(lead=dana))
    figures = done(check, 0, RESULTS[0]).totals
    run = withdrawing.withdraw_run(run=Run.objects.get(), person=dana, why=f" {WHY} ")
    assert (run.state, run.number, run.withdrawn_by, run.withdrawn_why) == (RunState.WITHDRAWN, None, dana, WHY)
    assert run.withdrawn_at is not None
    assert run.totals == figures


def test_the_same_files_may_be_run_again() -> None:
    check = build.check()
    first = done(check, 0, RESULTS[0])
    before = told(check)
    withdrawing.withdraw_run(run=first, person=None, why=WHY)
    again = runs.start_run(check=check, left=first.left, right=first.right, person=None)
    assert not again.again
    pipeline.execute(again.run.pk)
    assert told(check) == before


def test_the_same_files_again_change_no_row_whatever_happened_before() -> None:
    check = build.check()
    kept = [done(check, day, RESULTS[day]) for day in (0, 3, 1, 2)]
    withdrawing.withdraw_run(run=kept[1], person=None, why=WHY)
    before = rows(check)
    for day in (0, 1, 2):
        done(check, day, RESULTS[day])
    assert rows(check) == before


def test_withdrawing_twice_is_refused_and_changes_nothing() -> None:
    check = build.check()
    run = done(check, 0, RESULTS[0])
    done(check, 1, RESULTS[1])
    withdrawing.withdraw_run(run=run, person=None, why=WHY)
    before = rows(check)
    with pytest.raises(NothingToWithdraw, match=r"This run is withdrawn; there is nothing to withdraw\."):
        withdrawing.withdraw_run(run=run, person=None, why=WHY)
    assert rows(check) == before


def test_what_is_not_done_cannot_be_withdrawn() -> None:
    run = build.run_queued(check=build.check(), left_text=LEFT, right_text=right(RESULTS[0]))
    with pytest.raises(NothingToWithdraw, match=r"This run is queued"):
        withdrawing.withdraw_run(run=run, person=None, why=WHY)


def test_nothing_is_withdrawn_while_another_run_is_under_way() -> None:
    check = build.check()
    run = done(check, 0, RESULTS[0])
    build.run_queued(check=check, left_text=LEFT, right_text=right(RESULTS[1]))
    with pytest.raises(RunUnderWay):
        withdrawing.withdraw_run(run=run, person=None, why=WHY)


def test_a_reason_is_needed() -> None:
    with pytest.raises(ReasonMissing, match="why the run is withdrawn"):
        withdrawing.withdraw_run(run=done(build.check(), 0, RESULTS[0]), person=None, why="  ")


def test_only_the_lead_of_the_team_withdraws(dana: Person) -> None:
    run = done(build.check(owner=build.team(lead=dana)), 0, RESULTS[0])
    other = build.person(email="lea@example.com", name="Lea", role=Role.LEAD)
    with pytest.raises(PermissionDenied):
        withdrawing.withdraw_run(run=run, person=other, why=WHY)
    run.refresh_from_db()
    assert run.state == RunState.DONE


def test_a_run_told_apart_from_one_that_is_withdrawn_meanwhile_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    check = build.check()
    first, second = (done(check, day, RESULTS[day]) for day in (0, 1))
    queued = build.run_queued(check=check, left_text=LEFT, right_text=right(RESULTS[2]))
    publish = publishing.publish

    def withdrawn_first(*args: Any) -> Run:
        monkeypatch.setattr(publishing, "publish", publish)
        Run.objects.filter(pk=queued.pk).update(state=RunState.CANCELLED)
        withdrawing.withdraw_run(run=second, person=None, why=WHY)
        Run.objects.filter(pk=queued.pk).update(state=RunState.STORING)
        return publish(*args)

    monkeypatch.setattr(publishing, "publish", withdrawn_first)
    pipeline.execute(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.number) == (RunState.QUEUED, None)
    pipeline.execute(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.number, first.number) == (RunState.DONE, 2, 1)
