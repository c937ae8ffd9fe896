"""Trying the rule of a field: who wins for values that somebody gives, live and without scripts."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from django.test import Client

from ownership.definitions import Record, Rule, Use, When
from ownership.models import Field, OwnershipRule, RuleState
from ownership.services.defining import Wanted, define, remove
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Check
from tests import build
from tests.build import STATUS
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

LEFT = "id,billing_status,signed\n1,active,yes\n2,trial,yes\n3,late,no\n"
RIGHT = "id,Status\n1,active\n2,active\n3,active\n"
WHO_WINS = re.compile(r'<h2 id="tried-\d">(.*?)</h2>')


def text(client: Client, address: str, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(response.content.decode()))


def inputs(page: str) -> dict[str, str]:
    """Return the name of the input of each label."""
    return dict(reversed(pair) for pair in re.findall(r'<label for="([^"]+)"><bdi>([^<]+)</bdi>', page))


def boxes(page: str) -> list[str]:
    return re.findall(r'<input type="checkbox" name="([^"]+)"', page)


def in_force(field: Field) -> None:
    OwnershipRule.objects.filter(field=field).exclude(state=RuleState.SUPERSEDED).update(state=RuleState.AGREED)


@pytest.fixture
def company(db: None) -> build.Company:  # noqa: ARG001
    return build.company()


@pytest.fixture
def status(company: build.Company) -> Field:  # noqa: ARG001
    field = build.field()
    in_force(field)
    return field


@pytest.fixture
def mira(company: build.Company) -> Client:
    return signed_in(company.mira)


def address(field: Field, **given: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in given.items())
    return f"/ownership/fields/{field.pk}/try/?{query}"


def compared(company: build.Company) -> Check:
    key, columns = (("id", "id"),), ComparedField("state", "billing_status", "Status", "exact")
    check = build.check(comparing=Comparing(key=key, fields=(columns,)), owner=company.sales)
    build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    return check


def test_every_column_that_matters_can_be_given(mira: Client, status: Field) -> None:
    page = text(mira, address(status))
    assert list(inputs(page)) == ["billing_status", "signed", "Status"]
    assert "The answer appears here as you type." in page
    assert "Use a record of the last run" not in page


def test_what_is_given_decides(mira: Client, status: Field) -> None:
    names = inputs(text(mira, address(status)))
    given = {names["billing_status"]: "trial", names["signed"]: "no", names["Status"]: "active"}
    page = text(mira, address(status, **given))
    assert WHO_WINS.findall(page) == ["The signed order form in CRM wins."]
    assert "Condition 1 holds: the order form is not signed yet (signed is no in CRM)" in page
    assert 'should say <bdi class="value">trial</bdi>' in page
    assert "Otherwise the posted invoice in Billing wins" in page
    assert 'value="trial"' in page


def test_live_only_the_answer_comes_and_the_address_follows(mira: Client, status: Field) -> None:
    names = inputs(text(mira, address(status)))
    there = address(status, **{names["signed"]: "yes"})
    response = mira.get(there, headers={"HX-Request": "true"})
    page = response.content.decode()
    assert WHO_WINS.findall(page) == ["The posted invoice in Billing wins."]
    assert "<form" not in page
    assert response.headers["HX-Replace-Url"] == there
    assert "HX-Request" in response.headers["Vary"]


def test_a_system_without_a_record_cannot_be_told(mira: Client, status: Field) -> None:
    crm, _ = boxes(text(mira, address(status)))
    page = text(mira, address(status, **{crm: "on"}))
    assert WHO_WINS.findall(page) == ["Nobody wins: it cannot be told."]
    assert "there is no record of CRM" in page


def test_where_systems_say_the_same_there_is_nothing_to_settle(mira: Client, status: Field) -> None:
    names = inputs(text(mira, address(status)))
    given = {names["billing_status"]: "active", names["Status"]: "active"}
    assert "there is nothing to settle" in text(mira, address(status, **given))
    assert "there is nothing to settle" not in text(mira, address(status, **{names["signed"]: "no"}))


def test_what_was_typed_is_kept_when_a_record_is_said_to_be_missing(mira: Client, status: Field) -> None:
    page = text(mira, address(status))
    given = {boxes(page)[0]: "on", inputs(page)["signed"]: "perhaps"}
    assert 'value="perhaps"' in text(mira, address(status, **given))


def test_what_nobody_agreed_to_says_who_would_win(mira: Client) -> None:
    field = build.field()
    names = inputs(text(mira, address(field)))
    page = text(mira, address(field, **{names["signed"]: "yes"}))
    assert WHO_WINS.findall(page) == ["The posted invoice in Billing would win, once the teams agree."]
    assert "is a draft that nobody has agreed to" in page
    assert "should say" not in page


def test_a_newer_version_answers_beside_the_one_in_force(mira: Client, status: Field) -> None:
    late = When("the contract has ended", "CRM", "ended", "not_empty", "", Record("CRM", "deal"))
    wanted = replace(STATUS, rule=replace(STATUS.rule, conditions=(late,)))
    define([Wanted(status, wanted)], person=None, reason="Another idea.")
    names = inputs(text(mira, address(status)))
    assert list(names) == ["billing_status", "signed", "ended", "Status"]
    page = text(mira, address(status, **{names["ended"]: "2026-01-01", names["signed"]: "yes"}))
    assert WHO_WINS.findall(page) == [
        "The posted invoice in Billing wins.",
        "The deal in CRM would win, once the teams agree.",
    ]
    assert "say different things about this record" in page


def test_a_field_without_columns_or_rule_is_no_fault(mira: Client, company: build.Company) -> None:  # noqa: ARG001
    field = build.field(replace(STATUS, uses=(Use("CRM"), Use("Billing")), rule=Rule()))
    page = text(mira, address(field))
    assert WHO_WINS.findall(page) == ["Nobody wins: there is no rule."]
    assert "No column is written down for CRM and Billing." in page


@pytest.mark.parametrize("odd", ["%00", "%F0%9F%92%A9", "%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "x" * 5_000])
def test_whatever_is_typed_is_no_fault(mira: Client, status: Field, odd: str) -> None:
    names = inputs(text(mira, address(status)))
    response = mira.get(address(status, **{names["signed"]: odd}))
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_a_record_of_the_last_run_fills_the_inputs_and_the_next_one_follows(
    mira: Client, company: build.Company, status: Field
) -> None:
    check = compared(company)
    assert "Use a record of the last run" in text(mira, address(status))
    first = text(mira, address(status, example="0"))
    assert 'value="trial"' in first
    assert WHO_WINS.findall(first) == ["The posted invoice in Billing wins."]
    assert f"of <bdi>{check.name}</bdi>" in first
    (after,) = re.findall(r'href="\?example=(\d+)"', first)
    second = text(mira, address(status, example=after))
    assert 'value="late"' in second
    assert WHO_WINS.findall(second) == ["The signed order form in CRM wins."]
    (last,) = re.findall(r'href="\?example=(\d+)"', second)
    assert 'value="trial"' in text(mira, address(status, example=last))


@pytest.mark.parametrize("given", ["", "x", "-1", "9" * 40])
def test_an_odd_example_is_the_first_one(mira: Client, company: build.Company, status: Field, given: str) -> None:
    compared(company)
    assert 'value="trial"' in text(mira, address(status, example=given))


def test_a_column_the_example_has_not_stays_missing_until_something_is_typed(
    mira: Client, company: build.Company, status: Field
) -> None:
    missing = replace(STATUS.rule.conditions[0], column="contract")
    define([Wanted(status, replace(STATUS, rule=replace(STATUS.rule, conditions=(missing,))))], person=None)
    in_force_again(status)
    compared(company)
    page = text(mira, address(status, example="0"))
    assert "This record has no such column." in page
    assert "the record of CRM has no column contract" in page
    name = inputs(page)["contract"]
    still = {f"no-{name}": "1", name: ""}
    assert "has no column contract" in text(mira, address(status, **still), **{"HX-Request": "true"})
    typed = {f"no-{name}": "1", name: "no"}
    assert "contract is no in CRM" in text(mira, address(status, **typed), **{"HX-Request": "true"})


def in_force_again(field: Field) -> None:
    rules = OwnershipRule.objects.filter(field=field)
    rules.filter(state=RuleState.AGREED).update(state=RuleState.SUPERSEDED)
    in_force(field)


def test_values_of_a_sensitive_field_are_not_filled_in_for_everybody(company: build.Company, status: Field) -> None:
    compared(company)
    define([Wanted(status, replace(STATUS, sensitive=True))], person=None)
    page = text(signed_in(build.person(email="vera@example.com")), address(status, example="0"))
    assert "trial" not in page
    assert "Use a record of the last run" not in page
    assert 'value="trial"' in text(signed_in(company.finn), address(status, example="0"))


def test_values_of_a_sensitive_field_are_posted_and_stay_out_of_the_address(mira: Client, status: Field) -> None:
    define([Wanted(status, replace(STATUS, sensitive=True))], person=None)
    page = text(mira, address(status))
    assert '<form method="post"' in page
    name = inputs(page)["signed"]
    response = mira.post(address(status), {name: "no"}, headers={"HX-Request": "true"})
    assert WHO_WINS.findall(response.content.decode()) == ["The signed order form in CRM wins."]
    assert "HX-Replace-Url" not in response.headers


def test_a_column_of_another_sensitive_field_is_left_out(company: build.Company, status: Field) -> None:
    compared(company)
    build.field(replace(STATUS, name="signature", sensitive=True, uses=(Use("CRM", "signed", "", ("Sales",)),)))
    page = text(signed_in(build.person(email="vera@example.com")), address(status, example="0"))
    assert 'value="trial"' in page
    assert 'value="yes"' not in page
    assert "Masked for you." in page
    assert 'value="yes"' in text(signed_in(company.dana), address(status, example="0"))


def test_a_field_that_is_not_there_or_removed_is_not_there(mira: Client, status: Field) -> None:
    assert mira.get("/ownership/fields/999999/try/").status_code == 404
    assert mira.get(f"/ownership/fields/{10**30}/try/").status_code == 404
    remove(status, person=None, reason="Nobody compares it.")
    assert mira.get(address(status)).status_code == 404
