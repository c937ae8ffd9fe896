"""Every part in a real browser: readable for everybody, by keyboard, on a telephone, with hostile values in it."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from ownership.models import Person
from tests.browser.conftest import sign_in
from tests.browser.test_pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


# What a key or a click does is the same in every colour: once, in a wide window.
once = pytest.mark.parametrize(("width", "context"), [(1440, "light")], indirect=True)


@pytest.fixture
def parts(page: Page, context: BrowserContext, live_server: LiveServer, ada: Person, settings: Settings) -> Page:
    """Return the page of all parts, with sixty people in its table."""
    settings.DEBUG = True
    Person.objects.bulk_create(
        Person(email=f"p{number:02}@example.com", name=f"Person {number:02} <b>\"'") for number in range(60)
    )
    sign_in(context, ada, live_server)
    page.goto("/_parts/")
    return page


def focused_row(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('tr')?.cells[1].textContent.trim() ?? ''"))


def test_every_part_is_readable_for_everybody(parts: Page) -> None:
    expect(parts.locator("canvas").first).to_be_visible()
    look(parts, "parts")


def test_what_opens_over_a_page_is_readable_for_everybody(parts: Page) -> None:
    parts.get_by_role("button", name="History").first.click()
    expect(parts.get_by_role("complementary", name="History")).to_be_visible()
    look(parts, "parts-history")
    parts.keyboard.press("Escape")
    for menu in ("Filter", "View", "Download"):
        parts.locator("summary", has_text=menu).click()
        look(parts, f"parts-{menu.lower()}")
        parts.keyboard.press("Escape")
        expect(parts.locator("details.menu[open]")).to_have_count(0)


def test_the_palette_opens_finds_and_leads_by_keyboard(parts: Page) -> None:
    parts.keyboard.press("Control+k")
    box = parts.get_by_role("combobox", name="Search pages")
    expect(box).to_be_focused()
    expect(parts.get_by_role("option", name="Home")).to_have_attribute("aria-selected", "true")
    look(parts, "palette")
    parts.keyboard.type("passw")
    expect(parts.locator("#palette").get_by_role("option")).to_have_count(1)
    parts.keyboard.press("Enter")
    expect(parts).to_have_url("/password/")


@once
def test_the_palette_opens_on_a_slash_but_not_while_writing(parts: Page) -> None:
    parts.get_by_label("Search people").focus()
    parts.keyboard.press("/")
    expect(parts.get_by_label("Search people")).to_have_value("/")
    expect(parts.locator("#palette")).to_be_hidden()
    parts.get_by_role("heading", level=1).click()
    parts.keyboard.press("/")
    expect(parts.locator("#palette")).to_be_visible()
    parts.keyboard.press("Escape")
    expect(parts.locator("#palette")).to_be_hidden()


@once
def test_the_palette_says_when_there_is_nothing(parts: Page) -> None:
    parts.keyboard.press("Control+k")
    parts.keyboard.type("zzzz")
    expect(parts.get_by_role("option", name="Nothing found for this.")).to_be_visible()
    look(parts, "palette-nothing")


def test_rows_are_walked_opened_and_picked_by_keyboard(parts: Page) -> None:
    parts.keyboard.press("j")
    parts.keyboard.press("j")
    assert focused_row(parts) == "Person 00 <b>\"'"
    parts.keyboard.press("k")
    assert focused_row(parts) == "Ada Bell"
    parts.keyboard.press("x")
    expect(parts.get_by_text("1 selected")).to_be_visible()
    look(parts, "parts-picked")
    parts.keyboard.press("Enter")
    expect(parts.get_by_role("link", name="Search: ")).to_be_visible()


@once
def test_all_that_match_can_be_picked(parts: Page) -> None:
    parts.get_by_label("Select all rows of this page").check()
    expect(parts.get_by_text("25 selected")).to_be_visible()
    parts.get_by_label("All 61 people that match").check()
    expect(parts.get_by_text("61 selected")).to_be_visible()
    parts.get_by_label("Select row 3", exact=True).uncheck()
    expect(parts.get_by_text("24 selected")).to_be_visible()


@once
def test_searching_changes_the_table_alone_and_the_address_with_it(parts: Page) -> None:
    parts.get_by_label("Search people").fill("person 07")
    expect(parts.get_by_role("link", name="Search: person 07")).to_be_visible()
    expect(parts.locator("#said")).to_have_text("1 person")
    expect(parts).to_have_url("/_parts/?q=person+07")
    expect(parts.get_by_label("Search people")).to_be_focused()
    parts.get_by_role("link", name="Search: person 07").click()
    expect(parts.locator("#said")).to_have_text("61 people")
    parts.go_back()
    expect(parts.get_by_role("link", name="Search: person 07")).to_be_visible()


@once
def test_sorting_and_the_next_page_stay_on_the_page(parts: Page) -> None:
    parts.get_by_role("link", name="E-mail address").click()
    expect(parts.get_by_role("columnheader", name="E-mail address")).to_have_attribute("aria-sort", "ascending")
    parts.get_by_role("link", name="Next page").click()
    expect(parts.get_by_text("26 to 50 of 61 people")).to_be_visible()
    expect(parts).to_have_url("/_parts/?sort=email&page=2")


def test_a_click_on_a_chart_leads_to_the_rows_behind(parts: Page) -> None:
    canvas = parts.locator("canvas").first
    canvas.scroll_into_view_if_needed()
    canvas.hover()
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": box["width"] - 30, "y": box["height"] / 2})
    expect(parts).to_have_url("/_parts/?q=2026-08")


@once
def test_the_table_behind_a_chart_can_be_taken_along(parts: Page) -> None:
    chart = parts.locator(".chart").first
    chart.get_by_text("The table behind it").click()
    expect(chart.get_by_role("cell", name="1,400")).to_be_visible()
    with parts.expect_download() as download:
        chart.get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename == "Mismatches-a-week.csv"
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[:2] == ['"","Mismatches"', '"2026-01","1400"']


@once
def test_a_last_used_reason_is_taken_over_with_one_click(parts: Page) -> None:
    parts.get_by_role("button", name="Agreed with Billing on Monday").click()
    expect(parts.get_by_label("Reason")).to_have_value("Agreed with Billing on Monday")
    expect(parts.get_by_label("Reason")).to_be_focused()


@once
def test_who_was_signed_out_meanwhile_is_asked_to_sign_in(parts: Page, context: BrowserContext) -> None:
    context.clear_cookies()
    parts.get_by_role("link", name="E-mail address").click()
    expect(parts.get_by_role("heading", level=1)).to_have_text("Sign in")


@once
@pytest.mark.usefixtures("parts")
def test_no_answer_is_said_until_there_is_one_again(context: BrowserContext) -> None:
    page = context.new_page()  # one of its own: the console complains of the lost connection
    page.goto("/_parts/")
    context.set_offline(True)
    page.get_by_role("link", name="E-mail address").click()
    expect(page.locator("#no-answer")).to_contain_text("The server does not answer.")
    context.set_offline(False)
    page.get_by_role("link", name="E-mail address").click()
    expect(page.get_by_role("columnheader", name="E-mail address")).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("#no-answer")).to_be_hidden()


@once
@pytest.mark.usefixtures("parts")
def test_lists_are_read_searched_and_paged_without_scripts(context: BrowserContext, live_server: LiveServer) -> None:
    assert context.browser is not None
    plain = context.browser.new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=context.storage_state()
    )
    page = plain.new_page()
    page.goto("/_parts/")
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_text("26 to 50 of 61 people")).to_be_visible()
    page.get_by_label("Search people").fill("person 07")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 person", exact=True)).to_be_visible()
    page.locator("summary", has_text="The table behind it").first.click()
    expect(page.get_by_role("cell", name="1,400")).to_be_visible()
    page.get_by_label("Select row 1", exact=True).check()
    expect(page.get_by_role("button", name="Look at them")).to_be_visible()
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_label("Search for").fill("people")
    page.keyboard.press("Enter")
    expect(page.locator(".found").get_by_role("link", name="People")).to_be_visible()
    plain.close()
