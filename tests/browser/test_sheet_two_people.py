"""Two people at the same table: both see each other, and nobody's words are lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from ownership.definitions import Definition, Rule, Use
from ownership.models import Field, Person
from tests import build
from tests.browser.conftest import sign_in
from tests.browser.sheet_page import cell, definitions, saved
from tests.browser.test_pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

# Both edit it: Finance owns it, Sales edits it in CRM.
SHARED = Definition("billing status", uses=(Use("CRM", editors=("Sales",)),), rule=Rule(owner="Finance"))


@pytest.fixture
def opened(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[[Person], Page]]:
    """Return a function that opens the table in a browser of its own for a person."""
    contexts = []

    def open_for(person: Person, scheme: str = "light") -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": 1440, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]  # one of its literals
        )
        contexts.append(context)
        sign_in(context, person, live_server)
        page = context.new_page()
        page.goto("/ownership/")
        expect(page.locator("#sheet.live")).to_be_attached()
        return page

    yield open_for
    for context in contexts:
        context.close()


@pytest.fixture
def both(transactional_db: None, opened: Callable[..., Page]) -> tuple[Page, Page]:  # noqa: ARG001
    """Return the browsers of Dana and of Finn, both at the table with the same field."""
    company = build.company()
    build.field(SHARED)
    return opened(company.dana), opened(company.finn, "dark")


def write(page: Page, text: str, column: str = "means") -> None:
    cell(page, column).click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def clash(dana: Page, finn: Page) -> None:
    """Both write into the same cell; Finn began before Dana's words were there."""
    cell(finn, "means").click()
    finn.keyboard.type("what Finn means")
    write(dana, "what Dana means")
    saved(dana)
    finn.keyboard.press("Enter")
    expect(finn.get_by_role("dialog", name="Dana Reyes changed this cell meanwhile")).to_be_visible()


def test_both_texts_are_shown_with_who_wrote_the_other_and_mine_can_be_kept(both: tuple[Page, Page]) -> None:
    dana, finn = both
    clash(dana, finn)
    dialog = finn.get_by_role("dialog")
    expect(dialog).to_contain_text("Meaning of billing status")
    expect(dialog.get_by_role("region", name="Yours Finn Okafor")).to_contain_text("what Finn means")
    expect(dialog.get_by_role("region", name="Theirs Dana Reyes, just now")).to_contain_text("what Dana means")
    assert Field.objects.get().means == "what Dana means"
    look(finn, "sheet-conflict")
    finn.get_by_role("button", name="Keep mine").click()
    expect(cell(finn, "means")).to_have_text("what Finn means")
    saved(finn)
    assert Field.objects.get().means == "what Finn means"
    finn.keyboard.press("Control+z")
    expect(cell(finn, "means")).to_have_text("what Dana means")


def test_theirs_can_be_kept(both: tuple[Page, Page]) -> None:
    dana, finn = both
    clash(dana, finn)
    finn.get_by_role("button", name="Keep theirs").click()
    expect(cell(finn, "means")).to_have_text("what Dana means")
    saved(finn)
    assert Field.objects.get().means == "what Dana means"


def test_escape_decides_later_and_leaves_my_text_in_the_cell(both: tuple[Page, Page]) -> None:
    dana, finn = both
    clash(dana, finn)
    finn.keyboard.press("Escape")
    expect(cell(finn, "means")).to_contain_text("what Finn means")
    expect(cell(finn, "means")).to_contain_text("Dana Reyes wrote “what Dana means” here meanwhile.")
    assert Field.objects.get().means == "what Dana means"
    look(finn, "sheet-undecided")
    cell(finn, "means").click()
    finn.keyboard.press("Enter")
    finn.keyboard.press("Enter")
    saved(finn)
    assert Field.objects.get().means == "what Finn means"


def test_different_cells_do_not_clash(both: tuple[Page, Page]) -> None:
    dana, finn = both
    write(dana, "customer", "subject")
    write(finn, "what Finn means")
    saved(dana)
    saved(finn)
    assert (definitions()[0].subject, definitions()[0].means) == ("customer", "what Finn means")


def test_who_is_here_is_seen_with_the_cell_they_are_in(both: tuple[Page, Page]) -> None:
    dana, finn = both
    cell(dana, "owner").click()
    expect(cell(finn, "owner")).to_have_attribute("data-here", "Dana Reyes")
    expect(finn.locator("#here-too")).to_contain_text("Dana Reyes is here too")
    look(finn, "sheet-presence")
    cell(finn, "owner").click()
    expect(finn.locator("#sheet-bar")).to_contain_text("Dana Reyes is in this cell.")


def test_what_others_change_comes_in_without_touching_what_i_type(both: tuple[Page, Page]) -> None:
    dana, finn = both
    cell(finn, "because").click()
    finn.keyboard.type("half a sen")
    write(dana, "customer", "subject")
    saved(dana)
    expect(cell(finn, "subject")).to_have_text("customer")
    expect(cell(finn, "because").locator(".editor")).to_have_value("half a sen")
    expect(cell(finn, "because").locator(".editor")).to_be_focused()
    finn.keyboard.type("tence")
    finn.keyboard.press("Enter")
    saved(finn)
    assert definitions()[0].rule.because == "half a sentence"


def test_a_field_somebody_adds_appears(both: tuple[Page, Page]) -> None:
    dana, finn = both
    cell(dana, "name", 1).click()
    dana.keyboard.type("start date")
    dana.keyboard.press("Enter")
    saved(dana)
    expect(cell(finn, "name", 1)).to_have_text("start date")
