"""One run from two files to mismatches, in this process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from reconcile import engine, pipeline
from reconcile.checks.models import Episode, Mismatch, Run, RunState
from reconcile.checks.services import leases, publishing, runs
from reconcile.exports.models import Snapshot
from reconcile.patterns.models import Classification
from tests import build

pytestmark = pytest.mark.django_db

LEFT = "id,a\n1,x\n2,y\n3,z\n"
RIGHT = "id,a\n1,x\n2,Y\n4,z\n"


def figures(run: Run) -> dict[str, Any]:
    assert isinstance(run.totals, dict)
    return run.totals


def test_two_files_become_mismatches() -> None:
    run = build.run_done(check=build.check(), left_text=LEFT, right_text=RIGHT)
    assert (run.state, run.number, run.why) == (RunState.DONE, 1, "")
    assert list(Mismatch.objects.order_by("id").values_list("kind", "key", "field", "left", "right")) == [
        ("differs", "2", "a", "y", "Y"),
        ("only_left", "3", "*", None, None),
        ("only_right", "4", "*", None, None),
    ]


def test_a_finished_run_has_its_figures() -> None:
    run = build.run_done(check=build.check(), left_text=LEFT + "5\n", right_text=RIGHT, causes=True)
    assert run.totals is not None
    summary = run.totals.pop("summary")
    assert run.totals == {
        "left_rows": 3,
        "right_rows": 3,
        "matched": 2,
        "only_left": 1,
        "only_right": 1,
        "duplicate_keys_left": 0,
        "duplicate_keys_right": 0,
        "differing_rows": 1,
        "differing_cells": 1,
        "rejected_left": 1,
        "rejected_right": 0,
        "key_folds": 0,
        "kinds": {"only_left": 1, "only_right": 1, "duplicate_left": 0, "duplicate_right": 0, "differs": 1},
        "mismatches": 3,
        "new": 3,
        "changed": 0,
        "returned": 0,
        "gone": 0,
        "unchanged": 0,
        "fields": [
            {"name": "a", "left": "a", "right": "a", "comparison": "exact text", "reason": "asked for", "differing": 1}
        ],
        "unpaired_left": [],
        "unpaired_right": [],
        "notes": [],
    }
    assert summary["differing_cells"] == 1
    assert set(run.step_seconds) == {"reading", "comparing", "standing", "storing", "classifying"}


def test_a_second_run_writes_what_is_different() -> None:
    check = build.check()
    build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    run = build.run_done(check=check, left_text=LEFT, right_text="id,a\n1,X\n2,YY\n4,z\n3,z\n")
    assert (run.state, run.number) == (RunState.DONE, 2)
    assert {name: figures(run)[name] for name in ("new", "changed", "returned", "gone", "unchanged")} == {
        "new": 1, "changed": 1, "returned": 0, "gone": 1, "unchanged": 1,
    }  # fmt: skip


def test_what_comes_back_has_returned() -> None:
    check = build.check()
    for number, right in enumerate((RIGHT, LEFT, RIGHT), start=1):
        run = build.run_done(check=check, left_text=LEFT + "\n" * number, right_text=right)
    assert {name: figures(run)[name] for name in ("new", "changed", "returned", "gone", "unchanged")} == {
        "new": 0, "changed": 0, "returned": 3, "gone": 0, "unchanged": 0,
    }  # fmt: skip
    assert set(Mismatch.objects.values_list("first_number", "opened_number", "seen_before", "times_returned")) == {
        (1, 3, 1, 1)
    }


def test_a_run_that_is_done_is_left_alone() -> None:
    run = build.run_done(check=build.check(), left_text=LEFT, right_text=RIGHT)
    for _ in range(5):
        pipeline.execute_run(run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempt, Run.objects.count(), Mismatch.objects.count()) == (RunState.DONE, 1, 1, 3)


def test_a_run_keeps_the_files_of_its_result_and_its_causes_and_no_other() -> None:
    run = build.run_done(check=build.check(), left_text=LEFT, right_text=RIGHT, causes=True)
    causes = Classification.objects.get(run=run).path
    assert {path for path in run.folder.rglob("*") if path.is_file()} == {run.result_path, causes}
    assert run.result_path is not None
    assert sum(len(batch) for batch in engine.rows(run.result_path)) == 3


def test_a_file_nobody_can_read_ends_the_run_with_its_sentence() -> None:
    run = build.run_done(check=build.check(), left_text="", right_text=RIGHT)
    assert (run.state, run.why) == (
        RunState.FAILED,
        "left.csv has no lines. Export it again and check that the export finished.",
    )
    assert not run.folder.exists()


def test_a_column_that_is_not_there_ends_the_run_with_what_to_do() -> None:
    run = build.run_done(check=build.check(), left_text="id,b\n1,x\n", right_text=RIGHT)
    assert (run.state, run.why) == (
        RunState.FAILED,
        "Column `a` is not in left.csv. It has: id, b. Change what the check compares, or run it with other files.",
    )


# --- The volume guard ----------------------------------------------------------------------------------------------


def many(count: int, columns: str = "id,a") -> str:
    return f"{columns}\n" + "".join(f"{number},x\n" for number in range(count))


@pytest.mark.parametrize(
    ("left", "right", "warnings"),
    [
        (many(70), many(100), []),
        (many(130), many(100), []),
        (
            many(69),
            many(131),
            [
                "The CRM export, left.csv, has 69 rows; last time it had 100, so there are 31.0 % fewer.",
                "The Billing export, right.csv, has 131 rows; last time it had 100, so there are 31.0 % more.",
            ],
        ),
        ("id,a\n", many(100), ["The CRM export, left.csv, has no rows; last time it had 100."]),
        (
            many(100, "id,a").replace("\n", ",\n").replace("id,a,", "id,a,b"),
            many(100),
            ["The CRM export, left.csv, has the new column b."],
        ),
        (
            many(100),
            "id,a,c\n" + many(100).partition("\n")[2].replace("\n", ",\n"),
            ["The Billing export, right.csv, has the new column c."],
        ),
    ],
)
def test_an_export_that_is_not_like_the_last_holds_the_run(left: str, right: str, warnings: list[str]) -> None:
    check = build.check(volume_guard=0.3)
    build.run_done(check=check, left_text=many(100), right_text=many(100).replace("x", "y"))
    run = build.run_done(check=check, left_text=left, right_text=right)
    assert run.warnings == warnings
    assert run.state == (RunState.NEEDS_CONFIRMATION if warnings else RunState.DONE)


def test_a_column_that_is_gone_holds_the_run() -> None:
    check = build.check(volume_guard=0.3)
    build.run_done(check=check, left_text="id,a,b,c\n1,x,y,z\n", right_text=RIGHT)
    run = build.run_done(check=check, left_text="id,a\n1,x\n", right_text=RIGHT)
    assert run.warnings == ["The CRM export, left.csv, no longer has the columns b, c."]


def test_the_first_export_is_held_only_when_it_is_empty() -> None:
    run = build.run_done(check=build.check(volume_guard=0.3), left_text="id,a\n", right_text=RIGHT)
    assert (run.state, run.warnings) == (RunState.NEEDS_CONFIRMATION, ["The CRM export, left.csv, has no rows."])


def test_rows_may_move_as_they_like_where_nothing_is_guarded() -> None:
    check = build.check(volume_guard=None)
    build.run_done(check=check, left_text=many(100), right_text=RIGHT)
    assert build.run_done(check=check, left_text=many(2), right_text=RIGHT).state == RunState.DONE


def test_a_run_that_was_confirmed_goes_on_to_its_end() -> None:
    check = build.check(volume_guard=0.3)
    build.run_done(check=check, left_text=many(100), right_text=many(100))
    run = build.run_done(check=check, left_text=many(10), right_text=many(100))
    pipeline.execute(runs.confirm_run(run=run, person=None, why="They left.").pk)
    run.refresh_from_db()
    assert (run.state, run.number, figures(run)["only_right"]) == (RunState.DONE, 2, 90)


def test_a_held_run_that_is_discarded_changes_nothing_and_is_not_what_the_next_is_measured_by() -> None:
    check = build.check(volume_guard=0.3)
    build.run_done(check=check, left_text=many(100), right_text=many(100))
    runs.cancel_run(run=build.run_done(check=check, left_text=many(10), right_text=many(100)), person=None)
    run = build.run_done(check=check, left_text=many(99), right_text=many(100))
    assert (run.state, run.number, Mismatch.objects.count()) == (RunState.DONE, 2, 1)


# --- What goes wrong ----------------------------------------------------------------------------------------------


def test_a_result_file_that_is_gone_is_made_anew_from_the_database() -> None:
    check = build.check()
    first = build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    assert first.result_path is not None
    first.result_path.unlink()
    run = build.run_done(check=check, left_text=LEFT, right_text="id,a\n1,X\n2,YY\n4,z\n3,z\n")
    assert {name: figures(run)[name] for name in ("new", "changed", "returned", "gone", "unchanged")} == {
        "new": 1, "changed": 1, "returned": 0, "gone": 1, "unchanged": 1,
    }  # fmt: skip


def test_a_result_file_that_is_damaged_is_replaced_by_the_last_attempt(settings: Settings) -> None:
    settings.RUN_ATTEMPTS = 1
    check = build.check()
    first = build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    assert first.result_path is not None
    first.result_path.write_bytes(b"PAR1 no more")
    run = build.run_done(check=check, left_text=LEFT, right_text="id,a\n1,X\n2,YY\n4,z\n3,z\n")
    assert (run.state, figures(run)["gone"]) == (RunState.DONE, 1)


def test_an_error_nobody_foresaw_gives_the_run_back_until_it_was_tried_three_times(tmp_path: Path) -> None:
    run = build.run_queued(check=build.check(), left_text=LEFT, right_text=RIGHT)
    (tmp_path / "media" / "runs").write_text("a file where a folder has to be")
    for _ in range(3):
        pipeline.execute(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempt) == (RunState.FAILED, 3)
    assert run.why.startswith("This run was tried three times and never came to its end: NotADirectoryError: ")


def published_late(run: Run) -> None:
    """An attempt that has everything ready to publish when another one has taken the run."""
    attempt = leases.claim(run.pk)
    assert attempt is not None
    attempt.begin()
    left, right = Snapshot.objects.get(pk=run.left_id), Snapshot.objects.get(pk=run.right_id)
    rows = attempt.folder / "rows.parquet"
    attempt.enter(RunState.COMPARING)
    found = engine.compare(run.comparing.spec(), left.kept, right.kept, rows_file=rows, folder=attempt.folder)
    standing = engine.standing(rows, None, folder=attempt.folder)
    attempt.enter(RunState.STORING)
    Run.objects.filter(pk=run.pk).update(state=RunState.QUEUED, lease_until=None)
    pipeline.execute(run.pk)
    publishing.publish(attempt, found, standing, None)


def test_who_comes_late_publishes_nothing() -> None:
    check = build.check()
    left, right = build.snapshot(text=LEFT), build.snapshot(text=RIGHT)
    run = runs.start_run(check=check, left=left, right=right, person=None).run
    with pytest.raises(leases.Lost):
        published_late(run)
    run.refresh_from_db()
    assert (run.state, run.attempt, Mismatch.objects.count(), Episode.objects.count()) == (RunState.DONE, 2, 3, 0)


def test_a_run_compares_as_the_check_was_when_it_was_asked_for() -> None:
    check = build.check()
    run = build.run_queued(check=check, left_text=LEFT, right_text=RIGHT)
    check.comparing_data = replace(check.comparing, key=(("nowhere", "nowhere"),)).to_json()
    check.save()
    pipeline.execute(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.DONE
