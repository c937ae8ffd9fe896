"""Causes follow runs: whatever happens to a worker, to runs or to files, patterns come to say how things stand."""

import os
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from ownership.models import Person
from reconcile import engine, pipeline
from reconcile.checks.models import Check, Run
from reconcile.checks.services.withdrawing import withdraw_run
from reconcile.patterns import tasks
from reconcile.patterns.models import CatchingUp, Classification, Membership, Pattern, Setback, Week
from reconcile.patterns.queries import behind
from reconcile.patterns.services import leases, remembering
from tests import build
from tests.patterns import worlds
from tests.patterns.worlds import alike, but, members, remembered

pytestmark = pytest.mark.django_db

TEN = alike(10)


@pytest.fixture
def check(dana: Person) -> Check:
    return worlds.customers(build.team(lead=dana))


def two_weeks(check: Check) -> tuple[Run, Run]:
    first = worlds.run(check, TEN, but(TEN, r1="", r2=""), week=0)
    return first, worlds.run(check, TEN, but(TEN, r2="", r3="Riga"), week=1)


def refused(*_: object, **__: object) -> engine.Classified:
    message = "The disk is full."
    raise OSError(message)


def test_a_run_knows_why_each_of_its_mismatches_is_there(check: Check) -> None:
    done = worlds.run(check, TEN, but(TEN, r1="", r2="", r3="Riga"), week=0)

    assert not remembering.is_behind(check)
    assert set(members(check)) == {"only_left * 1", "only_left * 2", "differs city 3"}
    assert sum(Week.objects.filter(run=done).values_list("count", flat=True)) == 3
    assert "classifying" in Run.objects.get(pk=done.pk).step_seconds


def test_nothing_is_written_when_nothing_is_stale(check: Check) -> None:
    two_weeks(check)
    stamps = list(Classification.objects.values_list("stamp", "file"))
    history = Pattern.history.count()

    assert remembering.catch_up(check.pk) == 0

    assert list(Classification.objects.values_list("stamp", "file")) == stamps
    assert Pattern.history.count() == history


def test_the_same_files_twice_change_nothing(check: Check) -> None:
    two_weeks(check)
    before = remembered(check), Pattern.history.count()

    worlds.run(check, TEN, but(TEN, r2="", r3="Riga"), week=1)

    assert (remembered(check), Pattern.history.count()) == before


def test_a_worker_killed_between_both_is_made_good_by_the_sweep(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "_remember", lambda *_: None)
        worlds.run(check, TEN, but(TEN, r1=""), week=0)
    assert remembering.is_behind(check)
    rung: list[tuple[str, dict[str, int]]] = []
    monkeypatch.setattr(remembering, "ring", lambda task, **arguments: rung.append((task, arguments)))

    pipeline.sweep()

    assert rung == [("reconcile.patterns.tasks.catch_up", {"check_id": check.pk})]
    tasks.catch_up(check_id=check.pk)
    assert list(members(check)) == ["only_left * 1"]
    assert remembering.sweep() == 0


def test_a_check_somebody_works_for_is_left_alone(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "_remember", lambda *_: None)
        worlds.run(check, TEN, but(TEN, r1=""), week=0)
    CatchingUp.objects.create(check_compared=check, until=timezone.now() + timedelta(minutes=1))

    assert remembering.sweep() == 0
    assert remembering.catch_up(check.pk) == 0

    CatchingUp.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert remembering.sweep() == 1
    assert remembering.catch_up(check.pk) == 1
    assert not leases.is_held(check.pk)


def test_a_run_that_comes_late_has_what_came_after_it_worked_out_again(check: Check) -> None:
    two = alike(10), but(TEN, r1="")
    worlds.run(check, *two, week=0)
    last = worlds.run(check, TEN, but(TEN, r1="", r2="Riga"), week=2)
    stamp = Classification.objects.get(run=last).stamp

    worlds.run(check, TEN, but(TEN, r2="Riga", r3=""), week=1)

    assert Classification.objects.get(run=last).stamp != stamp
    assert Run.objects.get(pk=last.pk).number == 3
    late = remembered(check)
    other = worlds.customers_again(check)
    worlds.run(other, *two, week=0)
    worlds.run(other, TEN, but(TEN, r2="Riga", r3=""), week=1)
    worlds.run(other, TEN, but(TEN, r1="", r2="Riga"), week=2)
    assert remembered(other) == late


def test_a_withdrawn_run_leaves_nothing_behind(check: Check, dana: Person) -> None:
    worlds.run(check, TEN, but(TEN, r1=""), week=0)
    before = remembered(check)
    wrong = worlds.run(check, TEN, but(TEN, r1="Riga", r5="Oslo", r6=""), week=1)
    path = Classification.objects.get(run=wrong).path
    assert remembered(check) != before

    withdraw_run(run=wrong, person=dana, why="A file of last year.")
    assert remembering.is_behind(check)
    remembering.catch_up(check.pk)

    assert remembered(check) == before
    assert not remembering.is_behind(check)
    assert not Classification.objects.filter(run=wrong).exists()
    assert path.parent.is_dir()


def test_a_check_whose_only_run_is_withdrawn_has_no_patterns(check: Check, dana: Person) -> None:
    wrong = worlds.run(check, TEN, but(TEN, r1="", r2="Riga"), week=0)

    withdraw_run(run=wrong, person=dana, why="A file of last year.")
    remembering.catch_up(check.pk)

    assert remembered(check) == {"patterns": [], "weeks": [], "members": {}}
    assert not Membership.objects.exists()


def test_a_run_whose_causes_cannot_be_found_stays_done(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "classify", refused)

    done = worlds.run(check, TEN, but(TEN, r1=""), week=0)

    assert done.state == "done"
    assert Setback.objects.get(run=done).tries == 1
    assert behind.troubles_of(check) == []
    assert remembering.is_behind(check)


def test_after_three_times_it_is_left_and_a_sentence_says_so(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(engine, "classify", refused)
        done = worlds.run(check, TEN, but(TEN, r1=""), week=0)
        for _ in range(5):
            remembering.catch_up(check.pk)

    assert Setback.objects.get(run=done).tries == behind.TRIES
    assert not remembering.is_behind(check)
    (trouble,) = behind.troubles_of(check)
    assert trouble == (
        "Why the mismatches of run 1 are there could not be worked out, and that was tried 3 times: something "
        "unforeseen ended it (OSError). The next run tries it again. "
        f"Give your administrator the number of this run, {done.pk}."
    )


def test_the_next_run_tries_again_what_was_left(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(engine, "classify", refused)
        given_up = worlds.run(check, TEN, but(TEN, r1=""), week=0)
        for _ in range(behind.TRIES):
            remembering.catch_up(check.pk)

    worlds.run(check, TEN, but(TEN, r1="", r2=""), week=1)

    assert behind.troubles_of(check) == []
    assert Classification.objects.filter(run=given_up).exists()
    assert len(members(check)) == 2


def test_later_runs_go_on_without_one_that_was_left(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    classify = engine.classify
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "_remember", lambda *_: None)
        first, last = two_weeks(check)

    def without_the_first(asked: engine.Classifying, now: engine.Seen, *others: object, **named: object) -> object:
        if now.mismatches == first.result_path:
            refused()
        return classify(asked, now, *others, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "classify", without_the_first)
    for _ in range(behind.TRIES):
        remembering.catch_up(check.pk)

    assert list(Classification.objects.values_list("run", "base")) == [(last.pk, None)]
    assert len(members(check)) == 2


def test_what_changes_while_causes_are_worked_out_is_not_overwritten(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = two_weeks(check)
    pattern = Pattern.objects.filter(split_from=None).order_by("pk")[0]
    classify = engine.classify
    splits: list[Pattern] = []

    def meanwhile(*arguments: object, **options: object) -> engine.Classified:
        found = classify(*arguments, **options)  # type: ignore[arg-type]
        if not splits:
            with transaction.atomic():
                splits.append(worlds.split_by_hand(pattern))
        return found

    Classification.objects.filter(run=first).update(asked="")
    monkeypatch.setattr(engine, "classify", meanwhile)

    assert remembering.catch_up(check.pk) == 2

    asked = set(Classification.objects.values_list("asked", flat=True))
    assert asked == {behind.work_of(check.pk).asked}


def test_causes_whose_file_is_gone_are_made_again(check: Check) -> None:
    first, _ = two_weeks(check)
    before = remembered(check)
    Classification.objects.get(run=first).path.unlink()
    Classification.objects.filter(run__number=2).update(asked="")

    remembering.catch_up(check.pk)

    assert remembered(check) == before
    assert all(one.path.is_file() for one in Classification.objects.all())


def test_a_run_keeps_one_file_of_causes_and_no_folder(
    check: Check, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    _, last = two_weeks(check)
    Classification.objects.filter(run=last).update(asked="")

    with django_capture_on_commit_callbacks(execute=True):
        remembering.catch_up(check.pk)

    assert [path.name for path in last.folder.glob("c*")] == [Classification.objects.get(run=last).path.name]


def test_runs_whose_exports_are_forgotten_keep_what_is_known_of_them(check: Check) -> None:
    first, last = two_weeks(check)
    for snapshot in (first.left, first.right):
        snapshot.kept_path.unlink()
        type(snapshot).objects.filter(pk=snapshot.pk).update(forgotten_at=timezone.now())
    stamp = Classification.objects.get(run=first).stamp
    Classification.objects.update(asked="")

    assert remembering.catch_up(check.pk) == 1

    assert Classification.objects.get(run=first).stamp == stamp
    assert Classification.objects.get(run=last).base == stamp


def test_mismatches_whose_file_is_gone_are_read_from_the_database(check: Check) -> None:
    _, last = two_weeks(check)
    before = remembered(check)
    assert last.result_path is not None
    last.result_path.unlink()
    Classification.objects.filter(run=last).update(asked="")

    assert remembering.catch_up(check.pk) == 1

    assert remembered(check) == before


def test_files_a_killed_process_left_are_cleared(check: Check) -> None:
    _, last = two_weeks(check)
    left = last.folder / "causes-0.parquet"
    left.write_bytes(b"")
    os.utime(left, (0, 0))
    Classification.objects.filter(run=last).update(asked="")

    remembering.catch_up(check.pk)

    assert not left.exists()
