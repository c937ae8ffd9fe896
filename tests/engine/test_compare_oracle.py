"""The engine and an independent slow comparison agree on everything, whatever is in the files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconcile import engine
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


@settings(USUAL, max_examples=300)
@given(case=cases(), kind=st.sampled_from([".csv", ".csv", ".jsonl"]), form=st.sampled_from(driving.FORMS))
def test_small_pairs_come_out_as_the_oracle_says(bench: driving.Bench, case: Case, kind: str, form: str) -> None:
    check(bench, case, kind, form)
