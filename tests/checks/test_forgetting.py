"""Exports are forgotten when their time is over: bytes and copies go, figures, runs and mismatches stay."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from ownership.models import Person
from reconcile import engine
from reconcile.checks import tasks
from reconcile.checks.models import Check, Episode, Mismatch, Run
from reconcile.checks.services import drafts, runs
from reconcile.checks.services.refusals import SnapshotForgotten
from reconcile.exports import services as exports
from reconcile.exports.models import Snapshot
from tests import build
from tests.checks.test_run_page import words

pytestmark = pytest.mark.django_db

LEFT = "id,a\n1,x\n2,x\n"


@pytest.fixture(autouse=True)
def a_month(settings: Settings) -> None:
    settings.SNAPSHOT_DAYS = 30


def aged(days: int = 60) -> None:
    """Have everything been received so many days ago, its bytes too."""
    then = timezone.now() - timedelta(days=days)
    for snapshot in Snapshot.objects.all():
        Snapshot.objects.filter(pk=snapshot.pk).update(received_at=then)
        touched(snapshot, then)


def touched(snapshot: Snapshot, then: datetime) -> None:

    if snapshot.path.exists():
        os.utime(snapshot.path, (then.timestamp(), then.timestamp()))


@pytest.fixture
def check(dana: Person) -> Check:
    """Return a check with three runs, old."""
    made = build.check(owner=build.team(lead=dana))
    for number in range(3):
        build.run_done(check=made, left_text=LEFT, right_text=f"id,a\n1,{number}\n2,x\n")
    aged()
    return made


def night(commits: DjangoCaptureOnCommitCallbacks) -> None:
    with commits(execute=True):
        tasks.forget_snapshots()


def forgotten() -> list[int]:
    return [run.number or 0 for run in Run.objects.order_by("number") if run.right.forgotten_at]


def test_the_last_two_runs_of_each_check_keep_their_exports(
    check: Check, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    night(django_capture_on_commit_callbacks)
    assert forgotten() == [1]
    first, second, third = Run.objects.filter(check_compared=check).order_by("number")
    assert [run.right.kept_path.exists() for run in (first, second, third)] == [False, True, True]
    assert [run.right.path.exists() for run in (first, second, third)] == [False, True, True]


def test_figures_runs_and_mismatches_stay(
    check: Check, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    def rows() -> list[Any]:
        kept = [list(model.objects.order_by("pk").values_list()) for model in (Run, Mismatch, Episode)]
        return [*kept, list(Snapshot.objects.order_by("pk").values_list("rows", "sha256", "understood", "as_of"))]

    before = rows()
    night(django_capture_on_commit_callbacks)
    assert rows() == before
    assert check.runs.count() == 3


def test_bytes_that_another_snapshot_needs_stay(
    check: Check, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    night(django_capture_on_commit_callbacks)
    first = check.runs.get(number=1)
    assert first.left.forgotten_at is not None
    assert not first.left.kept_path.exists()
    assert first.left.path.exists(), "the left exports of all three runs are the same bytes"


def test_bytes_that_have_just_come_in_again_stay(
    check: Check, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    first = check.runs.get(number=1)
    touched(first.right, timezone.now())
    night(django_capture_on_commit_callbacks)
    assert first.right.path.exists()
    exports.clear_uploads(untouched_since=timezone.now() + timedelta(hours=1))
    assert not first.right.path.exists()


def test_what_a_killed_process_left_behind_goes_the_next_night(
    check: Check, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=False):
        tasks.forget_snapshots()
    first = check.runs.get(number=1)
    assert first.right.kept_path.exists()
    night(django_capture_on_commit_callbacks)
    assert not first.right.kept_path.exists()
    assert not first.right.path.exists()


def test_young_exports_and_those_somebody_works_on_stay(
    dana: Person, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    one, other, third = (build.snapshot(text=f"id,a\n{number},x\n") for number in range(3))
    drafts.start(person=dana, left=one, right=other)
    build.run_queued(check=build.check(), left_text=LEFT, right_text="id,a\n1,q\n")
    aged()
    Snapshot.objects.filter(pk=third.pk).update(received_at=timezone.now())
    night(django_capture_on_commit_callbacks)
    assert not Snapshot.objects.exclude(forgotten_at=None).exists()


def test_without_the_setting_everything_stays(
    check: Check, settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    settings.SNAPSHOT_DAYS = 0
    night(django_capture_on_commit_callbacks)
    assert forgotten() == []
    assert check.runs.count() == 3


def test_twice_in_a_night_is_once(
    check: Check, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    night(django_capture_on_commit_callbacks)
    before = list(Snapshot.objects.values_list())
    night(django_capture_on_commit_callbacks)
    assert list(Snapshot.objects.values_list()) == before
    assert check.runs.count() == 3


def test_pages_of_what_is_forgotten_say_so(
    as_dana: Client, check: Check, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    night(django_capture_on_commit_callbacks)
    run = check.runs.get(number=1)
    assert "Its bytes and its copy were removed" in words(as_dana.get(f"/snapshots/{run.right_id}/"))
    assert "Its bytes and its copy were removed" in words(as_dana.get(f"/snapshots/{run.right_id}/preview/"))
    assert "kept no longer" in words(as_dana.get(f"/runs/{run.pk}/"))
    mismatch = Mismatch.objects.get(key="1")
    page = words(as_dana.get(f"/runs/{run.pk}/records/{mismatch.pk}/"))
    assert "right.csv is kept no longer since" in page


@pytest.mark.parametrize("rest", ["original/", "rejected.csv"])
def test_downloads_of_what_is_forgotten_answer_with_a_sentence(
    as_dana: Client, check: Check, rest: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    night(django_capture_on_commit_callbacks)
    answer = as_dana.get(f"/snapshots/{check.runs.get(number=1).right_id}/{rest}")
    assert answer.status_code == 410
    assert "right.csv is kept no longer: its bytes were removed, its figures stay." in words(answer)


def test_what_is_forgotten_cannot_be_read_in_another_way(
    as_dana: Client, check: Check, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    night(django_capture_on_commit_callbacks)
    snapshot = check.runs.get(number=1).right
    assert as_dana.post(f"/snapshots/{snapshot.pk}/read-again/", {"delimiter": ";"}).status_code == 410
    with pytest.raises(exports.Forgotten):
        exports.read_again(snapshot=snapshot, options=engine.ReadOptions(), person=None)


def test_no_run_starts_over_what_is_forgotten(
    check: Check, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    stale = check.runs.get(number=1).right
    night(django_capture_on_commit_callbacks)
    with pytest.raises(SnapshotForgotten, match=r"right\.csv is kept no longer, only its figures are\."):
        runs.start_run(check=build.check(name="Other"), left=build.snapshot(), right=stale, person=None)
    assert check.runs.count() == Run.objects.count()


def test_a_late_run_takes_its_place_among_forgotten_ones(
    check: Check, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    night(django_capture_on_commit_callbacks)
    late = build.run_done(
        check=check, left_text=LEFT, right_text="id,a\n1,late\n2,x\n", as_of=build.DAY + timedelta(days=1)
    )
    assert (late.state, late.number) == ("done", 2)
