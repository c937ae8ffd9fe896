"""Asking teams who owns a field: whom, until when, blind until it is over, and what follows."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from ownership.definitions import Definition, Use
from ownership.models import ClaimRound, Field, FieldVersion, OwnershipRule, Person, Role, RuleState, Team
from ownership.permissions import Rights
from ownership.queries import claims, registry
from ownership.services import agreeing, claiming
from ownership.services.agreeing import Refused
from ownership.services.defining import Wanted, define
from ownership.tasks import close_claims
from ownership.views.agreement import panel
from reconcile.celery import app
from tests import build
from tests.conftest import signed_in
from tests.ownership.test_agreeing import in_force, state, whole

pytestmark = pytest.mark.django_db

SECRET = "because the moon is made of cheese"


@pytest.fixture
def made() -> build.Company:
    return build.company()


@pytest.fixture
def field(made: build.Company) -> Field:
    return build.field(person=made.dana)


@pytest.fixture
def asked(made: build.Company, field: Field) -> ClaimRound:
    return claiming.ask(field, person=made.dana)


def answer(one: ClaimRound, team: Team, person: Person, owner: Team | None, why: str = "So it is.") -> ClaimRound:
    return claiming.claim(one, team=team, owner=owner, why=why, person=person)


def both(one: ClaimRound, made: build.Company, sales_says: Team | None, finance_says: Team | None) -> ClaimRound:
    answer(one, made.sales, made.dana, sales_says)
    return answer(one, made.finance, made.finn, finance_says)


def overdue(one: ClaimRound) -> None:
    ClaimRound.objects.filter(pk=one.pk).update(due_on=timezone.localdate() - timedelta(days=1))


# --- Asking ----------------------------------------------------------------------------------------------------------


def test_every_team_that_touches_the_field_is_asked_for_a_week(made: build.Company, asked: ClaimRound) -> None:
    assert [claim.team for claim in asked.claims.all()] == [made.finance, made.sales]
    assert asked.due_on == timezone.localdate() + timedelta(days=7)


def test_other_teams_are_asked_besides_and_none_that_touches_it_is_left_out(made: build.Company, field: Field) -> None:
    ops = build.team(name="Ops")
    asked = claiming.ask(field, person=made.dana, teams=[ops])
    assert [claim.team for claim in asked.claims.all()] == [made.finance, ops, made.sales]


def test_a_team_that_does_not_touch_the_field_does_not_ask(field: Field) -> None:
    olga = build.person(email="olga@example.com", name="Olga")
    build.team(name="Ops", lead=olga)
    with pytest.raises(PermissionDenied, match="asked by the lead of Finance or Sales"):
        claiming.ask(field, person=olga)


def test_any_lead_asks_about_what_nobody_touches(made: build.Company) -> None:
    field = build.field(Definition("colour"))
    with pytest.raises(Refused, match="Name at least one team"):
        claiming.ask(field, person=made.dana)
    with pytest.raises(PermissionDenied, match="asked by the lead of a team"):
        claiming.ask(field, person=made.mira, teams=[made.sales])
    assert claiming.ask(field, person=made.dana, teams=[made.finance]).claims.count() == 1


def test_teams_are_asked_once_at_a_time(made: build.Company, field: Field, asked: ClaimRound) -> None:
    with pytest.raises(Refused, match=f"are being asked already, until {asked.due_on}"):
        claiming.ask(field, person=made.finn)


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_the_day_is_between_tomorrow_and_a_year_from_now(made: build.Company, field: Field, days: int) -> None:
    with pytest.raises(Refused, match="between tomorrow and a year from now"):
        claiming.ask(field, person=made.dana, until=timezone.localdate() + timedelta(days=days))
    assert not ClaimRound.objects.exists()


# --- Answering alone -------------------------------------------------------------------------------------------------


def test_only_the_lead_of_a_team_answers_for_it(made: build.Company, asked: ClaimRound) -> None:
    boss = build.person(email="ada@example.com", name="Ada", role=Role.ADMINISTRATOR)
    for person in (made.dana, made.mira, boss):
        with pytest.raises(PermissionDenied, match="The lead of Finance answers"):
            answer(asked, made.finance, person, made.finance)


def test_a_team_that_is_not_asked_has_no_say(asked: ClaimRound) -> None:
    olga = build.person(email="olga@example.com", name="Olga")
    ops = build.team(name="Ops", lead=olga)
    with pytest.raises(Refused, match="Ops is not asked"):
        answer(asked, ops, olga, ops)


def test_an_answer_says_why(made: build.Company, asked: ClaimRound) -> None:
    with pytest.raises(Refused, match="Say in a few words why"):
        answer(asked, made.sales, made.dana, made.sales, why=" ")


def test_an_answer_can_be_changed_while_others_are_missing(made: build.Company, asked: ClaimRound) -> None:
    answer(asked, made.sales, made.dana, made.sales)
    answer(asked, made.sales, made.dana, made.finance)
    assert answer(asked, made.finance, made.finn, made.finance).outcome == ClaimRound.AGREED


def test_after_the_last_answer_nothing_can_be_changed(made: build.Company, asked: ClaimRound) -> None:
    both(asked, made, made.sales, made.finance)
    with pytest.raises(Refused, match="The time to answer is over"):
        answer(asked, made.sales, made.dana, made.finance)


def test_after_the_day_nothing_can_be_answered(made: build.Company, asked: ClaimRound) -> None:
    overdue(asked)
    with pytest.raises(Refused, match="The time to answer is over"):
        answer(asked, made.sales, made.dana, made.finance)


# --- Blind -----------------------------------------------------------------------------------------------------------


def test_while_it_is_open_nobody_sees_what_another_team_said(made: build.Company, asked: ClaimRound) -> None:
    answer(asked, made.sales, made.dana, made.finance, why=SECRET)
    fresh = claims.rounds().get(pk=asked.pk)
    sales = next(one for one in claims.shown(fresh, {made.finance.pk}).teams if one.team == made.sales)
    assert (sales.owner, sales.why, sales.answer, sales.visible) == (None, "", "", False)
    assert (sales.person, bool(sales.answered_at)) == (made.dana, True)
    own = next(one for one in claims.shown(fresh, {made.sales.pk}).teams if one.team == made.sales)
    assert (own.owner, own.why) == (made.finance, SECRET)


def test_no_page_shows_an_answer_before_it_is_over(made: build.Company, field: Field, asked: ClaimRound) -> None:
    answer(asked, made.sales, made.dana, made.finance, why=SECRET)
    boss = build.person(email="ada@example.com", name="Ada", role=Role.ADMINISTRATOR)
    pages = [
        "/",
        "/ownership/",
        "/ownership/check/",
        "/ownership/sheet/",
        "/ownership/waiting/",
        "/ownership/options/",
        "/api/ownership/fields",
        *(f"/ownership/fields/{field.pk}/{part}" for part in ("", "history/", "about/", "uses/", "conditions/")),
        *(f"/ownership/teams/{team.pk}/" for team in (made.sales, made.finance)),
        *(f"/ownership/people/{person.pk}/" for person in (made.dana, made.finn)),
        *(f"/ownership/fields.{form}" for form in ("csv", "md", "yaml")),
        "/admin/ownership/claim/",
        f"/admin/ownership/claim/{asked.claims.get(team=made.sales).pk}/history/",
    ]
    for person in (made.finn, made.mira, boss):
        client = signed_in(person)
        for address in pages:
            assert SECRET.encode() not in b"".join(client.get(address)), (person, address)
    assert SECRET not in str(list(FieldVersion.objects.values_list("data", "reason")))


def test_refused_input_does_not_show_anothers_answer(made: build.Company, asked: ClaimRound) -> None:
    answer(asked, made.sales, made.dana, made.finance, why=SECRET)
    client = signed_in(made.finn)
    refused = client.post(f"/ownership/claims/{asked.pk}/", {"team": made.sales.pk, "owner": "nobody", "why": "x"})
    assert refused.status_code == 403
    refused = client.post(f"/ownership/claims/{asked.pk}/", {"team": made.finance.pk, "owner": "nobody"})
    assert refused.status_code == 422
    assert SECRET not in refused.content.decode()


def test_once_it_is_over_everybody_sees_every_answer(made: build.Company, field: Field, asked: ClaimRound) -> None:
    answer(asked, made.sales, made.dana, made.sales, why=SECRET)
    answer(asked, made.finance, made.finn, made.finance, why="It is on the invoice.")
    shown = panel(whole(field), Rights(made.mira), made.mira)["closed"]
    assert [(one.team.name, one.answer, one.why) for one in shown.teams] == [
        ("Finance", "Finance", "It is on the invoice."),
        ("Sales", "Sales", SECRET),
    ]


# --- What follows ----------------------------------------------------------------------------------------------------


def test_one_answer_makes_that_team_the_owner_of_the_draft(
    made: build.Company, field: Field, asked: ClaimRound
) -> None:
    closed = both(asked, made, made.sales, made.sales)
    assert (closed.outcome, bool(closed.closed_at)) == (ClaimRound.AGREED, True)
    rule = whole(field).working
    assert rule
    assert (rule.owner, rule.state, rule.number) == (made.sales, RuleState.DRAFT, 1)
    version = FieldVersion.objects.filter(field=field).latest("number")
    assert version.reason == "Asked who owns it. Finance says Sales and Sales says Sales."


def test_one_answer_against_the_rule_in_force_begins_a_new_version(made: build.Company, field: Field) -> None:
    in_force(field, made)
    both(claiming.ask(field, person=made.dana), made, made.sales, made.sales)
    fresh = whole(field)
    assert fresh.in_force
    assert fresh.working
    assert fresh.in_force.owner == made.finance
    assert (fresh.working.number, fresh.working.owner, fresh.working.state) == (2, made.sales, RuleState.DRAFT)
    assert registry.rule_definition(fresh.working).conditions == build.STATUS.rule.conditions


def test_one_answer_that_is_in_force_already_changes_nothing(made: build.Company, field: Field) -> None:
    in_force(field, made)
    before = FieldVersion.objects.count()
    both(claiming.ask(field, person=made.dana), made, made.finance, made.finance)
    assert whole(field).working is None
    assert FieldVersion.objects.count() == before


def test_one_answer_that_is_proposed_already_leaves_it_proposed(
    made: build.Company, field: Field, asked: ClaimRound
) -> None:
    agreeing.propose(field, person=made.dana)
    both(asked, made, made.finance, made.finance)
    assert state(field) == RuleState.PROPOSED


def test_two_answers_make_it_disputed_and_nobody_owns_it(made: build.Company, field: Field, asked: ClaimRound) -> None:
    agreeing.propose(field, person=made.dana)
    closed = both(asked, made, made.sales, made.finance)
    assert closed.outcome == ClaimRound.DISPUTED
    rule = whole(field).working
    assert rule
    assert (rule.state, rule.owner, rule.proposed_by) == (RuleState.DISPUTED, None, None)
    assert not rule.agreements.exists()


def test_a_team_and_nobody_are_two_answers(made: build.Company, asked: ClaimRound) -> None:
    assert both(asked, made, made.sales, None).outcome == ClaimRound.DISPUTED


def test_when_all_say_nobody_nobody_owns_it(made: build.Company, field: Field, asked: ClaimRound) -> None:
    assert both(asked, made, None, None).outcome == ClaimRound.AGREED
    rule = whole(field).working
    assert rule
    assert (rule.owner, rule.state) == (None, RuleState.DRAFT)


def test_a_dispute_about_a_rule_in_force_is_a_version_beside_it(made: build.Company, field: Field) -> None:
    in_force(field, made)
    both(claiming.ask(field, person=made.dana), made, made.sales, made.finance)
    fresh = whole(field)
    assert fresh.in_force
    assert fresh.working
    assert (fresh.in_force.number, fresh.in_force.owner) == (1, made.finance)
    assert (fresh.working.number, fresh.working.state, fresh.working.owner) == (2, RuleState.DISPUTED, None)
    assert registry.rule_definition(fresh.working) == replace(build.STATUS.rule, owner="")


def test_a_dispute_about_a_field_without_a_rule_is_its_first_version(made: build.Company) -> None:
    field = build.field(Definition("colour", uses=(Use("CRM"), Use("Billing"))))
    both(claiming.ask(field, person=made.dana), made, made.sales, made.finance)
    rule = whole(field).working
    assert rule
    assert (rule.state, rule.number) == (RuleState.DISPUTED, 1)


def test_asked_again_one_answer_ends_the_dispute(made: build.Company, field: Field, asked: ClaimRound) -> None:
    both(asked, made, made.sales, made.finance)
    both(claiming.ask(field, person=made.finn), made, made.finance, made.finance)
    rule = whole(field).working
    assert rule
    assert (rule.state, rule.owner) == (RuleState.DRAFT, made.finance)


def test_asked_again_two_answers_leave_it_disputed(made: build.Company, field: Field, asked: ClaimRound) -> None:
    both(asked, made, made.sales, made.finance)
    define([Wanted(field, build.STATUS)], person=made.dana)
    both(claiming.ask(field, person=made.finn), made, None, made.finance)
    rule = whole(field).working
    assert rule
    assert (rule.state, rule.owner) == (RuleState.DISPUTED, None)


def test_a_dispute_that_ends_at_what_is_in_force_leaves_no_version_behind(made: build.Company, field: Field) -> None:
    in_force(field, made)
    both(claiming.ask(field, person=made.dana), made, made.sales, made.finance)
    both(claiming.ask(field, person=made.dana), made, made.finance, made.finance)
    assert whole(field).working is None
    assert OwnershipRule.objects.get(field=field, number=2).state == RuleState.DISCARDED


def test_so_it_does_when_a_lead_had_written_the_owner_back(made: build.Company, field: Field) -> None:
    in_force(field, made)
    both(claiming.ask(field, person=made.dana), made, made.sales, made.finance)
    define([Wanted(field, build.STATUS)], person=made.dana)
    both(claiming.ask(field, person=made.dana), made, made.finance, made.finance)
    assert whole(field).working is None


def test_a_proposal_that_all_agree_to_ends_the_dispute(made: build.Company, field: Field, asked: ClaimRound) -> None:
    both(asked, made, made.sales, made.finance)
    with pytest.raises(Refused, match="To be proposed, it needs an owner team"):
        agreeing.propose(field, person=made.finn)
    define([Wanted(field, build.STATUS)], person=made.finn)
    assert state(field) == RuleState.DISPUTED
    agreed = in_force(field, made)
    assert agreed.in_force
    assert (agreed.in_force.owner, agreed.working) == (made.finance, None)


# --- By the clock ----------------------------------------------------------------------------------------------------


def test_when_the_day_has_passed_those_who_answered_decide(
    made: build.Company, field: Field, asked: ClaimRound
) -> None:
    answer(asked, made.sales, made.dana, made.sales)
    overdue(asked)
    assert claiming.close_due() == 1
    rule = whole(field).working
    assert rule
    assert rule.owner == made.sales
    assert claiming.close_due() == 0


def test_when_nobody_answered_nothing_changes(asked: ClaimRound) -> None:
    before = FieldVersion.objects.count()
    overdue(asked)
    claiming.close_due()
    assert ClaimRound.objects.get().outcome == ClaimRound.UNANSWERED
    assert FieldVersion.objects.count() == before


def test_on_its_last_day_it_is_open(asked: ClaimRound) -> None:
    assert claiming.close_due(today=asked.due_on) == 0
    assert claiming.close_due(today=asked.due_on + timedelta(days=1)) == 1


def test_the_worker_closes_what_is_over_every_hour(asked: ClaimRound) -> None:
    overdue(asked)
    close_claims()
    assert ClaimRound.objects.get().closed_at
    planned = next(one for one in app.conf.beat_schedule.values() if one["task"] == "ownership.tasks.close_claims")
    assert planned["schedule"].minute == {15}
    assert len(planned["schedule"].hour) == 24


def test_looking_closes_what_is_over(made: build.Company, field: Field, asked: ClaimRound) -> None:
    both_say = made.sales
    answer(asked, made.sales, made.dana, both_say)
    overdue(asked)
    shown = panel(whole(field), Rights(made.mira), made.mira)
    assert shown["round"] is None
    assert shown["closed"].outcome == ClaimRound.AGREED
    assert shown["working"].owner == both_say
