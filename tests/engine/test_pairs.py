"""Real exports whose differences somebody counted apart from us."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reconcile import engine

pytestmark = pytest.mark.shared
PAIRS = (
    "frequencies_year", "openflights_latlon_swapped", "openflights_source_change", "openflights_truncated1000",
    "raha_beers", "raha_hospital", "raha_rayyan",
)  # fmt: skip


def expected(shared_data: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((shared_data / "pairs" / "expected.json").read_text(encoding="utf-8"))
    return found


def test_no_pair_is_left_out(shared_data: Path) -> None:
    assert sorted(expected(shared_data)) == sorted(PAIRS)


@pytest.mark.parametrize("name", PAIRS)
def test_every_count_is_exact(name: str, shared_data: Path) -> None:
    known = expected(shared_data)[name]
    there = {left: right for right, left in known["colmap"].items()}
    spec = engine.CompareSpec(
        key=tuple((column, there.get(column, column)) for column in known["key"]),
        maps=tuple((left, right) for left, right in there.items() if left not in known["key"]),
        ignore=tuple(known["ignore"]),
        strict=True,
    )
    folder = shared_data / "pairs" / name
    found = engine.compare(spec, folder / "left.csv", folder / "right.csv")
    summary = found.summary()
    assert {name: count for name, count in summary.pop("fields").items() if count} == known["fields"]
    assert summary.pop("seconds") > 0
    assert summary == {
        "left_rows": known["rows_left"],
        "right_rows": known["rows_right"],
        "rejected_left": 0,
        "rejected_right": 0,
    } | {
        count: known[count]
        for count in (
            "matched", "only_left", "only_right", "duplicate_keys_left", "duplicate_keys_right",
            "differing_rows", "differing_cells",
        )
    }  # fmt: skip
    assert list(found.unpaired_left) == known["columns_only_left"]
    assert list(found.unpaired_right) == known["columns_only_right"]
