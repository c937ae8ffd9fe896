"""A run that comes between others, and one that leaves them: the lives of mismatches afterwards, below the ORM.

A life is the stretches of runs that saw a mismatch with the same values. A run that comes in or leaves touches the
stretches around its place only; all others are moved by one number. So the lives that are ``affected`` are taken whole
(``held``), laid anew (``laid``), told again from the first stretch to the last (``told``), and of that only what is not
there already is written. What results is what merging all runs in their order would have left, but for the ids of
mismatches: those stay with their identity. Everything runs inside the transaction of whoever calls.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from reconcile import engine
from reconcile.checks.models import Check, Opened, Run, RunState
from reconcile.checks.services import storing

_SAME = {"postgresql": "IS NOT DISTINCT FROM", "sqlite": "IS"}
_TEMPORARY = ("told", "laid", "held", "affected")

# Of all lives, those with a stretch that ends or is cut where the run comes in, and those it saw otherwise than the
# run before it.
AFFECTED_BY_COMING = """
    CREATE TEMPORARY TABLE affected AS
    SELECT known_id AS mismatch_id FROM recognised WHERE known_id IS NOT NULL
    UNION SELECT id FROM checks_mismatch WHERE check_compared_id = %(check)s AND closed_number = %(number)s - 1
    UNION SELECT early.mismatch_id FROM checks_episode AS early
        JOIN checks_mismatch AS known ON known.id = early.mismatch_id
        WHERE known.check_compared_id = %(check)s
            AND early.closed_number >= %(number)s - 1 AND early.opened_number <= %(number)s"""

AFFECTED_BY_LEAVING = """
    CREATE TEMPORARY TABLE affected AS
    SELECT id AS mismatch_id FROM checks_mismatch
        WHERE check_compared_id = %(check)s AND closed_number BETWEEN %(number)s - 1 AND %(number)s
    UNION SELECT id FROM checks_mismatch
        WHERE check_compared_id = %(check)s AND closed_number IS NULL AND opened_number = %(number)s
    UNION SELECT early.mismatch_id FROM checks_episode AS early
        JOIN checks_mismatch AS known ON known.id = early.mismatch_id
        WHERE known.check_compared_id = %(check)s
            AND early.closed_number >= %(number)s - 1 AND early.opened_number <= %(number)s + 1"""

HELD = """
    CREATE TEMPORARY TABLE held AS
    SELECT known.id AS mismatch_id, known.opened_number AS opened, COALESCE(known.closed_number, %(last)s) AS closed,
        known."left", known."right"
    FROM affected JOIN checks_mismatch AS known ON known.id = affected.mismatch_id
    UNION ALL
    SELECT early.mismatch_id, early.opened_number, early.closed_number, early."left", early."right"
    FROM affected JOIN checks_episode AS early ON early.mismatch_id = affected.mismatch_id"""

# In this order: what ended before, going on where the run saw it unchanged; what spans its place, moved or cut in two;
# what came later, joined to what the run saw where that is the same; what the run saw that stands alone.
LAID_BY_COMING = """
    CREATE TEMPORARY TABLE laid AS
    SELECT held.mismatch_id, held.opened,
        CASE WHEN held.closed = %(number)s - 1 AND seen.change IS NULL THEN %(number)s ELSE held.closed END AS closed,
        held."left", held."right"
    FROM held LEFT JOIN recognised AS seen ON seen.known_id = held.mismatch_id
    WHERE held.closed < %(number)s
    UNION ALL
    SELECT held.mismatch_id, held.opened, CASE WHEN seen.change IS NULL THEN held.closed + 1 ELSE %(number)s - 1 END,
        held."left", held."right"
    FROM held LEFT JOIN recognised AS seen ON seen.known_id = held.mismatch_id
    WHERE held.opened < %(number)s AND held.closed >= %(number)s
    UNION ALL
    SELECT held.mismatch_id, %(number)s + 1, held.closed + 1, held."left", held."right"
    FROM held JOIN recognised AS seen ON seen.known_id = held.mismatch_id
    WHERE held.opened < %(number)s AND held.closed >= %(number)s
    UNION ALL
    SELECT held.mismatch_id, CASE WHEN seen.change IS NULL THEN held.opened + 1 ELSE held.opened END, held.closed + 1,
        held."left", held."right"
    FROM held LEFT JOIN recognised AS seen
        ON seen.known_id = held.mismatch_id AND seen.change <> 'gone' AND held.opened = %(number)s
        AND seen."left" {same} held."left" AND seen."right" {same} held."right"
    WHERE held.opened >= %(number)s
    UNION ALL
    SELECT seen.known_id, %(number)s, %(number)s, seen."left", seen."right"
    FROM recognised AS seen
    WHERE seen.known_id IS NOT NULL AND seen.change <> 'gone' AND NOT EXISTS (
        SELECT 1 FROM held WHERE held.mismatch_id = seen.known_id AND held.opened = %(number)s
            AND seen."left" {same} held."left" AND seen."right" {same} held."right")"""

# What only the run saw is gone; what it parted is joined where the values are the same on both sides of it.
LAID_BY_LEAVING = """
    CREATE TEMPORARY TABLE laid AS
    SELECT held.mismatch_id,
        CASE WHEN held.opened > %(number)s THEN held.opened - 1 ELSE held.opened END AS opened,
        CASE WHEN later.closed IS NOT NULL THEN later.closed - 1
            WHEN held.closed >= %(number)s THEN held.closed - 1 ELSE held.closed END AS closed,
        held."left", held."right"
    FROM held LEFT JOIN held AS later
        ON later.mismatch_id = held.mismatch_id AND held.closed = %(number)s - 1 AND later.opened = %(number)s + 1
        AND later."left" {same} held."left" AND later."right" {same} held."right"
    WHERE NOT (held.opened = %(number)s AND held.closed = %(number)s) AND NOT EXISTS (
        SELECT 1 FROM held AS earlier WHERE earlier.mismatch_id = held.mismatch_id
            AND held.opened = %(number)s + 1 AND earlier.closed = %(number)s - 1
            AND earlier."left" {same} held."left" AND earlier."right" {same} held."right")"""

TOLD = """
    CREATE TEMPORARY TABLE told AS
    SELECT mismatch_id, opened, opened_as, CASE WHEN closed = %(last_then)s THEN NULL ELSE closed END AS closed,
        "left", "right", is_last, first, seen_before,
        SUM(CASE WHEN opened_as = 'returned' THEN 1 ELSE 0 END) OVER (PARTITION BY mismatch_id) AS times_returned
    FROM (
        SELECT mismatch_id, opened, closed, "left", "right",
            CASE WHEN before IS NULL THEN 'new' WHEN before + 1 = opened THEN 'changed' ELSE 'returned' END
                AS opened_as,
            CASE WHEN next IS NULL THEN 1 ELSE 0 END AS is_last, first, seen - (closed - opened + 1) AS seen_before
        FROM (
            SELECT laid.*,
                LAG(closed) OVER (PARTITION BY mismatch_id ORDER BY opened) AS before,
                LEAD(opened) OVER (PARTITION BY mismatch_id ORDER BY opened) AS next,
                MIN(opened) OVER (PARTITION BY mismatch_id) AS first,
                SUM(closed - opened + 1) OVER (PARTITION BY mismatch_id) AS seen
            FROM laid
        ) AS placed
    ) AS named"""

MOVE_MISMATCHES = """
    UPDATE checks_mismatch SET
        first_number = first_number + CASE WHEN first_number >= %(opened_from)s THEN %(by)s ELSE 0 END,
        opened_number = opened_number + CASE WHEN opened_number >= %(opened_from)s THEN %(by)s ELSE 0 END,
        closed_number = closed_number + CASE WHEN closed_number >= %(number)s THEN %(by)s ELSE 0 END
    WHERE check_compared_id = %(check)s AND (opened_number >= %(opened_from)s OR closed_number >= %(number)s)"""

MOVE_EPISODES = """
    UPDATE checks_episode SET
        opened_number = opened_number + CASE WHEN opened_number >= %(opened_from)s THEN %(by)s ELSE 0 END,
        closed_number = closed_number + CASE WHEN closed_number >= %(number)s THEN %(by)s ELSE 0 END
    WHERE closed_number >= %(number)s
        AND mismatch_id IN (SELECT id FROM checks_mismatch WHERE check_compared_id = %(check)s)"""

FORGET = """
    DELETE FROM checks_mismatch
    WHERE id IN (SELECT mismatch_id FROM affected EXCEPT SELECT mismatch_id FROM told)"""

TELL = """
    UPDATE checks_mismatch SET
        first_number = told.first, opened_number = told.opened, opened_as = told.opened_as,
        closed_number = told.closed, "left" = told."left", "right" = told."right",
        seen_before = told.seen_before, times_returned = told.times_returned
    FROM told
    WHERE told.mismatch_id = checks_mismatch.id AND told.is_last = 1 AND NOT (
        checks_mismatch.first_number = told.first AND checks_mismatch.opened_number = told.opened
        AND checks_mismatch.opened_as = told.opened_as AND checks_mismatch.closed_number {same} told.closed
        AND checks_mismatch."left" {same} told."left" AND checks_mismatch."right" {same} told."right"
        AND checks_mismatch.seen_before = told.seen_before AND checks_mismatch.times_returned = told.times_returned)"""

FORGET_EPISODES = """
    DELETE FROM checks_episode
    WHERE mismatch_id IN (SELECT mismatch_id FROM affected) AND NOT EXISTS (
        SELECT 1 FROM told WHERE told.mismatch_id = checks_episode.mismatch_id AND told.is_last = 0
            AND told.opened = checks_episode.opened_number AND told.opened_as = checks_episode.opened_as
            AND told.closed = checks_episode.closed_number
            AND told."left" {same} checks_episode."left" AND told."right" {same} checks_episode."right")"""

TELL_EPISODES = """
    INSERT INTO checks_episode (mismatch_id, opened_number, opened_as, closed_number, "left", "right")
    SELECT mismatch_id, opened, opened_as, closed, "left", "right" FROM told
    WHERE is_last = 0 AND NOT EXISTS (
        SELECT 1 FROM checks_episode AS early
        WHERE early.mismatch_id = told.mismatch_id AND early.opened_number = told.opened)
    ORDER BY mismatch_id, opened"""

ADD_GONE = f"""
    INSERT INTO checks_mismatch ({storing.NEW_COLUMNS}, closed_number)
    SELECT %(check)s, identity, kind, "key", field, "left", "right", %(number)s, %(number)s, 'new', 0, 0, %(number)s
    FROM staged WHERE place IN (SELECT place FROM recognised WHERE known_id IS NULL AND change = 'new')
    ORDER BY place"""  # noqa: S608 - names of columns, ours

OPENED = """
    SELECT opened_number, opened_as, COUNT(*) FROM (
        SELECT opened_number, opened_as FROM checks_mismatch
            WHERE check_compared_id = %(check)s AND opened_number >= %(number)s
        UNION ALL
        SELECT early.opened_number, early.opened_as FROM checks_episode AS early
            JOIN checks_mismatch AS known ON known.id = early.mismatch_id
            WHERE known.check_compared_id = %(check)s AND early.opened_number >= %(number)s
    ) AS begun GROUP BY opened_number, opened_as"""

CLOSED = """
    SELECT closed_number + 1, COUNT(*) FROM (
        SELECT closed_number FROM checks_mismatch
            WHERE check_compared_id = %(check)s AND closed_number >= %(number)s - 1
        UNION ALL
        SELECT early.closed_number FROM checks_episode AS early
            JOIN checks_mismatch AS known ON known.id = early.mismatch_id
            WHERE known.check_compared_id = %(check)s AND early.closed_number >= %(number)s - 1
    ) AS ended GROUP BY closed_number"""


def come_in(check: Check, standing: engine.Standing, number: int, last: int, look: storing.Look) -> storing.Merged:
    """Write what a run of ``check`` found that takes the place ``number`` among the runs 1 to ``last``.

    ``standing`` is told apart from the run before that place; ``look`` is called often and may raise to stop.
    Raises storing.Disagreement when the figures do not add up.
    """
    values = {"check": check.pk, "number": number, "last": last, "last_then": last + 1, "by": 1, "opened_from": number}
    with storing.room() as cursor:
        steps = _Steps(cursor, values, look)
        storing.stage(cursor, standing, look)
        steps.make("recognised", storing.RECOGNISE, "known_id")
        steps.make("affected", AFFECTED_BY_COMING, "mismatch_id")
        steps.lay(LAID_BY_COMING)
        steps.move()
        steps.tell()
        steps.do(ADD_GONE)
        steps.drop(*_TEMPORARY, "recognised", "staged")
    found = counted(check, number)[number]
    said = (standing.new, standing.changed, standing.gone) if standing.changes else (standing.total, 0, 0)
    if (found.new + found.returned, found.changed, found.gone) != said:
        message = f"{found} was stored where new, changed, gone should be {said}"
        raise storing.Disagreement(message)
    return found


def leave(check: Check, number: int, last: int, look: storing.Look) -> None:
    """Undo what the run ``number`` of ``check`` told, of the runs 1 to ``last``; ``look`` may raise to stop."""
    values = {"check": check.pk, "number": number, "last": last, "last_then": last - 1, "by": -1}
    with storing.room() as cursor:
        steps = _Steps(cursor, values | {"opened_from": number + 1}, look)
        steps.make("affected", AFFECTED_BY_LEAVING, "mismatch_id")
        steps.lay(LAID_BY_LEAVING)
        if number < last:
            steps.move()
        steps.do(FORGET)
        steps.tell()
        steps.drop(*_TEMPORARY)


def counted(check: Check, number: int) -> dict[int, storing.Merged]:
    """What each run of ``check`` from ``number`` on opened, changed and closed, by the tables; the rest is zeros."""
    values = {"check": check.pk, "number": number}
    with connection.cursor() as cursor:
        cursor.execute(OPENED, values)
        opened = {(int(at), why): int(count) for at, why, count in cursor.fetchall()}
        cursor.execute(CLOSED, values)
        closed = {int(at): int(count) for at, count in cursor.fetchall()}
    return _Counts(opened, closed)


def retell(check: Check, number: int) -> None:
    """Write into the totals of the runs from ``number`` on what they are by the tables, where they are not."""
    figures = counted(check, number)
    runs = Run.objects.filter(check_compared=check, state=RunState.DONE, number__gte=number).order_by("number")
    for run in runs.only("number", "totals"):
        merged = figures[run.number or 0]
        totals = {**(run.totals or {}), **since_before(merged, int((run.totals or {}).get("mismatches", 0)))}
        if totals != run.totals:
            Run.objects.filter(pk=run.pk).update(totals=totals)


def since_before(merged: storing.Merged, mismatches: int) -> dict[str, int]:
    """The figures of a run against the one before it, as its totals keep them."""
    return {
        "new": merged.new,
        "changed": merged.changed,
        "returned": merged.returned,
        "gone": merged.gone,
        "unchanged": mismatches - merged.new - merged.changed - merged.returned,
    }


def renumber(check: Check, number: int, by: int) -> None:
    """Move the done runs of ``check`` from ``number`` on by one, up or down, so that no two ever share a number."""
    later = Run.objects.filter(check_compared=check, state=RunState.DONE, number__gte=number)
    for key, old in list(later.order_by("-number" if by > 0 else "number").values_list("pk", "number")):
        Run.objects.filter(pk=key).update(number=(old or 0) + by)


class _Counts(dict[int, storing.Merged]):
    """Figures by the number of a run."""

    def __init__(self, opened: dict[tuple[int, str], int], closed: dict[int, int]) -> None:
        super().__init__()
        self._opened = opened
        self._closed = closed

    def __missing__(self, number: int) -> storing.Merged:
        new, changed, returned = (self._opened.get((number, why.value), 0) for why in Opened)
        # Where values change, one stretch ends and another begins in the next run.
        gone = self._closed.get(number, 0) - changed
        return storing.Merged(new=new, returned=returned, changed=changed, gone=gone)


class _Steps:
    """Named steps over temporary tables, in one cursor."""

    def __init__(self, cursor: CursorWrapper, values: dict[str, Any], look: storing.Look) -> None:
        self._cursor = cursor
        self._values = values
        self._look = look

    def do(self, statement: str) -> None:
        self._look()
        self._cursor.execute(statement.format(same=_SAME[connection.vendor]), self._values)

    def make(self, table: str, statement: str, column: str) -> None:
        """A temporary table that is found by ``column``."""
        self.do(statement)
        self.do(f"CREATE INDEX {table}_by_{column} ON {table} ({column})")
        if connection.vendor == "postgresql":
            self.do(f"ANALYZE {table}")

    def lay(self, statement: str) -> None:
        self.make("held", HELD, "mismatch_id")
        self.make("laid", statement, "mismatch_id")
        self.make("told", TOLD, "mismatch_id")

    def move(self) -> None:
        self.do(MOVE_MISMATCHES)
        self.do(MOVE_EPISODES)

    def tell(self) -> None:
        for statement in (TELL, FORGET_EPISODES, TELL_EPISODES):
            self.do(statement)

    def drop(self, *tables: str) -> None:
        for table in tables:
            self.do(f"DROP TABLE {table}")
