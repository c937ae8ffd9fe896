"""Putting tables into files, the engine to work on them, and its answer into a form that can be compared."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from reconcile import engine
from reconcile.engine.limits import Limits
from reconcile.engine.results import Comparison
from reconcile.engine.workplace import Given, Workplace
from tests.engine.oracle import Answer, Line, Question, Table

PLAIN = engine.ReadOptions(encoding="utf-8", delimiter=",", quote='"', header=True)
FORMS = (".csv", ".jsonl", ".parquet")


def write(table: Table, path: Path) -> Path:
    """As CSV (every text in quotes, NULL bare where that is no blank line) or JSON lines, by the name's ending."""
    if path.suffix == ".jsonl":
        lines = [json.dumps(dict(zip(table.columns, row, strict=True)), ensure_ascii=False) for row in table.rows]
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path
    bare = "" if len(table.columns) > 1 else '""'
    quoted = [[bare if cell is None else '"' + cell.replace('"', '""') + '"' for cell in row] for row in table.rows]
    header = ",".join('"' + name.replace('"', '""') + '"' for name in table.columns)
    path.write_text("".join(f"{line}\n" for line in (header, *map(",".join, quoted))), encoding="utf-8", newline="")
    return path


def spec(question: Question) -> engine.CompareSpec:
    rules = {
        name: engine.Rule(asked.comparison, asked.argument, asked.mapping) for name, asked in question.asked.items()
    }
    return engine.CompareSpec(
        key=tuple(question.key),
        maps=tuple(pair for pair in question.pairs if pair[0] != pair[1]),
        rules=rules,
        key_fold=question.key_fold,
        distinguish_null=question.distinguish_null,
    )


class Bench:
    """One workplace for one comparison after the other, in this process."""

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self.folder = folder
        self._number = itertools.count()
        self._limits = limits or Limits()

    def compare(
        self, question: engine.CompareSpec, left: Path | engine.Kept, right: Path | engine.Kept, form: str = ".jsonl"
    ) -> tuple[Comparison, Path]:
        """The comparison of two files or kept exports, and where its rows are."""
        work = self.folder / f"work{next(self._number)}"
        work.mkdir()
        rows_file = work / f"rows{form}"
        with Workplace([_given(left), _given(right)], work, self._limits) as place:
            found = place.compare(question, rows_file, lambda *_: None)
        return Comparison.from_json(json.loads(json.dumps(found | {"seconds": 0.0}, default=str))), rows_file


def _given(side: Path | engine.Kept) -> Given:
    if isinstance(side, engine.Kept):
        return side
    return side, side.name, PLAIN if side.suffix == ".csv" else engine.ReadOptions()


def rows(path: Path) -> Counter[Line]:
    """Every line of a rows file; what is NULL there is empty here."""
    return Counter(tuple(cell or "" for cell in row) for row in _raw_rows(path))  # type: ignore[misc]


def _raw_rows(path: Path) -> Iterator[tuple[Any, ...]]:
    if path.suffix == ".csv":
        lines = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
        assert next(lines) == ["kind", "key", "field", "left", "right"]
        yield from map(tuple, lines)
    elif path.suffix == ".jsonl":
        for line in path.read_text(encoding="utf-8").split("\n"):
            if line:
                found = json.loads(line)
                yield tuple(found[name] for name in ("kind", "key", "field", "left", "right"))
    else:
        with duckdb.connect() as connection:
            yield from connection.execute(
                'SELECT kind, "key", field, "left", "right" FROM read_parquet(?)', [str(path)]
            ).fetchall()


def figures(found: Comparison) -> dict[str, int]:
    """The summary's counts, without what depends on the clock or the reading."""
    left_out = ("fields", "rejected_left", "rejected_right", "seconds")
    return {name: value for name, value in found.summary().items() if name not in left_out}


def assert_agrees(found: Comparison, rows_file: Path, expected: Answer) -> None:
    """The engine's answer is the oracle's: every count, every comparison chosen, every line of the rows file."""
    assert figures(found) == expected.counts
    assert found.summary()["fields"] == expected.fields
    assert {result.name: kind(result.comparison) for result in found.fields} == expected.comparisons
    assert rows(rows_file) == expected.lines
    assert found.key_folds == expected.key_folds


def kind(shown: str) -> str:
    """The name of a comparison from what people are shown."""
    first = shown.partition(" ")[0]
    return "boolean" if first == "yes" else first


@contextmanager
def patched(where: object, name: str, value: object) -> Iterator[None]:
    """An attribute exchanged for a while; monkeypatch lasts longer than one generated example."""
    kept = getattr(where, name)
    setattr(where, name, value)
    try:
        yield
    finally:
        setattr(where, name, kept)
