"""The whole way of a business through the engine: files, kept copies, comparisons, what stands, and why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from reconcile import engine
from reconcile.engine import child
from tests.forking import Nursery
from tests.simulation.business import SIDES
from tests.simulation.world import Week, World
from tests.simulation.writing import classifying, moment, spec, write


@dataclass(frozen=True)
class Outcome:
    """What the engine says of the last week: every row of its causes file and the groups."""

    rows: tuple[engine.Caused, ...]
    groups: tuple[engine.Group, ...]


@contextmanager
def readers() -> Iterator[None]:
    """Readers of the engine forked from a warm process for a while: there are hundreds to start."""
    nursery = Nursery()
    real = child._started
    child._started = nursery.started  # type: ignore[assignment]
    try:
        yield
    finally:
        child._started = real
        nursery.close()


def seen(world: World, folder: Path) -> list[engine.Seen]:
    """Every week compared in the order in which its exports reached the app, then put in the order of their days."""
    found = {number: _compared(world, world.weeks[number], folder / str(number)) for number in world.handed}
    weeks = sorted(found.values(), key=lambda one: one.right_as_of)
    return [replace(one, mismatches=_standing(one, folder / "standing" / str(n))) for n, one in enumerate(weeks)]


def outcome(world: World, folder: Path) -> Outcome:
    """Eight weeks, each classified after the one before; what is said of the last."""
    asked = classifying(world)
    before: engine.Seen | None = None
    for number, week in enumerate(seen(world, folder)):
        classified = engine.classify(asked, week, before, out=folder / f"causes{number}.parquet")
        before = replace(week, causes=classified.causes)
    return Outcome(tuple(rows_of(classified.causes)), classified.groups)


def rows_of(causes: Path) -> Iterator[engine.Caused]:
    """The rows of a causes file."""
    for batch in engine.rows(causes, engine.CAUSED_COLUMNS):
        for row in batch:
            yield engine.Caused(*row)  # type: ignore[arg-type]


def _compared(world: World, week: Week, folder: Path) -> engine.Seen:
    folder.mkdir(parents=True)
    kept = []
    for side in SIDES:
        style = world.business.style(side)
        path = write(world, week.exports[side], side, folder / f"{side}.csv")
        copy = folder / f"{side}.parquet"
        options = engine.ReadOptions(encoding=style.encoding, delimiter=style.delimiter, quote='"', header=True)
        kept.append(engine.Kept(copy, engine.read(path, options, keep=copy)))
        path.unlink()
    rows = folder / "rows.parquet"
    engine.compare(spec(world), *kept, rows_file=rows)
    at = [moment(world.business, week.exports[side].at) for side in SIDES]
    return engine.Seen(kept[0], kept[1], at[0], at[1], rows)


def _standing(week: engine.Seen, folder: Path) -> Path:
    return engine.standing(week.mismatches, None, folder=folder).mismatches
