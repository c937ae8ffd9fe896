"""Where groups of mismatches concentrate: over every column of both exports, one or two at a time, corrected (§6).

Values are counted set-wise, all groups at once; only values and pairs that stand out are then looked at record by
record, as bits (see ``choosing``). So what it takes grows with the columns, not with the number of groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from reconcile.engine.classifying import choosing
from reconcile.engine.classifying.asked import Segment
from reconcile.engine.classifying.populations import POPULATIONS, Coded, Column, Population, looked_at
from reconcile.engine.classifying.searching import Search, Searched

__all__ = ["Asked", "Column", "Found", "find"]
TYPICAL = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A group in ``classified`` (column ``label``): the kind of its mismatches, and columns that say nothing of it.

    Those are the two that the field compares: that a wrong value is wrong is no segment.
    """

    label: str
    kind: str
    count: int
    but: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Segments of a group, the strongest first, and identities of up to ``TYPICAL`` of its mismatches."""

    segments: tuple[Segment, ...]
    typical: tuple[str, ...]


def find(
    connection: duckdb.DuckDBPyConnection, groups: Sequence[Asked], columns: Sequence[Column]
) -> Mapping[str, Found]:
    """What is found for each group, by label.

    Reads ``classified`` (identity, kind, key, label), ``now_left`` and ``now_right`` (row_number, shown_key, repeats,
    c0…cn; without keys in ``now_left_cells`` and ``now_right_cells``). A mismatch of kind ``differs`` is one of the
    records that are once on both sides, ``only_left`` and ``duplicate_left`` one of the left rows, likewise right; of a
    key that repeats the last row stands for it. Of a column with many values only that it is empty is looked at.
    Raises duckdb.Error.
    """
    large = [group for group in groups if group.count >= choosing.LEAST]
    typical = _typical(connection) if groups else {}
    found = {group.label: Found((), typical.get(group.label, ())) for group in groups}
    with Coded(connection, looked_at(connection, columns) if large else []) as coded:
        for name in sorted({POPULATIONS[group.kind] for group in large}):
            ours = [Searched(one.label, one.count, tuple(one.but)) for one in large if POPULATIONS[one.kind] == name]
            with Population(connection, name, coded) as population:
                for label, (segments, inside) in Search(population, ours).found(TYPICAL).items():
                    found[label] = Found(segments, inside or found[label].typical)
    return found


def _typical(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    """Some mismatches of every group, by label. Identities are hashes: the least of them are spread over the group."""
    rows = connection.execute("SELECT label, MIN(identity, ?) FROM classified GROUP BY label", [TYPICAL]).fetchall()
    return {label: tuple(identities) for label, identities in rows}
