"""From a draft to a rule in force: who is asked, what an answer does, what is refused."""

from dataclasses import dataclass, replace

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from ownership.definitions import Definition, Record, Rule, Use, When
from ownership.models import Agreement, Answer, Field, FieldVersion, OwnershipRule, Person, Role, RuleState, Team
from ownership.queries import agreements, registry
from ownership.services import agreeing
from ownership.services.agreeing import Meanwhile, Refused, Seen
from ownership.services.defining import Wanted, define, remove
from tests import build
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

SIMPLE = replace(build.STATUS, rule=replace(build.STATUS.rule, because="it is posted", conditions=()))


@pytest.fixture
def made() -> build.Company:
    return build.company()


@pytest.fixture
def field(made: build.Company) -> Field:
    return build.field(person=made.dana)


@dataclass
class Page:
    """What a page showed of a field when it was opened."""

    field: Field

    def posted(self, **more: object) -> dict[str, object]:
        fresh = whole(self.field)
        rule = fresh.working or fresh.in_force
        return {"rule": rule.number if rule else 0, "version": agreements.version_of(fresh), **more}


def whole(field: Field) -> Field:
    return registry.whole(Field.objects.filter(pk=field.pk)).get()


def state(field: Field) -> str:
    rule = whole(field).working
    return str(rule.state) if rule else ""


def agree(field: Field, team: Team, person: Person) -> Field:
    return agreeing.answer(field, team=team, answer=Answer.AGREES, person=person)


def in_force(field: Field, made: build.Company) -> Field:
    agreeing.propose(field, person=made.dana)
    return agree(field, made.finance, made.finn)


# --- Proposing -------------------------------------------------------------------------------------------------------


def test_a_proposed_version_asks_the_other_teams_and_its_own_agrees(made: build.Company, field: Field) -> None:
    proposed = agreeing.propose(field, person=made.dana, reason="We talked on Friday.")
    assert proposed.working
    assert (proposed.working.state, proposed.working.proposed_by) == (RuleState.PROPOSED, made.dana)
    assert [(one.team.name, one.agrees) for one in agreements.asked(proposed)] == [("Finance", False), ("Sales", True)]
    assert agreements.standing(proposed) == "Finance has yet to answer."


def test_what_one_team_alone_touches_is_in_force_when_it_is_proposed(made: build.Company) -> None:
    alone = Definition("deal name", uses=(Use("CRM"),), rule=Rule(owner="Sales", settled_by=Record("CRM", "deal")))
    field = agreeing.propose(build.field(alone), person=made.dana)
    assert field.working is None
    assert field.in_force
    assert field.in_force.agreed_at == field.in_force.confirmed_at is not None


INCOMPLETE = [
    (Rule(settled_by=Record("CRM", "deal")), "To be proposed, it needs an owner team."),
    (Rule(owner="Sales"), "To be proposed, it needs the record that settles a dispute."),
    (Rule(owner="Sales", depends=True), "To be proposed, it needs a condition, as it depends."),
    (Rule(because="so"), "To be proposed, it needs an owner team and the record that settles a dispute."),
    (
        Rule(owner="Sales", depends=True, conditions=(When("unsigned", settled_by=Record("CRM", "deal")),)),
        "To be proposed, it needs the record that settles a dispute and a test for condition 1 (“unsigned”).",
    ),
    (
        Rule(owner="Sales", settled_by=Record("CRM", "deal"), conditions=(When("", "CRM", "signed"),)),
        "To be proposed, it needs the record that wins under condition 1.",
    ),
    (
        Rule(
            owner="Sales",
            settled_by=Record("CRM", "deal"),
            conditions=(When("old", "CRM", "plan", "in", (), Record("CRM", "deal")),),
        ),
        "To be proposed, it needs a test for condition 1 (“old”).",
    ),
]


@pytest.mark.parametrize(("rule", "sentence"), INCOMPLETE)
def test_what_is_missing_is_said_in_words(made: build.Company, rule: Rule, sentence: str) -> None:
    field = build.field(replace(build.STATUS, rule=rule))
    with pytest.raises(Refused) as refused:
        agreeing.propose(field, person=made.dana)
    assert refused.value.sentence == sentence
    assert state(field) == RuleState.DRAFT


def test_it_depends_with_a_complete_condition_can_be_proposed(made: build.Company) -> None:
    when = When("unsigned", "CRM", "signed", "equals", "", Record("CRM", "deal"))
    field = build.field(replace(build.STATUS, rule=Rule(owner="Sales", depends=True, conditions=(when,))))
    assert agreeing.propose(field, person=made.dana).working
    assert state(field) == RuleState.PROPOSED


def test_a_field_without_a_rule_has_nothing_to_propose(made: build.Company) -> None:
    field = build.field(Definition("empty", uses=(Use("CRM", editors=("Sales",)),)))
    with pytest.raises(Refused, match="Nobody works on a new version of empty"):
        agreeing.propose(field, person=made.dana)


def test_who_does_not_edit_the_field_does_not_propose(made: build.Company, field: Field) -> None:
    build.team(name="Ops", lead=build.person(email="olga@example.com", name="Olga"))
    for outsider in (made.mira, Person.objects.get(name="Olga")):
        with pytest.raises(PermissionDenied, match="billing status is edited by the lead of"):
            agreeing.propose(field, person=outsider)


# --- Answering -------------------------------------------------------------------------------------------------------


def test_the_last_team_to_agree_puts_the_version_in_force(made: build.Company, field: Field) -> None:
    agreed = in_force(field, made)
    assert agreed.working is None
    assert agreed.in_force
    assert agreed.in_force.number == 1
    assert agreed.in_force.confirmed_at
    assert agreements.standing(agreed) == "Version 1 is in force."


def test_the_former_version_is_superseded_at_the_same_moment(made: build.Company, field: Field) -> None:
    in_force(field, made)
    define([Wanted(field, SIMPLE)], person=made.dana, reason="Simpler.")
    agreeing.propose(field, person=made.dana)
    assert agreements.standing(whole(field)) == "Finance has yet to answer. Version 1 stays in force."
    agree(field, made.finance, made.finn)
    states = dict(OwnershipRule.objects.filter(field=field).values_list("number", "state"))
    assert states == {1: RuleState.SUPERSEDED, 2: RuleState.AGREED}


def test_an_objection_leaves_it_proposed_with_the_reason(made: build.Company, field: Field) -> None:
    agreeing.propose(field, person=made.dana)
    agreeing.answer(field, team=made.finance, answer=Answer.OBJECTS, reason="Too early.", person=made.finn)
    assert state(field) == RuleState.PROPOSED
    assert agreements.standing(whole(field)) == "Finance objects."
    assert Agreement.objects.get(team=made.finance).reason == "Too early."


def test_an_objection_without_a_reason_is_refused(made: build.Company, field: Field) -> None:
    agreeing.propose(field, person=made.dana)
    with pytest.raises(Refused, match="Say why"):
        agreeing.answer(field, team=made.finance, answer=Answer.OBJECTS, reason=" ", person=made.finn)
    assert not Agreement.objects.filter(team=made.finance).exists()


def test_an_answer_can_be_changed_while_it_is_proposed(made: build.Company, field: Field) -> None:
    agreeing.propose(field, person=made.dana)
    agreeing.answer(field, team=made.finance, answer=Answer.OBJECTS, reason="Too early.", person=made.finn)
    assert agree(field, made.finance, made.finn).in_force
    assert Agreement.objects.get(team=made.finance).reason == ""
    assert Agreement.history.filter(team=made.finance).count() == 2


def test_a_proposer_who_changes_their_mind_holds_it_up(made: build.Company, field: Field) -> None:
    agreeing.propose(field, person=made.dana)
    agreeing.answer(field, team=made.sales, answer=Answer.OBJECTS, reason="Not yet.", person=made.dana)
    agree(field, made.finance, made.finn)
    assert state(field) == RuleState.PROPOSED


def test_only_the_lead_of_a_team_answers_for_it(made: build.Company, field: Field) -> None:
    agreeing.propose(field, person=made.dana)
    boss = build.person(email="ada@example.com", name="Ada", role=Role.ADMINISTRATOR)
    for person in (made.dana, made.mira, boss):
        with pytest.raises(PermissionDenied, match="The lead of Finance, Finn Okafor answers for it"):
            agree(field, made.finance, person)


def test_a_team_that_does_not_touch_the_field_is_not_asked(made: build.Company, field: Field) -> None:
    olga = build.person(email="olga@example.com", name="Olga")
    agreeing.propose(field, person=made.dana)
    with pytest.raises(Refused, match="Ops neither owns nor stores nor edits billing status"):
        agree(field, build.team(name="Ops", lead=olga), olga)


def test_there_is_nothing_to_answer_before_it_is_proposed(made: build.Company, field: Field) -> None:
    with pytest.raises(Refused, match="is not proposed"):
        agree(field, made.finance, made.finn)


def test_a_team_that_comes_to_edit_the_field_meanwhile_has_to_agree_too(made: build.Company, field: Field) -> None:
    olga = build.person(email="olga@example.com", name="Olga")
    ops = build.team(name="Ops", lead=olga)
    agreeing.propose(field, person=made.dana)
    define([Wanted(field, build.STATUS.with_use(replace(build.STATUS.uses[0], editors=("Ops", "Sales"))))], person=None)
    agree(field, made.finance, made.finn)
    assert agreements.standing(whole(field)) == "Ops has yet to answer."
    assert agree(field, ops, olga).in_force


def test_an_edit_forgets_the_answers(made: build.Company, field: Field) -> None:
    agreeing.propose(field, person=made.dana)
    define([Wanted(field, SIMPLE)], person=made.dana)
    assert state(field) == RuleState.DRAFT
    assert not Agreement.objects.exists()


# --- What was edited meanwhile ---------------------------------------------------------------------------------------


def test_nobody_agrees_to_what_was_edited_after_their_page_was_opened(made: build.Company, field: Field) -> None:
    agreeing.propose(field, person=made.dana)
    seen = Seen(1, agreements.version_of(field))
    define([Wanted(field, SIMPLE)], person=made.dana)
    agreeing.propose(field, person=made.dana)
    with pytest.raises(Meanwhile, match="was changed after this page was opened"):
        agreeing.answer(field, team=made.finance, answer=Answer.AGREES, person=made.finn, seen=seen)
    assert state(field) == RuleState.PROPOSED
    assert not Agreement.objects.filter(team=made.finance).exists()


def test_another_teams_answer_does_not_make_a_page_old(made: build.Company, field: Field) -> None:
    agreeing.propose(field, person=made.dana)
    seen = Seen(1, agreements.version_of(field))
    agreeing.answer(field, team=made.sales, answer=Answer.OBJECTS, reason="Hm.", person=made.dana, seen=seen)
    agreeing.answer(field, team=made.sales, answer=Answer.AGREES, person=made.dana, seen=seen)
    assert agreeing.answer(field, team=made.finance, answer=Answer.AGREES, person=made.finn, seen=seen).in_force


def test_a_version_that_is_gone_is_refused_as_old(made: build.Company, field: Field) -> None:
    seen = Seen(1, agreements.version_of(field))
    in_force(field, made)
    with pytest.raises(Meanwhile):
        agreeing.propose(field, person=made.dana, seen=seen)


def test_a_removed_field_is_refused(made: build.Company, field: Field) -> None:
    remove(field, person=made.dana, reason="Nobody compares it.")
    with pytest.raises(Refused, match="taken out of the table"):
        agreeing.propose(field, person=made.dana)


# --- Taking back, setting aside, confirming --------------------------------------------------------------------------


def test_taken_back_it_is_a_draft_and_answers_are_forgotten(made: build.Company, field: Field) -> None:
    agreeing.propose(field, person=made.dana)
    rule = agreeing.take_back(field, person=made.finn, reason="A word is wrong.").working
    assert rule
    assert (rule.state, rule.proposed_by, rule.proposed_at) == (RuleState.DRAFT, None, None)
    assert not Agreement.objects.exists()
    with pytest.raises(Refused, match="nothing to take back"):
        agreeing.take_back(field, person=made.finn)


def test_set_aside_the_version_in_force_counts_on(made: build.Company, field: Field) -> None:
    in_force(field, made)
    define([Wanted(field, SIMPLE)], person=made.dana)
    after = agreeing.discard(field, person=made.dana, reason="We keep it.")
    assert after.working is None
    assert registry.definition(after) == build.STATUS


def test_set_aside_the_only_version_leaves_the_field_without_a_rule(made: build.Company, field: Field) -> None:
    with pytest.raises(Refused, match="Say why"):
        agreeing.discard(field, person=made.dana, reason="")
    after = agreeing.discard(field, person=made.dana, reason="We begin anew.")
    assert (after.shown, agreements.standing(after)) == (None, "It has no rule yet.")


def test_the_owner_confirms_what_is_in_force(made: build.Company, field: Field) -> None:
    in_force(field, made)
    OwnershipRule.objects.update(confirmed_at=None)
    rule = agreeing.confirm(field, person=made.finn).in_force
    assert rule
    assert rule.confirmed_at
    assert FieldVersion.objects.filter(field=field).latest("number").reason == "Finn Okafor says it is still right."
    with pytest.raises(PermissionDenied):
        agreeing.confirm(field, person=made.dana)


def test_without_a_version_in_force_there_is_nothing_to_confirm(made: build.Company, field: Field) -> None:
    with pytest.raises(Refused, match="nothing to confirm"):
        agreeing.confirm(field, person=made.finn)


# --- History ---------------------------------------------------------------------------------------------------------


def test_every_change_of_state_is_in_the_history_with_who_and_why(made: build.Company, field: Field) -> None:
    agreeing.propose(field, person=made.dana, reason="We talked.")
    agreeing.take_back(field, person=made.finn, reason="A word.")
    agreeing.propose(field, person=made.dana, reason="Again.")
    agree(field, made.finance, made.finn)
    versions = FieldVersion.objects.filter(field=field).order_by("number")
    assert [(one.by_name, one.reason, one.data["state"]) for one in versions] == [
        ("Dana Reyes", "", "draft"),
        ("Dana Reyes", "We talked.", "proposed"),
        ("Finn Okafor", "A word.", "draft"),
        ("Dana Reyes", "Again.", "proposed"),
        ("Finn Okafor", "Finance agrees.", "agreed"),
    ]
    rule = whole(field).in_force
    assert rule
    reasons = rule.history.order_by("history_id").values_list("history_change_reason", flat=True)
    assert list(reasons)[1:] == ["We talked.", "A word.", "Again.", "Finance agrees."]


# --- The pages -------------------------------------------------------------------------------------------------------


def post(person: Person, field: Field, what: str, **data: object) -> "tuple[int, str]":
    client: Client = signed_in(person)
    answer = client.post(f"/ownership/fields/{field.pk}/{what}/", data, follow=True)
    return answer.status_code, answer.content.decode()


def test_from_page_to_page_it_comes_into_force(made: build.Company, field: Field) -> None:
    client = signed_in(made.dana)
    answer = client.post(f"/ownership/fields/{field.pk}/propose/", Page(field).posted())
    assert answer.headers["Location"] == f"/ownership/fields/{field.pk}/"
    assert said(client) == "billing status: Proposed. Finance has yet to answer."
    client = signed_in(made.finn)
    answered = Page(field).posted(team=made.finance.pk, answer="agrees")
    client.post(f"/ownership/fields/{field.pk}/answer/", answered)
    assert said(client) == "billing status: Finance agrees. Version 1 is in force."
    client.post(f"/ownership/fields/{field.pk}/confirm/", Page(field).posted())
    assert said(client) == "billing status: Confirmed: still right. Version 1 is in force."


def said(client: Client) -> str:
    return str(next(iter(client.get("/").context["messages"])))


def test_an_objection_without_a_reason_gets_a_sentence(made: build.Company, field: Field) -> None:
    agreeing.propose(field, person=made.dana)
    posted = Page(field).posted(team=made.finance.pk, answer="objects", reason="")
    status, page = post(made.finn, field, "answer", **posted)
    assert (status, "Say why, so that the others know what to change." in page) == (422, True)


def test_what_was_typed_survives_a_page_that_is_too_old(made: build.Company, field: Field) -> None:
    agreeing.propose(field, person=made.dana)
    posted = Page(field).posted(team=made.finance.pk, answer="objects", reason="The invoice comes later.")
    define([Wanted(field, SIMPLE)], person=made.dana)
    agreeing.propose(field, person=made.dana)
    status, page = post(made.finn, field, "answer", **posted)
    assert status == 409
    assert "was changed after this page was opened" in page
    assert ">The invoice comes later.</textarea>" in page


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"rule": "x", "version": "1"},
        {"rule": "1", "version": "-1"},
        {"rule": "1", "version": "9" * 40, "team": "1", "answer": "agrees"},
        {"rule": "1", "version": "1", "team": "none", "answer": "agrees"},
        {"rule": "1", "version": "1", "team": "1", "answer": "perhaps"},
        {"rule": "1", "version": "1", "reason": "x" * 2001},
        {"rule": "1", "version": "1", "reason": "\0"},
    ],
)
@pytest.mark.parametrize("what", ["propose", "answer", "take-back", "discard", "confirm"])
def test_odd_input_is_refused_in_words_and_changes_nothing(
    made: build.Company, field: Field, what: str, data: dict[str, str]
) -> None:
    agreeing.propose(field, person=made.dana)
    before = FieldVersion.objects.count(), Agreement.objects.count()
    status, page = post(made.finn, field, what, **data)
    assert status in {409, 422}
    assert "Nothing was changed." in page
    assert (FieldVersion.objects.count(), Agreement.objects.count()) == before


@pytest.mark.parametrize("what", ["propose", "answer", "take-back", "discard", "confirm", "ask"])
def test_who_may_not_is_told_who_can(made: build.Company, field: Field, what: str) -> None:
    status, page = post(made.mira, field, what)
    assert status == 403
    assert "Finance" in page


@pytest.mark.parametrize("what", ["propose", "answer", "take-back", "discard", "confirm", "ask"])
def test_a_field_that_is_not_there_is_not_found(made: build.Company, what: str) -> None:
    assert post(made.dana, Field(pk=10**12), what)[0] == 404
