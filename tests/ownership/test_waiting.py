"""What waits for the answer of the lead of a team, and that it is answered on the spot."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ownership.models import Answer, Field, OwnershipRule, Person, Suggestion
from ownership.queries import waiting
from ownership.services import agreeing, claiming
from ownership.services.defining import Wanted, define, remove
from tests import build
from tests.conftest import signed_in
from tests.ownership.test_agreeing import in_force

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> build.Company:
    return build.company()


@pytest.fixture
def field(made: build.Company) -> Field:
    return build.field(person=made.dana)


def waits(person: Person) -> dict[str, list[str]]:
    """What waits for ``person``, by kind, as names of fields; the cheap count says the same."""
    found = waiting.waiting_for(person)
    assert waiting.count(person) == found.count
    kinds = {
        "claims": [one.field.name for one in found.rounds],
        "proposals": [one.name for one in found.proposals],
        "suggestions": [one.name for one, _ in found.suggestions],
        "to confirm": [one.name for one in found.to_confirm],
    }
    return {kind: names for kind, names in kinds.items() if names}


def suggest(field: Field, person: Person) -> Suggestion:
    return Suggestion.objects.create(field=field, column="because", text="it is posted", was="x", person=person)


def grow_old(field: Field) -> None:
    OwnershipRule.objects.filter(field=field).update(confirmed_at=timezone.now() - timedelta(days=200))


def test_nothing_waits_for_anybody_at_first(made: build.Company) -> None:
    build.field()
    assert [waits(person) for person in (made.dana, made.finn, made.mira)] == [{}, {}, {}]


def test_a_claim_waits_until_it_is_answered(made: build.Company, field: Field) -> None:
    asked = claiming.ask(field, person=made.dana)
    assert waits(made.finn) == waits(made.dana) == {"claims": ["billing status"]}
    claiming.claim(asked, team=made.finance, owner=made.finance, why="It is ours.", person=made.finn)
    assert waits(made.finn) == {}
    assert waits(made.dana) == {"claims": ["billing status"]}


def test_a_claim_whose_day_has_passed_waits_no_more(made: build.Company, field: Field) -> None:
    asked = claiming.ask(field, person=made.dana)
    asked.due_on = timezone.localdate() - timedelta(days=1)
    asked.save()
    assert waits(made.finn) == {}


def test_a_proposal_waits_for_the_teams_that_have_not_answered(made: build.Company, field: Field) -> None:
    agreeing.propose(field, person=made.dana)
    assert waits(made.dana) == {}
    assert waits(made.finn) == {"proposals": ["billing status"]}
    agreeing.answer(field, team=made.finance, answer=Answer.OBJECTS, reason="No.", person=made.finn)
    assert waits(made.finn) == {}


def test_a_proposal_waits_for_whoever_owns_a_system_that_stores_it(made: build.Company) -> None:
    nobody_edits = replace(build.STATUS, uses=tuple(replace(use, editors=()) for use in build.STATUS.uses))
    agreeing.propose(build.field(nobody_edits), person=made.finn)
    assert waits(made.dana) == {"proposals": ["billing status"]}


def test_a_suggestion_waits_for_those_who_edit_the_field(made: build.Company, field: Field) -> None:
    olga = build.person(email="olga@example.com", name="Olga")
    build.team(name="Ops", lead=olga)
    suggest(field, olga)
    assert waits(made.dana) == waits(made.finn) == {"suggestions": ["billing status"]}
    assert waits(olga) == {}
    Suggestion.objects.update(state=Suggestion.TAKEN)
    assert waits(made.dana) == {}


def test_a_suggestion_waits_for_the_owner_in_force_and_not_for_one_that_a_draft_names(made: build.Company) -> None:
    unedited = replace(build.STATUS, uses=tuple(replace(use, editors=()) for use in build.STATUS.uses))
    field = build.field(unedited)
    agreeing.propose(field, person=made.finn)
    agreeing.answer(field, team=made.sales, answer=Answer.AGREES, person=made.dana)
    define([Wanted(field, replace(unedited, rule=replace(unedited.rule, owner="Sales")))], person=None)
    suggest(field, made.mira)
    assert waits(made.finn) == {"suggestions": ["billing status"]}
    assert waits(made.dana) == {}


def test_a_suggestion_for_what_no_team_has_waits_for_every_lead(made: build.Company) -> None:
    field = build.field(replace(build.STATUS, uses=(), rule=replace(build.STATUS.rule, owner="")))
    suggest(field, made.mira)
    assert waits(made.finn) == waits(made.dana) == {"suggestions": ["billing status"]}
    assert waits(made.mira) == {}


def test_an_old_rule_waits_for_its_owner(made: build.Company, field: Field) -> None:
    in_force(field, made)
    assert waits(made.finn) == {}
    grow_old(field)
    assert waits(made.finn) == {"to confirm": ["billing status"]}
    assert waits(made.dana) == {}


def test_nothing_waits_about_a_field_that_was_removed(made: build.Company, field: Field) -> None:
    in_force(field, made)
    grow_old(field)
    claiming.ask(field, person=made.dana)
    suggest(field, made.mira)
    remove(field, person=None, reason="Nobody compares it.")
    assert waits(made.finn) == {}


def test_the_count_takes_two_queries_and_none_more_for_much(made: build.Company) -> None:
    for number in range(5):
        claiming.ask(build.field(replace(build.STATUS, name=f"field {number}")), person=made.dana)
    with CaptureQueriesContext(connection) as taken:
        assert waiting.count(made.finn) == 5
    assert len(taken) == 2


# --- The page --------------------------------------------------------------------------------------------------------


def everything_about(number: int, made: build.Company) -> None:
    claiming.ask(build.field(replace(build.STATUS, name=f"claimed {number}")), person=made.dana)
    agreeing.propose(build.field(replace(build.STATUS, name=f"proposed {number}")), person=made.dana)
    suggest(build.field(replace(build.STATUS, name=f"suggested {number}")), made.mira)
    old = build.field(replace(build.STATUS, name=f"old {number}"))
    in_force(old, made)
    grow_old(old)


def test_the_page_shows_everything_with_its_evidence(made: build.Company) -> None:
    everything_about(1, made)
    page = signed_in(made.finn).get("/ownership/waiting/").content.decode()
    words = "1 claim, 1 proposed rule, 1 suggestion and 1 rule to confirm wait for your answer."
    for text in (words, "claimed 1", "proposed 1", "suggested 1", "old 1", "the customer has seen the invoice"):
        assert text in page
    assert "Answer for Sales" not in page
    assert "Sales agrees</button>" not in page


def test_a_proposal_is_shown_beside_what_is_in_force(made: build.Company, field: Field) -> None:
    in_force(field, made)
    changed = replace(build.STATUS, rule=replace(build.STATUS.rule, because="it is posted"))
    define([Wanted(field, changed)], person=made.dana)
    agreeing.propose(field, person=made.dana)
    page = signed_in(made.finn).get("/ownership/waiting/").content.decode()
    table = page.partition("<caption>What changes</caption>")[2].partition("</table>")[0]
    assert "Because" in table
    assert "the customer has seen the invoice" in table
    assert "Owner team" not in table


def test_answered_on_the_page_it_leads_back_to_the_page(made: build.Company, field: Field) -> None:
    agreeing.propose(field, person=made.dana)
    client = signed_in(made.finn)
    page = client.get("/ownership/waiting/").content.decode()
    version = page.partition('name="version" value="')[2].partition('"')[0]
    data = {"rule": 1, "version": version, "team": made.finance.pk, "answer": "agrees", "back": "waiting"}
    answered = client.post(f"/ownership/fields/{field.pk}/answer/", data)
    assert answered.headers["Location"] == "/ownership/waiting/"
    page = client.get("/ownership/waiting/").content.decode()
    assert "billing status: Finance agrees. Version 1 is in force." in page
    assert "Nothing waits for you" in page


def test_who_leads_no_team_is_told_who_answers(made: build.Company) -> None:
    page = signed_in(made.mira).get("/ownership/waiting/").content.decode()
    assert "Leads of teams answer here" in page


def test_looking_closes_claims_whose_day_has_passed(made: build.Company, field: Field) -> None:
    asked = claiming.ask(field, person=made.dana)
    asked.due_on = timezone.localdate() - timedelta(days=1)
    asked.save()
    signed_in(made.mira).get("/ownership/waiting/")
    asked.refresh_from_db()
    assert asked.closed_at


def test_the_page_takes_as_many_queries_for_much_as_for_little(made: build.Company) -> None:
    client = signed_in(made.finn)

    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            client.get("/ownership/waiting/")
        return len(taken)

    everything_about(0, made)
    few = queries()
    for number in range(1, 8):
        everything_about(number, made)
    assert queries() == few
