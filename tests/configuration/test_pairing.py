"""Which of our columns the columns of somebody's sheet are."""

import pytest

from ownership.services.defining import Known
from reconcile.configuration.sheet.pairing import suggest
from tests import build
from tests.configuration.sheets import HEADER, ROWS

pytestmark = pytest.mark.django_db


def paired(*header: str, rows: list[tuple[str, ...]] | None = None) -> list[str]:
    return suggest(header, rows or [], Known.now())


@pytest.mark.parametrize(
    ("head", "key"),
    [
        ("Field", "name"),
        ("Data element", "name"),
        ("Attribute", "name"),
        ("FIELD_NAME", "name"),
        ("fieldName", "name"),
        ("Entity", "subject"),
        ("Definition", "means"),
        ("What does it mean?", "means"),
        ("Owner", "owner"),
        ("Data owner:", "owner"),
        ("Steward", "owner"),
        ("System of record", "settled_by"),
        ("Source of truth", "settled_by"),
        ("Golden source", "settled_by"),
        ("Wins", "settled_by"),
        ("First appears in", "first_appears_in"),
        ("Source", "first_appears_in"),
        ("Who approves", "approver"),
        ("Approver of exceptions", "approver"),
        ("Deputy", "deputy"),
        ("Why", "because"),
        ("It depends", "conditions"),
        ("Editors by system", "editors"),
        ("Who may edit it", "editors"),
        ("Sensitive", "sensitive"),
        ("CRM column", "column CRM"),
        ("Column in CRM", "column CRM"),
        ("crm field name", "column CRM"),
        ("Meaning in Billing", "means Billing"),
        ("Editors in Billing", "editors Billing"),
        ("Billing team", "editors Billing"),
        ("CRM", "column CRM"),
        ("Column in ERP", "column ERP"),
        ("State", ""),
        ("Status", ""),
        ("What is unclear", ""),
        ("Team phone number list", ""),
        ("", ""),
        ("=1+1", ""),
        ("x" * 500, ""),
    ],
)
def test_a_head_is_known_in_many_wordings(head: str, key: str) -> None:
    build.company()
    assert paired(head) == [key]


def test_every_column_of_ours_is_its_own() -> None:
    build.company()
    from ownership.cells import COLUMNS

    assert paired(*(one.label for one in COLUMNS)) == [one.key if one.editable else "" for one in COLUMNS]


def test_a_sheet_as_people_keep_it_is_paired() -> None:
    build.company()
    assert paired(*HEADER, rows=list(ROWS)) == ["name", "subject", "owner", "settled_by", "approver", "column CRM", ""]


def test_each_of_ours_is_suggested_once_the_better_first() -> None:
    build.company()
    assert paired("Attribute", "Field") == ["", "name"]


@pytest.mark.parametrize(
    ("head", "values", "key"),
    [
        ("Column 3", ["Sales", "Finance", "sales"], "owner"),
        ("Owner", ["Finn Okafor", "dana@example.com"], "approver"),
        ("Column 3", ["Finn Okafor", "Dana Reyes"], "approver"),
        ("Column 3", ["CRM", "Billing", "CRM"], "settled_by"),
        ("Column 3", ["CRM: Sales; Billing: Finance", "CRM: Sales"], "editors"),
        ("Billing", ["Finance", "Sales"], "editors Billing"),
        ("Approver", ["Finance", "Sales"], "owner"),
        ("Column 3", ["one", "two"], ""),
        ("Owner", ["Marketing", "Legal"], "owner"),
    ],
)
def test_what_stands_below_a_head_decides_too(head: str, values: list[str], key: str) -> None:
    build.company()
    assert paired(head, rows=[(value,) for value in values]) == [key]
