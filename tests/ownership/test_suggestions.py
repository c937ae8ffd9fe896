"""What somebody who may not edit a field would write into it: kept, taken, declined."""

import json
from typing import Any

import pytest

from ownership.definitions import Definition, Rule
from ownership.models import Field, FieldVersion, Person, Role, Suggestion
from ownership.queries import registry
from tests import build
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> build.Company:
    return build.company()


@pytest.fixture
def status(made: build.Company) -> Field:
    """Return a field of Finance, so that Dana of Sales suggests and Finn decides."""
    return build.field(Definition("status", means="where they stand", rule=Rule(owner="Finance")), person=made.finn)


def suggest(field: Field, column: str = "means", text: str = "another", person: str = "dana", **more: Any) -> Any:
    change = {"field": field.pk, "column": column, "text": text, "was": more.pop("was", None)}
    client = signed_in(Person.objects.get(email=f"{person}@example.com"))
    return client.post("/ownership/cells/", json.dumps({"changes": [change], **more}), content_type="application/json")


def decide(person: Person, suggestion: Suggestion | int, decision: object, **more: Any) -> Any:
    number = suggestion if isinstance(suggestion, int) else suggestion.pk
    form = {"decision": decision, **more}
    return signed_in(person).post(f"/ownership/suggestions/{number}/", form)


def decide_in_json(person: Person, suggestion: Suggestion, decision: object) -> Any:
    address = f"/ownership/suggestions/{suggestion.pk}/"
    return signed_in(person).post(address, json.dumps({"decision": decision}), content_type="application/json")


def definition() -> Definition:
    return registry.definition(registry.whole().get())


def test_a_suggestion_keeps_what_stood_there_and_why(made: build.Company, status: Field) -> None:
    answer = suggest(status, reason="Clearer.", was="where they stand").json()
    assert (answer["suggested"], answer["said"]) == (1, "1 suggestion kept for those who edit the field.")
    one = Suggestion.objects.get()
    assert (one.column, one.text, one.was, one.why, one.person, one.state) == (
        "means",
        "another",
        "where they stand",
        "Clearer.",
        made.dana,
        "open",
    )
    assert answer["rows"][0]["html"]["means"] == '<td data-column="means" data-suggestions="1">where they stand</td>'
    assert definition().means == "where they stand"


def test_a_suggestion_says_names_as_they_are_spelled(status: Field) -> None:
    assert suggest(status, "owner", "sales").status_code == 200
    assert Suggestion.objects.get().text == "Sales"
    assert suggest(status, "owner", "Fnance").status_code == 422


def test_another_suggestion_for_the_same_cell_replaces_ones_own(status: Field) -> None:
    suggest(status)
    suggest(status, text="yet another")
    assert [(one.text, one.state) for one in Suggestion.objects.all()] == [("yet another", "open")]
    suggest(status, text="where they stand")
    assert [one.state for one in Suggestion.objects.all()] == ["declined"]


def test_a_suggestion_on_what_changed_meanwhile_is_a_conflict(status: Field) -> None:
    assert suggest(status, was="something else").status_code == 409
    assert not Suggestion.objects.exists()


def test_the_undo_of_a_suggestion_takes_it_back(made: build.Company, status: Field) -> None:
    undo = suggest(status).json()["undo"]
    stranger = signed_in(made.finn).post("/ownership/cells/", json.dumps(undo), content_type="application/json")
    assert stranger.status_code == 200
    assert Suggestion.objects.get().state == "open"
    signed_in(made.dana).post("/ownership/cells/", json.dumps(undo), content_type="application/json")
    assert Suggestion.objects.get().state == "declined"


def test_taking_a_suggestion_writes_it_with_who_suggested_it_and_why(made: build.Company, status: Field) -> None:
    suggest(status, reason="Clearer.")
    answer = decide(made.finn, Suggestion.objects.get(), "take", next="/ownership/waiting/")
    assert (answer.status_code, answer["Location"]) == (302, "/ownership/waiting/")
    assert definition().means == "another"
    version = FieldVersion.objects.get(field=status, number=2)
    assert (version.by_name, version.reason) == ("Finn Okafor", "Suggested by Dana Reyes: Clearer.")
    one = Suggestion.objects.get()
    assert (one.state, one.decided_by) == ("taken", made.finn)


def test_taking_makes_the_record_that_was_suggested(made: build.Company, status: Field) -> None:
    assert suggest(status, "settled_by", "Billing: invoice").status_code == 422
    suggest(status, "settled_by", "Billing: invoice", create=True)
    assert not made.billing.record_types.exists()
    decide(made.finn, Suggestion.objects.get(), "take")
    assert made.billing.record_types.get().name == "invoice"


def test_declining_leaves_the_field_alone(made: build.Company, status: Field) -> None:
    suggest(status)
    assert decide(made.finn, Suggestion.objects.get(), "decline", next="//evil.example")["Location"].startswith("/own")
    assert Suggestion.objects.get().state == "declined"
    assert definition().means == "where they stand"


def test_the_table_decides_without_leaving_the_page(made: build.Company, status: Field) -> None:
    suggest(status)
    answer = decide_in_json(made.finn, Suggestion.objects.get(), "take")
    assert answer.json()["said"] == "status: suggestion taken."
    assert answer.json()["rows"][0]["texts"]["means"] == "another"
    assert answer.json()["rows"][0]["suggestions"] == []


def test_a_suggestion_that_no_longer_fits_says_so_and_stays_open(made: build.Company, status: Field) -> None:
    suggest(status)
    suggest(status, text="Finn's own", person="finn")
    answer = decide_in_json(made.finn, Suggestion.objects.get(), "take")
    assert answer.status_code == 409
    assert answer.json()["sentence"] == (
        "What it means of status has changed since: it was “where they stand”, now it is “Finn's own”. "
        "Decline the suggestion, or write “another” yourself."
    )
    assert decide(made.finn, Suggestion.objects.get(), "take").status_code == 409
    assert Suggestion.objects.get().state == "open"
    assert decide_in_json(made.finn, Suggestion.objects.get(), "decline").status_code == 200


def test_a_suggestion_that_names_what_is_gone_says_so(made: build.Company, status: Field) -> None:
    suggest(status, "owner", "Sales")
    made.dana.team = None
    made.dana.save()
    made.crm.owner = None
    made.crm.save()
    made.sales.delete()
    answer = decide_in_json(made.finn, Suggestion.objects.get(), "take")
    assert answer.status_code == 409
    assert "There is no team Sales" in answer.json()["sentence"]


def test_a_suggestion_is_decided_once(made: build.Company, status: Field) -> None:
    suggest(status)
    one = Suggestion.objects.get()
    decide(made.finn, one, "decline")
    answer = decide_in_json(made.finn, one, "take")
    assert answer.status_code == 409
    assert answer.json()["sentence"].startswith("This suggestion was declined by Finn Okafor on 2")


@pytest.mark.parametrize("decision", ["", "perhaps", ["take"], None, 7])
def test_anything_but_taking_and_declining_is_refused(made: build.Company, status: Field, decision: object) -> None:
    suggest(status)
    assert decide_in_json(made.finn, Suggestion.objects.get(), decision).status_code == 400
    assert decide(made.finn, Suggestion.objects.get(), "perhaps").status_code == 400
    assert Suggestion.objects.get().state == "open"


def test_only_those_who_edit_the_field_decide(made: build.Company, status: Field) -> None:
    suggest(status)
    one = Suggestion.objects.get()
    viewer = build.person(email="viewer@example.com")
    ada = build.person(email="ada@example.com", role=Role.ADMINISTRATOR)
    for person in (made.dana, made.mira, viewer, ada):
        assert decide(person, one, "take").status_code == 403
        answer = decide_in_json(person, one, "decline")
        assert (answer.status_code, answer.json()["sentence"]) == (
            403,
            "status is edited by the lead of Finance (Finn Okafor).",
        )
    assert Suggestion.objects.get().state == "open"


def test_a_suggestion_that_is_not_there_is_not_found(made: build.Company) -> None:
    assert decide(made.finn, 987, "take").status_code == 404
    assert decide(made.finn, 2**70, "take").status_code == 404
