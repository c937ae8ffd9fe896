"""Worlds tried one by one or several at a time; apart from the command, which a new process could not import."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.simulation.business import Business
from tests.simulation.companies import BUSINESSES
from tests.simulation.judging import Judged, judged
from tests.simulation.running import outcome, readers
from tests.simulation.truth import of_last_week
from tests.simulation.world import World


def tried(business: Business, seed: int) -> Judged:
    """One business of one seed, simulated, taken through the engine and judged."""
    world = World(business, seed)
    with tempfile.TemporaryDirectory() as folder:
        return judged(business, f"{business.name}, seed {seed}", of_last_week(world), outcome(world, Path(folder)))


def one_by_one(tasks: Iterable[tuple[Business, int]]) -> Iterable[tuple[Business, int, Judged]]:
    """Figures as they come, in this process."""
    with readers():
        for business, seed in tasks:
            yield business, seed, tried(business, seed)


def together(tasks: Sequence[tuple[Business, int]], jobs: int) -> Iterable[tuple[Business, int, Judged]]:
    """The same in so many processes, in no order."""
    numbered = [(BUSINESSES.index(business), seed) for business, seed in tasks]
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for place, seed, one in pool.imap_unordered(_numbered, numbered):
            yield BUSINESSES[place], seed, one


def _numbered(task: tuple[int, int]) -> tuple[int, int, Judged]:
    place, seed = task
    with readers():
        return place, seed, tried(BUSINESSES[place], seed)
