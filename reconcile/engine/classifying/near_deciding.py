"""Which candidates are near copies: those that neither chance nor the usual likeness of different records explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

import duckdb

from reconcile.engine import sql
from reconcile.engine.classifying.near_columns import Telling

LEAST_COLUMNS = 2
_MARGIN = 5.0
_SHARE = 0.6
_USUAL = 0.05
_FALSE = 0.35
_CLEARLY = 3.0


@dataclass(frozen=True, slots=True)
class Searched:
    """A search that was done: ``asked`` one-sided records of ``side`` looked for among so many of ``other_side``.

    Controls met one matched row of ``thinned``.
    """

    how: str
    side: str
    other_side: str
    asked: int
    among: int
    thinned: float

    @property
    def needed(self) -> float:
        """Bits that have to speak for a pair: more than chance gives the likeliest of so many records."""
        return log2(max(self.among, 1)) + _MARGIN


def begin(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the empty table ``near_found``, to which ``decide`` adds."""
    connection.execute(
        "CREATE OR REPLACE TABLE near_found (identity VARCHAR, how VARCHAR, other_side VARCHAR, "
        "other_key VARCHAR, other_identity VARCHAR, alike VARCHAR, bits DOUBLE)"
    )


def decide(connection: duckdb.DuckDBPyConnection, searched: Searched, columns: Sequence[Telling]) -> None:
    """Add to ``near_found`` what stands of ``near_scored``."""
    for step in (_step_strong(searched), _STEP_USUAL, *_steps_kept(searched, columns)):
        connection.execute(step)


def _step_strong(searched: Searched) -> str:
    """Pairs with more evidence than chance gives among as many pairs, and not too much against them."""
    return (
        "CREATE OR REPLACE TEMP TABLE near_strong AS SELECT s.probe, s.other, s.alike, s.core, p.identity IS NULL "
        "AS control, s.agreed - s.against AS bits FROM near_scored AS s JOIN near_probes AS p USING (probe) "
        f"WHERE NOT vetoed AND telling >= {LEAST_COLUMNS} "
        f"AND agreed - against >= {searched.needed:.3f} AND agreed >= {_SHARE} * (agreed + missed)"
    )


# How many controls, which are no copies, have a sibling that agrees in all that sets a pair apart.
_STEP_USUAL = """
CREATE OR REPLACE TEMP TABLE near_usual AS
WITH cores AS (SELECT DISTINCT core FROM near_strong WHERE NOT control),
controls AS (SELECT DISTINCT probe, alike FROM near_scored JOIN near_probes AS p USING (probe)
  WHERE p.identity IS NULL),
likely AS (SELECT DISTINCT probe, alike FROM near_strong WHERE NOT control)
SELECT core,
  (SELECT COUNT(*) FROM near_probes WHERE identity IS NULL) AS controls,
  (SELECT COUNT(DISTINCT probe) FROM controls AS c WHERE c.alike & core = core) AS siblings,
  (SELECT COUNT(DISTINCT probe) FROM likely AS l WHERE l.alike & core = core) AS copies
FROM cores
"""


# With each pair: how many one-sided records and how many controls have one at least as strong.
_STRONG_AND_CONTROLS = """
SELECT *, SUM((NOT control AND place = 1)::INT) OVER so_far AS found, SUM((control AND place = 1)::INT) OVER so_far
AS passing FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY probe ORDER BY bits DESC, other) AS place FROM near_strong)
WINDOW so_far AS (ORDER BY bits DESC)
"""


def _steps_kept(searched: Searched, columns: Sequence[Telling]) -> list[str]:
    """The best pair of each record; of two systems both have to be each other's best."""
    names = ", ".join(
        f"CASE WHEN alike & {1 << number} <> 0 THEN {sql.text(one.name)} END" for number, one in enumerate(columns)
    )
    rate = f"({searched.thinned:.6f} * siblings / GREATEST(controls, 1))"
    false = f"({searched.thinned * searched.asked:.6f} * passing / GREATEST(controls, 1))"
    unusual = (
        f"(siblings = 0 OR ({rate} <= {_USUAL} AND {rate} * {searched.asked} <= {_FALSE} * copies)) "
        f"AND {false} <= {_FALSE} * found"
    )
    best = (
        "CREATE OR REPLACE TEMP TABLE near_best AS SELECT p.identity, t.shown_key AS other_key, "
        "o.identity AS other_identity, s.alike, s.bits, "
        "ROW_NUMBER() OVER (PARTITION BY p.probe ORDER BY s.bits DESC, t.shown_key) AS place, "
        "ROW_NUMBER() OVER (PARTITION BY s.other ORDER BY s.bits DESC, p.shown_key) AS back, "
        f"p.shown_key FROM ({_STRONG_AND_CONTROLS}) AS s "
        f"JOIN near_usual AS u USING (core) JOIN near_probes AS p USING (probe) "
        f"JOIN (SELECT row_number, shown_key FROM now_{searched.other_side} WHERE row_number IN "
        "(SELECT other FROM near_strong)) AS t ON t.row_number = s.other "
        f"LEFT JOIN near_one_sided AS o ON o.row_number = s.other WHERE NOT s.control AND {unusual}"
    )
    alike = f"CAST(TO_JSON(LIST_FILTER([{names}]::VARCHAR[], lambda name: name IS NOT NULL)) AS VARCHAR)"
    mutual = " AND back = 1" if searched.how == "two keys" else ""
    added = (
        f"INSERT INTO near_found SELECT identity, {sql.text(searched.how)}, {sql.text(searched.other_side)}, "
        f"other_key, other_identity, {alike}, bits FROM near_best WHERE place = 1{mutual}"
    )
    return [best, added, _mirrored(searched, alike)] if mutual else [best, added]


def _mirrored(searched: Searched, alike: str) -> str:
    """The same pairs of two systems, seen from the other side."""
    return (
        f"INSERT INTO near_found SELECT other_identity, {sql.text(searched.how)}, {sql.text(searched.side)}, "
        f"shown_key, identity, {alike}, bits FROM near_best WHERE place = 1 AND back = 1"
    )


def finish(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``near_copies`` of ``near_found``: two keys go before a copy where that is clearly better.

    It has to be so for both of its records.
    """
    connection.execute(
        "CREATE OR REPLACE TABLE near_copies AS WITH copies AS (SELECT * FROM near_found WHERE how = 'copy'), "
        "pairs AS (SELECT f.* FROM near_found AS f LEFT JOIN copies AS c USING (identity) "
        "LEFT JOIN copies AS d ON d.identity = f.other_identity WHERE f.how = 'two keys' "
        f"AND f.bits >= COALESCE(c.bits + {_CLEARLY}, 0) AND f.bits >= COALESCE(d.bits + {_CLEARLY}, 0)), "
        "kept AS (SELECT * FROM pairs UNION ALL SELECT * FROM copies WHERE identity NOT IN "
        "(SELECT identity FROM pairs)) SELECT identity, how, other_side, other_key, alike FROM kept"
    )
