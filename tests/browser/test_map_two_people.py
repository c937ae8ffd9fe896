"""Two people draw one map: both see each other, and nobody's words are lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from boundaries.models import Boundary
from ownership.models import Person
from tests import build
from tests.boundaries.worlds import STORY
from tests.browser.conftest import sign_in
from tests.browser.map_drawing import box, drawn, kept, kept_map, open_editor, sentences, step
from tests.browser.test_pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def opened(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Return a function that opens the editor in a browser of its own for a person."""
    contexts = []

    def open_for(person: Person, boundary: Boundary, scheme: str = "light") -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": 1440, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]  # one of its literals
        )
        contexts.append(context)
        sign_in(context, person, live_server)
        return open_editor(context.new_page(), boundary)

    yield open_for
    for context in contexts:
        context.close()


@pytest.fixture
def both(transactional_db: None, opened: Callable[..., Page]) -> tuple[Page, Page]:  # noqa: ARG001
    """Return the browsers of Dana and of Finn, both at the same map."""
    company = build.company()
    boundary = drawn(STORY, company.dana)
    return opened(company.dana, boundary), opened(company.finn, boundary, "dark")


def test_each_sees_the_other_at_the_step_they_are_at(both: tuple[Page, Page]) -> None:
    dana, finn = both
    box(dana, 3, "does").focus()
    expect(step(finn, 3)).to_have_attribute("data-here", "Dana Reyes")
    expect(finn.locator("#map-others")).to_have_text("Dana Reyes is here too, at step 3.")
    dana.locator("#handoff-mail--create-trigger").focus()
    expect(finn.locator("#edit-handoff-mail--create")).to_have_attribute("data-here", "Dana Reyes")
    expect(finn.locator("#map-others")).to_have_text("Dana Reyes is here too, at the hand-off from step 2 to step 3.")
    expect(dana.locator("#map-others")).to_have_text("Finn Okafor is here too.")
    look(finn, "map-editor-presence")


def test_what_the_other_changes_comes_in_and_is_said(both: tuple[Page, Page]) -> None:
    dana, finn = both
    box(finn, 3, "does").fill("Finance creates the customer and nothing else.")
    finn.keyboard.press("Tab")
    kept(finn)
    expect(box(dana, 3, "does")).to_have_value("Finance creates the customer and nothing else.")
    expect(dana.locator("#map-picture")).to_contain_text("nothing")
    expect(dana.locator("#said")).to_have_text("Finn Okafor changed the map.")


def test_what_one_types_is_left_alone_while_the_other_changes_the_map(both: tuple[Page, Page]) -> None:
    dana, finn = both
    box(dana, 1, "does").focus()
    dana.keyboard.press("Control+End")
    dana.keyboard.type(" Half a sen")
    box(finn, 3, "does").fill("Finance creates the customer and nothing else.")
    finn.keyboard.press("Tab")
    kept(finn)
    with dana.expect_response("**/presence/"):
        dana.keyboard.type("tence.")
    expect(box(dana, 1, "does")).to_be_focused()
    dana.keyboard.press("Tab")
    kept(dana)
    expect(box(dana, 3, "does")).to_have_value("Finance creates the customer and nothing else.")
    assert sentences(kept_map())[::2] == [
        "Sales rep moves the deal to closed won. Half a sentence.",
        "Finance creates the customer and nothing else.",
    ]


def clash(dana: Page, finn: Page) -> None:
    """Both write the same sentence; Finn began before Dana's words were there."""
    box(finn, 1, "does").focus()
    finn.keyboard.press("Control+a")
    finn.keyboard.type("Sales rep wins the deal.")
    box(dana, 1, "does").fill("Sales rep loses the deal.")
    dana.keyboard.press("Tab")
    kept(dana)
    finn.keyboard.press("Tab")
    expect(step(finn, 1).get_by_role("alert")).to_contain_text("Dana Reyes")


def test_both_texts_of_one_sentence_are_shown_and_mine_can_be_kept(both: tuple[Page, Page]) -> None:
    dana, finn = both
    clash(dana, finn)
    told = step(finn, 1).get_by_role("alert")
    expect(told).to_contain_text("Sales rep loses the deal.")
    expect(told).to_contain_text("Sales rep wins the deal.")
    expect(box(finn, 1, "does")).to_have_value("Sales rep wins the deal.")
    assert kept_map().steps[0].does == "Sales rep loses the deal."
    look(finn, "map-editor-clash")
    finn.get_by_role("button", name="Keep mine").click()
    kept(finn)
    expect(told).to_have_count(0)
    assert kept_map().steps[0].does == "Sales rep wins the deal."


def test_theirs_can_be_kept(both: tuple[Page, Page]) -> None:
    dana, finn = both
    clash(dana, finn)
    finn.get_by_role("link", name="Keep theirs").click()
    expect(box(finn, 1, "does")).to_have_value("Sales rep loses the deal.")
    expect(step(finn, 1).get_by_role("alert")).to_have_count(0)
    expect(box(finn, 1, "does")).to_be_focused()
    assert kept_map().steps[0].does == "Sales rep loses the deal."


def test_a_step_the_other_takes_away_leaves_what_one_writes_in_it(both: tuple[Page, Page]) -> None:
    dana, finn = both
    box(finn, 4, "does").focus()
    finn.keyboard.press("Control+End")
    finn.keyboard.type(" More.")
    dana.get_by_role("button", name="Remove step 4").click()
    kept(dana)
    finn.keyboard.press("Tab")
    expect(finn.locator("#map-state")).to_contain_text("not kept yet")
    expect(finn.locator("#edit-step-compare textarea")).to_have_value(
        "Finance compares closed deals with new customers in a spreadsheet. More."
    )
    assert len(kept_map().steps) == 3
