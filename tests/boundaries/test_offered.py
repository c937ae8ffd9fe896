"""What the editor offers beside a hand-off: fields that the systems on either side call differently."""

from dataclasses import replace

import pytest

from boundaries import operations
from boundaries.definitions import Carried, Handoff, Map, Step
from boundaries.queries import offered
from tests import build
from tests.boundaries.worlds import EMPTY, STORY

USES = offered.Uses(
    names={"start date": "start date", "amount": "Amount", "vat": "VAT"},
    columns={
        ("start date", "crm"): "start_date",
        ("start date", "billing"): "ServiceStart",
        ("amount", "crm"): "amount",
        ("amount", "billing"): "amount",
        ("vat", "crm"): "vat_no",
    },
)
START = Carried("start date", "renamed", ("start_date",), ("ServiceStart",))


def between(source: str, target: str) -> Map:
    steps = (Step("a", "Sales writes.", system=source), Step("b", "Finance reads.", system=target))
    return replace(EMPTY, steps=steps, handoffs=(Handoff("a", "b"),))


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("CRM", "Billing", ("crm", "billing")),
        ("CRM", "", ("crm", "billing")),
        ("", "Billing", ("crm", "billing")),
        ("", "", ("crm", "billing")),
        ("Billing", "CRM", ("billing", "crm")),
        ("Billing", "", ("billing", "billing")),
        ("Mailbox", "Sheet", ("mailbox", "sheet")),
    ],
)
def test_a_step_without_a_system_stands_between_those_of_the_boundary(
    source: str, target: str, expected: tuple[str, str]
) -> None:
    assert offered.between(between(source, target), ("a", "b")) == expected


def test_a_field_comes_with_the_names_of_both_systems() -> None:
    there, back = between("CRM", "Billing"), between("Billing", "CRM")
    assert USES.carried(there, ("a", "b"), " START date ") == START
    assert USES.carried(back, ("a", "b"), "start date") == replace(START, before=START.after, after=START.before)
    assert USES.carried(there, ("a", "b"), "amount") == Carried("Amount", "kept", ("amount",), ("amount",))


@pytest.mark.parametrize("name", ["vat", "nobody knows it", ""])
def test_a_field_that_one_side_does_not_store_comes_without(name: str) -> None:
    assert USES.carried(between("CRM", "Billing"), ("a", "b"), name) is None


def test_only_fields_called_differently_are_offered_and_each_once() -> None:
    said = between("CRM", "")
    assert USES.renames(said, ("a", "b")) == (START,)
    carries = operations.set_field(said, "a", "b", None, Carried("Start Date"))
    assert USES.renames(carries, ("a", "b")) == ()
    longer = operations.add_step(operations.set_field(said, "a", "b", None, START), Step("c", "x", system="Billing"))
    assert USES.renames(longer, ("b", "c")) == ()


@pytest.mark.django_db
def test_names_and_columns_come_out_of_the_registry() -> None:
    build.company()
    build.field()
    assert offered.names() == offered.Names(("Finance", "Sales"), ("Billing", "CRM"), ("billing status",))
    uses = offered.uses(STORY)
    assert uses.columns == {("billing status", "crm"): "billing_status", ("billing status", "billing"): "Status"}
    assert offered.uses(replace(EMPTY, source="Shop", target="Till")).columns == {}
