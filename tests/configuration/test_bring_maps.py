"""The page where maps come in as YAML: they are shown first, then taken over as one, by those who may draw them."""

from dataclasses import replace
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from boundaries.definitions import Map
from boundaries.models import Boundary, BoundaryVersion
from boundaries.queries import maps
from boundaries.services import defining
from ownership.models import System, Team
from reconcile.configuration import bringing_maps
from reconcile.configuration.applying_boundaries import Planned, planned
from tests import build
from tests.boundaries.worlds import STORY

pytestmark = pytest.mark.django_db

PAGE = "/boundaries/import/"
NEW = """
teams: [{name: Logistics}]
boundaries:
  - name: order to shipment
    from: Shop
    to: Warehouse
    steps:
      - {id: pick, team: Logistics, does: Logistics picks the order., touch: spreadsheet}
"""


@pytest.fixture
def company() -> build.Company:
    return build.company()


@pytest.fixture
def dana(client: Client, company: build.Company) -> Client:
    client.force_login(company.dana)
    return client


def text_of(said: Map) -> str:
    return yaml.safe_dump({"boundaries": [said.to_json()]}, allow_unicode=True)


def look(client: Client, text: str) -> HttpResponse:
    answer = client.post(PAGE, {"text": text})
    assert isinstance(answer, HttpResponse)
    return answer


def take(client: Client, text: str, name: str = "") -> HttpResponse:
    answer = client.post(PAGE, {"text": text, "name": name, "take": "yes"}, follow=True)
    assert isinstance(answer, HttpResponse)
    return answer


def test_what_it_would_do_is_shown_before_anything_is_done(dana: Client) -> None:
    page = look(dana, NEW).content.decode()
    assert "1 boundary is new." in page
    assert "Take over 1 boundary" in page
    assert "From Shop to Warehouse: 1 step, 0 hand-offs." in page
    assert "Systems that are not known yet are added: <bdi>Shop and Warehouse</bdi>." in page
    assert "Left out: teams." in page
    assert "Logistics picks the order." in page
    assert not Boundary.objects.exists()
    assert not System.objects.filter(name="Shop").exists()


def test_it_is_taken_over_and_the_page_of_the_map_says_so(dana: Client, company: build.Company) -> None:
    page = take(dana, NEW, "maps\0.yaml").content.decode()
    assert "1 boundary is added. Left out: teams." in page
    made = Boundary.objects.get()
    assert (made.added_by, made.from_system.name) == (company.dana, "Shop")
    version = BoundaryVersion.objects.get()
    assert (version.by, version.reason) == (company.dana, "From maps.yaml.")
    assert not Team.objects.filter(name="Logistics").exists()


def test_a_download_brought_back_changes_nothing(dana: Client) -> None:
    defining.define(None, STORY, person=None)
    text = dana.get("/boundaries/sales-to-billing/map.yaml").content.decode()
    assert yaml.safe_load(text)["boundaries"][0]["name"] == STORY.name
    page = look(dana, text).content.decode()
    assert "1 boundary stays as it is." in page
    assert "Take over" not in page
    assert "1 boundary was so already." in take(dana, text).content.decode()
    assert BoundaryVersion.objects.count() == 1


def test_a_map_there_is_changes_to_what_the_file_says(dana: Client) -> None:
    defining.define(None, STORY, person=None)
    steps = (replace(STORY.steps[0], does="Sales closes the deal."), *STORY.steps[1:3])
    changed = replace(STORY, rule="", trigger="it is signed", steps=steps, handoffs=STORY.handoffs[:2])
    page = look(dana, text_of(changed)).content.decode()
    assert "1 boundary changes." in page
    assert "1 step changed, 1 step gone, 1 hand-off gone, the trigger changes." in page
    take(dana, text_of(changed))
    after = maps.definition(maps.whole().get())
    assert (after.rule, after.trigger, len(after.steps)) == (STORY.rule, "it is signed", 3)


def test_several_maps_go_in_as_one_or_not_at_all(dana: Client) -> None:
    two = [replace(STORY, name="one").to_json(), replace(STORY, name="two").to_json()]
    wrong = {"boundaries": [two[0], {**two[1], "name": "x" * 201}]}
    assert take(dana, yaml.safe_dump(wrong)).status_code == 422
    assert not Boundary.objects.exists()
    assert "2 boundaries are added." in take(dana, yaml.safe_dump({"boundaries": two})).content.decode()


def test_a_file_is_read_as_the_text_is(dana: Client) -> None:
    file = SimpleUploadedFile("maps.yaml", b"\xef\xbb\xbf" + NEW.encode())
    page = dana.post(PAGE, {"file": file, "text": "not this"}).content.decode()
    assert "1 boundary is new." in page
    assert 'name="name" value="maps.yaml"' in page
    assert "Logistics picks the order." in page


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "boundaries: [{name: a, from: x, to: y, steps: [{touch: fax}]}]",
            "boundaries[0].steps[0].touch: write one of",
        ),
        ("boundaries: [{name: a, from: x, to: y, owner: Z}]", "boundaries[0].owner: there is no team Z.<"),
        ("boundaries: [{name: a, from: x, to: X}]", "boundaries[0].to: a boundary is the line between two systems"),
        (
            "boundaries: [{name: a, from: x, to: y, steps: [{system: s}], handoffs: [{from: b, to: c}]}]",
            "there is no step b.",
        ),
        ("boundaries: [", "the text, line 1: this is not YAML"),
        ("boundaries:", "there is no map in it."),
        ("teams: [{name: a}]", "there is no map in it."),
        ("just words", "the file: write keys and values here"),
        ("name: a", "there is no map in it."),
        ("boundaries: {a: b}", "boundaries: write a list here."),
        ("boundaries: [{name: a}]\nanimals: []", "animals: there is no such key"),
        ("boundaries: \0", "Null characters are not allowed."),
        (" ", "Choose a file, or paste its text here."),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_the_text_stays(dana: Client, text: str, sentence: str) -> None:
    for asked in ({"text": text}, {"text": text, "take": "yes"}):
        answer = dana.post(PAGE, asked)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert sentence in page.replace("&#x27;", "'")
        assert text.strip().split("\0", maxsplit=1)[0][:20] in page
    assert not Boundary.objects.exists()
    assert System.objects.count() == 2


def test_a_file_that_is_no_text_or_too_large_is_refused(dana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = dana.post(PAGE, {"file": SimpleUploadedFile("a.yaml", b"B\xfcro")})
    assert answer.status_code == 422
    assert "This file is not UTF-8." in answer.content.decode()
    monkeypatch.setattr(bringing_maps, "LONGEST", 10)
    answer = dana.post(PAGE, {"file": SimpleUploadedFile("a.yaml", NEW.encode())})
    assert "up to 10 bytes are taken." in answer.content.decode()
    assert "at most 10 are taken." in look(dana, NEW).content.decode()


def test_more_than_one_request_can_write_is_refused(dana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing_maps, "MOST", 3)
    defining.define(None, STORY, person=None)
    assert "bring it in parts" in look(dana, text_of(STORY)).content.decode()


def test_what_somebody_else_adds_meanwhile_is_said(dana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(*asked: Any, **how: Any) -> list[Planned]:
        plan = list(planned(*asked, **how))
        # Between the look and the writing somebody else takes the address of the new map.
        Boundary(name="their own", slug="order-to-shipment", from_system=crm, to_system=billing).save()
        monkeypatch.setattr(defining, "free_address", lambda _: "order-to-shipment")
        return plan

    crm, billing = System.objects.order_by("-name")
    monkeypatch.setattr(bringing_maps, "planned", slowly)
    answer = take(dana, NEW)
    assert answer.status_code == 409
    assert "Somebody added one of these meanwhile." in answer.content.decode()
    assert "Logistics picks the order." in answer.content.decode()


def test_a_map_of_others_is_theirs_to_change(client: Client, company: build.Company) -> None:
    ops = build.person(email="olga@example.com", name="Olga")
    build.team(name="Operations", lead=ops)
    defining.define(None, STORY, person=company.dana)
    client.force_login(ops)
    changed = text_of(replace(STORY, trigger="it is signed"))
    for answer in (look(client, changed), take(client, changed)):
        assert answer.status_code == 403
        assert "sales to billing is drawn by the lead of" in answer.content.decode()
        assert "it is signed" in answer.content.decode()
    assert look(client, text_of(STORY)).status_code == 200
    assert "1 boundary is added." in take(client, NEW).content.decode()


def test_whoever_leads_no_team_brings_none(client: Client, company: build.Company) -> None:
    client.force_login(company.mira)
    assert client.get(PAGE).status_code == 403
    assert take(client, NEW).status_code == 403
    assert not Boundary.objects.exists()
