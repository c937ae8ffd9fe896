"""A run in a real browser: from its progress to a downloaded workbook, by mouse and by keyboard."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer
from python_calamine import CalamineWorkbook

from ownership.models import Person
from reconcile import pipeline
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Mismatch, Run, RunState
from tests import build
from tests.browser.conftest import sign_in
from tests.browser.test_pages import look
from tests.checks.three_runs import three_runs_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

HOSTILE = '<script>alert("1")</script>\u202e=cmd() ' + "W" * 10_000
LONG = "id,a\n" + "".join(f"{number},x\n" for number in range(100))


@pytest.fixture
def lead(page: Page, context: BrowserContext, live_server: LiveServer, dana: Person) -> Page:
    """Return a browser in which a team lead is signed in."""
    sign_in(context, dana, live_server)
    return page


def test_from_a_done_run_to_a_workbook(lead: Page, dana: Person, tmp_path: Path) -> None:
    run = three_runs_of(dana).runs[2]
    lead.goto(f"/runs/{run.pk}/")
    expect(lead.locator(".page-head .sentence")).to_contain_text("Billing and CRM agree on 33.3 % of 3 customers")
    look(lead, "run-done")
    lead.get_by_role("link", name=re.compile("^Values differ")).click()
    expect(lead.get_by_role("link", name=re.compile("^Values differ"))).to_have_attribute("aria-current", "true")
    expect(lead.locator("tr[id^=mismatch-]")).to_have_count(2)
    look(lead, "run-filtered")
    lead.locator("summary", has_text="Download").click()
    with lead.expect_download() as download:
        lead.get_by_role("link", name="XLSX").click()
    assert download.value.suggested_filename == "Customers, run 3, filtered.xlsx"
    download.value.save_as(tmp_path / "found.xlsx")
    rows = CalamineWorkbook.from_path(str(tmp_path / "found.xlsx")).get_sheet_by_index(0).to_python()
    assert [row[:4] for row in rows] == [
        ["Record", "Field", "Billing", "CRM"],
        ["2", "a", "x", "y"],
        ["6", "a", "u", "w"],
    ]


def test_the_address_of_a_search_is_shared_and_a_chip_takes_it_back(lead: Page, dana: Person) -> None:
    run = three_runs_of(dana).runs[2]
    lead.goto(f"/runs/{run.pk}/?kind=differs")
    lead.get_by_role("searchbox").fill("W")
    expect(lead.locator("tr[id^=mismatch-]")).to_have_count(1)
    expect(lead).to_have_url(re.compile("q=W"))
    shared = lead.url
    lead.goto("/")
    lead.goto(shared)
    expect(lead.locator("tr[id^=mismatch-]")).to_have_count(1)
    lead.get_by_role("link", name=re.compile("How: Values differ")).click()
    expect(lead.get_by_role("link", name=re.compile("^Values differ"))).not_to_have_attribute("aria-current", "true")
    lead.go_back()
    expect(lead.locator("tr[id^=mismatch-]")).to_have_count(1)


def test_records_one_after_the_other_by_keyboard(lead: Page, dana: Person) -> None:
    run = three_runs_of(dana).runs[2]
    lead.goto(f"/runs/{run.pk}/?kind=differs")
    lead.keyboard.press("j")
    lead.keyboard.press("Enter")
    expect(lead.get_by_role("heading", level=1)).to_have_text("2")
    look(lead, "record")
    lead.keyboard.press("j")
    expect(lead.get_by_role("heading", level=1)).to_have_text("6")
    lead.keyboard.press("ArrowLeft")
    expect(lead.get_by_role("heading", level=1)).to_have_text("2")
    lead.keyboard.press("u")
    expect(lead).to_have_url(re.compile(rf"/runs/{run.pk}/\?kind=differs"))


def test_one_sided_and_repeated_records(lead: Page, dana: Person) -> None:
    run = three_runs_of(dana).runs[2]
    for kind in ("only_right", "duplicate_left"):
        mismatch = Mismatch.objects.get(kind=kind, closed_number=None)
        lead.goto(f"/runs/{run.pk}/records/{mismatch.pk}/")
        look(lead, f"record-{kind}")


def test_a_run_is_watched_until_its_answer_is_there(lead: Page, dana: Person) -> None:
    check = build.check(owner=build.team(lead=dana))
    run = build.run_queued(check=check, left_text="id,a\n1,x\n2,y\n", right_text="id,a\n1,x\n2,z\n", person=dana)
    lead.goto(f"/runs/{run.pk}/")
    expect(lead.get_by_text("Waiting for a worker").first).to_be_visible()
    Run.objects.filter(pk=run.pk).update(state=RunState.COMPARING, step="Comparing", done=412_000, total=1_000_000)
    expect(lead.get_by_text("412,000 of 1,000,000 rows")).to_be_visible()
    look(lead, "run-active")
    Run.objects.filter(pk=run.pk).update(state=RunState.QUEUED)
    pipeline.execute(run.pk)
    expect(lead.locator(".page-head .sentence")).to_contain_text("agree on 50.0 % of 2 records")


def test_a_run_under_way_is_cancelled_and_tried_again(lead: Page, dana: Person) -> None:
    check = build.check(owner=build.team(lead=dana))
    run = build.run_queued(check=check, left_text="id,a\n1,x\n", right_text="id,a\n1,y\n", person=dana)
    lead.goto(f"/runs/{run.pk}/")
    lead.get_by_role("button", name="Cancel").click()
    expect(lead.get_by_text("Cancelled by Dana Reyes.")).to_be_visible()
    look(lead, "run-cancelled")
    lead.get_by_role("button", name="Try again with the same files").click()
    expect(lead.get_by_text("Waiting for a worker").first).to_be_visible()


def test_a_held_run_goes_on_only_for_a_reason(lead: Page, dana: Person) -> None:
    check = build.check(owner=build.team(lead=dana), volume_guard=0.3)
    build.run_done(check=check, left_text=LONG, right_text=LONG, person=dana)
    run = build.run_done(check=check, left_text="id,a\n1,x\n", right_text=LONG, person=dana)
    lead.goto(f"/runs/{run.pk}/")
    look(lead, "run-held")
    lead.get_by_role("button", name="Go on anyway").click()
    expect(lead.get_by_text("Say in a few words why the figures are right.")).to_be_visible()
    look(lead, "run-held-refused")
    lead.get_by_label("Why are the figures right?").fill("Archived on Friday.")
    lead.get_by_role("button", name="Go on anyway").click()
    expect(lead.get_by_text("Waiting for a worker").first).to_be_visible()


def test_a_failed_run_and_one_that_finds_nothing(lead: Page, dana: Person) -> None:
    failed = build.run_done(
        check=build.check(owner=build.team(lead=dana)), left_text="id,b\n1,x\n", right_text="id,a\n1,y\n", person=dana
    )
    lead.goto(f"/runs/{failed.pk}/")
    look(lead, "run-failed")
    same = build.run_done(check=build.check(name="Orders"), left_text=LONG, right_text=LONG, person=dana)
    lead.goto(f"/runs/{same.pk}/")
    look(lead, "run-nothing-differs")


def test_hostile_names_and_values(lead: Page, dana: Person) -> None:
    comparing = Comparing(key=(("id", "id"),), fields=(ComparedField("<b>" + "f" * 190, "a", "a", "exact"),))
    check = build.check(name=HOSTILE[:190], comparing=comparing, left="<i>" + "L" * 90, right="R " * 45)
    quoted = HOSTILE.replace('"', '""')
    run = build.run_done(
        check=check, left_text=f'id,a\n"{quoted}","{quoted}"\n', right_text=f'id,a\n"{quoted}",y\n', person=dana
    )
    lead.goto(f"/runs/{run.pk}/")
    look(lead, "run-hostile")
    lead.goto(f"/runs/{run.pk}/records/{Mismatch.objects.get().pk}/")
    look(lead, "record-hostile")


def test_a_run_is_read_without_scripts(
    context: BrowserContext, live_server: LiveServer, dana: Person, width: int
) -> None:
    assert context.browser is not None
    run = three_runs_of(dana).runs[2]
    plain = context.browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": width, "height": 900}
    )
    sign_in(plain, dana, live_server)
    page = plain.new_page()
    page.goto(f"/runs/{run.pk}/")
    page.get_by_role("link", name=re.compile("^Returned")).click()
    expect(page.locator("tr[id^=mismatch-]")).to_have_count(1)
    page.locator("tr[id^=mismatch-] a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2")
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator("tr[id^=mismatch-]")).to_have_count(1)
    plain.close()
