"""The page of a field, its conditions and its history, as people see and use them."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from ownership.definitions import Definition, Record, Rule, Use, When
from ownership.models import Field
from ownership.queries import registry
from ownership.services import agreeing
from ownership.services.defining import Wanted, define
from tests import build
from tests.browser.conftest import sign_in
from tests.browser.test_pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

HOSTILE = "<b>bold</b> \u202eevil\u202c =1+1 " + "W" * 3_000 + " הלקוח ראה את החשבונית " + "long words " * 300
PARTS = ("", "about/", "uses/", "conditions/", "history/", "remove/")


@pytest.fixture
def company() -> build.Company:
    return build.company()


@pytest.fixture
def finn(page: Page, context: BrowserContext, live_server: LiveServer, company: build.Company) -> Page:
    """Return a browser in which the lead of Finance is signed in."""
    sign_in(context, company.finn, live_server)
    return page


def whole(field: Field) -> Field:
    return registry.whole(Field.objects.filter(pk=field.pk)).get()


def much() -> Definition:
    """A field about which everything is said, at length and by people who mean harm."""
    systems = ["CRM", "Billing"]
    for name in ("ERP", "Data warehouse of the whole group"):
        build.system(name=name)
        systems.append(name)
    conditions = tuple(
        When(
            HOSTILE if number == 2 else f"it is case {number}",
            "CRM",
            "a column " + "x" * 60,
            "in" if number % 2 else "less",
            ("a", "b", HOSTILE[:200]) if number % 2 else str(number),
            Record("ERP", f"record {number}") if number != 3 else None,
        )
        for number in range(12)
    )
    uses = tuple(
        Use(system, "x" * 120, HOSTILE[:length], ("Finance", "Sales"))
        for system, length in zip(systems, (4_000, 90, 20, 0), strict=True)
    )
    rule = Rule(
        Record("CRM", "x" * 90), "Finance", Record("Billing", "invoice"), because=HOSTILE, conditions=conditions
    )
    return Definition(
        "payment terms " + "that go on " * 12, "customer " * 5, HOSTILE, sensitive=True, uses=uses, rule=rule
    )


def test_a_field_of_which_nothing_is_known(finn: Page) -> None:
    field = build.field(Definition("start date"))
    for part in PARTS:
        finn.goto(f"/ownership/fields/{field.pk}/{part}")
        look(finn, f"field-none-{part.strip('/') or 'page'}")


def test_a_field_with_a_rule_in_force_and_another_worked_on(finn: Page, company: build.Company) -> None:
    field = build.field(person=company.finn)
    agreeing.propose(whole(field), person=company.finn)
    agreeing.answer(whole(field), team=company.sales, answer="agrees", person=company.dana)
    for part in PARTS:
        finn.goto(f"/ownership/fields/{field.pk}/{part}")
        look(finn, f"field-agreed-{part.strip('/') or 'page'}")
    wanted = replace(build.STATUS, rule=replace(build.STATUS.rule, because="the customer has paid it"))
    define([Wanted(field, wanted)], person=company.finn, reason="Nobody reads the invoice.")
    finn.goto(f"/ownership/fields/{field.pk}/")
    expect(finn.get_by_text("In force: version 1")).to_be_visible()
    expect(finn.get_by_text("Draft: version 2")).to_be_visible()
    look(finn, "field-both")


def test_a_field_of_which_too_much_is_said(finn: Page, company: build.Company) -> None:
    field = build.field(much(), person=company.finn, reason=HOSTILE[:1_900])
    define([Wanted(field, replace(registry.definition(whole(field)), means="short"))], person=company.finn)
    for part in (*PARTS, "history/?from=1&to=2"):
        finn.goto(f"/ownership/fields/{field.pk}/{part}")
        look(finn, f"field-much-{part.strip('/').replace('?', '-') or 'page'}")


def test_whoever_does_not_edit_it_reads_it(
    page: Page, context: BrowserContext, live_server: LiveServer, company: build.Company
) -> None:
    field = build.field(replace(build.STATUS, sensitive=True), person=company.finn)
    sign_in(context, company.mira, live_server)
    for part in ("", "conditions/", "history/"):
        page.goto(f"/ownership/fields/{field.pk}/{part}")
        look(page, f"field-read-{part.strip('/') or 'page'}")
        expect(page.get_by_text("is edited by the lead of")).to_be_visible()


def test_removed_fields(finn: Page) -> None:
    finn.goto("/ownership/fields/removed/")
    look(finn, "fields-removed-none")
    field = build.field()
    finn.goto(f"/ownership/fields/{field.pk}/")
    finn.get_by_label("More").click()
    finn.get_by_role("button", name="Remove this field").click()
    finn.get_by_role("link", name="Bring it back").click()
    look(finn, "field-removed-history")
    finn.goto("/ownership/fields/removed/")
    look(finn, "fields-removed")
    finn.get_by_role("button", name="Bring back billing status").click()
    expect(finn.get_by_text("billing status is back in the table.")).to_be_visible()


def test_saying_in_place_what_it_is(finn: Page) -> None:
    field = build.field(Definition("start date"))
    finn.goto(f"/ownership/fields/{field.pk}/")
    finn.locator("#about summary").filter(has_text="Edit").click()
    finn.get_by_label("What it means", exact=True).fill("The first day the customer pays for.")
    finn.get_by_label("Owner team").fill("Fnance")
    finn.locator("#about").get_by_role("button", name="Save").click()
    expect(finn.get_by_text("There is no team Fnance; there is Finance.")).to_be_visible()
    look(finn, "field-refused")
    finn.get_by_label("Owner team").fill("finance")
    finn.get_by_label("Owner team").press("Enter")
    expect(finn.get_by_text("start date is changed.")).to_be_visible()
    expect(finn.get_by_text("Finance owns it")).to_be_visible()


def test_conditions_by_keyboard(finn: Page) -> None:
    field = build.field()
    finn.goto(f"/ownership/fields/{field.pk}/conditions/")
    finn.get_by_role("button", name="Add a condition").focus()
    finn.keyboard.press("Enter")
    for text in ("it is paid", "Billing", "Status"):
        finn.keyboard.type(text)
        finn.keyboard.press("Tab")
    finn.keyboard.press("Tab")
    finn.keyboard.type("paid")
    finn.keyboard.press("Tab")
    finn.keyboard.type("Billing: receipt")
    finn.keyboard.press("Alt+ArrowUp")
    expect(finn.locator("#said")).to_have_text("Now condition 1 of 2.")
    expect(finn.locator("#preview")).to_contain_text(
        "while it is paid: then the receipt in Billing wins; while the order"
    )
    finn.keyboard.press("Enter")
    expect(finn.get_by_text("billing status is changed.")).to_be_visible()
    saved = registry.definition(whole(field)).rule.conditions
    assert [one.sentence for one in saved] == ["it is paid", "the order form is not signed yet"]
    assert saved[0].settled_by == Record("Billing", "receipt")


def test_odd_conditions_are_said_beside_them_while_one_writes(finn: Page) -> None:
    field = build.field()
    finn.goto(f"/ownership/fields/{field.pk}/conditions/")
    finn.get_by_role("button", name="Add a condition").click()
    row = finn.locator("[data-row]").nth(1)
    row.get_by_label("In system").fill("CRM")
    row.get_by_label("Column").fill("signed")
    row.get_by_label("Value").fill("no")
    row.get_by_label("Then wins").fill("CRM: deal")
    expect(row.locator("[data-odd]")).to_contain_text("Condition 2 contradicts condition 1")
    look(finn, "conditions-odd")
    row.get_by_label("Comparison").select_option("is one of")
    expect(row.get_by_label("Values, one a line")).to_be_visible()
    row.get_by_role("button", name="Move up").click()
    expect(finn.locator("[data-row]").nth(1).locator("[data-odd]")).to_contain_text("Condition 2")
    finn.locator("[data-row]").nth(0).get_by_role("button", name="Remove").click()
    finn.get_by_label("It depends: only the conditions decide").check()
    expect(finn.get_by_label("The record that wins")).to_be_hidden()
    finn.locator("[data-row]").nth(0).get_by_role("button", name="Remove").click()
    expect(finn.get_by_text("Like this it can be saved, but not proposed.")).to_be_visible()
    expect(finn.locator("#preview")).to_contain_text("which record wins depends")
    look(finn, "conditions-none")


def test_two_people_at_once_both_keep_their_conditions(finn: Page, company: build.Company) -> None:
    field = build.field()
    finn.goto(f"/ownership/fields/{field.pk}/conditions/")
    theirs = replace(build.STATUS, rule=replace(build.STATUS.rule, because="the customer paid", conditions=()))
    define([Wanted(field, theirs)], person=company.dana, reason="Simpler.")
    finn.get_by_label("When").fill("the order form is open")
    finn.get_by_role("button", name="Save").last.click()
    expect(finn.get_by_role("heading", name="Somebody else changed the same meanwhile")).to_be_visible()
    expect(finn.get_by_label("When")).to_have_value("the order form is open")
    expect(finn.get_by_label("Because")).to_have_value("the customer paid")
    look(finn, "conditions-meanwhile")
    finn.get_by_role("button", name="Save").last.click()
    expect(finn.get_by_text("billing status is changed.")).to_be_visible()


def test_comparing_and_restoring(finn: Page, company: build.Company) -> None:
    field = build.field(person=company.finn)
    define([Wanted(field, replace(build.STATUS, subject="account"))], person=company.dana, reason="A slip.")
    finn.goto(f"/ownership/fields/{field.pk}/history/")
    finn.get_by_role("link", name="Compare with now").click()
    expect(finn.get_by_role("heading", name="Between change 1 and change 2: 1 difference")).to_be_visible()
    look(finn, "history-compared")
    finn.locator("#change-1 summary").filter(has_text="Restore").click()
    finn.get_by_label("Why it goes back").fill("It was right.")
    look(finn, "history-restore")
    finn.get_by_role("button", name="Restore this version").click()
    expect(finn.get_by_text("billing status is as it was after change 1.")).to_be_visible()


def test_conditions_without_scripts(
    chromium: Browser, context: BrowserContext, live_server: LiveServer, company: build.Company
) -> None:
    field = build.field()
    sign_in(context, company.finn, live_server)
    plain = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=context.storage_state()
    )
    page = plain.new_page()
    page.goto(f"/ownership/fields/{field.pk}/conditions/")
    page.get_by_role("button", name="Add a condition").click()
    row = page.locator("[data-row]").nth(1)
    row.get_by_label("When").fill("it is paid")
    row.get_by_role("button", name="Move up").click()
    expect(page.get_by_label("When").nth(0)).to_have_value("it is paid")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("billing status is changed.")).to_be_visible()
    assert registry.definition(whole(field)).rule.conditions[0].sentence == "it is paid"
    plain.close()
