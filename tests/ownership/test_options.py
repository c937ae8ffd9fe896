"""What cells offer for choice."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ownership.history import save_with_reason
from ownership.models import Person, Role
from tests import build
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> build.Company:
    made = build.company()
    build.field()
    return made


def asked(person: Person, query: str = "") -> Any:
    return signed_in(person).get(f"/ownership/options/{query}")


def test_every_column_with_a_list_offers_what_there_is_with_a_hint(made: build.Company) -> None:
    said = asked(made.dana).json()
    assert said["owner"] == [
        {"text": "Finance", "hint": "led by Finn Okafor"},
        {"text": "Sales", "hint": "led by Dana Reyes"},
    ]
    records = ["Billing: posted invoice", "CRM: deal", "CRM: signed order form"]
    assert [one["text"] for one in said["first_appears_in"]] == records
    assert [one["text"] for one in said["settled_by"]] == ["it depends", *records]
    assert said["editors"] == [
        {"text": "Billing", "hint": "system"},
        {"text": "CRM", "hint": "system"},
        {"text": "Finance", "hint": "team"},
        {"text": "Sales", "hint": "team"},
    ]
    assert said["approver"] == said["deputy"]
    assert said["approver"][0] == {"text": "Dana Reyes", "hint": "Sales, dana@example.com"}
    assert said["subject"] == [{"text": "customer", "hint": "1 field"}]
    assert said["can_create"] == {"first_appears_in": True, "settled_by": True, "subject": True}


def test_who_only_reads_makes_nothing(made: build.Company) -> None:
    assert asked(made.mira).json()["can_create"] == {"first_appears_in": False, "settled_by": False, "subject": False}


def test_whoever_left_is_not_offered_but_still_keeps_their_name_apart(made: build.Company) -> None:
    made.mira.is_active = False
    save_with_reason(made.mira, reason="Left.")
    build.person(email="other@example.com", name="Mira Lind")
    texts = [one["text"] for one in asked(made.dana).json()["approver"]]
    assert "Mira Lind (other@example.com)" in texts
    assert not [text for text in texts if "mira@example.com" in text]


def test_the_best_of_one_column_begin_with_what_is_typed(made: build.Company) -> None:
    for number, name in enumerate(("Olaf Finn", "Fina Berg", "Delfina Ros")):
        build.person(email=f"p{number}@example.com", name=name, role=Role.VIEWER)
    said = asked(made.dana, "?column=approver&q=fin").json()
    assert [one["text"] for one in said["approver"]] == ["Fina Berg", "Finn Okafor", "Olaf Finn", "Delfina Ros"]
    assert asked(made.dana, "?column=approver&q=zzz").json() == {"approver": []}
    assert len(asked(made.dana, "?column=settled_by").json()["settled_by"]) == 4


def test_at_most_five_hundred_a_column_and_fifty_of_the_best(made: build.Company) -> None:
    for number in range(510):
        build.team(name=f"Team {number:03}")
    assert len(asked(made.dana).json()["owner"]) == 500
    assert len(asked(made.dana, "?column=owner&q=team").json()["owner"]) == 50


@pytest.mark.parametrize("query", ["?column=name", "?column=", "?column=state&q=a", "?column=colour"])
def test_a_column_without_a_list_is_refused(made: build.Company, query: str) -> None:
    answer = asked(made.dana, query)
    assert (answer.status_code, answer.json()) == (400, {"sentence": "This column has no list to choose from."})


def test_odd_searches_find_nothing(made: build.Company) -> None:
    assert asked(made.dana, "?column=owner&q=%00%ff" + "x" * 10_000).json() == {"owner": []}


def test_the_number_of_queries_does_not_grow_with_what_there_is(made: build.Company) -> None:
    client = signed_in(made.dana)
    client.get("/ownership/options/")
    with CaptureQueriesContext(connection) as few:
        client.get("/ownership/options/")
    for number in range(30):
        build.team(name=f"Team {number}", lead=build.person(email=f"p{number}@example.com"))
    with CaptureQueriesContext(connection) as many:
        client.get("/ownership/options/")
    assert len(few) == len(many)
