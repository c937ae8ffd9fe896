"""The editor of a map in a browser: its steps and hand-offs, and whether all of it is kept."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from boundaries.definitions import Map
from boundaries.models import Boundary
from boundaries.queries import maps
from boundaries.services.defining import define
from ownership.models import Person

OpenedMap = Callable[..., Page]

# Chromium's own way to paste: what is on the clipboard of a test machine is nobody's business.
PASTE = """(text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.activeElement.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def drawn(said: Map, person: Person) -> Boundary:
    """Create and return the boundary of a map."""
    return define(None, said, person=person)


def kept_map(name: str = "sales to billing") -> Map:
    """Return the map as it is in the database."""
    return maps.definition(maps.whole(Boundary.objects.filter(name=name)).get())


def sentences(said: Map) -> list[str]:
    return [one.does for one in said.steps]


def open_editor(page: Page, boundary: Boundary) -> Page:
    """Open the editor of a map; it is ready when this returns."""
    page.goto(f"/boundaries/{boundary.slug}/edit/")
    expect(page.locator("#map-editor.live")).to_be_attached()
    return page


def kept(page: Page) -> None:
    """Wait until nothing is on its way."""
    expect(page.locator("#map-editor")).to_have_attribute("data-unkept", "0")


def step(page: Page, number: int) -> Locator:
    return page.locator("#map-steps > [data-step]").nth(number - 1)


def box(page: Page, number: int, name: str) -> Locator:
    """Return a box of the form of a step."""
    return step(page, number).locator(f'[name="{name}"]').first


def paste(page: Page, text: str) -> None:
    page.evaluate(PASTE, text)
