"""The page of a map as people see, hear, print and use it; its list and its history."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from boundaries.definitions import Carried, Case, Handoff, Map, Step
from boundaries.models import BoundaryVersion
from boundaries.services.defining import define, remove
from tests import build
from tests.boundaries.worlds import EMPTY, STORY, long
from tests.browser.conftest import sign_in
from tests.browser.test_pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

HOSTILE = "<b>bold</b> \u202eevil\u202c =1+1 " + "W" * 300 + " הלקוח ראה את החשבונית " + "long words " * 30


@pytest.fixture
def company() -> build.Company:
    return build.company()


@pytest.fixture
def dana(page: Page, context: BrowserContext, live_server: LiveServer, company: build.Company) -> Page:
    """Return a browser in which the lead of Sales is signed in."""
    sign_in(context, company.dana, live_server)
    return page


def much() -> Map:
    """A map of 40 steps on which people wrote whatever they liked."""
    drawn = long()
    first, second, *rest = drawn.steps
    steps = (
        replace(first, does=HOSTILE, team=HOSTILE[:90], system=HOSTILE[:90]),
        replace(second, does=""),
        *(replace(one, does=f"{one.does} {'And it goes on. ' * (number % 6)}") for number, one in enumerate(rest)),
    )
    fields = (
        Carried(HOSTILE[:150], "renamed", ("x" * 80,), ("y" * 80, "z")),
        Carried("amount", "converted", note=HOSTILE),
        Carried("status", "meaning"),
        Carried("a", "split", ("name",), ("first", "last")),
    )
    crowded = replace(drawn.handoffs[0], trigger=HOSTILE, fields=fields, cases=(Case(HOSTILE, HOSTILE, HOSTILE[:90]),))
    return replace(drawn, owner="", rule=HOSTILE, steps=steps, handoffs=(crowded, *drawn.handoffs[1:]))


# --- Looking ---------------------------------------------------------------------------------------------------------


def test_a_boundary_without_a_map_and_the_way_to_it(dana: Page) -> None:
    dana.goto("/boundaries/")
    look(dana, "boundaries-none")
    dana.get_by_role("link", name="Draw a boundary").click()
    look(dana, "boundary-new")
    dana.get_by_role("button", name="Draw the map").click()
    expect(dana.get_by_text("A boundary needs a name, such as sales to billing.")).to_be_visible()
    look(dana, "boundary-new-refused")
    build.boundary()
    for address in ("", "history/", "remove/"):
        dana.goto(f"/boundaries/sales-to-billing/{address}")
        look(dana, f"boundary-none-{address.strip('/') or 'page'}")
    dana.goto("/boundaries/removed/")
    look(dana, "boundaries-removed-none")


def test_a_map_with_a_little_on_it(dana: Page, company: build.Company) -> None:
    build.field()
    made = build.boundary(STORY, person=company.dana)
    define(made, STORY.with_step(replace(STORY.steps[0], does="A sales rep closes it.")), person=company.finn)
    for address in ("", "?version=1", "history/"):
        dana.goto(f"/boundaries/sales-to-billing/{address}")
        look(dana, f"boundary-little-{address.strip('/?') or 'page'}")
    dana.goto("/boundaries/sales-to-billing/")
    for summary in dana.locator("details.told-field > summary, details.told-cases > summary").all():
        summary.click()
    look(dana, "boundary-little-opened")
    dana.locator("summary[aria-label='More']").click()
    look(dana, "boundary-little-menu")
    dana.goto("/boundaries/")
    look(dana, "boundaries-little")


def test_forty_steps_and_long_words_stay_inside_the_window(dana: Page, company: build.Company) -> None:
    for number in range(30):
        made = build.boundary(replace(EMPTY, name=f"{number} {HOSTILE[:150]}"))
        if number % 3 == 0:
            remove(made, person=company.dana, reason=HOSTILE)
    build.boundary(much())
    for address in ("order-to-cash/", "order-to-cash/history/", "", "removed/"):
        dana.goto(f"/boundaries/{address}")
        look(dana, f"boundary-much-{address.replace('/', '-')}")
    dana.goto("/boundaries/order-to-cash/")
    steps = dana.locator("ol.told > li")
    expect(steps).to_have_count(40)


@pytest.mark.parametrize("width", [1440], ids=["wide"])
@pytest.mark.parametrize("context", ["dark"], indirect=True)
def test_the_picture_at_night(dana: Page) -> None:
    build.field()
    build.boundary(STORY)
    dana.goto("/boundaries/sales-to-billing/")
    look(dana, "boundary-night")


# --- Hearing ---------------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    return " ".join(text.split())


def drawn_texts(page: Page) -> Iterator[tuple[str, str]]:
    """Give each group of words of the picture in one line, and what was clipped of it in its title, if anything."""
    groups = page.evaluate(
        """() => [".map-lane", ".map-start", ".map-step", ".map-said", ".map-tag"]
          .flatMap((kind) => [...document.querySelectorAll(`.map-picture ${kind}`)])
          .flatMap((group) => {
            const kinds = {};
            for (const text of group.querySelectorAll('text')) {
              if (text.closest('.map-tag') && text.closest('.map-tag') !== group) continue;
              (kinds[text.getAttribute('class') ?? ''] ??= []).push(text.textContent);
            }
            const title = [...group.children].find((one) => one.tagName === 'title');
            return Object.values(kinds).map((lines) => [lines.join(' '), title?.textContent ?? '']);
          })"""
    )
    for words, title in groups:
        yield plain(words), plain(title)


@pytest.mark.parametrize("width", [1440], ids=["wide"])
@pytest.mark.parametrize("said", [STORY, replace(long(), owner="")], ids=["story", "long"])
def test_a_screen_reader_gets_all_that_the_picture_shows(dana: Page, said: Map) -> None:
    build.field()
    build.boundary(said)
    dana.goto(f"/boundaries/{said.name.replace(' ', '-')}/")
    told = plain(dana.locator("ol.told").evaluate("(one) => one.textContent"))
    drawn = list(drawn_texts(dana))
    assert len(drawn) > 3 * len(said.steps)
    # Words that were cut short have the whole in their title.
    assert [words for words, whole in drawn if words not in told and (not whole or whole not in told)] == []


@pytest.mark.parametrize("width", [1440], ids=["wide"])
def test_the_picture_shows_each_step_trigger_lag_and_tag_of_the_words(dana: Page) -> None:
    build.field()
    build.boundary(STORY)
    dana.goto("/boundaries/sales-to-billing/")
    drawn = " ".join(words for words, _ in drawn_texts(dana))
    told = dana.locator(".told-says bdi, .told-facts li, .told-hand, .told-starts, .told-field > summary").all()
    said = [plain(one.evaluate("(one) => one.textContent")) for one in told]
    assert len(said) > 15
    assert [one for one in said if one not in drawn and not one.startswith("owned by")] == []


@pytest.mark.parametrize("width", [1440], ids=["wide"])
def test_the_picture_itself_is_read_only_as_links_with_names(dana: Page) -> None:
    build.boundary(STORY)
    dana.goto("/boundaries/sales-to-billing/")
    snapshot = dana.locator(".map-picture").aria_snapshot()
    links = re.findall(r'link "([^"]+)"', snapshot)
    assert len(links) == 3
    assert "Sales rep moves" not in re.sub(r'"[^"]*"', "", snapshot)


# --- Going on from the picture ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1440], ids=["wide"])
def test_a_tag_opens_the_old_and_the_new_name_and_both_meanings(dana: Page) -> None:
    build.field()
    build.boundary(STORY)
    dana.goto("/boundaries/sales-to-billing/")
    field = dana.locator("details.told-field", has_text="start_date → ServiceStart")
    expect(field.get_by_text("Before")).to_be_hidden()
    dana.locator(".map-picture .map-tag.field").first.click()
    expect(field.get_by_text("Before")).to_be_visible()
    expect(field.locator("summary")).to_be_focused()
    status = dana.locator("details.told-field", has_text="billing status")
    expect(status.get_by_text("Before")).to_be_hidden()
    dana.locator(".map-picture .map-tag.field").nth(1).click()
    expect(status.get_by_text("state of the latest posted invoice")).to_be_visible()
    dana.locator(".map-picture .map-tag.undecided").click()
    expect(dana.get_by_text("there is a refund")).to_be_visible()


@pytest.mark.parametrize("width", [1440], ids=["wide"])
def test_by_keyboard_a_hand_off_opens_all_its_fields(dana: Page) -> None:
    build.boundary(STORY)
    dana.goto("/boundaries/sales-to-billing/")
    dana.locator(".map-picture a.map-said").nth(1).focus()
    dana.keyboard.press("Enter")
    expect(dana.locator("details.told-field[open]")).to_have_count(2)
    expect(dana).to_have_url(re.compile("#handoff-mail--create$"))


def test_a_telephone_gets_the_words_a_desk_both(dana: Page, width: int) -> None:
    build.boundary(STORY)
    dana.goto("/boundaries/sales-to-billing/")
    expect(dana.locator(".map-picture")).to_be_visible(visible=width >= 768)
    expect(dana.get_by_role("heading", name="The same in words")).to_be_visible()


# --- Paper -----------------------------------------------------------------------------------------------------------


def test_on_paper_the_picture_comes_first_and_the_frame_stays_away(dana: Page) -> None:
    build.boundary(STORY)
    dana.goto("/boundaries/sales-to-billing/")
    dana.emulate_media(media="print")
    expect(dana.locator(".map-picture")).to_be_visible()
    expect(dana.locator("ol.told")).to_be_visible()
    for hidden in (".rail", ".top", ".page-actions"):
        expect(dana.locator(hidden)).to_be_hidden()
    dana.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(dana.locator("details.told-field:not([open])")).to_have_count(0)
    dana.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(dana.locator("details.told-field[open]")).to_have_count(0)
    sheets = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", dana.pdf(prefer_css_page_size=True))
    assert [float(across) > float(down) for across, down in sheets] == [True, *([False] * (len(sheets) - 1))]
    assert len(sheets) > 1


# --- History ---------------------------------------------------------------------------------------------------------


def test_the_map_of_a_day_is_shown_and_made_the_map_again(dana: Page, company: build.Company) -> None:
    made = build.boundary(STORY, person=company.dana)
    steps = (Step("only", "Finance does it all.", "Finance"),)
    define(made, replace(STORY, steps=steps, handoffs=()), person=company.finn, reason="Shorter.")
    BoundaryVersion.objects.filter(number=1).update(at=datetime(2026, 5, 2, 12, tzinfo=UTC))
    BoundaryVersion.objects.filter(number=2).update(at=datetime(2026, 5, 4, 12, tzinfo=UTC))
    dana.goto("/boundaries/sales-to-billing/history/")
    expect(dana.get_by_text("Shorter.")).to_be_visible()
    dana.get_by_label("Show this map on").fill("2026-05-01")
    dana.get_by_role("button", name="Show it").click()
    expect(dana.get_by_role("alert").filter(has_text="was not drawn yet")).to_be_visible()
    look(dana, "boundary-day-before")
    dana.get_by_label("Show this map on").fill("2026-05-03")
    dana.get_by_role("button", name="Show it").click()
    expect(dana.get_by_text("This is the map as it was on 3 May 2026")).to_be_visible()
    expect(dana.locator("ol.told > li")).to_have_count(4)
    look(dana, "boundary-day")
    dana.get_by_role("button", name="Make it this again").click()
    expect(dana.get_by_text("sales to billing is as it was after change 1.")).to_be_visible()
    expect(dana.locator("ol.told > li")).to_have_count(4)


def test_a_removed_boundary_is_brought_back_from_where_it_went(dana: Page) -> None:
    build.boundary(STORY)
    dana.goto("/boundaries/sales-to-billing/")
    dana.locator("summary[aria-label='More']").click()
    dana.get_by_role("button", name="Remove this boundary").click()
    dana.get_by_role("link", name="Bring it back").click()
    look(dana, "boundary-removed")
    dana.get_by_role("button", name="Bring it back").click()
    expect(dana.get_by_text("sales to billing is back in the list.")).to_be_visible()
    expect(dana.locator("ol.told > li")).to_have_count(4)


def test_a_hand_off_back_is_told_where_it_begins(dana: Page) -> None:
    back = Handoff("create", "mail", "the start date is missing", 1.0, "Finance")
    build.boundary(replace(STORY, handoffs=(*STORY.handoffs, back)))
    dana.goto("/boundaries/sales-to-billing/")
    expect(dana.locator("#handoff-create--mail")).to_contain_text("To step 2, Sales rep mails the order form")
    expect(dana.locator("#handoff-create--mail")).to_contain_text("Sales takes over")
