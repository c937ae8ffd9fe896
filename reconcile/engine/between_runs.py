"""What is standing: the mismatches of one run against those of an earlier one, told apart by identity.

The steps are SQL as in ``sql``, over rows files of a comparison and over files that an earlier run left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from reconcile.engine import database, keeping, sql
from reconcile.engine.errors import StoppedUnexpectedly

Progress = Callable[[str, int, int], None]
KINDS = ("only_left", "only_right", "duplicate_left", "duplicate_right", "differs")
_SAID = ("identity", "kind", "key", "field", "left", "right")
DOING = "Telling new mismatches from known ones"


def identity(kind: str, field: str, key: str) -> str:
    """What names a mismatch across runs: 32 hexadecimal digits, the same as in the files of ``standing``."""
    text = f"{kind} {len(field)} {field}{key}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def step_state(rows: str) -> str:
    """One row an identity from a rows file: the lines of a repeated key on one side become one with their number."""
    key, left, right = (sql.name(column) for column in ("key", "left", "right"))
    repeats = f"kind IN ({sql.text('duplicate_left')}, {sql.text('duplicate_right')})"
    counted = [
        f"CASE WHEN kind = {sql.text(f'duplicate_{side}')} THEN CAST(COUNT(*) AS VARCHAR) END"
        for side in ("left", "right")
    ]
    lines = (
        f"SELECT kind, {key}, field, {left}, {right} FROM {rows} AS single WHERE NOT {repeats} UNION ALL "
        f"SELECT kind, {key}, field, {', '.join(counted)} FROM {rows} AS repeated WHERE {repeats} "
        f"GROUP BY kind, {key}, field"
    )
    name = f"MD5(kind || ' ' || CAST(LENGTH(field) AS VARCHAR) || ' ' || field || {key})"
    return f"SELECT {name} AS identity, kind, {key}, field, {left}, {right} FROM ({lines}) AS lines"


def step_changes(now: str, before: str) -> str:
    """The identities on one side only and those whose values are not the same, with what became of them."""
    kept = ", ".join(
        f"CASE WHEN n.identity IS NULL THEN b.{column} ELSE n.{column} END AS {column}"
        for column in map(sql.name, _SAID)
    )
    same = [f"n.{side} IS NOT DISTINCT FROM b.{side}" for side in map(sql.name, ("left", "right"))]
    change = (
        f"CASE WHEN b.identity IS NULL THEN {sql.text('new')} WHEN n.identity IS NULL THEN {sql.text('gone')} "
        f"ELSE {sql.text('changed')} END AS change"
    )
    return (
        f"SELECT {kept}, {change} FROM {now} AS n FULL OUTER JOIN {before} AS b ON n.identity = b.identity "
        f"WHERE n.identity IS NULL OR b.identity IS NULL OR NOT ({' AND '.join(same)})"
    )


def step_in_order(rows: str) -> str:
    """Rows of either kind by kind, key and field."""
    return f"SELECT * FROM ({rows}) AS found ORDER BY kind, {sql.name('key')}, field"


def step_totals(state: str) -> str:
    """How many identities there are of each kind, by field where cells differ."""
    return f"SELECT kind, field, COUNT(*) AS n FROM {state} AS state GROUP BY kind, field"


def step_change_totals(changes: str) -> str:
    """How many there are of each change."""
    return f"SELECT change, COUNT(*) AS n FROM {changes} AS changes GROUP BY change"


class BetweenRuns:
    """Telling the mismatches of one rows file apart from those of an earlier run, in one connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, progress: Progress) -> None:
        self._db = connection
        self._folder = folder
        self._progress = progress

    def run(self, rows_file: Path, before: Path | None) -> dict[str, Any]:
        """JSON-ready data of a ``Standing`` whose files lie in the folder. Raises duckdb.Error."""
        state, changes = self._folder / "state.parquet", self._folder / "changed.parquet"
        lines, length = self._size(rows_file)
        self._write(step_state(_scan(rows_file)), state, lines, length)
        kinds, fields = self._totals(state)
        total = sum(kinds.values())
        turned = {"new": 0, "changed": 0, "gone": 0}
        if before:
            known, known_length = self._size(before)
            self._write(step_changes(_scan(state), _scan(before)), changes, total + known, max(length, known_length))
            turned |= dict(self._db.execute(step_change_totals(_scan(changes))).fetchall())
            _check(total - turned["new"], known - turned["gone"])
        return turned | {
            "total": total,
            "unchanged": total - turned["new"] - turned["changed"] if before else 0,
            "kinds": kinds,
            "fields": fields,
            "mismatches": state,
            "changes": changes if before else None,
        }

    def _size(self, path: Path) -> tuple[int, int]:
        """How many rows a file has, and how many bytes of text one of them has on average."""
        texts = " + ".join(f"COALESCE(SUM(STRLEN({sql.name(column)})), 0)" for column in ("key", "left", "right"))
        row = self._db.execute(f"SELECT COUNT(*), {texts} FROM {_scan(path)} AS source").fetchone()
        rows, length = row or (0, 0)
        return int(rows), int(length) // max(int(rows), 1)

    def _write(self, rows: str, out: Path, lines: int, length: int) -> None:
        group = keeping.row_group(len(_SAID), length)
        with database.watched(self._db, lambda share: self._progress(DOING, int(lines * share), lines)):
            self._db.execute(
                f"COPY ({step_in_order(rows)}) TO {sql.text(str(out))} (FORMAT parquet, ROW_GROUP_SIZE {group})"
            )

    def _totals(self, state: Path) -> tuple[dict[str, int], dict[str, int]]:
        kinds, fields = dict.fromkeys(KINDS, 0), dict[str, int]()
        for kind, field, count in self._db.execute(step_totals(_scan(state))).fetchall():
            kinds[kind] += count
            if kind == "differs":
                fields[field] = count
        return kinds, dict(sorted(fields.items()))


def _check(now: int, before: int) -> None:
    """What is in both is as many seen from either: no identity stands in a file twice."""
    if now != before:
        why = f"its counts disagree ({now} are in both runs by the later one, {before} by the earlier)"
        raise StoppedUnexpectedly(doing=DOING, why=why)


def _scan(path: Path) -> str:
    return f"read_parquet({sql.file(path)}, hive_partitioning=false)"
