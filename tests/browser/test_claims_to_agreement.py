"""Three leads who do not agree who owns a field: from being asked, over a dispute, to a rule in force."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from ownership.models import Field, OwnershipRule, Person, Role, RuleState, Suggestion
from ownership.services import agreeing, claiming
from tests import build
from tests.browser.conftest import sign_in
from tests.browser.test_pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

Opens = Callable[[Person], Page]

WAS = build.STATUS.rule.because
DANA_SAYS = "We talk to the customer, so it is ours."


@pytest.fixture
def opens(chromium: Browser, live_server: LiveServer, width: int) -> Iterator[Opens]:
    """Return what gives each person a browser of their own; afterwards nothing may have been thrown in any."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(person: Person) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if width < 768 else "light",
        )
        contexts.append(context)
        sign_in(context, person, live_server)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [fault for fault in faults if "Failed to load resource" not in fault] == []


def claims(page: Page, team: str, owner: str, why: str) -> None:
    """Answer in the name of ``team`` on the page of what waits."""
    page.goto("/ownership/waiting/")
    page.get_by_label(f"{team} says that billing status is owned by").select_option(label=owner)
    page.get_by_label("Why", exact=True).fill(why)
    page.get_by_role("button", name=f"Answer for {team}").click()


def test_from_claims_over_a_dispute_to_an_agreement(opens: Opens) -> None:
    made = build.company()
    lead = build.person(email="olga@example.com", name="Olga Petrova", role=Role.LEAD)
    build.team(name="Operations", lead=lead)
    field = build.field(replace(build.STATUS, rule=replace(build.STATUS.rule, owner="")), person=made.dana)
    dana, finn, olga = opens(made.dana), opens(made.finn), opens(lead)
    address = f"/ownership/fields/{field.pk}/"
    dana_asks_and_answers(dana, address)
    others_answer_without_seeing_it(finn, olga, address)
    finn.goto(address)
    expect(finn.locator("#agreement").get_by_text("Disputed: nobody owns it.")).to_be_visible()
    expect(finn.locator("#agreement").get_by_text(DANA_SAYS)).to_be_visible()
    look(finn, "agreement-disputed")
    asked_again_they_give_one_answer(finn, dana)
    finn_proposes_and_dana_objects(finn, dana, address)
    dana.goto(address)
    dana.get_by_role("button", name="Sales agrees").click()
    expect(dana.get_by_text("billing status: Sales agrees. Version 1 is in force.")).to_be_visible()
    look(dana, "agreement-in-force")
    assert OwnershipRule.objects.get(field=field).state == RuleState.AGREED


def dana_asks_and_answers(dana: Page, address: str) -> None:
    dana.goto(address)
    panel = dana.locator("#agreement")
    expect(panel.get_by_text("an owner team")).to_be_visible()
    panel.get_by_text("Ask the teams").click()
    expect(panel.get_by_label("Sales")).to_be_checked()
    expect(panel.get_by_label("Sales")).to_be_disabled()
    panel.get_by_label("Operations").check()
    look(dana, "agreement-ask")
    panel.get_by_role("button", name="Ask who owns billing status").click()
    expect(dana.get_by_text("Finance, Operations and Sales have yet to answer").first).to_be_visible()
    panel.get_by_label("Sales says that billing status is owned by").select_option(label="Sales")
    panel.get_by_label("Why", exact=True).fill(DANA_SAYS)
    panel.get_by_role("button", name="Answer for Sales").click()
    expect(dana.get_by_text("Sales has answered. Finance and Operations have yet to answer").first).to_be_visible()
    expect(panel.get_by_text(DANA_SAYS).first).to_be_visible()
    look(dana, "agreement-claims-open")


def others_answer_without_seeing_it(finn: Page, olga: Page, address: str) -> None:
    finn.goto("/ownership/waiting/")
    expect(finn.get_by_text("1 claim waits for your answer.")).to_be_visible()
    assert DANA_SAYS not in finn.content()
    look(finn, "waiting-claim")
    claims(finn, "Finance", "Finance", "It is on the invoice.")
    expect(finn.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    finn.goto(address)
    assert DANA_SAYS not in finn.content()
    claims(olga, "Operations", "nobody, as far as we know", "We never knew.")
    expect(olga.get_by_text("So nobody owns it.").first).to_be_visible()


def asked_again_they_give_one_answer(finn: Page, dana: Page) -> None:
    finn.locator("#agreement").get_by_text("Ask the teams again").click()
    finn.get_by_role("button", name="Ask who owns billing status").click()
    claims(finn, "Finance", "Finance", "We talked, and they agree.")
    claims(dana, "Sales", "Finance", "We talked.")
    expect(dana.get_by_text("Finance says Finance and Sales says Finance.").first).to_be_visible()


def finn_proposes_and_dana_objects(finn: Page, dana: Page, address: str) -> None:
    finn.goto(address)
    finn.get_by_role("button", name="Propose version 1").click()
    expect(finn.get_by_text("billing status: Proposed. Sales has yet to answer.")).to_be_visible()
    look(finn, "agreement-proposed")
    dana.goto("/ownership/waiting/")
    dana.get_by_text("Object", exact=True).click()
    dana.get_by_label("Why Sales objects").fill("The first invoice comes late.")
    look(dana, "waiting-proposal")
    dana.get_by_role("button", name="Sales objects").click()
    expect(dana.get_by_text("billing status: Sales objects.")).to_be_visible()
    finn.goto(address)
    expect(finn.locator("#agreement").get_by_text("The first invoice comes late.")).to_be_visible()


def test_a_page_that_is_too_old_is_said_so_and_keeps_what_was_typed(opens: Opens) -> None:
    made = build.company()
    field = build.field(person=made.dana)
    agreeing.propose(field, person=made.dana)
    finn = opens(made.finn)
    finn.goto(f"/ownership/fields/{field.pk}/")
    agreeing.take_back(field, person=made.dana)
    agreeing.propose(field, person=made.dana)
    panel = finn.locator("#agreement")
    panel.get_by_text("Object", exact=True).click()
    panel.get_by_label("Why Finance objects").fill("The invoice comes later.")
    with finn.expect_response(lambda answer: answer.request.method == "POST") as answered:
        panel.get_by_role("button", name="Finance objects").click()
    assert answered.value.status == 409
    expect(finn.get_by_role("alert").first).to_contain_text("was changed after this page was opened")
    expect(finn.get_by_label("Why Finance objects")).to_have_value("The invoice comes later.")
    look(finn, "agreement-too-old")
    finn.get_by_role("button", name="Finance objects").click()
    expect(finn.get_by_text("billing status: Finance objects.")).to_be_visible()


def test_everything_that_can_wait(opens: Opens) -> None:
    made = build.company()
    finn = opens(made.finn)
    finn.goto("/ownership/waiting/")
    look(finn, "waiting-none")
    names = [
        f"{what} {'of a customer with a rather long name ' * (number % 2)}{number}"
        for number in range(6)
        for what in "abcd"
    ]
    for number, name in enumerate(names):
        field = build.field(replace(build.STATUS, name=name), person=made.dana)
        if number % 4 == 0:
            claiming.ask(field, person=made.dana)
        elif number % 4 == 1:
            agreeing.propose(field, person=made.dana)
        elif number % 4 == 2:
            Suggestion.objects.create(field=field, column="because", text="x" * 300, was=WAS, person=made.mira)
        else:
            agreeing.propose(field, person=made.dana)
            agreeing.answer(field, team=made.finance, answer="agrees", person=made.finn)
            grow_old(field)
    finn.goto("/ownership/waiting/")
    look(finn, "waiting-many")
    finn.get_by_role("button", name="It is still right").first.click()
    expect(finn.get_by_text("Confirmed: still right. Version 1 is in force.")).to_be_visible()
    finn.get_by_role("button", name="Take it over").first.click()
    expect(finn.get_by_text("5 suggestions")).to_be_visible()


def grow_old(field: Field) -> None:
    OwnershipRule.objects.filter(field=field).update(confirmed_at=timezone.now() - timedelta(days=200))


def test_the_sheet_check(opens: Opens) -> None:
    made = build.company()
    dana = opens(made.dana)
    dana.goto("/ownership/check/")
    look(dana, "sheet-check-none")
    build.field()
    dana.goto("/ownership/check/")
    look(dana, "sheet-check-few")
    for number in range(70):
        build.field(
            replace(build.STATUS, name=f"field {number} " + "long " * (number % 20), subject="s" * (number % 30))
        )
    dana.goto("/ownership/check/")
    look(dana, "sheet-check-many")
    dana.get_by_role("link", name="Two editing teams 71 fields").click()
    expect(dana.get_by_role("link", name="Kind: Two editing teams")).to_be_visible()
    expect(dana.get_by_role("heading", name="71 findings about 71 fields")).to_be_visible()
    dana.get_by_role("link", name="Next page").click()
    expect(dana.get_by_text("Page 2 of 2")).to_be_visible()
    dana.get_by_text("Filter", exact=True).click()
    look(dana, "sheet-check-filter")
