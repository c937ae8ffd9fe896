"""The versions of a field, and what differs between two of them in people's words."""

from dataclasses import replace
from typing import Any

import pytest

from ownership.definitions import Definition, Record, Rule, Use, When
from ownership.models import Field
from ownership.queries import registry, versions
from ownership.queries.versions import Difference, differences
from ownership.services import agreeing, defining
from ownership.services.defining import Wanted, define
from ownership.services.editing import merge
from tests import build

PEOPLE = {"finn@example.com": "Finn Okafor"}
STATUS = build.STATUS
UNSIGNED = STATUS.rule.conditions[0]
PAID = When("it is paid", "Billing", "Status", "in", ("paid", "refunded"), Record("Billing", "receipt"))
UNSIGNED_SAID = "the order form is not signed yet (signed in CRM is no): CRM: signed order form wins"
PAID_SAID = "it is paid (Status in Billing is one of paid or refunded): Billing: receipt wins"


def rule(**changed: Any) -> Definition:
    return replace(STATUS, rule=replace(STATUS.rule, **changed))


TABLE: list[tuple[Definition, list[tuple[str, str, str]]]] = [
    (STATUS, []),
    (replace(STATUS, name="state"), [("Name", "billing status", "state")]),
    (replace(STATUS, subject=""), [("Subject", "customer", "")]),
    (replace(STATUS, sensitive=True), [("Sensitive", "no", "yes")]),
    (replace(STATUS, uses=STATUS.uses[::-1]), []),
    (
        replace(STATUS, uses=STATUS.uses[:1]),
        [
            ("System", "Billing", ""),
            ("Column in Billing", "Status", ""),
            ("What it means in Billing", "state of the latest posted invoice", ""),
            ("Who may change it in Billing", "Finance", ""),
        ],
    ),
    (replace(STATUS, uses=(*STATUS.uses, Use("ERP"))), [("System", "", "ERP")]),
    (
        replace(STATUS, uses=(replace(STATUS.uses[0], editors=("Ops", "Sales")), STATUS.uses[1])),
        [("Who may change it in CRM", "Sales", "Ops and Sales")],
    ),
    (rule(owner="Sales"), [("Owner team", "Finance", "Sales")]),
    (rule(first_appears_in=None), [("First appears in", "CRM: deal", "")]),
    (rule(settled_by=None, depends=True), [("Settled by", "Billing: posted invoice", "it depends")]),
    (rule(because="so"), [("Because", "the customer has seen the invoice", "so")]),
    (
        rule(approver="", deputy="x@example.com"),
        [("Approver", "Finn Okafor", ""), ("Deputy", "mira@example.com", "x@example.com")],
    ),
    (rule(conditions=()), [("Condition 1", UNSIGNED_SAID, "")]),
    (rule(conditions=(UNSIGNED, PAID)), [("Condition 2", "", PAID_SAID)]),
    (rule(conditions=(PAID, UNSIGNED)), [("Condition 1", "", PAID_SAID)]),
    (rule(conditions=(PAID,)), [("Condition 1", UNSIGNED_SAID, PAID_SAID)]),
    (rule(conditions=(When("x"),)), [("Condition 1", UNSIGNED_SAID, "x (no test yet): no record wins")]),
    (
        rule(conditions=(When("", "CRM", "a", "empty", "", Record("CRM", "deal")),)),
        [("Condition 1", UNSIGNED_SAID, "no sentence yet (a in CRM is empty): CRM: deal wins")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("new", "said"), TABLE)
def test_what_differs(new: Definition, said: list[tuple[str, str, str]]) -> None:
    assert differences(STATUS, new, PEOPLE) == [Difference(*one) for one in said]


def test_the_order_of_conditions_is_one_difference() -> None:
    old = rule(conditions=(UNSIGNED, PAID))
    assert differences(old, rule(conditions=(PAID, UNSIGNED))) == [
        Difference("Order of the conditions", "1, 2", "2, 1")
    ]


def test_the_same_condition_twice_is_not_told_from_once() -> None:
    assert differences(rule(conditions=(UNSIGNED, UNSIGNED)), STATUS) == []


def test_a_field_that_was_not_there_differs_in_all_it_says() -> None:
    assert differences(None, Definition("x", rule=Rule(owner="Sales"))) == [
        Difference("Name", "", "x"),
        Difference("Owner team", "", "Sales"),
    ]


def test_an_edit_is_worked_into_what_others_did() -> None:
    mine = replace(STATUS, subject="account", uses=(replace(STATUS.uses[0], column="a"), STATUS.uses[1]))
    theirs = rule(owner="Sales", conditions=())
    merged, clashes = merge(STATUS, mine, theirs)
    assert clashes == []
    assert (merged.subject, merged.uses[0].column, merged.rule.owner, merged.rule.conditions) == (
        "account",
        "a",
        "Sales",
        (),
    )


def test_what_both_changed_alike_is_no_clash() -> None:
    assert merge(STATUS, rule(owner="Sales"), rule(owner="Sales")) == (rule(owner="Sales"), [])


def test_what_both_changed_differently_is_a_clash_and_mine_on_top() -> None:
    merged, clashes = merge(STATUS, rule(owner="Ops"), rule(owner="Sales", because="so"))
    assert clashes == ["owner"]
    assert merged == rule(owner="Ops", because="so")


def test_a_system_removed_here_and_changed_there_is_a_clash() -> None:
    mine = replace(STATUS, uses=STATUS.uses[:1])
    theirs = replace(STATUS, uses=(STATUS.uses[0], replace(STATUS.uses[1], column="b")))
    merged, clashes = merge(STATUS, mine, theirs)
    assert (clashes, merged) == (["use billing"], mine)


def whole(field: Field) -> Field:
    return registry.whole(Field.objects.filter(pk=field.pk)).get()


@pytest.mark.django_db
def test_every_version_says_who_when_why_and_what() -> None:
    made = build.company()
    field = build.field(person=made.dana, reason="The first one.")
    define([Wanted(field, rule(owner="Sales", approver="mira@example.com", deputy=""))], person=made.finn, reason="So.")
    agreeing.propose(whole(field), person=made.finn)
    last, second, first = versions.versions(field)
    assert (first.what, first.row.by_name, first.row.reason) == ("Added", "Dana Reyes", "The first one.")
    assert ("Approver", "", "Finn Okafor") in first.changes
    assert second.who == made.finn
    assert second.changes == (
        ("Owner team", "Finance", "Sales"),
        ("Approver", "Finn Okafor", "Mira Lind"),
        ("Deputy", "Mira Lind", ""),
    )
    assert last.changes == (("State", "draft, version 1 of the rule", "proposed, version 1 of the rule"),)


@pytest.mark.django_db
def test_removing_and_bringing_back_are_versions() -> None:
    made = build.company()
    field = build.field(person=made.dana)
    defining.remove(field, person=made.finn, reason="Nobody compares it.")
    (gone,) = versions.removed()
    assert (gone.field, gone.row and gone.row.reason) == (field, "Nobody compares it.")
    defining.bring_back(field, person=made.finn)
    assert [one.what for one in versions.versions(field)] == ["Brought back", "Removed", "Added"]
    assert versions.removed() == []


@pytest.mark.django_db
def test_the_list_goes_on_and_takes_as_many_queries_however_long(django_assert_num_queries: Any) -> None:
    build.company()
    field = build.field()
    for number in range(6):
        (field,) = define([Wanted(field, replace(STATUS, subject=f"subject {number}"))], person=None)
    for most in (2, 7):
        with django_assert_num_queries(2):
            listed = versions.versions(field, most=most)
        assert len(listed) == most
    older = versions.versions(field, before=3)
    assert [one.row.number for one in older] == [2, 1]
    assert [change.what for change in older[0].changes] == ["Subject"]


@pytest.mark.django_db
def test_any_two_versions_are_compared() -> None:
    build.company()
    field = build.field()
    define([Wanted(field, rule(owner="Sales"))], person=None)
    define([Wanted(field, replace(rule(owner="Sales"), subject="account"))], person=None)
    pair = versions.pair(field, 1, 3)
    assert pair
    assert pair.differences == [("Subject", "customer", "account"), ("Owner team", "Finance", "Sales")]
    assert versions.pair(field, 1, 9) is None


@pytest.mark.django_db
def test_the_drawer_shows_the_reason_once_for_all_that_changed_together() -> None:
    made = build.company()
    field = build.field(person=made.dana)
    define([Wanted(field, rule(owner="Sales", because="so"))], person=made.finn, reason="Why.")
    drawn = versions.drawer(field)
    assert [(one.field, one.who, one.why) for one in drawn[:2]] == [
        ("Owner team", "Finn Okafor", "Why."),
        ("Because", "Finn Okafor", ""),
    ]
    assert drawn[2].what == "Added"


@pytest.mark.django_db
def test_reasons_used_last_are_short_ones_each_once() -> None:
    made = build.company()
    field = build.field(person=made.finn, reason="First.")
    given = ["Second.", "x" * 500, "Proposed by Finn Okafor.", "Sales agrees.", "First.", ""]
    for number, reason in enumerate(given):
        define([Wanted(field, replace(STATUS, subject=f"{number}"))], person=made.finn, reason=reason)
    assert versions.reasons_of(made.finn) == ["First.", "Second."]
    assert versions.reasons_of(made.dana) == []
