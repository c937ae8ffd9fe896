"""The editor of what settles a dispute: rows in order, saved as one, with a script or without."""

import re
from dataclasses import replace
from typing import Any

import pytest

from ownership.definitions import Definition, Record, When
from ownership.models import Field, FieldVersion, Person
from ownership.queries import registry
from tests import build
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> build.Company:
    return build.company()


@pytest.fixture
def field(company: build.Company) -> Field:
    return build.field(person=company.finn)


def page(person: Person, field: Field, part: str = "") -> str:
    response = signed_in(person).get(f"/ownership/fields/{field.pk}/{part}")
    assert response.status_code == 200
    return response.content.decode()


def post(person: Person, field: Field, part: str, said: dict[str, Any]) -> Any:
    return signed_in(person).post(f"/ownership/fields/{field.pk}/{part}/", said)


def now(field: Field) -> Definition:
    return registry.definition(registry.whole(Field.objects.filter(pk=field.pk)).get())


UNSIGNED = ("the order form is not signed yet", "CRM", "signed", "equals", "no", "CRM: signed order form")
PAID = ("it is paid", "Billing", "Status", "in", "paid\nrefunded", "Billing: receipt")


def condition_rows(*rows: tuple[str, ...], **said: Any) -> dict[str, Any]:
    names = ("sentence", "system", "column", "operator", "value", "wins")
    lists = {f"condition_{name}": [row[place] for row in rows] for place, name in enumerate(names)}
    return (
        {
            "version": "1",
            "settles": "record",
            "settled_by": "Billing: posted invoice",
            "because": build.STATUS.rule.because,
        }
        | lists
        | said
    )


def test_conditions_are_saved_as_one_in_their_order(company: build.Company, field: Field) -> None:
    response = post(company.finn, field, "conditions", condition_rows(PAID, UNSIGNED))
    assert response.url == f"/ownership/fields/{field.pk}/#conditions"
    receipt = Record("Billing", "receipt")
    paid = When("it is paid", "Billing", "Status", "in", ("paid", "refunded"), receipt)
    assert now(field).rule.conditions == (paid, *build.STATUS.rule.conditions)
    assert FieldVersion.objects.filter(field=field).count() == 2


def test_saved_as_it_is_nothing_changes(company: build.Company) -> None:
    build.system(name="x:y")
    odd = (
        When('a "quoted" one', "x:y", "a b", "in", ("a", "", " b ", 'say "no"'), Record("x:y", "odd, record")),
        When("", "CRM", "", "empty", "", None),
    )
    strange = replace(build.STATUS, name="odd", rule=replace(build.STATUS.rule, conditions=odd, because="so\nit is "))
    made = build.field(strange)
    text = page(company.finn, made, "conditions/")
    shown = {
        name: re.findall(rf'name="condition_{name}"[^>]*value="([^"]*)"', text) for name in ("system", "column", "wins")
    }
    assert shown["system"][:2] == ["x:y", "CRM"]
    rows = (
        (odd[0].sentence, "x:y", "a b", "in", 'a\r\n""\r\n" b "\r\n"say ""no"""', '"x:y": odd, record'),
        ("", "CRM", "", "empty", "left over", ""),
    )
    assert post(company.finn, made, "conditions", condition_rows(*rows, because="so\r\nit is ")).status_code == 302
    assert now(made) == strange


def test_it_depends_without_a_condition_is_kept_and_said(company: build.Company, field: Field) -> None:
    post(company.finn, field, "conditions", condition_rows(settles="depends"))
    assert now(field).rule.depends
    assert now(field).rule.settled_by is None
    assert "It depends, and no condition says on what: like this it cannot be proposed." in page(company.finn, field)
    assert "It depends, and no condition says on what yet." in page(company.finn, field, "conditions/")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("x", "Shop", "a", "equals", "1", ""), "There is no system Shop"),
        (("x", "CRM", "a", "equals", "1", "Shop: y"), "There is no system Shop"),
        (("x", "CRM", "a", "like", "1", "CRM: deal"), "Choose a comparison from the list."),
        (("x", "CRM", "a" * 501, "equals", "1", "CRM: deal"), "Column: at most 500 characters."),
    ],
)
def test_a_condition_that_cannot_be_is_marked_and_nothing_is_kept(
    company: build.Company, field: Field, row: tuple[str, ...], sentence: str
) -> None:
    response = post(company.finn, field, "conditions", condition_rows(UNSIGNED, row))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert now(field) == build.STATUS


def test_odd_conditions_are_pointed_out_while_one_writes(company: build.Company, field: Field) -> None:
    other = (*UNSIGNED[:5], "Billing: receipt")
    response = post(company.finn, field, "conditions", condition_rows(UNSIGNED, other, do="preview"))
    text = response.content.decode()
    assert response.status_code == 200
    assert "Condition 2 contradicts condition 1" in text
    assert "except, in this order, while the order form is not signed yet" in text
    assert now(field) == build.STATUS


def test_odd_conditions_are_pointed_out_on_the_page(company: build.Company) -> None:
    conditions = (*build.STATUS.rule.conditions, *build.STATUS.rule.conditions)
    field = build.field(replace(build.STATUS, rule=replace(build.STATUS.rule, conditions=conditions)))
    assert "Condition 2 never decides: condition 1 has the same test." in page(company.finn, field, "conditions/")


def sentences_in(text: str) -> list[str]:
    return re.findall(r'<textarea name="condition_sentence"[^>]*>([^<]*)</textarea>', text.partition("<template")[0])


@pytest.mark.parametrize(
    ("do", "order"),
    [
        ("add", ["one", "two", ""]),
        ("up:1", ["two", "one"]),
        ("up:0", ["one", "two"]),
        ("down:0", ["two", "one"]),
        ("down:1", ["one", "two"]),
        ("remove:0", ["two"]),
        ("remove:7", ["one", "two"]),
        ("remove:x", ["one", "two"]),
        ("nonsense:0", ["one", "two"]),
    ],
)
def test_rows_are_added_moved_and_removed_without_a_script(
    company: build.Company, field: Field, do: str, order: list[str]
) -> None:
    rows = (("one", "CRM", "a", "equals", "1", "CRM: deal"), ("two", "Shop", "b", "equals", "2", "unfinished"))
    response = post(company.finn, field, "conditions", condition_rows(*rows, do=do))
    assert response.status_code == 200
    assert sentences_in(response.content.decode()) == order
    assert now(field) == build.STATUS


def test_both_keep_their_conditions_when_both_changed_them(company: build.Company, field: Field) -> None:
    post(company.dana, field, "conditions", condition_rows(PAID))
    response = post(company.finn, field, "conditions", condition_rows(UNSIGNED, PAID))
    assert response.status_code == 409
    text = response.content.decode()
    assert sentences_in(text) == ["the order form is not signed yet", "it is paid"]
    assert re.search(r'name="version" value="2"', text)
    assert [one.sentence for one in now(field).rule.conditions] == ["it is paid"]


def test_too_many_conditions_are_refused(company: build.Company, field: Field) -> None:
    response = post(company.finn, field, "conditions", condition_rows(*[UNSIGNED] * 101))
    assert response.status_code == 422
    assert "A rule has at most 100 conditions." in response.content.decode()


def test_who_does_not_edit_reads_the_conditions(company: build.Company, field: Field) -> None:
    text = page(company.mira, field, "conditions/")
    assert "the order form is not signed yet" in text
    assert "signed in CRM is no" in text
    assert "conditions-form" not in text


def test_a_text_that_is_too_long_may_stay_but_not_come(company: build.Company, field: Field) -> None:
    long = "word " * 1_200
    response = post(company.finn, field, "conditions", condition_rows(UNSIGNED, because=long))
    assert response.status_code == 422
    assert "Because: at most 5,000 characters" in response.content.decode()
    rule = replace(build.STATUS.rule, because=long)
    there = build.field(replace(build.STATUS, name="another", rule=rule))
    assert post(company.finn, there, "conditions", condition_rows(PAID, because=long)).status_code == 302
    assert now(there).rule.because == long
