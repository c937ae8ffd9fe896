"""Files dropped into a real browser."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FileChooser, Page, Route, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from ownership.models import Person
from reconcile.exports import services
from reconcile.exports.models import Snapshot, Upload
from tests import build
from tests.browser.conftest import sign_in
from tests.browser.test_pages import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

CUSTOMERS = "id,name,status\n" + "".join(f"{number},Customer {number},open\n" for number in range(1, 41))


@pytest.fixture
def drops(page: Page, context: BrowserContext, live_server: LiveServer, dana: Person, settings: Settings) -> Page:
    """Return the page of two drop zones, opened by a team lead."""
    settings.ROOT_URLCONF = "tests.exports.drop_page"
    sign_in(context, dana, live_server)
    page.goto("/drop/")
    return page


def arrived(page: Page, name: str) -> int:
    """Wait until the zone has a snapshot, and return its number."""
    number = page.locator(f"[name={name}_snapshot]")
    expect(number).not_to_have_value("")
    return int(number.input_value())


def test_a_chosen_file_is_sent_read_and_shown(drops: Page, tmp_path: Path) -> None:
    file = tmp_path / "crm.csv"
    file.write_text(CUSTOMERS)
    look(drops, "drop-empty")
    drops.locator("#drop-left").set_input_files(file)
    services.read(snapshot_id=arrived(drops, "left"))
    expect(drops.get_by_text("crm.csv: 40 rows, 3 columns.")).to_be_visible()
    look(drops, "drop-ready")


def test_a_file_chosen_before_the_script_is_there_is_sent_all_the_same(drops: Page, tmp_path: Path) -> None:
    address = drops.url
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    drops.route("**/js/upload*.js", hold)
    drops.goto(address, wait_until="commit")
    early = tmp_path / "early.csv"
    early.write_text("id,name\n1,Ada\n", encoding="utf-8")
    drops.locator("#drop-left").set_input_files(early)
    while not held:
        drops.wait_for_timeout(20)
    held[0].continue_()
    services.read(snapshot_id=arrived(drops, "left"))
    expect(drops.get_by_text("early.csv: 1 row, 2 columns.")).to_be_visible()


def drop_files(page: Page, target: str, files: dict[str, str]) -> None:
    """Drop ``files`` (name to text) on ``target`` as a browser does it."""
    transfer = page.evaluate_handle(
        """files => {
          const transfer = new DataTransfer();
          for (const [name, text] of Object.entries(files)) transfer.items.add(new File([text], name));
          return transfer;
        }""",
        files,
    )
    page.dispatch_event(target, "dragover", {"dataTransfer": transfer})
    page.dispatch_event(target, "drop", {"dataTransfer": transfer})


class TestOnADesk:
    """What does not depend on width and colours is tried in one."""

    @pytest.fixture(params=[1440], ids=["wide"])
    def width(self, request: pytest.FixtureRequest) -> int:
        assert isinstance(request.param, int)
        return request.param

    @pytest.fixture
    def context(self, chromium: Browser, live_server: LiveServer, width: int) -> Iterator[BrowserContext]:
        context = chromium.new_context(base_url=live_server.url, viewport={"width": width, "height": 900})
        yield context
        context.close()

    def test_two_files_dropped_anywhere_fill_both_sides(self, drops: Page) -> None:
        drop_files(drops, "h1", {"crm.csv": "id\n1\n", "billing.csv": "id\n2\n"})
        left, right = arrived(drops, "left"), arrived(drops, "right")
        assert Snapshot.objects.get(pk=left).file_name == "crm.csv"
        assert Snapshot.objects.get(pk=right).file_name == "billing.csv"

    def test_files_dropped_one_after_the_other_go_left_then_right(self, drops: Page) -> None:
        drop_files(drops, "h1", {"crm.csv": "id\n1\n"})
        left = arrived(drops, "left")
        drop_files(drops, "h1", {"billing.csv": "id\n2\n"})
        right = arrived(drops, "right")
        assert Snapshot.objects.get(pk=left).file_name == "crm.csv"
        assert Snapshot.objects.get(pk=right).file_name == "billing.csv"

    def test_a_file_dropped_on_a_zone_goes_there(self, drops: Page) -> None:
        drop_files(drops, "[data-drop=right] .drop-zone", {"billing.csv": "id\n2\n"})
        assert Snapshot.objects.get(pk=arrived(drops, "right")).file_name == "billing.csv"
        expect(drops.locator("[name=left_snapshot]")).to_have_value("")

    def test_a_pasted_file_is_taken(self, drops: Page) -> None:
        drops.evaluate(
            """() => {
              const clipboardData = new DataTransfer();
              clipboardData.items.add(new File(["id\\n1\\n"], "pasted.csv"));
              document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
            }"""
        )
        assert Snapshot.objects.get(pk=arrived(drops, "left")).file_name == "pasted.csv"

    def test_the_keyboard_alone_opens_the_choice_of_a_file(self, drops: Page, tmp_path: Path) -> None:
        (tmp_path / "crm.csv").write_text(CUSTOMERS)
        opened: list[FileChooser] = []

        # Listening before the key is pressed: who begins to listen with it may be too late on a busy machine.
        def note(chooser: FileChooser) -> None:
            opened.append(chooser)

        drops.on("filechooser", note)
        drops.locator("#drop-left").focus()
        expect(drops.locator("#drop-left")).to_be_focused()
        drops.keyboard.press("Space")
        waiting = time.monotonic() + 30
        while not opened and time.monotonic() < waiting:
            drops.wait_for_timeout(20)
        opened[0].set_files(tmp_path / "crm.csv")
        assert arrived(drops, "left")

    def test_a_piece_whose_line_breaks_is_sent_again_from_where_the_server_stands(self, drops: Page) -> None:
        broken: list[str] = []

        def break_once(route: Route) -> None:
            if "offset=4194304" in route.request.url and not broken:
                broken.append(route.request.url)
                route.abort("connectionreset")
            else:
                route.continue_()

        drops.route("**/uploads/**", break_once)
        choose_large(drops, megabytes=9)
        snapshot = Snapshot.objects.get(pk=arrived(drops, "left"))
        assert broken
        assert snapshot.size == 9 * 1_000_000
        assert snapshot.path.read_bytes() == b"0123456789" * 900_000

    def test_a_line_that_stays_broken_is_said_and_goes_on_by_itself(self, drops: Page) -> None:
        drops.route("**/uploads/*/?offset=4194304", lambda route: route.abort("internetdisconnected"))
        choose_large(drops, megabytes=9)
        expect(drops.locator("[data-waiting]").first).to_have_text(
            "The line is broken. The upload goes on by itself as soon as it can."
        )
        look(drops, "drop-broken")
        drops.unroute("**/uploads/*/?offset=4194304")
        assert Snapshot.objects.get(pk=arrived(drops, "left")).size == 9 * 1_000_000

    def test_who_is_signed_out_meanwhile_signs_in_elsewhere_and_the_upload_goes_on(
        self, drops: Page, context: BrowserContext, live_server: LiveServer, dana: Person
    ) -> None:
        def sign_out(route: Route) -> None:
            context.clear_cookies()
            route.continue_()

        drops.route("**/uploads/*/?offset=4194304", sign_out)
        choose_large(drops, megabytes=9)
        expect(drops.locator("[data-waiting]").first).to_contain_text(
            "You are signed out. Sign in again in another tab."
        )
        drops.unroute("**/uploads/*/?offset=4194304")
        sign_in(context, dana, live_server)
        assert Snapshot.objects.get(pk=arrived(drops, "left")).size == 9 * 1_000_000

    def test_a_cancelled_upload_leaves_no_bytes(self, drops: Page, settings: Settings) -> None:
        drops.route("**/uploads/*/?offset=4194304", lambda _: None)
        choose_large(drops, megabytes=9)
        expect(drops.get_by_text("4.2 MB of 9.0 MB")).to_be_visible()
        look(drops, "drop-sending")
        with drops.expect_response(lambda response: response.request.method == "DELETE"):
            drops.get_by_role("button", name="Cancel").click()
        expect(drops.locator("#drop-left")).to_be_focused()
        assert not Upload.objects.exists()
        assert list((Path(settings.MEDIA_ROOT) / "uploads").iterdir()) == []

    def test_two_files_are_sent_at_the_same_time(self, drops: Page) -> None:
        drops.route("**/uploads/*/?offset=4194304", lambda _: None)
        choose_large(drops, megabytes=9)
        drop_files(drops, "[data-drop=right] .drop-zone", {"billing.csv": "id\n2\n"})
        assert arrived(drops, "right")
        expect(drops.get_by_role("button", name="Cancel")).to_be_visible()

    def test_a_file_that_is_too_large_is_refused_before_it_is_sent(self, drops: Page, settings: Settings) -> None:
        settings.MAX_UPLOAD_BYTES = 1_000_000
        choose_large(drops, megabytes=9)
        expect(drops.get_by_role("alert")).to_contain_text("the most that is taken is 1.0 MB")
        assert not Upload.objects.exists()

    def test_an_empty_file_is_refused_in_a_sentence(self, drops: Page) -> None:
        drop_files(drops, "h1", {"nothing.csv": ""})
        expect(drops.get_by_role("alert")).to_contain_text("nothing.csv has no bytes.")

    def test_a_form_around_posts_the_number_and_no_bytes(self, drops: Page) -> None:
        drop_files(drops, "h1", {"crm.csv": "id\n1\n"})
        number = arrived(drops, "left")
        drops.get_by_role("button", name="Go on").click()
        expect(drops.locator("body")).to_have_text(f"left_snapshot={number}, right_snapshot=")

    def test_a_file_read_again_in_another_way_takes_the_place_of_the_first(self, drops: Page) -> None:
        drop_files(drops, "h1", {"crm.csv": "id|a\n1|x\n"})
        number = arrived(drops, "left")
        services.read(snapshot_id=number)
        drops.get_by_text("Not what you expected?").click()
        drops.get_by_label("Delimiter").select_option(label="comma ,")
        drops.get_by_role("button", name="Read again").click()
        expect(drops.locator("[data-drop=left] .progress-part")).to_contain_text("Waiting to be read")
        services.read(snapshot_id=number)
        expect(drops.get_by_text("crm.csv: 1 row, 1 column.")).to_be_visible()

    def test_the_page_hears_of_a_file_that_arrives_and_is_ready(self, drops: Page) -> None:
        drops.evaluate(
            """() => {
              document.title = "";
              for (const event of ["snapshot:received", "snapshot:ready"])
                addEventListener(event, ({ detail }) => (document.title += `(${event} ${detail.name} ${detail.id})`));
            }"""
        )
        drop_files(drops, "h1", {"crm.csv": "id\n1\n"})
        number = arrived(drops, "left")
        services.read(snapshot_id=number)
        expect(drops).to_have_title(f"(snapshot:received left {number})(snapshot:ready left {number})")


def choose_large(page: Page, *, megabytes: int) -> None:
    page.locator("#drop-left").set_input_files(
        {"name": "large.csv", "mimeType": "text/csv", "buffer": b"0123456789" * 100_000 * megabytes}
    )


def test_a_bad_file_shows_its_sentence(drops: Page) -> None:
    drop_files(drops, "h1", {"report.csv": "%PDF-1.7 no table at all"})
    services.read(snapshot_id=arrived(drops, "left"))
    expect(drops.get_by_text("report.csv is a PDF document, not a table. Export it as CSV or XLSX.")).to_be_visible()
    look(drops, "drop-unreadable")


def test_without_script_the_fields_are_plain_ones_and_the_list_reads(
    chromium: Browser, drops: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    build.snapshot(file_name="crm.csv")
    state = context.storage_state()
    plain = chromium.new_context(base_url=live_server.url, java_script_enabled=False, storage_state=state)
    page = plain.new_page()
    page.goto("/snapshots/")
    page.get_by_role("link", name="crm.csv").click()
    expect(page.get_by_text("2 lines came in: 1 row and 1 header line.")).to_be_visible()
    page.goto(drops.url)
    page.locator("#drop-left").set_input_files(
        {"name": "billing.csv", "mimeType": "text/csv", "buffer": CUSTOMERS.encode()}
    )
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("body")).to_contain_text(f"left: {len(CUSTOMERS)} bytes")
    plain.close()
