"""What holds for any two files: a file against itself, sides swapped, rows and columns in another order."""

from __future__ import annotations

import random
import time
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings

from reconcile import engine
from reconcile.engine import batches
from tests.engine import driving, oracle
from tests.engine.generated import Case, cases
from tests.engine.oracle import Asked, Question, Row, Table

USUAL = settings(
    deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True, max_examples=25
)
MIRRORED = {"only_left": "only_right", "duplicate_left": "duplicate_right", "differs": "differs"}
MIRRORED |= {theirs: ours for ours, theirs in MIRRORED.items()}
ID = (("id", "id"),)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> driving.Bench:
    return driving.Bench(tmp_path_factory.mktemp("laws"))


def lines(bench: driving.Bench, question: Question, left: Table, right: Table) -> set[tuple[oracle.Line, int]]:
    files = [driving.write(table, bench.folder / f"{name}.csv") for table, name in ((left, "left"), (right, "right"))]
    _, rows_file = bench.compare(driving.spec(question), files[0], files[1])
    return set(driving.rows(rows_file).items())


@USUAL
@given(case=cases())
def test_a_file_against_itself_finds_its_repeated_keys_and_nothing_else(bench: driving.Bench, case: Case) -> None:
    names = [(name, name) for name in case.left.columns]
    width = len(case.question.key)
    found = lines(bench, Question(names[:width], names[width:]), case.left, case.left)
    assert {kind for (kind, *_), _ in found} <= {"duplicate_left", "duplicate_right"}


@USUAL
@given(case=cases())
def test_sides_swapped_mirror_the_result(bench: driving.Bench, case: Case) -> None:
    asked = {name: rule for name, rule in case.question.asked.items() if rule.comparison != "mapped"}
    pairs = [pair for pair in case.question.pairs if pair[0] in asked]
    ours = Question(case.question.key, pairs, asked)
    theirs = Question(
        [pair[::-1] for pair in ours.key], [pair[::-1] for pair in pairs], {there: asked[here] for here, there in pairs}
    )
    here = dict(pairs)
    mirrored = {
        ((MIRRORED[kind], key, here.get(field, field), right, left), count)
        for (kind, key, field, left, right), count in lines(bench, ours, case.left, case.right)
    }
    assert lines(bench, theirs, case.right, case.left) == mirrored


@USUAL
@given(case=cases())
def test_the_order_of_rows_and_columns_is_irrelevant(bench: driving.Bench, case: Case) -> None:
    mixed = random.Random(len(case.left.rows))
    tables = []
    for table in (case.left, case.right):
        order = mixed.sample(range(len(table.columns)), len(table.columns))
        rows = [[row[place] for place in order] for row in mixed.sample(table.rows, len(table.rows))]
        tables.append(Table([table.columns[place] for place in order], rows))
    assert lines(bench, case.question, *tables) == lines(bench, case.question, case.left, case.right)


def many(count: int, *, offset: int = 0) -> list[Row]:
    return [[str(number), str(number * 7 % 1000 + offset), f"text {number}" * 3] for number in range(count)]


def test_a_small_memory_limit_spills_and_changes_nothing(tmp_path: Path) -> None:
    left, right = (Table(["id", "n", "t"], many(300_000, offset=side)) for side in (0, 1))
    files = [driving.write(table, tmp_path / f"{name}.csv") for table, name in ((left, "left"), (right, "right"))]
    rules = {"n": engine.Rule("number", "0.5")}
    found = engine.compare(
        engine.CompareSpec(key=ID, rules=rules),
        *files,
        limits=engine.Limits(memory=200_000_000),
        rows_file=tmp_path / "rows.parquet",
    )
    assert (found.matched, found.differing_cells, found.differing_rows) == (300_000, 300_000, 300_000)
    with duckdb.connect() as connection:
        counted = connection.execute(
            "SELECT COUNT(DISTINCT key) FROM read_parquet(?)", [str(tmp_path / "rows.parquet")]
        ).fetchone()
    assert counted == (300_000,)


@pytest.mark.parametrize("key", ["hot", ""], ids=["one key", "empty keys"])
def test_a_key_a_hundred_thousand_times_on_both_sides_is_listed_quickly(tmp_path: Path, key: str) -> None:
    files = []
    for side in ("left", "right"):
        rows: list[Row] = [[key or None, str(number)] for number in range(100_000)]
        files.append(driving.write(Table(["id", "n"], [*rows, ["alone", "1"]]), tmp_path / f"{side}.csv"))
    started = time.monotonic()
    found = engine.compare(engine.CompareSpec(key=ID), *files, rows_file=tmp_path / "rows.parquet")
    assert time.monotonic() - started < 20
    assert found.peak_memory < 400_000_000
    assert (found.matched, found.left_side.duplicate_rows, found.right_side.duplicate_rows) == (1, 100_000, 100_000)
    assert (found.left_side.duplicate_keys, found.right_side.duplicate_keys) == (1, 1)


def test_a_thousand_columns_are_compared_within_the_usual_memory(tmp_path: Path) -> None:
    names = ["id", *(f"field {number}" for number in range(1000))]
    tables = [
        Table(
            names,
            [
                [str(row), *(f"{row * number % 97}{ending if number % 200 == 0 else ''}" for number in range(1000))]
                for row in range(40)
            ],
        )
        for ending in ("", ".5")
    ]
    files = [
        driving.write(table, tmp_path / f"{side}.csv") for table, side in zip(tables, ("left", "right"), strict=True)
    ]
    found = engine.compare(engine.CompareSpec(key=ID), *files, rows_file=tmp_path / "rows.csv")
    assert (found.matched, found.differing_rows, found.differing_cells) == (40, 40, 200)
    assert sum(driving.rows(tmp_path / "rows.csv").values()) == 200
    assert len(found.fields) == 1000
    assert {line.field for line in found.first} == {"field 0"}


@USUAL
@given(case=cases())
def test_wide_files_taken_in_groups_of_fields_give_the_same_answer(bench: driving.Bench, case: Case) -> None:
    files = [
        driving.write(table, bench.folder / f"{name}.csv")
        for table, name in ((case.left, "left"), (case.right, "right"))
    ]
    if case.question.distinguish_null:
        return
    with driving.patched(batches, "FIELDS_AT_ONCE", 2):
        found, rows_file = bench.compare(driving.spec(case.question), files[0], files[1], ".csv")
    driving.assert_agrees(found, rows_file, oracle.compare(case.question, case.left, case.right))


def test_the_same_file_twice_in_a_process_of_its_own(tmp_path: Path) -> None:
    file = driving.write(Table(["id", "n"], [["1", "a"], ["2", "b"], ["2", "c"]]), tmp_path / "one.csv")
    found = engine.compare(engine.CompareSpec(key=ID), file, file)
    assert (found.matched, found.left_side.duplicate_rows, found.right_side.duplicate_rows) == (1, 2, 2)


def test_two_lists_of_keys_alone_can_be_compared(tmp_path: Path) -> None:
    left, right = (
        driving.write(Table(["id"], [[key] for key in keys]), tmp_path / f"{side}.csv")
        for side, keys in (("left", "abc"), ("right", "bcd"))
    )
    found = engine.compare(engine.CompareSpec(key=ID), left, right)
    assert (found.matched, found.left_side.only, found.right_side.only, found.fields) == (2, 1, 1, ())


def test_a_key_on_one_side_that_would_pair_but_for_case_and_space_is_counted(bench: driving.Bench) -> None:
    left = Table(["id", "n"], [["A1", "1"], [" b2", "1"], ["c3", "1"], ["d4", "1"]])
    right = Table(["id", "n"], [["a1", "1"], ["B2", "1"], ["c3", "1"], ["e5", "1"]])
    files = [driving.write(table, bench.folder / f"{name}.csv") for table, name in ((left, "left"), (right, "right"))]
    apart, _ = bench.compare(driving.spec(Question([("id", "id")], [("n", "n")])), files[0], files[1])
    together, _ = bench.compare(driving.spec(Question([("id", "id")], [("n", "n")], key_fold=True)), files[0], files[1])
    assert (apart.matched, apart.left_side.only, apart.key_folds) == (1, 3, 2)
    assert (together.matched, together.left_side.only, together.key_folds) == (3, 1, 0)


def test_parquet_cells_of_any_kind_compare_as_texts(tmp_path: Path) -> None:
    for side, value in (("left", "'a' || chr(0) || 'b'"), ("right", "'a'")):
        with duckdb.connect() as connection:
            connection.execute(
                f"COPY (SELECT 1 AS id, {value} AS nul, 1.50 AS amount, DATE '2024-01-31' AS day, "
                "repeat('x', 300000) AS long) "
                f"TO '{tmp_path / side}.parquet'"
            )
    rows_file = tmp_path / "rows.jsonl"
    found = engine.compare(
        engine.CompareSpec(key=ID), tmp_path / "left.parquet", tmp_path / "right.parquet", rows_file=rows_file
    )
    assert driving.rows(rows_file) == {("differs", "1", "nul", "a\0b", "a"): 1}
    assert {result.name: driving.kind(result.comparison) for result in found.fields} == {
        "nul": "exact", "amount": "number", "day": "date", "long": "exact",
    }  # fmt: skip


def test_a_word_mapped_to_nothing_or_from_nothing(bench: driving.Bench) -> None:
    left = Table(["id", "state"], [["1", "n/a"], ["2", None], ["3", "open"], ["4", "n/a"]])
    right = Table(["id", "state"], [["1", None], ["2", "none"], ["3", "open"], ["4", "n/a"]])
    asked = {"state": Asked("mapped", mapping=(("n/a", ""), ("", "none")))}
    assert lines(bench, Question([("id", "id")], [("state", "state")], asked), left, right) == {
        (("differs", "4", "state", "n/a", "n/a"), 1)
    }


def test_only_the_pairs_named_are_compared_when_names_alone_shall_not_pair(tmp_path: Path) -> None:
    left, right = tmp_path / "left.csv", tmp_path / "right.csv"
    left.write_text("id,a,b\n1,x,y\n")
    right.write_text("id,a,b\n1,p,x\n")
    spec = engine.CompareSpec(key=(("id", "id"),), maps=(("a", "b"),), by_name=False)
    found = engine.compare(spec, left, right)
    assert [(field.left, field.right, field.differing) for field in found.fields] == [("a", "b", 0)]
    assert engine.compare(engine.CompareSpec(key=(("id", "id"),), by_name=False), left, right).matched == 1


def test_a_field_may_have_a_name_of_its_own(tmp_path: Path) -> None:
    left, right = tmp_path / "left.csv", tmp_path / "right.csv"
    left.write_text("id,a\n1,x\n")
    right.write_text("id,b\n1,p\n")
    spec = engine.CompareSpec(key=(("id", "id"),), maps=(("a", "b"),), names={"a": "billing status"})
    found = engine.compare(spec, left, right)
    assert [(field.name, field.left, field.right) for field in found.fields] == [("billing status", "a", "b")]
    assert [line.field for line in found.first] == ["billing status"]
