"""``manage.py compare`` as scripts and people use it: arguments in, streams and exit code out."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.processes import ROOT, environment, manage

SUMMARY = {
    "left_rows", "right_rows", "matched", "only_left", "only_right", "duplicate_keys_left", "duplicate_keys_right",
    "differing_cells", "differing_rows", "fields", "rejected_left", "rejected_right", "seconds",
}  # fmt: skip
LEFT = "id,name,amount,city\n1,Ann,10.0,Ulm\n2,Bob,20,Köln\n3,Cid,30,Bonn\n4,Dee,40,Kiel\n4,Dee,41,Kiel\n"
RIGHT = "id,name,amount,city\n1,Ann,10,Ulm\n2,Bobby,20,Köln\n5,Eve,50,Jena\n"
ROWS = {
    ("differs", "2", "name", "Bob", "Bobby"),
    ("only_left", "3", "*", "", ""),
    ("only_right", "5", "*", "", ""),
    ("duplicate_left", "4", "*", "", ""),
}


@pytest.fixture
def pair(tmp_path: Path) -> tuple[str, str]:
    return write(tmp_path, "crm.csv", LEFT), write(tmp_path, "billing.csv", RIGHT)


def write(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def rows_of(out: Path) -> list[tuple[str, ...]]:
    """Return the lines of a result file of any of the three formats, None as an empty text."""
    if out.suffix == ".csv":
        with out.open(encoding="utf-8", newline="") as opened:
            return [tuple(row) for row in csv.reader(opened)][1:]
    with duckdb.connect() as connection:
        relation = connection.from_parquet(str(out)) if out.suffix == ".parquet" else connection.read_json(str(out))
        return [tuple(value or "" for value in row) for row in relation.fetchall()]


def compare(*arguments: object) -> subprocess.CompletedProcess[str]:
    return manage("compare", *map(str, arguments))


def test_json_is_alone_on_standard_output_and_has_the_figures_of_the_contract(pair: tuple[str, str]) -> None:
    done = compare(*pair, "--key", "id", "--json")
    assert (done.returncode, done.stderr) == (1, "")
    summary = json.loads(done.stdout)
    assert set(summary) == SUMMARY
    assert {name: summary[name] for name in SUMMARY - {"seconds"}} == {
        "left_rows": 5, "right_rows": 3, "matched": 2, "only_left": 1, "only_right": 1, "duplicate_keys_left": 1,
        "duplicate_keys_right": 0, "differing_cells": 1, "differing_rows": 1, "rejected_left": 0, "rejected_right": 0,
        "fields": {"name": 1, "amount": 0, "city": 0},
    }  # fmt: skip


def test_the_answer_for_people_says_it_in_a_sentence_and_marks_the_difference(pair: tuple[str, str]) -> None:
    done = compare(*pair, "--key", "id")
    lines = done.stdout.splitlines()
    assert lines[0] == "crm.csv and billing.csv agree on 50 % of 2 records."
    assert "1 value differs in 1 field." in lines
    assert "1 record is only in crm.csv." in lines
    at = lines.index("    right  Bobby")
    assert lines[at + 1] == "              ^^"


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_out_holds_every_mismatch(pair: tuple[str, str], tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"found.{ending}"
    done = compare(*pair, "--key", "id", "--out", out)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    rows = rows_of(out)
    assert set(rows) == ROWS
    assert len(rows) == len(ROWS) + 1


def test_nothing_differs_is_exit_code_0(pair: tuple[str, str]) -> None:
    done = compare(pair[1], pair[1], "--key", "id")
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        0,
        "the left billing.csv and the right billing.csv agree on all 3 records.",
    )


def test_strict_takes_every_field_as_text(pair: tuple[str, str]) -> None:
    assert json.loads(compare(*pair, "--key", "id", "--strict", "--json").stdout)["fields"]["amount"] == 1


def test_without_a_key_one_is_suggested_and_said(tmp_path: Path) -> None:
    rows = [f"{number},name {number % 7},{number * 3}" for number in range(60)]
    left = write(tmp_path, "left.csv", "\n".join(["customer_id,name,amount", *rows]))
    right = write(tmp_path, "right.csv", "\n".join(["customer_id,name,amount", *rows[5:]]))
    done = compare(left, right, "--json")
    assert json.loads(done.stdout)["only_left"] == 5
    assert "customer_id" in done.stderr


def test_files_may_stand_after_the_keys(pair: tuple[str, str]) -> None:
    assert compare("--json", "--key", "id", *pair).returncode == 1


def test_keys_of_two_columns_fields_with_their_comparison_and_words(tmp_path: Path) -> None:
    left = write(tmp_path, "l.csv", "shop,no,state,total\nA,1,current,1.00\nA,2,late,2.00\nB,1,late,3\n")
    right = write(tmp_path, "r.csv", "shop,nr,Status,total\nA,1,PAID,1.005\nA,2,OVERDUE,2.2\nB,1,PAID,3\n")
    words = write(tmp_path, "words.csv", "current,PAID\nlate,OVERDUE\n")
    done = compare(
        left, right, "--key", "shop", "no=nr", "--map", "state=Status", "--values", f"state={words}",
        "--field", "total:number:0.01", "--out", tmp_path / "out.csv",
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert rows_of(tmp_path / "out.csv") == [
        ("differs", '["A","2"]', "total", "2.00", "2.2"),
        ("differs", '["B","1"]', "state", "late", "PAID"),
    ]


def test_key_fold_pairs_keys_that_differ_in_case_and_without_it_is_suggested(tmp_path: Path) -> None:
    left = write(tmp_path, "l.csv", "id,x\nAb1,1\nCd2,2\n")
    right = write(tmp_path, "r.csv", "id,x\nab1,1\n cd2 ,2\n")
    assert (
        "2 keys differ only in case or outer space; --key-fold pairs them."
        in compare(left, right, "--key", "id").stdout
    )
    assert compare(left, right, "--key", "id", "--key-fold").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--key", "nr"], "Key column `nr` is not in crm.csv. It has: id, name, amount, city."),
        (["--key", "id", "--field", "amount:numbr"], "`numbr` is not a comparison. There are: auto, exact, number"),
        (["--key", "id", "--field", "amount:number:much"], "`much` is not understood: a tolerance such as"),
        (["--key", "id", "--out", "found.xlsx"], "`found.xlsx` is not understood: name a file ending in"),
        (["--key", "id", "--out", "/nowhere/found.csv"], "/nowhere/found.csv cannot be written"),
        (["--key", "id", "--memory", "lots"], "`lots` is not understood: write a size such as"),
        (["--key", "id", "--ignore", "nothing"], "Ignored column `nothing` is not in crm.csv or billing.csv."),
        (["--key", "id", "--map", "name=nobody"], "Column `nobody` is not in billing.csv."),
        (["--key", "id", "--values", "name=nofile.csv"], "nofile.csv is not there"),
        (["--key", "id", "--left-sheet", "Data"], "crm.csv is not a spreadsheet"),
        (["--key", "id", "--no-such-option"], "Unrecognized arguments: --no-such-option. See --help."),
        (["third.csv", "--key", "id"], "name two files"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_exit_code_2(
    pair: tuple[str, str], arguments: list[str], sentence: str
) -> None:
    done = compare(*pair, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "crm.csv has no lines."),
        (b"%PDF-1.7 something", "crm.csv is a PDF document, not a table."),
        (b"<!DOCTYPE html><html></html>", "crm.csv is a web page, not a table."),
        (b"PK\x03\x04broken", "crm.csv is damaged or cut off"),
    ],
)
def test_a_file_that_is_no_table_is_said_to_be_so(pair: tuple[str, str], content: bytes, sentence: str) -> None:
    Path(pair[0]).write_bytes(content)
    done = compare(*pair, "--key", "id")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1


def test_a_parquet_file_damaged_in_the_middle_is_said_to_be_so(tmp_path: Path) -> None:
    whole, damaged = tmp_path / "whole.parquet", tmp_path / "damaged.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT i AS id, hash(i) AS x FROM range(200000) AS t(i)) TO '{whole}'")  # noqa: S608
    content = whole.read_bytes()
    half = len(content) // 2
    damaged.write_bytes(content[:100] + b"\xff" * half + content[100 + half :])
    done = compare(whole, damaged, "--key", "id")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("damaged.parquet is damaged or cut off")


def test_an_earlier_result_stays_when_the_comparison_fails(pair: tuple[str, str], tmp_path: Path) -> None:
    out = tmp_path / "found.csv"
    out.write_text("last week\n")
    assert compare(*pair, "--key", "nr", "--out", out).returncode == 2
    assert out.read_text() == "last week\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["billing.csv", "crm.csv", "found.csv"]


def test_rejected_lines_are_counted_said_and_make_a_difference(tmp_path: Path) -> None:
    left = write(tmp_path, "l.csv", "id,x\n1,1\n2,2,2\n")
    right = write(tmp_path, "r.csv", "id,x\n1,1\n")
    done = compare(left, right, "--key", "id")
    assert done.returncode == 1
    assert (
        "l.csv: 1 line could not be read and takes no part; line 3: it has 3 values, the header has 2." in done.stdout
    )


def test_hostile_names_and_values_come_through_as_data(tmp_path: Path) -> None:
    name = '"; DROP TABLE narrow; --'
    quoted = '"""; DROP TABLE narrow; --"'
    left = write(tmp_path, "it's $(here).csv", f"a=b,{quoted}\n=1+1,<script>\n'; --,x\n")
    right = write(tmp_path, "r;.csv", f"a=b,{quoted}\n=1+1,</script>\n'; --,x\n")
    done = compare(left, right, "--key", "a=b", "--out", tmp_path / "out.csv")
    assert done.returncode == 1, done.stderr
    assert rows_of(tmp_path / "out.csv") == [("differs", "=1+1", name, "<script>", "</script>")]


@pytest.mark.parametrize("command", [["compare", "--key=id"], ["suggest"]])
def test_a_reader_that_went_away_is_no_traceback(pair: tuple[str, str], command: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *command, *pair],
        stdout=writing, stderr=subprocess.PIPE, env=environment(), text=True, check=False, timeout=60,
    )  # fmt: skip
    os.close(writing)
    assert "Traceback" not in done.stderr
