"""What is corrected for in segments: as many trials as chance could make, and never fewer."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from reconcile.engine.classifying.chance import Table
from reconcile.engine.classifying.choosing import LEAST, RATIO, SHARE, Choice, Tried

POPULATION = 400


def test_values_that_chance_cannot_bring_far_enough_are_no_trials() -> None:
    common, rare = [800, 700, 500], [10] * 200
    assert Tried([*common, *rare], 12, 2000).corrected(1e-4, 1) == pytest.approx(
        Tried(common, 12, 2000).corrected(1e-4, 1), rel=0.01
    )


def test_values_that_chance_can_bring_far_enough_count_each() -> None:
    few, many = Tried([600] * 3, 12, 2000), Tried([600] * 30, 12, 2000)
    assert few.likely(1e-4, 1) == pytest.approx(3e-4)
    assert many.likely(1e-4, 1) == pytest.approx(30e-4)
    assert many.likely(1e-7, 2) == pytest.approx(30 * 29 / 2 * 1e-7)
    assert few.corrected(1e-4, 1) == 2 * few.likely(1e-4, 1)
    assert Tried([], 12, 2000).corrected(1e-4, 1) == 2e-4


def test_more_that_is_tried_never_makes_chance_less() -> None:
    chance, records = random.Random(3), [200, 90, 41]
    tried = Tried(records, 30, POPULATION)
    for _ in range(40):
        records.append(chance.randint(5, 380))
        more = Tried(records, 30, POPULATION)
        for conditions in (1, 2):
            assert more.likely(1e-3, conditions) >= tried.likely(1e-3, conditions)
            assert more.likely(1e-2, conditions) >= more.likely(1e-3, conditions)
        assert more.cost(2) >= more.cost(1) >= 0
        tried = more


@pytest.mark.parametrize("group", [8, 20, 60])
def test_chance_names_something_no_more_often_than_said(group: int) -> None:
    """Groups drawn blindly: the least chance seen is at most as small as often as it says."""
    dice = random.Random(group)
    values = [sum(1 << place for place in dice.sample(range(POPULATION), size)) for size in (6, 15, 40, 90, 200) * 3]
    tried = Tried([value.bit_count() for value in values], group, POPULATION)
    draws = 1500
    least = [_least(values, dice.sample(range(POPULATION), group)) for _ in range(draws)]
    for chance in (0.02, 0.005, 0.001):
        often = sum(one <= chance for one in least) / draws
        assert often <= tried.likely(chance, 1) + 3 * (tried.likely(chance, 1) / draws) ** 0.5 + 1 / draws


def _least(values: Sequence[int], group: Sequence[int]) -> float:
    bits = sum(1 << place for place in group)
    tables = [Table((bits & value).bit_count(), value.bit_count(), len(group), POPULATION) for value in values]
    named = [one.chance for one in tables if one.inside >= LEAST and one.ratio >= RATIO and one.share >= SHARE]
    return min(named, default=1.0)


def test_a_pair_that_hardly_tells_more_is_not_worth_its_choice() -> None:
    """Every failing record has the one value; the other one, on nine of ten records, could be any."""
    first = (1 << 40) - 1
    second = ~0b1111 & ((1 << 360) - 1)
    values = {(0, 0): first, (1, 0): second}
    choice = Choice(first & second & 0xFFFFF, POPULATION, values.__getitem__, Tried([40, 356], 16, POPULATION))
    assert [one.values for one in choice.segments([(0, 0)], [((0, 0), (1, 0))])] == [((0, 0),)]
