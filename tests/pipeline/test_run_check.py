"""``run_check``: the same services at the command line, its words, figures and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from reconcile.checks.models import Check, Mismatch, Run, RunState
from tests import build

pytestmark = pytest.mark.django_db

LEFT = "id,a\n1,x\n2,y\n3,z\n"
RIGHT = "id,a\n1,x\n2,Y\n4,z\n"


class Shell:
    """Somebody at the command line, with two files in a folder."""

    def __init__(self, folder: Path, output: pytest.CaptureFixture[str]) -> None:
        self._folder = folder
        self._output = output

    def run_check(
        self, *options: str, left: str = LEFT, right: str = RIGHT, name: str = "Customers"
    ) -> tuple[int, str, str]:
        """Return exit code, standard output and standard error."""
        files = []
        for side, text in (("left", left), ("right", right)):
            file = self._folder / f"{side}.csv"
            file.write_text(text)
            files += [f"--{side}", str(file)]
        with pytest.raises(SystemExit) as left_with:
            call_command("run_check", name, *files, *(options or ("--as-of", "2026-11-20")))
        said = self._output.readouterr()
        assert isinstance(left_with.value.code, int)
        return left_with.value.code, said.out, said.err


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


@pytest.fixture
def check(db: None) -> Check:  # noqa: ARG001
    return build.check(volume_guard=0.3)


@pytest.mark.usefixtures("check")
def test_a_run_that_finds_something_says_what_and_ends_with_one(shell: Shell) -> None:
    code, out, err = shell.run_check()
    assert (code, err) == (1, "")
    assert out == (
        "Run 1 of Customers.\n"
        "CRM and Billing agree on 50.0 % of 2 records; 1 value differs in 1 field; 1 record is only in CRM; "
        "1 record is only in Billing.\n"
        "Mismatches: 3 new, 0 changed, 0 returned, 0 unchanged, 0 gone.\n"
        "Patterns: 3 (3 new, 0 returned).\n"
    )


@pytest.mark.usefixtures("check")
def test_two_files_that_agree_end_with_nought(shell: Shell) -> None:
    assert shell.run_check(right=LEFT)[0] == 0


@pytest.mark.usefixtures("check")
def test_scripts_get_the_figures_alone(shell: Shell) -> None:
    shell.run_check()
    code, out, err = shell.run_check("--json", "--as-of", "2026-11-21T08:00", right=LEFT)
    found = json.loads(out)
    assert found.pop("seconds") > 0
    assert (code, err) == (0, "")
    assert found == {
        "left_rows": 3, "right_rows": 3, "matched": 3, "only_left": 0, "only_right": 0, "duplicate_keys_left": 0,
        "duplicate_keys_right": 0, "differing_cells": 0, "differing_rows": 0, "fields": {"a": 0}, "rejected_left": 0,
        "rejected_right": 0, "new": 0, "gone": 3, "returned": 0, "run": 2,
        "patterns": 0, "new_patterns": 0, "returned_patterns": 0,
    }  # fmt: skip


@pytest.mark.usefixtures("check")
def test_the_same_pair_twice_says_so_and_gives_the_same_answer(shell: Shell) -> None:
    first = shell.run_check("--json", "--as-of", "2026-11-20")
    assert shell.run_check("--json", "--as-of", "2026-11-20") == first
    code, out, _ = shell.run_check()
    assert code == 1
    assert out.startswith("These two files were compared before: this is run 1 of Customers.\n")
    assert (Run.objects.count(), Mismatch.objects.count()) == (1, 3)


@pytest.mark.usefixtures("check")
def test_a_held_run_ends_with_the_numbers_until_it_is_confirmed(shell: Shell) -> None:
    shell.run_check()
    held = "The CRM export, left.csv, has 1 row; last time it had 3, so there are 66.7 % fewer."
    missing = "left.csv lacks 2 keys that left.csv, compared before it, has."
    for _ in range(2):
        assert shell.run_check(left="id,a\n1,x\n") == (
            2,
            "",
            f"{held} {missing} If this is right, run it again with --confirm.\n",
        )
    code, out, _ = shell.run_check("--confirm", "--as-of", "2026-11-20", left="id,a\n1,x\n")
    assert code == 1
    assert out.startswith("Run 2 of Customers.\n")
    assert Run.objects.get(number=2).confirmed_why == "Confirmed with --confirm at the command line of the server."


@pytest.mark.usefixtures("check")
def test_another_pair_waits_while_a_run_is_held(shell: Shell) -> None:
    shell.run_check()
    shell.run_check(left="id,a\n1,x\n")
    assert shell.run_check(left="id,a\n2,x\n", right=LEFT) == (
        2, "", "A run of Customers waits to be confirmed. Confirm or cancel it first.\n",
    )  # fmt: skip


def test_a_check_that_is_not_there_is_named(shell: Shell, check: Check) -> None:
    assert shell.run_check(name="Custmers") == (
        2, "", f"There is no check named Custmers. There are: {check.name}.\n",
    )  # fmt: skip


@pytest.mark.usefixtures("check")
def test_a_date_that_is_none_is_named(shell: Shell) -> None:
    for text in ("yesterday", "2026-13-01"):
        assert shell.run_check("--as-of", text) == (
            2, "", f"`{text}` is not understood: write a date such as 2026-11-20.\n",
        )  # fmt: skip


@pytest.mark.usefixtures("check")
def test_a_file_nobody_can_read_is_named(shell: Shell) -> None:
    assert shell.run_check(left="") == (
        2, "", "left.csv has no lines. Export it again and check that the export finished.\n",
    )  # fmt: skip
    assert Run.objects.get().state == RunState.FAILED


@pytest.mark.usefixtures("check")
def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        call_command("run_check", "Customers", "--left", "no.csv", "--right", "no.csv", "--as-of", "2026-11-20")
    assert capsys.readouterr().err == "no.csv is not there, or is not a file. Check the name and the folder.\n"


@pytest.mark.usefixtures("check")
def test_a_snapshot_is_of_the_moment_that_was_said(shell: Shell) -> None:
    shell.run_check("--as-of", "2026-11-20T18:30:00+01:00")
    run = Run.objects.get()
    assert run.left.as_of.isoformat() == run.right.as_of.isoformat() == "2026-11-20T17:30:00+00:00"
    assert (run.left.system, run.right.system) == (run.check_compared.left_system, run.check_compared.right_system)


@pytest.mark.usefixtures("check")
def test_the_day_that_is_said_is_that_of_both_whatever_their_names_say(tmp_path: Path) -> None:
    for side, text in (("crm_2026-05-01", LEFT), ("billing_2026-04-01", RIGHT)):
        (tmp_path / f"{side}.csv").write_text(text)
    files = ["--left", str(tmp_path / "crm_2026-05-01.csv"), "--right", str(tmp_path / "billing_2026-04-01.csv")]
    with pytest.raises(SystemExit):
        call_command("run_check", "Customers", *files, "--as-of", "2026-06-05")
    run = Run.objects.select_related("left", "right").get()
    assert {one.date().isoformat() for one in (run.as_of, run.left.as_of, run.right.as_of) if one} == {"2026-06-05"}


@pytest.mark.usefixtures("check")
def test_an_earlier_day_takes_its_place_before_the_runs_there_are(shell: Shell) -> None:
    shell.run_check("--as-of", "2026-11-20")
    _, out, _ = shell.run_check("--as-of", "2026-11-13", right=LEFT)
    assert "Run 1 of Customers." in out
    assert list(Run.objects.order_by("pk").values_list("number", flat=True)) == [2, 1]
