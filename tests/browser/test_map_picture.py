"""The picture of a map in a real browser: words fit where they were measured to fit, paper cuts no band, links can be
reached. It is laid out without a browser, so this is where its table of widths is held against real letters.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page

from boundaries.definitions import Carried, Map
from boundaries.drawing import draw
from tests.boundaries.test_drawing import any_map
from tests.boundaries.worlds import FACTS, STORY, long

pytestmark = pytest.mark.browser

_STYLES = [Path(settings.BASE_DIR) / "static" / "css" / name for name in ("theme.css", "map_picture.css")]
_PAGE = 794  # pixels: how high a page of A4 on its side is

# Every line of text that is wider than its frame, or than the room in front of a box.
_TOO_WIDE = """() => {
    const found = [];
    for (const group of document.querySelectorAll(".map-tag, .map-pill, .map-step")) {
        const frame = group.querySelector(":scope > rect, :scope > path").getBBox();
        for (const text of group.querySelectorAll(":scope > text")) {
            const line = text.getBBox();
            if (line.x < frame.x || line.x + line.width > frame.x + frame.width) found.push(text.textContent);
        }
    }
    for (const text of document.querySelectorAll(".map-said > text"))
        if (text.getBBox().width > 82) found.push(text.textContent);
    return found;
}"""
# Arial or one made to its measure; the table of widths is for these.
_MEASURE = """() => {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = '1000px Arial, "Liberation Sans"';
    return Math.round(pen.measureText("a").width);
}"""


@pytest.fixture
def desk(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1200, "height": 900})
    yield page
    page.close()


def show(page: Page, said: Map) -> None:
    styles = "".join(path.read_text() for path in _STYLES)
    picture = render_to_string("boundaries/_picture.html", {"drawing": draw(said, FACTS)})
    page.set_content(f"<!doctype html><html lang=en><style>{styles}</style><body>{picture}</body></html>")


@pytest.mark.parametrize("said", [STORY, long(40), any_map(7), any_map(45)], ids=["story", "long", "odd", "odder"])
def test_words_fit_where_they_were_measured_to_fit(desk: Page, said: Map) -> None:
    show(desk, said)
    if desk.evaluate(_MEASURE) != 556:
        pytest.skip("no font of Arial's measure on this machine")

    assert desk.evaluate(_TOO_WIDE) == []


def test_on_paper_no_band_is_cut(desk: Page) -> None:
    steps = tuple(replace(one, team=f"Team {one.id}", does=one.does * 3) for one in STORY.steps)
    fields = tuple(Carried(f"field {number} of a record", "converted", note="cents to euros") for number in range(3))
    tall = replace(STORY, steps=steps, handoffs=tuple(replace(one, fields=fields) for one in STORY.handoffs))
    show(desk, tall)

    pages = desk.pdf(format="A4", landscape=True).count(b"/Type /Page\n")

    assert [band.height > _PAGE for band in draw(tall, FACTS).bands] == [True]
    assert pages == 1


def test_links_are_reached_by_keyboard_in_the_order_of_the_steps(desk: Page) -> None:
    show(desk, STORY)
    reached = []
    for _ in STORY.handoffs:
        desk.keyboard.press("Tab")
        reached.append(desk.evaluate("document.activeElement.getAttribute('href')"))

    assert reached == ["#handoff-close--mail", "#handoff-mail--create", "#handoff-create--compare"]


def test_a_telephone_shows_the_words_instead(desk: Page) -> None:
    show(desk, STORY)
    desk.set_viewport_size({"width": 390, "height": 800})

    assert not desk.locator(".map-picture").is_visible()
