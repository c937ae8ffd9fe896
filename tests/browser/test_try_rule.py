"""Trying a rule, and taking fields of a check over into the registry, as people see them."""

from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from ownership.definitions import Definition, Record, Rule, Use, When
from ownership.models import Field, OwnershipRule, RuleState
from ownership.services.defining import Wanted, define
from reconcile.checks.comparing import ComparedField, Comparing
from tests import build
from tests.browser.conftest import sign_in
from tests.browser.test_pages import look
from tests.build import STATUS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

LONG = "a word after another and " * 30
ODD = "<b>\u202enot bold</b>"


@pytest.fixture
def company(db: None) -> build.Company:  # noqa: ARG001
    return build.company()


@pytest.fixture
def mira(page: Page, context: BrowserContext, live_server: LiveServer, company: build.Company) -> Page:
    """Return the browser of a manager, who only reads."""
    sign_in(context, company.mira, live_server)
    return page


@pytest.fixture
def dana(page: Page, context: BrowserContext, live_server: LiveServer, company: build.Company) -> Page:
    """Return the browser of a team lead."""
    sign_in(context, company.dana, live_server)
    return page


def agreed(definition: Definition = STATUS) -> Field:
    field = build.field(definition)
    OwnershipRule.objects.filter(field=field).update(state=RuleState.AGREED)
    return field


def test_the_answer_comes_as_one_types_and_the_address_keeps_it(mira: Page) -> None:
    field = agreed()
    mira.goto(f"/ownership/fields/{field.pk}/try/")
    look(mira, "try-nothing")
    mira.get_by_label("signed", exact=True).fill("no")
    expect(mira.get_by_role("heading", level=2)).to_have_text("The signed order form in CRM wins.")
    mira.get_by_label("signed", exact=True).fill("yes")
    expect(mira.get_by_role("heading", level=2)).to_have_text("The posted invoice in Billing wins.")
    expect(mira.get_by_label("signed", exact=True)).to_be_focused()
    mira.get_by_label("CRM has no such record").check()
    expect(mira.get_by_role("heading", level=2)).to_have_text("Nobody wins: it cannot be told.")
    look(mira, "try-cannot-tell")
    mira.reload()
    expect(mira.get_by_label("CRM has no such record")).to_be_checked()
    expect(mira.get_by_role("heading", level=2)).to_have_text("Nobody wins: it cannot be told.")


def test_enter_asks_too_and_nothing_of_a_sensitive_field_is_in_the_address(mira: Page) -> None:
    field = agreed(replace(STATUS, sensitive=True))
    mira.goto(f"/ownership/fields/{field.pk}/try/")
    mira.get_by_label("signed", exact=True).fill("no")
    mira.get_by_label("signed", exact=True).press("Enter")
    expect(mira.get_by_role("heading", level=2)).to_have_text("The signed order form in CRM wins.")
    assert mira.url.endswith("/try/")


def test_without_scripts_the_button_asks(
    context: BrowserContext, live_server: LiveServer, company: build.Company
) -> None:
    field = agreed()
    browser = context.browser
    assert browser
    plain = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    sign_in(plain, company.mira, live_server)
    page = plain.new_page()
    page.goto(f"/ownership/fields/{field.pk}/try/")
    page.get_by_label("signed", exact=True).fill("no")
    page.get_by_role("button", name="Who wins?").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("The signed order form in CRM wins.")
    plain.close()


def test_two_versions_with_many_conditions(mira: Page) -> None:
    field = agreed()
    conditions = tuple(
        When(
            LONG if place == 3 else f"condition {place}",
            ("CRM", "Billing")[place % 2],
            ODD if place == 2 else f"column {place}",
            "in",
            tuple(f"value {number}" for number in range(30)),
            Record("CRM", "deal"),
        )
        for place in range(12)
    )
    define([Wanted(field, replace(STATUS, rule=replace(STATUS.rule, conditions=conditions)))], person=None, reason="x")
    mira.goto(f"/ownership/fields/{field.pk}/try/")
    mira.get_by_label("signed", exact=True).fill(LONG)
    expect(mira.get_by_role("heading", level=2)).to_have_count(2)
    look(mira, "try-two-versions")


def test_a_record_of_the_last_run(mira: Page, company: build.Company) -> None:
    field = agreed()
    compared = Comparing(key=(("id", "id"),), fields=(ComparedField("status", "billing_status", "Status"),))
    check = build.check(comparing=compared, owner=company.sales)
    build.run_done(check=check, left_text="id,billing_status\n1,trial\n", right_text="id,Status\n1,active\n")
    mira.goto(f"/ownership/fields/{field.pk}/try/")
    mira.get_by_role("link", name="Use a record of the last run").click()
    expect(mira.get_by_label("billing_status")).to_have_value("trial")
    expect(mira.get_by_text("This record has no such column.")).to_be_visible()
    look(mira, "try-example")


def test_a_field_with_nothing_to_type(mira: Page) -> None:
    field = build.field(Definition("plan", uses=(Use("CRM"), Use("Billing")), rule=Rule(owner="Sales")))
    mira.goto(f"/ownership/fields/{field.pk}/try/")
    look(mira, "try-no-columns")


def test_fields_of_a_check_become_fields_of_the_registry(dana: Page, company: build.Company) -> None:
    names = ["billing_status", "VAT_id", "x" * 400, ODD, *(f"column {number}" for number in range(20))]
    fields = tuple(ComparedField(f"field {place}", name, name) for place, name in enumerate(names))
    check = build.check(comparing=Comparing(key=(("id", "id"),), fields=fields), owner=company.sales)
    build.field(Definition("taken", uses=(Use("CRM", "VAT_id"), Use("Billing", "other"))))
    dana.goto(f"/checks/{check.pk}/")
    dana.locator("summary[aria-label=More]").click()
    dana.get_by_role("link", name="Take fields over into the registry").click()
    look(dana, "seeding-many")
    dana.get_by_role("textbox", name="Name of the field for field 0").fill("taken")
    dana.get_by_role("button", name="Add to the registry").click()
    expect(dana.get_by_role("alert").filter(has_text="There is a field called taken already.")).to_be_visible()
    look(dana, "seeding-refused")
    dana.get_by_role("textbox", name="Name of the field for field 0").fill("billing status")
    dana.get_by_role("button", name="Add to the registry").click()
    expect(dana.get_by_role("status").filter(has_text="23 fields are new in the registry.")).to_be_visible()
    look(dana, "seeding-done")


def test_a_check_that_compares_keys_alone(dana: Page) -> None:
    check = build.check(comparing=Comparing(key=(("id", "id"),)))
    dana.goto(f"/checks/{check.pk}/fields-to-ownership/")
    look(dana, "seeding-none")
