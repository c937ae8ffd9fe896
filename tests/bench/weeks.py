"""Eight weekly exports of two systems that come to differ: a million records a side, nearly a million mismatches.

A cell never agreed, or the left side changed it in the second week and the right one never heard of it, or the right
side changed it by itself; and each week some are changed on the left and arrive a week later. All of it happens four
times as often to imported records. Of a hundred records one is missing on either side, half of them since the fourth
week, a tenth of them near copies; of a thousand two stand twice on the right.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from reconcile import engine
from tests.bench.data import COLUMNS, NUMBERS

WEEKS = 8
_FURTHER = {
    "via": "CASE WHEN i % 10 = 0 THEN 'import' ELSE list_value('form', 'api')[1 + i % 2] END",
    "updated": "(DATE '2024-01-01' + (i % 700)::INTEGER)::VARCHAR",
}
FIELDS = tuple(name for name in COLUMNS if name not in ("id", "note", "reference"))
_CELLS = {name: COLUMNS[name] for name in ("id", *FIELDS)} | _FURTHER
_SYSTEMATIC = {"start": "(({cell})::DATE + 1)::VARCHAR", "amount": "(({cell})::DECIMAL(18, 6) * 100)::VARCHAR"}
_NEVER, _UNSENT, _OWN = range(15), range(15, 45), range(45, 60)
_MOVING, _A_WEEK = 60, 6


def make(folder: Path, records: int, week: int, side: str) -> Path:
    """The kept copy of one export in ``folder``, with what was understood of it and the CSV file itself beside it."""
    copy = folder / f"{side}-{records}-{week}.parquet"
    described = copy.with_suffix(".json")
    if not described.exists():
        export = copy.with_suffix(".csv")
        _write(export, records, week, side)
        described.write_text(json.dumps(engine.read(export, keep=copy).to_json()))
    return copy


def kept(copy: Path) -> engine.Kept:
    """The copy that ``make`` made, as the engine takes it."""
    return engine.Kept(copy, engine.Export.from_json(json.loads(copy.with_suffix(".json").read_text())))


def _write(path: Path, records: int, week: int, side: str) -> None:
    missing = 2 if side == "left" else 1
    twice = "i % 500 = 3" if side == "right" else "FALSE"
    there = f"n % 200 <> {missing}" + (f" AND n % 200 <> {missing + 100}" if week >= 3 else "")
    times = f"(SELECT UNNEST(CASE WHEN {twice} THEN [i, i] ELSE [i] END) AS n FROM range({records}) AS t(i))"  # noqa: S608 - our own words
    # A near copy has the values of a record beside it.
    alike = "CASE WHEN n % 1000 IN (1, 2) THEN n + 2 ELSE n END"
    with duckdb.connect() as connection:
        connection.execute(f"SET temp_directory = '{path.parent / 'spill'}'")
        connection.execute("SET memory_limit = '1GB'")
        cells = ", ".join(f"{_cell(name, week, side)} AS {name}" for name in _CELLS)
        rows = f"(SELECT n, {alike} AS i FROM {times} AS numbers WHERE {there})"  # noqa: S608
        connection.execute(f"COPY (SELECT {cells} FROM {rows} AS rows) TO '{path}' (FORMAT csv, HEADER true)")  # noqa: S608


def _cell(name: str, week: int, side: str) -> str:
    cell = _CELLS[name].replace("i::VARCHAR", "n::VARCHAR") if name == "id" else _CELLS[name]
    if name not in FIELDS:
        return cell
    luck = f"(hash(n * 16 + {FIELDS.index(name)}) % CASE WHEN n % 10 = 0 THEN 300 ELSE 1200 END)"
    moved = range(_MOVING, _MOVING + _A_WEEK * (week + (side == "left")))
    changes = [(moved, _altered(name, 1))]
    if side == "left" and week:
        changes.append((_UNSENT, _altered(name, 1)))
    if side == "right":
        changes.append((_NEVER, _SYSTEMATIC.get(name, _altered(name, 2)).format(cell=cell)))
        changes += [(_OWN, _altered(name, 3))] if week else []
    whens = " ".join(
        f"WHEN {luck} BETWEEN {when.start} AND {when.stop - 1} THEN {value}" for when, value in changes if when
    )
    return f"CASE {whens} ELSE {cell} END" if whens else cell


def _altered(name: str, by: int) -> str:
    cell = _CELLS[name]
    if name in NUMBERS:
        return f"((({cell})::DECIMAL(18, 6) + {by})::VARCHAR)"
    return f"(({cell}) || '{'xyz'[by - 1]}')"
