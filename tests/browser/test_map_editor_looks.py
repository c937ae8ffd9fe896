"""The editor of a map on a desk in the light and on a telephone in the dark, with little and much on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from boundaries.definitions import Map
from tests import build
from tests.boundaries.worlds import EMPTY, STORY, long
from tests.browser.conftest import sign_in
from tests.browser.map_drawing import box, drawn, kept, kept_map, open_editor
from tests.browser.test_pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

Opened = Callable[..., Page]
# WCAG 2.2, target size: what is smaller than 24 px needs room around it.
SMALL = """[...document.querySelectorAll("#map-editor :is(button, summary, input, select, textarea)")]
    .filter((one) => one.checkVisibility() && !one.disabled && one.type !== "checkbox")
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([, box]) => box.height && (box.height < 23.9 || box.width < 23.9))
    .map(([one, box]) => `${one.outerHTML.slice(0, 80)} ${box.width} x ${box.height}`)"""


@pytest.fixture
def company(transactional_db: None) -> build.Company:  # noqa: ARG001
    made = build.company()
    for letter in "ABCD":
        build.team(name=f"Team {letter}")
    return made


@pytest.fixture
def opened(page: Page, context: BrowserContext, live_server: LiveServer, company: build.Company) -> Opened:
    """Return a function that opens the editor of a map as Dana."""

    def open_it(said: Map) -> Page:
        sign_in(context, company.dana, live_server)
        return open_editor(page, drawn(said, company.dana))

    return open_it


@pytest.mark.parametrize("said", [EMPTY, STORY, long()], ids=["nothing", "story", "forty"])
def test_a_map_of_any_size_is_edited_at_any_width(opened: Opened, said: Map) -> None:
    page = opened(said)
    look(page, f"map-editor-{len(said.steps)}")
    assert page.evaluate(SMALL) == []


def test_all_that_opens(opened: Opened) -> None:
    page = opened(STORY)
    page.evaluate("for (const one of document.querySelectorAll('#map-work details')) one.open = true")
    expect(page.locator(".edit-handoff-more:visible")).to_have_count(len(STORY.handoffs))
    look(page, "map-editor-open")
    assert page.evaluate(SMALL) == []


def test_a_step_is_written_and_edited(opened: Opened, width: int) -> None:
    page = opened(STORY)
    expect(page.locator("#map-picture svg").first).to_be_visible(visible=width > 768)
    expect(page.locator("#map-told")).to_be_visible(visible=width < 768)
    page.locator("#add-step-does").fill("Finance files the spreadsheet.")
    page.keyboard.press("Enter")
    expect(page.locator("#map-told")).to_contain_text("Finance files the spreadsheet.")
    box(page, 1, "system").fill("Billing")
    page.keyboard.press("Enter")
    kept(page)
    said = kept_map()
    assert (said.steps[4].does, said.steps[0].system) == ("Finance files the spreadsheet.", "Billing")


def test_a_finger_drags_a_step(opened: Opened) -> None:
    page = opened(STORY)
    handle, target = page.locator("#handle-close"), page.locator("#edit-step-mail .edit-handoffs")
    handle.scroll_into_view_if_needed()
    start, end = handle.bounding_box(), target.bounding_box()
    assert start
    assert end
    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    devtools = page.context.new_cdp_session(page)

    def touch(kind: str, *points: float) -> None:
        where = [{"x": x, "y": at} for at in points]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    touch("touchStart", y)
    for part in range(1, 6):
        touch("touchMove", y + (end["y"] + end["height"] - 4 - y) * part / 5)
    expect(page.locator("#edit-step-create")).to_have_attribute("data-drop", "before")
    touch("touchEnd")
    kept(page)
    assert [one.id for one in kept_map().steps] == ["mail", "close", "create", "compare"]
