"""Timing or ownership as a page: every way through it, odd addresses, and keeping what came out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from boundaries.definitions import Map, Observed
from boundaries.guided import Ending, Question, ask
from boundaries.models import Boundary
from boundaries.queries import maps
from boundaries.services import defining
from tests import build
from tests.boundaries.worlds import STORY
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

ADDRESS = "/boundaries/sales-to-billing/which/"
SENTENCE = "The start date of deal 12 is 3 May in CRM and 5 May in Billing."


@pytest.fixture
def company() -> build.Company:
    return build.company()


@pytest.fixture
def boundary(company: build.Company) -> Boundary:
    build.field()
    return build.boundary(STORY, person=company.dana)


@pytest.fixture
def dana(company: build.Company) -> Client:
    return signed_in(company.dana)


def said(boundary: Boundary) -> Map:
    return maps.definition(maps.whole(Boundary.objects.filter(pk=boundary.pk)).get())


def text(response: object) -> str:
    assert isinstance(response, HttpResponse)
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def ways(answers: dict[str, str] | None = None) -> Iterator[tuple[dict[str, str], Ending]]:
    """Give every way through the questions, as answers, and what it ends with."""
    following = ask(answers or {})
    if isinstance(following, Ending):
        yield answers or {}, following
        return
    for value, _ in following.answers:
        yield from ways({**(answers or {}), following.key: value})


WAYS = list(ways())
ONE_OF_EACH = {ending.kind: answers for answers, ending in WAYS}


@pytest.mark.usefixtures("boundary")
def test_first_one_sentence_is_asked_for(dana: Client) -> None:
    shown = text(dana.get(ADDRESS))
    assert "What is observed, in one sentence" in shown
    first = ask({})
    assert isinstance(first, Question)
    assert first.text not in shown
    shown = text(dana.get(ADDRESS, {"sentence": SENTENCE}))
    assert first.text in shown
    assert SENTENCE in shown


@pytest.mark.usefixtures("boundary")
@pytest.mark.parametrize("answers", ONE_OF_EACH.values(), ids=ONE_OF_EACH)
def test_one_question_at_a_time_to_the_end(dana: Client, answers: dict[str, str]) -> None:
    given: dict[str, str] = {"sentence": SENTENCE}
    for key, value in answers.items():
        html = dana.get(ADDRESS, given).content.decode()
        assert f'name="{key}" value="{value}"' in html
        given[key] = value
    ending = ask(answers)
    assert isinstance(ending, Ending)
    shown = text(dana.get(ADDRESS, given))
    for part in (f"It is {ending.kind}.", ending.because, ending.implies, ending.next_step):
        assert part.replace("'", "&#x27;") in shown
    assert "Keep this with the boundary" in shown


@pytest.mark.usefixtures("boundary")
def test_an_earlier_answer_is_asked_again_and_what_follows_from_it_is_forgotten(dana: Client) -> None:
    answers = max((way for way, _ in WAYS), key=len)
    html = dana.get(ADDRESS, {"sentence": SENTENCE, **answers}).content.decode()
    keys = list(answers)
    for number, key in enumerate(keys):
        before = {"sentence": SENTENCE, **{earlier: answers[earlier] for earlier in keys[:number]}}
        address = "?" + urlencode(before).replace("&", "&amp;")
        assert f'href="{address}"' in html
        asked = ask({earlier: answers[earlier] for earlier in keys[:number]})
        assert isinstance(asked, Question)
        assert (asked.key, asked.text in text(dana.get(ADDRESS, before))) == (key, True)


@pytest.mark.usefixtures("boundary")
@pytest.mark.parametrize(
    "query",
    [
        "?sentence=",
        "?sentence=%00%ff%F0%9F",
        "?sentence=" + "x" * 3_000,
        "?both=",
        "?both=maybe&sentence=x",
        "?both=yes&both=no&sentence=x",
        "?answers[]=1&__proto__=x&sentence=<script>alert(1)</script>",
        "?sentence=x&" + "&".join(f"k{n}=v" for n in range(300)),
        "?%=%&sentence",
        "?sentence=x&edited=yes&may=yes&later=no",
    ],
)
def test_odd_addresses_are_answered(dana: Client, query: str) -> None:
    response = dana.get(ADDRESS + query)
    assert response.status_code == 200
    assert b"<script>alert" not in response.content


@pytest.mark.parametrize(("kind", "answers"), ONE_OF_EACH.items(), ids=ONE_OF_EACH)
def test_what_came_out_is_kept_as_an_exception(
    dana: Client, boundary: Boundary, kind: str, answers: dict[str, str]
) -> None:
    response = dana.post(ADDRESS, {"sentence": f" {SENTENCE} ", "seen": "1", **answers})
    assert (response.status_code, response["Location"]) == (302, "/boundaries/sales-to-billing/ready/#exceptions")
    today = timezone.localdate().isoformat()
    assert said(boundary).observed == (*STORY.observed, Observed(SENTENCE, kind, today))
    dana.post(ADDRESS, {"sentence": SENTENCE, **answers})
    assert len(said(boundary).observed) == 2


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"sentence": SENTENCE}, "Answer all questions first, then it can be kept."),
        ({"sentence": " ", **ONE_OF_EACH["timing"]}, "Say in one sentence what is observed, then it can be kept."),
        ({"sentence": SENTENCE, "seen": "x", **ONE_OF_EACH["timing"]}, "This page was not whole. Open it again."),
    ],
)
def test_what_cannot_be_kept_is_said(dana: Client, boundary: Boundary, posted: dict[str, str], sentence: str) -> None:
    response = dana.post(ADDRESS, posted)
    assert response.status_code == 422
    assert sentence in text(response)
    assert said(boundary) == STORY


def test_two_who_keep_exceptions_at_once_clash(company: build.Company, dana: Client, boundary: Boundary) -> None:
    defining.define(boundary, replace(STORY, observed=()), person=company.finn)
    response = dana.post(ADDRESS, {"sentence": SENTENCE, "seen": "1", **ONE_OF_EACH["timing"]})
    assert response.status_code == 409
    assert "Finn Okafor changed the same part meanwhile." in text(response)
    assert SENTENCE in text(response)
    assert said(boundary).observed == ()


def test_who_may_not_draw_reads_the_answer_and_keeps_nothing(company: build.Company, boundary: Boundary) -> None:
    mira = signed_in(company.mira)
    given = {"sentence": SENTENCE, **ONE_OF_EACH["ownership"]}
    assert "Keep this with the boundary" not in text(mira.get(ADDRESS, given))
    response = mira.post(ADDRESS, given)
    assert response.status_code == 403
    assert "is drawn by the lead of" in text(response)
    assert said(boundary) == STORY


LEADS = {
    "timing": "/boundaries/sales-to-billing/edit/#edit-handoff-mail--create",
    "missed event": "/boundaries/sales-to-billing/edit/#edit-handoff-mail--create",
    "ownership": "#agreement",
    "definition": "#uses",
}


@pytest.mark.usefixtures("boundary")
@pytest.mark.parametrize(("kind", "place"), LEADS.items(), ids=LEADS)
def test_the_end_leads_on_to_where_it_is_put_right(dana: Client, kind: str, place: str) -> None:
    sentence = "billing status of customer 12 is late in CRM."
    html = dana.get(ADDRESS, {"sentence": sentence, **ONE_OF_EACH[kind]}).content.decode()
    assert f'{place}"' in html


def test_who_may_not_draw_is_led_to_the_same_place_of_the_map(company: build.Company, boundary: Boundary) -> None:
    given = {"sentence": "billing status of customer 12 is late in CRM.", **ONE_OF_EACH["timing"]}
    html = signed_in(company.mira).get(ADDRESS, given).content.decode()
    assert f'href="{boundary.get_absolute_url()}#handoff-mail--create"' in html
