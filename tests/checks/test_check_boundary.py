"""A check and its boundary: shown on the check's page, chosen, cleared, kept in its history; a new check prefilled."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from boundaries.models import Boundary
from boundaries.queries import readiness
from boundaries.services import defining
from ownership.history import changes_of
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Check, Draft
from reconcile.checks.queries import boundaries
from tests import build
from tests.boundaries.worlds import STORY
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

COMPARED = Comparing(
    key=(("id", "id"),),
    fields=(
        ComparedField("state of the bill", "billing_status", "Status"),
        ComparedField("start date", "start", "start"),
        ComparedField("plan", "plan", "plan"),
    ),
)


@pytest.fixture
def company() -> build.Company:
    there = build.company()
    build.field()
    return there


@pytest.fixture
def boundary(company: build.Company) -> Boundary:
    return build.boundary(STORY, person=company.dana)


@pytest.fixture
def check(company: build.Company) -> Check:
    return build.check(comparing=COMPARED, owner=company.sales)


@pytest.fixture
def dana(company: build.Company) -> Client:
    return signed_in(company.dana)


def tied(check: Check, boundary: Boundary | None) -> None:
    check.boundary = boundary
    check.save()


def text(response: object) -> str:
    assert isinstance(response, HttpResponse)
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_page_shows_the_boundary_whether_it_is_ready_and_what_is_not_carried(
    dana: Client, check: Check, boundary: Boundary
) -> None:
    tied(check, boundary)
    response = dana.get(f"/checks/{check.pk}/")
    shown = text(response)
    assert "sales to billing Not ready to automate: 0 of 5 quick checks hold." in shown
    assert 'href="/boundaries/sales-to-billing/ready/"' in response.content.decode()
    # "state of the bill" is the registry's billing status by its columns, and that is carried.
    assert "No hand-off of its map carries plan . Put it on the map" in shown


def test_all_pages_say_the_same_of_how_ready_it_is(dana: Client, check: Check, boundary: Boundary) -> None:
    tied(check, boundary)
    sentence = readiness.of(boundary).sentence
    for address in (f"/checks/{check.pk}/", "/boundaries/sales-to-billing/ready/", "/boundaries/sales-to-billing/"):
        assert sentence in text(dana.get(address))
    assert "plan is not in the registry, so nobody owns it." in text(dana.get("/boundaries/sales-to-billing/ready/"))


def test_a_check_without_a_boundary_offers_to_draw_it(dana: Client, check: Check) -> None:
    assert f'href="/boundaries/first-week/?check={check.pk}"' in dana.get(f"/checks/{check.pk}/").content.decode()


def test_a_boundary_that_is_removed_is_none(dana: Client, check: Check, boundary: Boundary) -> None:
    tied(check, boundary)
    defining.remove(boundary, person=None, reason="Two became one.")
    assert "It is tied to no boundary." in text(dana.get(f"/checks/{check.pk}/"))
    assert boundaries.of_check(check) is None


def test_it_is_chosen_and_cleared_and_both_are_in_the_history(dana: Client, check: Check, boundary: Boundary) -> None:
    address = f"/checks/{check.pk}/boundary/"
    response = dana.post(address, {"boundary": str(boundary.pk)})
    assert (response.status_code, response["Location"]) == (302, f"/checks/{check.pk}/#boundary")
    check.refresh_from_db()
    assert check.boundary == boundary
    dana.post(address, {"boundary": str(boundary.pk)})
    dana.post(address, {"boundary": ""})
    check.refresh_from_db()
    assert check.boundary is None
    changes = [(one.field, str(one.old), str(one.new), one.who) for one in changes_of(check)]
    assert changes[:2] == [
        ("boundary", "sales to billing", "None", "Dana Reyes"),
        ("boundary", "None", "sales to billing", "Dana Reyes"),
    ]


@pytest.mark.parametrize("given", ["999999", "x", "-1", "9" * 40, "1 or 1"])
def test_one_that_is_not_there_is_refused(dana: Client, check: Check, given: str) -> None:
    response = dana.post(f"/checks/{check.pk}/boundary/", {"boundary": given})
    assert response.status_code == 422
    assert "There is no such boundary any more. Choose another." in text(response)


def test_only_the_lead_of_the_checks_team_chooses(company: build.Company, check: Check, boundary: Boundary) -> None:
    for person in (company.finn, company.mira):
        client = signed_in(person)
        response = client.post(f"/checks/{check.pk}/boundary/", {"boundary": str(boundary.pk)})
        assert response.status_code == 403
        assert "is run and changed by the lead of Sales." in text(response)
        assert "drawn already" not in text(client.get(f"/checks/{check.pk}/"))
    check.refresh_from_db()
    assert check.boundary is None


def test_those_between_the_same_systems_are_offered_first(company: build.Company, check: Check) -> None:
    other = build.boundary(replace(STORY, name="a to b", source="Shop", target="ERP"), person=company.dana)
    fitting = build.boundary(replace(STORY, source="Billing", target="CRM"), person=company.dana)
    assert boundaries.offered(check) == ([fitting], [other])


def test_the_page_takes_no_more_queries_for_more_checks_and_fields(
    dana: Client, check: Check, boundary: Boundary
) -> None:
    tied(check, boundary)
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as queries:
            dana.get(f"/checks/{check.pk}/")
        counts.append(len(queries))
        another = build.check(name=f"Another {number}", comparing=build.fields(*(f"f{n}" for n in range(20))))
        tied(another, boundary)
    assert counts[0] == counts[1]


def test_a_new_check_begins_with_what_the_address_says(company: build.Company, dana: Client) -> None:
    address = "/checks/new/?name=sales+to+billing&left=CRM&right=Billing"
    assert "Export of CRM" in text(dana.get(address))
    assert "Left export" in text(dana.get("/checks/new/?left=CRM"))
    assert "Export of CRM" in text(dana.post(address, {}))
    left, right = build.snapshot(person=company.dana), build.snapshot(person=company.dana, file_name="right.csv")
    dana.post(address, {"left_snapshot": left.pk, "right_snapshot": right.pk})
    draft = Draft.objects.get()
    assert (draft.name, draft.left_system, draft.right_system) == ("sales to billing", "CRM", "Billing")
