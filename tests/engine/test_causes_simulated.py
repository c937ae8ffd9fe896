"""Causes, groups and segments on simulated businesses of which the truth is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconcile import engine
from tests.simulation.__main__ import all_tried, in_turn, misses, table
from tests.simulation.business import Business
from tests.simulation.companies import BUSINESSES, HOSPITAL, STOCK, SUBSCRIPTIONS
from tests.simulation.judging import Judged
from tests.simulation.running import readers, seen
from tests.simulation.truth import of_last_week
from tests.simulation.world import World


@pytest.fixture(autouse=True, scope="module")
def _readers_forked() -> Iterator[None]:
    """Hundreds of readers are started here: how one starts is tested elsewhere."""
    with readers():
        yield


@pytest.mark.slow
@pytest.mark.parametrize("business", [STOCK, HOSPITAL], ids=lambda business: business.name)
def test_the_truth_speaks_of_exactly_the_mismatches_that_stand_in_the_last_week(
    business: Business, tmp_path: Path
) -> None:
    world = World(business, 7)
    last = seen(world, tmp_path)[-1]
    standing = {tuple(row) for batch in engine.rows(last.mismatches, ("kind", "key", "field")) for row in batch}
    assert standing == set(of_last_week(world))


def test_a_seed_tells_the_same_story_every_time() -> None:
    one, same, other = (World(SUBSCRIPTIONS, seed) for seed in (5, 5, 6))
    assert of_last_week(one) == of_last_week(same)
    assert of_last_week(one) != of_last_week(other)


def test_something_of_every_cause_happens_in_every_business() -> None:
    for business in BUSINESSES:
        causes = {truth.cause for truth in of_last_week(World(business, 3)).values()}
        assert causes == set(engine.Cause), business.name


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 5])
def test_causes_are_right_and_workflows_are_named(seed: int) -> None:
    """A business each. The figures over many seeds are in docs/causes.md: ``python -m tests.simulation``."""
    found = all_tried(in_turn([seed]))
    everything = sum(found.values(), Judged())
    assert everything.right >= 0.97, table(found)
    assert everything.unreal_share <= 0.01, table(found)
    # One world has about ten patterns with a guilty workflow: a single one that is missed is a tenth of them.
    assert everything.named_share >= 0.75, misses(found)
    assert everything.silent_share >= 0.85, misses(found)
