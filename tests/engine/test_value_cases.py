"""Cases of one value against another that another tool's authors thought of, through our comparisons."""

from __future__ import annotations

import csv
import re
from itertools import groupby
from pathlib import Path

import pytest

from reconcile import engine
from tests.engine import driving
from tests.engine.oracle import Table

DECISION = Path(__file__).parents[2] / "docs" / "decisions" / "0011-where-values-compare-otherwise.md"
pytestmark = pytest.mark.shared


def rule(test: str, options: str) -> engine.Rule:
    """Our comparison for what a case is about."""
    given = dict(pair.split("=") for pair in options.split(",") if pair)
    if test.startswith("test_numeric"):
        return engine.Rule("number", given.get("abs_tol", "") or f"{float(given['rel_tol']):.0%}")
    if "date" in test:
        return engine.Rule("date", "0,%Y-%m-%d")
    if "ignore_spaces" not in given:
        return engine.Rule("exact")
    return engine.Rule("text", "case+outer" if "ignore_case" in given else "outer")


def found_otherwise(cases: list[dict[str, str]], folder: Path) -> list[tuple[str, str, str]]:
    """The cases (test, a, b) on which we say the opposite."""
    bench, otherwise = driving.Bench(folder), []
    for number, ((test, options), group) in enumerate(groupby(cases, lambda case: (case["test"], case["options"]))):
        of_one_kind = list(group)
        sides = [
            Table(
                ["id", "value"],
                [[str(row), None if case[side] == "NULL" else case[side]] for row, case in enumerate(of_one_kind)],
            )
            for side in ("a", "b")
        ]
        files = [driving.write(table, folder / f"{number}{side}.csv") for side, table in zip("ab", sides, strict=True)]
        spec = engine.CompareSpec(key=(("id", "id"),), rules={"value": rule(test, options)})
        _, rows_file = bench.compare(spec, files[0], files[1])
        differing = {int(key) for _, key, *_ in driving.rows(rows_file)}
        otherwise += [
            (test, case["a"], case["b"])
            for row, case in enumerate(of_one_kind)
            if (row not in differing) != (case["expected_equal"] == "True")
        ]
    return otherwise


def test_every_case_comes_out_as_expected_or_is_listed_with_the_reason(shared_data: Path, tmp_path: Path) -> None:
    with (shared_data / "value_cases.csv").open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file))
    listed = re.findall(r"^\| `(\w+)` \| `(.*?)` \| `(.*?)` \|", DECISION.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(cases) == 88
    assert found_otherwise(cases, tmp_path) == [tuple(cell.replace("(empty)", "") for cell in case) for case in listed]
