"""Teams, people, systems, record types and tokens, as people see them."""

from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from ownership.models import OwnershipRule, Person, RecordType, RuleState, System
from ownership.services import agreeing
from tests import build
from tests.browser.conftest import sign_in
from tests.browser.test_pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

LISTS = ("teams", "people", "systems", "record-types")


@pytest.fixture
def there(context: BrowserContext, live_server: LiveServer) -> build.Company:
    there = build.company()
    sign_in(context, there.finn, live_server)
    return there


def test_lists_with_nothing(page: Page, context: BrowserContext, live_server: LiveServer, dana: Person) -> None:
    sign_in(context, dana, live_server)
    for name in LISTS:
        page.goto(f"/ownership/{name}/")
        look(page, f"{name}-none")


def test_lists_and_pages_with_much(page: Page, there: build.Company) -> None:
    build.field()
    for number in range(30):
        name = f"{number} " + "long name " * 8
        build.field(replace(build.STATUS, name=f"field {name}"))
        build.team(name=f"team {name}", lead=there.dana)
        build.person(email=f"{number}@example.com", name=f"person {name}", is_active=number % 3 > 0)
        build.record_type(system=build.system(name=f"system {name}"), name=f"kind {name}", means="words " * 60)
    for name in LISTS:
        page.goto(f"/ownership/{name}/")
        look(page, f"{name}-much")
    kind = RecordType.objects.get(name="posted invoice")
    for address in (
        there.finance.get_absolute_url(),
        there.finn.get_absolute_url(),
        there.billing.get_absolute_url(),
        f"/ownership/record-types/{kind.pk}/",
    ):
        page.goto(address)
        look(page, f"much{address.replace('/', '-')}")


def test_a_system_and_its_record_type_come_to_be_by_keyboard_alone(page: Page, there: build.Company) -> None:
    page.goto("/ownership/systems/")
    page.locator("summary", has_text="Add a system").press("Enter")
    page.get_by_label("Name").fill("crm")
    look(page, "system-add")
    page.keyboard.press("Enter")
    expect(page.get_by_text("There is a system called crm already.")).to_be_visible()
    look(page, "system-refused")
    page.get_by_label("Name").fill("Ledger")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ledger")
    expect(page.get_by_role("status").first).to_contain_text("Ledger is added.")
    page.get_by_role("link", name="Add a record type").press("Enter")
    page.locator("summary", has_text="Add a record type").press("Enter")
    expect(page.locator("#add_system option:checked")).to_have_text("Ledger")
    page.get_by_label("Name").fill("journal entry")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("journal entry")
    look(page, "record-type-new")
    page.get_by_role("button", name="Remove journal entry").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Record types")
    assert System.objects.get(name="Ledger").owner == there.finance


def test_renaming_what_is_agreed_asks_why_and_the_history_says_it(page: Page, there: build.Company) -> None:
    assert there.billing
    build.field()
    OwnershipRule.objects.update(state=RuleState.AGREED)
    page.goto(f"/ownership/record-types/{RecordType.objects.get(name='posted invoice').pk}/")
    page.locator("summary", has_text="Change").press("Enter")
    page.get_by_label("Name").fill("invoice")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("The teams agreed on billing status, where this is named.")).to_be_visible()
    look(page, "record-type-why")
    page.get_by_label("Why it changes").fill("Everybody calls it that.")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("invoice")
    page.get_by_role("button", name="History").press("Enter")
    expect(page.get_by_text("Everybody calls it that.")).to_be_visible()
    look(page, "record-type-history")


def test_a_token_is_made_copied_and_revoked(page: Page, context: BrowserContext, there: build.Company) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/")
    page.get_by_role("button", name=there.finn.name).press("Enter")
    page.get_by_role("link", name="API tokens").press("Enter")
    page.get_by_label("What it is for").fill("Nightly report")
    page.keyboard.press("Enter")
    expect(page.get_by_label("The token", exact=True)).to_be_focused()
    look(page, "token-made")
    text = page.get_by_label("The token", exact=True).input_value()
    page.get_by_role("button", name="Copy").press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == text
    answer = page.request.get("/api/ownership/fields", headers={"Authorization": f"Bearer {text}"})
    assert answer.json()["count"] == 0
    page.get_by_role("button", name="Revoke the token for Nightly report").press("Enter")
    expect(page.get_by_text("nobody reads with it any more")).to_be_visible()
    look(page, "token-revoked")
    assert page.request.get("/api/ownership/fields", headers={"Authorization": f"Bearer {text}"}).status == 401


@pytest.mark.parametrize("width", [1440], indirect=True)
def test_the_page_that_describes_the_api_lives_under_our_content_policy(page: Page, there: build.Company) -> None:
    assert there.finn
    build.field()
    page.goto("/api/docs")
    operation = page.locator(".opblock", has_text="/api/ownership/fields/{name}")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_placeholder("name").fill("billing status")
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table tbody .response-col_status")).to_contain_text("200")


def test_home_says_what_waits(
    page: Page, there: build.Company, context: BrowserContext, live_server: LiveServer
) -> None:
    page.goto("/")
    look(page, "home-no-fields")
    build.field()
    page.goto("/")
    look(page, "home-fields")
    agreeing.propose(build.field(replace(build.STATUS, name="due date")), person=there.finn)
    sign_in(context, there.dana, live_server)
    page.goto("/")
    expect(page.get_by_role("link", name="Answer about due date")).to_be_visible()
    look(page, "home-waiting")
