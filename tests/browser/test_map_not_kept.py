"""What could not be kept of a map: it stays where it was typed, is said, and is kept when it can be."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from boundaries.queries import versions
from tests import build
from tests.boundaries.worlds import EMPTY
from tests.browser.conftest import sign_in
from tests.browser.map_drawing import OpenedMap, box, drawn, kept, kept_map, sentences, step
from tests.browser.test_pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

EDIT = "**/edit/"


@pytest.fixture
def width() -> int:
    return 1440


def test_a_server_that_does_not_answer_loses_nothing(opened_map: OpenedMap) -> None:
    page = opened_map()
    page.route(EDIT, lambda route: route.abort())
    box(page, 1, "does").fill("Sales rep wins the deal.")
    page.keyboard.press("Tab")
    expect(page.locator("#map-state")).to_contain_text("Not kept yet. The server does not answer.")
    expect(page.locator("#said")).to_contain_text("Not kept yet.")
    expect(box(page, 1, "does")).to_have_value("Sales rep wins the deal.")
    look(page, "map-editor-not-kept")
    page.unroute(EDIT)
    box(page, 2, "minutes").fill("6")
    page.keyboard.press("Tab")
    kept(page)
    expect(page.locator("#map-state")).to_have_text("All is kept.")
    said = kept_map()
    assert (said.steps[0].does, said.steps[1].minutes) == ("Sales rep wins the deal.", 6)


def test_lines_that_are_typed_while_the_server_does_not_answer_wait_and_are_added_in_their_order(
    opened_map: OpenedMap,
) -> None:
    page = opened_map(EMPTY)
    page.route(EDIT, lambda route: route.abort())
    for line in ("Sales closes the deal in CRM.", "Finance creates the customer in Billing."):
        page.keyboard.type(line)
        page.keyboard.press("Enter")
    expect(page.locator(".lines-waiting li")).to_have_count(2)
    expect(page.locator(".lines-waiting")).to_contain_text("Not kept yet.")
    look(page, "map-editor-lines-waiting")
    page.unroute(EDIT)
    page.keyboard.type("Finance sets the first invoice date.")
    page.keyboard.press("Enter")
    kept(page)
    expect(page.locator(".lines-waiting")).to_have_count(0)
    assert sentences(kept_map()) == [
        "Sales closes the deal in CRM.",
        "Finance creates the customer in Billing.",
        "Finance sets the first invoice date.",
    ]


def test_an_error_of_the_server_loses_nothing_either(opened_map: OpenedMap) -> None:
    page = opened_map()
    page.route(EDIT, lambda route: route.fulfill(status=500, body="<p>It broke.</p>"))
    page.locator("#handle-create").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#map-state")).to_contain_text("Not kept yet. The server could not answer.")
    page.unroute(EDIT)
    page.keyboard.press("ArrowUp")
    kept(page)
    assert [one.id for one in kept_map().steps] == ["create", "close", "mail", "compare"]


def test_who_is_signed_out_and_in_again_goes_on(
    opened_map: OpenedMap, context: BrowserContext, live_server: LiveServer, company: build.Company
) -> None:
    page = opened_map()
    context.clear_cookies()
    box(page, 1, "does").fill("Sales rep wins the deal.")
    page.keyboard.press("Enter")
    expect(page.locator("#map-state")).to_contain_text("Not kept yet.")
    sign_in(context, company.dana, live_server)
    page.locator("#handle-create").press("ArrowUp")
    kept(page)
    said = kept_map()
    assert (said.steps[0].does, said.steps[1].id) == ("Sales rep wins the deal.", "create")


def test_what_is_typed_is_kept_when_one_leaves_the_page(opened_map: OpenedMap) -> None:
    page = opened_map()
    box(page, 1, "does").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Sales rep wins the deal.")
    page.goto("/boundaries/")
    # Nobody waited for the answer: it may come after the page is asked for again, which then brings itself up to date.
    page.goto("/boundaries/sales-to-billing/edit/")
    expect(box(page, 1, "does")).to_have_value("Sales rep wins the deal.")


def test_half_a_line_is_there_again_when_one_comes_back(opened_map: OpenedMap) -> None:
    page = opened_map()
    page.locator("#add-step-does").fill("Finance checks")
    page.goto("/boundaries/")
    page.goto("/boundaries/sales-to-billing/edit/")
    expect(page.locator("#add-step-does")).to_have_value("Finance checks")


def test_the_page_works_without_scripts(chromium: Browser, live_server: LiveServer, company: build.Company) -> None:
    boundary = drawn(EMPTY, company.dana)
    plain = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 1440, "height": 900}
    )
    sign_in(plain, company.dana, live_server)
    page = plain.new_page()
    page.goto(f"/boundaries/{boundary.slug}/edit/")
    for number, line in enumerate(("Sales closes the deal in CRM.", "Finance creates the customer."), start=1):
        page.locator("#add-step-does").fill(line)
        page.get_by_role("button", name="Add", exact=True).last.click()
        expect(page.locator("#map-steps > [data-step]")).to_have_count(number)
    box(page, 2, "system").fill("Billing")
    step(page, 2).get_by_role("button", name="Save").first.click()
    expect(box(page, 2, "system")).to_have_value("Billing")
    expect(page.locator("#map-picture")).to_contain_text("Billing")
    page.get_by_role("button", name="Move step 2 up").click()
    page.get_by_role("button", name="Undo").click()
    assert [(one.does, one.system) for one in kept_map().steps] == [
        ("Sales closes the deal in CRM.", "CRM"),
        ("Finance creates the customer.", "Billing"),
    ]
    assert versions.latest(boundary) == 6
    plain.close()
