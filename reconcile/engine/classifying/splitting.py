"""People's splits of groups: what of a group meets conditions is in another one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reconcile.engine import sql
from reconcile.engine.classifying.asked import Condition, Split
from reconcile.engine.classifying.exports import SIDES

Place = Callable[[str, str], int | None]


def step_split(rows: str, columns: Sequence[str], split: Split, place: Place) -> str:
    """The rows with the label of a split where they were in what it splits and their record meets its conditions.

    ``place`` gives the place of a column by side and name. A condition on a column that is not there holds for none.
    """
    met = [_met(side, [one for one in split.conditions if one.side == side], place) for side in SIDES]
    conditions = " AND ".join([f"label = {sql.text(split.of)}", *(condition for condition in met if condition)])
    cells = ", ".join(sql.name(column) for column in columns if column != "label")
    return (
        f"SELECT {cells}, CASE WHEN {conditions} THEN {sql.text(split.label)} ELSE label END AS label "  # noqa: S608 - values quoted
        f"FROM ({rows}) AS unsplit"
    )


def _met(side: str, conditions: Sequence[Condition], place: Place) -> str:
    """Whether a record of one side meets all conditions there; of a repeated key the last one stands for it."""
    if not conditions:
        return ""
    asked = []
    for one in conditions:
        found = place(side, one.column)
        if found is None:
            return "FALSE"
        asked.append(f"COALESCE(c{found}, '') = {sql.text(one.value)}")
    last = f"s.row_number IN (SELECT MAX(row_number) FROM now_{side} AS r WHERE r.repeats GROUP BY r.shown_key)"  # noqa: S608
    asked.append(f"(NOT s.repeats OR {last})")
    return f"{sql.name('key')} IN (SELECT shown_key FROM now_{side} AS s WHERE {' AND '.join(asked)})"  # noqa: S608 - values quoted
