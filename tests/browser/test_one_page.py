"""The registry on one page: read on a screen, printed on A4."""

import re
from dataclasses import replace
from itertools import cycle

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from ownership.definitions import Definition, Rule, Use
from ownership.models import OwnershipRule, RuleState
from tests import build
from tests.browser.conftest import sign_in
from tests.browser.test_pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PAPER_WIDTH, PAPER_HEIGHT = 794, 1123  # A4 in CSS pixels
MARGINS = {"top": "14mm", "bottom": "16mm", "left": "15mm", "right": "15mm"}
CUT_OFF = """[...document.querySelectorAll("main *")]
    .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== "visible")
    .map((one) => one.outerHTML.slice(0, 80))"""


@pytest.fixture
def there(context: BrowserContext, live_server: LiveServer) -> build.Company:
    there = build.company()
    sign_in(context, there.mira, live_server)
    return there


def fields(count: int) -> None:
    """Write down fields of three subjects; all but the last three are agreed."""
    subjects = cycle(("customer", "contract", "invoicing"))
    for number, subject in zip(range(count), subjects, strict=False):
        build.field(replace(build.STATUS, name=f"field number {number}", subject=subject))
        if number < count - 3:
            OwnershipRule.objects.filter(field__name=f"field number {number}").update(state=RuleState.AGREED)


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.usefixtures("there")
def test_nothing_little_and_much(page: Page) -> None:
    page.goto("/ownership/sheet/")
    look(page, "one-page-none")
    build.field()
    build.field(Definition("W" * 200, "a long subject " * 6, "many words " * 100, uses=(Use("CRM"),), rule=Rule()))
    page.goto("/ownership/sheet/")
    look(page, "one-page-little")
    fields(20)
    page.goto("/ownership/sheet/")
    look(page, "one-page-much")


@pytest.mark.parametrize("width", [1440], indirect=True)
@pytest.mark.usefixtures("there")
def test_twenty_fields_print_on_a_few_sheets_of_a4_and_nothing_is_cut(page: Page) -> None:
    fields(20)
    page.goto("/ownership/sheet/")
    pdf = page.pdf(format="A4", margin=MARGINS, prefer_css_page_size=True)  # type: ignore[arg-type]
    assert 2 <= pages_of(pdf) <= 5
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER_WIDTH - 113, "height": PAPER_HEIGHT})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(CUT_OFF) == []
    expect(page.get_by_role("article")).to_have_count(20)
    for hidden in (page.locator(".rail"), page.locator(".top"), page.locator(".off-paper")):
        expect(hidden).to_be_hidden()
    tallest = page.evaluate("Math.max(...[...document.querySelectorAll('article')].map((one) => one.offsetHeight))")
    assert tallest < PAPER_HEIGHT / 3, "an entry that is never torn apart has to fit on what is left of a sheet"


@pytest.mark.parametrize("width", [1440], indirect=True)
@pytest.mark.usefixtures("there")
def test_paper_is_black_on_white_in_the_dark_too(page: Page) -> None:
    fields(3)
    page.emulate_media(media="print", color_scheme="dark")
    page.goto("/ownership/sheet/")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('article h3 a')).color") == "rgb(0, 0, 0)"


@pytest.mark.usefixtures("there")
def test_it_is_narrowed_and_printed_with_a_key_stroke_each(page: Page) -> None:
    fields(3)
    page.goto("/ownership/sheet/")
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    page.get_by_role("button", name="Print").press("Enter")
    assert page.title() == "printed"
    page.get_by_label("Subject").select_option("contract")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.get_by_role("article")).to_have_count(1)
    page.get_by_role("link", name="Show all").click()
    expect(page.get_by_role("article")).to_have_count(3)
