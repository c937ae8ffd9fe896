"""The table of fields as people type into it: by keyboard alone, from a spreadsheet, undone, refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from ownership.definitions import Definition, Record, Rule, Use, When
from ownership.models import Field
from tests import build
from tests.browser.conftest import sign_in
from tests.browser.sheet_page import cell, chosen, definitions, paste, requests_to, saved
from tests.browser.test_pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

Opened = Callable[..., Page]


@pytest.fixture
def width() -> int:
    """A desk: what is typed does not depend on the width; the telephone is in test_sheet_looks."""
    return 1440


@pytest.fixture
def opened(page: Page, context: BrowserContext, live_server: LiveServer, company: build.Company) -> Opened:
    """Return a function that opens the table as Finn, who leads Finance; it is ready when it returns."""

    def open_it(address: str = "/ownership/") -> Page:
        sign_in(context, company.finn, live_server)
        page.goto(address)
        expect(page.locator("#sheet.live")).to_be_attached()
        return page

    return open_it


STATUS = (
    "customer",
    "billing status",
    "where the customer stands with their invoices",
    "CRM: deal",
    "Finance",
    "CRM: Sales; Billing: Finance",
    "Billing: posted invoice",
    "the customer has seen the invoice",
    "the order form is not signed yet | CRM signed equals no | CRM: signed order form",
    "Finn Okafor",
    "Mira Lind",
)
DATE = (
    "customer",
    "start date",
    "the first day the customer pays for",
    "CRM: deal",
    "Finance",
    "CRM: Sales; Billing: nobody",
    "CRM: signed order form",
    "both sides signed it",
    "",
    "Dana Reyes",
    "",
)


def test_the_example_is_built_from_an_empty_table_by_keyboard_alone(opened: Opened) -> None:
    page = opened()
    expect(page.get_by_role("heading", name="Here will be one row for each field")).to_be_visible()
    for row in (STATUS, DATE):
        for text in row:
            page.keyboard.type(text)
            page.keyboard.press("Tab")
        saved(page)
        page.keyboard.press("Tab")
    assert definitions() == [
        Definition(
            name="billing status",
            subject="customer",
            means="where the customer stands with their invoices",
            uses=(Use("CRM", editors=("Sales",)), Use("Billing", editors=("Finance",))),
            rule=Rule(
                first_appears_in=Record("CRM", "deal"),
                owner="Finance",
                settled_by=Record("Billing", "posted invoice"),
                because="the customer has seen the invoice",
                conditions=(
                    When(
                        "the order form is not signed yet",
                        "CRM",
                        "signed",
                        "equals",
                        "no",
                        Record("CRM", "signed order form"),
                    ),
                ),
                approver="finn@example.com",
                deputy="mira@example.com",
            ),
        ),
        Definition(
            name="start date",
            subject="customer",
            means="the first day the customer pays for",
            uses=(Use("CRM", editors=("Sales",)), Use("Billing")),
            rule=Rule(
                first_appears_in=Record("CRM", "deal"),
                owner="Finance",
                settled_by=Record("CRM", "signed order form"),
                because="both sides signed it",
                approver="dana@example.com",
            ),
        ),
    ]


def test_the_first_key_goes_into_the_first_cell(opened: Opened) -> None:
    page = opened()
    page.keyboard.type("c")
    expect(cell(page, "subject").locator("input")).to_have_value("c")


def test_every_key_does_what_a_spreadsheet_does(opened: Opened) -> None:
    build.field(Definition("billing status", subject="customer", rule=Rule(owner="Finance")))
    page = opened()
    page.keyboard.press("ArrowRight")
    expect(cell(page, "name")).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.type(" now")
    page.keyboard.press("Escape")
    expect(cell(page, "name")).to_have_text("billing status")
    page.keyboard.press("Enter")
    page.keyboard.type(" of today")
    page.keyboard.press("Enter")
    expect(cell(page, "name")).to_have_text("billing status of today")
    expect(cell(page, "name", 1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("one line")
    page.keyboard.press("Alt+Enter")
    page.keyboard.type("and another")
    page.keyboard.press("Shift+Tab")
    expect(cell(page, "name")).to_be_focused()
    saved(page)
    assert Field.objects.get().means == "one line\nand another"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Delete")
    saved(page)
    assert Field.objects.get().subject == ""


def test_what_was_kept_is_said_in_words(opened: Opened) -> None:
    build.field(Definition("billing status"))
    page = opened()
    cell(page, "owner").click()
    page.keyboard.type("finance")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("Owner team of billing status: Finance. Saved.")


def test_the_best_match_is_taken_and_what_is_not_there_can_be_made(opened: Opened) -> None:
    build.field(replace(build.STATUS, name="start date"))
    page = opened()
    cell(page, "owner", 1).click()
    page.keyboard.type("sal")
    expect(chosen(page)).to_contain_text("Sales")
    look(page, "sheet-choosing")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    cell(page, "name", 1).click()
    page.keyboard.type("end date")
    page.keyboard.press("Enter")
    saved(page)
    cell(page, "settled_by", 1).click()
    page.keyboard.type("credit note")
    page.keyboard.press("ArrowDown")
    expect(chosen(page)).to_have_text("Create “credit note” in Billing")
    page.keyboard.press("Enter")
    cell(page, "editors", 1).click()
    page.keyboard.type("bil")
    page.keyboard.press("Enter")
    page.keyboard.type("fin")
    page.keyboard.press("Enter")
    saved(page)
    made = definitions()[1]
    assert made.rule.settled_by == Record("Billing", "credit note")
    assert made.uses == (Use("Billing", editors=("Finance",)),)


def test_a_block_from_a_spreadsheet_fills_cells_and_makes_rows(opened: Opened) -> None:
    build.field(Definition("billing status"))
    page = opened()
    cell(page, "subject").click()
    paste(
        page,
        "customer\tbilling status\twhere they stand\tCRM: deal\r\n"
        'customer\tstart date\t"two\nlines, ""quoted"""\tCRM: deal\r\n'
        "order\tamount\twhat it costs\tBilling: order\r\n",
    )
    saved(page)
    assert [(one.subject, one.name, one.means, str(one.rule.first_appears_in)) for one in definitions()] == [
        ("customer", "billing status", "where they stand", "CRM: deal"),
        ("customer", "start date", 'two\nlines, "quoted"', "CRM: deal"),
        ("order", "amount", "what it costs", "Billing: order"),
    ]
    expect(cell(page, "name", 3)).to_have_text("")


def test_200_rows_of_6_cells_are_one_request_and_one_undo(opened: Opened) -> None:
    page = opened()
    sent = requests_to(page, "/ownership/cells/")
    lines = [f"customer\tfact {n}\tmeaning {n}\tCRM: deal\tFinance\tCRM: Sales" for n in range(200)]
    cell(page, "subject").click()
    paste(page, "\n".join(lines))
    expect(cell(page, "means", 199)).to_have_text("meaning 199")
    saved(page)
    assert (len(sent), Field.objects.filter(removed_at=None).count()) == (1, 200)
    page.keyboard.press("Control+z")
    expect(page.locator("#sheet tr[data-field]:not(.new)")).to_have_count(0)
    saved(page)
    assert (len(sent), Field.objects.filter(removed_at=None).count()) == (2, 0)
    page.keyboard.press("Control+Shift+z")
    expect(cell(page, "name", 199)).to_have_text("fact 199")
    saved(page)
    assert Field.objects.filter(removed_at=None).count() == 200


def test_a_block_is_copied_as_a_spreadsheet_wants_it(opened: Opened) -> None:
    build.field(Definition("billing status", subject="customer", means="one\ntwo"))
    page = opened()
    cell(page, "subject").click()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    copied = page.evaluate("""() => {
        const data = new DataTransfer();
        document.activeElement.dispatchEvent(
            new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true }));
        return data.getData("text/plain");
    }""")
    assert copied == 'customer\tbilling status\t"one\ntwo"'


def test_each_change_is_undone_and_done_again(opened: Opened) -> None:
    build.field(Definition("billing status", subject="customer"))
    page = opened()
    for column, text in (("subject", "order"), ("owner", "Finance")):
        cell(page, column).click()
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    saved(page)
    page.get_by_role("button", name="Undo: Owner team of billing status").click()
    expect(cell(page, "owner")).to_have_text("")
    cell(page, "name").focus()
    page.keyboard.press("Control+z")
    expect(cell(page, "subject")).to_have_text("customer")
    saved(page)
    page.keyboard.press("Control+y")
    expect(cell(page, "subject")).to_have_text("order")
    page.keyboard.press("Control+y")
    expect(cell(page, "owner")).to_have_text("Finance")
    saved(page)
    assert (definitions()[0].subject, definitions()[0].rule.owner) == ("order", "Finance")


def test_grouped_by_system_a_field_stands_under_each_and_changes_everywhere(opened: Opened) -> None:
    build.field()
    page = opened("/ownership/?group=system")
    expect(page.locator("#sheet .group")).to_have_text(["Billing 1 field", "CRM 1 field"])
    look(page, "sheet-grouped")
    cell(page, "means", 0).click()
    page.keyboard.type("the same in both")
    page.keyboard.press("Enter")
    saved(page)
    expect(page.locator('#sheet tr[data-field]:not(.new) td[data-column="means"]')).to_have_text(
        ["the same in both"] * 2
    )


def test_who_may_not_edit_reads_the_same_table(
    page: Page, context: BrowserContext, live_server: LiveServer, company: build.Company
) -> None:
    build.field()
    sign_in(context, company.mira, live_server)
    page.goto("/ownership/")
    expect(page.get_by_text("The leads of teams edit this table.")).to_be_visible()
    cell(page, "means").click()
    page.keyboard.type("x")
    expect(page.locator(".editor")).to_have_count(0)
    look(page, "sheet-reader")


def test_the_page_of_a_field_is_one_key_away(opened: Opened) -> None:
    field = build.field()
    page = opened()
    cell(page, "means").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/ownership/fields/{field.pk}/")


def test_an_address_leads_to_its_cell(opened: Opened) -> None:
    build.field(Definition("a", rule=Rule(owner="Finance")))
    field = build.field(Definition("b", rule=Rule(owner="Finance")))
    page = opened(f"/ownership/?field={field.pk}&column=approver")
    expect(cell(page, "approver", 1)).to_be_focused()


def test_tab_leaves_the_table_after_escape(opened: Opened) -> None:
    build.field()
    page = opened()
    cell(page, "means").click()
    page.keyboard.press("Tab")
    expect(cell(page, "first_appears_in")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert not page.evaluate("document.getElementById('sheet').contains(document.activeElement)")
