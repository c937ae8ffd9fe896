"""The table of fields on a desk in the light and on a telephone in the dark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from ownership.models import OwnershipRule, RuleState
from tests import build
from tests.browser.conftest import sign_in
from tests.browser.sheet_page import cell, saved
from tests.browser.test_pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def opened(page: Page, context: BrowserContext, live_server: LiveServer, company: build.Company) -> Callable[..., Page]:
    def open_it(address: str = "/ownership/") -> Page:
        sign_in(context, company.finn, live_server)
        page.goto(address)
        expect(page.locator("#sheet.live")).to_be_attached()
        return page

    return open_it


def several() -> None:
    for number, subject in enumerate(("customer", "customer", "order", "")):
        rule = replace(build.STATUS.rule, owner="" if number == 1 else "Finance")
        build.field(replace(build.STATUS, name=f"fact {number}", subject=subject, rule=rule))


def test_nothing_yet(opened: Callable[..., Page]) -> None:
    page = opened()
    expect(page.get_by_text("No field is in the table yet.")).to_be_visible()
    look(page, "sheet-nothing")


def test_nothing_yet_for_who_only_reads(
    page: Page, context: BrowserContext, live_server: LiveServer, company: build.Company
) -> None:
    sign_in(context, company.mira, live_server)
    page.goto("/ownership/")
    look(page, "sheet-nothing-reader")


def test_some_fields_and_all_menus(opened: Callable[..., Page]) -> None:
    several()
    page = opened("/ownership/?owner=none")
    look(page, "sheet-filtered")
    for menu in ("Filter", "Group", "Views", "View", "More"):
        page.locator("summary", has_text=menu).first.click()
        look(page, f"sheet-menu-{menu}")
        page.keyboard.press("Escape")


@pytest.mark.parametrize("by", ["subject", "team", "system"])
def test_groups(opened: Callable[..., Page], by: str) -> None:
    several()
    look(opened(f"/ownership/?group={by}"), f"sheet-group-{by}")


def test_a_cell_is_opened_edited_and_kept(opened: Callable[..., Page], width: int) -> None:
    several()
    page = opened()
    for column in ("owner", "conditions", "editors"):
        cell(page, column).click()
        page.keyboard.press("Enter")
        look(page, f"sheet-editing-{column}")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    cell(page, "means").click()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type("what it is")
    if width < 768:
        page.get_by_role("button", name="Save", exact=True).click()
    else:
        page.keyboard.press("Enter")
    saved(page)
    expect(cell(page, "means")).to_have_text("what it is")


def test_a_finger_chooses_then_writes(chromium: Browser, live_server: LiveServer, company: build.Company) -> None:
    several()
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 390, "height": 800}, has_touch=True)
    sign_in(context, company.finn, live_server)
    page = context.new_page()
    page.goto("/ownership/")
    cell(page, "means").tap()
    expect(page.locator(".editor")).to_have_count(0)
    cell(page, "means").tap()
    expect(page.locator(".editor")).to_be_focused()
    context.close()


def test_the_question_why(opened: Callable[..., Page]) -> None:
    several()
    OwnershipRule.objects.update(state=RuleState.AGREED)
    page = opened()
    cell(page, "because").click()
    page.keyboard.type("it is posted")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    look(page, "sheet-why")


def test_the_table_reads_without_scripts(
    chromium: Browser, context: BrowserContext, live_server: LiveServer, company: build.Company
) -> None:
    several()
    sign_in(context, company.finn, live_server)
    plain = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=context.storage_state()
    )
    page = plain.new_page()
    page.goto("/ownership/")
    expect(page.get_by_role("button", name="Add a field")).to_be_hidden()
    page.get_by_role("link", name="fact 2").click()
    expect(page).to_have_url(
        f"{live_server.url}/ownership/fields/{OwnershipRule.objects.get(field__name='fact 2').field_id}/"
    )
    plain.close()
