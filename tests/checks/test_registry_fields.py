"""A field of the registry as a compared field of a check."""

from dataclasses import replace

import pytest

from ownership.definitions import Definition, Record, Rule, Use
from reconcile.checks.comparing import ComparedField
from reconcile.checks.registry_fields import from_registry, owner_side
from tests.build import STATUS


def test_the_columns_and_the_side_of_the_owner_come_from_the_registry() -> None:
    assert from_registry(STATUS, "CRM", "Billing") == ComparedField(
        "billing status", "billing_status", "Status", owner="right"
    )


def test_swapped_sides_give_swapped_columns_and_names_of_systems_have_no_case() -> None:
    assert from_registry(STATUS, "billing", "crm") == ComparedField(
        "billing status", "Status", "billing_status", owner="left"
    )


@pytest.mark.parametrize(
    ("definition", "sentence"),
    [
        (replace(STATUS, uses=STATUS.uses[:1]), "billing status is not stored in Billing."),
        (
            Definition("plan", uses=(Use("CRM", "plan"), Use("Billing"))),
            "plan has no column in Billing: write it down in the registry first.",
        ),
    ],
)
def test_without_a_column_on_both_sides_it_says_what_is_missing(definition: Definition, sentence: str) -> None:
    assert from_registry(definition, "CRM", "Billing") == sentence


BOTH = (Use("CRM", "a", editors=("Sales",)), Use("Billing", "b", editors=("Finance", "Sales")))
DEAL, INVOICE = Record("CRM", "deal"), Record("Billing", "posted invoice")


@pytest.mark.parametrize(
    ("rule", "side"),
    [
        (Rule(owner="Finance", settled_by=DEAL), "right"),
        (Rule(owner="Sales", settled_by=INVOICE, first_appears_in=DEAL), "right"),
        (Rule(owner="Sales", depends=True, first_appears_in=DEAL), "left"),
        (Rule(owner="Sales", settled_by=Record("Shop", "order")), ""),
        (Rule(), ""),
    ],
)
def test_the_owner_side_is_where_the_owner_edits_else_what_settles_else_where_it_starts(rule: Rule, side: str) -> None:
    assert owner_side(Definition("x", uses=BOTH, rule=rule), "CRM", "Billing") == side
