"""A map as people draw it: typed as lines, seen while one types, moved, undone."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from playwright.sync_api import Error, Locator, Page, Route, expect

from boundaries.models import BoundaryVersion
from tests.boundaries.worlds import EMPTY, STORY
from tests.browser.map_drawing import OpenedMap, box, kept, kept_map, paste, sentences, step
from tests.browser.test_pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


LINES = (
    "Sales rep marks the deal as closed in CRM.",
    "Sales rep mails the order form to finance.",
    "Finance creates the customer in Billing.",
)


@pytest.fixture
def width() -> int:
    """A desk: what is typed does not depend on the width; the telephone is in test_map_editor_looks."""
    return 1440


def picture(page: Page) -> Locator:
    return page.locator("#map-picture")


def versions() -> int:
    return BoundaryVersion.objects.count()


# --- Lines ------------------------------------------------------------------------------------------------------------


def test_a_story_is_typed_as_lines_into_an_empty_map(opened_map: OpenedMap) -> None:
    page = opened_map(EMPTY)
    look(page, "map-editor-nothing")
    for line in LINES:
        page.keyboard.type(line)
        page.keyboard.press("Enter")
        expect(page.locator("#add-step-does")).to_have_value("")
        expect(page.locator("#add-step-does")).to_be_focused()
    kept(page)
    said = kept_map()
    assert [(one.does, one.team, one.system) for one in said.steps] == [
        (LINES[0], "Sales", "CRM"),
        (LINES[1], "Sales", ""),
        (LINES[2], "Finance", "Billing"),
    ]
    assert len(said.handoffs) == 2
    expect(page.locator("#said")).to_have_text(f"Added: {LINES[2]}")
    look(page, "map-editor-lines")


def test_pasted_lines_are_as_many_steps(opened_map: OpenedMap) -> None:
    page = opened_map(EMPTY)
    page.locator("#add-step-does").focus()
    paste(page, f"1. {LINES[0]}\r\n\r\n- {LINES[1]}\n  \u2022 {LINES[2]}\n")
    kept(page)
    assert sentences(kept_map()) == list(LINES)
    expect(page.locator("#map-steps > [data-step]")).to_have_count(3)


def test_one_pasted_line_is_text(opened_map: OpenedMap) -> None:
    page = opened_map(EMPTY)
    page.locator("#add-step-does").focus()
    # Chromium does nothing by itself on a made event: that ours leaves it alone is what is asked.
    taken = page.evaluate("""() => {
        const data = new DataTransfer();
        data.setData("text/plain", "Sales rep ");
        return !document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }""")
    assert not taken
    assert kept_map().steps == ()


# --- Typing -----------------------------------------------------------------------------------------------------------


def test_the_drawing_follows_while_one_types_and_nothing_is_kept_before_one_leaves_the_box(
    opened_map: OpenedMap,
) -> None:
    page = opened_map()
    before = versions()
    box(page, 1, "does").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Sales rep wins")
    expect(picture(page)).to_contain_text("wins")
    expect(box(page, 1, "does")).to_be_focused()
    page.keyboard.type(" everything.")
    expect(picture(page)).to_contain_text("everything.")
    assert versions() == before
    page.keyboard.press("Tab")
    kept(page)
    assert kept_map().steps[0].does == "Sales rep wins everything."
    assert versions() == before + 1
    expect(page.locator("#said")).to_have_text("Step 1 is kept.")


def test_a_step_is_seen_in_the_drawing_before_it_is_added(opened_map: OpenedMap) -> None:
    page = opened_map()
    page.locator("#add-step-does").focus()
    page.keyboard.type("Finance rings up sales.")
    expect(picture(page)).to_contain_text("rings")
    assert len(kept_map().steps) == 4


def test_escape_brings_back_what_is_kept(opened_map: OpenedMap) -> None:
    page = opened_map()
    before = versions()
    box(page, 1, "does").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Somebody else")
    expect(picture(page)).to_contain_text("Somebody")
    page.keyboard.press("Escape")
    expect(box(page, 1, "does")).to_have_value("Sales rep moves the deal to closed won.")
    expect(box(page, 1, "does")).to_be_focused()
    expect(picture(page)).not_to_contain_text("Somebody")
    page.keyboard.press("Tab")
    kept(page)
    assert versions() == before


def test_an_answer_that_comes_late_does_not_overwrite_a_newer_drawing(opened_map: OpenedMap) -> None:
    page = opened_map()
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/draw/", hold_the_first)
    box(page, 1, "does").focus()
    page.keyboard.press("Control+a")
    with page.expect_request("**/draw/"):
        page.keyboard.type("An older word")
    page.keyboard.type(" and a newer one")
    expect(picture(page)).to_contain_text("newer")
    # Who is asked no more may have hung up already.
    with suppress(Error):
        held[0].continue_()
    page.keyboard.type(" still.")
    expect(picture(page)).to_contain_text("still.")


def test_what_is_typed_while_an_answer_comes_in_stays_with_its_caret(opened_map: OpenedMap) -> None:
    page = opened_map()
    held: list[Route] = []
    page.route("**/edit/", lambda route: route.continue_() if held else held.append(route))
    box(page, 1, "does").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Really.")
    with page.expect_request("**/edit/"):
        page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("Fnance")
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    held[0].continue_()
    expect(page.locator("#said")).to_have_text("Step 1 is kept.")
    expect(box(page, 1, "team")).to_be_focused()
    page.keyboard.type("i")
    expect(box(page, 1, "team")).to_have_value("Finance")
    page.keyboard.press("Tab")
    kept(page)
    first = kept_map().steps[0]
    assert (first.does, first.team) == ("Sales rep moves the deal to closed won. Really.", "Finance")


def test_what_cannot_be_kept_is_said_where_it_was_typed_and_stays(opened_map: OpenedMap) -> None:
    page = opened_map()
    box(page, 2, "minutes").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("five")
    page.keyboard.press("Tab")
    expect(step(page, 2).get_by_role("alert")).to_contain_text("write a number")
    expect(box(page, 2, "minutes")).to_have_value("five")
    look(page, "map-editor-refused")
    box(page, 2, "minutes").focus()
    page.keyboard.press("Escape")
    expect(box(page, 2, "minutes")).to_have_value("5")
    page.keyboard.press("Control+a")
    page.keyboard.type("7")
    page.keyboard.press("Tab")
    kept(page)
    assert kept_map().steps[1].minutes == 7
    expect(step(page, 2).get_by_role("alert")).to_have_count(0)


# --- The order --------------------------------------------------------------------------------------------------------


def order(page: Page) -> list[str]:
    return [one.get_attribute("data-step") or "" for one in page.locator("#map-steps > [data-step]").all()]


def test_a_step_moves_by_the_arrow_keys_of_its_handle(opened_map: OpenedMap) -> None:
    page = opened_map()
    page.locator("#handle-create").focus()
    page.keyboard.press("ArrowUp")
    assert order(page) == ["close", "create", "mail", "compare"]
    expect(page.locator("#said")).to_have_text("Now step 2 of 4.")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#said")).to_have_text("It is the first step already.")
    kept(page)
    expect(page.locator("#handle-create")).to_be_focused()
    assert [one.id for one in kept_map().steps] == ["create", "close", "mail", "compare"]
    page.keyboard.press("ArrowDown")
    kept(page)
    assert [one.id for one in kept_map().steps] == ["close", "create", "mail", "compare"]
    expect(page.locator("#handle-create")).to_have_accessible_name("Move step 2. Up and down arrow keys move it.")


def middle(page: Page, selector: str) -> tuple[float, float]:
    page.locator(selector).scroll_into_view_if_needed()
    there = page.locator(selector).bounding_box()
    assert there
    return there["x"] + there["width"] / 2, there["y"] + there["height"] / 2


def test_a_step_is_dragged_by_its_handle_to_where_the_marker_stands(opened_map: OpenedMap) -> None:
    page = opened_map()
    # Away from the edges of the window, where the list would go on by itself.
    page.locator("#edit-step-close").evaluate("(one) => one.scrollIntoView()")
    x, y = middle(page, "#handle-close")
    page.mouse.move(x, y)
    page.mouse.down()
    target = page.locator("#edit-step-mail").bounding_box()
    assert target
    page.mouse.move(x, y + 20)
    page.mouse.move(x, target["y"] + target["height"] - 10, steps=5)
    expect(page.locator("#edit-step-create")).to_have_attribute("data-drop", "before")
    look(page, "map-editor-dragging")
    page.mouse.up()
    kept(page)
    assert order(page)[:2] == ["mail", "close"]
    assert [one.id for one in kept_map().steps] == ["mail", "close", "create", "compare"]
    expect(page.locator("[data-drop], [data-drag]")).to_have_count(0)


def test_escape_lets_go_of_what_is_dragged(opened_map: OpenedMap) -> None:
    page = opened_map()
    before = versions()
    x, y = middle(page, "#handle-close")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 300, steps=5)
    expect(page.locator("#edit-step-close")).to_have_attribute("data-drag", "held")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator("[data-drop], [data-drag]")).to_have_count(0)
    kept(page)
    assert order(page)[0] == "close"
    assert versions() == before


# --- Undo -------------------------------------------------------------------------------------------------------------


def test_each_change_is_undone_and_done_again_by_keys_and_buttons(opened_map: OpenedMap) -> None:
    page = opened_map()
    page.locator("#handle-create").focus()
    page.keyboard.press("ArrowUp")
    box(page, 1, "team").fill("Finance")
    page.keyboard.press("Enter")
    kept(page)
    page.locator("#handle-close").focus()
    page.keyboard.press("Control+z")
    expect(box(page, 1, "team")).to_have_value("Sales")
    expect(page.locator("#said")).to_have_text("Undone.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#said")).to_have_text("Undone.")
    kept(page)
    assert [one.id for one in kept_map().steps] == ["close", "mail", "create", "compare"]
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    # The focus never falls out of the page.
    expect(page.get_by_role("button", name="Redo")).to_be_focused()
    page.keyboard.press("Control+Shift+z")
    kept(page)
    assert [one.id for one in kept_map().steps][1] == "create"
    page.get_by_role("button", name="Redo").click()
    kept(page)
    assert kept_map().steps[0].team == "Finance"
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+y")
    kept(page)
    assert kept_map().steps[0].team == "Finance"


def test_the_keys_of_undo_belong_to_a_text_that_is_being_changed(opened_map: OpenedMap) -> None:
    page = opened_map()
    page.locator("#handle-create").focus()
    page.keyboard.press("ArrowUp")
    kept(page)
    before = versions()
    box(page, 1, "does").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("!")
    page.keyboard.press("Control+z")
    expect(box(page, 1, "does")).to_have_value("Sales rep moves the deal to closed won.")
    kept(page)
    assert versions() == before
    page.keyboard.press("Control+z")
    kept(page)
    assert [one.id for one in kept_map().steps] == ["close", "mail", "create", "compare"]


# --- Places -----------------------------------------------------------------------------------------------------------


def test_a_note_leads_to_the_box_that_says_nothing_yet(opened_map: OpenedMap) -> None:
    said = replace(STORY, handoffs=(replace(STORY.handoffs[0], trigger=""), *STORY.handoffs[1:]))
    page = opened_map(said)
    page.locator("#map-notes").get_by_role("link", name="The trigger of the next step").press("Enter")
    expect(page.locator("#handoff-close--mail-trigger")).to_be_focused()


def test_the_picture_shows_the_step_one_is_at(opened_map: OpenedMap) -> None:
    page = opened_map()
    box(page, 3, "does").focus()
    expect(page.locator('.map-step[data-step="create"]')).to_have_attribute("data-active", "yes")
    page.keyboard.type("x")
    page.keyboard.press("Escape")
    expect(page.locator('.map-step[data-step="create"]')).to_have_attribute("data-active", "yes")
