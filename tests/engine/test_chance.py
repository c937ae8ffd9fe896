"""What chance alone would do: exact against counting all draws, sound for millions."""

from __future__ import annotations

from itertools import combinations
from math import comb, inf, isclose, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.engine.classifying.chance import Table, at_least

small = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)).map(
    lambda given: (given[0] % (given[2] + 1), given[1] % (given[2] + 1), given[2])
)


@given(small, st.integers(-1, 10))
def test_the_tail_is_what_counting_every_draw_gives(counts: tuple[int, int, int], inside: int) -> None:
    drawn, marked, population = counts
    draws = [sum(one < marked for one in draw) for draw in combinations(range(population), drawn)]
    assert isclose(at_least(inside, drawn, marked, population), sum(held >= inside for held in draws) / len(draws))


@given(st.integers(1, 400), st.data())
def test_the_tail_is_what_exact_fractions_give(population: int, data: st.DataObject) -> None:
    drawn, marked = data.draw(st.integers(0, population)), data.draw(st.integers(0, population))
    inside = data.draw(st.integers(0, min(drawn, marked)))
    ways = sum(comb(marked, held) * comb(population - marked, drawn - held) for held in range(inside, drawn + 1))
    assert isclose(at_least(inside, drawn, marked, population), ways / comb(population, drawn), abs_tol=1e-9)


@pytest.mark.parametrize(
    ("inside", "drawn", "marked", "population", "chance"),
    [
        (4, 4, 4, 8, 1 / 70),  # the lady who tasted tea: all eight cups told
        (3, 4, 4, 8, 17 / 70),  # and with one mistake
        (5, 5, 13, 52, 33 / 66_640),  # five cards of spades
    ],
)
def test_known_draws(inside: int, drawn: int, marked: int, population: int, chance: float) -> None:
    assert isclose(at_least(inside, drawn, marked, population), chance)


def test_a_tail_that_would_vanish_as_a_difference_from_one_keeps_its_digits() -> None:
    whole = at_least(50, 50, 1_000_000, 2_000_000)
    assert isclose(log(whole), 50 * log(0.5), rel_tol=1e-4)


def test_millions_are_told_exactly_enough() -> None:
    half = at_least(250_000, 500_000, 500_000, 1_000_000)
    exactly = at_least(250_000, 500_000, 500_000, 1_000_000) - at_least(250_001, 500_000, 500_000, 1_000_000)
    assert isclose(half, 0.5 + exactly / 2, abs_tol=1e-6)
    assert at_least(251_000, 500_000, 500_000, 1_000_000) == pytest.approx(3.2e-5, rel=0.05)


def test_more_is_never_likelier() -> None:
    tails = [at_least(inside, 300, 400, 1000) for inside in range(301)]
    assert tails == sorted(tails, reverse=True)
    assert tails[0] == 1


@pytest.mark.parametrize(
    ("table", "ratio"),
    [
        (Table(10, 20, 10, 100), inf),
        (Table(10, 20, 20, 100), 4.0),
        (Table(0, 20, 20, 100), 0.0),
        (Table(5, 100, 5, 100), 0.0),
    ],
)
def test_a_ratio_says_how_many_times_as_often_records_fail_inside(table: Table, ratio: float) -> None:
    assert table.ratio == pytest.approx(ratio)


def test_the_excess_is_what_the_rate_elsewhere_leaves_unexplained() -> None:
    assert Table(60, 100, 150, 1000).excess == pytest.approx(60 - 100 * 90 / 900)
    assert Table(10, 100, 10, 100).excess == 0


def test_of_two_nested_conditions_the_one_that_fits_better_gains_more() -> None:
    fits, too_wide, too_narrow = (
        Table(*counts) for counts in ((50, 60, 55, 1000), (51, 200, 55, 1000), (20, 24, 55, 1000))
    )
    assert fits.gain > max(too_wide.gain, too_narrow.gain)


def test_a_condition_that_fails_less_gains_nothing() -> None:
    assert Table(1, 500, 50, 1000).gain == 0
    assert Table(0, 0, 0, 0).gain == 0
