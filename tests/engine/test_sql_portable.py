"""The steps of a comparison are plain SQL: each translates to Spark, where files too large for a machine would go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
import sqlglot
from sqlglot import exp

from reconcile.engine import auto, between_runs, comparisons, sql
from reconcile.engine.sql import JoinField, JoinPlan

SPARK_HAS = {
    "ABS", "CAST", "COALESCE", "COUNT", "DATEDIFF", "DECIMAL", "EXISTS", "GREATEST", "IN", "LENGTH", "LOWER", "NULLIF",
    "REGEXP_EXTRACT", "REGEXP_REPLACE", "REPLACE", "SUM", "TRIM", "TRY_CAST",
}  # fmt: skip
SPARK_HAS_UNDER_ANOTHER_NAME = {
    "JSON_ARRAY": "TO_JSON(ARRAY(...))",
    "STRIP_ACCENTS": "a registered function over java.text.Normalizer",
    "TRY_STRPTIME": "TRY_TO_TIMESTAMP with the format's letters translated",
}
KEYWORDS_BEFORE_BRACKETS = {
    "AND",
    "AS",
    "EXISTS",
    "FROM",
    "JOIN",
    "NOT",
    "ON",
    "OR",
    "SELECT",
    "WHERE",
    "WHEN",
    "THEN",
    "CASE",
    "BY",
    "ALL",
    "FOR",
}


def plan(*, parts: int, fold: bool, empty_texts: bool) -> JoinPlan:
    """Every comparison in every shape, over tables instead of files."""
    day_first, month_first = ("%d/%m/%Y",), ("%m/%d/%Y", "%Y-%m-%d %H:%M:%S")
    asked = [
        comparisons.Exact(),
        comparisons.SameText(),
        comparisons.Mapped(),
        comparisons.Boolean(),
        *(comparisons.Text("", *flags) for flags in ((True, True, True, True), (False, True, False, False))),
        comparisons.Number(),
        comparisons.Number("", Decimal("0.01")),
        comparisons.Number("", Decimal("0.5"), percent=True, comma_left=True),
        comparisons.Date("", 0, day_first, day_first),
        comparisons.Date("", 2, day_first, month_first),
    ]
    fields = []
    for place, comparison in enumerate(asked, start=parts):
        guess = auto.propose(["1"], ["2024-01-31"] if place % 2 else ["2"], f"l.c{place}", f"r.c{place}")
        table = f"mapping{place}" if isinstance(comparison, comparisons.Mapped) else ""
        fields.append(JoinField(place, place, comparison, table, guess.witness_left, guess.witness_right))
    key = tuple((part, part) for part in range(parts))
    return JoinPlan("left_rows", "right_rows", key, tuple(fields), fold, empty_texts)


PLANS = [
    plan(parts=parts, fold=fold, empty_texts=apart)
    for parts, fold, apart in ((1, False, False), (1, True, False), (2, True, True))
]


def steps(of: JoinPlan) -> Iterator[str]:
    yield sql.step_join(of)
    yield sql.step_join(of, "repeated")
    yield sql.step_repeated_keys(of)
    yield sql.step_repeated_one_sided(of, "narrow")
    yield sql.step_count_repeated("repeated")
    yield sql.step_drop_repeated(of, "narrow", "repeated")
    for side, letter in enumerate("uv"):
        yield sql.step_listed_repeats(of, "repeated", side)
        yield sql.step_no_repeats(of, "narrow", side)
        yield sql.step_witnesses(of, letter, "narrow", "repeats_left")
    places = range(len(of.fields))
    yield sql.step_kept(places, "narrow")
    for place in places:
        yield sql.step_same(of, place, "narrow")
    yield sql.step_settle(of, places, "narrow")
    yield sql.step_count(of.fields, "narrow")
    yield sql.step_folds(of, "narrow")
    yield from sql.step_rows(
        of, {place: f"field '{place}'" for place in places}, "narrow", ("repeats_left", "repeats_right")
    )


def steps_between_runs() -> Iterator[str]:
    yield between_runs.step_state("rows_of_run")
    yield between_runs.step_changes("now", "before")
    yield between_runs.step_in_order(between_runs.step_state("rows_of_run"))
    yield between_runs.step_totals("now")
    yield between_runs.step_change_totals("changes")


def in_spark(statement: str) -> str:
    (translated,) = sqlglot.transpile(
        statement, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
    )
    return translated


def functions(translated: str) -> set[str]:
    """Names called in a statement, texts in quotes aside."""
    bare = re.sub(r"'(?:[^'\\]|\\.|'')*'", "''", translated)
    return set(re.findall(r"\b([A-Z_]+)\(", bare)) - KEYWORDS_BEFORE_BRACKETS


def test_every_step_translates_to_spark_and_uses_only_what_is_there() -> None:
    called: set[str] = set()
    for statement in (*steps_between_runs(), *(statement for of in PLANS for statement in steps(of))):
        translated = in_spark(statement)
        sqlglot.parse_one(translated, read="spark")
        called |= functions(translated)
    assert called - {"EXISTS", "IN"} == (SPARK_HAS | set(SPARK_HAS_UNDER_ANOTHER_NAME)) - {"EXISTS", "IN"}


@pytest.mark.parametrize("of", PLANS[:1] + PLANS[-1:], ids=["plain", "everything"])
def test_no_step_makes_lists_or_structs(of: JoinPlan) -> None:
    for statement in (*steps(of), *steps_between_runs()):
        tree = sqlglot.parse_one(statement, read="duckdb")
        assert not list(tree.find_all(exp.Struct, exp.Array, exp.List, exp.Bracket, exp.Unnest, exp.Lambda))


def test_every_step_of_the_module_is_among_those_translated() -> None:
    over_files = {"step_parts", "step_differing_records"}
    named = {name for name in vars(sql) if name.startswith("step_")} - over_files
    assert {name for name in named if name in steps.__code__.co_names} == named
    between = {name for name in vars(between_runs) if name.startswith("step_")}
    assert {name for name in between if name in steps_between_runs.__code__.co_names} == between
