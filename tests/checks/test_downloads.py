"""Mismatches as files: everything or what is filtered, safe to open, of any number."""

import csv
import io
from typing import Any

import duckdb
import pytest
from django.core.management import call_command
from django.test import Client
from python_calamine import CalamineWorkbook

from ownership.models import Person
from reconcile.checks.models import Mismatch
from tests import build
from tests.checks.three_runs import ThreeRuns

pytestmark = pytest.mark.django_db

HEAD = ["Record", "Field", "Billing", "CRM", "How", "First seen", "Last seen", "Times seen", "State"]


def content(response: Any) -> bytes:
    return b"".join(response)


def csv_rows(client: Client, address: str) -> list[list[str]]:
    text = content(client.get(address)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def xlsx_rows(client: Client, address: str) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content(client.get(address))))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def test_the_csv_has_what_the_list_has(as_dana: Client, three_runs: ThreeRuns) -> None:
    run = three_runs.runs[2]
    first, second, third = (f"{one.as_of:%Y-%m-%d}" for one in three_runs.runs)
    assert csv_rows(as_dana, f"/runs/{run.pk}/mismatches.csv") == [
        HEAD,
        ["2", "a", "x", "y", "Values differ", first, third, "2", "returned"],
        ["6", "a", "u", "w", "Values differ", second, third, "2", "open"],
        ["5", "", "2", "", "Repeated key, rows in Billing", first, third, "3", "open"],
        ["5", "", "", "1", "Repeated key, rows in CRM", first, third, "3", "open"],
        ["4", "", "", "", "Only in CRM", first, third, "3", "open"],
    ]


def test_the_xlsx_has_the_same_with_keys_and_days_as_text(as_dana: Client, three_runs: ThreeRuns) -> None:
    run = three_runs.runs[2]
    first, second, third = (f"{one.as_of:%Y-%m-%d}" for one in three_runs.runs)
    rows = xlsx_rows(as_dana, f"/runs/{run.pk}/mismatches.xlsx?kind=differs")
    assert rows == [
        HEAD,
        ["2", "a", "x", "y", "Values differ", first, third, 2.0, "returned"],
        ["6", "a", "u", "w", "Values differ", second, third, 2.0, "open"],
    ]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_download_has_what_its_address_is_narrowed_to(as_dana: Client, three_runs: ThreeRuns, form: str) -> None:
    rows = csv_rows if form == "csv" else xlsx_rows
    for run, asked, keys in (
        (2, "kind=only_right", ["4"]),
        (2, "field=a&state=returned", ["2"]),
        (2, "state=gone", ["3"]),
        (2, "q=W", ["6"]),
        (2, "q=nothing", []),
        (2, "kind=nonsense&page=9&sort=-left", ["2", "6", "5", "5", "4"]),
        (0, "", ["2", "5", "5", "3", "4"]),
        (1, "state=new", ["6"]),
    ):
        found = rows(as_dana, f"/runs/{three_runs.runs[run].pk}/mismatches.{form}?{asked}")
        assert [row[0] for row in found[1:]] == keys, asked


def test_nothing_in_a_download_runs_when_it_is_opened(as_dana: Client, dana: Person) -> None:
    left = 'id,a\n1,-5.2\n2,007\n3,"=HYPERLINK(""http://example.com"")"\n"=cmd()",@x\n5,12345678901234567890\n'
    check = build.check(name="=A1", left="=1+1", right="CRM")
    run = build.run_done(check=check, left_text=left, right_text="id,a\n1,x\n2,x\n3,x\n=cmd(),x\n5,x\n", person=dana)
    as_csv = csv_rows(as_dana, f"/runs/{run.pk}/mismatches.csv")
    assert as_csv[0][2] == "'=1+1"
    assert [row[0] for row in as_csv[1:]] == ["1", "2", "3", "5", "'=cmd()"]
    assert [row[2] for row in as_csv[1:]] == [
        "-5.2", "007", "'=HYPERLINK(\"http://example.com\")", "12345678901234567890", "'@x"
    ]  # fmt: skip
    as_xlsx = xlsx_rows(as_dana, f"/runs/{run.pk}/mismatches.xlsx")
    assert [row[2] for row in as_xlsx[1:]] == [
        -5.2, "007", '=HYPERLINK("http://example.com")', "12345678901234567890", "@x"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("Customers", 'attachment; filename="Customers, run 1.csv"'),
        ("Kunden Übersicht", "attachment; filename*=utf-8''Kunden%20%C3%9Cbersicht%2C%20run%201.csv"),
        ('../a\\b"c\r\nX: y', 'attachment; filename="a b c X y, run 1.csv"'),
        ("\u202egpj.exe", 'attachment; filename="gpj.exe, run 1.csv"'),
        ("/", 'attachment; filename="Check, run 1.csv"'),
    ],
)
def test_the_name_of_the_file_says_check_and_run(as_dana: Client, name: str, disposition: str) -> None:
    run = build.many_mismatches(check=build.check(name=name), count=1)
    assert as_dana.get(f"/runs/{run.pk}/mismatches.csv")["Content-Disposition"] == disposition
    filtered = as_dana.get(f"/runs/{run.pk}/mismatches.csv?kind=differs")["Content-Disposition"]
    assert ", filtered.csv" in filtered or "%2C%20filtered.csv" in filtered


def test_only_csv_and_xlsx_of_done_runs_are_there(as_dana: Client) -> None:
    run = build.run_queued(check=build.check(), left_text="id,a\n1,x\n", right_text="id,a\n1,y\n")
    assert as_dana.get(f"/runs/{run.pk}/mismatches.csv")["Location"] == f"/runs/{run.pk}/"
    assert as_dana.get(f"/runs/{run.pk}/mismatches.exe").status_code == 404
    assert as_dana.get("/runs/999/mismatches.csv").status_code == 404


def test_a_search_that_finds_more_than_the_list_shows_is_downloaded_whole(
    as_dana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconcile.checks.queries.mismatches.FOUND", 10)
    monkeypatch.setattr("reconcile.checks.queries.mismatches.CHUNK", 7)
    run = build.many_mismatches(check=build.check(), count=50)
    assert len(csv_rows(as_dana, f"/runs/{run.pk}/mismatches.csv?q=left")) == 51
    assert len(csv_rows(as_dana, f"/runs/{run.pk}/mismatches.csv")) == 51


def test_a_run_published_meanwhile_changes_nothing_of_a_download(
    as_dana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconcile.checks.queries.mismatches.CHUNK", 5)
    monkeypatch.setattr("reconcile.checks.sheets.ROWS_AT_ONCE", 5)
    check = build.check()
    run = build.many_mismatches(check=check, count=30)
    pieces = iter(as_dana.get(f"/runs/{run.pk}/mismatches.csv"))
    begun = next(pieces)
    build.run_done(check=check, left_text="id,a\n1,x\n2,left 2\n", right_text="id,a\n1,x\n2,other\n")
    assert Mismatch.objects.filter(closed_number=1).count() == 29
    rows = list(csv.reader(io.StringIO((begun + b"".join(pieces)).decode("utf-8-sig"), newline="")))
    assert sorted(row[3] for row in rows[1:]) == sorted(f"right {number}" for number in range(1, 31))


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[list[str]]:
    call_command("mismatches", *arguments)
    return list(csv.reader(io.StringIO(capsys.readouterr().out)))


def test_the_command_writes_the_columns_of_the_contract(
    three_runs: ThreeRuns, capsys: pytest.CaptureFixture[str]
) -> None:
    first, _, third = (f"{one.as_of:%Y-%m-%d}" for one in three_runs.runs)
    capsys.readouterr()
    found = lines(capsys, "Customers")
    assert ",".join(found[0]) == (
        "kind,key,field,left,right,first_seen,last_seen,times_seen,state,cause,segment,pattern,handoff,verdict,"
        "should_be,rule,evidence"
    )
    assert found[1][:9] == ["differs", "2", "a", "x", "y", first, third, "2", "returned"]
    assert [row[:3] for row in lines(capsys, "Customers", "--run", "1")[1:]] == [
        ["differs", "2", "a"], ["duplicate_left", "5", "*"], ["duplicate_right", "5", "*"], ["only_left", "3", "*"],
        ["only_right", "4", "*"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Nobody"], "There is no check named Nobody. There are: Customers."),
        (["Customers"], "No run of Customers is done yet."),
        (["Others", "--run", "7"], "Others has no run 7; its runs are 1 to 1."),
        (["Others", "--out", "f.txt"], "`f.txt` is not understood: name a file ending in .csv, .parquet or .jsonl."),
        (
            ["Others", "--out", "/nowhere/f.csv"],
            "/nowhere/f.csv cannot be written: its folder is not there or cannot be written to.",
        ),
    ],
)  # fmt: skip
def test_the_command_refuses_in_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    if arguments[0] == "Others":
        build.many_mismatches(check=build.check(name="Others"), count=1)
    else:
        build.check()
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        call_command("mismatches", *arguments)
    assert (left.value.code, capsys.readouterr().err.strip()) == (2, said)


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_the_command_writes_files_of_each_kind(three_runs: ThreeRuns, tmp_path: Any, ending: str) -> None:
    out = tmp_path / f"found.{ending}"
    call_command("mismatches", three_runs.check.name, "--out", str(out))
    with duckdb.connect() as connection:
        asked = f"SELECT kind, key, times_seen FROM '{out}' WHERE kind = 'differs' ORDER BY key"  # noqa: S608
        found = connection.execute(asked).fetchall()
    assert [tuple(map(str, row)) for row in found] == [("differs", "2", "2"), ("differs", "6", "2")]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(("found", ".mis"))] == [out.name]
