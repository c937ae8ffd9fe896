"""Runs in the order of their days: however they arrive, what is stored is what merging them in order stores."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconcile.checks.models import Check, Episode, Mismatch
from reconcile.checks.services import replaying, storing
from tests import build
from tests.checks.test_storing import Found, never, replayed, stored, told_apart

pytestmark = pytest.mark.django_db

Numbered = tuple[list[Any], list[Any]]

_keys = [("differs", "1", "a"), ("differs", "1", "b"), ("only_left", "2", "*"), ("differs", "é \U0001f600", "a")]
_values = st.sampled_from([("x", "y"), ("x", "z"), (None, "y"), ("", "y"), (None, None)])
found = st.dictionaries(st.sampled_from(_keys), _values, max_size=4)
histories = st.lists(found, min_size=2, max_size=6)
LAW = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@dataclass
class Timeline:
    """The runs of a check by their day, as far as they have arrived."""

    check: Check
    folder: Path
    files: dict[int, Path] = field(default_factory=dict)

    def arrive(self, day: int, result: Found) -> storing.Merged:
        """Have the run of ``day`` take its place."""
        earlier = sorted(one for one in self.files if one < day)
        standing = told_apart(result, self.files[earlier[-1]] if earlier else None, self.folder)
        last, number = len(self.files), len(earlier) + 1
        with transaction.atomic():
            if number <= last:
                merged = replaying.come_in(self.check, standing, number, last, never)
            else:
                merged = storing.merge(self.check, standing, number, never)
        self.files[day] = standing.mismatches
        return merged

    def leave(self, day: int) -> None:
        """Have the run of ``day`` withdrawn."""
        number = sorted(self.files).index(day) + 1
        with transaction.atomic():
            replaying.leave(self.check, number, len(self.files), never)
        del self.files[day]

    def figures(self) -> list[storing.Merged]:
        by_number = replaying.counted(self.check, 1)
        return [by_number[number] for number in range(1, len(self.files) + 1)]


def timeline(folder: Path) -> Timeline:
    return Timeline(build.check(name=f"Check {Check.objects.count()}"), folder)


def rows(check: Check) -> Numbered:
    """Every row about a check, with its primary key."""
    return (
        sorted(Mismatch.objects.filter(check_compared=check).values_list(), key=str),
        sorted(Episode.objects.filter(mismatch__check_compared=check).values_list(), key=str),
    )


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[list[Found], list[int]]:
    """A history by day, and the days in the order in which its runs arrive."""
    history = draw(histories)
    return history, draw(st.permutations(range(len(history))))


@settings(max_examples=25, **LAW)  # type: ignore[arg-type]
@given(arrived=arrivals())
def test_runs_in_any_order_are_runs_in_their_order(tmp_path: Path, arrived: tuple[list[Found], list[int]]) -> None:
    history, order = arrived
    line = timeline(tmp_path)
    for day in order:
        line.arrive(day, history[day])
    lives, figures = replayed(history)
    assert stored(line.check, len(history)) == lives
    assert line.figures() == figures


@settings(max_examples=25, **LAW)  # type: ignore[arg-type]
@given(history=histories, data=st.data())
def test_a_run_that_leaves_was_never_there(tmp_path: Path, history: list[Found], data: st.DataObject) -> None:
    line = timeline(tmp_path)
    for day, result in enumerate(history):
        line.arrive(day, result)
    gone = data.draw(st.lists(st.sampled_from(range(len(history))), min_size=1, unique=True))
    for day in gone:
        line.leave(day)
    lives, figures = replayed([result for day, result in enumerate(history) if day not in gone])
    assert stored(line.check, len(line.files)) == lives
    assert line.figures() == figures


@settings(max_examples=12, **LAW)  # type: ignore[arg-type]
@given(history=histories, last=found)
def test_leaving_undoes_the_latest_run_to_the_row(tmp_path: Path, history: list[Found], last: Found) -> None:
    line = timeline(tmp_path)
    for day, result in enumerate(history):
        line.arrive(day, result)
    before = rows(line.check)
    line.arrive(len(history), last)
    line.leave(len(history))
    assert rows(line.check) == before


@settings(max_examples=12, **LAW)  # type: ignore[arg-type]
@given(history=histories, between=found, data=st.data())
def test_leaving_undoes_a_late_run(tmp_path: Path, history: list[Found], between: Found, data: st.DataObject) -> None:
    line = timeline(tmp_path)
    for day, result in enumerate(history):
        line.arrive(2 * day, result)
    before = stored(line.check, len(history))
    place = 2 * data.draw(st.integers(0, len(history) - 1)) - 1
    line.arrive(place, between)
    line.leave(place)
    assert stored(line.check, len(history)) == before


def test_what_stands_untouched_by_a_late_run_is_written_no_more_than_its_numbers(tmp_path: Path) -> None:
    line = timeline(tmp_path)
    standing: Found = {("differs", str(number), "a"): ("x", "y") for number in range(50)}
    line.arrive(1, standing)
    line.arrive(3, standing)
    before = rows(line.check)
    line.arrive(2, standing)
    assert rows(line.check) == before


def test_other_checks_keep_their_numbers(tmp_path: Path) -> None:
    other = timeline(tmp_path)
    for day in (1, 2, 3):
        other.arrive(day, {("differs", "1", "a"): ("x", str(day))})
    before = rows(other.check)
    line = timeline(tmp_path)
    for day in (3, 1, 2):
        line.arrive(day, {("differs", "1", "a"): ("x", str(day))})
    line.leave(2)
    assert rows(other.check) == before


def test_files_that_do_not_fit_the_tables_put_nothing_between(tmp_path: Path) -> None:
    line = timeline(tmp_path)
    line.arrive(1, {("differs", "1", "a"): ("x", "y")})
    line.arrive(3, {})
    strange = told_apart({("differs", "2", "a"): ("x", "y")}, None, tmp_path).mismatches
    with pytest.raises(storing.Disagreement), transaction.atomic():
        replaying.come_in(line.check, told_apart({}, strange, tmp_path), 2, 2, never)
