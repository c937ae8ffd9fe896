"""How many mismatches of some groups meet conditions on their records: what a split would set apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from reconcile.engine import sql
from reconcile.engine.classifying.asked import Condition
from reconcile.engine.classifying.exports import scan, shown_key
from reconcile.engine.errors import ColumnMissing
from reconcile.engine.results import Kept
from reconcile.engine.stored import opened

_THREADS = 2  # somebody waits
Keyed = tuple[Kept, Sequence[str]]


def meeting(
    causes: Path, labels: Sequence[str], conditions: Sequence[Condition], sides: Mapping[str, Keyed], *, fold: bool
) -> int:
    """Count the rows of a causes file with one of ``labels`` whose records meet all ``conditions``.

    ``sides``: for ``left`` and ``right`` the kept export and the columns of its key. With ``fold`` case and outer space
    of keys are set aside. Raises ColumnMissing, FileMissing, FileIsCorrupt.
    """
    wanted = ", ".join(["?"] * len(labels))
    asked = [_step_meets(one, *sides[one.side], fold=fold) for one in conditions]
    mismatch = _key_of_mismatch(len(sides["left"][1]), fold=fold)
    files = [sides[one.side][0].path for one in conditions]
    with opened(causes, causes.name, threads=_THREADS, beside=list(dict.fromkeys(files))) as connection:
        row = connection.execute(
            f"SELECT COUNT(*) FROM {scan(causes)} AS m WHERE m.label IN ({wanted})"  # noqa: S608 - values bound
            + "".join(f" AND {mismatch} IN ({step})" for step in asked),
            [*labels, *(one.value for one in conditions)],
        ).fetchone()
    return int(row[0]) if row else 0


def _step_meets(condition: Condition, kept: Kept, key: Sequence[str], *, fold: bool) -> str:
    """The keys of the records of one side that meet a condition; its value is bound."""
    columns = kept.export.columns
    for column in (condition.column, *key):
        if column not in columns:
            raise ColumnMissing(role="Column", column=column, file=kept.export.file, columns=list(columns))
    places = [columns.index(column) for column in key]
    cell = f"c{columns.index(condition.column)}"
    shown = _folded([f"c{place}" for place in places]) if fold else shown_key(places)
    return f"SELECT {shown} FROM {scan(kept.path)} AS source WHERE COALESCE({cell}, '') = ?"  # noqa: S608 - c0…cn, quoted paths


def _key_of_mismatch(parts: int, *, fold: bool) -> str:
    """The key of a mismatch as those of records are compared with it."""
    key = f"m.{sql.name('key')}"
    if not fold:
        return key
    return _folded([key] if parts == 1 else [f"JSON_EXTRACT_STRING({key}, '$[{part}]')" for part in range(parts)])


def _folded(parts: Sequence[str]) -> str:
    shown = ", ".join(f"COALESCE({sql.folded(part)}, '')" for part in parts)
    return f"LIST_VALUE({shown})"
