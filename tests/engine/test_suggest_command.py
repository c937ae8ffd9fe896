"""``manage.py suggest`` as scripts and people use it: arguments in, streams and exit code out."""

import json
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.processes import manage


@pytest.fixture
def pair(tmp_path: Path) -> tuple[str, str]:
    cities = ["Graz", "Lyon", "Porto", "Gent"]
    rows = [(f"A{n:03d}", cities[n * n % 7 % 4], f"{n * 37 % 91}.50") for n in range(50)]
    left = ["account_id,city,amount", *(f"{a},{b},{c}" for a, b, c in rows)]
    right = ["Betrag,Customer Ref,Ort", *(f"{c},{a},{b.upper()}" for a, b, c in rows[::-1])]
    for name, lines in (("crm.csv", left), ("billing export.csv", right)):
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(tmp_path / "crm.csv"), str(tmp_path / "billing export.csv")


def suggest(*arguments: str) -> subprocess.CompletedProcess[str]:
    return manage("suggest", *arguments)


def test_people_read_key_pairs_and_why(pair: tuple[str, str]) -> None:
    done = suggest(*pair)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Key: account_id = Customer Ref" in done.stdout
    assert "unique on both sides, 100 % of left keys found on the right" in done.stdout
    assert "amount = Betrag" in done.stdout


def test_the_line_to_paste_runs_and_compares_as_suggested(pair: tuple[str, str]) -> None:
    line = shlex.split(suggest(*pair).stdout.splitlines()[-1])
    assert line[:3] == ["./run", "manage", "compare"]
    assert line[3:5] == list(pair)
    done = manage(*line[2:], "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["matched"] == 50


def test_json_is_alone_on_standard_output(pair: tuple[str, str]) -> None:
    done = suggest(*pair, "--json")
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert found["keys"][0]["pairs"] == [["account_id", "Customer Ref"]]
    assert {(one["left"], one["right"], one["comparison"]) for one in found["pairs"]} == {
        ("city", "Ort", "text"),
        ("amount", "Betrag", "number"),
    }


def test_no_key_is_exit_code_1(tmp_path: Path) -> None:
    for name, text in (("a.csv", "id,x\n1,2\n"), ("b.csv", "id,x\nq,r\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = suggest(str(tmp_path / "a.csv"), str(tmp_path / "b.csv"))
    assert done.returncode == 1
    assert done.stdout.startswith("No key was found")


@pytest.mark.parametrize("arguments", [("none.csv", "none.csv"), ("only.csv",), ("a", "b", "--nonsense")])
def test_what_cannot_be_done_is_one_sentence_and_exit_code_2(arguments: tuple[str, ...]) -> None:
    done = suggest(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_a_sheet_named_for_a_text_file_is_refused(pair: tuple[str, str]) -> None:
    done = suggest(*pair, "--left-sheet", "March")
    assert done.returncode == 2
    assert "March" in done.stderr
