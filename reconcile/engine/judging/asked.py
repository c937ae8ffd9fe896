"""What is asked when mismatches are judged, and what comes back: plain frozen data, JSON-ready both ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from reconcile.engine.asking import Condition, RecordType
from reconcile.engine.deciding import RuleForDeciding
from reconcile.engine.spec import CompareSpec

JUDGED_COLUMNS = ("identity", "outcome", "winner", "clause", "should_be")


@dataclass(frozen=True, slots=True)
class Judging:
    """By which rules the mismatches of a run are to be judged.

    ``spec`` is what was compared. ``systems`` are the names of the left and the right system; where both have the same
    name, neither is told from the other, and a rule that names it cannot be told. ``rules`` by the name that a field
    has in the mismatches.
    """

    spec: CompareSpec
    systems: tuple[str, str]
    rules: Mapping[str, RuleForDeciding] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """JSON-ready data; ``from_json`` is its inverse."""
        return {
            "spec": self.spec.to_json(),
            "systems": list(self.systems),
            "rules": {name: asdict(rule) for name, rule in self.rules.items()},
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> Judging:
        """What ``to_json`` described."""
        left, right = data["systems"]
        rules = {name: _rule(one) for name, one in data["rules"].items()}
        return Judging(CompareSpec.from_json(data["spec"]), (left, right), rules)


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts on the mismatches of a run.

    ``verdicts`` is a Parquet file, one row a mismatch in the order of ``Seen.mismatches``: identity, outcome (of
    ``deciding.Outcome``), winner (``left``, ``right``), clause (the place, from 0, of the condition that decided or
    could not be told), should_be (what the side that loses should hold, "" for no value). All but identity are NULL
    where no values differ. ``counts``: field -> outcome -> differing values, outcomes that there are. ``conditions``:
    for each field whose rule has any, by condition, on how many of its differing records it holds, does not hold and
    cannot be told, whether or not an earlier one decides.
    """

    verdicts: Path
    counts: Mapping[str, Mapping[str, int]]
    conditions: Mapping[str, tuple[tuple[int, int, int], ...]]

    def to_json(self) -> dict[str, Any]:
        """JSON-ready data; ``from_json`` is its inverse."""
        return {
            "verdicts": str(self.verdicts),
            "counts": {name: dict(found) for name, found in self.counts.items()},
            "conditions": {name: [list(one) for one in found] for name, found in self.conditions.items()},
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> Judged:
        """What ``to_json`` described."""
        conditions = {
            name: tuple((holds, does_not, unknown) for holds, does_not, unknown in found)
            for name, found in data["conditions"].items()
        }
        return Judged(Path(data["verdicts"]), data["counts"], conditions)


def _rule(data: dict[str, Any]) -> RuleForDeciding:
    return RuleForDeciding(
        **{
            **data,
            "settled_by": _record_type(data["settled_by"]),
            "conditions": tuple(_condition(one) for one in data["conditions"]),
            "columns": tuple((system, column) for system, column in data["columns"]),
        }
    )


def _condition(data: dict[str, Any]) -> Condition:
    value = data["value"] if isinstance(data["value"], str) else tuple(data["value"])
    return Condition(**{**data, "value": value, "wins": _record_type(data["wins"])})


def _record_type(data: dict[str, Any] | None) -> RecordType | None:
    return RecordType(**data) if data else None
