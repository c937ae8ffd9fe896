"""What is folded of a hand-off comes when it is opened, by mouse, keyboard and link, and no word in it is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from tests import build
from tests.boundaries.worlds import STORY
from tests.browser.conftest import sign_in
from tests.browser.map_drawing import OpenedMap, box, drawn, kept, kept_map

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def width() -> int:
    """A desk: what opens does not depend on the width."""
    return 1440


def rest(page: Page, ends: str = "mail--create") -> Locator:
    return page.locator(f"#handoff-{ends}-rest")


def inside(page: Page, ends: str = "mail--create") -> Locator:
    return page.locator(f"#handoff-{ends}-more")


def test_it_is_opened_by_keyboard_and_tab_goes_to_its_first_box(opened_map: OpenedMap) -> None:
    page = opened_map()
    expect(page.locator(".edit-handoff-more")).to_have_count(0)
    rest(page).locator("summary").focus()
    page.keyboard.press("Enter")
    # At once, before anything came: nobody is carried past it.
    page.keyboard.press("Tab")
    expect(page.locator("#handoff-mail--create-owner")).to_be_focused()
    expect(inside(page)).to_be_visible()
    expect(page.locator(".edit-handoff-more")).to_have_count(1)
    page.keyboard.press("Shift+Tab")
    expect(rest(page).locator("summary")).to_be_focused()


def test_whoever_opens_it_and_looks_stays_where_they_are(opened_map: OpenedMap) -> None:
    page = opened_map()
    rest(page).locator("summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#case-mail--create-refund-then")).to_be_visible()
    expect(rest(page).locator("summary")).to_be_focused()


def test_a_note_opens_it_and_goes_to_the_first_case_nobody_decided(opened_map: OpenedMap) -> None:
    page = opened_map()
    page.locator("#map-notes").get_by_role("link", name="Hand-off 2 → 3: 4 cases").press("Enter")
    expect(page.locator("#case-mail--create-unsigned-then")).to_be_focused()
    page.keyboard.type("Sales gets it signed.")
    page.keyboard.press("Tab")
    kept(page)
    assert kept_map().handoffs[1].cases[1].then == "Sales gets it signed."
    expect(inside(page)).to_be_visible()


def test_the_picture_opens_it_beside_an_empty_box_of_its_line(opened_map: OpenedMap) -> None:
    page = opened_map(replace(STORY, handoffs=(replace(STORY.handoffs[0], lag_days=None), *STORY.handoffs[1:])))
    page.locator('#map-picture a[data-handoff="close mail"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator("#handoff-close--mail-lag")).to_be_focused()
    expect(inside(page, "close--mail")).to_be_visible()
    expect(page.locator("#handoff-close--mail-lag")).to_be_focused()


def test_an_address_leads_into_it(opened_map: OpenedMap) -> None:
    page = opened_map()
    page.goto(f"{page.url}#edit-handoff-mail--create")
    page.reload()
    expect(page.locator("#case-mail--create-unsigned-then")).to_be_focused()


def test_words_in_one_that_was_closed_over_them_stay_and_are_kept(opened_map: OpenedMap) -> None:
    page = opened_map()
    page.route("**/edit/", lambda route: route.abort())
    rest(page).locator("summary").click()
    box_of_case = page.locator("#case-mail--create-refund-then")
    box_of_case.fill("Finance pays it back.")
    page.keyboard.press("Tab")
    expect(page.locator("#map-state")).to_contain_text("Not kept yet.")
    rest(page).locator("summary").click()
    page.unroute("**/edit/")
    box(page, 1, "team").fill("Finance")
    page.keyboard.press("Tab")
    kept(page)
    said = kept_map()
    assert said.steps[0].team == "Finance"
    assert said.handoffs[1].cases[1].then == "Finance pays it back."
    expect(rest(page)).not_to_have_attribute("open", "")


def test_words_that_are_not_sent_yet_outlive_an_answer_while_it_is_closed(opened_map: OpenedMap) -> None:
    page = opened_map()
    rest(page).locator("summary").click()
    new = page.locator("#field-mail--create-new-field")
    new.fill("amount")
    rest(page).locator("summary").click()
    box(page, 1, "team").fill("Finance")
    page.keyboard.press("Tab")
    kept(page)
    expect(box(page, 1, "team")).to_have_value("Finance")
    rest(page).locator("summary").click()
    expect(new).to_have_value("amount")


def test_what_was_opened_while_an_answer_came_in_stays_with_what_is_typed_in_it(opened_map: OpenedMap) -> None:
    page = opened_map()
    held: list[Route] = []
    page.route("**/edit/", lambda route: route.continue_() if held else held.append(route))
    box(page, 1, "team").fill("Finance")
    page.keyboard.press("Tab")
    expect(page.locator("#map-editor")).to_have_attribute("data-unkept", "1")
    rest(page).locator("summary").click()
    rest(page).locator("summary").focus()
    page.keyboard.press("Tab")
    held[0].continue_()
    expect(page.locator("#handoff-mail--create-owner")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("Sales")
    page.keyboard.press("Tab")
    kept(page)
    said = kept_map()
    assert (said.steps[0].team, said.handoffs[1].owner) == ("Finance", "Sales")


def test_what_is_refused_in_it_is_said_in_it(opened_map: OpenedMap) -> None:
    page = opened_map()
    rest(page).locator("summary").click()
    page.locator("#field-mail--create-new-note").fill("my note")
    inside(page).get_by_role("group", name="One more field").get_by_role("button", name="Add").click()
    expect(inside(page).get_by_role("alert")).to_contain_text("Name the field that is carried")
    expect(page.locator("#field-mail--create-new-note")).to_have_value("my note")


def test_where_the_server_does_not_answer_the_link_asks_again(opened_map: OpenedMap) -> None:
    page = opened_map()
    page.route("**/edit/?*", lambda route: route.abort())
    rest(page).locator("summary").click()
    link = rest(page).get_by_role("link", name="Fields and awkward cases")
    expect(link).to_be_visible()
    expect(page.locator("#said")).to_contain_text("The server does not answer.")
    page.unroute("**/edit/?*")
    link.click()
    expect(page.locator("#handoff-mail--create-owner")).to_be_focused()


def test_without_scripts_the_link_opens_it(chromium: Browser, live_server: LiveServer, company: build.Company) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    sign_in(context, company.dana, live_server)
    page = context.new_page()
    boundary = drawn(STORY, company.dana)
    page.goto(f"/boundaries/{boundary.slug}/edit/")
    rest(page).locator("summary").click()
    rest(page).get_by_role("link", name="Fields and awkward cases").click()
    page.locator("#case-mail--create-refund-then").fill("Finance pays it back.")
    page.keyboard.press("Enter")
    expect(page.locator("#case-mail--create-refund-then")).to_have_value("Finance pays it back.")
    expect(inside(page)).to_be_visible()
    context.close()
