"""Mutated files of every kind against each other: a refusal in a sentence, or an answer whose counts add up."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest

from reconcile import engine
from reconcile.engine import EngineError, Limits, ReadOptions
from reconcile.engine.workplace import Workplace
from tests.engine.test_fuzz_read import CSV, JSON, mutated, seeds

__all__ = ["seeds"]
SPECS = (
    engine.CompareSpec(key=(("id", "id"),)),
    engine.CompareSpec(key=(("id", "id"),), strict=True, key_fold=True),
    engine.CompareSpec(key=(("id", "id"),), rule_texts=("name:text", "note:number:1%"), distinguish_null=True),
    engine.CompareSpec(),
)


def holds(folder: Path, spec: engine.CompareSpec, contents: tuple[bytes, bytes]) -> bool:
    """Whether the two were compared; any exception but a refusal that fits on one line goes through."""
    files = [(folder / f"{side}.bin", f"{side}.bin", ReadOptions()) for side in ("left", "right")]
    for (path, _, _), content in zip(files, contents, strict=True):
        path.write_bytes(content)
    rows_file = folder / "rows.parquet"
    try:
        with Workplace(files, folder, Limits()) as place:
            answer = place.compare(spec, rows_file, lambda *_: None)
    except EngineError as error:
        refused = str(error)
    else:
        _adds_up(engine.Comparison.from_json(answer | {"seconds": 0.0}), rows_file, contents)
        return True
    assert refused.isprintable(), contents
    return False


def _adds_up(found: engine.Comparison, rows_file: Path, contents: tuple[bytes, bytes]) -> None:
    with duckdb.connect() as connection:
        lines = connection.execute("SELECT COUNT(*) FROM read_parquet(?)", [str(rows_file)]).fetchone()
    sides = (found.left_side, found.right_side)
    for side, export in zip(sides, (found.left, found.right), strict=True):
        assert export.balance.holds, contents
        assert side.rows == export.balance.rows == found.matched + side.only + side.duplicate_rows, contents
    expected = found.differing_cells + sum(side.only + side.duplicate_rows for side in sides)
    assert lines == (expected,), contents


def outcomes(folder: Path, seeds: list[bytes], numbers: range) -> set[bool]:
    seen = set()
    for number in numbers:
        dice = random.Random(number)
        whole = dice.choice((CSV, JSON, dice.choice(seeds)))
        pair = mutated(dice, dice.choice(seeds)), dice.choice((whole, mutated(dice, whole)))
        seen.add(holds(folder, SPECS[number % len(SPECS)], pair if dice.random() < 0.5 else pair[::-1]))
    return seen


def test_mutated_pairs(tmp_path: Path, seeds: list[bytes]) -> None:
    assert outcomes(tmp_path, seeds, range(60)) == {True, False}


@pytest.mark.slow
def test_very_many_mutated_pairs(tmp_path: Path, seeds: list[bytes]) -> None:
    assert outcomes(tmp_path, seeds, range(60, 700)) == {True, False}
