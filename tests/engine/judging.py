"""Small runs judged in this process, and what a verdict has to be by asking of one record at a time."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reconcile import engine
from reconcile.engine import database
from reconcile.engine.judging.endings import ANSWERS
from reconcile.engine.judging.judge import Judge
from reconcile.engine.limits import Limits
from tests.engine.causing import Rows, Weeks

SYSTEMS = ("CRM", "Billing")
CRM, BILLING, SHOP = (engine.RecordType(system, "record") for system in (*SYSTEMS, "Shop"))
KEY = engine.CompareSpec(key=(("id", "id"),))
Fact = tuple[object, ...]


@dataclass(frozen=True)
class Heard:
    """One run and what was said of it: rows of mismatches (identity, kind, key, field, left, right) and of verdicts."""

    now: engine.Seen
    asked: engine.Judging
    found: engine.Judged
    mismatches: list[Fact]
    verdicts: list[Fact]

    def said(self) -> dict[tuple[object, object], Fact]:
        """(key, field) -> (outcome, winner, clause, should_be), of values that differ."""
        pairs = zip(self.mismatches, self.verdicts, strict=True)
        return {(row[2], row[3]): verdict[1:] for row, verdict in pairs if row[1] == "differs"}


def rules(**by_field: engine.RuleForDeciding) -> dict[str, engine.RuleForDeciding]:
    return by_field


def hear(folder: Path, left: Rows, right: Rows, asked: engine.Judging) -> Heard:
    """Two tables compared and judged."""
    weeks = Weeks(folder, engine.Classifying(asked.spec))
    return judge(folder, asked, weeks.seen(weeks.keep(left), weeks.keep(right)))


def judge(folder: Path, asked: engine.Judging, now: engine.Seen) -> Heard:
    """One run judged."""
    assert now.left
    assert now.right
    work = next(work for number in itertools.count() if not (work := folder / f"judging{number}").exists())
    work.mkdir()
    with database.connect(Limits().memory, work, [now.left.path, now.right.path, now.mismatches]) as connection:
        data = Judge(connection, work, asked=asked, now=now, progress=_untold).run()
    found = engine.Judged.from_json(json.loads(json.dumps(data)))
    return Heard(now, asked, found, facts(now.mismatches), facts(found.verdicts))


def facts(path: Path) -> list[Fact]:
    return [row for batch in engine.rows(path) for row in batch]


# --- One record at a time ---------------------------------------------------------------------------------------------


def expected(heard: Heard) -> list[Fact]:
    """The rows of verdicts, each worked out from its own two records."""
    records = _Records(heard)
    return [_verdict(heard.asked, row, records) for row in heard.mismatches]


def expected_conditions(heard: Heard) -> dict[str, tuple[tuple[int, int, int], ...]]:
    """What each condition says of all differing records of its field, likewise."""
    records, counts = _Records(heard), dict[str, list[Counter[str]]]()
    for _, kind, key, field, *_ in heard.mismatches:
        rule = heard.asked.rules.get(str(field)) if kind == "differs" else None
        if rule and rule.conditions:
            told = counts.setdefault(str(field), [Counter() for _ in rule.conditions])
            for one, answer in zip(told, engine.answers(rule, records.of(str(key))), strict=True):
                one[answer.outcome] += 1
    return {
        name: tuple((one[ANSWERS[0]], one[ANSWERS[1]], one[ANSWERS[2]]) for one in told)
        for name, told in counts.items()
    }


def _verdict(asked: engine.Judging, row: Fact, records: _Records) -> Fact:
    identity, kind, key, field, left, right = row
    if kind != "differs":
        return identity, None, None, None, None
    rule = asked.rules.get(str(field), engine.RuleForDeciding(str(field)))
    found = engine.decide(rule, records.of(str(key)))
    if found.winner is None:
        return identity, found.outcome, None, found.clause, None
    side = _side(asked.systems, found.winner.system)
    if side is None:
        return identity, "cannot_tell", None, found.clause, None
    value = str((left if side == "left" else right) or "")
    words = next((one for name, one in asked.spec.rules.items() if asked.spec.names.get(name, name) == field), None)
    mapping = words.mapping if words and words.comparison == "mapped" else ()
    return identity, found.outcome, side, found.clause, _should_be(side, value, mapping)


def _side(systems: tuple[str, str], system: str) -> str | None:
    alike = [
        side for side, name in zip(("left", "right"), systems, strict=True) if name.casefold() == system.casefold()
    ]
    exact = [side for side, name in zip(("left", "right"), systems, strict=True) if name == system]
    return next(iter([*exact, *alike]), None)


def _should_be(side: str, value: str, mapping: tuple[tuple[str, str], ...]) -> str | None:
    if side == "left":
        return dict(mapping).get(value, value)
    words = [left for left, right in mapping if right == value]
    if not words:
        return None if value in dict(mapping) else value
    return words[0] if len(words) == 1 else None


class _Records:
    """The records of both systems by the key of a mismatch."""

    def __init__(self, heard: Heard) -> None:
        self._spec, self._systems = heard.asked.spec, heard.asked.systems
        self._found: list[dict[tuple[str, ...], Mapping[str, str | None]]] = []
        for side, kept in enumerate((heard.now.left, heard.now.right)):
            assert kept
            cells = (row for batch in engine.rows(kept.path) for row in batch)
            rows = [dict(zip(kept.export.columns, row, strict=True)) for row in cells]
            names = [pair[side] for pair in self._spec.key]
            self._found.append({self._folded([row[name] or "" for name in names]): row for row in rows})

    def of(self, key: str) -> engine.Records:
        parts = json.loads(key) if len(self._spec.key) > 1 else [key]
        return {system: found[self._folded(parts)] for system, found in zip(self._systems, self._found, strict=True)}

    def _folded(self, parts: list[str]) -> tuple[str, ...]:
        return tuple(part.strip().lower() if self._spec.key_fold else part for part in parts)


def _untold(*_: object) -> None:
    """Nobody listens."""
