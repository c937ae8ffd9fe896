"""A wrong file in a real browser: held beside the last accepted one, confirmed after all, and taken back."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from ownership.models import Person
from reconcile import pipeline
from tests import build
from tests.browser.conftest import sign_in
from tests.browser.test_pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

LONG = "id,a\n" + "".join(f"K{number},x\n" for number in range(100))
SHORT = "id,a\nK0,x\nK1,y\n"


def test_from_a_held_file_to_a_run_taken_back(
    page: Page, context: BrowserContext, live_server: LiveServer, dana: Person
) -> None:
    sign_in(context, dana, live_server)
    check = build.check(owner=build.team(lead=dana), volume_guard=0.3)
    build.run_done(check=check, left_text=LONG, right_text=LONG, person=dana)
    held = build.run_done(check=check, left_text=SHORT, right_text=LONG, person=dana)
    page.goto(f"/runs/{held.pk}/")
    expect(page.get_by_role("heading", name="Would be reported missing in CRM")).to_be_visible()
    look(page, "run-held-beside")
    page.get_by_label("Why are the figures right?").fill("It looked right.")
    page.get_by_role("button", name="Go on anyway").click()
    pipeline.execute(held.pk)
    page.goto(f"/runs/{held.pk}/")
    page.locator("summary[aria-label=More]").click()
    page.get_by_role("link", name="Withdraw this run").click()
    expect(page.get_by_text("99 mismatches go: no other run saw them.")).to_be_visible()
    look(page, "run-withdraw")
    page.get_by_label("Why is this run withdrawn?").fill("The CRM export broke off.")
    page.get_by_role("button", name="Withdraw this run").click()
    expect(page.get_by_text("Run 2 is withdrawn: everything is as it was before it.")).to_be_visible()
    expect(page.get_by_role("button", name="Run these files again")).to_be_visible()
    look(page, "run-withdrawn")


def test_a_day_that_no_name_says_is_asked_for(
    page: Page, context: BrowserContext, live_server: LiveServer, dana: Person
) -> None:
    sign_in(context, dana, live_server)
    check = build.check(owner=build.team(lead=dana))
    page.goto(f"/checks/{check.pk}/run/")
    look(page, "check-run-days")
