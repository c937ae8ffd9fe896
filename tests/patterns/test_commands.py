"""Scripts are told why: ``patterns``, ``mismatches`` and the summary of ``run_check`` (§9)."""

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from ownership.models import Person
from reconcile.checks.models import Check
from reconcile.patterns.models import Classification, Pattern
from reconcile.patterns.services import shaping
from tests import build
from tests.patterns import worlds
from tests.patterns.worlds import alike, but

pytestmark = pytest.mark.django_db

TEN = alike(10)
WEEKS = (but(TEN, r1="", r2=""), but(TEN, r1="", r2="") | {11: ("Oslo", "hand")})


@pytest.fixture
def check(dana: Person) -> Check:
    """Return a check with two runs: two records are missing right in both, in the second one is missing left."""
    made = worlds.customers(build.team(lead=dana))
    for week, right in enumerate(WEEKS):
        worlds.run(made, TEN, right, week=week)
    return made


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command(*arguments)
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as left:
        call_command(*arguments)
    assert left.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err.strip()


def test_patterns_come_as_json_alone(check: Check, dana: Person, capsys: pytest.CaptureFixture[str]) -> None:
    shaping.answer_event(Pattern.objects.get(kind="only_left"), "A customer signs.", dana)

    found = json.loads(printed(capsys, "patterns", check.name, "--json"))

    missing = found[0]
    assert [one["count"] for one in found] == [2, 1]
    assert (missing["name"], missing["cause"], missing["problem"], missing["field"]) == (
        "Customers in CRM that never reached Billing",
        "missing_event",
        "hand-off",
        "",
    )
    assert (missing["state"], missing["change"], missing["weeks_running"]) == ("known", "steady", 2)
    assert (missing["first_seen"], missing["last_seen"]) == ("2026-03-06", "2026-03-13")
    assert [one["count"] for one in missing["weeks"]] == [2, 2]
    assert missing["event"] == "A customer signs."
    assert found[1]["change"] == "new"


def test_patterns_of_an_earlier_run_are_those_it_had(check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    (only,) = json.loads(printed(capsys, "patterns", check.name, "--run", "1", "--json"))
    assert (only["count"], only["change"], only["weeks_running"]) == (2, "new", 1)


def test_patterns_come_as_a_table_for_people(check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    heading, first, second = printed(capsys, "patterns", check.name).splitlines()
    assert heading.split() == ["count", "change", "runs", "state", "cause", "pattern"]
    assert first.endswith("Customers in CRM that never reached Billing")
    assert second.split()[:4] == ["1", "new", "1", "new"]


def test_a_check_without_mismatches_has_no_patterns(dana: Person, capsys: pytest.CaptureFixture[str]) -> None:
    check = worlds.customers(build.team(lead=dana))
    worlds.run(check, TEN, TEN, week=0)

    assert printed(capsys, "patterns", check.name) == "There are no patterns.\n"
    assert json.loads(printed(capsys, "patterns", check.name, "--json")) == []


def test_what_is_not_there_is_said_in_one_sentence(check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "patterns", "Nothing") == "There is no check named Nothing. There are: Customers."
    assert refused(capsys, "patterns", check.name, "--run", "7") == "Customers has no run 7; its runs are 1 to 2."


def test_a_check_that_is_behind_says_so(check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    Classification.objects.filter(run__number=2).delete()

    call_command("patterns", check.name)

    assert capsys.readouterr().err == "Patterns are being worked out; these are the last ones known.\n"


def test_each_mismatch_says_why_it_is_there(check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(printed(capsys, "mismatches", check.name))))

    first = next(row for row in rows if row["key"] == "1")
    assert first["cause"] == "missing_event"
    assert first["pattern"] == "Customers in CRM that never reached Billing"
    assert first["evidence"].startswith("Only CRM has the ")
    assert {row[name] for row in rows for name in ("handoff", "verdict", "should_be", "rule")} == {""}


def test_mismatches_of_a_run_without_causes_come_without_them(check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    Classification.objects.all().delete()

    rows = list(csv.DictReader(io.StringIO(printed(capsys, "mismatches", check.name))))

    assert {row[name] for row in rows for name in ("cause", "segment", "pattern", "evidence")} == {""}


def test_a_run_says_how_many_patterns_it_has(check: Check, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = []
    for name, records in (("left", but(TEN, r3="Riga")), ("right", but(WEEKS[0], r3="Riga"))):
        files.append(tmp_path / f"{name}.csv")
        files[-1].write_text(worlds.export(records))

    with pytest.raises(SystemExit) as left:
        call_command(
            *("run_check", check.name, "--left", str(files[0]), "--right", str(files[1])),
            *("--as-of", "2026-04-03", "--json"),
        )

    assert left.value.code == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["patterns"], found["new_patterns"], found["returned_patterns"]) == (1, 0, 0)
