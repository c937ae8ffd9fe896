"""What is known of earlier runs, put beside the mismatches of this one.

A mismatch that stood in the run before brings along what its causes file says. Of any other, the exports of the run
before tell which values there were: equal ones where both sides had the record, for it would stand there otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from reconcile.engine import comparisons, sql
from reconcile.engine.classifying.asked import EditColumns
from reconcile.engine.classifying.exports import SIDES, Laid, scan
from reconcile.engine.classifying.readings import Reading, by_field

CARRIED = (
    "agreed_at",
    "agreed_left",
    "agreed_right",
    "since_left",
    "since_right",
    "before_left",
    "before_right",
)
_LOOKED_AT, _TRIED = 20_000, 500
_SHORT = 19  # characters of a moment without an offset
_OFFSET = r"[Tt ][0-9:.]+ ?([+-][0-9]{2}(:?[0-9]{2})?)$"


def moment(when: datetime) -> str:
    """A moment as causes files have it."""
    return when.astimezone(UTC).isoformat(timespec="seconds")


def step_mismatches(path: Path) -> str:
    """The mismatches of a run with their number in the file, from 0: n."""
    return f"SELECT file_row_number AS n, * FROM {scan(path)} AS source"  # noqa: S608 - a quoted path


def step_named() -> str:
    """Names of the fields with differing values."""
    return "SELECT DISTINCT field FROM mismatches WHERE kind = 'differs'"


def step_earlier(mismatches: Path, causes: Path | None) -> str:
    """Mismatches of the run before by number with what was carried: e, identity, was_left, was_right, ``CARRIED``."""
    cells = [sql.name(name) if causes else f"CAST(NULL AS VARCHAR) AS {name}" for name in CARRIED]
    return (
        f"SELECT file_row_number AS e, identity, {sql.name('left')} AS was_left, {sql.name('right')} AS was_right, "  # noqa: S608 - quoted names
        f"{', '.join(cells)} FROM {scan(causes or mismatches)} AS source"
    )


def step_no_earlier() -> str:
    """The same of a run that has none before it."""
    cells = ", ".join(f"CAST(NULL AS VARCHAR) AS {name}" for name in ("identity", "was_left", "was_right", *CARRIED))
    return f"SELECT CAST(NULL AS BIGINT) AS e, {cells} WHERE FALSE"


def step_stood() -> str:
    """Which mismatches stood in the run before: n, and e, their number there. Both files have the same order."""
    return "SELECT m.n, e.e FROM mismatches AS m JOIN earlier AS e ON e.identity = m.identity"


def step_fresh(*, fold: bool) -> str:
    """Mismatches that did not stand in the run before, repeated keys apart: n, shown_key, place.

    ``fold``: a record that only the right has now is written there as the right writes it; where it was paired in the
    run before, it is looked for under the left writing.
    """
    shown, written = f"m.{sql.name('key')}", ""
    if fold:
        written = (
            "LEFT JOIN (SELECT p.shown_key AS here, k.shown_key AS there FROM before_right_plain AS p "  # noqa: S608
            f"JOIN before_keys AS k ON k.row_number = p.row_number) AS w ON w.here = {shown} AND m.kind = 'only_right' "
        )
        shown = f"COALESCE(w.there, {shown})"
    return (
        f"SELECT m.n, {shown} AS shown_key, f.place FROM mismatches AS m "  # noqa: S608 - quoted names
        f"LEFT JOIN fields AS f ON f.field = m.field AND m.kind = 'differs' {written}"
        "WHERE m.kind IN ('differs', 'only_left', 'only_right') "
        "AND m.n NOT IN (SELECT n FROM stood)"
    )


def step_found(side: str, laid: Laid, readings: Sequence[Reading], columns: Sequence[str], *, empty: bool) -> str:
    """What one export of the run before held of fresh mismatches: n, value (of the field), in one pass.

    ``columns`` are the names of the fields' columns on that side. ``empty``: empty and NULL are told apart.
    """
    cells = {}
    for reading, column in zip(readings, columns, strict=True):
        place = laid.place(side, column)
        if place is not None:
            cells[reading.place] = f"b.c{place}" if empty else f"COALESCE(b.c{place}, '')"
    known = ", ".join(map(str, sorted(cells))) or "NULL"
    return (
        f"SELECT f.n, {by_field(cells, 'CAST(NULL AS VARCHAR)')} AS value FROM before_{side} AS b "  # noqa: S608 - names of ours
        f"JOIN fresh AS f ON f.shown_key = b.shown_key WHERE NOT b.repeats AND f.place IN ({known}) "
        f"UNION ALL SELECT f.n, CAST(NULL AS VARCHAR) FROM fresh AS f WHERE f.place IS NULL "
        f"AND EXISTS (SELECT 1 FROM before_{side} AS b WHERE b.shown_key = f.shown_key)"
    )


def step_nothing_found() -> str:
    """The same where the run before has no export any more."""
    return "SELECT CAST(NULL AS BIGINT) AS n, CAST(NULL AS VARCHAR) AS value WHERE FALSE"


def step_edits(side: str, laid: Laid, columns: EditColumns, formats: Mapping[str, Sequence[str]]) -> str:
    """What edit columns of one side say of each mismatch: n, at (timestamp), edited_by, via.

    Of a differing value when and by whom its record was changed, of a record on this side alone when and by whom it
    was made. ``formats`` are those of each column's moments; ones that cannot be read count as not there.
    """
    changed, made = (
        (_cell(laid, side, when), _cell(laid, side, who))
        for when, who in ((columns.updated_at, columns.updated_by), (columns.created_at, columns.created_by))
    )
    via = _cell(laid, side, columns.created_via)
    whole = "m.kind <> 'differs'"
    return (
        f"SELECT m.n, CASE WHEN {whole} THEN {readable(made[0], formats.get(columns.created_at, ()))} "  # noqa: S608 - c0…cn
        f"ELSE {readable(changed[0], formats.get(columns.updated_at, ()))} END AS at, "
        f"NULLIF(CASE WHEN {whole} THEN {made[1]} ELSE {changed[1]} END, '') AS edited_by, NULLIF({via}, '') AS via "
        f"FROM now_{side} AS b JOIN mismatches AS m ON m.{sql.name('key')} = b.shown_key "
        f"WHERE NOT b.repeats AND m.kind IN ('differs', 'only_{side}')"
    )


def step_no_edits() -> str:
    """The same where no edit column is mapped."""
    return (
        "SELECT CAST(NULL AS BIGINT) AS n, CAST(NULL AS TIMESTAMP) AS at, CAST(NULL AS VARCHAR) AS edited_by, "
        "CAST(NULL AS VARCHAR) AS via WHERE FALSE"
    )


def _cell(laid: Laid, side: str, column: str) -> str:
    place = laid.place(side, column) if column else None
    return "CAST(NULL AS VARCHAR)" if place is None else f"b.c{place}"


def readable(cell: str, formats: Sequence[str]) -> str:
    """A cell as a timestamp in UTC: ISO in any length, with an offset or without one, or in one of the formats."""
    if cell.startswith("CAST(NULL"):
        return "CAST(NULL AS TIMESTAMP)"
    bare = f"TRIM({cell})"
    offset = f"REGEXP_EXTRACT({bare}, {sql.text(_OFFSET)}, 1)"
    minutes = (
        f"(CASE WHEN {offset} LIKE '-%' THEN -1 ELSE 1 END * (60 * CAST(SUBSTR({offset}, 2, 2) AS INTEGER) "
        f"+ COALESCE(TRY_CAST(RIGHT(REPLACE(SUBSTR({offset}, 4), ':', ''), 2) AS INTEGER), 0)))"
    )
    plain = f"TRY_CAST({bare} AS TIMESTAMP)"
    local = f"COALESCE({', '.join([plain, *([comparisons.moment(cell, formats)] if formats else [])])})"
    return (
        f"(CASE WHEN LENGTH({cell}) <= {_SHORT} THEN {local} "
        f"WHEN {offset} <> '' THEN {plain} - {minutes} * INTERVAL 1 MINUTE ELSE {local} END)"
    )


def step_first(side: str, place: int) -> str:
    """Some values of one column of an export, the same ones every time: value."""
    return (
        f"SELECT DISTINCT c{place} AS value FROM now_{side} AS s WHERE s.row_number < {_LOOKED_AT} "  # noqa: S608 - c0…cn
        f"AND c{place} <> '' ORDER BY value LIMIT {_TRIED}"
    )


def step_among(first: int, last: int) -> str:
    """The first and the last of the numbers that mismatches from ``first`` to ``last`` had in the run before."""
    return f"SELECT MIN(e), MAX(e) FROM stood WHERE n BETWEEN {first} AND {last}"  # noqa: S608 - numbers


def step_facts(first: int, last: int, earlier: tuple[int, int]) -> str:
    """The mismatches from number ``first`` to ``last`` with what is known of them, of this run and of earlier ones.

    ``earlier`` are the first and the last of their numbers in the run before.
    """
    cells = ["m.n", "m.identity", "m.kind", *(f"m.{sql.name(name)}" for name in ("key", "field", "left", "right"))]
    cells += ["f.place", "f.owner", "f.lag", "s.n IS NOT NULL AS stood"]
    cells += [f"e.{name}" for name in ("was_left", "was_right")]
    cells += [f"e.{name} AS carried_{name}" for name in CARRIED]
    cells += ["d.how", "d.other_key", "d.other_side", "d.alike AS columns_alike"]
    here = f"n BETWEEN {first} AND {last}"
    joins = " LEFT JOIN near_copies AS d ON d.identity = m.identity AND m.kind IN ('only_left', 'only_right')"
    for side, found, edits in (("left", "fl", "el"), ("right", "fr", "er")):
        cells += [f"{found}.n IS NOT NULL AS found_{side}", f"{found}.value AS value_{side}"]
        cells += [f"{edits}.at AS at_{side}", f"{edits}.edited_by AS by_{side}", f"{edits}.via AS via_{side}"]
        joins += f" LEFT JOIN (SELECT * FROM found_{side} WHERE {here}) AS {found} ON {found}.n = m.n"  # noqa: S608 - names of ours
        joins += f" LEFT JOIN (SELECT * FROM edits_{side} WHERE {here}) AS {edits} ON {edits}.n = m.n"  # noqa: S608 - names of ours
    return (
        f"SELECT {', '.join(cells)} FROM (SELECT * FROM mismatches WHERE {here}) AS m "  # noqa: S608 - quoted names
        "LEFT JOIN fields AS f ON f.field = m.field AND m.kind = 'differs' "
        f"LEFT JOIN (SELECT * FROM stood WHERE {here}) AS s ON s.n = m.n LEFT JOIN "
        f"(SELECT * FROM earlier WHERE e BETWEEN {earlier[0]} AND {earlier[1]}) AS e ON e.e = s.e{joins}"
    )


def step_changes(facts: str, readings: Sequence[Reading], *, now: Mapping[str, str], before: str, kept: bool) -> str:
    """The same with what was agreed, since when each side has its value, and what it had before that.

    ``now`` are the as-of moments of this run's exports by side, ``before`` that of the run before, ``kept`` whether its
    exports are. ``changed_left`` and ``changed_right``: whether the value is another than when both agreed.
    """
    moved = {
        side: by_field(
            {
                one.place: f"(CASE WHEN stood THEN NOT {one.same_on(side, f'was_{side}', sql.name(side))} "
                f"WHEN found_{side} THEN NOT {one.same_on(side, f'value_{side}', sql.name(side))} ELSE FALSE END)"
                for one in readings
            },
            "FALSE",
        )
        for side in SIDES
    }
    equal = by_field({one.place: _agreed_then(one) for one in readings}, "(found_left AND found_right)")
    told = (
        f"SELECT *, {moved['left']} AS moved_left, {moved['right']} AS moved_right, "  # noqa: S608 - steps of ours
        f"NOT stood AND {equal} AS equal_then FROM ({facts}) AS facts"
    )
    cells = [
        f"CASE WHEN stood THEN carried_agreed_at WHEN equal_then THEN {sql.text(before)} END AS agreed_at",
        *(
            f"CASE WHEN stood THEN carried_agreed_{side} WHEN equal_then THEN value_{side} END AS agreed_{side}"
            for side in SIDES
        ),
    ]
    for side in SIDES:
        seen = f"(kind = 'differs' OR kind = 'only_{side}')"
        first = f"WHEN {seen} AND NOT found_{side} THEN {sql.text(now[side])}" if kept else ""
        cells.append(
            f"CASE WHEN moved_{side} THEN {sql.text(now[side])} WHEN stood THEN carried_since_{side} {first} END "
            f"AS since_{side}"
        )
        cells.append(
            f"CASE WHEN moved_{side} THEN CASE WHEN stood THEN was_{side} ELSE value_{side} END "
            f"WHEN stood THEN carried_before_{side} END AS before_{side}"
        )
    known = f"SELECT *, {', '.join(cells)} FROM ({told}) AS told"  # noqa: S608 - steps of ours
    changed = {
        side: by_field(
            {one.place: f"NOT {one.same_on(side, f'agreed_{side}', sql.name(side))}" for one in readings}, "FALSE"
        )
        for side in SIDES
    }
    last = ", ".join(
        f"(CASE WHEN agreed_at IS NULL THEN FALSE WHEN stood THEN {changed[side]} ELSE moved_{side} END) "
        f"AS changed_{side}"
        for side in SIDES
    )
    return f"SELECT *, {last} FROM ({known}) AS known"  # noqa: S608 - steps of ours


def _agreed_then(reading: Reading) -> str:
    """Whether both sides had the record and its field compared equal; words that are mapped did, or it would stand."""
    if reading.rule.mapping:
        return "(found_left AND found_right)"
    return f"(found_left AND found_right AND {reading.same_across('value_left', 'value_right')})"
