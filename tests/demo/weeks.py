"""The eight weeks of the example classified by the engine alone, beside what was planted in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from boundaries.findings import lags
from reconcile import engine
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.demo import boundary, company, story, world

SUNDAY = date(2026, 11, 22)
NAMES = boundary.Names(world.CRM, world.BILLING, "Sales", "Finance", lambda name: name)


@dataclass(frozen=True)
class Told:
    """One week: what was found, and of each mismatch (key, field) the cause planted and the cause told."""

    number: int
    found: engine.Classified
    planted: dict[tuple[str, str], str]
    told: dict[tuple[str, str], engine.Caused]

    def wrong(self) -> Counter[tuple[str, str, str]]:
        """Count what was told otherwise than planted: planted cause, told cause, field."""
        return Counter(
            (cause, self.told[place].cause, place[1])
            for place, cause in self.planted.items()
            if place in self.told and self.told[place].cause != cause
        )


def rested(comparing: Comparing) -> Comparing:
    """Return what is compared with the lags of the example's map, as a run keeps them."""
    said = boundary.told(NAMES, today=SUNDAY)[-1].said

    def lag(field: ComparedField) -> float | None:
        systems = (world.BILLING, world.CRM) if field.owner == "right" else (world.CRM, world.BILLING)
        found = lags.of_field(said, (field.name, field.left, field.right), *systems)
        return found.days if found else None

    records = lags.of_records(said, world.CRM, world.BILLING)
    fields = tuple(replace(field, lag_days=lag(field)) for field in comparing.fields)
    return replace(comparing, fields=fields, lag_days=records.days if records else None)


def classified(folder: Path) -> Iterator[Told]:
    """Yield week after week, with files below ``folder``."""
    made = world.make(today=SUNDAY)
    before: engine.Seen | None = None
    for week in made.weeks:
        place = folder / str(week.number)
        place.mkdir()
        comparing = rested(company.comparing(mapped=week.number >= story.MAPPED_FROM))
        left, right = (_kept(export, place) for export in (week.crm, week.billing))
        rows = place / "rows.parquet"
        engine.compare(comparing.spec(), left, right, rows_file=rows)
        standing = engine.standing(rows, before.mismatches if before else None, folder=place)
        now = engine.Seen(left, right, week.crm.as_of, week.billing.as_of, standing.mismatches)
        found = engine.classify(
            comparing.classifying(unused=(("left", "owner"),)), now, before, out=place / "causes.parquet"
        )
        before = replace(now, causes=found.causes)
        planted = {(one.key, one.field): one.cause for one in made.truth if one.week == week.number}
        yield Told(week.number, found, planted, _causes(found.causes))


def _kept(export: world.ExportFile, place: Path) -> engine.Kept:
    file = place / export.file_name
    file.write_bytes(export.content)
    copy = file.with_suffix(".parquet")
    return engine.Kept(copy, engine.read(file, keep=copy))


def _causes(path: Path) -> dict[tuple[str, str], engine.Caused]:
    columns = ", ".join(f'"{name}"' for name in engine.Caused.__dataclass_fields__)
    rows = duckdb.connect().execute(f"SELECT {columns} FROM '{path}'").fetchall()  # noqa: S608 - a file of the test
    every = [engine.Caused(*row) for row in rows]
    return {(one.key, one.field or "*"): one for one in every}
