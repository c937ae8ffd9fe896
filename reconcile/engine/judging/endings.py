"""What a rule can come to: its conditions as tests of columns the exports have, and the verdict that answers end in.

The verdicts are those of ``deciding``; here they are only told apart and given to sides instead of systems.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconcile.engine.asking import (
    CANNOT_TELL,
    DOES_NOT_HOLD,
    HOLDS,
    OPERATORS,
    Answer,
    Condition,
    Records,
    ask,
    cell_of,
    record_of,
)
from reconcile.engine.classifying.exports import SIDES
from reconcile.engine.deciding import RuleForDeciding, decide

ANSWERS: tuple[Answer, ...] = (HOLDS, DOES_NOT_HOLD, CANNOT_TELL)
"""The answers of a condition; tables hold their places."""
_ALONE = "it"


@dataclass(frozen=True, slots=True)
class ColumnTest:
    """A test of one column of one side, by its place; the same for every condition that asks the same."""

    side: str
    place: int
    operator: str
    value: str | tuple[str, ...]

    def answer(self, cell: str) -> int:
        """The place in ANSWERS of what it says of a cell."""
        condition = Condition("", _ALONE, _ALONE, self.operator, self.value)
        return ANSWERS.index(ask(condition, {_ALONE: {_ALONE: cell}}).outcome)


@dataclass(frozen=True, slots=True)
class Ending:
    """What is said of a mismatch: an outcome, the side that wins, the place of the condition."""

    outcome: str
    winner: str | None
    clause: int | None


@dataclass(frozen=True, slots=True)
class Systems:
    """The two systems by name, and the columns of their exports; ``records`` has their places as texts."""

    records: Records

    @staticmethod
    def of(names: tuple[str, str], columns: tuple[Sequence[str], Sequence[str]]) -> Systems:
        """Systems of one name stand for no side: which one is meant cannot be told."""
        if names[0] == names[1]:
            return Systems({})
        return Systems(
            {
                name: {column: f"{side} {place}" for place, column in enumerate(known)}
                for side, name, known in zip(SIDES, names, columns, strict=True)
            }
        )

    def side(self, system: str) -> str | None:
        """The side a system is on, None for any other system."""
        sides = {name: {_ALONE: side} for name, side in zip(self.records, SIDES, strict=False)}
        found = record_of(sides, system)
        return cell_of(found, _ALONE) if found else None

    def test(self, condition: Condition) -> ColumnTest | None:
        """What a condition asks of which column, None where it cannot be told whatever the cells are."""
        record = record_of(self.records, condition.system)
        if condition.operator not in OPERATORS or not condition.system or not condition.column or record is None:
            return None
        found = cell_of(record, condition.column)
        if found is None:
            return None
        side, place = found.split(" ")
        return ColumnTest(side, int(place), condition.operator, condition.value)


@dataclass(slots=True)
class Endings:
    """All endings there are, each once, by number; and all tests, likewise."""

    systems: Systems
    known: dict[Ending, int] = field(default_factory=dict)
    tests: dict[ColumnTest, int] = field(default_factory=dict)

    def asked(self, rule: RuleForDeciding) -> tuple[int | None, ...]:
        """The number of the test of every condition, None for one that cannot be told."""
        found = (self.systems.test(condition) for condition in rule.conditions)
        return tuple(None if test is None else self.tests.setdefault(test, len(self.tests)) for test in found)

    def expression(self, rule: RuleForDeciding, asked: Sequence[int | None]) -> str:
        """The number of the ending of a rule, of rows that have the answers t0…tn."""
        branches: list[str] = []
        for place, test in enumerate(asked):
            unknown = self._ending(rule, place, CANNOT_TELL)
            if test is None:
                return _case(branches, unknown)
            branches.append(f"WHEN t{test} = {ANSWERS.index(HOLDS)} THEN {self._ending(rule, place, HOLDS)}")
            branches.append(f"WHEN t{test} = {ANSWERS.index(CANNOT_TELL)} THEN {unknown}")
        return _case(branches, self._ending(rule, len(asked), DOES_NOT_HOLD))

    def _ending(self, rule: RuleForDeciding, place: int, answer: Answer) -> int:
        """The number of what a rule comes to where no condition before ``place`` holds and that one has ``answer``."""
        verdict = decide(_standing_in(rule), {_ALONE: _cells(len(rule.conditions), place, answer)})
        winner = self.systems.side(verdict.winner.system) if verdict.winner else None
        # Which side has to follow cannot be told where a third one wins.
        outcome = "cannot_tell" if verdict.outcome == "wins" and winner is None else verdict.outcome
        return self.known.setdefault(Ending(outcome, winner, verdict.clause), len(self.known))


def _standing_in(rule: RuleForDeciding) -> RuleForDeciding:
    """The same rule, its conditions testing one column each that holds the answer itself."""
    conditions = (
        replace(condition, system=_ALONE, column=str(place), operator="equals", value=HOLDS)
        for place, condition in enumerate(rule.conditions)
    )
    return replace(rule, conditions=tuple(conditions))


def _cells(count: int, place: int, answer: Answer) -> Mapping[str, str]:
    cells = dict.fromkeys(map(str, range(count)), str(DOES_NOT_HOLD))
    if answer == CANNOT_TELL:
        del cells[str(place)]
    elif place < count:
        cells[str(place)] = answer
    return cells


def _case(branches: Sequence[str], otherwise: int) -> str:
    return f"CASE {' '.join(branches)} ELSE {otherwise} END" if branches else str(otherwise)
