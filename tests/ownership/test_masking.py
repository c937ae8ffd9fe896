"""What is hidden from whom, and in how many queries that is known."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ownership.definitions import Definition, Rule, Use
from ownership.models import Field, OwnershipRule, Person, RuleState
from ownership.parts import Masked
from ownership.permissions import Rights
from ownership.queries import masking, registry
from ownership.services import defining
from tests import build

pytestmark = pytest.mark.django_db

SENSITIVE = replace(build.STATUS, sensitive=True, uses=(build.STATUS.uses[1],))
WHO = "Shown to the leads of Finance, to Finn Okafor and to Mira Lind."


def queries(person: Person) -> int:
    with CaptureQueriesContext(connection) as taken:
        masking.hidden_from(person)
    return len(taken)


def test_what_is_sensitive_is_hidden_by_column_of_its_system_and_by_name() -> None:
    company = build.company()
    build.field(SENSITIVE)
    hidden = masking.hidden_from(company.dana)
    masked = Masked("billing status", WHO)
    assert hidden.of_field(" Billing STATUS") == masked
    assert hidden.of_column("status ", [company.billing.pk]) == masked
    assert hidden.of_column("status", [company.crm.pk]) is None
    assert hidden.of_column("status", [None]) == masked
    assert hidden.of_column("Billing status", [company.crm.pk]) == masked
    assert hidden.of_columns(("id", "Status"), [company.billing.pk]) == {"Status": masked}


def test_those_who_own_edit_and_decide_see_everything() -> None:
    company = build.company()
    build.field(SENSITIVE)
    assert [bool(masking.hidden_from(one)) for one in (company.finn, company.mira, company.dana)] == [
        False,
        False,
        True,
    ]


def test_an_administrator_and_a_stopped_approver_see_nothing_more(ada: Person) -> None:
    company = build.company()
    build.field(SENSITIVE)
    Person.objects.filter(pk=company.mira.pk).update(is_active=False)
    assert masking.hidden_from(ada)
    assert masking.hidden_from(Person.objects.get(pk=company.mira.pk))
    assert masking.hidden_from(ada).of_field("billing status") == Masked(
        "billing status", "Shown to the leads of Finance and to Finn Okafor."
    )


def test_it_counts_what_is_in_force_not_what_is_drafted() -> None:
    company = build.company()
    field = build.field(SENSITIVE)
    OwnershipRule.objects.update(state=RuleState.AGREED)
    definition = registry.definition(registry.whole().get())
    drafted = replace(definition, uses=(), rule=replace(definition.rule, owner="Sales"))
    defining.define([defining.Wanted(field, drafted)], person=company.dana, reason="We take it over.")
    assert masking.hidden_from(company.dana).of_field("billing status") == Masked("billing status", WHO)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (Rule(), masking.NOBODY),
        (Rule(owner="Sales"), "Shown to the leads of Sales."),
        (Rule(approver="finn@example.com"), "Shown to Finn Okafor."),
    ],
)
def test_who_sees_a_value_is_said_in_a_sentence(rule: Rule, sentence: str) -> None:
    company = build.company()
    build.field(Definition("salary", sensitive=True, rule=rule))
    assert [masking.who_sees(one) for one in masking.sensitive_fields()] == [sentence]
    assert [masking.who_sees(one) for one in registry.whole()] == [sentence]
    assert masking.hidden_from(build.person(email="new@example.com")).of_field("Salary") == Masked("salary", sentence)
    assert company


def test_what_it_reads_of_fields_answers_as_the_whole_registry_does(ada: Person) -> None:
    company = build.company()
    both = Use("CRM", "plan", editors=("Finance", "Sales"))
    build.field(replace(SENSITIVE, uses=build.STATUS.uses))
    build.field(Definition("plan", sensitive=True, uses=(both, Use("Billing", "Plan", editors=("Finance",)))))
    build.field(Definition("salary", sensitive=True, rule=Rule(owner="Sales")))
    for person in (company.dana, company.finn, company.mira, ada):
        rights = Rights(person)
        whole = {one.pk: rights.sees_values(one) for one in registry.whole(Field.objects.filter(sensitive=True))}
        assert {one.pk: rights.sees_values(one) for one in masking.sensitive_fields()} == whole


def test_without_a_sensitive_field_it_takes_one_query_and_else_two_however_many(ada: Person) -> None:
    build.company()
    build.field()
    assert queries(ada) == 1
    build.field(replace(SENSITIVE, name="salary"))
    assert queries(ada) == 2
    for number in range(20):
        build.field(replace(SENSITIVE, name=f"field {number}"))
    assert queries(ada) == 2


def test_a_field_that_is_removed_or_no_longer_sensitive_hides_nothing(ada: Person) -> None:
    build.company()
    field = build.field(SENSITIVE)
    defining.define([defining.Wanted(field, build.STATUS)], person=None, reason="It is public.")
    assert not masking.hidden_from(ada)
    defining.define([defining.Wanted(field, SENSITIVE)], person=None, reason="It is not.")
    assert masking.hidden_from(ada)
    defining.remove(field, person=None, reason="Nobody compares it.")
    assert not masking.hidden_from(ada)


def test_a_whole_text_may_hold_every_field_of_its_system(ada: Person) -> None:
    company = build.company()
    build.field(SENSITIVE)
    build.field(Definition("salary", sensitive=True))
    hidden = masking.hidden_from(ada)

    def held(columns: tuple[str, ...] | None, *systems: int | None) -> list[str]:
        return [masked.field for masked in hidden.in_text(columns, systems)]

    assert held(("id",), company.billing.pk) == ["billing status"]
    assert held(("id",), company.crm.pk) == []
    assert held(("id", "SALARY"), company.crm.pk) == ["salary"]
    assert held(("id", "Status"), None) == ["billing status"]
    assert held(None, None) == ["billing status", "salary"]
    assert held(None, company.crm.pk) == []
    assert masking.refusal(hidden.in_text(None, [None])) == (
        "This may hold values of billing status and salary as they came, and these are masked for you. "
        f"billing status: {WHO} salary: {masking.NOBODY}"
    )
