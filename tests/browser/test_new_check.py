"""From two dropped files to a run in a real browser, for somebody who has never seen the app."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from ownership.models import Person
from reconcile import pipeline
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Check, Draft, Run, RunState
from reconcile.checks.services import drafts
from reconcile.exports import services as exports
from reconcile.exports.models import Snapshot
from tests import build
from tests.browser.conftest import sign_in
from tests.browser.test_pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

STATUSES = ("active", "closed", "on hold")
CRM = "customer_id,name,status,amount,since,region\n" + "".join(
    f"A{n},Customer {n},{STATUSES[n % 3]},{n}.50,2026-01-{n % 28 + 1:02d},{'NSWE'[n % 4]}\n" for n in range(1, 121)
)
BILLING = "CustNo,Customer Name,State,Total,Start,Plan\n" + "".join(
    f"A{n},Customer {n},{'ACH'[n % 3]},{n + (n % 10 == 0)}.5,{n % 28 + 1:02d}.01.2026,{'basic' if n % 2 else 'plus'}\n"
    for n in range(6, 126)
)
DATED = ("crm 2026-03-06.csv", "billing 2026-03-06.csv")


@pytest.fixture
def lead(page: Page, context: BrowserContext, live_server: LiveServer, dana: Person) -> Page:
    """Return a page in which a team lead is signed in."""
    build.team(lead=dana)
    sign_in(context, dana, live_server)
    return page


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., list[Path]]:
    """Return a function that writes two exports and gives their paths."""

    def write(left: str = CRM, right: str = BILLING, names: tuple[str, str] = DATED) -> list[Path]:
        paths = [tmp_path / name for name in names]
        for path, text in zip(paths, (left, right), strict=True):
            path.write_text(text, encoding="utf-8")
        return paths

    return write


def work() -> None:
    """Do what the worker would find in its queue."""
    for snapshot in Snapshot.objects.filter(state=Snapshot.State.RECEIVED):
        exports.read(snapshot_id=snapshot.pk)
    for draft in Draft.objects.filter(suggestion__isnull=True, suggestion_problem=""):
        drafts.suggest(draft_id=str(draft.pk))
    for run in Run.objects.filter(state=RunState.QUEUED):
        pipeline.execute(run.pk)


def drop(page: Page, paths: list[Path]) -> None:
    """Give both files to the drop zones and wait until they have arrived."""
    for name, path in zip(("left", "right"), paths, strict=True):
        page.locator(f"#drop-{name}").set_input_files(path)
        expect(page.locator(f"[name={name}_snapshot]")).not_to_have_value("")
    work()


def drafted(page: Page, paths: list[Path]) -> None:
    """Drop both files and wait for the editor."""
    page.goto("/checks/new/")
    drop(page, paths)
    page.wait_for_url("**/checks/new/*-*/")
    work()
    expect(page.get_by_role("heading", name="Which records belong together")).to_be_visible()
    expect(page.locator("#preview .tried")).to_be_visible()


def test_two_files_with_other_column_names_become_a_run(lead: Page, files: Callable[..., list[Path]]) -> None:
    lead.goto("/checks/")
    look(lead, "checks-empty")
    lead.get_by_role("link", name="Compare two exports").click()
    look(lead, "check-new")
    drop(lead, files())
    lead.wait_for_url("**/checks/new/*-*/")
    work()
    expect(lead.get_by_text("115 of 125 keys found on both sides", exact=False)).to_be_visible()
    look(lead, "draft")
    expect(lead.get_by_label("Name of the check")).to_have_value("CRM and Billing customers")
    lead.get_by_role("button", name="Run it").click()
    lead.wait_for_url("**/runs/*/")
    check = Check.objects.get()
    assert (check.left_system.name, check.right_system.name, check.records) == ("CRM", "Billing", "customers")
    work()
    lead.goto(f"/checks/{check.pk}/")
    look(lead, "check-one-run")
    lead.get_by_role("link", name="Run again").click()
    look(lead, "check-run")
    lead.goto("/checks/")
    look(lead, "checks-one")


def test_exports_without_a_key_ask_for_one_and_the_first_control_has_the_focus(
    lead: Page, files: Callable[..., list[Path]]
) -> None:
    left = "colour,size\n" + "".join(f"{colour},{n % 2}\n" for n in range(8) for colour in ("red", "blue"))
    right = "fruit,weight\n" + "".join(f"{fruit},{n % 3}\n" for n in range(8) for fruit in ("apple", "red"))
    drafted(lead, files(left, right))
    expect(lead.get_by_text("One thing is missing")).to_be_visible()
    expect(lead.get_by_label("Column of CRM").first).to_be_focused()
    look(lead, "draft-no-key")
    lead.get_by_role("button", name="Run it").click()
    expect(lead.get_by_role("alert").filter(has_text="Choose the key first")).to_be_visible()
    lead.get_by_label("Column of CRM").first.select_option("colour")
    expect(lead.get_by_text("The key needs a column on both sides.")).to_be_visible()
    lead.get_by_label("Column of Billing").first.select_option("fruit")
    expect(lead.locator("#preview").get_by_text("1 of 1 key found on both sides")).to_be_visible()


def test_keys_that_differ_only_in_case_are_taken_with_one_click(lead: Page, files: Callable[..., list[Path]]) -> None:
    mixed = "".join(
        line if n % 12 else line.replace("A", "a", 1) for n, line in enumerate(BILLING.splitlines(keepends=True))
    )
    drafted(lead, files(right=mixed))
    lead.get_by_label("Ignore case and outer space in keys").uncheck()
    expect(lead.get_by_text("9 more if case and outer space are ignored")).to_be_visible()
    look(lead, "draft-fold")
    lead.get_by_role("button", name="Use this", exact=True).click()
    expect(lead.get_by_label("Ignore case and outer space in keys")).to_be_checked()
    expect(lead.locator("#preview").get_by_text("115 of 125 keys found on both sides")).to_be_visible()


def test_a_bad_file_is_said_where_it_was_dropped_and_another_one_goes_on(
    lead: Page, files: Callable[..., list[Path]], tmp_path: Path
) -> None:
    left, right = files()
    bad = tmp_path / "picture.csv"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    lead.goto("/checks/new/")
    drop(lead, [left, bad])
    expect(lead.get_by_text("This file cannot be read")).to_be_visible()
    look(lead, "check-new-bad")
    lead.locator("#drop-right").set_input_files(right)
    expect(lead.get_by_text("This file cannot be read")).to_be_hidden()
    expect(lead.locator("[name=right_snapshot]")).not_to_have_value("")
    work()
    lead.wait_for_url("**/checks/new/*-*/")


def test_everything_can_be_changed_and_shows_at_once_what_it_finds(
    lead: Page, files: Callable[..., list[Path]]
) -> None:
    drafted(lead, files())
    amount = lead.locator(".compared", has_text="amount")
    expect(amount.get_by_text("12 values differ")).to_be_visible()
    amount.get_by_label("How amount is compared").select_option("number")
    amount.get_by_label("within").fill("1")
    amount.get_by_label("within").press("Tab")
    expect(amount.get_by_text("nothing differs")).to_be_visible()
    expect(amount.get_by_label("The tolerance of amount is")).to_be_focused()
    amount.get_by_label("within").fill("a lot")
    amount.get_by_label("within").press("Tab")
    expect(amount.get_by_text("The tolerance is a number such as 0.01 or 5.")).to_be_visible()
    status = lead.locator(".compared", has_text="status")
    status.get_by_role("button", name="3 words").click()
    status.get_by_role("button", name="Remove words 1").click()
    expect(status.get_by_text("39 values differ")).to_be_visible()
    look(lead, "draft-words")
    status.get_by_label("Left word 3").fill("active")
    status.get_by_label("Right word 3").fill("A")
    status.get_by_label("Right word 3").press("Tab")
    expect(status.get_by_text("nothing differs")).to_be_visible()
    lead.get_by_role("button", name="Do not compare name").click()
    lead.get_by_role("button", name="Put it back").click()
    expect(lead.locator(".compared")).to_have_count(4)
    others = lead.locator(".add-form")
    others.get_by_label("Column of CRM").select_option("region")
    others.get_by_label("Column of Billing").select_option("Plan")
    lead.get_by_role("button", name="Compare these too").click()
    expect(lead.locator(".compared")).to_have_count(5)
    lead.get_by_label("Name of the check").fill("Every Friday")
    with lead.expect_response("**/about/"):
        lead.get_by_label("Name of the check").press("Tab")
    lead.wait_for_load_state("networkidle")
    lead.goto("/checks/")
    look(lead, "checks-drafts")
    lead.get_by_role("link", name="Go on with Every Friday").click()
    expect(lead.locator(".compared")).to_have_count(5)
    expect(lead.get_by_label("Name of the check")).to_have_value("Every Friday")


def test_who_goes_on_before_an_answer_came_sees_both(lead: Page, files: Callable[..., list[Path]]) -> None:
    drafted(lead, files())
    expect(lead.locator(".compared", has_text="amount").get_by_text("12 values differ")).to_be_visible()
    lead.get_by_role("button", name="Do not compare name").click()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    lead.route("**/fields/back/", hold)
    lead.route("**/fields/", hold)
    lead.get_by_role("button", name="Put it back").click()
    others = lead.locator(".add-form")
    others.get_by_label("Column of CRM").select_option("region")
    others.get_by_label("Column of Billing").select_option("Plan")
    lead.get_by_role("button", name="Compare these too").click()
    while len(held) < 2:
        lead.wait_for_timeout(20)
    back, add = held
    back.continue_()
    expect(lead.locator(".compared.removed")).to_have_count(0)
    add.continue_()
    expect(lead.locator(".compared")).to_have_count(5)
    expect(lead.locator(".compared", has_text="region").locator(".differs")).not_to_be_empty()


def test_from_files_to_run_by_keyboard_alone(lead: Page, files: Callable[..., list[Path]]) -> None:
    drafted(lead, files())
    lead.get_by_label("Column of CRM").first.focus()
    for _ in range(200):
        lead.keyboard.press("Tab")
        if lead.evaluate("document.activeElement.textContent.trim()") == "Run it":
            break
    else:
        pytest.fail("The button is not reached with Tab.")
    lead.keyboard.press("Enter")
    lead.wait_for_url("**/runs/*/")


HOSTILE = (
    "id",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\u202eright to left",
    '=HYPERLINK("http://example.com")',
    "W" * 10_000,
    "two\nlines",
    "'; DROP TABLE x; --",
    "  outer  ",
)


def test_columns_made_to_break_pages_break_none(lead: Page, files: Callable[..., list[Path]]) -> None:
    head = ",".join('"' + name.replace('"', '""') + '"' for name in HOSTILE)
    rows = "".join(f"{n}," + ",".join(f"v{n}{place}" for place in range(1, len(HOSTILE))) + "\n" for n in range(40))
    names = ("=cmd <b>.csv", f"{'x' * 200} 2026-03-06.csv")
    drafted(lead, files(f"{head}\n{rows}", f"{head}\n{rows}", names))
    expect(lead.get_by_text("40 of 40 keys found on both sides")).to_be_visible()
    expect(lead.locator(".compared")).to_have_count(len(HOSTILE) - 1)
    expect(lead.locator(".compared", has_text="<script>alert(1)</script>")).to_be_visible()
    look(lead, "draft-hostile")
    lead.get_by_label("Name of the check").fill('<b>"hostile"</b> \u202e =1+1')
    lead.get_by_role("button", name="Run it").click()
    lead.wait_for_url("**/runs/*/")
    work()
    lead.goto("/checks/")
    look(lead, "checks-hostile")
    lead.goto(f"/checks/{Check.objects.get().pk}/")
    look(lead, "check-hostile")


def weekly(weeks: int, lead: Person) -> Check:
    """Return a check that has been run for some weeks, of the team of ``lead``."""
    team = build.team(name="Sales operations", lead=lead)
    comparing = Comparing(
        key=(("customer_id", "CustNo"),),
        fields=(
            ComparedField("name", "name", "Customer Name", "exact"),
            ComparedField("amount", "amount", "Total", "number"),
        ),
    )
    check = build.check(name="Customers", comparing=comparing, owner=team)
    for week in range(weeks):
        lines = BILLING.splitlines(keepends=True)
        build.run_done(check=check, left_text=CRM, right_text="".join(lines[: len(lines) - 3 * week]))
    return check


def test_a_check_is_run_again_by_picking_two_files(lead: Page, files: Callable[..., list[Path]], dana: Person) -> None:
    check = weekly(4, dana)
    lead.goto("/checks/")
    look(lead, "checks-full")
    lead.goto(f"/checks/{check.pk}/")
    expect(lead.get_by_role("heading", name="Runs")).to_be_visible()
    look(lead, "check-full")
    lead.get_by_role("link", name="Run again").click()
    look(lead, "check-run-again")
    drop(lead, files(names=("crm 2026-12-04.csv", "billing.csv"), left=CRM.replace("Customer 7,", "Customer Seven,")))
    lead.wait_for_url("**/runs/*/")
    work()
    assert Run.objects.get(number=5).left.as_of.date().isoformat() == "2026-12-04"


def test_a_check_is_edited_with_a_preview_on_its_last_files(lead: Page, dana: Person) -> None:
    check = weekly(2, dana)
    lead.goto(f"/checks/{check.pk}/")
    lead.locator("summary[aria-label=More]").click()
    lead.get_by_role("link", name="Edit what is compared").click()
    work()
    expect(lead.get_by_text("keys found on both sides")).to_be_visible()
    look(lead, "check-edit")
    amount = lead.locator(".compared", has_text="amount")
    amount.get_by_label("within").fill("1")
    amount.get_by_label("within").press("Tab")
    expect(amount.get_by_text("nothing differs")).to_be_visible()
    lead.get_by_role("button", name="Save").click()
    expect(lead.get_by_text("It takes effect with the next run")).to_be_visible()
    lead.get_by_role("button", name="History").click()
    look(lead, "check-history")


def test_checks_are_read_without_scripts(
    chromium: Browser, context: BrowserContext, lead: Page, files: Callable[..., list[Path]], dana: Person
) -> None:
    check = weekly(2, dana)
    drafted(lead, files())
    address_of_this_app = lead.url.partition("/checks/")[0]
    plain = chromium.new_context(
        base_url=address_of_this_app, java_script_enabled=False, storage_state=context.storage_state()
    )
    page = plain.new_page()
    for address, words in (
        ("/checks/", "Begun, not run yet"),
        (f"/checks/{check.pk}/", "Run 2"),
        (f"/checks/new/{Draft.objects.get().pk}/", "Compared fields"),
        ("/checks/new/", "Go on"),
    ):
        page.goto(address)
        expect(page.get_by_text(words).first).to_be_visible()
    left, right = files()
    page.locator("#drop-left").set_input_files(left)
    page.locator("#drop-right").set_input_files(right)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/checks/new/*-*/")
    plain.close()
