"""The map page: what it says first, the picture and the same in words, what is missing, who may draw."""

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from boundaries.definitions import Carried, Handoff, Map, Step
from boundaries.services.defining import define
from tests import build
from tests.boundaries.worlds import EMPTY, STORY, long
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

ADDRESS = "/boundaries/sales-to-billing/"
HOSTILE = "<script>alert(1)</script> \u202eevil\u202c \"quoted\" 'too' & =1+1"


@pytest.fixture
def company() -> build.Company:
    return build.company()


@pytest.fixture
def dana(company: build.Company) -> Client:
    return signed_in(company.dana)


def text(client: Client, address: str = ADDRESS) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (replace(EMPTY, owner="Sales"), "No step is drawn yet, from CRM to Billing."),
        (STORY, "4 steps in 2 teams, from CRM to Billing. 3 h 30 min of work by hand a week. "),
        (STORY, "All five things are said, 4 awkward cases are undecided."),
        (
            replace(STORY, steps=STORY.steps[:1], handoffs=()),
            "1 step in 1 team, from CRM to Billing. No minutes by hand are known. ",
        ),
        (
            STORY.with_handoff(replace(STORY.handoffs[0], trigger="")),
            "1 of the five things is missing, 4 awkward cases are undecided.",
        ),
        (replace(STORY, steps=STORY.steps[:2], handoffs=()), "of the five things are missing, 0 awkward cases are"),
    ],
)
def test_the_head_says_what_is_true_now(dana: Client, said: Map, sentence: str) -> None:
    build.boundary(said)
    assert sentence in text(dana)


def test_the_map_is_there_in_words_with_all_that_the_picture_tags(dana: Client) -> None:
    build.field()
    build.boundary(STORY)
    page = text(dana)
    told = words(page[page.index('<ol class="told"') :])
    for part in (
        "Sales rep moves the deal to closed won.",
        "The record starts here",
        "By hand: inbox, 60 min a week",
        "when order form arrives within 3 days Finance takes over",
        "start_date → ServiceStart",
        "state of the latest posted invoice",
        "Finance asks sales and waits. Finance decides.",
        "When there is a refund : nobody said what happens. undecided",
    ):
        assert part in told


def test_every_note_leads_to_a_place_on_the_page(dana: Client) -> None:
    build.boundary(replace(long(), owner=""))
    page = text(dana, "/boundaries/order-to-cash/")
    notes = page[page.index('class="map-notes"') :]
    places = set(re.findall(r'href="#([^"]+)"', notes))
    assert len(places) > 5
    assert places <= set(re.findall(r'id="([^"]+)"', page))


def test_what_is_to_be_known_of_the_boundary_stands_first(dana: Client, company: build.Company) -> None:
    build.boundary(STORY)
    page = text(dana)
    for part in (STORY.trigger, STORY.rule, STORY.disputes, STORY.observed[0].sentence, company.crm.get_absolute_url()):
        assert part in page
    assert "Not ready to automate:" in page


@pytest.mark.parametrize(("who", "draws"), [("dana", True), ("finn", True), ("mira", False)])
def test_who_draws_it_is_offered_to_others_are_told_who_does(company: build.Company, who: str, draws: bool) -> None:  # noqa: FBT001 - a table of cases
    build.boundary(STORY)
    page = text(signed_in(getattr(company, who)))
    assert ("Edit the map" in page) == draws
    assert ("Remove this boundary" in page) == draws
    who_draws = "sales to billing is drawn by the lead of Finance (Finn Okafor) or Sales (Dana Reyes)."
    assert (who_draws in page) != draws


def test_an_empty_map_says_what_will_be_here(dana: Client, company: build.Company) -> None:
    build.boundary()
    assert "Draw the map" in text(dana)
    seen = text(signed_in(company.mira))
    assert "Nothing is drawn yet" in seen
    assert "Draw the map" not in seen
    assert "drawn by the lead of" in seen


def test_the_last_changes_are_in_the_drawer(dana: Client, company: build.Company) -> None:
    made = build.boundary(STORY, person=company.dana)
    define(made, STORY.with_step(replace(STORY.steps[0], does="It closes.")), person=company.finn, reason="Shorter.")
    drawer = text(dana)
    drawer = words(drawer[drawer.index('<aside class="drawer"') :])
    assert "Step 1 now says “It closes”, was “Sales rep moves the deal to closed won”." in drawer
    assert "Shorter." in drawer
    assert "Finn Okafor" in drawer


def test_whatever_people_write_is_shown_as_they_wrote_it(dana: Client) -> None:
    steps = (
        Step("a", HOSTILE, HOSTILE[:90], HOSTILE[:90], "chat", 1.0, 1.0, (HOSTILE,)),
        Step("b", "x" * 4_000, "A team nobody knows"),
        Step("c", ""),
    )
    carried = Carried(HOSTILE, "converted", ("<b>",), ("</svg>",), HOSTILE)
    handoffs = (Handoff("a", "b", HOSTILE, 0.5, HOSTILE[:90], (carried,)), Handoff("b", "c"), Handoff("c", "a"))
    build.boundary(Map(HOSTILE[:60], "CRM", "Billing", trigger=HOSTILE, rule=HOSTILE, steps=steps, handoffs=handoffs))
    address = "/boundaries/scriptalert1script-evil-quoted-too-11/"
    listed = dana.get("/boundaries/").content.decode()
    found = re.search(r'href="(/boundaries/[a-z0-9-]+/)"><bdi>&lt;script', listed)
    assert found, address
    for page in (text(dana, found[1]), text(dana, f"{found[1]}history/")):
        assert "<script>alert" not in page
        assert "<b>" not in page


def test_the_files_of_a_map_are_offered(dana: Client) -> None:
    build.boundary(STORY)
    page = text(dana)
    for form in ("svg", "mmd", "bpmn"):
        assert f'href="{ADDRESS}map.{form}" download' in page


def test_an_unknown_boundary_is_not_there(dana: Client) -> None:
    assert dana.get("/boundaries/nowhere/").status_code == 404
    assert dana.get("/boundaries/nowhere/history/").status_code == 404
    assert dana.post("/boundaries/nowhere/restore/", {"number": "1"}).status_code == 404


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def test_forty_steps_take_as_many_queries_as_four(dana: Client) -> None:
    build.field()
    build.boundary(STORY)
    build.boundary(replace(long(), owner=""))
    assert queries_of(dana, "/boundaries/order-to-cash/") <= queries_of(dana, ADDRESS)
