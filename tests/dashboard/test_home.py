"""The page one comes home to: what needs doing, and how each check stands."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from ownership.models import OwnershipRule, Person, Role, RuleState
from ownership.services import agreeing
from reconcile.checks.models import Check, Draft, Run, RunState
from reconcile.dashboard import rail
from reconcile.dashboard.queries import EXAMPLE_LOADING
from tests import build
from tests.conftest import signed_in

LEFT = "id,a\n1,Kiel\n2,Jena\n3,Ulm\n"
RIGHT = "id,a\n1,Kiel\n2,Graz\n"

pytestmark = pytest.mark.django_db


def home(client: Client) -> str:
    return " ".join(client.get("/").content.decode().split())


@pytest.fixture
def _forget_loading() -> Iterator[None]:
    yield
    cache.delete(EXAMPLE_LOADING)


def test_where_there_is_nothing_yet_the_one_button_begins(as_dana: Client) -> None:
    page = home(as_dana)
    assert "Nothing has been compared yet" in page
    assert page.count("Compare two exports") == 1
    assert 'href="/checks/new/"' in page


def test_somebody_without_the_right_is_told_who_can_help(ada: Person) -> None:
    page = home(signed_in(build.person(email="viewer@example.com", role=Role.VIEWER)))
    assert "/checks/new/" not in page
    assert f"{ada.name} can make you one." in page


def test_new_check_tells_somebody_without_the_right_who_can_help(ada: Person) -> None:
    answer = signed_in(build.person(email="viewer@example.com", role=Role.VIEWER)).get("/checks/new/")
    assert answer.status_code == 403
    assert f"Checks are made by the leads of teams. {ada.name} can make you one." in answer.content.decode()


def test_a_check_says_what_its_last_run_found(as_dana: Client, dana: Person) -> None:
    check = build.check(owner=build.team(lead=dana))
    build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    page = home(as_dana)
    assert check.name in page
    assert "agree on 50.0 % of 2" in page
    assert f'href="/checks/{check.pk}/run/"' in page


def test_what_happened_since_the_run_before_is_said(as_dana: Client) -> None:
    check = build.check()
    build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    build.run_done(check=check, left_text=LEFT, right_text=LEFT.replace("Ulm", "Linz"))
    page = home(as_dana)
    assert "Since the run before: 1 new, 2 gone." in page
    assert "Mismatches of the last 2 runs" in page


def test_only_whoever_leads_its_team_is_offered_to_run_it(as_dana: Client) -> None:
    check = build.check(owner=build.team())
    build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    assert f"/checks/{check.pk}/run/" not in home(as_dana)


def test_a_run_that_is_held_comes_first(as_dana: Client) -> None:
    check = build.check()
    run = build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    Run.objects.filter(pk=run.pk).update(
        state=RunState.NEEDS_CONFIRMATION, number=None, warnings=["The CRM export has 2 rows."]
    )
    page = home(as_dana)
    assert "1 run waits for somebody to say whether the exports are right." in page
    assert "The CRM export has 2 rows." in page
    assert f'href="/runs/{run.pk}/"' in page


def test_a_check_begun_and_not_finished_is_there_to_go_on_with(as_dana: Client, dana: Person) -> None:
    mine = Draft.objects.create(person=dana, name="Suppliers")
    theirs = Draft.objects.create(person=build.person(email="other@example.com"), name="Somebody else's")
    page = home(as_dana)
    assert f"/checks/new/{mine.pk}/" in page
    assert str(theirs.pk) not in page


def test_names_of_others_are_shown_as_they_are_and_not_run(as_dana: Client) -> None:
    check = build.check()
    Check.objects.filter(pk=check.pk).update(name="<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in home(as_dana)


@pytest.mark.usefixtures("_forget_loading")
def test_while_the_example_is_loaded_home_says_so_and_looks_again(as_dana: Client) -> None:
    cache.set(EXAMPLE_LOADING, "Comparing week 3 of 8", 30)
    page = home(as_dana)
    assert "Comparing week 3 of 8." in page
    assert 'hx-trigger="every 3s"' in page


def test_the_example_is_offered_to_be_removed_by_those_who_may(as_dana: Client, as_ada: Client) -> None:
    build.run_done(check=build.check(), left_text=LEFT, right_text=RIGHT)
    assert "/example/remove/" not in home(as_dana)
    Check.objects.update(is_demo=True)
    viewer = signed_in(build.person(email="viewer@example.com", role=Role.VIEWER))
    assert ["/example/remove/" in home(client) for client in (as_dana, as_ada, viewer)] == [True, True, False]


def test_what_waits_for_the_answer_of_ones_team_is_on_home_and_counted_in_the_rail() -> None:
    there = build.company()
    agreeing.propose(build.field(), person=there.finn)
    page = home(signed_in(there.dana))
    assert "1 answer about a field waits for you." in page
    assert "A rule is proposed: agree, or say what speaks against it." in page
    assert 'href="/ownership/waiting/"' in page
    assert '1<span class="visually-hidden"> waits for you</span>' in page
    for other in (there.finn, there.mira):
        page = home(signed_in(other))
        assert "waits for you" not in page
        assert "The teams agreed on none of 1 field." in page


def test_how_many_fields_are_agreed_is_said() -> None:
    there = build.company()
    build.field()
    build.field(replace(build.STATUS, name="due date"))
    client = signed_in(there.mira)
    OwnershipRule.objects.filter(field__name="due date").update(state=RuleState.AGREED)
    assert "The teams agreed on 1 of 2 fields." in home(client)
    assert "50.0 %" in home(client)
    OwnershipRule.objects.update(state=RuleState.AGREED)
    assert "The teams agreed on all 2 fields there are." in home(client)


def test_where_no_field_is_written_down_whoever_may_begin_is_led_there(as_dana: Client, as_ada: Client) -> None:
    assert "No field is written down yet." in home(as_dana)
    assert "No field is written down yet." not in home(as_ada)


def test_more_fields_that_wait_take_no_more_queries() -> None:
    there = build.company()
    client = signed_in(there.dana)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            client.get("/")
        return len(counted)

    agreeing.propose(build.field(), person=there.finn)
    before = queries()
    for number in range(7):
        agreeing.propose(build.field(replace(build.STATUS, name=f"status {number}")), person=there.finn)
    assert queries() == before
    assert "3 more things wait for your answer." in home(client)


def test_the_count_in_the_rail_takes_at_most_two_queries_and_none_without_a_rail() -> None:
    there = build.company()
    request = RequestFactory().get("/")
    request.user = there.dana
    said = rail.counts(request)["waiting_for_me"]
    with CaptureQueriesContext(connection) as counted:
        assert [said(), said()] == [0, 0]
    assert len(counted) <= 2
    request.user = AnonymousUser()
    assert rail.counts(request)["waiting_for_me"]() == 0


def test_more_checks_runs_and_drafts_take_no_more_queries(as_dana: Client, dana: Person) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            as_dana.get("/")
        return len(counted)

    def another() -> None:
        name = f"check {Check.objects.count()}"
        check = build.check(name=name, owner=build.team(name=name))
        build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
        Draft.objects.create(person=dana)

    another()
    before = queries()
    another()
    another()
    assert queries() == before


def test_only_administrators_see_the_way_to_people(as_dana: Client, as_ada: Client) -> None:
    assert "/admin/ownership/person/" not in home(as_dana)
    assert "/admin/ownership/person/" in home(as_ada)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_home_is_only_for_reading(as_dana: Client, method: str) -> None:
    assert getattr(as_dana, method)("/").status_code == 405
