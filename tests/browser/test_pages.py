"""Every page in a real browser: readable for everybody, as wide as a telephone, without a fault."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from pytest_django.live_server_helper import LiveServer

from ownership.models import Person
from ownership.services.people import welcome_token
from tests import build
from tests.browser.conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


# What reaches over the right edge and does not scroll inside something that does.
STICKING_OUT = """[...document.querySelectorAll("main *, .top *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth && !one.closest(".table-region"))
    .map((one) => `${one.parentElement.className}: ${one.outerHTML.slice(0, 120)}`).slice(0, 5)"""


def axe(page: Page) -> AxeResults:
    """Return what axe finds. A page that is left while axe looks at it, as after a click, is looked at again."""
    for _ in range(3):
        page.wait_for_load_state()
        try:
            return Axe().run(page)
        except Error:
            if page.is_closed():
                raise
    return Axe().run(page)


def look(page: Page, name: str) -> None:
    """Assert that nobody is shut out of ``page`` and nothing sticks out of it; keep a picture when PICTURES asks."""
    if os.environ.get("PICTURES"):
        scheme = "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
        width = page.evaluate("innerWidth")
        page.screenshot(path=Path(os.environ["PICTURES"]) / f"{name}-{width}-{scheme}.png", full_page=True)
    found = axe(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        f"{name} is wider than the window: {page.evaluate(STICKING_OUT)}"
    )


@pytest.mark.parametrize("address", ["/sign-in/", "/sign-in/stopped/", "/nowhere/", "/welcome/not-ours/"])
def test_pages_before_sign_in(page: Page, address: str) -> None:
    page.goto(address)
    look(page, f"before{address.replace('/', '-')}")


@pytest.mark.parametrize("address", ["/", "/password/", "/sign-out/", "/nowhere/"])
def test_pages_after_sign_in(
    page: Page, context: BrowserContext, live_server: LiveServer, ada: Person, address: str
) -> None:
    sign_in(context, ada, live_server)
    page.goto(address)
    look(page, f"after{address.replace('/', '-')}")


def test_the_first_start_from_the_link_to_home(page: Page) -> None:
    page.goto(f"/welcome/{welcome_token()}/")
    look(page, "welcome")
    page.get_by_label("E-mail address").fill("ada@example.com")
    page.get_by_label("Your name").fill("Ada Bell")
    page.get_by_label("Your team").fill("Finance")
    page.get_by_label("Password", exact=True).fill(build.PASSWORD)
    page.get_by_label("The same password again").fill("a slip of the finger")
    page.get_by_role("button", name="Start using Reconcile").click()
    expect(page.get_by_text("The two password fields didn\N{RIGHT SINGLE QUOTATION MARK}t match.")).to_be_visible()
    look(page, "welcome-refused")
    page.get_by_label("Password", exact=True).fill(build.PASSWORD)
    page.get_by_label("The same password again").fill(build.PASSWORD)
    page.get_by_role("button", name="Start using Reconcile").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What needs doing")


def test_a_wrong_password_then_the_right_one_by_keyboard_alone(page: Page, dana: Person) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.type(dana.email)
    page.keyboard.press("Tab")
    page.keyboard.type("not this one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("No one signs in with this e-mail address and password.")
    look(page, "sign-in-refused")
    page.get_by_label("Password").fill(build.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What needs doing")


def test_the_menus_open_close_and_lead_out(
    page: Page, context: BrowserContext, live_server: LiveServer, ada: Person, width: int
) -> None:
    sign_in(context, ada, live_server)
    page.goto("/")
    people = page.get_by_role("link", name="People")
    if width < 768:
        expect(people).to_be_hidden()
        page.get_by_role("button", name="Menu", exact=True).click()
        look(page, "rail")
    expect(people).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Ada Bell").click()
    look(page, "person-menu")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Change password")).to_be_hidden()
    page.get_by_role("button", name="Ada Bell").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_pages_read_without_scripts(
    chromium: Browser, context: BrowserContext, live_server: LiveServer, ada: Person
) -> None:
    sign_in(context, ada, live_server)
    plain = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=context.storage_state()
    )
    page = plain.new_page()
    page.goto("/")
    expect(page.get_by_role("heading", name="Nothing has been compared yet")).to_be_visible()
    page.get_by_role("button", name="Ada Bell").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    plain.close()
