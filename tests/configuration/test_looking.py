"""What each row of a sheet would do to the table, or why that is unclear."""

import pytest

from ownership.models import Person, SheetImport
from ownership.permissions import Rights
from reconcile.configuration.sheet.looking import Look, Row, look
from tests import build
from tests.configuration.sheets import sheet_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> build.Company:
    return build.company()


def seen(sheet: SheetImport) -> Look:
    return look(sheet, Rights(sheet.person))


def one(person: Person, **cells: str) -> Row:
    """Return the row of a sheet of one row, its columns headed by the labels of the table."""
    names = {"field": "Field", "owner": "Owner team", "wins": "Settled by", "crm": "Column in CRM", "means": "Meaning"}
    sheet = sheet_of(person, [names.get(key, key.replace("_", " ")) for key in cells], [tuple(cells.values())])
    (row,) = seen(sheet).rows
    return row


def cells_of(row: Row) -> dict[str, tuple[str, str]]:
    return {change.label: (change.old, change.new) for change in row.changes}


def test_a_field_that_is_not_there_is_new(company: build.Company) -> None:
    row = one(company.dana, field="start date", owner="sales", wins="deal in CRM")
    assert row.state == "new"
    assert cells_of(row) == {
        "Field": ("", "start date"),
        "Owner team": ("", "Sales"),
        "Settled by": ("", "CRM: deal"),
    }


def test_of_a_field_that_is_there_each_cell_is_shown_that_changes(company: build.Company) -> None:
    build.field()
    row = one(company.dana, field="Billing Status", owner="Sales", wins="Billing: posted invoice", crm="")
    assert row.state == "changed"
    assert cells_of(row) == {"Field": ("billing status", "Billing Status"), "Owner team": ("Finance", "Sales")}


def test_what_says_the_same_in_other_words_is_as_it_is(company: build.Company) -> None:
    build.field()
    row = one(company.dana, field="billing status", owner="finance", wins="posted invoice in billing")
    assert (row.state, row.changes) == ("unchanged", [])


def test_an_empty_cell_leaves_what_is_there(company: build.Company) -> None:
    build.field()
    assert one(company.dana, field="billing status", owner="", wins="  ").state == "unchanged"


@pytest.mark.parametrize(
    ("cells", "label", "sentence"),
    [
        ({"field": "", "owner": "Sales"}, "Field", "This row names no field."),
        ({"field": "a", "owner": "Marketing"}, "Owner team", "There is no team Marketing."),
        ({"field": "a", "owner": "Fnance"}, "Owner team", "There is no team Fnance; there is Finance."),
        ({"field": "a", "wins": "ERP: order"}, "Settled by", "There is no system ERP."),
        ({"field": "a", "wins": "CRM"}, "Settled by", "Say which record of CRM, such as CRM: deal."),
        ({"field": "a", "approver": "Nobody Known"}, "Approver", "Nobody here is called Nobody Known."),
        ({"field": "a", "approver": "Finn Okafor", "deputy": "finn@example.com"}, "Deputy", "The deputy is somebody"),
        ({"field": "a", "Column in ERP": "x"}, "Column in ERP", "There is no system ERP."),
        ({"field": "a", "Editors in CRM": "Legal"}, "Editors in CRM", "There is no team Legal."),
        ({"field": "a", "Sensitive": "perhaps"}, "Sensitive", "Write yes or no"),
        ({"field": "a", "means": "x" * 10_000}, "What it means", "What it means: at most 5,000 characters"),
        ({"field": "a", "crm": "x" * 501}, "Column in CRM", "At most 500 characters"),
        ({"field": "a" * 201, "owner": ""}, "Field", "Field: at most 200 characters"),
        ({"field": "a", "it depends": "when it rains | CRM wet"}, "It depends", ""),
    ],
)
def test_what_is_unclear_says_why_and_what_to_do(
    company: build.Company, cells: dict[str, str], label: str, sentence: str
) -> None:
    row = one(company.dana, **cells)
    assert row.state == "unclear"
    assert [problem.label for problem in row.problems] == [label]
    assert row.problems[0].sentence.startswith(sentence)


def test_two_people_of_one_name_are_told_apart_by_address(company: build.Company) -> None:
    build.person(email="other@example.com", name="Finn Okafor")
    row = one(company.dana, field="a", approver="Finn Okafor")
    assert "finn@example.com or other@example.com" in row.problems[0].sentence


def test_it_depends_without_a_condition_is_a_draft(company: build.Company) -> None:
    row = one(company.dana, field="a", wins="it depends")
    assert row.state == "new"
    assert row.after
    assert row.after.rule.depends


def test_the_second_row_about_a_field_is_unclear(company: build.Company) -> None:
    sheet = sheet_of(company.dana, ["Field", "Owner"], [("a", "Sales"), ("A", "Finance")])
    first, second = seen(sheet).rows
    assert (first.state, second.state) == ("new", "unclear")
    assert second.problems[0].sentence == "Row 1 is about A too. Keep one of the two."


def test_columns_of_a_system_become_its_use(company: build.Company) -> None:
    sheet = sheet_of(
        company.dana,
        ["Field", "CRM column", "Meaning in CRM", "Editors in CRM", "Sensitive"],
        [("a", "acct_state", "what sales was told", "Sales, finance", "x")],
    )
    (row,) = seen(sheet).rows
    assert row.after
    assert row.after.sensitive
    (use,) = row.after.uses
    assert (use.system, use.column, use.means, use.editors) == (
        "CRM", "acct_state", "what sales was told", ("Finance", "Sales"),
    )  # fmt: skip


def test_where_only_a_system_is_named_one_word_for_its_record_clears_all_of_them(company: build.Company) -> None:
    sheet = sheet_of(company.dana, ["Field", "Source of truth"], [("a", "CRM"), ("b", "billing")])
    found = seen(sheet)
    assert (found.alone > 0, found.counts["unclear"]) == (True, 2)
    sheet.pairing["record"] = "record"
    found = seen(sheet)
    assert found.counts["new"] == 2
    assert found.records == ["CRM: record", "Billing: record"]


def test_without_a_column_of_names_nothing_is_taken(company: build.Company) -> None:
    found = seen(sheet_of(company.dana, ["Owner", "Colour"], [("Sales", "red")]))
    assert (found.problem, found.taken) == ("Say which column names the fields: each row is one field.", [])


def test_a_target_that_is_chosen_twice_is_said(company: build.Company) -> None:
    sheet = sheet_of(company.dana, ["Field", "Owner", "Other"], [("a", "Sales", "Sales")])
    sheet.pairing["columns"] = ["name", "owner", "owner"]
    assert seen(sheet).problem == "Two columns are paired with Owner team. Leave one of them out."
