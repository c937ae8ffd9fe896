"""The mismatches of a run: as they stood then, whatever later runs made of them."""

import pytest

from reconcile.checks.models import Run
from reconcile.checks.queries import mismatches
from reconcile.checks.queries.mismatches import Asked, MismatchesOfRun
from tests import build
from tests.checks.three_runs import ThreeRuns

pytestmark = pytest.mark.django_db

REPEATED = {("duplicate_left", "5"), ("duplicate_right", "5")}


def found(run: Run, *, lasting: bool = False, **asked: str) -> set[tuple[str, str]]:
    rows = MismatchesOfRun(Run.objects.get(pk=run.pk), lasting=lasting).rows(Asked(**asked))
    return {(row.kind if row.kind != "differs" else row.field, row.key) for row in rows}


@pytest.mark.parametrize("lasting", [False, True])
def test_each_run_keeps_what_stood_in_it(three_runs: ThreeRuns, lasting: bool) -> None:  # noqa: FBT001
    first, second, third = three_runs.runs
    assert found(first, lasting=lasting) == {("a", "2"), ("only_left", "3"), ("only_right", "4"), *REPEATED}
    assert found(second, lasting=lasting) == {("a", "6"), ("only_left", "3"), ("only_right", "4"), *REPEATED}
    assert found(third, lasting=lasting) == {("a", "2"), ("a", "6"), ("only_right", "4"), *REPEATED}
    for number, states in enumerate(
        (
            {"new": 5, "changed": 0, "returned": 0, "standing": 0, "gone": 0},
            {"new": 1, "changed": 0, "returned": 0, "standing": 4, "gone": 1},
            {"new": 0, "changed": 1, "returned": 1, "standing": 3, "gone": 1},
        )
    ):
        run = three_runs.runs[number]
        assert {state: len(found(run, lasting=lasting, state=state)) for state in mismatches.STATES} == states


def test_the_totals_of_a_run_count_what_its_filters_list(three_runs: ThreeRuns) -> None:
    for run in three_runs.runs:
        of_run = MismatchesOfRun(run)
        asked = [Asked(), Asked(field="a"), Asked(field="b"), *(Asked(state=state) for state in mismatches.STATES)]
        asked += [Asked(kind=kind) for kind in ("differs", "only_left", "only_right", "duplicate_left")]
        assert [of_run.count(one) for one in asked] == [of_run.rows(one).count() for one in asked]


def test_values_states_and_times_are_those_of_the_run(three_runs: ThreeRuns) -> None:
    first, second, third = (MismatchesOfRun(run) for run in three_runs.runs)
    lives = [
        (of_run.rows().get(key=key, kind="differs"), of_run)
        for of_run, key in ((first, "2"), (second, "6"), (third, "2"), (third, "6"))
    ]
    assert [
        (row.left_then, row.right_then, of_run.times_seen(row), of_run.state(row))  # type: ignore[attr-defined]
        for row, of_run in lives
    ] == [("x", "y", 1, "open"), ("v", "w", 1, "open"), ("x", "y", 2, "returned"), ("u", "w", 2, "open")]
    gone = second.rows(Asked(state="gone")).get()
    assert (gone.key, second.times_seen(gone), second.state(gone)) == ("2", 1, "gone")


def test_a_whole_key_finds_its_record_and_any_other_text_what_has_it(three_runs: ThreeRuns) -> None:
    third = MismatchesOfRun(three_runs.runs[2])
    assert {row.key for row in third.search(Asked(text="2"))} == {"2"}
    assert {row.key for row in third.search(Asked(text="W"))} == {"6"}
    assert not third.search(Asked(text="W", kind="only_right"))
    second = MismatchesOfRun(three_runs.runs[1])
    assert {row.key for row in second.search(Asked(text="y", state="gone"))} == {"2"}


def test_searching_needs_no_result_file(three_runs: ThreeRuns) -> None:
    run = three_runs.runs[2]
    assert run.result_path is not None
    run.result_path.unlink()
    assert {row.key for row in MismatchesOfRun(run).search(Asked(text="W"))} == {"6"}


def test_all_rows_come_once_and_in_order_however_they_are_cut(
    monkeypatch: pytest.MonkeyPatch,
    three_runs: ThreeRuns,
) -> None:
    monkeypatch.setattr(mismatches, "CHUNK", 2)
    for run in three_runs.runs:
        of_run = MismatchesOfRun(run, lasting=True)
        whole = list(of_run.rows().order_by("kind", "field", "pk"))
        assert list(of_run.each()) == whole
    third = MismatchesOfRun(three_runs.runs[2], lasting=True)
    assert {row.key for row in third.each(Asked(text="x"))} == {"2"}


def test_what_is_few_among_many_is_found_the_other_way_round_too(
    monkeypatch: pytest.MonkeyPatch,
    three_runs: ThreeRuns,
) -> None:
    few = [{state: found(run, state=state) for state in mismatches.STATES} for run in three_runs.runs]
    monkeypatch.setattr(mismatches, "SORTED", 0)
    assert [{state: found(run, state=state) for state in mismatches.STATES} for run in three_runs.runs] == few


def test_the_mismatches_of_another_check_are_not_among_them(three_runs: ThreeRuns) -> None:
    other = build.many_mismatches(check=build.check(name="Others"), count=3)
    assert len(found(other)) == 3
    assert len(found(three_runs.runs[2])) == 5
    assert not MismatchesOfRun(other).search(Asked(text="5"))
