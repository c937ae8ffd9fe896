"""Mismatches into the database, below the ORM (§14): the one module that knows the bulk path of both databases.

Everything here runs inside the transaction that publishes a run. What a run sees again unchanged is not touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from reconcile import engine
from reconcile.checks.models import Check

BATCH = 10_000
SQLITE_ROOM = -150_000  # kB, as SQLite spells it
NUL, NUL_SHOWN = "\0", "\N{SYMBOL FOR NULL}"
Row = tuple[str | int | None, ...]
Look = Callable[[], None]

VALUES = ("identity", "kind", "key", "field", "left", "right")

NEW_COLUMNS = (
    'check_compared_id, identity, kind, "key", field, "left", "right", '
    "first_number, opened_number, opened_as, seen_before, times_returned"
)
COPY_NEW = f"COPY checks_mismatch ({NEW_COLUMNS}) FROM STDIN"
INSERT_NEW = f"INSERT INTO checks_mismatch ({NEW_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, 0)"

STAGED_COLUMNS = 'identity, kind, "key", field, "left", "right", change'
COPY_STAGED = f"COPY staged ({STAGED_COLUMNS}) FROM STDIN"
INSERT_STAGED = f"INSERT INTO staged ({STAGED_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s)"

# `place` keeps the order of the file, so that ids grow in it.
STAGED = {
    "postgresql": """
        CREATE TEMPORARY TABLE staged (
            place bigint GENERATED ALWAYS AS IDENTITY, identity uuid NOT NULL, kind text NOT NULL, "key" text NOT NULL,
            field text NOT NULL, "left" text, "right" text, change text NOT NULL
        ) ON COMMIT DROP""",
    "sqlite": """
        CREATE TEMPORARY TABLE staged (
            place integer PRIMARY KEY, identity text NOT NULL, kind text NOT NULL, "key" text NOT NULL,
            field text NOT NULL, "left" text, "right" text, change text NOT NULL
        )""",
}

# What is staged beside what is known, found once for all steps. `known_id` is null for what was never seen before.
RECOGNISE = """
    CREATE TEMPORARY TABLE recognised AS
    SELECT staged.place, staged.change, staged."left", staged."right", known.id AS known_id,
        CASE WHEN known.closed_number IS NULL THEN 0 ELSE 1 END AS was_gone
    FROM staged LEFT JOIN checks_mismatch AS known
        ON known.check_compared_id = %(check)s AND known.identity = staged.identity"""

COUNT_RETURNED = "SELECT COUNT(*) FROM recognised WHERE change <> 'gone' AND was_gone = 1"

ARCHIVE = """
    INSERT INTO checks_episode (mismatch_id, opened_number, opened_as, closed_number, "left", "right")
    SELECT known.id, known.opened_number, known.opened_as, COALESCE(known.closed_number, %(number)s - 1),
        known."left", known."right"
    FROM recognised JOIN checks_mismatch AS known ON known.id = recognised.known_id
    WHERE recognised.change <> 'gone'"""

REOPEN = """
    UPDATE checks_mismatch SET
        seen_before = seen_before + COALESCE(closed_number, %(number)s - 1) - opened_number + 1,
        times_returned = times_returned + recognised.was_gone,
        opened_as = CASE recognised.was_gone WHEN 0 THEN 'changed' ELSE 'returned' END,
        opened_number = %(number)s,
        closed_number = NULL,
        "left" = recognised."left",
        "right" = recognised."right"
    FROM recognised
    WHERE checks_mismatch.id = recognised.known_id AND recognised.change <> 'gone'"""

ADD = f"""
    INSERT INTO checks_mismatch ({NEW_COLUMNS})
    SELECT %(check)s, identity, kind, "key", field, "left", "right", %(number)s, %(number)s, 'new', 0, 0
    FROM staged WHERE place IN (SELECT place FROM recognised WHERE known_id IS NULL AND change = 'new')
    ORDER BY place"""

CLOSE = """
    UPDATE checks_mismatch SET closed_number = %(number)s - 1
    FROM recognised
    WHERE recognised.change = 'gone' AND recognised.was_gone = 0 AND checks_mismatch.id = recognised.known_id"""

STANDING = """
    SELECT identity, kind, "key", field, "left", "right" FROM checks_mismatch
    WHERE check_compared_id = %(check)s
        AND opened_number <= %(number)s AND (closed_number IS NULL OR closed_number >= %(number)s)
    UNION ALL
    SELECT known.identity, known.kind, known."key", known.field, early."left", early."right"
    FROM checks_episode AS early JOIN checks_mismatch AS known ON known.id = early.mismatch_id
    WHERE known.check_compared_id = %(check)s
        AND early.opened_number <= %(number)s AND early.closed_number >= %(number)s"""


class Disagreement(Exception):
    """What the files say is standing is not what the database has; nothing is published on such ground."""


@dataclass(frozen=True, slots=True)
class Merged:
    """How many mismatches a run opened for the first time, opened again, found changed, and closed."""

    new: int
    returned: int
    changed: int
    gone: int


@contextmanager
def room() -> Iterator[CursorWrapper]:
    """A cursor; on SQLite with room in memory for the indexes, whose entries come in no order, while many are made."""
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            yield cursor
            return
        usual = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = {SQLITE_ROOM}")
        try:
            yield cursor
        finally:
            cursor.execute(f"PRAGMA cache_size = {int(usual)}")


def store_first(check: Check, standing: engine.Standing, number: int, look: Look) -> Merged:
    """Write every mismatch of the first run of ``check``. ``look`` is called often and may raise to stop."""
    rows = (
        (check.pk, *row, number, number, "new", *_ZEROS[connection.vendor])
        for row in _rows(standing.mismatches, VALUES, look)
    )
    with room() as cursor:
        _pour(cursor, COPY_NEW, INSERT_NEW, rows)
    return Merged(new=standing.total, returned=0, changed=0, gone=0)


def merge(check: Check, standing: engine.Standing, number: int, look: Look) -> Merged:
    """Write what the run ``number`` of ``check`` found otherwise than the one before it: nothing else is touched.

    ``look`` is called often and may raise to stop. Raises Disagreement when the figures do not add up.
    """
    if standing.changes is None:
        return store_first(check, standing, number, look)
    if not (standing.new or standing.changed or standing.gone):
        return Merged(new=0, returned=0, changed=0, gone=0)
    with room() as cursor:
        stage(cursor, standing, look)
        merged = _merge_staged(cursor, {"check": check.pk, "number": number}, look)
        for table in ("recognised", "staged"):
            cursor.execute(f"DROP TABLE {table}")
    said = (standing.new, standing.changed, standing.gone)
    if (merged.new + merged.returned, merged.changed, merged.gone) != said:
        message = f"{merged} was stored where new, changed, gone should be {said}"
        raise Disagreement(message)
    return merged


def analyze() -> None:
    """Tell PostgreSQL what the table looks like now; pages that list mismatches need it after a large first run."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE checks_mismatch")


def standing_rows(check: Check, number: int) -> Iterator[tuple[str | None, ...]]:
    """The mismatches of ``check`` that its run ``number`` saw: the columns of VALUES, in constant memory."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(STANDING, {"check": check.pk, "number": number})
        while batch := cursor.fetchmany(BATCH):
            for identity, *rest in batch:
                yield (str(identity).replace("-", ""), *rest)


def _merge_staged(cursor: CursorWrapper, values: dict[str, Any], look: Look) -> Merged:
    def done(statement: str) -> int:
        look()
        cursor.execute(statement, values)
        return int(cursor.rowcount)

    done(RECOGNISE)
    if connection.vendor == "postgresql":
        cursor.execute("ANALYZE recognised")
    done(COUNT_RETURNED)
    returned = int(cursor.fetchone()[0])
    done(ARCHIVE)
    reopened = done(REOPEN)
    return Merged(new=done(ADD), returned=returned, changed=reopened - returned, gone=done(CLOSE))


def stage(cursor: CursorWrapper, standing: engine.Standing, look: Look) -> None:
    """Put what a run found otherwise than the one before it beside the tables; without one before, all it found."""
    cursor.execute(STAGED[connection.vendor])
    if standing.changes is None:
        rows: Iterator[Row] = ((*row, "new") for row in _rows(standing.mismatches, VALUES, look))
    else:
        rows = _rows(standing.changes, (*VALUES, "change"), look)
    _pour(cursor, COPY_STAGED, INSERT_STAGED, rows)
    if connection.vendor == "postgresql":
        cursor.execute("ANALYZE staged")


def _rows(path: Path, columns: tuple[str, ...], look: Look) -> Iterator[Row]:
    """Rows of the engine's file one by one, with what PostgreSQL keeps in no text shown by its picture."""
    for batch in engine.rows(path, columns, batch=BATCH):
        look()
        for row in batch:
            yield tuple(map(_shown, row)) if any(cell is not None and NUL in cell for cell in row) else row


def _shown(cell: str | None) -> str | None:
    return cell.replace(NUL, NUL_SHOWN) if cell else cell


_ZEROS: dict[str, tuple[int, ...]] = {"postgresql": (0, 0), "sqlite": ()}


def _pour(cursor: CursorWrapper, copy: str, insert: str, rows: Iterator[Row]) -> None:
    if connection.vendor == "postgresql":
        with connection.wrap_database_errors, cursor.copy(copy) as stream:
            for row in rows:
                stream.write_row(row)
        return
    while batch := list(islice(rows, BATCH)):
        cursor.executemany(insert, batch)
