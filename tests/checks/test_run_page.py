"""The page of a run in every state it can be in."""

import re
from html import unescape

import pytest
from django.test import Client

from ownership.models import Person, Role
from reconcile import pipeline
from reconcile.checks.models import Run, RunState
from reconcile.checks.services import runs
from tests import build
from tests.checks.three_runs import ThreeRuns
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

PAIR = ("id,a\n1,x\n2,y\n", "id,a\n1,x\n2,z\n")
LONG = "id,a\n" + "".join(f"{number},x\n" for number in range(100))


def words(response: object) -> str:
    """The text of a page as people read it, on one line."""
    text = re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL)  # type: ignore[attr-defined]
    return " ".join(unescape(text).split())


def tile(page: str, label: str) -> str:
    found = re.search(rf"{re.escape(label)} ([\d,]+)", page)
    assert found is not None, f"no tile {label}"
    return found.group(1)


@pytest.fixture
def held(dana: Person) -> Run:
    """Return a run that waits for a person, because most rows are gone."""
    check = build.check(owner=build.team(lead=dana), volume_guard=0.3)
    build.run_done(check=check, left_text=LONG, right_text=LONG, person=dana)
    return build.run_done(check=check, left_text="id,a\n1,x\n", right_text=LONG, person=dana)


@pytest.fixture
def queued(dana: Person) -> Run:
    check = build.check(owner=build.team(lead=dana))
    return build.run_queued(check=check, left_text=PAIR[0], right_text=PAIR[1], person=dana)


def state_of(run: Run) -> str:
    run.refresh_from_db()
    return run.state


def test_a_done_run_answers_with_sentence_tiles_fields_and_table(as_dana: Client, three_runs: ThreeRuns) -> None:
    page = words(as_dana.get(f"/runs/{three_runs.runs[2].pk}/"))
    assert (
        "Billing and CRM agree on 33.3 % of 3 customers; 2 values differ in 1 field; 1 customer is only in CRM;" in page
    )
    assert [tile(page, name) for name in ("Values differ", "Only in Billing", "Only in CRM")] == ["2", "0", "1"]
    assert [tile(page, name) for name in ("New", "Values changed", "Returned", "Gone")] == ["0", "1", "1", "1"]
    assert "Values that differ, by field a 2 66.7 %" in page
    assert "5 mismatches" in page
    first = words(as_dana.get(f"/runs/{three_runs.runs[0].pk}/"))
    assert "Since run" not in first
    assert "Run 2" in first


def test_a_tile_leads_to_the_rows_it_counts(as_dana: Client, three_runs: ThreeRuns) -> None:
    page = as_dana.get(f"/runs/{three_runs.runs[1].pk}/").content.decode()
    tiles = re.findall(r'class="tile[^"]*"\s+href="([^"]+)".*?tile-count">([\d,]+)<', page, flags=re.DOTALL)
    assert len(tiles) >= 7
    for address, count in tiles:
        listed = words(as_dana.get(unescape(address).partition("#")[0]))
        noun = "mismatch" if count == "1" else "mismatches"
        assert f"{count} {noun}" in listed or (count == "0" and "Nothing matches" in listed)


def test_two_files_without_a_difference_are_said_to_agree(as_dana: Client, dana: Person) -> None:
    run = build.run_done(check=build.check(), left_text=PAIR[0], right_text=PAIR[0], person=dana)
    page = words(as_dana.get(f"/runs/{run.pk}/"))
    assert "CRM and Billing agree on all 2 records." in page
    assert "Nothing differs" in page


def test_lines_that_could_not_be_read_are_said_with_the_way_to_them(as_dana: Client, dana: Person) -> None:
    run = build.run_done(check=build.check(), left_text='id,a\n1,x\n"2"z,y\n', right_text=PAIR[0], person=dana)
    page = as_dana.get(f"/runs/{run.pk}/")
    assert "1 line could not be read" in words(page)
    assert f'href="/snapshots/{run.left_id}/"' in page.content.decode()


def test_keys_that_differ_only_in_case_are_said_with_the_way_out(as_dana: Client, dana: Person) -> None:
    run = build.run_done(check=build.check(), left_text="id,a\nA,x\nB,y\n", right_text="id,a\na,x\nb,y\n", person=dana)
    page = as_dana.get(f"/runs/{run.pk}/")
    assert "2 keys differ only in case or outer space." in words(page)
    assert f'href="/checks/{run.check_compared_id}/edit/"' in page.content.decode()


def test_a_queued_run_says_so_and_asks_again_each_second(as_dana: Client, queued: Run) -> None:
    page = as_dana.get(f"/runs/{queued.pk}/")
    assert "Waiting for a worker" in words(page)
    assert f'hx-get="/runs/{queued.pk}/progress/"' in page.content.decode()
    fragment = as_dana.get(f"/runs/{queued.pk}/progress/")
    assert "Waiting for a worker" in words(fragment)
    assert "HX-Refresh" not in fragment


def test_progress_names_the_step_its_rows_and_the_steps_before(as_dana: Client, queued: Run) -> None:
    Run.objects.filter(pk=queued.pk).update(
        state=RunState.COMPARING, step="Comparing", done=412_000, total=1_000_000, step_seconds={"reading": 2.31}
    )
    fragment = words(as_dana.get(f"/runs/{queued.pk}/progress/"))
    assert "Reading both exports 2.3 s" in fragment
    assert "Comparing 412,000 of 1,000,000 rows" in fragment
    assert fragment.endswith("Storing")


def test_once_a_run_is_over_the_page_is_loaded_again(as_dana: Client, queued: Run) -> None:
    pipeline.execute(queued.pk)
    assert as_dana.get(f"/runs/{queued.pk}/progress/")["HX-Refresh"] == "true"


def test_a_run_is_cancelled_and_can_be_tried_again(as_dana: Client, queued: Run) -> None:
    cancelled = as_dana.post(f"/runs/{queued.pk}/cancel/", follow=True)
    assert state_of(queued) == RunState.CANCELLED
    assert "Cancelled by Dana Reyes." in words(cancelled)
    again = as_dana.post(f"/runs/{queued.pk}/again/")
    new = Run.objects.latest("pk")
    assert again["Location"] == f"/runs/{new.pk}/"
    assert (new.left_id, new.right_id, new.state) == (queued.left_id, queued.right_id, RunState.QUEUED)


def test_trying_again_while_a_run_is_under_way_leads_to_that(as_dana: Client, queued: Run) -> None:
    runs.cancel_run(run=queued, person=None)
    as_dana.post(f"/runs/{queued.pk}/again/")
    second = as_dana.post(f"/runs/{queued.pk}/again/", follow=True)
    assert second.redirect_chain == [(f"/runs/{Run.objects.latest('pk').pk}/", 302)]
    assert "A run of Customers is under way." in words(second)


def test_a_held_run_shows_the_figures_and_goes_on_for_a_reason(as_dana: Client, held: Run) -> None:
    page = words(as_dana.get(f"/runs/{held.pk}/"))
    assert "has 1 row; last time it had 100, so there are 99.0 % fewer." in page
    assert "Go on anyway" in page
    refused = as_dana.post(f"/runs/{held.pk}/confirm/", {"why": "  "})
    assert refused.status_code == 422
    assert "Say in a few words why the figures are right." in words(refused)
    assert state_of(held) == RunState.NEEDS_CONFIRMATION
    as_dana.post(f"/runs/{held.pk}/confirm/", {"why": "Archived on Friday."})
    assert state_of(held) == RunState.QUEUED
    pipeline.execute(held.pk)
    done = words(as_dana.get(f"/runs/{held.pk}/"))
    assert "“Archived on Friday.”" in done
    assert "99.0 % fewer" in done


def test_a_held_run_can_be_discarded(as_dana: Client, held: Run) -> None:
    page = words(as_dana.post(f"/runs/{held.pk}/cancel/", follow=True))
    assert state_of(held) == RunState.CANCELLED
    assert "It was held for this" in page


def test_what_is_over_can_neither_be_confirmed_nor_cancelled(as_dana: Client, three_runs: ThreeRuns) -> None:
    run = three_runs.runs[0]
    assert "This run is done already." in words(as_dana.post(f"/runs/{run.pk}/cancel/", follow=True))
    confirmed = as_dana.post(f"/runs/{run.pk}/confirm/", {"why": "It is fine."}, follow=True)
    assert "This run is done; there is nothing to confirm." in words(confirmed)
    assert as_dana.post(f"/runs/{run.pk}/confirm/", {}, follow=True).status_code == 200
    assert state_of(run) == RunState.DONE


def test_a_failed_run_says_what_happened_what_is_kept_and_its_number(as_dana: Client, dana: Person) -> None:
    check = build.check(owner=build.team(lead=dana))
    run = build.run_done(check=check, left_text="id,b\n1,x\n", right_text=PAIR[1], person=dana)
    page = words(as_dana.get(f"/runs/{run.pk}/"))
    assert "Column `a` is not in left.csv." in page
    assert "Both exports are kept, and what earlier runs found stands unchanged." in page
    assert f"Run {run.pk}" in page
    assert "Try again with the same files" in page


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MANAGER, Role.ADMINISTRATOR, Role.LEAD])
def test_only_the_lead_of_the_team_acts_and_everybody_reads(queued: Run, role: Role) -> None:
    client = signed_in(build.person(role=role))
    page = client.get(f"/runs/{queued.pk}/")
    assert page.status_code == 200
    assert "Cancel" not in words(page)
    for action in ("cancel", "confirm", "again"):
        answer = client.post(f"/runs/{queued.pk}/{action}/", {"why": "Because."})
        assert answer.status_code == 403
        assert "Customers is run and changed by the lead of Revenue operations." in words(answer)
    assert state_of(queued) == RunState.QUEUED


@pytest.mark.parametrize(
    "address", ["/runs/999/", "/runs/999/progress/", f"/runs/{10**30}/", "/runs/999/mismatches.csv"]
)
def test_a_run_that_is_not_there_is_not_found(as_dana: Client, address: str) -> None:
    assert as_dana.get(address).status_code == 404


@pytest.mark.parametrize("action", ["cancel", "confirm", "again"])
def test_nothing_can_be_done_about_a_run_that_is_not_there(as_dana: Client, action: str) -> None:
    assert as_dana.post(f"/runs/{10**30}/{action}/", {"why": "Because."}).status_code == 404


def test_names_full_of_markup_are_only_text(as_dana: Client, dana: Person) -> None:
    name = '"><script>alert(1)</script>\u202e=1+1 ' + "n" * 150
    check = build.check(name=name, left="<b>CRM</b>", right="</title><i>", owner=build.team(lead=dana))
    run = build.run_done(check=check, left_text=PAIR[0], right_text=PAIR[1], person=dana)
    page = as_dana.get(f"/runs/{run.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "<b>CRM" not in page
    assert "<i>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
