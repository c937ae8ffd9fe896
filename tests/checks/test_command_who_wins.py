"""``who_wins``: two files at the command line, who wins record by record, its words, figures and exit codes."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from ownership.definitions import Definition, Record, Rule, Use, When
from ownership.models import Field, OwnershipRule, RuleState
from ownership.services.defining import Wanted, define
from tests import build
from tests.build import STATUS

pytestmark = pytest.mark.django_db

LEFT = "id,billing_status,signed\n1,active,yes\n2,trial,yes\n3,trial,no\n4,late,\n"
RIGHT = "Customer,Status\n1,active\n2,active\n3,active\n5,late\n"
KEY = "id=Customer"
HEAD = ["key", "left", "right", "wins", "should_be", "clause", "why"]
BECAUSE = "because the customer has seen the invoice"
NONE_HOLDS = f"The condition does not hold, so the posted invoice in Billing wins {BECAUSE}."
ONE_HOLDS = (
    "Condition 1 holds: the order form is not signed yet (signed is no in CRM), so the signed order form in CRM wins."
)


class Shell:
    """Somebody at the command line, with two files in a folder."""

    def __init__(self, folder: Path, output: pytest.CaptureFixture[str]) -> None:
        self._folder = folder
        self._output = output

    def __call__(self, *options: str, left: str = LEFT, right: str = RIGHT) -> tuple[int, str, str]:
        """Return exit code, standard output and standard error."""
        files = []
        for side, text in (("left", left), ("right", right)):
            file = self._folder / f"{side}.csv"
            file.write_text(text)
            files += [f"--{side}", str(file)]
        name, *others = options or ("billing status",)
        key = [] if "--key" in others else ["--key", KEY]
        with pytest.raises(SystemExit) as left_with:
            call_command("who_wins", name, *files, *key, *others)
        said = self._output.readouterr()
        assert isinstance(left_with.value.code, int)
        return left_with.value.code, said.out, said.err

    def rows(self, *options: str, **files: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(self(*options, **files)[1])))

    def json(self, *options: str, **files: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self(*(options or ("billing status",)), "--json", **files)[1])
        return found


@pytest.fixture
def who_wins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


def in_force(definition: Definition = STATUS) -> Field:
    field = build.field(definition)
    OwnershipRule.objects.filter(field=field).update(state=RuleState.AGREED)
    return field


@pytest.fixture
def status(db: None) -> Field:  # noqa: ARG001
    build.company()
    return in_force()


@pytest.mark.usefixtures("status")
def test_every_record_that_differs_says_who_wins_and_why(who_wins: Shell) -> None:
    code, out, err = who_wins()
    assert code == 1
    assert list(csv.reader(io.StringIO(out))) == [
        HEAD,
        ["2", "trial", "active", "Billing: posted invoice", "active", "", NONE_HOLDS],
        ["3", "trial", "active", "CRM: signed order form", "trial", "1", ONE_HOLDS],
    ]
    assert err == (
        "CRM and Billing differ in billing status on 2 of 3 records (compared as exact text).\n"
        "1: Billing: posted invoice wins.\n"
        "1: CRM: signed order form wins.\n"
        "1 record is only in CRM.\n"
        "1 record is only in Billing.\n"
    )


@pytest.mark.usefixtures("status")
def test_all_records_are_written_when_asked_for(who_wins: Shell) -> None:
    assert [row[:4] for row in who_wins.rows("billing status", "--all")[1:]] == [
        ["1", "active", "active", "Billing: posted invoice"],
        ["2", "trial", "active", "Billing: posted invoice"],
        ["3", "trial", "active", "CRM: signed order form"],
    ]


@pytest.mark.usefixtures("status")
def test_nothing_to_decide_ends_with_nothing(who_wins: Shell) -> None:
    code, out, err = who_wins(left="id,billing_status,signed\n1,active,no\n", right="Customer,Status\n1,active\n")
    assert (code, out) == (0, ",".join(HEAD) + "\n")
    assert err == "CRM and Billing agree on billing status in all of 1 record (compared as exact text).\n"


@pytest.mark.usefixtures("status")
def test_json_is_one_object(who_wins: Shell) -> None:
    found = who_wins.json()
    assert found["field"] == "billing status"
    assert found["left"] == {"system": "CRM", "column": "billing_status", "file": "left.csv"}
    assert found["records"][1] == {
        "key": "3",
        "left": "trial",
        "right": "active",
        "differs": True,
        "outcome": "wins",
        "wins": {"system": "CRM", "record_type": "signed order form"},
        "should_be": "trial",
        "clause": 1,
        "why": ONE_HOLDS,
    }
    assert found["summary"] == {
        "matched": 3,
        "differing": 2,
        "left_out": 0,
        "wins": {"Billing: posted invoice": 1, "CRM: signed order form": 1},
    }


@pytest.mark.usefixtures("status")
def test_the_columns_say_which_file_is_which_system(who_wins: Shell) -> None:
    rows = who_wins.rows("BILLING status", "--key", "Customer=id", left=RIGHT, right=LEFT)
    assert [row[1:5] for row in rows[1:]] == [
        ["active", "trial", "Billing: posted invoice", "active"],
        ["active", "trial", "CRM: signed order form", "trial"],
    ]


@pytest.mark.usefixtures("status")
def test_keys_that_repeat_are_named_and_left_out(who_wins: Shell) -> None:
    code, out, err = who_wins(left=LEFT + "2,late,no\n,late,no\n")
    assert [row[0] for row in csv.reader(io.StringIO(out))] == ["key", "3"]
    assert code == 1
    assert "2 keys occur more than once, or empty, in CRM, and left out.\n" in err
    assert "Left out: the empty key, 2.\n" in err or "Left out: 2, the empty key.\n" in err


@pytest.mark.usefixtures("status")
def test_a_key_that_repeats_could_not_be_decided_even_if_nothing_differs(who_wins: Shell) -> None:
    left = "id,billing_status,signed\n1,active,no\n2,trial,no\n2,trial,no\n"
    assert who_wins(left=left, right="Customer,Status\n1,active\n")[0] == 1


@pytest.mark.usefixtures("status")
def test_a_condition_whose_column_is_missing_is_not_passed_over(who_wins: Shell) -> None:
    (row,) = who_wins.rows(left="id,billing_status\n2,trial\n")[1:]
    assert row == [
        "2",
        "trial",
        "active",
        "cannot_tell",
        "",
        "1",
        "Condition 1 (the order form is not signed yet) cannot be told: the record of CRM has no column signed.",
    ]


def test_without_agreement_every_row_says_so(who_wins: Shell) -> None:
    build.company()
    build.field()
    rows = who_wins.rows()[1:]
    assert [row[3:5] for row in rows] == [["not_agreed", ""], ["not_agreed", ""]]
    assert rows[0][6] == (
        f"The rule of billing status is a draft that nobody has agreed to. It would say: {NONE_HOLDS}"
    )
    assert who_wins.json()["records"][0]["would_win"] == {"system": "Billing", "record_type": "posted invoice"}


def test_without_a_rule_every_row_says_so(who_wins: Shell) -> None:
    build.company()
    in_force(replace(STATUS, rule=Rule(owner="Finance")))
    assert {row[3] for row in who_wins.rows()[1:]} == {"no_rule"}


def test_where_it_depends_and_nothing_holds_every_row_says_so(who_wins: Shell) -> None:
    build.company()
    only = replace(STATUS.rule, settled_by=None, depends=True)
    in_force(replace(STATUS, rule=only))
    assert [row[3] for row in who_wins.rows()[1:]] == ["no_condition_holds", "CRM: signed order form"]


def test_the_rule_in_force_counts_whatever_is_worked_on(who_wins: Shell, status: Field) -> None:
    wanted = replace(STATUS, rule=replace(STATUS.rule, settled_by=Record("CRM", "deal"), conditions=()))
    define([Wanted(status, wanted)], person=None, reason="Another idea.")
    assert who_wins.rows()[1][3] == "Billing: posted invoice"


def test_a_key_of_two_columns_and_a_condition_on_dates(who_wins: Shell) -> None:
    build.company()
    late = When("the line starts later", "Billing", "starts", "after", "2026-06-30", Record("Billing", "order line"))
    in_force(replace(STATUS, rule=replace(STATUS.rule, conditions=(late,))))
    rows = who_wins.rows(
        "billing status",
        *("--key", "id", "line"),
        left="id,line,billing_status\n1,1,a\n1,2,a\n1,3,a\n",
        right="id,line,Status,starts\n1,1,b,01.07.2026\n1,2,b,2026-06-30\n1,3,b,03/07/2026\n",
    )
    assert [row[:4] for row in rows[1:]] == [
        ['["1","1"]', "a", "b", "Billing: order line"],
        ['["1","2"]', "a", "b", "Billing: posted invoice"],
        ['["1","3"]', "a", "b", "cannot_tell"],
    ]


SAME = replace(STATUS, uses=(Use("CRM", "status"), Use("Billing", "status")))
TWO_LEFT, TWO_RIGHT = "id,status,signed\n1,a,no\n", "id,status\n1,b\n"


def test_columns_called_alike_need_the_systems_named(who_wins: Shell) -> None:
    build.company()
    in_force(SAME)
    code, out, err = who_wins("billing status", "--key", "id", left=TWO_LEFT, right=TWO_RIGHT)
    assert (code, out) == (2, "")
    assert err == "The columns fit more than one system: say which with --left-system and --right-system.\n"


def test_one_system_named_is_enough_for_two(who_wins: Shell) -> None:
    build.company()
    in_force(SAME)
    named = ("billing status", "--key", "id", "--right-system", "billing")
    assert who_wins.rows(*named, left=TWO_LEFT, right=TWO_RIGHT)[1][3] == "CRM: signed order form"


@pytest.mark.usefixtures("status")
@pytest.mark.parametrize(
    ("options", "files", "sentence"),
    [
        (("plan",), {}, "There is no field plan. There are: billing status."),
        (
            (),
            {"left": "id,a\n1,x\n"},
            "left.csv has none of the columns that hold billing status: billing_status (CRM), Status (Billing).",
        ),
        (
            ("billing status", "--key", "id"),
            {"right": LEFT},
            "Both files look like CRM: say which system each is from with --left-system and --right-system.",
        ),
        (
            ("billing status", "--left-system", "Shop"),
            {},
            "The registry has no column of billing status in Shop; it has one in CRM and Billing.",
        ),
        (
            ("billing status", "--left-system", "Billing"),
            {},
            "Both files look like Billing: say which system each is from with --left-system and --right-system.",
        ),
        (
            ("billing status", "--left-system", "Billing", "--right-system", "CRM"),
            {},
            "Column `Status` is not in left.csv. It has: id, billing_status, signed.",
        ),
        (("billing status", "--key", "number"), {}, "Key column `number` is not in left.csv."),
        ((), {"left": ""}, "left.csv has no lines. Export it again and check that the export finished."),
    ],
)
def test_what_cannot_be_decided_is_one_sentence(
    who_wins: Shell, options: tuple[str, ...], files: dict[str, str], sentence: str
) -> None:
    code, out, err = who_wins(*options, **files)
    assert (code, out) == (2, "")
    assert err.startswith(sentence)
    assert err.count("\n") == 1


def test_a_field_with_a_column_in_one_system_cannot_be_compared(who_wins: Shell) -> None:
    build.company()
    in_force(replace(STATUS, uses=STATUS.uses[:1]))
    assert who_wins() == (
        2,
        "",
        "The registry names the column of billing status in fewer than two systems: nothing can be compared.\n",
    )


@pytest.mark.usefixtures("status")
def test_wrong_options_are_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left_with:
        call_command("who_wins", "billing status", "--nonsense")
    assert left_with.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
