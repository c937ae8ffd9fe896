"""The pages about what came in: with nothing, little and much on them, and with whatever a file may hold."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ownership.models import Person
from reconcile import engine
from reconcile.exports import services
from reconcile.exports.models import Snapshot
from tests import build
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

HOSTILE_NAMES = (
    '"; DROP TABLE x; --.csv',
    "<b>bold</b> & 'quoted'.csv",
    "\u202egnp.csv",
    "line\nbreak.csv",
    "..",
    "Größe 数.csv",
    "=cmd|' /C calc'!A0.csv",
    "{{ 7|add:7 }} {% now %}.csv",
    "x" * 10_000,
)
HOSTILE_CELLS = (
    '"<script>alert(1)</script>"',
    '"=HYPERLINK(""http://x"")"',
    '"\u202eevil\u202c"',
    '"{{ 7|add:7 }}"',
    '" outer  and double "',
    "W" * 10_000,
)


def text_of(client: Client, address: str) -> str:
    """Return what a page says, without its markup."""
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def body(client: Client, address: str) -> bytes:
    return b"".join(client.get(address))


# --- The list ------------------------------------------------------------------------------------------------------


def test_an_empty_list_leads_to_a_new_check(as_dana: Client) -> None:
    page = as_dana.get("/snapshots/").content.decode()
    assert "No snapshots yet" in page
    assert 'href="/checks/new/"' in page


def test_an_empty_list_promises_a_viewer_no_button(db: None) -> None:  # noqa: ARG001
    page = signed_in(build.person()).get("/snapshots/").content.decode()
    assert "Each export that a team lead drops is kept here" in page


def test_the_list_says_what_came_in(as_dana: Client, dana: Person) -> None:
    build.snapshot(file_name="crm.csv", text="id,a\n1,x\n2,y\n3\n", system=build.system(name="CRM"), person=dana)
    page = text_of(as_dana, "/snapshots/")
    for word in ("crm.csv", "ready", "CRM", "Dana Reyes", "1 snapshot", "15 bytes"):
        assert word in page


def test_the_list_is_searched_by_name_and_by_hash(as_dana: Client) -> None:
    crm, billing = build.received(file_name="crm.csv"), build.received(file_name="billing.csv", content=b"id\n9\n")
    assert "billing.csv" not in text_of(as_dana, "/snapshots/?q=crm")
    found = text_of(as_dana, f"/snapshots/?q={billing.sha256[:20]}")
    assert billing.file_name in found
    assert crm.file_name not in found


def test_the_list_is_filtered_by_system_and_state(as_dana: Client) -> None:
    system = build.system(name="Billing")
    build.received(file_name="billing.csv", system=system)
    build.received(file_name="crm.csv")
    build.snapshot(file_name="ready.csv")
    assert "crm.csv" not in text_of(as_dana, f"/snapshots/?system={system.pk}")
    ready = text_of(as_dana, "/snapshots/?state=ready")
    assert "ready.csv" in ready
    assert "crm.csv" not in ready


@pytest.mark.parametrize("query", ["?system=x", "?state=nowhere", "?page=-1", "?sort=;drop", "?q=%00", "?size=9999999"])
def test_an_address_that_makes_no_sense_is_still_a_list(as_dana: Client, query: str) -> None:
    build.received()
    assert as_dana.get(f"/snapshots/{query}").status_code == 200


def test_the_list_takes_the_same_number_of_queries_for_one_and_for_thirty(as_dana: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            as_dana.get("/snapshots/")
        return len(captured)

    build.received(person=build.person(), system=build.system(name="CRM"))
    one = queries()
    for number in range(30):
        sender = build.person(email=f"{number}@example.com")
        build.received(file_name=f"{number}.csv", person=sender, system=build.system(name=f"System {number}"))
    assert queries() == one


@pytest.mark.parametrize("sort", ["file_name", "-system", "rows", "rejected", "-size", "as_of", "received_by", "state"])
def test_the_list_is_sorted_by_every_column(as_dana: Client, sort: str) -> None:
    build.received(system=build.system())
    build.snapshot(text="id\n1\n2\n")
    assert "2 snapshots" in text_of(as_dana, f"/snapshots/?sort={sort}")


# --- One snapshot --------------------------------------------------------------------------------------------------


def test_a_snapshot_says_where_every_line_went(as_dana: Client) -> None:
    snapshot = build.snapshot(text='id,a\n1,"x\ny"\n2,y\n3,z,too many\n\n', file_name="crm.csv")
    page = text_of(as_dana, f"/snapshots/{snapshot.pk}/")
    assert "2 rows in 2 columns; 1 line is rejected." in page
    assert (
        "6 lines came in: 2 rows, 1 header line, 1 further line inside quoted values, 1 blank line and 1 rejected line."
        in page
    )
    assert "Read as UTF-8, separated by commas." in page
    assert snapshot.sha256 in page
    assert "Line 5:" in page


def test_a_snapshot_that_waits_is_looked_at_again_by_itself(as_dana: Client) -> None:
    snapshot = build.received()
    page = as_dana.get(f"/snapshots/{snapshot.pk}/").content.decode()
    assert "It waits to be read." in page
    assert 'hx-trigger="every 1s"' in page


def test_the_preview_asks_again_until_the_reading_is_over(as_dana: Client) -> None:
    snapshot = build.received()
    assert 'hx-trigger="every 700ms"' in as_dana.get(f"/snapshots/{snapshot.pk}/preview/").content.decode()
    services.read(snapshot_id=snapshot.pk)
    page = as_dana.get(f"/snapshots/{snapshot.pk}/preview/").content.decode()
    assert "hx-trigger" not in page
    assert 'data-state="ready"' in page


def test_people_see_how_far_the_reading_is(as_dana: Client) -> None:
    snapshot = build.received(file_name="crm.csv")
    Snapshot.objects.filter(pk=snapshot.pk).update(state="reading", done=412_000, total=1_000_000)
    page = text_of(as_dana, f"/snapshots/{snapshot.pk}/preview/")
    assert "Reading crm.csv 412,000 of 1,000,000 lines" in page


def test_an_unreadable_one_says_why_and_what_to_do(as_dana: Client) -> None:
    snapshot = services.read(snapshot_id=build.received(content=b"%PDF-1.7", file_name="crm.csv").pk)
    for address in (f"/snapshots/{snapshot.pk}/", f"/snapshots/{snapshot.pk}/preview/"):
        page = text_of(as_dana, address)
        assert "crm.csv is a PDF document, not a table. Export it as CSV or XLSX." in page
        assert "Its bytes are kept as they came." in page
        assert "Read again" in page


def test_a_viewer_reads_and_is_offered_no_other_reading() -> None:
    snapshot = build.snapshot()
    page = text_of(signed_in(build.person()), f"/snapshots/{snapshot.pk}/")
    assert "1 row in 2 columns." in page
    assert "Read again" not in page


def test_of_many_columns_the_first_are_shown_and_the_rest_counted(as_dana: Client) -> None:
    header = ",".join(f"column {number}" for number in range(400))
    snapshot = build.snapshot(text=f"{header}\n{',' * 399}\n")
    page = text_of(as_dana, f"/snapshots/{snapshot.pk}/preview/")
    assert "370 further columns are not shown here." in page
    assert "column 30" not in page


def test_an_export_without_rows_says_so(as_dana: Client) -> None:
    snapshot = build.snapshot(text="id,name\n")
    if snapshot.state == "ready":
        assert "It has column names and no rows: id, name." in text_of(as_dana, f"/snapshots/{snapshot.pk}/preview/")


def test_a_kept_copy_that_is_lost_is_said(as_dana: Client) -> None:
    snapshot = build.snapshot(file_name="crm.csv")
    snapshot.kept_path.unlink()
    assert "crm.csv" in text_of(as_dana, f"/snapshots/{snapshot.pk}/preview/")


def test_receipts_of_the_same_bytes_name_each_other(as_dana: Client) -> None:
    first = build.snapshot(file_name="monday.csv")
    second = build.snapshot(file_name="friday.csv")
    assert "friday.csv" in text_of(as_dana, f"/snapshots/{first.pk}/")
    assert "monday.csv" in text_of(as_dana, f"/snapshots/{second.pk}/")


def test_runs_that_used_it_are_named(as_dana: Client) -> None:
    run = build.run_queued(check=build.check(name="Customers"), left_text="id,a\n1,x\n", right_text="id,a\n1,y\n")
    assert "as the left side" in text_of(as_dana, f"/snapshots/{run.left_id}/")
    assert "as the right side" in text_of(as_dana, f"/snapshots/{run.right_id}/")


@pytest.mark.parametrize("number", ["0", "123456789", "9" * 30])
def test_an_unknown_snapshot_is_not_there(as_dana: Client, number: str) -> None:
    for part in ("", "preview/", "rejected.csv", "original/"):
        assert as_dana.get(f"/snapshots/{number}/{part}").status_code == 404
    assert as_dana.post(f"/snapshots/{number}/read-again/").status_code == 404


# --- Hostile names and cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_file_names_are_shown_and_nothing_else(as_dana: Client, name: str) -> None:
    snapshot = build.snapshot(text="id\n1\n", file_name=name)
    for address in ("/snapshots/", f"/snapshots/{snapshot.pk}/", f"/snapshots/{snapshot.pk}/preview/"):
        page = as_dana.get(address).content.decode()
        assert "<b>bold" not in page
        assert "\u202egnp" not in re.sub(r"(?s)<title>.*?</title>|<[^>]+>", "", page)
    response = as_dana.get(f"/snapshots/{snapshot.pk}/original/")
    assert list(response) == [b"id\n1\n"]
    assert response["Content-Disposition"].startswith("attachment")
    assert "\n" not in response["Content-Disposition"]


@pytest.mark.parametrize(("names", "row"), [("HOSTILE", "1,2,3,4,5,6"), ("a,b,c,d,e,f", "HOSTILE")])
def test_hostile_cells_and_columns_are_shown_as_text(as_dana: Client, names: str, row: str) -> None:
    cells = ",".join(HOSTILE_CELLS)
    snapshot = build.snapshot(text=f"{names}\n{row}\n1,2,3,4,5,6,7 <i>too many</i>\n".replace("HOSTILE", cells))
    assert snapshot.state == "ready"
    for address in (f"/snapshots/{snapshot.pk}/", f"/snapshots/{snapshot.pk}/preview/"):
        page = as_dana.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<i>too many" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "{{ 7|add:7 }}" in page


# --- Downloads -----------------------------------------------------------------------------------------------------


def test_the_original_comes_back_byte_for_byte_and_is_never_opened_in_the_browser(as_dana: Client) -> None:
    snapshot = build.received(content=b"<script>\x00\xff", file_name="Größe.html")
    response = as_dana.get(f"/snapshots/{snapshot.pk}/original/")
    assert b"".join(response) == b"<script>\x00\xff"
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe.html"
    assert response["Content-Length"] == "10"


def test_an_original_that_is_lost_is_not_there(as_dana: Client) -> None:
    snapshot = build.received()
    snapshot.path.unlink()
    assert as_dana.get(f"/snapshots/{snapshot.pk}/original/").status_code == 404


def test_rejected_lines_are_downloaded_whole_and_safe_against_formulas(as_dana: Client) -> None:
    snapshot = build.snapshot(text='id,a\n1,x\n=1+1,"2",3\n-5,6,7\n@x,y,z\n', file_name="crm.csv")
    response = as_dana.get(f"/snapshots/{snapshot.pk}/rejected.csv")
    lines = b"".join(response).decode("utf-8-sig").splitlines()
    assert lines[0] == "line,lines,reason,text"
    assert len(lines) == 4
    assert [line.split(",", 2)[0] for line in lines[1:]] == ["3", "4", "5"]
    assert all("'=1+1" in line or "'-5,6" in line or "'@x" in line for line in lines[1:])
    assert response["Content-Disposition"] == 'attachment; filename="crm.csv rejected lines.csv"'


def test_where_nothing_was_rejected_there_is_nothing_to_download(as_dana: Client) -> None:
    assert as_dana.get(f"/snapshots/{build.snapshot().pk}/rejected.csv").status_code == 404


# --- Reading again -------------------------------------------------------------------------------------------------


def test_reading_again_takes_what_the_form_says(as_dana: Client, dana: Person) -> None:
    snapshot = build.snapshot(text="a\tb\n1\t2\n", person=dana)
    said = {"encoding": "cp1252", "delimiter": "tab", "header": "no", "sheet": ""}
    response = as_dana.post(f"/snapshots/{snapshot.pk}/read-again/", said)
    assert response["Location"] == f"/snapshots/{snapshot.pk}/"
    again = services.read(snapshot_id=snapshot.pk)
    assert again.options == {"encoding": "cp1252", "delimiter": "\t", "header": False}
    assert again.rows == 2
    page = as_dana.get(f"/snapshots/{snapshot.pk}/").content.decode()
    assert '<option value="tab" selected>' in page


def test_inside_a_page_reading_again_answers_with_the_preview(as_dana: Client, dana: Person) -> None:
    snapshot = build.snapshot(person=dana)
    response = as_dana.post(f"/snapshots/{snapshot.pk}/read-again/", {"delimiter": ";"}, headers={"HX-Request": "true"})
    assert f'data-snapshot="{snapshot.pk}"' in response.content.decode()
    assert Snapshot.objects.get(pk=snapshot.pk).options == {"delimiter": ";"}


@pytest.mark.parametrize(
    "said", [{"encoding": "rot13"}, {"delimiter": "\x00"}, {"header": "perhaps"}, {"sheet": "s" * 300}]
)
def test_what_the_form_does_not_offer_is_refused_and_changes_nothing(as_dana: Client, said: dict[str, str]) -> None:
    snapshot = build.snapshot()
    for headers in ({}, {"HX-Request": "true"}):
        response = as_dana.post(f"/snapshots/{snapshot.pk}/read-again/", said, headers=headers)
        assert response.status_code == 400
    assert Snapshot.objects.get(pk=snapshot.pk).options == {}


def test_a_viewer_has_nothing_read_again() -> None:
    snapshot = build.snapshot()
    response = signed_in(build.person()).post(f"/snapshots/{snapshot.pk}/read-again/", {"delimiter": ";"})
    assert response.status_code == 403
    assert "Exports are uploaded by people who lead a team." in response.content.decode()


def test_how_a_file_was_read_is_said_in_words() -> None:
    read = build.snapshot(text="a;b\n1;2\n").export
    assert engine.Export.from_json(read.to_json()) == read
    from reconcile.exports.queries import read_as

    assert read_as(read) == "Read as UTF-8, separated by semicolons."
