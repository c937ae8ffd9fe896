"""Mismatches across runs: what is stored is what a plain replay of the runs says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconcile import engine
from reconcile.checks.models import Check, Episode, Mismatch
from reconcile.checks.services import storing
from reconcile.engine import database
from reconcile.engine.between_runs import BetweenRuns
from tests import build

pytestmark = pytest.mark.django_db

Name = tuple[str, str, str]  # kind, key, field
Values = tuple[str | None, str | None]
Found = dict[Name, Values]
_folders = count()
_checks = count()


def never() -> None:
    """Nobody cancels."""


def told_apart(found: Found, before: Path | None, folder: Path) -> engine.Standing:
    """What the engine says is standing, in this process: starting one for each of hundreds of runs would take long."""
    place = folder / str(next(_folders))
    place.mkdir()
    rows = place / "rows.parquet"
    lines = [(*name, *values) for name, values in found.items()]
    engine.write_rows(lines, rows, ("kind", "key", "field", "left", "right"))
    files = [rows, before] if before else [rows]
    with database.connect(600_000_000, place, files) as duck:
        return engine.Standing.from_json(
            {
                name: str(value) if isinstance(value, Path) else value
                for name, value in BetweenRuns(duck, place, lambda *_: None).run(rows, before).items()
            }
        )


def merged(check: Check, runs: list[Found], folder: Path) -> list[storing.Merged]:
    """Store the results of ``runs`` one after the other."""
    before: Path | None = None
    done = []
    for number, found in enumerate(runs, start=1):
        standing = told_apart(found, before, folder)
        with transaction.atomic():
            done.append(storing.merge(check, standing, number, never))
        before = standing.mismatches
    return done


@dataclass
class Life:
    """A mismatch as somebody with a pencil would keep it."""

    first: int
    opened: int
    opened_as: str
    values: Values
    closed: int | None = None
    episodes: list[tuple[int, str, int, str | None, str | None]] = field(default_factory=list)
    returned: int = 0
    seen: int = 1

    def over(self, last: int) -> None:
        self.episodes.append((self.opened, self.opened_as, last, *self.values))


def replayed(runs: list[Found]) -> tuple[dict[Name, Life], list[storing.Merged]]:
    lives: dict[Name, Life] = {}
    figures = []
    for number, found in enumerate(runs, start=1):
        new = changed = returned = gone = 0
        for name, life in lives.items():
            if name not in found and life.closed is None:
                life.closed = number - 1
                gone += 1
        for name, values in found.items():
            life = lives.setdefault(name, Life(number, number, "new", values, seen=0))
            life.seen += 1
            if life.first == number:
                new += 1
            elif life.closed is not None:
                life.over(life.closed)
                life.opened, life.opened_as, life.closed, life.values = number, "returned", None, values
                life.returned += 1
                returned += 1
            elif life.values != values:
                life.over(number - 1)
                life.opened, life.opened_as, life.values = number, "changed", values
                changed += 1
        figures.append(storing.Merged(new=new, returned=returned, changed=changed, gone=gone))
    return lives, figures


def stored(check: Check, runs: int) -> dict[Name, Life]:
    """What the tables say."""
    lives = {}
    for row in Mismatch.objects.filter(check_compared=check).prefetch_related("episodes"):
        last = row.closed_number or runs
        lives[row.kind, row.key, row.field] = Life(
            row.first_number,
            row.opened_number,
            row.opened_as,
            (row.left, row.right),
            row.closed_number,
            [(e.opened_number, e.opened_as, e.closed_number, e.left, e.right) for e in row.episodes.all()],
            row.times_returned,
            row.seen_before + last - row.opened_number + 1,
        )
    return lives


names = st.sampled_from(
    [("differs", key, field) for key in ("1", "2", "é \U0001f600") for field in ("a", "b")]
    + [("only_left", key, "*") for key in ("1", "2")]
    + [("only_right", '["1", "x"]', "*")]
)
cells = st.sampled_from([None, "", "x", "y", "\\N", '"\n,\t', "x" * 300])
results = st.dictionaries(names, st.tuples(cells, cells), max_size=8)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(results, min_size=1, max_size=6))
def test_merging_runs_in_order_is_replaying_them(tmp_path: Path, runs: list[Found]) -> None:
    check = build.check(name=f"Check {next(_checks)}")
    done = merged(check, runs, tmp_path)
    lives, figures = replayed(runs)
    assert stored(check, len(runs)) == lives
    assert done == figures


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(results, min_size=1, max_size=4))
def test_what_stands_now_can_be_told_from_the_tables(tmp_path: Path, runs: list[Found]) -> None:
    check = build.check(name=f"Check {next(_checks)}")
    merged(check, runs, tmp_path)
    now = {
        (kind, key, name): (left, right) for _, kind, key, name, left, right in storing.standing_rows(check, len(runs))
    }
    assert now == runs[-1]


def test_another_kind_of_disagreement_is_another_mismatch(tmp_path: Path) -> None:
    check = build.check()
    merged(check, [{("differs", "1", "a"): ("x", "y")}, {("only_left", "1", "*"): (None, None)}], tmp_path)
    assert list(Mismatch.objects.order_by("id").values_list("kind", "first_number", "closed_number")) == [
        ("differs", 1, 1),
        ("only_left", 2, None),
    ]


def test_ids_grow_in_the_order_of_the_result(tmp_path: Path) -> None:
    check = build.check()
    first: Found = {("differs", f"{number:04}", "a"): ("x", "y") for number in range(1, 3000, 2)}
    merged(
        check, [first, first | {("differs", f"{number:04}", "a"): ("x", "y") for number in range(0, 3000, 2)}], tmp_path
    )
    keys = list(Mismatch.objects.order_by("id").values_list("first_number", "key"))
    assert keys == sorted(keys)
    assert len(keys) == 3000


def test_other_checks_are_left_alone(tmp_path: Path) -> None:
    other = build.check(name="Other")
    merged(other, [{("differs", "1", "a"): ("x", "y")}], tmp_path)
    merged(build.check(), [{("differs", "1", "a"): ("x", "z")}, {}], tmp_path)
    assert Mismatch.objects.get(check_compared=other).closed_number is None


def test_a_character_the_database_keeps_in_no_text_is_shown_by_its_picture(tmp_path: Path) -> None:
    check = build.check()
    runs: list[Found] = [
        {("differs", "k\0", "a"): ("\0", "y")},
        {("differs", "k\0", "a"): ("x\0x", "y"), ("differs", "k", "a"): (None, "\0")},
    ]
    merged(check, runs, tmp_path)
    assert list(Mismatch.objects.order_by("id").values_list("key", "left", "right")) == [
        ("k␀", "x␀x", "y"),
        ("k", None, "␀"),
    ]
    assert Episode.objects.get().left == "␀"


def test_files_that_do_not_fit_the_tables_change_nothing(tmp_path: Path) -> None:
    check = build.check()
    standing = told_apart({("differs", "1", "a"): ("x", "y")}, None, tmp_path)
    storing.merge(check, standing, 1, never)
    later = told_apart({("differs", "1", "a"): ("x", "z")}, standing.mismatches, tmp_path)
    with pytest.raises(storing.Disagreement):
        storing.merge(check, replace(later, new=1, changed=0), 2, never)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that reaches the database meanwhile, COPY included."""
    seen: list[str] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        seen.append(sql)
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        yield seen


def test_what_is_seen_again_unchanged_is_no_statement(tmp_path: Path) -> None:
    check = build.check()
    found: Found = {("differs", str(number), "a"): ("x", "y") for number in range(1000)}
    before = told_apart(found, None, tmp_path)
    storing.merge(check, before, 1, never)
    with statements() as seen:
        storing.merge(check, told_apart(found, before.mismatches, tmp_path), 2, never)
    assert seen == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL says which transaction wrote a row")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_only_the_row_that_is_different_is_written_again(tmp_path: Path) -> None:
    check = build.check()
    found: Found = {("differs", f"{number:04}", "a"): ("x", "y") for number in range(1000)}
    merged(check, [found, found | {("differs", "0500", "a"): ("x", "z")}], tmp_path)
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(key) FROM checks_mismatch GROUP BY xmin::text ORDER BY count(*)")
        later, first = (keys for (keys,) in cursor.fetchall())
    assert later == ["0500"]
    assert len(first) == 999
