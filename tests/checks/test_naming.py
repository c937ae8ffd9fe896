"""What is suggested from names of files and columns."""

from datetime import date

import pytest

from reconcile.checks.queries.columns import column_of, identity, labels
from reconcile.checks.services import naming
from reconcile.exports.services import date_in


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("crm_2026-11-20.csv", "billing_2026-11-20.csv", ("CRM", "Billing")),
        ("crm_customers_2026-11-20.csv", "billing customers.xlsx", ("CRM", "Billing")),
        ("SalesforceAccounts.csv", "SAP_accounts_20261120.csv.gz", ("Salesforce", "SAP")),
        ("export1.csv", "export2.csv", ("Left", "Right")),
        ("customers.csv", "customers.csv", ("Left", "Right")),
    ],
)
def test_systems_are_the_words_in_which_two_file_names_differ(left: str, right: str, expected: tuple[str, str]) -> None:
    assert naming.systems(left, right, known=()) == expected


def test_a_system_that_is_known_keeps_its_spelling() -> None:
    assert naming.systems("netsuite.csv", "crm.csv", known=("NetSuite",)) == ("NetSuite", "CRM")


@pytest.mark.parametrize(
    ("left", "right", "key", "expected"),
    [
        ("crm_customers.csv", "billing_customers.csv", ["id"], "customers"),
        ("crm.csv", "billing.csv", ["customer_id", "CustNo"], "customers"),
        ("a.csv", "b.csv", ["Company ID"], "companies"),
        ("a.csv", "b.csv", ["InvoiceNo"], "invoices"),
        ("a.csv", "b.csv", ["id"], "records"),
        ("a.csv", "b.csv", [], "records"),
    ],
)
def test_records_are_called_as_files_or_key_say(left: str, right: str, key: list[str], expected: str) -> None:
    assert naming.records(left, right, key) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("crm_2026-11-20.csv", date(2026, 11, 20)),
        ("crm 20.11.2026.xlsx", date(2026, 11, 20)),
        ("crm-20261120-0800.csv", date(2026, 11, 20)),
        ("crm.csv", None),
        ("crm_2026-13-45.csv", None),
        ("2026-11-01_to_2026-11-20.csv", None),
    ],
)
def test_the_day_of_an_export_is_the_one_its_name_holds(name: str, expected: date | None) -> None:
    assert date_in(name) == expected


def test_a_name_that_is_taken_gets_a_number_within_its_length() -> None:
    assert naming.unlike("status", {"status", "status 2"}, 200) == "status 3"
    assert naming.unlike("x" * 300, {"x" * 200}, 200) == "x" * 198 + " 2"


HOSTILE = ("id", "ID", "a\nb", " id ", "W" * 10_000, "W" * 10_001, "\u202eevil", "<b>", "A (column 1)", "=1+1")


def test_no_two_columns_are_called_alike_in_a_list() -> None:
    shown = labels(HOSTILE)
    assert len({label.casefold() for label in shown}) == len(HOSTILE)
    assert all(label.isprintable() and len(label) < 110 for label in shown)


def test_each_label_leads_back_to_its_column() -> None:
    assert [column_of(label, HOSTILE) for label in labels(HOSTILE)] == list(HOSTILE)


def test_a_column_is_found_by_its_name_in_another_case_only_where_one_has_it() -> None:
    assert column_of("STATUS", ("Status", "id")) == "Status"
    assert column_of("x", ("X (column 2)", "Y")) is None
    assert column_of("nowhere", HOSTILE) is None


def test_addresses_tell_fields_apart_by_their_left_column() -> None:
    assert len({identity(column) for column in HOSTILE}) == len(HOSTILE)
