"""Patterns in a browser: eight weeks of a company, a file cut off, a split that stays."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from ownership.models import Person
from reconcile.checks.models import Check, Mismatch, Run
from reconcile.patterns.models import Pattern
from reconcile.patterns.services import remembering
from tests import build
from tests.browser.conftest import sign_in
from tests.browser.test_pages import look
from tests.demo.example import load
from tests.patterns.pages_world import FIRST_DAY, HEAD, LEFT, RIGHT, check_of, run_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

WEEKS = 8
# A week later, one more record that agrees.
ANOTHER = "13,town 13,settled,hand\n"


@pytest.fixture
def check(dana: Person) -> Check:
    return check_of(dana)


@pytest.fixture
def lead(page: Page, context: BrowserContext, live_server: LiveServer, dana: Person) -> Page:
    """Return a browser in which a team lead is signed in."""
    sign_in(context, dana, live_server)
    return page


def test_eight_weeks_of_a_company_from_home_to_a_pattern_to_where_two_values_parted(
    page: Page, settings: Settings, tmp_path: Path
) -> None:
    settings.EMBEDDED = True
    settings.DATA_DIR = tmp_path / "data"
    load()
    page.goto("/sign-in/as/")
    page.get_by_role("button", name="Be Dana Reyes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What needs doing")
    check = Check.objects.filter(is_demo=True).order_by("pk")[0]
    assert Run.objects.filter(check_compared=check, state="done").count() == WEEKS
    page.goto(f"/checks/{check.pk}/")
    expect(page.get_by_role("heading", name="Patterns")).to_be_visible()
    look(page, "check-with-patterns")
    largest = page.locator("#patterns .pattern-name a").first
    name = largest.inner_text()
    largest.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    look(page, "pattern-of-eight-weeks")
    page.locator(".typical-one h3 a").first.click()
    expect(page.get_by_role("heading", name=re.compile("^Why "))).to_be_visible()
    expect(page.locator(".why .timeline tbody tr").first).to_be_visible()
    look(page, "record-with-why")
    page.goto("/patterns/")
    look(page, "patterns")


def test_a_cut_off_file_is_held_and_discarded_and_patterns_stay(lead: Page, check: Check, dana: Person) -> None:
    Check.objects.filter(pk=check.pk).update(volume_guard=0.3)
    run_of(check)
    held = build.run_done(
        check=Check.objects.get(pk=check.pk),
        left_text=HEAD + LEFT[: len(LEFT) // 3],
        right_text=HEAD + RIGHT,
        person=dana,
        as_of=FIRST_DAY + timedelta(weeks=1),
    )
    assert held.state == "needs confirmation"
    lead.goto(f"/checks/{check.pk}/")
    expect(lead.get_by_text("A run waits to be confirmed.")).to_be_visible()
    lead.get_by_role("link", name="Look at it").click()
    expect(lead.get_by_role("heading", name="Look at this first")).to_be_visible()
    look(lead, "run-held-cut-off")
    lead.get_by_role("button", name="Discard it").click()
    lead.goto(f"/checks/{check.pk}/")
    expect(lead.locator("#patterns")).to_contain_text("2 patterns explain 100 % of 12 mismatches")


def test_a_split_stays_after_a_further_run(lead: Page, check: Check) -> None:
    run_of(check)
    lead.goto("/patterns/")
    lead.get_by_role("link", name="Customers in CRM that never reached Billing").click()
    look(lead, "pattern-missing")
    lead.get_by_role("link", name="Split by a column and its value").click()
    look(lead, "pattern-split")
    lead.get_by_label("Column", exact=True).select_option(label="via")
    lead.get_by_label("Value", exact=True).fill("import")
    lead.get_by_label("Name of the new pattern").fill("Lost imports")
    lead.get_by_role("button", name="How many go over?").click()
    expect(lead.get_by_text("2 of 4 mismatches go over, 2 stay.")).to_be_visible()
    look(lead, "pattern-split-preview")
    lead.get_by_role("button", name="Split", exact=True).click()
    expect(lead.get_by_role("heading", level=1)).to_have_text("Lost imports")
    look(lead, "pattern-worked-out")
    remembering.catch_up(check.pk)
    expect(lead.locator(".page-head .sentence")).to_contain_text("2 customers")
    run_of(check, week=1, left=LEFT + ANOTHER, right=RIGHT + ANOTHER)
    lead.reload()
    expect(lead.locator(".page-head .sentence")).to_contain_text("2 customers, 2 weeks running")
    look(lead, "pattern-after-split")


def test_two_vocabularies_are_put_into_the_mapping_and_the_event_is_answered(lead: Page, check: Check) -> None:
    run_of(check)
    lead.goto(f"/patterns/{Pattern.objects.get(kind='differs').pk}/")
    look(lead, "pattern-words")
    lead.get_by_role("button", name="Add to the mapping").click()
    expect(lead.get_by_text("in the mapping from the next run on")).to_be_visible()
    lead.get_by_label("In one sentence").fill("When the invoice is paid.")
    lead.get_by_role("button", name="Keep the answer").click()
    expect(lead.locator("#event blockquote")).to_have_text("When the invoice is paid.")
    lead.get_by_role("button", name="History").click()
    expect(lead.locator("#history")).to_contain_text("When the invoice is paid.")


def test_pages_with_little_and_nothing_on_them(lead: Page, check: Check) -> None:
    lead.goto("/patterns/")
    look(lead, "patterns-none")
    lead.goto(f"/checks/{check.pk}/")
    look(lead, "check-without-patterns")
    run_of(check)
    run_of(check, week=1, right=RIGHT + LEFT[LEFT.index("9,town") :])
    gone = Pattern.objects.get(kind="only_left")
    lead.goto(f"/patterns/{gone.pk}/")
    look(lead, "pattern-gone")
    lead.goto(f"/patterns/{gone.pk}/records/")
    look(lead, "pattern-gone-records")
    lead.goto(f"/patterns/{Pattern.objects.get(kind='differs', field='status', cause='meaning').pk}/records/")
    look(lead, "pattern-records")


def test_patterns_are_read_without_scripts(
    context: BrowserContext, live_server: LiveServer, dana: Person, check: Check, width: int
) -> None:
    assert context.browser is not None
    run = run_of(check)
    plain = context.browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": width, "height": 900}
    )
    sign_in(plain, dana, live_server)
    page = plain.new_page()
    page.goto(f"/checks/{check.pk}/")
    page.locator("#patterns").get_by_role("link", name="Customers in CRM that never reached Billing").click()
    page.get_by_role("link", name="All 4 mismatches").click()
    page.locator("tr[id^=mismatch-] a").first.click()
    assert f"/runs/{run.pk}/records/{Mismatch.objects.filter(kind='only_left').order_by('pk')[0].pk}/" in page.url
    expect(page.get_by_role("heading", name="Why")).to_be_visible()
    plain.close()
