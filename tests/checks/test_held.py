"""A held run: the numbers beside the last accepted ones, and what would be reported missing."""

import pytest
from django.test import Client

from ownership.definitions import Definition, Rule, Use
from ownership.models import Person, Role
from reconcile import pipeline
from reconcile.checks.masking import SHOWN
from reconcile.checks.models import Check, Run, RunState
from reconcile.checks.queries import held
from reconcile.checks.services.withdrawing import withdraw_run
from tests import build
from tests.checks.test_run_page import words
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

LONG = "id,a\n" + "".join(f"K{number},x\n" for number in range(100))
SHORT = "id,a\nK0,x\nK1,x\n"


@pytest.fixture
def check(dana: Person) -> Check:
    made = build.check(owner=build.team(lead=dana), volume_guard=0.3)
    build.run_done(check=made, left_text=LONG, right_text=LONG, person=dana)
    return made


@pytest.fixture
def truncated(check: Check) -> Run:
    return build.run_done(check=check, left_text=SHORT, right_text=LONG)


def test_the_numbers_stand_beside_those_of_the_last_accepted_run(as_dana: Client, truncated: Run) -> None:
    page = words(as_dana.get(f"/runs/{truncated.pk}/"))
    assert truncated.state == RunState.NEEDS_CONFIRMATION
    assert "Run 1 , 2026-03-06" in page
    assert "CRM 100 2 98.0 % fewer 98" in page
    assert "Billing 100 100 as many 0" in page


def test_twenty_of_what_would_be_missing_are_named_and_the_rest_counted(as_dana: Client, truncated: Run) -> None:
    page = words(as_dana.get(f"/runs/{truncated.pk}/"))
    assert "Would be reported missing in CRM K2 K3 K4" in page
    assert "K21 and 78 more" in page
    assert "K22" not in page


def test_what_is_held_is_confirmed_with_a_reason_or_discarded(as_dana: Client, truncated: Run) -> None:
    as_dana.post(f"/runs/{truncated.pk}/cancel/")
    truncated.refresh_from_db()
    assert truncated.state == RunState.CANCELLED
    as_dana.post(f"/runs/{truncated.pk}/again/")
    again = Run.objects.get(state=RunState.QUEUED)
    pipeline.execute(again.pk)
    as_dana.post(f"/runs/{again.pk}/confirm/", {"why": "Archived with Finance."})
    pipeline.execute(again.pk)
    again.refresh_from_db()
    assert (again.state, again.number, again.confirmed_why) == (RunState.DONE, 2, "Archived with Finance.")


def test_a_late_export_is_measured_by_the_run_before_it(check: Check) -> None:
    build.run_done(check=check, left_text=LONG, right_text=LONG + "K100,x\n", as_of=build.DAY + 4 * build.WEEK)
    many = "id,a\n" + "".join(f"K{number},x\n" for number in range(200))
    run = build.run_done(check=check, left_text=many, right_text=many, as_of=build.DAY + build.WEEK)
    assert run.state == RunState.NEEDS_CONFIRMATION
    found = held.held(run, SHOWN)
    assert found is not None
    assert found.before.number == 1


def test_a_run_that_was_withdrawn_is_no_measure(check: Check) -> None:
    first = Run.objects.get()
    withdraw_run(run=first, person=None, why="Wrong file.")
    run = build.run_done(check=check, left_text=SHORT, right_text=LONG)
    assert run.state == RunState.DONE


def test_an_export_whose_key_column_is_gone_says_so(as_dana: Client, check: Check) -> None:
    run = build.run_done(check=check, left_text=SHORT.replace("id", "no"), right_text=LONG)
    page = words(as_dana.get(f"/runs/{run.pk}/"))
    assert "What is missing in left.csv cannot be told." in page
    assert "`id` is not in" in page


def test_an_earlier_copy_that_is_gone_says_so(as_dana: Client, truncated: Run) -> None:
    Run.objects.get(number=1).left.kept_path.unlink()
    page = as_dana.get(f"/runs/{truncated.pk}/")
    assert page.status_code == 200
    assert "What is missing in left.csv cannot be told." in words(page)


def test_a_viewer_sees_the_numbers_and_decides_nothing(truncated: Run) -> None:
    page = words(signed_in(build.person(email="vera@example.com", role=Role.VIEWER)).get(f"/runs/{truncated.pk}/"))
    assert "98.0 % fewer" in page
    assert "Go on anyway" not in page


def test_keys_that_are_masked_are_counted_and_not_named(as_dana: Client, truncated: Run) -> None:
    build.team(name="Finance")
    build.field(Definition("customer", sensitive=True, uses=(Use("CRM", "id"),), rule=Rule(owner="Finance")))
    page = words(as_dana.get(f"/runs/{truncated.pk}/"))
    assert "98.0 % fewer 98" in page
    assert "(masked)" in page
    assert "K2" not in page
