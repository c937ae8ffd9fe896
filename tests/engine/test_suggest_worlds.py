"""Suggestions on made-up pairs of exports with renamed columns and on the example files: right in at least 95 %."""

import json
from pathlib import Path

import pytest

from tests.engine.suggest_worlds import BUSINESSES, SEEDS, outcome, outcomes, suggested

SHARE = 0.95
# Three columns are expected; one of them, or a code beside them, already identifies 98 % of the rows.
OTHER_KEYS = {"openflights_latlon_swapped": [["icao", "icao"]]}


def test_every_business_is_understood_once(tmp_path: Path) -> None:
    done = [outcome(seed, tmp_path / str(seed)) for seed in SEEDS[: len(BUSINESSES)]]
    assert sum(one.right for one in done) >= SHARE * len(done), [one.missed() for one in done if not one.right]


@pytest.mark.slow
def test_hundreds_of_pairs_are_understood() -> None:
    done = outcomes(SEEDS)
    assert sum(one.right for one in done) >= SHARE * len(done), [one.missed() for one in done if not one.right]


@pytest.mark.shared
def test_the_example_pairs_are_understood(shared_data: Path, tmp_path: Path) -> None:
    expected = json.loads((shared_data / "pairs" / "expected.json").read_text())
    for name, pair in expected.items():
        folder = shared_data / "pairs" / name
        found = suggested(folder / "left.csv", folder / "right.csv", tmp_path / name)
        key = [list(one) for one in found.keys[0].pairs]
        assert key == OTHER_KEYS.get(name, [[column, column] for column in pair["key"]]), name
        assert all(pair["colmap"].get(one.right, one.right) == one.left for one in found.pairs), name
        assert list(found.unpaired_left) == pair["columns_only_left"], name
        assert list(found.unpaired_right) == pair["columns_only_right"], name
