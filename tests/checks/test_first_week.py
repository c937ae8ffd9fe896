"""The guided first week: each step fills the map and the registry, nothing typed is lost, nothing is kept twice."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from boundaries.definitions import Carried, Map, Observed
from boundaries.models import Boundary, BoundaryVersion
from boundaries.queries import maps
from boundaries.services import defining
from ownership.definitions import Definition, Rule, Use
from ownership.models import Field, Role, System
from ownership.queries import registry
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Check
from reconcile.checks.queries.first_week import week_of
from tests import build
from tests.boundaries.worlds import EMPTY, STORY, long
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

START = "/boundaries/first-week/"
OF = "/boundaries/first-week/sales-to-billing/"
WATCHED = {"do": "watch", "team": "Finance", "minutes": "150", "times_per_week": "1", "trigger": "it is Friday"}
COMPARED = Comparing(
    key=(("id", "id"),),
    fields=(ComparedField("start date", "start_date", "ServiceStart"), ComparedField("plan", "p", "p")),
)


@pytest.fixture
def company() -> build.Company:
    return build.company()


@pytest.fixture
def dana(company: build.Company) -> Client:
    return signed_in(company.dana)


@pytest.fixture
def check(company: build.Company) -> Check:
    made = build.check(name="Weekly customers", comparing=COMPARED, owner=company.sales)
    made.records = "customers"
    made.save()
    return made


@pytest.fixture
def empty(company: build.Company) -> Boundary:
    return build.boundary(EMPTY, person=company.dana)


def said() -> Map:
    return maps.definition(maps.whole().get())


def text(response: object) -> str:
    assert isinstance(response, HttpResponse)
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# --- Where it begins --------------------------------------------------------------------------------------------------


def test_a_check_gets_a_boundary_between_its_systems(dana: Client, check: Check) -> None:
    assert "selected>Weekly customers" in dana.get(f"{START}?check={check.pk}").content.decode()
    response = dana.post(START, {"check": check.pk})
    assert (response.status_code, response["Location"]) == (302, "/boundaries/first-week/crm-to-billing/")
    made = Boundary.objects.get()
    assert (made.name, made.from_system.name, made.to_system.name) == ("CRM to Billing", "CRM", "Billing")
    check.refresh_from_db()
    assert check.boundary == made
    assert dana.post(START, {"check": check.pk})["Location"] == response["Location"]
    assert BoundaryVersion.objects.count() == 1


def test_a_boundary_between_the_same_systems_is_taken(dana: Client, check: Check) -> None:
    drawn = build.boundary(replace(STORY, source="Billing", target="CRM"))
    assert dana.post(START, {"check": check.pk})["Location"] == OF
    check.refresh_from_db()
    assert check.boundary == drawn


def test_names_that_are_taken_are_passed_over(dana: Client, check: Check) -> None:
    for name in ("crm to billing", "weekly customers"):
        build.boundary(Map(name, "A", "B"))
    assert dana.post(START, {"check": check.pk})["Location"] == "/boundaries/first-week/weekly-customers-2/"


def test_a_check_of_one_system_with_itself_has_no_boundary(company: build.Company, dana: Client) -> None:
    made = build.check(name="CRM twice", owner=company.sales, right="CRM")
    response = dana.post(START, {"check": made.pk})
    assert response.status_code == 422
    assert "A boundary is the line between two systems" in text(response)
    assert not Boundary.objects.exists()


@pytest.mark.usefixtures("company")
def test_one_that_is_only_a_spreadsheet_is_named_with_its_systems(dana: Client) -> None:
    response = dana.post(START, {"check": "", "name": " shop to  ERP", "source": "crm", "target": "ERP"})
    assert response["Location"] == "/boundaries/first-week/shop-to-erp/"
    assert (said().name, said().source, said().target) == ("shop to ERP", "CRM", "ERP")
    assert System.objects.filter(name="ERP").exists()


@pytest.mark.parametrize(
    ("posted", "sentences"),
    [
        ({}, ("Give it a name, such as sales to billing.", "Name the system where the records begin.")),
        ({"name": "kept name"}, ("Name the system where they are taken over.",)),
        ({"name": "kept name", "source": "CRM", "target": "crm"}, ("name another one here",)),
        (
            {"name": "sales to billing", "source": "CRM", "target": "X"},
            ("There is a boundary called sales to billing",),
        ),
        ({"name": "x" * 201, "source": "CRM", "target": "X"}, ("What people call it: at most 200 characters.",)),
        ({"check": "99999"}, ("There is no such check any more. Choose another.",)),
        ({"check": "x"}, ("There is no such check any more. Choose another.",)),
    ],
)
def test_what_cannot_begin_is_said_and_stays_typed(
    dana: Client, empty: Boundary, posted: dict[str, str], sentences: tuple[str, ...]
) -> None:
    response = dana.post(START, posted)
    assert response.status_code == 422
    for sentence in sentences:
        assert sentence in text(response)
    assert posted.get("name", "") in response.content.decode()
    assert list(Boundary.objects.all()) == [empty]


def test_a_check_of_another_team_is_tied_by_its_lead(company: build.Company, check: Check) -> None:
    response = signed_in(company.finn).post(START, {"check": check.pk})
    assert response.status_code == 422
    assert "Weekly customers is changed by the lead of Sales" in text(response)
    assert not Boundary.objects.exists()


@pytest.mark.parametrize("asked", ["?check=", "?check=x", "?check=" + "9" * 40, "?check=-1", "?check=1"])
def test_odd_addresses_are_answered(dana: Client, asked: str) -> None:
    assert dana.get(START + asked).status_code == 200


# --- What the steps write ---------------------------------------------------------------------------------------------


def test_watching_once_draws_both_sides_and_the_spreadsheet(dana: Client, check: Check, empty: Boundary) -> None:
    check.boundary = empty
    check.save()
    response = dana.post(OF, WATCHED | {"seen": "1"})
    assert response["Location"] == f"{OF}#week-3"
    drawn = said()
    assert [(one.does, one.team, one.system, one.touch) for one in drawn.steps] == [
        ("Sales keeps customers in CRM.", "Sales", "CRM", ""),
        ("Finance keeps customers in Billing.", "Finance", "Billing", ""),
        ("Finance compares CRM with Billing in a spreadsheet.", "Finance", "", "spreadsheet"),
    ]
    assert drawn.steps[2].minutes_per_week == 150
    ids = [one.id for one in drawn.steps]
    assert [(one.ends, one.trigger) for one in drawn.handoffs] == [
        ((ids[0], ids[1]), ""),
        ((ids[1], ids[2]), "it is Friday"),
    ]


def test_watching_again_changes_the_same_step(dana: Client, empty: Boundary) -> None:
    dana.post(OF, WATCHED)
    dana.post(OF, WATCHED | {"who": "the billing clerk", "minutes": "90,5"})
    assert said().steps[2].minutes == 150
    dana.post(OF, WATCHED | {"who": "the billing clerk", "minutes": "90.5", "trigger": ""})
    step = said().steps[2]
    assert (step.does, step.minutes) == ("The billing clerk compares CRM with Billing in a spreadsheet.", 90.5)
    assert said().handoffs[1].trigger == "it is Friday"
    assert len(said().steps) == 3
    assert 'value="The billing clerk"' in dana.get(OF).content.decode()
    assert empty.pk


def test_a_map_that_is_drawn_is_not_drawn_again(dana: Client) -> None:
    build.boundary(STORY)
    dana.post(OF, WATCHED | {"trigger": "it is Tuesday"})
    assert said() == STORY


def test_fields_that_fail_go_to_the_registry_and_on_the_way_across(
    company: build.Company, dana: Client, check: Check, empty: Boundary
) -> None:
    check.boundary = empty
    check.save()
    build.field()
    html = dana.get(OF).content.decode()
    assert [name for name in ("start date", "plan", "billing status") if f'value="{name}"' in html] == [
        "start date", "plan", "billing status",
    ]  # fmt: skip
    response = dana.post(OF, {"do": "failing", "ticked": ["start date", "billing status"], "typed": " Discount \n\n"})
    assert response.status_code == 302
    across = week_of(said()).crossing
    assert across is not None
    assert across.fields == (
        Carried("start date", "renamed", ("start_date",), ("ServiceStart",)),
        Carried("billing status", "renamed", ("billing_status",), ("Status",)),
        Carried("Discount"),
    )
    found = {one.name: registry.definition(one) for one in registry.whole()}
    assert found["start date"].uses == (Use("CRM", "start_date"), Use("Billing", "ServiceStart"))
    assert found["Discount"].uses == (Use("CRM"), Use("Billing"))
    assert found["billing status"] == build.STATUS
    assert Field.objects.get(name="Discount").added_by == company.dana
    versions = BoundaryVersion.objects.count()
    dana.post(OF, {"do": "failing", "typed": "discount"})
    assert (BoundaryVersion.objects.count(), Field.objects.count()) == (versions, 3)


def test_a_field_of_another_team_goes_on_the_map_and_stays_as_it_is(company: build.Company, dana: Client) -> None:
    build.boundary(STORY)
    theirs = Definition("margin", uses=(Use("Billing", "margin", "", ("Finance",)),), rule=Rule(owner="Finance"))
    build.field(theirs, person=company.finn)
    response = dana.post(OF, {"do": "failing", "typed": "margin"}, follow=True)
    assert "In the registry margin is edited by another team and stays as it is." in text(response)
    assert registry.definition(registry.whole().get()) == theirs
    across = week_of(said()).crossing
    assert across is not None
    assert across.fields[-1] == Carried("margin")


def test_how_disputes_end_and_who_decides(dana: Client, empty: Boundary) -> None:
    assert empty.owner is None
    dana.post(OF, {"do": "disputes", "disputes": "Finance wins.", "owner": "Sales", "rule": "Paid means  cleared."})
    assert (said().disputes, said().owner, said().rule) == ("Finance wins.", "Sales", "Paid means cleared.")


def test_three_exceptions_and_one_taken_back(dana: Client, empty: Boundary) -> None:
    assert empty.pk
    for number in (1, 2, 3):
        dana.post(OF, {"do": "observe", "sentence": f"Invoice {number} is late.", "seen_on": ""})
    assert week_of(said()).done[4]
    dana.post(OF, {"do": "forget", "index": "1", "sentence": "Invoice 2 is late."})
    assert said().observed == (Observed("Invoice 1 is late."), Observed("Invoice 3 is late."))


# --- How far one is ---------------------------------------------------------------------------------------------------

FIELDS = STORY.with_handoff(replace(STORY.handoffs[1], fields=()))
WEEKS = [
    (EMPTY, ("done", "now", "later", "later", "later", "later")),
    (replace(EMPTY, disputes="x", owner="Sales"), ("done", "now", "later", "done", "later", "later")),
    (replace(FIELDS, owner=""), ("done", "done", "now", "later", "later", "later")),
    (replace(STORY, owner=""), ("done", "done", "done", "now", "later", "later")),
    (STORY, ("done", "done", "done", "done", "now", "later")),
    (replace(STORY, observed=STORY.observed * 3), ("done", "done", "done", "done", "done", "now")),
]


@pytest.mark.parametrize(("drawn", "states"), WEEKS)
def test_the_map_says_how_far_the_week_is(dana: Client, drawn: Map, states: tuple[str, ...]) -> None:
    assert week_of(drawn).states == states
    build.boundary(drawn)
    html = dana.get(OF).content.decode()
    assert tuple(re.findall(r'class="week-(done|now|later)"', html)) == states
    assert html.count('<details class="week-step" open>') == 1


def test_what_comes_next_leads_on(company: build.Company, dana: Client) -> None:
    field = build.field()
    build.boundary(replace(STORY, observed=STORY.observed * 3), person=company.dana)
    html = dana.get(OF).content.decode()
    for address in (
        "/boundaries/sales-to-billing/edit/",
        "/boundaries/sales-to-billing/ready/",
        f"{field.get_absolute_url()}#agreement",
        "/checks/new/?name=sales+to+billing&amp;left=CRM&amp;right=Billing",
    ):
        assert f'href="{address}"' in html
    assert "of 5 quick checks" in html


# --- What cannot be kept ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("posted", "sentence", "typed"),
    [
        ({"do": "watch", "team": "", "who": "the clerk"}, "Name the team that compares.", "the clerk"),
        (WATCHED | {"minutes": "long"}, "Minutes each time: a number from 0 to 1,000,000", 'value="long"'),
        (WATCHED | {"minutes": ""}, "Write down how long it took, as a number.", "it is Friday"),
        (WATCHED | {"team": "x" * 101}, "Which team compares: at most 100 characters.", "it is Friday"),
        (WATCHED | {"seen": "x"}, "This page was not whole. Open it again.", "it is Friday"),
        ({"do": "failing", "typed": " \n "}, "Tick or write down at least one field that fails.", ""),
        ({"do": "failing", "typed": "y" * 201}, "a field&#x27;s name has at most 200 characters.", "y" * 201),
        ({"do": "failing", "typed": "\n".join(f"f{n}" for n in range(41))}, "At most 40 fields at once.", "f40"),
        ({"do": "disputes", "disputes": "kept words", "owner": ""}, "Name one team that decides.", "kept words"),
        ({"do": "disputes", "disputes": "kept words", "owner": "Nobody"}, "There is no such team.", "kept words"),
        ({"do": "observe", "sentence": "kept words", "seen_on": "soon"}, "Write the day as 2026-05-03", "kept words"),
    ],
)
def test_what_is_refused_stays_typed_with_its_step_open(
    dana: Client, empty: Boundary, posted: dict[str, str], sentence: str, typed: str
) -> None:
    response = dana.post(OF, posted)
    assert response.status_code == 422
    html = response.content.decode()
    assert sentence in " ".join(html.split())
    assert typed in html
    assert (said(), Field.objects.count()) == (EMPTY, 0)
    assert empty.pk


def test_a_clash_keeps_what_was_typed(company: build.Company, dana: Client) -> None:
    made = build.boundary(STORY, person=company.dana)
    defining.define(made, replace(STORY, disputes="Sales wins."), person=company.finn)
    typed = {"do": "disputes", "disputes": "Whoever shouts wins.", "owner": "Sales"}
    response = dana.post(OF, typed | {"seen": "1"})
    assert response.status_code == 409
    assert "Finn Okafor changed the same part meanwhile." in text(response)
    assert "Whoever shouts wins." in text(response)
    assert said().disputes == "Sales wins."
    assert dana.post(OF, typed | {"seen": "2"}).status_code == 302
    assert said().disputes == "Whoever shouts wins."


def test_a_form_that_is_not_whole_changes_nothing(dana: Client, empty: Boundary) -> None:
    assert "That answer did not arrive whole." in text(dana.post(OF, {"do": "burn"}, follow=True))
    assert said() == EMPTY
    assert empty.pk


def test_leads_alone_and_of_those_who_may_draw(company: build.Company, empty: Boundary) -> None:
    for address in (START, OF):
        response = signed_in(company.mira).get(address)
        assert response.status_code == 403
        assert "Boundaries are added and drawn by the leads of teams." in text(response)
    other = build.person(email="eve@example.com", name="Eve Lang", role=Role.LEAD)
    eve = signed_in(other)
    assert "is drawn by the lead of" in text(eve.get(OF))
    assert "Put it on the map" not in text(eve.get(OF))
    assert eve.post(OF, WATCHED).status_code == 403
    assert said() == EMPTY
    assert empty.pk


def test_a_boundary_that_is_not_there_is_not_found(dana: Client, empty: Boundary) -> None:
    defining.remove(empty, person=None, reason="Two became one.")
    assert dana.get(OF).status_code == 404
    assert dana.post(OF, WATCHED).status_code == 404


def test_a_long_map_with_many_checks_takes_no_more_queries(dana: Client, check: Check) -> None:
    build.field()
    check.boundary = build.boundary(replace(STORY, name="short"))
    check.save()
    drawn = build.boundary(replace(long(), name="sales to billing", owner="", source="CRM", target="Billing"))
    for number in range(3):
        more = build.check(name=f"Check {number}", comparing=build.fields(*(f"f{one}" for one in range(20))))
        more.boundary = drawn
        more.save()
    counts = []
    for address in ("/boundaries/first-week/short/", OF):
        with CaptureQueriesContext(connection) as queries:
            assert dana.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[1] <= counts[0]
