"""Which side wins, for all mismatches of a run: every shape of a rule, what should be, counts, order, refusals."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from reconcile import engine
from reconcile.engine import Condition, Judging, Rule, RuleForDeciding
from reconcile.engine.asking import ask
from reconcile.engine.errors import (
    ArgumentNotUnderstood,
    ColumnMissing,
    FileIsCorrupt,
    FileMissing,
    OutputNotWritable,
)
from tests.engine import judging
from tests.engine.causing import Rows, Weeks, table
from tests.engine.judging import BILLING, CRM, KEY, SHOP, SYSTEMS, Fact, hear

UNSIGNED = Condition("the order form is not signed yet", "CRM", "signed", "equals", "no", CRM)
PAID = Condition("it is paid", "Billing", "paid", "not_empty", "", BILLING)
LEFT = table("id status signed", "a trial no", "b trial yes", "c - no")
RIGHT = table("id status paid", "a active -", "b active soon", "c active soon")
STATUS = RuleForDeciding("status", settled_by=BILLING, conditions=(UNSIGNED,))


def asking(rule: RuleForDeciding | None, systems: tuple[str, str] = SYSTEMS) -> Judging:
    return Judging(KEY, systems, {"status": rule} if rule else {})


BOTH_WIN = [("wins", "left", 0, "trial"), ("wins", "right", None, "active"), ("wins", "left", 0, "")]
DEPENDS = replace(STATUS, depends=True)
NOWHERE = replace(UNSIGNED, column="contract")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (STATUS, BOTH_WIN),
        (replace(STATUS, conditions=(replace(UNSIGNED, system="crm", column=" SIGNED "),)), BOTH_WIN),
        (RuleForDeciding("status", settled_by=BILLING), [("wins", "right", None, "active")] * 3),
        (RuleForDeciding("status", settled_by=replace(CRM, system="crm")), [
            ("wins", "left", None, "trial"), ("wins", "left", None, "trial"), ("wins", "left", None, ""),
        ]),
        (replace(STATUS, conditions=(PAID, UNSIGNED)), [
            ("wins", "left", 1, "trial"), ("wins", "right", 0, "active"), ("wins", "right", 0, "active"),
        ]),
        (DEPENDS, [BOTH_WIN[0], ("no_condition_holds", None, None, None), BOTH_WIN[2]]),
        (replace(DEPENDS, conditions=()), [("no_rule", None, None, None)] * 3),
        (RuleForDeciding("status"), [("no_rule", None, None, None)] * 3),
        (None, [("no_rule", None, None, None)] * 3),
        (RuleForDeciding("status", state="draft"), [("no_rule", None, None, None)] * 3),
        (replace(STATUS, state="proposed"), [
            ("not_agreed", None, 0, None), ("not_agreed", None, None, None), ("not_agreed", None, 0, None),
        ]),
        (replace(STATUS, state="superseded", settled_by=SHOP, conditions=()), [("not_agreed", None, None, None)] * 3),
        (replace(STATUS, settled_by=SHOP), [BOTH_WIN[0], ("cannot_tell", None, None, None), BOTH_WIN[2]]),
        (replace(STATUS, conditions=(replace(UNSIGNED, wins=SHOP),)), [
            ("cannot_tell", None, 0, None), BOTH_WIN[1], ("cannot_tell", None, 0, None),
        ]),
        (replace(STATUS, conditions=(replace(UNSIGNED, wins=None),)), [
            ("cannot_tell", None, 0, None), BOTH_WIN[1], ("cannot_tell", None, 0, None),
        ]),
        (replace(STATUS, conditions=(UNSIGNED, NOWHERE)), [
            BOTH_WIN[0], ("cannot_tell", None, 1, None), BOTH_WIN[2],
        ]),
        (replace(STATUS, conditions=(NOWHERE, UNSIGNED)), [("cannot_tell", None, 0, None)] * 3),
        (replace(STATUS, conditions=(replace(UNSIGNED, system="Shop"),)), [("cannot_tell", None, 0, None)] * 3),
        (replace(STATUS, conditions=(replace(UNSIGNED, operator="like"),)), [("cannot_tell", None, 0, None)] * 3),
        (replace(STATUS, conditions=(replace(UNSIGNED, system=""),)), [("cannot_tell", None, 0, None)] * 3),
        (replace(STATUS, conditions=(Condition("", "Billing", "paid", "before", "2026-04-01", CRM),)), [
            BOTH_WIN[1], ("cannot_tell", None, 0, None), ("cannot_tell", None, 0, None),
        ]),
    ],
)  # fmt: skip
def test_a_rule_says_which_side_wins(tmp_path: Path, rule: RuleForDeciding | None, said: list[Fact]) -> None:
    heard = hear(tmp_path, LEFT, RIGHT, asking(rule))
    assert [heard.said()[key, "status"] for key in "abc"] == said
    assert heard.verdicts == judging.expected(heard)


def test_the_sides_are_those_of_the_systems_whichever_is_left(tmp_path: Path) -> None:
    heard = hear(tmp_path, RIGHT, LEFT, asking(STATUS, ("Billing", "CRM")))
    assert heard.said()["a", "status"] == ("wins", "right", 0, "trial")
    assert heard.said()["b", "status"] == ("wins", "left", None, "active")


def test_systems_of_one_name_are_not_told_apart(tmp_path: Path) -> None:
    heard = hear(tmp_path, LEFT, RIGHT, asking(RuleForDeciding("status", settled_by=CRM), ("CRM", "CRM")))
    assert set(heard.said().values()) == {("cannot_tell", None, None, None)}
    heard = hear(tmp_path, LEFT, RIGHT, asking(STATUS, ("CRM", "CRM")))
    assert set(heard.said().values()) == {("cannot_tell", None, 0, None)}


# --- What should be ---------------------------------------------------------------------------------------------------

MAPPING = (("open", "1"), ("due", "2"), ("late", "2"), ("", "none"))


@pytest.mark.parametrize(
    ("winner", "left", "right", "should_be"),
    [
        (CRM, "open", "2", "1"),
        (CRM, "late", "1", "2"),
        (CRM, "", "1", "none"),
        (CRM, "odd", "1", "odd"),
        (BILLING, "due", "1", "open"),
        (BILLING, "open", "none", ""),
        (BILLING, "open", "2", None),
        (BILLING, "open", "odd", "odd"),
        (BILLING, "open", "", None),
        (BILLING, "open", "due", None),
    ],
)
def test_a_mapped_value_is_given_as_the_other_side_writes_it(
    tmp_path: Path, winner: engine.RecordType, left: str, right: str, should_be: str | None
) -> None:
    spec = replace(KEY, maps=(("state", "code"),), rules={"state": Rule("mapped", "", MAPPING)}, names={"state": "s"})
    asked = Judging(spec, SYSTEMS, {"s": RuleForDeciding("s", settled_by=winner)})
    heard = hear(tmp_path, [["id", "state"], ["a", left]], [["id", "code"], ["a", right]], asked)
    side = "left" if winner is CRM else "right"
    assert heard.said() == {("a", "s"): ("wins", side, None, should_be)}


@pytest.mark.parametrize("comparison", ["auto", "exact", "text", "number"])
def test_any_other_value_is_given_as_it_stands(tmp_path: Path, comparison: str) -> None:
    spec = replace(KEY, rules={"x": Rule(comparison)})
    asked = Judging(spec, SYSTEMS, {"x": RuleForDeciding("x", settled_by=BILLING)})
    heard = hear(
        tmp_path, [["id", "x"], ["a", " 1 "], ["b", "1"]], [["id", "x"], ["a", " 2\"\n,'é "], ["b", ""]], asked
    )
    assert heard.said() == {("a", "x"): ("wins", "right", None, " 2\"\n,'é "), ("b", "x"): ("wins", "right", None, "")}


# --- Rows and counts --------------------------------------------------------------------------------------------------


def test_every_mismatch_has_a_row_in_its_place_and_only_values_that_differ_a_verdict(tmp_path: Path) -> None:
    left = table("id status signed", "a trial no", "l - no", "d x no", "d y no", "same x no")
    right = table("id status paid", "a active -", "r - -", "e x -", "e y -", "same x -")
    heard = hear(tmp_path, left, right, asking(STATUS))
    assert [row[0] for row in heard.verdicts] == [row[0] for row in heard.mismatches]
    assert {row[1] for row in heard.mismatches} == {
        "differs", "duplicate_left", "duplicate_right", "only_left", "only_right",
    }  # fmt: skip
    pairs = zip(heard.mismatches, heard.verdicts, strict=True)
    assert {verdict[1:] for row, verdict in pairs if row[1] != "differs"} == {(None,) * 4}
    assert heard.found.counts == {"status": {"wins": 1}}


def test_columns_and_their_types(tmp_path: Path) -> None:
    heard = hear(tmp_path, LEFT, RIGHT, asking(STATUS))
    with duckdb.connect() as connection:
        found = connection.execute(f"DESCRIBE FROM '{heard.found.verdicts}'").fetchall()
    types = ["VARCHAR", "VARCHAR", "VARCHAR", "INTEGER", "VARCHAR"]
    assert [row[:2] for row in found] == list(zip(engine.JUDGED_COLUMNS, types, strict=True))


def test_without_mismatches_there_are_no_verdicts(tmp_path: Path) -> None:
    heard = hear(tmp_path, table("id status signed", "a x no"), table("id status", "a x"), asking(STATUS))
    assert (heard.verdicts, heard.found.counts, heard.found.conditions) == ([], {}, {})


def test_without_values_that_differ_there_is_nothing_to_say(tmp_path: Path) -> None:
    heard = hear(tmp_path, table("id status signed", "a x no"), table("id status", "b x"), asking(STATUS))
    assert [row[1:] for row in heard.verdicts] == [(None,) * 4] * 2
    assert (heard.found.counts, heard.found.conditions) == ({}, {})


def test_a_field_without_a_rule_is_counted_beside_others(tmp_path: Path) -> None:
    left, right = (
        table("id status city signed", "a x ulm no", "b y ulm no"),
        table("id status city", "a z bern", "b z bern"),
    )
    heard = hear(tmp_path, left, right, asking(STATUS))
    assert heard.found.counts == {"status": {"wins": 2}, "city": {"no_rule": 2}}
    assert heard.said()["a", "city"] == ("no_rule", None, None, None)


def test_a_rule_of_a_field_without_mismatches_is_passed_over(tmp_path: Path) -> None:
    asked = asking(STATUS)
    heard = hear(tmp_path, LEFT, RIGHT, replace(asked, rules={**asked.rules, "city": replace(STATUS, field="city")}))
    assert (list(heard.found.counts), list(heard.found.conditions)) == (["status"], ["status"])


def test_every_condition_is_counted_also_after_the_one_that_decides(tmp_path: Path) -> None:
    late = Condition("", "Billing", "paid", "after", "2026-04-01", CRM)
    heard = hear(tmp_path, LEFT, RIGHT, asking(replace(STATUS, conditions=(UNSIGNED, NOWHERE, PAID, late))))
    assert heard.found.conditions == {"status": ((2, 1, 0), (0, 0, 3), (2, 1, 0), (0, 1, 2))}
    assert heard.found.counts == {"status": {"wins": 2, "cannot_tell": 1}}


def test_many_records_with_values_of_their_own(tmp_path: Path) -> None:
    chance = random.Random(7)
    numbers = range(20_000)
    left: Rows = [
        ["id", "x", "amount", "note"],
        *([f"k{n}", n, chance.randrange(10**6) / 100, f"it's {n}"] for n in numbers),
    ]
    right: Rows = [["id", "x", "word"], *([f"k{n}", n + 1, chance.choice(["a", "b", n])] for n in numbers)]
    conditions = (
        Condition("", "Billing", "word", "in", ("a", "17"), BILLING),
        Condition("", "CRM", "note", "equals", "it's 4242", BILLING),
        Condition("", "CRM", "amount", "less", "5000.50", CRM),
    )
    asked = Judging(KEY, SYSTEMS, {"x": RuleForDeciding("x", settled_by=BILLING, conditions=conditions)})
    heard = hear(tmp_path, left, right, asked)
    assert len(heard.verdicts) == 20_000
    assert heard.verdicts == judging.expected(heard)
    assert heard.found.conditions == judging.expected_conditions(heard)


def test_each_cell_is_asked_once_however_many_records_have_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_of: list[str | None] = []

    def counted(condition: Condition, records: engine.Records) -> engine.Tested:
        asked_of.extend(cell for record in records.values() if record for cell in record.values())
        return ask(condition, records)

    monkeypatch.setattr("reconcile.engine.judging.endings.ask", counted)
    left: Rows = [
        ["id", "x", "y", "kind"],
        *([f"k{n}", "a", "a", n % 3] for n in range(300)),
        ["same", "a", "a", "other"],
    ]
    right: Rows = [["id", "x", "y"], *([f"k{n}", "b", "b"] for n in range(300)), ["same", "a", "a"]]
    rule = RuleForDeciding("x", conditions=(Condition("", "CRM", "kind", "equals", "1", CRM),))
    heard = hear(tmp_path, left, right, Judging(KEY, SYSTEMS, {"x": rule, "y": replace(rule, field="y")}))
    assert heard.found.conditions == {"x": ((100, 200, 0),), "y": ((100, 200, 0),)}
    assert sorted(map(str, asked_of)) == ["0", "1", "2"]


# --- The front door ---------------------------------------------------------------------------------------------------


def test_a_child_process_gives_the_same(tmp_path: Path) -> None:
    told: list[str] = []
    heard = hear(tmp_path, LEFT, RIGHT, asking(STATUS))
    found = engine.judge(
        heard.asked, heard.now, out=tmp_path / "v.parquet", progress=lambda doing, *_: told.append(doing)
    )
    assert judging.facts(tmp_path / "v.parquet") == heard.verdicts
    assert found == replace(heard.found, verdicts=tmp_path / "v.parquet")
    assert set(told) == {"Finding out which side wins"}


def test_what_is_asked_and_said_survives_json() -> None:
    rule = replace(STATUS, conditions=(UNSIGNED, replace(PAID, operator="in", value=("a", "b"), wins=None)))
    asked = asking(replace(rule, columns=(("CRM", "status"), ("Billing", "Status"))))
    asked = replace(asked, rules={**asked.rules, "x": RuleForDeciding("x")})
    assert Judging.from_json(json.loads(json.dumps(asked.to_json()))) == asked
    judged = engine.Judged(Path("v.parquet"), {"status": {"wins": 2}}, {"status": ((1, 1, 0),)})
    assert engine.Judged.from_json(json.loads(json.dumps(judged.to_json()))) == judged


def test_refusals_are_said_plainly(tmp_path: Path) -> None:
    heard = hear(tmp_path, LEFT, RIGHT, asking(STATUS))
    asked, now, out = heard.asked, heard.now, tmp_path / "v.parquet"
    with pytest.raises(ArgumentNotUnderstood, match="give the kept copies of both exports"):
        engine.judge(asked, replace(now, left=None), out=out)
    with pytest.raises(OutputNotWritable):
        engine.judge(asked, now, out=tmp_path / "nowhere" / "v.parquet")
    with pytest.raises(FileMissing):
        engine.judge(asked, replace(now, mismatches=tmp_path / "gone.parquet"), out=out)
    with pytest.raises(ColumnMissing):
        engine.judge(replace(asked, spec=replace(asked.spec, key=(("number", "number"),))), now, out=out)
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(FileIsCorrupt):
        engine.judge(asked, replace(now, mismatches=tmp_path / "broken.parquet"), out=out)
    assert not out.exists()


def test_exports_of_another_run_have_no_records_to_ask(tmp_path: Path) -> None:
    weeks = Weeks(tmp_path, engine.Classifying(asking(None).spec))
    now = weeks.seen(weeks.keep(LEFT), weeks.keep(RIGHT))
    heard = judging.judge(tmp_path, asking(STATUS), replace(now, left=weeks.keep(table("id status signed", "z x no"))))
    assert set(heard.said().values()) == {("cannot_tell", None, 0, None)}
