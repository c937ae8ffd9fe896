"""The SQL of a comparison: named steps as text, portable between DuckDB and Spark.

Tables have columns c0…cn; original names are data and never appear here. Every identifier and literal is quoted by
``name`` and ``text`` below. A step takes relations (a table's name, or a scan) and gives one statement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from reconcile.engine.reading.sources import Source

LINE_BYTES = 2_000_000
_REWRITTEN_LINE_BYTES = 16_000_000
_PATTERN = re.compile(r"[*?\[]")
_OUTER_SPACE = " \t\r\n\N{NO-BREAK SPACE}"


class DiffersSql(Protocol):
    """What a comparison says in SQL, and what people call it; see ``comparisons``."""

    @property
    def shown(self) -> str:
        """Its name for people."""

    @property
    def relaxes(self) -> bool:
        """Whether texts that are not the same may yet be called the same."""

    def differs(self, left: str, right: str) -> str:
        """Whether two cells of a matched pair differ, asked for every pair."""

    def forms(self, left: str, right: str) -> tuple[str, str]:
        """What is compared instead of two texts that are not the same."""

    def forms_differ(self, left: str, right: str) -> str:
        """Whether two such forms differ."""


def text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """An identifier."""
    return '"' + value.replace('"', '""') + '"'


def file(path: Path) -> str:
    """The name of one file, taken as it is: no pattern that other names could match."""
    return text(_PATTERN.sub(r"[\g<0>]", str(path)))


def columns(width: int) -> str:
    """The names c0…cn, all as text."""
    return "{" + ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width)) + "}"


def scan(source: Source, *, distinguish_null: bool = False) -> str:
    """A relation over a source: every cell as text, empty ones NULL unless NULL is told apart."""
    if source.kind == "parquet":
        return f"({read_parquet(source, distinguish_null=distinguish_null)})"
    ours = f", new_line='\\n', max_line_size={_REWRITTEN_LINE_BYTES}, buffer_size={2 * _REWRITTEN_LINE_BYTES}"
    return (
        f"read_csv({file(source.path)}, auto_detect=false, columns={columns(source.width)}, "
        f"header={'true' if source.header else 'false'}, delim={text(source.delimiter)}, quote='\"', escape='\"', "
        f"comment='', encoding='utf-8', strict_mode=true, null_padding=false, ignore_errors=false"
        f", compression='none', hive_partitioning=false"
        f"{', allow_quoted_nulls=false' if distinguish_null and source.rewritten else ''}"
        f"{ours if source.rewritten else f', max_line_size={LINE_BYTES}'})"
    )


def read_parquet(source: Source, *, distinguish_null: bool = False) -> str:
    """A select over a Parquet source, its cells as ``scan`` gives them."""
    cells = (f"CAST({name(column)} AS VARCHAR)" for column in source.names)
    kept = ", ".join(
        f"{cell if distinguish_null else f'''NULLIF({cell}, '')'''} AS c{place}" for place, cell in enumerate(cells)
    )
    return f"SELECT {kept} FROM read_parquet({file(source.path)}, hive_partitioning=false)"


@dataclass(frozen=True, slots=True)
class JoinField:
    """One compared field by the places of its columns.

    ``witness_left`` (of a cell of ``l``) and ``witness_right`` (of ``r``) ask what would change the comparison; see
    ``auto``.
    """

    left: int
    right: int
    comparison: DiffersSql
    mapping_table: str = ""
    witness_left: str = ""
    witness_right: str = ""


@dataclass(frozen=True, slots=True)
class JoinPlan:
    """Everything the steps need: relations, places of key columns, fields.

    ``empty_texts`` says that the scans give empty texts apart from NULL; a key that is either is empty all the same.
    """

    left: str
    right: str
    key: tuple[tuple[int, int], ...]
    fields: tuple[JoinField, ...]
    fold: bool = False
    empty_texts: bool = False

    @property
    def parts(self) -> range:
        return range(len(self.key))


def folded(cell: str) -> str:
    """A key with outer space and case set aside."""
    return f"NULLIF(LOWER(TRIM({cell}, {text(_OUTER_SPACE)})), '')"


def key_columns(plan: JoinPlan, side: int) -> list[str]:
    """What rows are joined by: NULL in the first part when the whole key is empty, so that such rows never pair."""
    cells = [f"NULLIF(c{pair[side]}, '')" if plan.empty_texts else f"c{pair[side]}" for pair in plan.key]
    if plan.fold:
        cells = [folded(f"c{pair[side]}") for pair in plan.key]
    if len(cells) == 1:
        return cells
    empty = " AND ".join(f"{cell} IS NULL" for cell in cells)
    first = f"CASE WHEN {empty} THEN NULL ELSE COALESCE({cells[0]}, '') END"
    return [first, *(f"COALESCE({cell}, '')" for cell in cells[1:])]


def keyed(plan: JoinPlan, side: int) -> str:
    """One side with its join key j0…jn and a mark that a row is here; mapped words beside their originals.

    The text of a key is its join key but for folded ones: a second copy of it would cost memory for every row.
    """
    keys = ", ".join(f"{cell} AS j{part}" for part, cell in enumerate(key_columns(plan, side)))
    relation = plan.left if side == 0 else plan.right
    cells = {field.left if side == 0 else field.right for field in plan.fields}
    if plan.fold:
        cells |= {pair[side] for pair in plan.key}
    kept = "".join(f", c{place}" for place in sorted(cells))
    mapped = [(place, field) for place, field in enumerate(plan.fields) if field.mapping_table and side == 0]
    words, joins = "", ""
    for place, field in mapped:
        cell = f"c{field.left}" if plan.empty_texts else f"COALESCE(c{field.left}, '')"
        word = f"w{place}.right_word" if plan.empty_texts else f"NULLIF(w{place}.right_word, '')"
        words += f", CASE WHEN w{place}.left_word IS NULL THEN c{field.left} ELSE {word} END AS m{place}"
        joins += f" LEFT JOIN {field.mapping_table} AS w{place} ON {cell} = w{place}.left_word"
    return f"(SELECT TRUE AS here, {keys}{kept}{words} FROM {relation} AS source{joins})"


def differing(plan: JoinPlan, place: int) -> str:
    """The condition that one field of a joined pair differs."""
    field = plan.fields[place]
    left = f"l.m{place}" if field.mapping_table else f"l.c{field.left}"
    return field.comparison.differs(left, f"r.c{field.right}")


def step_join(plan: JoinPlan, without: str = "") -> str:
    """One full outer join over both scans, keeping what is one-sided, differs, or speaks against a guess.

    Columns: k0…kn key text, here_left, here_right, l0 r0 … values where field 0 … differs (never NULL there), e0 …
    which of them are NULL (1 left, 2 right, 3 both) where that is told apart, u0 v0 … whether the left and the right
    cell are witnesses, where asked. ``without`` names a table of keys (j0…jn) that take no part.
    """
    left, right = (_without(keyed(plan, side), without, plan) for side in (0, 1))
    kept = [f"{_key_shown(plan, part)} AS k{part}" for part in plan.parts]
    kept += ["l.here IS NOT NULL AS here_left", "r.here IS NOT NULL AS here_right"]
    wanted = ["l.here IS NULL", "r.here IS NULL"]
    for place, field in enumerate(plan.fields):
        differs = differing(plan, place)
        both = f"l.here IS NOT NULL AND r.here IS NOT NULL AND {differs}"
        kept.append(f"CASE WHEN {both} THEN COALESCE(l.c{field.left}, '') END AS l{place}")
        kept.append(f"CASE WHEN {both} THEN COALESCE(r.c{field.right}, '') END AS r{place}")
        wanted.append(differs)
        if plan.empty_texts:
            nulls = (f"CASE WHEN {cell} IS NULL THEN {bit} ELSE 0 END" for cell, bit in _cells(field))
            kept.append(f"{' + '.join(nulls)} AS e{place}")
        kept += [f"COALESCE({witness}, FALSE) AS {letter}{place}" for letter, witness in witnesses(field)]
        wanted += _looked_for(field)
    on = " AND ".join(f"l.j{part} = r.j{part}" for part in plan.parts)
    return f"SELECT {', '.join(kept)} FROM {left} AS l FULL OUTER JOIN {right} AS r ON {on} WHERE {' OR '.join(wanted)}"


def _key_shown(plan: JoinPlan, part: int) -> str:
    """The text of one part of a key: that of the left row where there is one."""
    ours, theirs = plan.key[part]
    left, right = (f"l.c{ours}", f"r.c{theirs}") if plan.fold else (f"l.j{part}", f"r.j{part}")
    return f"COALESCE(CASE WHEN l.here IS NULL THEN {right} ELSE {left} END, '')"


def _cells(field: JoinField) -> tuple[tuple[str, int], tuple[str, int]]:
    return (f"l.c{field.left}", 1), (f"r.c{field.right}", 2)


def witnesses(field: JoinField) -> list[tuple[str, str]]:
    """The witnesses a field has, with the letter of the column that holds each."""
    return [pair for pair in (("u", field.witness_left), ("v", field.witness_right)) if pair[1]]


def _looked_for(field: JoinField) -> list[str]:
    """The witnesses as they are asked for of every joined row; where both sides hold the same text, once is enough."""
    (left, _), (right, _) = _cells(field)
    if not field.witness_right or field.witness_right != field.witness_left.replace(left, right):
        return [witness for _, witness in witnesses(field)]
    return [field.witness_left, f"({left} IS DISTINCT FROM {right} AND {field.witness_right})"]


def _without(relation: str, keys: str, plan: JoinPlan) -> str:
    if not keys:
        return relation
    same = " AND ".join(f"d.j{part} IS NOT DISTINCT FROM s.j{part}" for part in plan.parts)
    return f"(SELECT s.* FROM {relation} AS s WHERE NOT EXISTS (SELECT 1 FROM {keys} AS d WHERE {same}))"


def step_repeated_keys(plan: JoinPlan) -> str:
    """Keys that occur more than once on a side, or are empty, from both scans: j0…jn, left_rows, right_rows."""
    keys = ", ".join(f"j{part}" for part in plan.parts)
    sides = [
        f"SELECT {', '.join(f'{cell} AS j{part}' for part, cell in enumerate(key_columns(plan, side)))}, "
        f"{1 - side} AS in_left, {side} AS in_right FROM {relation} AS source"
        for side, relation in enumerate((plan.left, plan.right))
    ]
    return (
        f"SELECT {keys}, SUM(in_left) AS left_rows, SUM(in_right) AS right_rows "
        f"FROM ({' UNION ALL '.join(sides)}) AS rows_of_both "
        f"GROUP BY {keys} HAVING SUM(in_left) > 1 OR SUM(in_right) > 1 OR j0 IS NULL"
    )


def step_repeated_one_sided(plan: JoinPlan, narrow: str) -> str:
    """The same from the join's result, right when no key that is on both sides repeats."""
    keys = ", ".join(f"j{part}" for part in plan.parts)
    found = ", ".join(f"{cell} AS j{part}" for part, cell in enumerate(narrow_key(plan)))
    return (
        f"SELECT {keys}, SUM(in_left) AS left_rows, SUM(in_right) AS right_rows FROM (SELECT {found}, "
        f"CASE WHEN here_left THEN 1 ELSE 0 END AS in_left, CASE WHEN here_right THEN 1 ELSE 0 END AS in_right "
        f"FROM {narrow} WHERE NOT (here_left AND here_right)) AS one_sided "
        f"GROUP BY {keys} HAVING SUM(in_left) > 1 OR SUM(in_right) > 1 OR j0 IS NULL"
    )


def narrow_key(plan: JoinPlan) -> list[str]:
    """The join key again from the key texts k0…kn of the join's result."""
    places = tuple((part, part) for part in plan.parts)
    columns_of = key_columns(JoinPlan("", "", places, (), plan.fold, empty_texts=True), 0)
    return [cell.replace("(c", "(k") for cell in columns_of]


def step_listed_repeats(plan: JoinPlan, repeated: str, side: int) -> str:
    """Every row of one side whose key is among the repeated ones: its key text, and which cells of it are witnesses."""
    row, letter = ("l", "u") if side == 0 else ("r", "v")
    same = " AND ".join(f"d.j{part} IS NOT DISTINCT FROM {row}.j{part}" for part in plan.parts)
    shown = [f"COALESCE({row}.c{pair[side]}, '') AS k{part}" for part, pair in enumerate(plan.key)]
    cells = {pair[side] for pair in plan.key}
    for place, field in enumerate(plan.fields):
        for _, witness in (pair for pair in witnesses(field) if pair[0] == letter):
            shown.append(f"COALESCE({witness}, FALSE) AS {letter}{place}")
            cells.add(field.left if side == 0 else field.right)
    keys = ", ".join(f"{cell} AS j{part}" for part, cell in enumerate(key_columns(plan, side)))
    kept = ", ".join(f"c{place}" for place in sorted(cells))
    relation = plan.left if side == 0 else plan.right
    return (
        f"SELECT {', '.join(shown)} FROM (SELECT {keys}, {kept} FROM {relation} AS source) AS {row} "
        f"WHERE EXISTS (SELECT 1 FROM {repeated} AS d WHERE {same})"
    )


def step_no_repeats(plan: JoinPlan, narrow: str, side: int) -> str:
    """What ``step_listed_repeats`` gives where no key repeats, without reading anything."""
    letter = "uv"[side]
    found = [f"{letter}{place}" for place, field in enumerate(plan.fields) if letter in dict(witnesses(field))]
    return f"SELECT {', '.join([*(f'k{part}' for part in plan.parts), *found])} FROM {narrow} WHERE FALSE"


def step_witnesses(plan: JoinPlan, letter: str, narrow: str, repeats: str) -> str:
    """One row: for every field with a witness on one side (``u`` left, ``v`` right), how many of its cells are one."""
    found = [f"{letter}{place}" for place, field in enumerate(plan.fields) if letter in dict(witnesses(field))]
    counts = ", ".join(f"COALESCE(SUM(CASE WHEN {column} THEN 1 ELSE 0 END), 0) AS {column}" for column in found)
    both = " UNION ALL ".join(f"SELECT {', '.join(found)} FROM {table}" for table in (narrow, repeats))
    return f"SELECT {counts} FROM ({both}) AS rows_looked_at"


def step_count_repeated(repeated: str) -> str:
    """One row: repeated keys; of each side, keys that repeat or are empty and rows; repeated keys on both sides."""
    counts = ["COUNT(*)"]
    for side in ("left", "right"):
        repeats = f"{side}_rows > 1 OR (j0 IS NULL AND {side}_rows > 0)"
        counts.append(f"COALESCE(SUM(CASE WHEN {repeats} THEN 1 ELSE 0 END), 0)")
        counts.append(f"COALESCE(SUM({side}_rows), 0)")
    on_both = "j0 IS NOT NULL AND left_rows > 0 AND right_rows > 0"
    counts.append(f"COALESCE(SUM(CASE WHEN {on_both} THEN 1 ELSE 0 END), 0)")
    return f"SELECT {', '.join(f'{count} AS n{place}' for place, count in enumerate(counts))} FROM {repeated}"


def step_drop_repeated(plan: JoinPlan, narrow: str, repeated: str) -> str:
    """The join's result without rows of repeated keys."""
    same = " AND ".join(f"d.j{part} IS NOT DISTINCT FROM {cell}" for part, cell in enumerate(narrow_key(plan)))
    return f"SELECT * FROM {narrow} WHERE NOT EXISTS (SELECT 1 FROM {repeated} AS d WHERE {same})"


def step_kept(places: Sequence[int], narrow: str) -> str:
    """One row: how many cells the join kept of each of some fields."""
    return f"SELECT {', '.join(f'COUNT(l{place}) AS n{place}' for place in places)} FROM {narrow}"


def step_same(plan: JoinPlan, place: int, narrow: str) -> str:
    """Keys of the pairs whose texts differ in one field while its comparison calls them the same.

    The forms that are compared (a number without its grouping, say) are worked out once, in the inner select.
    """
    keys = ", ".join(f"k{part}" for part in plan.parts)
    comparison = plan.fields[place].comparison
    left, right = comparison.forms(f"l{place}", f"r{place}")
    told_apart = f" AND e{place} = 0" if plan.empty_texts else ""
    asked = f"l{place} IS NOT NULL{told_apart}"
    cells = f"SELECT {keys}, {left} AS left_form, {right} AS right_form FROM {narrow} WHERE {asked}"
    return f"SELECT {keys} FROM ({cells}) AS cells WHERE NOT {comparison.forms_differ('left_form', 'right_form')}"


def step_settle(plan: JoinPlan, places: Sequence[int], narrow: str) -> str:
    """The join's result with the cells cleared whose keys stand in the tables same0 … of the given fields."""
    kept = [f"n.k{part}" for part in plan.parts] + ["n.here_left", "n.here_right"]
    joins = ""
    for place in range(len(plan.fields)):
        if place in places:
            kept += [f"CASE WHEN s{place}.k0 IS NULL THEN n.{side}{place} END AS {side}{place}" for side in "lr"]
            same = " AND ".join(f"n.k{part} = s{place}.k{part}" for part in plan.parts)
            joins += f" LEFT JOIN same{place} AS s{place} ON {same}"
        else:
            kept += [f"n.l{place}", f"n.r{place}"]
        if plan.empty_texts:
            kept.append(f"n.e{place}")
    return f"SELECT {', '.join(kept)} FROM {narrow} AS n{joins}"


def step_count(fields: Sequence[JoinField], narrow: str) -> str:
    """One row: only left, only right, rows that differ, then cells that differ field by field."""
    cells = [f"l{place} IS NOT NULL" for place in range(len(fields))]
    any_cell = " OR ".join(cells) or "FALSE"
    counts = [
        "COALESCE(SUM(CASE WHEN here_left AND NOT here_right THEN 1 ELSE 0 END), 0)",
        "COALESCE(SUM(CASE WHEN here_right AND NOT here_left THEN 1 ELSE 0 END), 0)",
        f"COALESCE(SUM(CASE WHEN {any_cell} THEN 1 ELSE 0 END), 0)",
        *(f"COALESCE(SUM(CASE WHEN {cell} THEN 1 ELSE 0 END), 0)" for cell in cells),
    ]
    return f"SELECT {', '.join(f'{count} AS n{place}' for place, count in enumerate(counts))} FROM {narrow}"


def key_text(plan: JoinPlan) -> str:
    """A single key as it is, a composite one as a JSON array."""
    if len(plan.key) == 1:
        return "k0"
    return f"CAST(JSON_ARRAY({', '.join(f'k{part}' for part in plan.parts)}) AS VARCHAR)"


def step_rows(plan: JoinPlan, names: Mapping[int, str], narrow: str, repeats: Sequence[str]) -> list[str]:
    """The result, a branch per kind and named field: kind, key, field, left, right. ``repeats`` are two tables."""
    key = key_text(plan)
    branches = [
        f"SELECT {text(f'only_{side}')} AS kind, {key} AS {name('key')}, '*' AS field, "
        f"CAST(NULL AS VARCHAR) AS {name('left')}, CAST(NULL AS VARCHAR) AS {name('right')} "
        f"FROM {narrow} WHERE here_{side} AND NOT here_{other}"
        for side, other in (("left", "right"), ("right", "left"))
    ]
    branches += [
        f"SELECT {text(f'duplicate_{side}')}, {key}, '*', CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR) FROM {table}"
        for side, table in zip(("left", "right"), repeats, strict=False)
    ]
    branches += [
        f"SELECT 'differs', {key}, {text(shown)}, {', '.join(_values(plan, place))} FROM {narrow} "
        f"WHERE l{place} IS NOT NULL"
        for place, shown in names.items()
    ]
    return branches


def _values(plan: JoinPlan, place: int) -> tuple[str, str]:
    if not plan.empty_texts:
        return f"l{place}", f"r{place}"
    left, right = (
        f"CASE WHEN e{place} IN ({bit}, 3) THEN NULL ELSE {side}{place} END" for side, bit in (("l", 1), ("r", 2))
    )
    return left, right


def step_parts(parts: Sequence[str]) -> str:
    """The result from files of it, one for each group of fields; what concerns whole records stands in all of them."""
    branches = [
        f"SELECT * FROM read_parquet({text(part)})" + (f" WHERE kind = {text('differs')}" if number else "")
        for number, part in enumerate(parts)
    ]
    return " UNION ALL ".join(branches)


def step_differing_records(parts: Sequence[str]) -> str:
    """How many records differ, from the same files."""
    return (
        f"SELECT COUNT(DISTINCT {name('key')}) AS n FROM ({step_parts(parts)}) AS found WHERE kind = {text('differs')}"
    )


def step_folds(plan: JoinPlan, narrow: str) -> str:
    """How many keys found on one side only would pair if outer space and case were set aside."""
    keys = ", ".join(f"{folded(f'k{part}')} AS f{part}" for part in plan.parts)
    filled = " AND ".join(f"COALESCE(l.f{part}, '') = COALESCE(r.f{part}, '')" for part in plan.parts)
    sides = [
        f"(SELECT {keys} FROM {narrow} WHERE here_{side} AND NOT here_{other}) AS {side[0]}"
        for side, other in (("left", "right"), ("right", "left"))
    ]
    return f"SELECT COUNT(*) AS n FROM {sides[0]} JOIN {sides[1]} ON {filled}"
