"""Laws of classifying: the same twice, whatever the order of rows, and mirrored when sides change places."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconcile import engine
from reconcile.engine import keeping
from reconcile.engine.classifying import classifier
from tests.engine.causing import KEY, START, Rows, Weeks, causes

VALUE = st.sampled_from(["", "a", "A", "b ", "b", "1.5", "2", "-2", "2026-03-01", "2026-03-02"])
USUAL = settings(
    deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True, max_examples=6
)
Cells = dict[str, str]


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[Cells, Cells]]:
    """Three runs of a few records that change here and there."""
    keys = [str(number) for number in range(6)]
    sides = tuple(draw(st.dictionaries(st.sampled_from(keys), VALUE, min_size=3)) for _ in range(2))
    runs = [(dict(sides[0]), dict(sides[1]))]
    for _ in range(2):
        sides = tuple({**side, **draw(st.dictionaries(st.sampled_from(keys), VALUE, max_size=2))} for side in sides)
        runs.append((dict(sides[0]), dict(sides[1])))
    return runs


def rows(cells: Cells, *, reverse: bool = False) -> Rows:
    ordered = sorted(cells.items(), reverse=reverse)
    return [("id", "a"), *ordered]


def asked(owner: str) -> engine.Classifying:
    return engine.Classifying(KEY, {"a": engine.FieldCause(owner, 3.0)}, 3.0)


def classified(runs: list[tuple[Rows, Rows]], owner: str) -> list[engine.Caused]:
    with TemporaryDirectory() as folder:
        weeks = Weeks(Path(folder), asked(owner))
        return [weeks.run(*run) for run in runs][-1]


@USUAL
@given(histories(), st.sampled_from(["left", "right", ""]))
def test_the_order_of_rows_is_of_no_consequence(history: list[tuple[Cells, Cells]], owner: str) -> None:
    one = classified([(rows(left), rows(right)) for left, right in history], owner)
    other = classified([(rows(left, reverse=True), rows(right, reverse=True)) for left, right in history], owner)
    assert one == other


@USUAL
@given(histories(), st.sampled_from(["left", "right", ""]))
def test_sides_that_change_places_mirror_causes(history: list[tuple[Cells, Cells]], owner: str) -> None:
    one = classified([(rows(left), rows(right)) for left, right in history], owner)
    swapped = {"left": "right", "right": "left", "": ""}[owner]
    other = classified([(rows(right), rows(left)) for left, right in history], swapped)
    kinds = {"only_left": "only_right", "only_right": "only_left", "differs": "differs"}
    assert {(kinds[row.kind], row.key): row.cause for row in one} == {(row.kind, row.key): row.cause for row in other}


def test_classifying_twice_gives_the_same(tmp_path: Path) -> None:
    weeks = Weeks(tmp_path, asked("left"))
    left, right = {"1": "a", "2": "b", "3": "2"}, {"1": "a", "2": "B", "4": "2"}
    weeks.run(rows(left), rows(left))
    first = weeks.run(rows(left), rows(right))
    again = weeks.classify(replace(weeks.runs[1], causes=None), weeks.runs[0])
    assert causes(again) == first
    assert again.groups == weeks.found[1].groups


def test_a_split_moves_what_meets_its_conditions(tmp_path: Path) -> None:
    conditions = (engine.SegmentCondition("left", "b", "x"),)
    split = engine.Split("unexplained|differs||a", "mine", conditions)
    weeks = Weeks(tmp_path, replace(asked("left"), splits=(split,)))
    left = [("id", "a", "b"), ("1", "u", "x"), ("2", "v", "y")]
    right = [("id", "a", "b"), ("1", "w", "x"), ("2", "z", "y")]
    found = weeks.run(left, right, as_of=START)
    assert {row.key: row.label for row in found} == {"1": "mine", "2": "unexplained|differs||a"}
    assert {group.label: group.count for group in weeks.found[0].groups} == {"mine": 1, "unexplained|differs||a": 1}


def test_keys_that_are_folded_keep_their_history(tmp_path: Path) -> None:
    spec = engine.CompareSpec(KEY.key, key_fold=True)
    weeks = Weeks(tmp_path, engine.Classifying(spec, {"a": engine.FieldCause("left", 3.0)}, 3.0))
    weeks.run([("id", "a"), ("K1", "40")], [("id", "a"), ("k1 ", "40")])
    [row] = weeks.run([("id", "a"), ("K1", "40")], [("id", "a"), ("k1 ", "38")])
    assert (row.key, row.cause, row.agreed_right) == ("K1", "non_owner_edit", "40")


def test_a_folded_record_that_left_one_side_was_there(tmp_path: Path) -> None:
    spec = engine.CompareSpec(KEY.key, key_fold=True)
    both = [("id", "a"), ("k1", "x"), ("k2", "y")], [("id", "a"), ("K1", "x"), ("K2", "y")]
    for number, now in enumerate(((both[0][:2], both[1]), (both[0], both[1][:2]))):
        (tmp_path / str(number)).mkdir()
        weeks = Weeks(tmp_path / str(number), replace(asked("left"), spec=spec))
        weeks.run(*both)
        assert [row.cause for row in weeks.run(*now)] == ["removed"]


def test_composite_keys_keep_their_history(tmp_path: Path) -> None:
    spec = engine.CompareSpec((("id", "id"), ("part", "part")))
    weeks = Weeks(tmp_path, engine.Classifying(spec, {"a": engine.FieldCause("left", 3.0)}, 3.0))
    head = ("id", "part", "a")
    weeks.run([head, ("1", "x", "40")], [head, ("1", "x", "40")])
    [row] = weeks.run([head, ("1", "x", "40")], [head, ("1", "x", "38")])
    assert (row.key, row.cause) == ('["1","x"]', "non_owner_edit")


def test_causes_stand_in_the_order_of_the_mismatches(tmp_path: Path) -> None:
    weeks = Weeks(tmp_path, asked("left"))
    left = {str(number): str(number) for number in range(300)}
    found = weeks.run(rows(left), rows({key: value + "x" for key, value in left.items()}))
    state = [row for batch in engine.rows(weeks.runs[0].mismatches, ["identity"]) for row in batch]
    assert [row.identity for row in found] == [identity for (identity,) in state]


def test_without_the_exports_of_the_run_before_what_stood_keeps_its_history(tmp_path: Path) -> None:
    weeks = Weeks(tmp_path, asked("left"))
    weeks.run(rows({"1": "a"}), rows({"1": "a"}))
    weeks.run(rows({"1": "b"}), rows({"1": "a"}))
    weeks.runs[-1] = replace(weeks.runs[-1], left=None, right=None)
    [row] = weeks.run(rows({"1": "b"}), rows({"1": "a"}))
    assert (row.cause, row.agreed_left) == ("never_sent", "a")


def told_twice(folder: Path) -> list[list[engine.Caused]]:
    """Two weeks of some thousand mismatches, each found in the order of its run's mismatches."""

    def table_of(side: int, week: int) -> list[list[object]]:
        rows = [
            [n, f"{'ab'[side * (n % 3 > 0)]}{n}", f"{n % 9 + side * (n % 5 > week)}", f"x{n + side}"]
            for n in range(2_100 - side * 40 * (week + 1))
        ]
        return [["id", "name", "code", "note"], *rows]

    weeks = Weeks(folder)
    found = [weeks.run(table_of(0, week), table_of(1, week)) for week in range(2)]
    for rows, run in zip(found, weeks.runs, strict=True):
        files = [row for batch in engine.rows(run.mismatches, ["identity"]) for row in batch]
        assert [(row.identity,) for row in rows] == files
    return found


def test_what_is_told_in_parts_is_what_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = told_twice(tmp_path / "whole")
    monkeypatch.setattr(classifier, "_TOLD_AT_ONCE", 1)
    monkeypatch.setattr(keeping, "row_group", lambda *_: 2_048)
    assert told_twice(tmp_path / "parts") == whole
    assert len(whole[1]) > 2 * 2_048


def test_what_is_told_in_any_order_is_put_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = told_twice(tmp_path / "whole")
    write = classifier.Classifier._write_passing

    def shuffled(self: classifier.Classifier, statement: str, folder: Path, together: int) -> None:
        ours = folder.name != "told-in-order"
        write(self, f"SELECT * FROM ({statement}) AS told ORDER BY HASH(n)" if ours else statement, folder, together)  # noqa: S608

    monkeypatch.setattr(keeping, "row_group", lambda *_: 2_048)
    monkeypatch.setattr(classifier.Classifier, "_write_passing", shuffled)
    assert told_twice(tmp_path / "shuffled") == whole
