"""The engine and an independent slow comparison agree on everything, whatever is in the files."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconcile import engine
from reconcile.engine import database
from reconcile.engine.matching import Matcher
from tests.engine import driving, oracle
from tests.engine.generated import Case, cases

USUAL = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> driving.Bench:
    return driving.Bench(tmp_path_factory.mktemp("bench"))


def files(case: Case, folder: Path, kind: str) -> tuple[Path, Path]:
    """The case as two files. JSON lines know no table without rows."""
    kind = ".jsonl" if case.question.distinguish_null else kind
    endings = [kind if table.rows else ".csv" for table in (case.left, case.right)]
    left, right = (folder / f"{name}{ending}" for name, ending in zip(("left", "right"), endings, strict=True))
    return driving.write(case.left, left), driving.write(case.right, right)


def check(bench: driving.Bench, case: Case, kind: str, form: str) -> None:
    left, right = files(case, bench.folder, kind)
    found, rows_file = bench.compare(driving.spec(case.question), left, right, form)
    driving.assert_agrees(found, rows_file, oracle.compare(case.question, case.left, case.right))


EVERY_CASE = given(case=cases(), kind=st.sampled_from([".csv", ".csv", ".jsonl"]), form=st.sampled_from(driving.FORMS))


@settings(USUAL, max_examples=120)
@EVERY_CASE
def test_small_pairs_come_out_as_the_oracle_says(bench: driving.Bench, case: Case, kind: str, form: str) -> None:
    check(bench, case, kind, form)


@pytest.mark.slow
@settings(USUAL, max_examples=1000, derandomize=False)
@EVERY_CASE
def test_a_thousand_small_pairs_come_out_as_the_oracle_says(
    bench: driving.Bench, case: Case, kind: str, form: str
) -> None:
    check(bench, case, kind, form)


@settings(USUAL, max_examples=12)
@given(case=cases(most_rows=30), kind=st.sampled_from([".csv", ".jsonl"]), form=st.sampled_from(driving.FORMS))
def test_pairs_compared_in_a_process_of_their_own_come_out_alike(
    tmp_path_factory: pytest.TempPathFactory, case: Case, kind: str, form: str
) -> None:
    folder = tmp_path_factory.mktemp("pair")
    left, right = files(case, folder, kind)
    options = [driving.PLAIN if path.suffix == ".csv" else engine.ReadOptions() for path in (left, right)]
    rows_file = folder / f"rows{form}"
    found = engine.compare(
        driving.spec(case.question), left, right, rows_file=rows_file, left_options=options[0], right_options=options[1]
    )
    driving.assert_agrees(found, rows_file, oracle.compare(case.question, case.left, case.right))


PLANS = {
    "one join": (False, True),
    "one join, then repeated keys": (False, False),
    "repeated keys first, then one join": (True, True),
    "repeated keys first, uncounted": (True, False),
}


@settings(USUAL, max_examples=25)
@given(case=cases(most_rows=20))
@pytest.mark.parametrize("plan", PLANS)
def test_every_plan_gives_the_same_answer(bench: driving.Bench, plan: str, case: Case) -> None:
    repeated_first, counted = PLANS[plan]
    count = database.run_counted if counted else _uncounted
    with (
        driving.patched(Matcher, "_has_hot_keys", lambda _: repeated_first),
        driving.patched(database, "run_counted", count),
    ):
        check(bench, case, ".csv", ".csv")


def _uncounted(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
    """A database whose profile says nothing."""
    connection.execute(statement)
