"""The registry as programs ask for it."""

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ownership.definitions import Definition, Rule, Use
from ownership.models import Claim, ClaimRound, Field, OwnershipRule, Person, RuleState
from ownership.queries import api as queries
from ownership.services import agreeing, tokens
from ownership.services.defining import Wanted, define
from tests import build
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

FIELDS = "/api/ownership/fields"


@pytest.fixture
def there() -> build.Company:
    return build.company()


@pytest.fixture
def program(there: build.Company) -> Client:
    """A program that has a token of somebody without any right but to read."""
    _, text = tokens.make(person=there.mira, name="Nightly")
    return Client(headers={"authorization": f"Bearer {text}"})


@pytest.fixture
def _quiet() -> Iterator[None]:
    """The log of a fault that is meant to be there."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def asked(client: Client, address: str = FIELDS, parameters: Mapping[str, str | int] | None = None) -> Any:
    answer = client.get(address, parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()


def names(client: Client, **parameters: str | int) -> list[str]:
    return [one["name"] for one in asked(client, FIELDS, parameters)["fields"]]


def in_force(definition: Definition = build.STATUS) -> Field:
    made = build.field(definition)
    finn, dana = (Person.objects.get(email=f"{name}@example.com") for name in ("finn", "dana"))
    proposed = agreeing.propose(made, person=finn)
    return agreeing.answer(proposed, team=dana.team, answer="agrees", person=dana)  # type: ignore[arg-type]


def test_a_field_is_told_whole(program: Client) -> None:
    made = in_force()
    said = asked(program, f"{FIELDS}/billing status")
    assert {name: said[name] for name in ("name", "subject", "state", "version", "sensitive", "working")} == {
        "name": "billing status", "subject": "customer", "state": "agreed", "version": 1, "sensitive": False,
        "working": None,
    }  # fmt: skip
    assert said["uses"][1] == {
        "system": "Billing", "column": "Status", "means": "state of the latest posted invoice", "editors": ["Finance"],
    }  # fmt: skip
    rule = said["in_force"]
    assert rule["owner"] == "Finance"
    assert rule["settled_by"] == {"system": "Billing", "record_type": "posted invoice"}
    assert rule["approver"] == {"name": "Finn Okafor", "email": "finn@example.com"}
    assert rule["agreed_by"] == ["Finance", "Sales"]
    assert rule["conditions"] == [
        {
            "when": "the order form is not signed yet",
            "test": {"system": "CRM", "column": "signed", "operator": "equals", "value": "no"},
            "settled_by": {"system": "CRM", "record_type": "signed order form"},
        }
    ]
    assert said["sentence"].startswith("Billing status first appears in the CRM deal; Finance owns it;")
    assert said["address"] == f"http://testserver/ownership/fields/{made.pk}/"


def test_what_is_agreed_and_what_people_work_on_are_told_apart(there: build.Company, program: Client) -> None:
    made = in_force()
    later = replace(build.STATUS, rule=replace(build.STATUS.rule, owner="Sales", conditions=()))
    define([Wanted(made, later)], person=there.finn, reason="Sales asks first.")
    said = asked(program, f"{FIELDS}/Billing STATUS")
    assert (said["in_force"]["owner"], said["in_force"]["version"]) == ("Finance", 1)
    assert (said["working"]["owner"], said["working"]["version"], said["working"]["state"]) == ("Sales", 2, "draft")
    assert said["state"] == "draft"
    assert "Finance owns it" in said["sentence"]


def test_a_field_nobody_has_said_anything_about_is_a_draft(program: Client) -> None:
    build.field(Definition("plan"))
    said = asked(program, f"{FIELDS}/plan")
    assert (said["state"], said["version"], said["in_force"], said["working"]) == ("draft", None, None, None)
    assert names(program, state="draft") == ["plan"]


@pytest.mark.parametrize("name", ["Zahlung/Ziel", "ÜBERSICHT", "50% share?", "a b"])
def test_any_name_can_be_asked_for(program: Client, name: str) -> None:
    build.field(Definition(name))
    assert asked(program, f"{FIELDS}/{name.lower().replace('%', '%25').replace('?', '%3F')}")["name"] == name


def test_the_list_is_narrowed_by_what_is_asked(program: Client) -> None:
    in_force()
    build.field(Definition("plan", "contract", "what was sold", uses=(Use("CRM"),), rule=Rule(owner="Sales")))
    assert names(program) == ["plan", "billing status"]
    cases: tuple[tuple[dict[str, str | int], list[str]], ...] = (
        ({"subject": "CONTRACT"}, ["plan"]),
        ({"system": "billing"}, ["billing status"]),
        ({"system": "nowhere"}, []),
        ({"owner": "sales"}, ["plan"]),
        ({"state": "agreed"}, ["billing status"]),
        ({"q": "sold what"}, ["plan"]),
        ({"q": "\x00"}, ["plan", "billing status"]),
        ({"subject": ""}, ["plan", "billing status"]),
        ({"limit": 1, "offset": 1}, ["billing status"]),
        ({"offset": 7}, []),
    )
    for parameters, found in cases:
        assert names(program, **parameters) == found, parameters
    assert asked(program, FIELDS, {"limit": 1})["count"] == 2


def test_a_removed_field_is_not_there(program: Client) -> None:
    made = in_force()
    Field.objects.filter(pk=made.pk).update(removed_at=made.created_at)
    assert names(program) == []
    assert program.get(f"{FIELDS}/billing status").status_code == 404


def test_claims_are_never_told(there: build.Company, program: Client) -> None:
    made = in_force()
    asking = ClaimRound.objects.create(field=made, due_on="2030-01-01")
    Claim.objects.create(round=asking, team=there.sales, owner=there.sales, why="We type it in.", person=there.dana)
    text = json.dumps(asked(program)) + json.dumps(asked(program, f"{FIELDS}/billing status"))
    assert "We type it in." not in text
    assert "claim" not in text


# --- Who ---


def refused(client: Client, address: str = FIELDS) -> None:
    answer = client.get(address)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert "API tokens" in answer.json()["detail"]


def test_without_a_token_it_answers_401_and_not_the_sign_in_page() -> None:
    for address in (FIELDS, f"{FIELDS}/plan", "/api/openapi.json"):
        refused(Client(), address)


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer rcl_x", "Basic eDp5", "rcl_x", "Bearer " + "x" * 9_000]
)
def test_a_wrong_token_is_refused_even_where_somebody_is_signed_in(there: build.Company, header: str) -> None:
    client = signed_in(there.dana)
    assert client.get(FIELDS).status_code == 200
    client.defaults["HTTP_AUTHORIZATION"] = header
    refused(client)


def test_a_revoked_token_and_one_of_somebody_who_left_are_refused(there: build.Company, program: Client) -> None:
    asked(program)
    Person.objects.filter(pk=there.mira.pk).update(is_active=False)
    refused(program)
    Person.objects.filter(pk=there.mira.pk).update(is_active=True)
    asked(program)
    tokens.revoke(person=there.mira, token_id=there.mira.tokens.get().pk)
    refused(program)


def test_whoever_is_signed_in_may_ask_from_the_browser_until_they_leave(there: build.Company) -> None:
    client = signed_in(there.dana)
    assert asked(client)["count"] == 0
    Person.objects.filter(pk=there.dana.pk).update(is_active=False)
    refused(client)


def test_a_token_opens_no_page(program: Client) -> None:
    assert program.get("/ownership/teams/")["Location"].startswith("/sign-in/")
    assert program.get("/tokens/")["Location"].startswith("/sign-in/")


# --- What cannot be answered ---


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("limit=0", "The parameter limit is at least 1."),
        ("limit=501", "The parameter limit is at most 500."),
        ("limit=ten", "The parameter limit is a whole number."),
        ("offset=-1", "The parameter offset is at least 0."),
        ("offset=99999999999999999999", "The parameter offset is at most"),
        ("state=superseded", "The parameter state is one of"),
        ("q=" + "x" * 201, "The parameter q has at most 200 characters."),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(program: Client, query: str, sentence: str) -> None:
    answer = program.get(f"{FIELDS}?{query}")
    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]


@pytest.mark.parametrize(
    "address", ["/api/", "/api/nowhere", f"{FIELDS}/", f"{FIELDS}/no such field", "/api/ownership"]
)
def test_what_is_not_there_is_said_in_json(program: Client, address: str) -> None:
    answer = program.get(address)
    assert answer.status_code == 404
    assert answer.json()["detail"].endswith(".")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_only_for_reading(program: Client, method: str) -> None:
    answer = getattr(program, method)(FIELDS)
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    assert answer.json() == {"detail": "This address is only for reading: ask with GET."}


@pytest.mark.usefixtures("_quiet")
def test_a_fault_of_ours_tells_nothing_of_it_but_a_number(program: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall_over(*_: object) -> None:
        message = "secret of the inside"
        raise RuntimeError(message)

    monkeypatch.setattr(queries, "fields", fall_over)
    answer = program.get(FIELDS)
    assert answer.status_code == 500
    assert "secret" not in answer.content.decode()
    assert answer["X-Request-ID"] in answer.json()["detail"]


# --- How ---


def test_500_fields_take_as_many_queries_as_one(program: Client) -> None:
    def counted(limit: int) -> int:
        with CaptureQueriesContext(connection) as made:
            assert len(asked(program, FIELDS, {"limit": limit})["fields"]) == limit
        return len(made)

    build.field()
    asked(program)
    before = counted(1)
    base = Field.objects.get()
    made = Field.objects.bulk_create(Field(name=f"field {number}", subject="customer") for number in range(499))
    rule = OwnershipRule.objects.get(field=base)
    OwnershipRule.objects.bulk_create(
        OwnershipRule(field=one, owner=rule.owner, settled_by=rule.settled_by, state=RuleState.AGREED) for one in made
    )
    assert counted(500) == before


def test_it_is_described_for_programs(program: Client) -> None:
    said = asked(program, "/api/openapi.json")
    assert {"/api/ownership/fields", "/api/ownership/fields/{name}"} <= set(said["paths"])
    assert {"bearer", "apiKey"} & {
        one.get("scheme", one["type"]) for one in said["components"]["securitySchemes"].values()
    }
    assert settings.SESSION_COOKIE_NAME in json.dumps(said)


def test_the_page_that_describes_it_loads_nothing_from_outside(there: build.Company) -> None:
    page = signed_in(there.dana).get("/api/docs").content.decode()
    assert "http" not in page.replace("https://", "http").partition("<body")[0]
    assert "/static/ninja/swagger-ui-bundle.js" in page
