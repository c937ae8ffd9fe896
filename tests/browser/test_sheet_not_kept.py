"""What cannot be kept as it was typed into the table of fields: refused, asked about, suggested, without an answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from ownership.definitions import Definition, Rule
from ownership.history import save_with_reason
from ownership.models import Field, FieldVersion, OwnershipRule, RuleState
from tests import build
from tests.browser.conftest import sign_in
from tests.browser.sheet_page import cell, definitions, paste, saved
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


def test_a_refusal_stands_at_the_cell_and_the_text_stays(opened: Opened) -> None:
    build.field(Definition("billing status"))
    page = opened()
    cell(page, "owner").click()
    page.keyboard.type("Fnance")
    page.keyboard.press("Enter")
    expect(cell(page, "owner")).to_contain_text("There is no team Fnance")
    look(page, "sheet-refused")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(cell(page, "owner").locator(".editor")).to_have_value("Fnance")
    page.keyboard.press("Control+a")
    page.keyboard.type("Finance")
    page.keyboard.press("Enter")
    saved(page)
    assert definitions()[0].rule.owner == "Finance"


def test_one_wrong_cell_holds_back_a_block_until_it_is_put_right(opened: Opened) -> None:
    page = opened()
    cell(page, "subject").click()
    paste(page, "customer\tbilling status\t\t\tFnance\ncustomer\tstart date\t\t\tFinance")
    expect(cell(page, "owner")).to_contain_text("There is no team Fnance")
    expect(page.locator('[data-part="state"]')).to_contain_text("not saved yet")
    assert not Field.objects.exists()
    cell(page, "owner").click()
    page.keyboard.type("Finance")
    page.keyboard.press("Enter")
    saved(page)
    assert [one.rule.owner for one in definitions()] == ["Finance", "Finance"]


def test_escape_gives_up_what_was_refused(opened: Opened) -> None:
    build.field(Definition("billing status", rule=Rule(owner="Finance")))
    page = opened()
    cell(page, "owner").click()
    page.keyboard.type("Fnance")
    page.keyboard.press("Tab")
    expect(cell(page, "owner")).to_contain_text("There is no team Fnance")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")
    expect(cell(page, "owner")).to_have_text("Finance")
    saved(page)


def test_why_an_agreed_rule_changes_is_asked_and_kept(opened: Opened) -> None:
    build.field()
    OwnershipRule.objects.update(state=RuleState.AGREED)
    page = opened()
    cell(page, "because").click()
    page.keyboard.type("it is posted")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Why does it change?")).to_be_visible()
    look(page, "sheet-reason")
    page.keyboard.type("Finance asked for it.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    saved(page)
    last = FieldVersion.objects.order_by("pk").last()
    assert last
    assert (last.reason, definitions()[0].rule.because) == ("Finance asked for it.", "it is posted")


def test_without_a_reason_the_text_stays_in_its_cell(opened: Opened) -> None:
    build.field()
    OwnershipRule.objects.update(state=RuleState.AGREED)
    page = opened()
    cell(page, "because").click()
    page.keyboard.type("it is posted")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(cell(page, "because")).to_contain_text("it is posted")
    expect(page.locator('[data-part="state"]')).to_contain_text("1 cell is not saved yet.")
    page.reload()
    page.get_by_role("button", name="Put them back").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_server_that_does_not_answer_loses_nothing(opened: Opened) -> None:
    build.field(Definition("billing status"))
    page = opened()
    page.route("**/ownership/cells/", lambda route: route.abort())
    cell(page, "means").click()
    page.keyboard.type("where they stand")
    page.keyboard.press("Enter")
    expect(cell(page, "means")).to_contain_text("Not saved yet: the server does not answer.")
    page.unroute("**/ownership/cells/")
    page.keyboard.press("ArrowUp")
    saved(page)
    assert Field.objects.get().means == "where they stand"


def test_a_list_that_is_narrowed_keeps_what_is_not_saved(opened: Opened) -> None:
    build.field(Definition("billing status", rule=Rule(owner="Finance")))
    build.field(Definition("start date", rule=Rule(owner="Finance")))
    page = opened()
    cell(page, "owner").click()
    page.keyboard.type("Fnance")
    page.keyboard.press("Enter")
    expect(cell(page, "owner")).to_contain_text("There is no team Fnance")
    page.get_by_role("searchbox").fill("billing")
    expect(page.locator("#sheet tr[data-field]:not(.new)")).to_have_count(1)
    expect(cell(page, "owner")).to_contain_text("Fnance")
    cell(page, "owner").click()
    page.keyboard.type("Sales")
    page.keyboard.press("Enter")
    saved(page)
    assert definitions()[0].rule.owner == "Sales"


def test_what_others_edit_is_suggested_to_them_and_taken(opened: Opened, company: build.Company) -> None:
    build.field(Definition("start date", rule=Rule(owner="Sales")))
    build.field(Definition("billing status", rule=Rule(owner="Finance")))
    page = opened()
    cell(page, "means", 1).click()
    page.keyboard.type("the first day")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("Kept as a suggestion")
    company.sales.lead = company.finn
    save_with_reason(company.sales, reason="A test needs it.")
    page.reload()
    cell(page, "means", 1).click()
    expect(page.get_by_text("Finn Okafor suggests: the first day")).to_be_visible()
    look(page, "sheet-suggested")
    page.get_by_role("button", name="Take").click()
    expect(cell(page, "means", 1)).to_have_text("the first day")
    assert Field.objects.get(name="start date").means == "the first day"
