"""A run's answer in words."""

from typing import Any

import pytest

from ownership.models import System
from reconcile.checks.models import Check
from reconcile.checks.queries.answers import counted, sentence, singular

NOTHING: dict[str, Any] = {
    "matched": 0, "differing_rows": 0, "differing_cells": 0, "only_left": 0, "only_right": 0, "mismatches": 0,
    "duplicate_keys_left": 0, "duplicate_keys_right": 0, "fields": [],
}  # fmt: skip


def check(records: str = "customers", left: str = "Billing", right: str = "CRM") -> Check:
    return Check(name="Any", left_system=System(name=left), right_system=System(name=right), records=records)


def fields(*differing: int) -> list[dict[str, int]]:
    return [{"differing": count} for count in differing]


@pytest.mark.parametrize(
    ("totals", "said"),
    [
        (
            {"matched": 19_762, "differing_rows": 356, "differing_cells": 1_207, "only_right": 95, "mismatches": 1_302,
             "fields": fields(*[80] * 15, 0)},
            ("Billing and CRM agree on 98.2 % of 19,762 customers; 1,207 values differ in 15 fields;"
             " 95 customers are only in CRM."),
        ),
        (
            {"matched": 2, "differing_rows": 1, "differing_cells": 1, "only_left": 1, "mismatches": 2,
             "fields": fields(1)},
            ("Billing and CRM agree on 50.0 % of 2 customers; 1 value differs in 1 field;"
             " 1 customer is only in Billing."),
        ),
        ({"matched": 4_567}, "Billing and CRM agree on all 4,567 customers."),
        ({"matched": 1}, "Billing and CRM agree on the one customer."),
        (
            {"matched": 3, "only_left": 1, "only_right": 2, "mismatches": 3},
            ("Billing and CRM agree on all 3 customers that both have; 1 customer is only in Billing;"
             " 2 customers are only in CRM."),
        ),
        (
            {"matched": 3, "differing_rows": 3, "differing_cells": 3, "mismatches": 3, "fields": fields(3)},
            "Billing and CRM agree on none of 3 customers; 3 values differ in 1 field.",
        ),
        (
            {"only_left": 20, "only_right": 30, "mismatches": 50},
            ("Billing and CRM have no customers in common; 20 customers are only in Billing;"
             " 30 customers are only in CRM."),
        ),
        ({}, "Neither Billing nor CRM has any customers."),
        (
            {"matched": 1, "duplicate_keys_left": 1, "duplicate_keys_right": 2, "mismatches": 3},
            "Billing and CRM agree on the one customer that both have; 1 key repeats in Billing; 2 keys repeat in CRM.",
        ),
    ],
)  # fmt: skip
def test_the_answer_says_what_was_found_with_every_plural_right(totals: dict[str, Any], said: str) -> None:
    assert sentence(check(), NOTHING | totals) == said


@pytest.mark.parametrize(
    ("records", "one"),
    [
        ("customers", "customer"), ("companies", "company"), ("addresses", "address"), ("invoices", "invoice"),
        ("expenses", "expense"), ("boxes", "box"), ("matches", "match"), ("equipment", "equipment"), ("ties", "tie"),
        ("posted invoices", "posted invoice"), ("glass", "glass"), ("s", "s"), ("", ""),
    ],
)  # fmt: skip
def test_one_of_the_records_has_its_own_word(records: str, one: str) -> None:
    assert singular(records) == one


def test_records_are_counted_with_thousands_and_the_word_that_fits() -> None:
    assert (counted(check(), 1), counted(check(), 19_762)) == ("1 customer", "19,762 customers")


def test_a_system_called_a_novel_does_not_drown_the_answer() -> None:
    assert len(sentence(check(left="L" * 100, right="R" * 100), NOTHING)) < 200
