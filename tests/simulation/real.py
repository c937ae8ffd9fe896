"""Real exports nobody planted anything in: what is said of each pair, in lines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reconcile import engine

PAIRS = (
    "openflights_latlon_swapped", "openflights_source_change", "frequencies_year",
    "raha_beers", "raha_hospital", "raha_rayyan",
)  # fmt: skip
AS_OF = datetime(2026, 1, 2, tzinfo=UTC)


def classified(folder: Path, name: str, place: Path) -> engine.Classified:
    """The pair compared and classified as the first run of a check of which nobody knows an owner."""
    asked: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))[name]
    place.mkdir(parents=True, exist_ok=True)
    spec = engine.CompareSpec(
        key=tuple((column, column) for column in asked["key"]),
        maps=tuple((left, right) for right, left in asked["colmap"].items()),
        ignore=tuple(asked["ignore"]),
    )
    left, right = (_kept(folder / name / f"{side}.csv", place / f"{side}.parquet") for side in ("left", "right"))
    rows = place / "rows.parquet"
    engine.compare(spec, left, right, rows_file=rows)
    standing = engine.standing(rows, None, folder=place)
    now = engine.Seen(left, right, AS_OF, AS_OF, standing.mismatches)
    return engine.classify(engine.Classifying(spec), now, None, out=place / "causes.parquet")


def _kept(path: Path, copy: Path) -> engine.Kept:
    return engine.Kept(copy, engine.read(path, keep=copy))


def lines(groups: Iterable[engine.Group]) -> str:
    """A table, one line a group."""
    head = ["| mismatches | cause | field | how | where they concentrate |", "| ---: | --- | --- | --- | --- |"]
    return "\n".join(head + [_line(group) for group in sorted(groups, key=lambda one: (-one.count, one.label))])


def _line(group: engine.Group) -> str:
    field = group.kind.replace("_", " ") if group.field in ("", "*") else group.field
    where = f"{_where(group.segments[0])}" if group.segments else ""
    return f"| {group.count:,} | {group.cause} | {field} | {group.detail} | {where} |"


def _where(segment: engine.Segment) -> str:
    said = " and ".join(f"{one.side} `{one.column}` = {one.value or 'empty'}" for one in segment.conditions)
    rates = f"{segment.rate * 1000:,.0f} of 1,000 records, elsewhere {segment.rate_elsewhere * 1000:,.1f}"
    return f"{said}: {segment.share:.0%} of them; {rates}"
