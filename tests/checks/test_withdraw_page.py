"""The pages on which a run is taken back."""

import pytest
from django.test import Client

from ownership.models import Person, Role
from reconcile.checks.models import Run, RunState
from tests import build
from tests.checks.test_run_page import words
from tests.checks.three_runs import ThreeRuns
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

WHY = {"why": "Billing exported its test system."}


def test_the_page_says_what_becomes_of_the_mismatches_of_the_latest(as_dana: Client, three_runs: ThreeRuns) -> None:
    page = words(as_dana.get(f"/runs/{three_runs.runs[2].pk}/withdraw/"))
    assert "1 mismatch that is gone stands again." in page
    assert "1 mismatch that returned is gone again." in page
    assert "1 mismatch has the values of the run before again." in page
    assert "no other run saw" not in page


def test_the_page_says_that_later_runs_move(as_dana: Client, three_runs: ThreeRuns) -> None:
    page = words(as_dana.get(f"/runs/{three_runs.runs[0].pk}/withdraw/"))
    assert "2 later runs are numbered one lower and told again; what stands now stays as it is." in page


def test_withdrawing_leads_back_to_the_run_which_says_so(as_dana: Client, three_runs: ThreeRuns) -> None:
    run = three_runs.runs[1]
    answer = as_dana.post(f"/runs/{run.pk}/withdraw/", WHY)
    assert answer["Location"] == f"/runs/{run.pk}/"
    page = words(as_dana.get(answer["Location"]))
    assert "Run 2 is withdrawn: everything is as it was before it." in page
    assert "withdrawn by Dana Reyes" in page
    assert "“Billing exported its test system.”" in page
    assert "Run these files again" in page
    assert "withdrawn" in words(as_dana.get(f"/checks/{run.check_compared_id}/"))
    numbers = Run.objects.filter(state=RunState.DONE).order_by("number").values_list("pk", "number")
    assert list(numbers) == [(three_runs.runs[0].pk, 1), (three_runs.runs[2].pk, 2)]


def test_the_page_of_a_done_run_leads_to_it_for_those_who_may(as_dana: Client, three_runs: ThreeRuns) -> None:
    address = f"/runs/{three_runs.runs[0].pk}/"
    link = f'href="{address}withdraw/"'
    assert link in as_dana.get(address).content.decode()
    viewer = signed_in(build.person(email="vera@example.com", role=Role.VIEWER))
    assert link not in viewer.get(address).content.decode()


def test_no_reason_changes_nothing(as_dana: Client, three_runs: ThreeRuns) -> None:
    answer = as_dana.post(f"/runs/{three_runs.runs[2].pk}/withdraw/", {"why": " "})
    assert answer.status_code == 422
    assert "Say in a few words why the run is withdrawn." in words(answer)
    assert Run.objects.filter(state=RunState.DONE).count() == 3


def test_twice_is_once(as_dana: Client, three_runs: ThreeRuns) -> None:
    address = f"/runs/{three_runs.runs[2].pk}/withdraw/"
    for _ in range(2):
        answer = as_dana.post(address, WHY, follow=True)
    assert "This run is withdrawn; there is nothing to withdraw." in words(answer)
    assert Run.objects.filter(state=RunState.DONE).count() == 2


def test_a_run_that_is_not_done_has_no_such_page(as_dana: Client, dana: Person) -> None:
    check = build.check(owner=build.team(lead=dana))
    run = build.run_queued(check=check, left_text="id,a\n1,x\n", right_text="id,a\n1,y\n")
    answer = as_dana.get(f"/runs/{run.pk}/withdraw/", follow=True)
    assert "This run is queued; there is nothing to withdraw." in words(answer)


def test_while_another_run_is_under_way_it_waits(as_dana: Client, three_runs: ThreeRuns) -> None:
    build.run_queued(check=three_runs.check, left_text="id,a,b\n7,x,\n", right_text="id,a,b\n7,y,\n")
    address = f"/runs/{three_runs.runs[2].pk}/withdraw/"
    assert "wait until it ends, or cancel it" in words(as_dana.get(address))
    assert "is under way. Wait until it ends, or cancel it." in words(as_dana.post(address, WHY, follow=True))
    assert Run.objects.filter(state=RunState.DONE).count() == 3


def test_without_the_right_nothing_is_withdrawn(three_runs: ThreeRuns) -> None:
    address = f"/runs/{three_runs.runs[2].pk}/withdraw/"
    for client in (
        signed_in(build.person(email="vera@example.com", role=Role.VIEWER)),
        signed_in(build.person(email="lea@example.com", role=Role.LEAD)),
    ):
        assert client.get(address).status_code == 403
        assert client.post(address, WHY).status_code == 403
    assert Run.objects.filter(state=RunState.DONE).count() == 3


@pytest.mark.parametrize("address", ["/runs/99999/withdraw/", f"/runs/{10**30}/withdraw/"])
def test_a_run_that_is_not_there_is_not_found(as_dana: Client, address: str) -> None:
    assert as_dana.get(address).status_code == 404
    assert as_dana.post(address, WHY).status_code == 404


def test_files_of_a_withdrawn_run_are_run_again_from_its_page(as_dana: Client, three_runs: ThreeRuns) -> None:
    run = three_runs.runs[2]
    as_dana.post(f"/runs/{run.pk}/withdraw/", WHY)
    again = as_dana.post(f"/runs/{run.pk}/again/")
    new = Run.objects.get(state=RunState.QUEUED)
    assert again["Location"] == f"/runs/{new.pk}/"
    assert (new.left_id, new.right_id) == (run.left_id, run.right_id)


@pytest.mark.parametrize("rest", ["mismatches.csv", "records/1/"])
def test_addresses_of_its_mismatches_lead_to_the_withdrawn_run(
    as_dana: Client, three_runs: ThreeRuns, rest: str
) -> None:
    run = three_runs.runs[2]
    as_dana.post(f"/runs/{run.pk}/withdraw/", WHY)
    assert as_dana.get(f"/runs/{run.pk}/{rest}")["Location"] == f"/runs/{run.pk}/"
