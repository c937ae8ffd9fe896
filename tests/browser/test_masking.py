"""Masked values in a real browser: a list, a record, a draft and an export, read by somebody who may not see them."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from ownership.definitions import Definition, Rule, Use
from ownership.models import Person, Role
from reconcile.checks.comparing import ComparedField
from reconcile.checks.models import Run
from tests import build
from tests.browser.conftest import sign_in
from tests.browser.test_pages import look
from tests.checks.test_drafts import drafted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

CRM = "id,city,Pay,tax\n" + "".join(f"A{n},Bonn,{n}000.00,t{n}\n" for n in range(1, 9)) + "A9,Bonn,1,t9,odd\n"
BILLING = "id,city,Wage,tax\n" + "".join(f"A{n},{'Bonn' if n % 3 else 'Köln'},{n}001,t{n}\n" for n in range(1, 9))


@pytest.fixture
def run(dana: Person) -> Run:
    """Return a run of Dana's team in which salaries, and who pays which tax, are for Finance alone."""
    finn = build.person(email="finn@example.com", name="Finn Okafor", role=Role.LEAD)
    build.team(name="Finance", lead=finn)
    compared = (ComparedField("city", "city", "city", "exact"), ComparedField("wage", "Pay", "Wage", "number"))
    check = build.check(comparing=replace(build.PLAIN, fields=compared), owner=build.team(lead=dana))
    done = build.run_done(check=check, left_text=CRM, right_text=BILLING, person=dana)
    rule = Rule(owner="Finance", approver="finn@example.com")
    build.field(Definition("salary", sensitive=True, uses=(Use("CRM", "Pay"), Use("Billing", "Wage")), rule=rule))
    build.field(Definition("tax number", sensitive=True, uses=(Use("CRM", "tax"), Use("Billing", "tax")), rule=rule))
    return done


@pytest.fixture
def lead(page: Page, context: BrowserContext, live_server: LiveServer, dana: Person) -> Page:
    """Return the browser of somebody who may not see them."""
    sign_in(context, dana, live_server)
    return page


def test_a_list_and_its_records_say_that_values_are_masked_and_who_sees_them(lead: Page, run: Run) -> None:
    lead.goto(f"/runs/{run.pk}/")
    expect(lead.get_by_text("Values of salary are masked. Shown to the leads of Finance and to Finn")).to_be_visible()
    masked = lead.locator("#mismatches .masked")
    expect(masked.first).to_have_attribute("title", re.compile("Shown to the leads of Finance"))
    look(lead, "masked-run")
    lead.get_by_role("searchbox").fill("3001")
    expect(lead.get_by_text("What is masked was not searched.")).to_be_visible()
    look(lead, "masked-search")
    lead.goto(f"/runs/{run.pk}/?field=wage")
    lead.locator("tr[id^=mismatch-] a").first.click()
    expect(lead.locator(".two-sided .masked")).to_have_count(2)
    expect(lead.locator("mark")).to_have_count(0)
    look(lead, "masked-record")
    assert "000.00" not in lead.content()


def test_a_masked_export_offers_no_original(lead: Page, run: Run) -> None:
    lead.goto(f"/snapshots/{run.left.pk}/")
    expect(lead.get_by_text("Their text is masked")).to_be_visible()
    expect(lead.get_by_role("link", name="Original")).to_have_count(0)
    look(lead, "masked-snapshot")
    lead.goto(f"/snapshots/{run.left.pk}/original/")
    expect(lead.get_by_text("This may hold values of salary and tax number as they came")).to_be_visible()
    look(lead, "masked-refused")


def test_a_draft_is_put_together_without_seeing_the_words(lead: Page, dana: Person, run: Run) -> None:
    assert run.number
    build.field(Definition("state", sensitive=True, uses=(Use("CRM", "status"),), rule=Rule(owner="Finance")))
    lead.goto(f"/checks/new/{drafted(dana).pk}/")
    expect(lead.locator(".how .masked")).to_have_count(1)
    expect(lead.locator("[data-differs]").filter(has_text="nothing differs").first).to_be_visible()
    lead.locator("summary", has_text="Words, name, columns").click()
    expect(lead.get_by_text("The table of words is masked and stays as it is.")).to_be_visible()
    look(lead, "masked-draft")


def test_a_key_that_is_masked_is_opened_by_its_lock(lead: Page, run: Run) -> None:
    build.field(Definition("customer number", sensitive=True, uses=(Use("CRM", "id"),), rule=Rule(owner="Finance")))
    lead.goto(f"/runs/{run.pk}/")
    lead.locator("tr[id^=mismatch-] a").first.click()
    expect(lead.get_by_role("heading", level=1)).to_have_text("Masked key")
    look(lead, "masked-key")
    lead.go_back()
    look(lead, "masked-keys")
