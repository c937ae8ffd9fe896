"""Pages of patterns: on the page of a check, all of them, one of them, its mismatches, why a mismatch is there."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ownership.definitions import Definition, Rule, Use
from ownership.models import Person, Role
from reconcile.checks.models import Check, Mismatch, Run
from reconcile.patterns.models import Classification, Pattern
from tests import build
from tests.checks.test_run_page import words
from tests.conftest import signed_in
from tests.patterns.pages_world import COMPARING, RIGHT, check_of, pattern, run_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def check(dana: Person) -> Check:
    return check_of(dana)


@pytest.fixture
def run(check: Check) -> Run:
    return run_of(check)


# --- On the page of a check ----------------------------------------------------------


def test_the_page_of_a_check_tells_its_patterns_before_its_runs(as_dana: Client, run: Run) -> None:
    page = words(as_dana.get(f"/checks/{run.check_compared_id}/"))
    assert "2 patterns explain 100 % of 12 mismatches" in page
    assert "Status uses two vocabularies two vocabularies definition new 8" in page
    assert "Customers in CRM that never reached Billing missing event hand-off new 4" in page
    assert page.index("Patterns Search") < page.index("Runs")


def test_a_check_without_a_run_says_where_patterns_come_from(as_dana: Client, check: Check) -> None:
    assert "They stand here after the first run." in words(as_dana.get(f"/checks/{check.pk}/"))


def test_where_nothing_differs_nothing_fails_the_same_way(as_dana: Client, check: Check) -> None:
    run_of(check, left=RIGHT)
    assert "Nothing differs in the last run, so nothing fails" in words(as_dana.get(f"/checks/{check.pk}/"))


def test_what_is_gone_is_folded_away(as_dana: Client, check: Check, run: Run) -> None:
    run_of(check, week=1, right=RIGHT + "".join(f"{key},town {key},new,hand\n" for key in range(9, 13)))
    page = as_dana.get(f"/checks/{run.check_compared_id}/")
    assert "1 pattern is gone" in words(page)
    assert '<details class="patterns-gone">' in page.content.decode()


def test_while_patterns_are_worked_out_the_part_asks_again(as_dana: Client, run: Run) -> None:
    Classification.objects.all().delete()
    page = as_dana.get(f"/checks/{run.check_compared_id}/").content.decode()
    assert "Patterns are being worked out." in page
    assert f'hx-get="/checks/{run.check_compared_id}/patterns/"' in page
    part = as_dana.get(f"/checks/{run.check_compared_id}/patterns/").content.decode()
    assert "being worked out" in part
    assert "<html" not in part


def test_the_part_of_a_check_that_is_not_there_is_not_found(as_dana: Client) -> None:
    assert as_dana.get("/checks/404/patterns/").status_code == 404
    assert as_dana.get(f"/checks/{10**30}/patterns/").status_code == 404


# --- All of them ----------------------------------------------------------


def test_the_list_has_all_patterns_the_largest_first(as_dana: Client, run: Run) -> None:
    page = words(as_dana.get("/patterns/"))
    assert "2 patterns hold 12 mismatches; 2 are new." in page
    assert page.index("Status uses two vocabularies") < page.index("Customers in CRM that never reached")
    assert run.check_compared.name in page


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("q=vocabularies", ["status"]),
        ("q=never+reached", [""]),
        ("problem=definition", ["status"]),
        ("problem=hand-off", [""]),
        ("cause=missing_event", [""]),
        ("change=new", ["status", ""]),
        ("change=gone", []),
        ("check=999", ["status", ""]),
        ("problem=nonsense&cause=nonsense&sort=nonsense&page=999999999999", ["status", ""]),
        ("q=%00%27", ["status", ""]),
    ],
)
@pytest.mark.usefixtures("run")
def test_the_list_is_searched_and_filtered(as_dana: Client, asked: str, there: list[str]) -> None:
    response = as_dana.get(f"/patterns/?{asked}")
    assert response.status_code == 200
    shown = re.findall(r'href="/patterns/(\d+)/"', response.content.decode())
    assert [Pattern.objects.get(pk=key).field for key in shown] == (there if "%27" not in asked else [])


def test_without_any_pattern_the_list_says_what_will_be_here(as_dana: Client) -> None:
    page = words(as_dana.get("/patterns/"))
    assert "No patterns yet" in page
    assert "To the checks" in page


def test_more_checks_take_no_more_queries(as_dana: Client, run: Run) -> None:
    with CaptureQueriesContext(connection) as before:
        as_dana.get("/patterns/")
    other = build.check(name="Others", comparing=COMPARING, owner=run.check_compared.owner)
    run_of(other)
    with CaptureQueriesContext(connection) as after:
        as_dana.get("/patterns/")
    assert len(after) == len(before)


# --- One of them ----------------------------------------------------------


@pytest.mark.usefixtures("run")
def test_a_pattern_says_what_it_is_and_shows_typical_records_with_their_evidence(as_dana: Client) -> None:
    page = words(as_dana.get(f"/patterns/{pattern().pk}/"))
    assert "4 customers, for the first week." in page
    assert "The record is on one side only, for longer than it may take to arrive" in page
    assert "4 typical mismatches" in page
    assert "What event should update both systems?" in page
    assert "All 4 mismatches" in page


@pytest.mark.usefixtures("run")
def test_a_pattern_of_two_vocabularies_shows_the_pairs_of_words(as_dana: Client) -> None:
    page = words(as_dana.get(f"/patterns/{pattern('differs').pk}/"))
    assert "CRM Billing Mismatches Mean the same? current PAID 8 Add to the mapping" in page
    assert "take the field over into the registry" in page


@pytest.mark.usefixtures("run")
def test_where_the_registry_has_the_field_the_difference_is_written_down_there(as_dana: Client) -> None:
    build.team(name="Finance")
    field = build.field(Definition("status", uses=(Use("CRM", "state"),), rule=Rule(owner="Finance")))
    page = as_dana.get(f"/patterns/{pattern('differs').pk}/").content.decode()
    assert f'href="/ownership/fields/{field.pk}/#uses">write the difference down</a>' in page


@pytest.mark.usefixtures("run")
def test_values_that_are_masked_stay_so_in_words_and_evidence(as_dana: Client) -> None:
    build.team(name="Finance")
    build.field(Definition("status", sensitive=True, uses=(Use("CRM", "status"),), rule=Rule(owner="Finance")))
    for address in (f"/patterns/{pattern('differs').pk}/", f"/patterns/{pattern('differs').pk}/records/"):
        page = as_dana.get(address)
        assert page.status_code == 200
        assert "current" not in words(page)
        assert "PAID" not in words(page)
    found = Mismatch.objects.filter(kind="differs").first()
    assert found is not None
    run = Run.objects.get()
    assert "PAID" not in words(as_dana.get(f"/runs/{run.pk}/records/{found.pk}/"))


@pytest.mark.usefixtures("run")
def test_who_may_not_shape_a_pattern_reads_it_without_forms(check: Check) -> None:
    viewer = signed_in(build.person(email="vera@example.com", role=Role.VIEWER))
    page = viewer.get(f"/patterns/{pattern('differs').pk}/")
    assert f"Patterns of {check.name} are named, split, merged and answered for by the lead of" in words(page)
    assert page.content.decode().count('<form method="post"') == 1  # to sign out


def test_a_pattern_that_is_not_there_is_not_found(as_dana: Client) -> None:
    for key in (404, 10**30):
        for tail in ("", "records/", "split/"):
            assert as_dana.get(f"/patterns/{key}/{tail}").status_code == 404


@pytest.mark.usefixtures("run")
def test_its_mismatches_are_listed_like_those_of_a_run(as_dana: Client) -> None:
    address = f"/patterns/{pattern().pk}/records/"
    page = as_dana.get(address)
    assert page.content.decode().count('id="mismatch-') == 4
    assert "missing event" in words(page)
    assert as_dana.get(f"{address}?q=9").content.decode().count('id="mismatch-') == 1
    assert as_dana.get(f"{address}?kind=differs").content.decode().count('id="mismatch-') == 0
    assert as_dana.get(f"{address}?sort=-key&page=99999&after=x&state=gone").status_code == 200


def test_many_mismatches_of_a_pattern_take_as_many_queries_as_few(as_dana: Client) -> None:
    counts = []
    for number, count in enumerate((30, 3_000)):
        check = build.check(name=f"Check {number}")
        rows = "".join(f"{key},x\n" for key in range(count))
        build.run_done(check=check, left_text=f"id,a\n{rows}", right_text="id,a\nnone,x\n", causes=True)
        found = Pattern.objects.get(check_compared=check, kind="only_left")
        last = Mismatch.objects.filter(check_compared=check, kind="only_left").latest("pk")
        for asked in ("", "?page=2&size=25", f"?after={last.pk - 5}"):
            with CaptureQueriesContext(connection) as queries:
                assert as_dana.get(f"/patterns/{found.pk}/records/{asked}").status_code == 200
            counts.append(len(queries))
    assert counts[:3] == counts[3:]


# --- Why a mismatch is there ----------------------------------------------------------


def test_a_record_tells_why_in_which_pattern_and_when_both_parted(as_dana: Client, check: Check) -> None:
    same = "".join(f"{key},town {key},PAID,hand\n" for key in range(1, 9))
    first = run_of(check, left=same, right=same)
    run = run_of(check, week=1, left=same.replace("town 3,", "Riga,"), right=same)
    found = Mismatch.objects.get(kind="differs", field="city")
    page = words(as_dana.get(f"/runs/{run.pk}/records/{found.pk}/"))
    assert "Why city differs" in page
    assert "In the pattern City" in page
    assert "2026-03-06 town 3 town 3 same 2026-03-13 Riga town 3 parted here: CRM changed" in page
    assert f"/runs/{first.pk}/" in as_dana.get(f"/runs/{run.pk}/records/{found.pk}/").content.decode()


def test_of_exports_no_longer_kept_the_timeline_says_so(as_dana: Client, check: Check) -> None:
    same = "".join(f"{key},town {key},PAID,hand\n" for key in range(1, 9))
    first = run_of(check, left=same, right=same)
    run = run_of(check, week=1, left=same.replace("town 3,", "Riga,"), right=same)
    for snapshot in (first.left, first.right):
        snapshot.kept_path.unlink()
    found = Mismatch.objects.get(kind="differs", field="city")
    page = words(as_dana.get(f"/runs/{run.pk}/records/{found.pk}/"))
    assert "2026-03-06 no longer kept 2026-03-13 Riga town 3" in page
