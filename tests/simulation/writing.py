"""The exports of a week as files, and what the app is told about them: the comparison, owners, lags, edit columns."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from reconcile import engine
from tests.simulation.business import SIDES, Business, Fact, Side, Trait, Value
from tests.simulation.ledger import Record
from tests.simulation.world import Exported, World

COMPARED = {"date": "date", "number": "number", "amount": "number", "flag": "boolean"}


def moment(business: Business, at: float) -> datetime:
    """The moment ``at`` days after the business's first run, to the second."""
    return (business.started + timedelta(days=at)).replace(microsecond=0)


def key_of(business: Business, record: Record, side: Side) -> tuple[str, ...]:
    """The parts of a record's key as a side writes them."""
    return record.key if side == "right" else tuple(business.left_key(part) for part in record.key)


def shown_key(business: Business, record: Record, side: Side) -> str:
    """The key as it stands in the rows of a comparison (§9)."""
    parts = key_of(business, record, side)
    return parts[0] if len(parts) == 1 else json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def write(world: World, exported: Exported, side: Side, path: Path) -> Path:
    """One export as a file; a repeated record is there as often as the side has it, its rows in no special order."""
    business, style = world.business, world.business.style(side)
    numbers = [number for number in exported.held for _ in range(exported.rows[number])]
    if side == "right":
        random.Random(len(numbers)).shuffle(numbers)
    with path.open("w", encoding=style.encoding, newline="") as file:
        out = csv.writer(file, delimiter=style.delimiter)
        out.writerow(header(business, side))
        for number in numbers:
            out.writerow(_row(business, world.records[number], exported.held[number], side))
    return path


def header(business: Business, side: Side) -> list[str]:
    """The names of an export's columns, in order."""
    place = SIDES.index(side)
    names = [pair[place] for pair in business.key]
    names += [fact.columns[place] for fact in business.facts]
    names += [trait.columns[place] for trait in _traits(business, side)]
    return names + [name for _, name in _stamps(business, side)]


def _row(business: Business, record: Record, held: Mapping[str, Value], side: Side) -> list[str]:
    style = business.style(side)
    cells = list(key_of(business, record, side))
    cells += [_cell(business, fact, held[fact.name], side) for fact in business.facts]
    cells += [trait.written(side, record.traits[trait.name]) for trait in _traits(business, side)]
    for role, _ in _stamps(business, side):
        said = held[role.replace("_", " ")]
        cells.append(str(said) if role == "updated_by" else style.when(moment(business, float(str(said)))))
    return cells


def _cell(business: Business, fact: Fact, value: Value, side: Side) -> str:
    if isinstance(value, str) and value in fact.words:
        return fact.words[value][SIDES.index(side)]
    return business.style(side).text(value)


def _traits(business: Business, side: Side) -> list[Trait]:
    return [trait for trait in business.traits if trait.columns[SIDES.index(side)]]


def _stamps(business: Business, side: Side) -> list[tuple[str, str]]:
    """Roles and names of the edit columns that no trait fills."""
    stamp = business.stamp(side)
    named = [(role, getattr(stamp, role)) for role in ("created_at", "updated_at", "updated_by")]
    return [(role, name) for role, name in named if name]


def spec(world: World) -> engine.CompareSpec:
    """What is compared with what: words mapped but for those nobody mapped."""
    business = world.business
    return engine.CompareSpec(
        key=business.key,
        maps=tuple(fact.columns for fact in business.facts),
        by_name=False,
        rules={fact.columns[0]: _rule(world, fact) for fact in business.facts},
        key_fold=business.fold,
    )


def _rule(world: World, fact: Fact) -> engine.Rule:
    if not fact.words:
        formats = "|".join(dict.fromkeys(style.day for style in world.business.styles)) if fact.kind == "date" else ""
        return engine.Rule(COMPARED.get(fact.kind, "exact"), formats)
    unmapped = next((one.words for one in world.faults if one.what == "vocabulary" and one.fact == fact.name), ())
    mapping = tuple(pair for word, pair in fact.words.items() if word not in unmapped)
    return engine.Rule("mapped", mapping=mapping) if mapping else engine.Rule("exact")


def classifying(world: World) -> engine.Classifying:
    """What a check of this business knows of owners, lags and edit columns."""
    business = world.business
    people = [
        (side, trait.columns[SIDES.index(side)])
        for trait in business.traits
        for side in SIDES
        if trait.person and trait.columns[SIDES.index(side)]
    ]
    people += [(side, business.stamp(side).updated_by) for side in SIDES if business.stamp(side).updated_by]
    return engine.Classifying(
        spec=spec(world),
        fields={fact.columns[0]: engine.FieldCause(fact.owner, business.lag_of(fact)) for fact in business.facts},
        lag_days=business.lag,
        left=business.stamps[0],
        right=business.stamps[1],
        unused=tuple(people),
    )
