"""The example in a browser: signing in as one of its people, looking at it from Home, taking it away."""

from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from ownership.models import Person
from reconcile.checks.models import Draft
from reconcile.dashboard.queries import EXAMPLE_LOADING
from tests.browser.conftest import sign_in
from tests.browser.test_pages import look
from tests.demo.example import load

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def _example(settings: Settings, tmp_path: Path) -> None:
    settings.EMBEDDED = True
    settings.DATA_DIR = tmp_path / "data"
    load(until="week 3 of")


@pytest.mark.usefixtures("_example")
def test_from_the_sign_in_page_to_home_as_somebody_of_the_example_and_over_to_another(page: Page, width: int) -> None:
    page.goto("/")
    look(page, "sign-in-with-example")
    page.get_by_role("link", name="Sign in as somebody of the example company").click()
    look(page, "sign-in-as")
    page.get_by_role("button", name="Be Dana Reyes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What needs doing")
    expect(page.get_by_role("link", name="Compare two exports")).to_be_visible()
    look(page, "home-as-dana")
    if width > 1200:
        expect(page.get_by_text("You are Dana Reyes of the example.")).to_be_visible()
    page.get_by_role("link", name="Switch person").click()
    expect(page.get_by_role("link", name="Stay Dana Reyes")).to_be_visible()
    look(page, "switch-person")
    page.get_by_role("button", name="Be Mira Lind").click()
    expect(page.get_by_text("In the example, that is Dana Reyes or Finn Okafor.")).to_be_visible()
    look(page, "home-as-mira")


@pytest.mark.usefixtures("_example")
def test_home_leads_to_the_answer_and_the_example_goes_with_one_click(
    page: Page, context: BrowserContext, live_server: LiveServer, dana: Person
) -> None:
    Draft.objects.create(person=dana, name="Suppliers against ledger")
    sign_in(context, dana, live_server)
    page.goto("/")
    look(page, "home-with-draft-and-example")
    page.get_by_role("link", name="CRM and Billing agree on").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Weekly customers")
    page.goto("/")
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("The example is gone.")).to_be_visible()
    expect(page.get_by_text("Weekly customers")).to_have_count(0)
    look(page, "home-after-removing")


def test_home_of_a_newcomer_has_one_thing_to_do(
    page: Page, context: BrowserContext, live_server: LiveServer, dana: Person
) -> None:
    sign_in(context, dana, live_server)
    page.goto("/")
    look(page, "home-empty")
    page.get_by_role("link", name="Compare two exports").click()
    expect(page).to_have_url(f"{live_server.url}/checks/new/")


def test_home_while_the_example_is_being_loaded(
    page: Page, context: BrowserContext, live_server: LiveServer, ada: Person
) -> None:
    cache.set(EXAMPLE_LOADING, "Comparing week 3 of 8", 60)
    sign_in(context, ada, live_server)
    page.goto("/")
    look(page, "home-loading")
    cache.delete(EXAMPLE_LOADING)
    expect(page.get_by_text("Comparing week 3 of 8")).to_have_count(0, timeout=10_000)
