"""A real browser: Debian's Chromium, driven by Playwright."""

import os
from collections.abc import Iterator
from typing import Literal

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from boundaries.definitions import Map
from ownership.models import Person
from tests import build
from tests.boundaries.worlds import STORY
from tests.browser.map_drawing import OpenedMap, drawn, open_editor
from tests.conftest import signed_in

# Nothing here measures time: a machine that does other things as well may take long to answer.
expect.set_options(timeout=20_000)

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, and Django would refuse the database to it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=[1440, 390], ids=["wide", "narrow"])
def width(request: pytest.FixtureRequest) -> int:
    assert isinstance(request.param, int)
    return request.param


@pytest.fixture
def context(
    chromium: Browser, live_server: LiveServer, width: int, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """Return a browser of its own: as wide as a desk and light, or as a telephone and dark.

    What colours do to a page does not depend on its width, so two of the four ways are enough.
    """
    scheme: Literal["dark", "light"] = getattr(request, "param", "dark" if width < 768 else "light")
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Return an empty page; afterwards nothing may have been blocked or thrown in it."""
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield page
    # A question that was still under way when the page was left is none of its faults.
    expected = ("Failed to load resource", "htmx:afterRequest", "htmx:sendAbort")
    assert [fault for fault in faults if not any(words in fault for words in expected)] == []


def sign_in(context: BrowserContext, person: Person, live_server: LiveServer) -> None:
    """Put a session of ``person`` into the browser."""
    session = signed_in(person).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])


@pytest.fixture
def company(transactional_db: None) -> build.Company:  # noqa: ARG001
    return build.company()


@pytest.fixture
def opened_map(page: Page, context: BrowserContext, live_server: LiveServer, company: build.Company) -> OpenedMap:
    """Return a function that opens the editor of a map as Dana, who leads Sales."""

    def open_it(said: Map = STORY) -> Page:
        sign_in(context, company.dana, live_server)
        return open_editor(page, drawn(said, company.dana))

    return open_it
