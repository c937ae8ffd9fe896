"""The pages about what came in, as people see them."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from ownership.models import Person
from reconcile.exports import services
from tests import build
from tests.browser.conftest import sign_in
from tests.browser.test_pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

COLUMNS = [f"column {number}" for number in range(40)]
WIDE = ",".join(COLUMNS) + "\n" + ("some longer words in a cell," * 39 + "end\n") * 3
HOSTILE = (
    'id,"<b>bold</b>"\n1,"\u202eevil\u202c"\n2,"  outer, and\na new line "\n3,'
    + "W" * 10_000
    + "\n4\n5,6,7\n=1+1\n9,9,9\n"
)


@pytest.fixture
def lead(page: Page, context: BrowserContext, live_server: LiveServer, dana: Person) -> Page:
    """Return a browser in which a team lead is signed in."""
    sign_in(context, dana, live_server)
    return page


def test_no_snapshots(lead: Page) -> None:
    lead.goto("/snapshots/")
    look(lead, "snapshots-none")


def test_a_list_of_every_state(lead: Page, dana: Person) -> None:
    crm, billing = build.system(name="CRM"), build.system(name="Billing")
    build.snapshot(file_name="crm 2026-05-01.csv", system=crm, person=dana)
    build.snapshot(text=HOSTILE, file_name="\u202egnp" + "very long name " * 20 + ".csv", system=billing, person=dana)
    services.read(snapshot_id=build.received(content=b"%PDF-1.7", file_name="billing.pdf", person=dana).pk)
    build.received(file_name="waiting.csv")
    lead.goto("/snapshots/")
    look(lead, "snapshots-some")
    lead.goto("/snapshots/?state=ready")
    expect(lead.get_by_text("2 snapshots").first).to_be_attached()


def test_many_snapshots(lead: Page, dana: Person) -> None:
    for number in range(60):
        build.received(file_name=f"crm week {number}.csv", person=dana)
    lead.goto("/snapshots/")
    look(lead, "snapshots-many")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plain", b"id,name,city\n1,Ada,Berlin\n2,Ben,Paris\n"),
        ("hostile", HOSTILE.encode()),
        ("wide", WIDE.encode()),
        ("unreadable", b"%PDF-1.7"),
    ],
)
def test_one_snapshot(lead: Page, dana: Person, name: str, content: bytes) -> None:
    snapshot = services.read(snapshot_id=build.received(content=content, file_name=f"{name}.csv", person=dana).pk)
    build.received(content=content, file_name="the same again.csv")
    lead.goto(f"/snapshots/{snapshot.pk}/")
    look(lead, f"snapshot-{name}")
    lead.locator(".read-again summary").click()
    look(lead, f"snapshot-{name}-open")


def test_a_snapshot_that_is_read_meanwhile_shows_itself(lead: Page) -> None:
    snapshot = build.received(file_name="crm.csv")
    lead.goto(f"/snapshots/{snapshot.pk}/")
    look(lead, "snapshot-waiting")
    services.read(snapshot_id=snapshot.pk)
    expect(lead.get_by_text("Read as UTF-8, separated by commas.")).to_be_visible()
