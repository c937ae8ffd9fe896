"""A first week in a browser: from a spreadsheet people complain about to a map, a registry and three exceptions."""

from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from boundaries.definitions import Observed
from boundaries.queries import maps
from ownership.models import Field
from reconcile.checks.queries.first_week import week_of
from tests import build
from tests.boundaries.worlds import EMPTY, STORY, long
from tests.browser.conftest import sign_in
from tests.browser.test_pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

SENTENCE = "The start date of deal 12 is 3 May in CRM and 5 May in Billing."


@pytest.fixture
def company() -> build.Company:
    return build.company()


@pytest.fixture
def lead(page: Page, context: BrowserContext, live_server: LiveServer, company: build.Company) -> Page:
    """Return a browser in which a team lead is signed in."""
    sign_in(context, company.dana, live_server)
    return page


def step(page: Page, number: int, state: str) -> None:
    """Assert that a step is in that state, and open if it is to be done now."""
    shown = page.locator(f"#week-{number}")
    expect(shown.locator("summary .chip")).to_have_text(state)
    if state == "now":
        expect(shown.locator("details")).to_have_attribute("open", "")


def test_from_a_spreadsheet_to_what_comes_next(lead: Page) -> None:
    lead.goto("/boundaries/first-week/")
    look(lead, "first-week-start")
    lead.get_by_label("What people call it").fill("sales to billing")
    lead.get_by_label("From which system").fill("CRM")
    lead.get_by_role("button", name="Begin").click()
    expect(lead.get_by_text("Name the system where they are taken over.")).to_be_visible()
    expect(lead.get_by_label("What people call it")).to_have_value("sales to billing")
    lead.get_by_label("To which system").fill("Billing")
    lead.get_by_role("button", name="Begin").click()

    step(lead, 2, "now")
    look(lead, "first-week-begun")
    lead.get_by_label("Which team compares").fill("Finance")
    lead.get_by_label("Minutes each time").fill("150")
    lead.get_by_label("Times a week").fill("often")
    lead.get_by_label("What starts it").fill("it is Friday")
    lead.get_by_role("button", name="Put it on the map").click()
    expect(lead.get_by_text("Times a week: a number from 0 to 1,000,000")).to_be_visible()
    expect(lead.get_by_label("What starts it")).to_have_value("it is Friday")
    lead.get_by_label("Times a week").fill("1")
    lead.get_by_role("button", name="Put it on the map").click()

    step(lead, 2, "done")
    step(lead, 3, "now")
    lead.get_by_label("Others, one a line").fill("start date\nplan")
    lead.get_by_role("button", name="Add these fields").click()
    step(lead, 4, "now")
    lead.get_by_label("How a dispute ends today").fill("Finance wins, because nobody from sales is in the room.")
    lead.get_by_label("Which team decides from now on").select_option("Sales")
    lead.get_by_role("button", name="Keep this").click()
    step(lead, 5, "now")
    for number in (1, 2, 3):
        lead.get_by_label("What happened, in one sentence").fill(
            f"Invoice {number} is paid in Billing and open in CRM."
        )
        lead.get_by_role("button", name="Add this exception").click()
        told = "1 exception" if number == 1 else f"{number} exceptions"
        expect(lead.locator("#week-5 .week-told")).to_have_text(told)
    step(lead, 5, "done")
    step(lead, 6, "now")
    look(lead, "first-week-done")

    drawn = maps.definition(maps.whole().get())
    assert all(week_of(drawn).done)
    assert [one.does for one in drawn.steps] == [
        "Sales keeps records in CRM.",
        "Finance keeps records in Billing.",
        "Finance compares CRM with Billing in a spreadsheet.",
    ]
    assert set(Field.objects.values_list("name", flat=True)) == {"start date", "plan"}
    lead.get_by_role("link", name="Answer the quick checks").click()
    expect(lead.get_by_role("heading", level=1)).to_have_text("Quick checks of sales to billing")


def test_a_step_is_left_and_come_back_to(lead: Page, company: build.Company) -> None:
    build.boundary(STORY, person=company.dana)
    lead.goto("/boundaries/first-week/sales-to-billing/")
    step(lead, 5, "now")
    lead.locator("#week-2 summary").focus()
    lead.keyboard.press("Enter")
    minutes = lead.get_by_label("Minutes each time")
    expect(minutes).to_have_value("150")
    minutes.fill("90")
    minutes.press("Enter")
    expect(lead.locator("#week-2 .week-told")).to_contain_text("90 minutes a week")


def test_the_quick_checks_are_answered_by_keyboard_and_look_right(lead: Page, company: build.Company) -> None:
    build.boundary(EMPTY, person=company.dana)
    lead.goto("/boundaries/sales-to-billing/ready/")
    look(lead, "ready-empty")
    build.field()
    story = replace(STORY, name="story", observed=(*STORY.observed, Observed("Amount differs."), Observed(SENTENCE)))
    build.boundary(story, person=company.dana)
    lead.goto("/boundaries/story/ready/")
    expect(lead.get_by_text("“Amount differs.” is unclear:")).to_be_visible()
    look(lead, "ready-story")
    event = lead.get_by_label("The event")
    event.fill("contract signed")
    event.press("Enter")
    expect(event).to_have_value("contract signed")
    confirm = lead.get_by_role("button", name="This one event updates both sides.")
    confirm.focus()
    confirm.press("Enter")
    expect(lead.get_by_text("People say that “contract signed” updates both CRM and Billing.")).to_be_visible()
    expect(lead.get_by_role("button", name="Take it back This one event updates both sides.")).to_be_visible()
    many = tuple(
        Observed(f"{SENTENCE} It was seen {n} times before, and every time somebody put it right.") for n in range(30)
    )
    build.boundary(replace(long(), owner="", observed=many), person=company.dana)
    lead.goto("/boundaries/order-to-cash/ready/")
    look(lead, "ready-much")


def test_timing_or_ownership_one_question_at_a_time(lead: Page, company: build.Company) -> None:
    build.boundary(STORY, person=company.dana)
    lead.goto("/boundaries/sales-to-billing/which/")
    look(lead, "which-begin")
    lead.get_by_label("What is observed, in one sentence").fill(SENTENCE)
    lead.get_by_role("button", name="Ask me").click()
    question = lead.locator("legend")
    first = question.inner_text()
    look(lead, "which-question")
    lead.get_by_role("button", name="Yes", exact=True).click()
    expect(question).not_to_have_text(first)
    lead.go_back()
    expect(question).to_have_text(first)
    while question.count():
        before = lead.url
        lead.get_by_role("button", name="Yes", exact=True).click()
        expect(lead).not_to_have_url(before)
    expect(lead.get_by_role("heading", level=2, name="It is")).to_be_visible()
    look(lead, "which-end")
    lead.get_by_role("button", name="Keep this with the boundary").click()
    expect(lead.locator("#exceptions")).to_contain_text(SENTENCE)


def test_the_page_of_a_check_with_its_boundary(lead: Page, company: build.Company) -> None:
    check = build.check(comparing=build.fields("plan", "region"), owner=company.sales)
    lead.goto(f"/checks/{check.pk}/")
    look(lead, "check-without-boundary")
    lead.get_by_role("link", name="Draw its boundary").click()
    expect(lead.get_by_label("Check", exact=True)).to_have_value(str(check.pk))
    lead.get_by_role("button", name="Begin").click()
    expect(lead.get_by_role("heading", level=1)).to_have_text("First week of CRM to Billing")
    lead.goto(f"/checks/{check.pk}/")
    expect(lead.get_by_text("No hand-off of its map carries")).to_be_visible()
    look(lead, "check-with-boundary")
