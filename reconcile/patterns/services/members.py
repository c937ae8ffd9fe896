"""Which mismatch is in which pattern, into the database below the ORM (§14): the bulk path of both databases.

Memberships are those of the last run whose causes are known. Everything here runs inside the transaction that makes it
so, with the check locked; what is in the same pattern as before is not touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from django.db import connection
from django.db.backends.utils import CursorWrapper

from reconcile import engine
from reconcile.checks.services.storing import room

BATCH = 10_000
ANALYZED_FROM = 20_000
Row = tuple[str | None, int | None]

STAGED = {
    "postgresql": """
        CREATE TEMPORARY TABLE staged_members (identity uuid NOT NULL, pattern_id bigint) ON COMMIT DROP""",
    "sqlite": "CREATE TEMPORARY TABLE staged_members (identity text NOT NULL, pattern_id integer)",
}
COPY = "COPY staged_members (identity, pattern_id) FROM STDIN"
INSERT = "INSERT INTO staged_members (identity, pattern_id) VALUES (%s, %s)"

REMOVE_ALL = """
    DELETE FROM patterns_membership
    WHERE pattern_id IN (SELECT id FROM patterns_pattern WHERE check_compared_id = %(check)s)"""

REMOVE_STAGED = """
    DELETE FROM patterns_membership WHERE mismatch_id IN (
        SELECT known.id FROM staged_members JOIN checks_mismatch AS known
            ON known.check_compared_id = %(check)s AND known.identity = staged_members.identity)"""

# Ordered by id: both indexes then grow at their end.
ADD = """
    INSERT INTO patterns_membership (mismatch_id, pattern_id)
    SELECT known.id, staged_members.pattern_id
    FROM staged_members JOIN checks_mismatch AS known
        ON known.check_compared_id = %(check)s AND known.identity = staged_members.identity
    WHERE staged_members.pattern_id IS NOT NULL
    ORDER BY known.id"""


def write(check_id: int, now: Path | None, before: Path | None, patterns: Mapping[str, int]) -> int:
    """Make memberships those of the causes file ``now``; how many rows were staged for it.

    ``before`` is the file they are those of; None where nobody knows, and all are written. ``patterns`` are primary
    keys by label. Without ``now``, no mismatch is in a pattern. Raises the engine's refusals.
    """
    with room() as cursor:
        if now is None or before is None:
            cursor.execute(REMOVE_ALL, {"check": check_id})
        if now is None:
            return 0
        rows = _moved(now, before, patterns) if before else _all(now, patterns)
        first = next(rows, None)
        if first is None:
            return 0
        return _stored(cursor, check_id, first, rows, known=before is not None)


def _stored(cursor: CursorWrapper, check_id: int, first: Row, rows: Iterator[Row], *, known: bool) -> int:
    cursor.execute(STAGED[connection.vendor])
    staged = _pour(cursor, first, rows)
    if connection.vendor == "postgresql":
        cursor.execute("ANALYZE staged_members")
    if known:
        cursor.execute(REMOVE_STAGED, {"check": check_id})
    cursor.execute(ADD, {"check": check_id})
    cursor.execute("DROP TABLE staged_members")
    if connection.vendor == "postgresql" and staged >= ANALYZED_FROM:
        cursor.execute("ANALYZE patterns_membership")
    return staged


def _all(now: Path, patterns: Mapping[str, int]) -> Iterator[Row]:
    for batch in engine.rows(now, ("identity", "label"), batch=BATCH):
        for identity, label in batch:
            yield identity, patterns[label or ""]


def _moved(now: Path, before: Path, patterns: Mapping[str, int]) -> Iterator[Row]:
    for batch in engine.moved(now, before, batch=BATCH):
        for identity, label in batch:
            yield identity, None if label is None else patterns[label]


def _pour(cursor: CursorWrapper, first: Row, rows: Iterator[Row]) -> int:
    staged = 1
    if connection.vendor == "postgresql":
        with connection.wrap_database_errors, cursor.copy(COPY) as stream:
            stream.write_row(first)
            for staged, row in enumerate(rows, start=2):  # noqa: B007 - counted
                stream.write_row(row)
        return staged
    cursor.execute(INSERT, first)
    while batch := list(islice(rows, BATCH)):
        cursor.executemany(INSERT, batch)
        staged += len(batch)
    return staged
