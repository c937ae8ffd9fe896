"""A team lead brings the sheet they keep today: wrong and missing columns are put right, then it is the table."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from ownership.models import Role
from ownership.queries import registry
from tests import build
from tests.browser.conftest import sign_in
from tests.browser.test_pages import look
from tests.configuration.sheets import xlsx_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

# The names of fields stand under a head that says nothing; one says "Owner" over people; the reason is missing.
HEADER = ("Topic", "What we compare", "Owner", "Answers for it", "Golden source", "CRM column", "Colour")
ROWS = (
    ("customer", "billing status", "Finn Okafor", "Finance", "Billing: posted invoice", "billing_status", "red"),
    ("contract", "start date", "Dana Reyes", "Sales", "CRM: deal", "start_date", ""),
    ("contract", "plan", "Dana Reyes", "Marketing", "CRM: deal", "plan_name", ""),
    ("contract", "", "", "Sales", "", "", "green"),
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def company() -> build.Company:
    return build.company()


@pytest.fixture
def lead(page: Page, context: BrowserContext, live_server: LiveServer, company: build.Company) -> Page:
    """Return a browser in which a team lead is signed in."""
    sign_in(context, company.dana, live_server)
    return page


def bring(page: Page, content: bytes, name: str = "Ownership 2026.xlsx") -> None:
    page.goto("/ownership/import/")
    page.get_by_label("Your sheet").set_input_files({"name": name, "mimeType": XLSX, "buffer": content})
    page.get_by_role("button", name="Look at it").click()


def test_from_a_sheet_with_wrong_columns_to_the_table(lead: Page) -> None:
    lead.goto("/ownership/import/")
    look(lead, "bring-empty")
    bring(lead, xlsx_of(HEADER, ROWS))
    expect(lead.get_by_text("Say which column names the fields").first).to_be_visible()
    assert lead.get_by_label("Owner", exact=True).input_value() == "approver"
    assert lead.get_by_label("Answers for it").input_value() == "owner"
    look(lead, "bring-wrong")
    lead.get_by_label("What we compare").select_option(label="Field")
    expect(lead.get_by_role("button", name="Take over 2 fields")).to_be_visible()
    expect(lead.get_by_text("There is no team Marketing.").first).to_be_visible()
    expect(lead.get_by_text("This row names no field.")).to_be_visible()
    look(lead, "bring-paired")
    lead.get_by_label("CRM column").select_option(label="leave out")
    expect(lead.get_by_role("definition").filter(has_text="start_date")).to_have_count(0)
    lead.get_by_label("CRM column").select_option(label="Column in CRM")
    expect(lead.get_by_role("definition").filter(has_text="start_date")).to_have_count(1)
    lead.get_by_role("button", name="Take over 2 fields").click()
    expect(lead.get_by_role("heading", level=1)).to_contain_text("is taken over")
    look(lead, "bring-taken")
    with lead.expect_download() as download:
        lead.get_by_role("link", name="Unclear rows as CSV").click()
    assert download.value.suggested_filename == "Ownership 2026, unclear rows.csv"
    lead.get_by_role("link", name="Show the table").click()
    expect(lead.get_by_role("link", name="billing status").first).to_be_visible()
    expect(lead.get_by_role("link", name="start date").first).to_be_visible()
    status = registry.definition(registry.whole().get(name="billing status"))
    assert (status.rule.owner, status.rule.approver) == ("Finance", "finn@example.com")


def test_a_sheet_of_what_is_there_shows_each_cell_that_changes(lead: Page) -> None:
    build.field()
    rows = [("billing status", "Sales", "because we said so"), ("start date", "Sales", "")]
    bring(lead, xlsx_of(("Field", "Owner", "Why"), rows))
    expect(lead.get_by_text("the customer has seen the invoice")).to_be_visible()
    look(lead, "bring-changes")


def test_a_file_that_is_no_sheet_is_said_beside_the_field(lead: Page) -> None:
    bring(lead, b"%PDF-1.7 no sheet", "plan.pdf")
    expect(lead.get_by_text("not a table")).to_be_visible()
    look(lead, "bring-refused")


def test_much_at_once_stays_readable(lead: Page, company: build.Company) -> None:
    company.dana.role = Role.ADMINISTRATOR
    company.dana.save()
    header = ("Field", "Owner", "Source of truth", "Column in ERP", *(f"Further column {n}" for n in range(30)))
    rows = [
        (
            f"field {n} {'long ' * (n % 9)}",
            "Sales" if n % 3 else "Marketing",
            "CRM" if n % 5 else "ERP: order",
            "x",
            *[""] * 30,
        )
        for n in range(300)
    ]
    bring(lead, xlsx_of(header, rows))
    expect(lead.get_by_text("Add these teams and systems with the sheet")).to_be_visible()
    look(lead, "bring-many")
    lead.get_by_label("team Marketing").check()
    expect(lead.get_by_text("There is no team Marketing.")).to_have_count(0)
