"""Streaming what the engine found towards a database: in order, in constant memory, every text as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from reconcile import engine
from reconcile.engine.errors import FileIsCorrupt, FileMissing

ROOT = Path(__file__).resolve().parents[2]
ODD = [
    None, "", "\\N", "\\.", "a\n\\.\nb", "NULL", '"', '""', "a,b", "a\tb", "two\nlines", "two\r\nlines", "\r", " x ",
    "\\", "\\n", "ü漢💩", "=1+1", "\ufeffx", "'", "nul\0inside", "\0",
]  # fmt: skip


def state(path: Path) -> Path:
    """A file as ``standing`` leaves it, with every pair of odd values."""
    lines = [(f"{place:032}", left, right) for place, (left, right) in enumerate((a, b) for a in ODD for b in ODD)]
    with duckdb.connect() as connection:
        connection.execute('CREATE TABLE made (identity VARCHAR, "left" VARCHAR, "right" VARCHAR)')
        connection.executemany("INSERT INTO made VALUES (?, ?, ?)", lines)
        connection.execute(f"COPY made TO '{path}' (FORMAT parquet)")
    return path


def many(path: Path, rows: int) -> Path:
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT MD5(i::VARCHAR) AS identity, 'left ' || i AS \"left\", 'right ' || i AS \"right\" "  # noqa: S608
            f"FROM range({rows}) AS t(i)) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 20480)"
        )
    return path


def test_rows_come_in_order_in_batches_of_the_size_asked_for(tmp_path: Path) -> None:
    batches = list(engine.rows(many(tmp_path / "a.parquet", 25_000), ["left"], batch=10_000))
    assert [len(batch) for batch in batches] == [10_000, 10_000, 5_000]
    assert [row for batch in batches for row in batch] == [(f"left {number}",) for number in range(25_000)]


def test_rows_of_nothing_are_none(tmp_path: Path) -> None:
    assert list(engine.rows(many(tmp_path / "a.parquet", 0))) == []


def test_odd_texts_are_given_as_they_are(tmp_path: Path) -> None:
    found = [row for batch in engine.rows(state(tmp_path / "a.parquet"), ["right", "left"], batch=7) for row in batch]
    assert found == [(right, left) for left in ODD for right in ODD]


def found_in(path: Path, text: str, **asked: Any) -> list[str]:
    return [identity for batch in engine.search(path, text, **asked) for identity in batch]


def test_fields_that_are_passed_over_and_keys_that_are_not_looked_at_find_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT * FROM (VALUES "  # noqa: S608 - a path of the test
            "('1', 'differs', 'ann', 'pay', 'x1', NULL), ('2', 'differs', 'x1', 'city', NULL, 'X1'), "
            "('3', 'duplicate_left', 'bob', 'pay', 'x1', NULL), ('4', 'only_left', 'x1', '', NULL, NULL)"
            f') AS t(identity, kind, key, field, "left", "right")) TO \'{path}\' (FORMAT parquet)'
        )
    assert found_in(path, "x1") == ["1", "2", "3", "4"]
    assert found_in(path, "x1", passed_over=["pay"]) == ["2", "3", "4"]
    assert found_in(path, "x1", passed_over=["pay", "city"]) == ["2", "3", "4"]
    assert found_in(path, "x1", passed_over=["pay", "city"], keys=False) == ["3"]
    assert found_in(path, "x1", keys=False) == ["1", "2", "3"]
    assert found_in(path, "X1", only={"field": "pay"}, passed_over=["pay"]) == ["3"]
    assert found_in(path, "1", passed_over=["pay"], most=1) == ["2"]


STREAMED = """
import resource, sys
from reconcile import engine
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert sum(len(batch) for batch in engine.rows(sys.argv[1])) == 3_000_000
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_millions_of_rows_take_little_memory(tmp_path: Path) -> None:
    path = many(tmp_path / "a.parquet", 3_000_000)
    command = [sys.executable, "-c", STREAMED, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, timeout=120)
    assert int(done.stdout) < 100


def test_a_file_that_is_missing_or_damaged_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match=r"nothing\.parquet is not there"):
        list(engine.rows(tmp_path / "nothing.parquet"))
    whole = state(tmp_path / "a.parquet").read_bytes()
    for damaged in (b"", whole[:200], whole[:60] + b"\xff" * 200 + whole[260:]):
        (tmp_path / "b.parquet").write_bytes(damaged)
        with pytest.raises(FileIsCorrupt, match=r"b\.parquet is damaged"):
            list(engine.rows(tmp_path / "b.parquet"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.parquet", "b.parquet"]
