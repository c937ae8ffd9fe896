"""All mismatches at once come to what ``decide`` says of every record by itself."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from reconcile import engine
from reconcile.engine.asking import OPERATORS
from tests.engine import judging
from tests.engine.causing import Rows

CELLS = [
    "", "", " ", "no", "No", " yes", "paid", "open\n", "it's", '"quoted"', "two\nlines", "Straße", "漢💩", "-", "ten",
    "a,b", "2026-03-01", "03/04/2026", "31.03.2026", "2026-04-01T10:00:00+02:00", "2026-04-01 10:00", "2026-02-30",
    "1,234", "12", "9.99", "1e0", "-0", "1.234,5", "\N{NO-BREAK SPACE}", "NULL", "%", "\\N",
]  # fmt: skip
WORDS = (("no", "No"), (" yes", "ten"), ("paid", "ten"), ("", "-"), ("it's", '"quoted"'), ("12", "9.99"))
COLUMNS = (
    ["id", "part", "Status", "amount", "Due date", "note", "NOTE"],
    ["Id", "part", "state", "AMOUNT", "due", "Note", 'odd "name"'],
)
MAPS = (("Status", "state"), ("amount", "AMOUNT"), ("Due date", "due"), ("note", "Note"))
NAMED = [*COLUMNS[0], *COLUMNS[1], "Note ", " Amount", "STATUS", "gone", ""]
SYSTEMS = ["CRM", "Billing", "crm", "BILLING", "Shop", ""]


class World:
    """Two random tables, what is compared in them, and rules of every shape."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.composite, self.fold = self.random.random() < 0.4, self.random.random() < 0.4
        self.systems = self.random.choice([("CRM", "Billing"), ("crm", "Billing"), ("CRM", "crm"), ("Billing", "CRM")])
        self.left, self.right = self._table(0), self._table(1)
        key = (("id", "Id"), ("part", "part")) if self.composite else (("id", "Id"),)
        names = {"Status": "billing status"} if self.random.random() < 0.5 else {}
        mapped = engine.Rule("mapped", "", WORDS if self.random.random() < 0.8 else ())
        self.spec = engine.CompareSpec(
            key=key,
            maps=MAPS,
            rules={"Status": mapped, "note": engine.Rule("text" if self.random.random() < 0.5 else "exact")},
            by_name=False,
            key_fold=self.fold,
            distinguish_null=self.random.random() < 0.3,
            names=names,
        )
        fields = [names.get(column, column) for column, _ in MAPS]
        rules = {field: self._rule(field) for field in fields if self.random.random() < 0.9}
        self.asked = engine.Judging(self.spec, self.systems, rules)

    def _table(self, side: int) -> Rows:
        rows: list[list[str | None]] = []
        for number in range(60):
            if self.random.random() < 0.1:
                continue
            times = 2 if self.random.random() < 0.05 else 1
            rows += ([self._key(number), f"p{number % 3}", *map(self._unless_none, range(5))] for _ in range(times))
        self.random.shuffle(rows)
        return [COLUMNS[side], *rows]

    def _key(self, number: int) -> str:
        key = f"Key'{number}"
        return self.random.choice([key.upper(), key.lower(), f" {key}"]) if self.fold else key

    def _unless_none(self, _: int) -> str | None:
        return None if self.random.random() < 0.05 else self._cell()

    def _cell(self) -> str:
        return self.random.choice(CELLS)

    def _rule(self, field: str) -> engine.RuleForDeciding:
        return engine.RuleForDeciding(
            field,
            state=self.random.choice(["agreed"] * 16 + ["draft", "proposed", "disputed", "superseded"]),
            settled_by=self._record_type(),
            depends=self.random.random() < 0.3,
            conditions=tuple(self._condition() for _ in range(self.random.choice([0, 1, 2, 3, 5]))),
        )

    def _condition(self) -> engine.Condition:
        usual = self.random.random() < 0.85
        side = self.random.randrange(2)
        return engine.Condition(
            "it is so",
            self.systems[side] if usual else self.random.choice(SYSTEMS),
            self.random.choice(COLUMNS[side][2:] if usual else NAMED),
            self.random.choice(OPERATORS) if usual else self.random.choice(["like", "", *OPERATORS]),
            self._value(),
            self._record_type(),
        )

    def _value(self) -> Any:
        if self.random.random() < 0.3:
            return tuple(self._cell() for _ in range(self.random.randrange(4)))
        return self._cell()

    def _record_type(self) -> engine.RecordType | None:
        if self.random.random() < 0.1:
            return None
        return engine.RecordType(self.random.choice([*self.systems * 4, *SYSTEMS]), "record")


@pytest.mark.parametrize("seed", range(25))
def test_every_verdict_is_the_one_its_own_records_come_to(tmp_path: Path, seed: int) -> None:
    world = World(seed)
    heard = judging.hear(tmp_path, world.left, world.right, world.asked)
    assert {kind for _, kind, *_ in heard.mismatches} > {"differs", "only_left"}
    assert heard.verdicts == judging.expected(heard)
    assert heard.found.conditions == judging.expected_conditions(heard)


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_test_of_every_text_on_either_side(tmp_path: Path, operator: str) -> None:
    """Each field has the same two conditions with another value, so every pair of texts is asked."""
    fields = [f"f{number}" for number in range(len(CELLS))]
    left: Rows = [["id", "x", *fields], *([f"k{n}", cell, *("a" for _ in fields)] for n, cell in enumerate(CELLS))]
    right: Rows = [["id", "x", *fields], *([f"k{n}", cell, *("b" for _ in fields)] for n, cell in enumerate(CELLS))]
    rules = {
        field: engine.RuleForDeciding(
            field,
            conditions=(
                engine.Condition("", "CRM", "x", operator, value, judging.CRM),
                engine.Condition("", "Billing", "x", operator, (value, "paid"), judging.BILLING),
            ),
        )
        for field, value in zip(fields, CELLS, strict=True)
    }
    heard = judging.hear(tmp_path, left, right, engine.Judging(judging.KEY, judging.SYSTEMS, rules))
    assert len(heard.verdicts) == len(CELLS) ** 2
    assert heard.verdicts == judging.expected(heard)
    assert heard.found.conditions == judging.expected_conditions(heard)
