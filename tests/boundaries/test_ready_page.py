"""The five quick checks as a page: answered where they are asked, by whom, and what is said to what cannot be kept."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from boundaries.definitions import CONFIRMABLE, Carried, Map, Observed
from boundaries.models import Boundary, BoundaryVersion
from boundaries.queries import maps
from boundaries.services import defining
from ownership.models import Answer, Field
from ownership.services import agreeing
from tests import build
from tests.boundaries.worlds import EMPTY, STORY, long
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

ADDRESS = "/boundaries/sales-to-billing/ready/"
CLEAR = tuple(Observed(f"Invoice {n} is paid in Billing and open in CRM after a refund.") for n in (1, 2, 3))


@pytest.fixture
def company() -> build.Company:
    return build.company()


@pytest.fixture
def boundary(company: build.Company) -> Boundary:
    return build.boundary(STORY, person=company.dana)


@pytest.fixture
def dana(company: build.Company) -> Client:
    return signed_in(company.dana)


def said(boundary: Boundary) -> Map:
    return maps.definition(maps.whole(Boundary.objects.filter(pk=boundary.pk)).get())


def text(response: object) -> str:
    assert isinstance(response, HttpResponse)
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def page(client: Client, address: str = ADDRESS) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return text(response)


@pytest.mark.parametrize(
    ("drawn", "sentence"),
    [
        (EMPTY, "Not ready to automate: 0 of 5 quick checks hold."),
        (replace(STORY, observed=CLEAR), "Not ready to automate: 1 of 5 quick checks holds."),
        (replace(long(), name="sales to billing", owner=""), "Not ready to automate: 0 of 5 quick checks hold."),
    ],
)
def test_the_head_says_whether_it_is_ready(dana: Client, drawn: Map, sentence: str) -> None:
    build.boundary(drawn)
    assert sentence in page(dana)


@pytest.mark.usefixtures("boundary")
def test_each_question_has_an_answer_as_a_word_and_what_is_missing(dana: Client) -> None:
    shown = page(dana)
    assert shown.count("Missing: ") >= 5
    for part in (
        "Does each field have one owner everybody agrees on? no",
        "start date is not in the registry, so nobody owns it.",
        "Step 2: Sales rep mails the order form to finance. 60 min a week",
        "Invoice 1842 is paid in Billing and open in CRM after a refund. 2026-05-03 · missed event",
        "Altogether 210 420",
    ):
        assert part in shown


def test_fields_lead_to_their_pages_and_to_asking_the_teams(dana: Client) -> None:
    field = build.field()
    build.boundary(STORY)
    html = dana.get(ADDRESS).content.decode()
    assert f'href="{field.get_absolute_url()}"' in html
    assert f'href="{field.get_absolute_url()}#agreement"' in html


ANSWERS: list[tuple[dict[str, str], str, dict[str, object]]] = [
    ({"do": "trigger", "trigger": " order form  signed twice "}, "event", {"trigger": "order form signed twice"}),
    (
        {"do": "confirm", "what": "one_event", "yes": "1"},
        "event",
        {"confirmed": ("field_changes", "touches", "one_event")},
    ),
    ({"do": "confirm", "what": "touches", "yes": ""}, "volume", {"confirmed": ("field_changes",)}),
    (
        {"do": "observe", "sentence": "Invoice 7 is late.", "seen_on": "2026-11-20"},
        "exceptions",
        {"observed": (*STORY.observed, Observed("Invoice 7 is late.", "", "2026-11-20"))},
    ),
    (
        {"do": "forget", "index": "0", "sentence": STORY.observed[0].sentence},
        "exceptions",
        {"observed": ()},
    ),
    (
        {"do": "volume", "records_per_week": "80", "minutes_available": ""},
        "volume",
        {"records_per_week": 80.0, "minutes_available": None},
    ),
]


@pytest.mark.parametrize(("posted", "place", "changed"), ANSWERS)
def test_an_answer_goes_into_the_map(
    dana: Client, boundary: Boundary, posted: dict[str, str], place: str, changed: dict[str, object]
) -> None:
    response = dana.post(ADDRESS, posted | {"seen": "1"})
    assert (response.status_code, response["Location"]) == (302, f"{ADDRESS}#{place}")
    assert said(boundary) == replace(STORY, **changed)  # type: ignore[arg-type]  # a table of cases
    assert BoundaryVersion.objects.filter(boundary=boundary).count() == 2


WRONG: list[tuple[dict[str, str], str]] = [
    ({"do": "trigger", "trigger": " "}, "Name the event, such as: order form signed."),
    ({"do": "trigger", "trigger": "x" * 1_001}, "The event: at most 1,000 characters."),
    ({"do": "trigger", "trigger": "a\0b"}, "The event: one character cannot be kept. Write it anew."),
    ({"do": "observe", "sentence": ""}, "Say in one sentence what happened."),
    ({"do": "observe", "sentence": "Kept words.", "seen_on": "yesterday"}, "Write the day as 2026-05-03"),
    ({"do": "volume", "records_per_week": "many"}, "Records a week: a number from 0 to 1,000,000"),
    ({"do": "volume", "minutes_available": "-1"}, "Minutes available a week: a number from 0 to 1,000,000"),
    ({"do": "volume", "minutes_available": "nan"}, "Minutes available a week: a number from 0 to 1,000,000"),
]


@pytest.mark.parametrize(("posted", "sentence"), WRONG)
def test_what_cannot_be_kept_is_said_and_stays_in_its_box(
    dana: Client, boundary: Boundary, posted: dict[str, str], sentence: str
) -> None:
    response = dana.post(ADDRESS, posted)
    assert response.status_code == 422
    assert sentence in text(response)
    for typed in (posted.get("sentence", ""), posted.get("records_per_week", "")):
        assert typed in response.content.decode()
    assert said(boundary) == STORY


@pytest.mark.parametrize("posted", [{}, {"do": "burn"}, {"do": ""}])
def test_a_form_that_is_not_whole_changes_nothing(dana: Client, boundary: Boundary, posted: dict[str, str]) -> None:
    assert "That answer did not arrive whole." in text(dana.post(ADDRESS, posted, follow=True))
    assert said(boundary) == STORY


@pytest.mark.parametrize(
    "posted",
    [
        {"do": "confirm", "what": "everything", "yes": "1"},
        {"do": "confirm"},
        {"do": "forget", "index": "x", "sentence": "x"},
        {"do": "forget", "index": "-1", "sentence": "x"},
        {"do": "trigger", "trigger": "x", "seen": "9" * 30},
    ],
)
def test_odd_forms_are_refused(dana: Client, boundary: Boundary, posted: dict[str, str]) -> None:
    response = dana.post(ADDRESS, posted)
    assert response.status_code == 422
    assert "This page was not whole. Open it again." in text(response)
    assert said(boundary) == STORY


def test_an_exception_is_only_forgotten_by_its_number_and_its_words(dana: Client, boundary: Boundary) -> None:
    dana.post(ADDRESS, {"do": "forget", "index": "0", "sentence": "Another one."})
    assert said(boundary).observed == STORY.observed


def test_two_who_change_the_same_answer_clash_and_both_texts_stay(
    company: build.Company, dana: Client, boundary: Boundary
) -> None:
    defining.define(boundary, replace(STORY, trigger="contract signed"), person=company.finn)
    response = dana.post(ADDRESS, {"do": "trigger", "trigger": "deal won", "seen": "1"})
    assert response.status_code == 409
    assert "Finn Okafor changed the same part meanwhile." in text(response)
    html = response.content.decode()
    assert 'value="deal won"' in html
    assert said(boundary).trigger == "contract signed"
    assert 'name="seen" value="2"' in html
    assert dana.post(ADDRESS, {"do": "trigger", "trigger": "deal won", "seen": "2"}).status_code == 302
    assert said(boundary).trigger == "deal won"


@pytest.mark.parametrize(("who", "status"), [("dana", 302), ("finn", 302), ("mira", 403)])
def test_who_may_draw_may_answer(company: build.Company, boundary: Boundary, who: str, status: int) -> None:
    client = signed_in(getattr(company, who))
    response = client.post(ADDRESS, {"do": "trigger", "trigger": "deal won"})
    assert response.status_code == status
    shown = page(client)
    draws = "sales to billing is drawn by the lead of Finance (Finn Okafor) or Sales (Dana Reyes)."
    assert (draws in shown) == (status == 403)
    assert ("Keep the event" in shown) == (status == 302)
    if status == 403:
        assert draws in text(response)
        assert said(boundary) == STORY


def test_a_boundary_that_is_not_there_is_not_found(dana: Client, boundary: Boundary) -> None:
    defining.remove(boundary, person=None, reason="Two became one.")
    assert dana.get(ADDRESS).status_code == 404
    assert dana.get("/boundaries/nowhere/ready/").status_code == 404


def test_ready_once_all_five_hold(company: build.Company, dana: Client) -> None:
    agreeing.propose(build.field(), person=company.dana)
    agreeing.answer(Field.objects.get(), team=company.finance, answer=Answer.AGREES, person=company.finn)
    carried = Carried("billing status", "kept")
    steps = tuple(replace(one, touch="", minutes=None, times_per_week=None) for one in STORY.steps)
    handoffs = tuple(replace(one, fields=(carried,)) for one in STORY.handoffs)
    build.boundary(replace(STORY, steps=steps, handoffs=handoffs, confirmed=CONFIRMABLE, observed=CLEAR))
    assert "Ready to automate: all five quick checks hold." in page(dana)


def test_the_page_takes_no_more_queries_for_a_long_map(dana: Client) -> None:
    build.field()
    handoffs = tuple(replace(one, fields=(Carried("billing status"), Carried("plan"))) for one in long().handoffs)
    counts = []
    for drawn in (STORY, replace(long(), name="second", owner="", handoffs=handoffs, observed=CLEAR)):
        made = build.boundary(drawn)
        with CaptureQueriesContext(connection) as queries:
            dana.get(f"/boundaries/{made.slug}/ready/")
        counts.append(len(queries))
    assert counts[1] <= counts[0]
