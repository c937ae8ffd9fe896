"""Causes and groups of real exports nobody planted anything in: a few lines, and true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from reconcile import engine
from tests.simulation.real import PAIRS, classified, lines

Counts = Counter[tuple[str, str]]
pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def groups_of(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[engine.Group, ...]]:
    """The groups of a pair, worked out once."""

    @cache
    def found(name: str) -> tuple[engine.Group, ...]:
        return classified(shared_data / "pairs", name, tmp_path_factory.mktemp(name)).groups

    return found


def by_cause(groups: tuple[engine.Group, ...]) -> Counts:
    """How many mismatches by field and cause; of whole records by kind."""
    counts: Counts = Counter()
    for group in groups:
        counts[group.kind if group.field in ("", "*") else group.field, group.cause] += group.count
    return counts


@pytest.mark.parametrize("name", PAIRS)
def test_thousands_of_mismatches_are_told_in_a_few_lines_a_field(
    name: str, groups_of: Callable[[str], tuple[engine.Group, ...]]
) -> None:
    groups = groups_of(name)
    lines_of_a_field = Counter((group.kind, group.field) for group in groups if group.count >= 10)
    assert max(lines_of_a_field.values()) <= 4, lines(groups)
    assert len(groups) <= 45, lines(groups)


@pytest.mark.parametrize("name", PAIRS)
def test_the_first_run_never_says_who_changed_what(
    name: str, groups_of: Callable[[str], tuple[engine.Group, ...]]
) -> None:
    unknowable = {
        engine.Cause.NEVER_SENT, engine.Cause.NON_OWNER_EDIT, engine.Cause.BOTH_EDITED,
        engine.Cause.REMOVED, engine.Cause.TIMING,
    }  # fmt: skip
    assert not unknowable & {group.cause for group in groups_of(name)}


def test_fields_that_changed_places_fail_on_all_records_alike(
    groups_of: Callable[[str], tuple[engine.Group, ...]],
) -> None:
    groups = groups_of("openflights_latlon_swapped")
    assert by_cause(groups) == {
        ("lat", "unexplained"): 4355, ("lon", "unexplained"): 4355,
        ("duplicate_left", "duplicate"): 11, ("duplicate_right", "duplicate"): 11,
    }  # fmt: skip
    assert not any(group.segments for group in groups if group.kind == "differs"), lines(groups)


def test_slips_of_the_keyboard_are_no_vocabulary(groups_of: Callable[[str], tuple[engine.Group, ...]]) -> None:
    groups = groups_of("raha_hospital")
    said: Counter[str] = Counter()
    for group in groups:
        said[group.cause] += group.count
    assert said["meaning"] == 0, lines(groups)
    assert said["unexplained"] >= 508, lines(groups)


def test_units_and_words_for_nothing_are_definitions(groups_of: Callable[[str], tuple[engine.Group, ...]]) -> None:
    counts = by_cause(groups_of("raha_beers"))
    definitions = {field: counts[field, "meaning"] + counts[field, "format"] for field in ("ounces", "abv", "ibu")}
    assert definitions["ounces"] >= 2350
    assert definitions["abv"] >= 551  # those that differ in the percent sign alone
    assert definitions["ibu"] == 1005


def test_names_of_time_zones_that_replaced_others_are_a_vocabulary(
    groups_of: Callable[[str], tuple[engine.Group, ...]],
) -> None:
    groups = groups_of("openflights_source_change")
    counts = by_cause(groups)
    assert counts["tzname", "meaning"] >= 157  # Asia/Chongqing is Asia/Shanghai, wherever it is
    assert not any(group.detail.startswith("factor") for group in groups), lines(groups)


def test_a_year_of_edits_by_many_hands_is_not_dressed_up(groups_of: Callable[[str], tuple[engine.Group, ...]]) -> None:
    counts = by_cause(groups_of("frequencies_year"))
    assert counts["type", "unexplained"] + counts["type", "format"] == 29
    assert counts["only_right", "missing_event"] + counts["only_right", "duplicate"] == 191
    assert counts["only_left", "missing_event"] + counts["only_left", "duplicate"] == 4
