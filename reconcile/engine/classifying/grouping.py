"""The groups that classified mismatches make."""

from __future__ import annotations

from collections.abc import Sequence

from reconcile.engine.classifying import formats
from reconcile.engine.classifying.asked import Cause, Group

_NEARLY_ALL = 0.9
Row = tuple[str, str, str, str, str, int]


def groups(rows: Sequence[Row]) -> list[Group]:
    """Groups, the largest first, from a row (label, cause, kind, field, detail, count) for each detail of a label."""
    by_label: dict[str, list[Row]] = {}
    for row in rows:
        by_label.setdefault(row[0], []).append(row)
    found = [_group(label, some) for label, some in by_label.items()]
    return sorted(found, key=lambda group: (-group.count, group.label))


def _group(label: str, rows: Sequence[Row]) -> Group:
    """One group; its detail is as particular as nearly all of its mismatches allow."""
    count = sum(row[5] for row in rows)
    _, cause, kind, field, detail, most = max(rows, key=lambda row: (row[5], row[4]))
    if cause == Cause.FORMAT and most < _NEARLY_ALL * count:
        detail = formats.general(detail)
    return Group(label, Cause(cause), kind, field, detail, count)
