"""Two exports of any size, the same ones every time: 16 text columns, 30 differing cells in every 100 records."""

from __future__ import annotations

from pathlib import Path

import duckdb

COLUMNS = {
    "id": "'C' || lpad(i::VARCHAR, 9, '0')",
    "name": "list_value('Anna','Ben','Carla','Dmitri','Elif','Femi','Gita','Hugo')[1 + i % 8] || ' ' || "
    "list_value('Okafor','Reyes','Lind','Smith','Novak','Tanaka','Ivanova','Diaz')[1 + (i // 8) % 8]",
    "email": "'user' || i || '@example.com'",
    "status": "list_value('active','paused','closed','trial')[1 + i % 4]",
    "amount": "((hash(i) % 1000000) / 100)::DECIMAL(12, 2)::VARCHAR",
    "start": "(DATE '2015-01-01' + (i % 3650)::INTEGER)::VARCHAR",
    "city": "list_value('Lagos','Berlin','Osaka','São Paulo','New York, NY','Łódź')[1 + i % 6]",
    "quantity": "(i * 7 % 1000)::VARCHAR",
    "score": "((hash(i + 1) % 1000000) / 1000000)::DECIMAL(8, 6)::VARCHAR",
    "note": "'note ' || (i % 977)",
    "phone": "'+49 ' || lpad((i % 9000000)::VARCHAR, 7, '0')",
    "invoice": "'INV-' || (i * 3)",
    "tier": "(i % 50)::VARCHAR",
    "signed": "CASE i % 2 WHEN 0 THEN 'yes' ELSE 'no' END",
    "plan": "'plan ' || (i % 12)",
    "reference": "'ref' || (i * 11 % 100003)",
}
NUMBERS = {"amount", "quantity", "score", "tier"}


def write_pair(folder: Path, records: int) -> tuple[Path, Path]:
    """Left and right CSV in ``folder`` for about ``records`` records a side, the right one in another order."""
    left, right = folder / f"left-{records}.csv", folder / f"right-{records}.csv"
    if not right.exists():
        with duckdb.connect() as connection:
            connection.execute(f"SET temp_directory = '{folder / 'spill'}'")
            connection.execute("SET memory_limit = '2GB'")
            records_of = f"range({records}) AS t(i)"
            _write(connection, left, f"{_cells(changed=False)} FROM {records_of} WHERE i % 500 <> 2")
            _write(connection, right, f"{_cells(changed=True)} FROM {records_of} WHERE i % 500 <> 1 ORDER BY hash(i)")
    return left, right


def write_mismatches(folder: Path, count: int) -> Path:
    """A rows file of ``count`` differing cells in ``folder``, ten in each record."""
    path = folder / f"mismatches-{count}.parquet"
    if not path.exists():
        with duckdb.connect() as connection:
            connection.execute(f"SET temp_directory = '{folder / 'spill'}'")
            key, field = "'C' || lpad((i // 10)::VARCHAR, 9, '0')", "'field ' || (i % 10)"
            cells = f"'differs' AS kind, {key} AS \"key\", {field} AS field, {_side('left', 0)}, {_side('right', 1)}"
            form = "FORMAT parquet, ROW_GROUP_SIZE 20480"
            connection.execute(f"COPY (SELECT {cells} FROM range({count}) AS t(i) ORDER BY ALL) TO '{path}' ({form})")  # noqa: S608 - our own words
    return path


def _side(name: str, more: int) -> str:
    return f"'{name} ' || hash(i + {more}) AS \"{name}\""


def _cells(*, changed: bool) -> str:
    cells = []
    for place, (name, cell) in enumerate(COLUMNS.items()):
        other = f"((({cell})::DECIMAL(18, 6) + 1)::VARCHAR)" if name in NUMBERS else f"(({cell}) || 'x')"
        altered = f"CASE WHEN hash(i * 16 + {place}) % 50 = 0 THEN {other} ELSE {cell} END"
        cells.append(f"{altered if changed and place else cell} AS {name}")
    return ", ".join(cells)


def _write(connection: duckdb.DuckDBPyConnection, path: Path, rows: str) -> None:
    unfinished = path.with_suffix(".part")
    connection.execute(f"COPY (SELECT {rows}) TO '{unfinished}' (FORMAT csv, HEADER true)")
    unfinished.rename(path)
