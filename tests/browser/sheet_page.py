"""The table of fields in a browser: its cells, its clipboard, and whether all of it is kept."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from ownership.definitions import Definition
from ownership.queries import registry

PASTE = """(text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.activeElement.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def cell(page: Page, column: str, row: int = 0) -> Locator:
    return page.locator(f'#sheet tr[data-field] td[data-column="{column}"]').nth(row)


def chosen(page: Page) -> Locator:
    return page.locator("#sheet-options [aria-selected=true]")


def saved(page: Page) -> None:
    """Wait until nothing is on its way."""
    expect(page.locator("#sheet [data-state]")).to_have_count(0)
    expect(page.locator('[data-part="state"]')).to_have_text("")


def paste(page: Page, text: str) -> None:
    page.evaluate(PASTE, text)


def requests_to(page: Page, path: str) -> list[str]:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith(path) else None)
    return sent


def definitions() -> list[Definition]:
    return [registry.definition(field) for field in registry.whole().order_by("pk")]
