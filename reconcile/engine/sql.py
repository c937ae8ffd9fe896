"""The SQL of a comparison: named steps as text, portable between DuckDB and Spark.

Tables have columns c0…cn; original names are data and never appear here. Every identifier and literal is quoted by
``name`` and ``text`` below. A step takes relations (a table's name, or a scan) and gives one statement.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from reconcile.engine.sources import Source

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
        cells = (f"CAST({name(column)} AS VARCHAR)" for column in source.names)
        kept = ", ".join(
            f"{cell if distinguish_null else f'''NULLIF({cell}, '')'''} AS c{place}" for place, cell in enumerate(cells)
        )
        return f"(SELECT {kept} FROM read_parquet({file(source.path)}, hive_partitioning=false))"
    longest = f", max_line_size={_REWRITTEN_LINE_BYTES}, buffer_size={2 * _REWRITTEN_LINE_BYTES}"
    return (
        f"read_csv({file(source.path)}, auto_detect=false, columns={columns(source.width)}, "
        f"header={'true' if source.header else 'false'}, delim={text(source.delimiter)}, quote='\"', escape='\"', "
        f"comment='', encoding='utf-8', strict_mode=true, null_padding=false, ignore_errors=false"
        f", compression='none', hive_partitioning=false"
        f"{', allow_quoted_nulls=false' if distinguish_null and source.rewritten else ''}"
        f"{longest if source.rewritten else f', max_line_size={LINE_BYTES}'})"
    )


@dataclass(frozen=True, slots=True)
class JoinField:
    """One compared field by the places of its columns. ``witness`` asks of a cell whether it speaks against ``auto``."""

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
    """One side with its join key j0…jn and a mark that a row is here; mapped words beside their originals."""
    keys = ", ".join(f"{cell} AS j{part}" for part, cell in enumerate(key_columns(plan, side)))
    relation = plan.left if side == 0 else plan.right
    cells = {pair[side] for pair in plan.key} | {field.left if side == 0 else field.right for field in plan.fields}
    kept = ", ".join(f"c{place}" for place in sorted(cells))
    mapped = [(place, field) for place, field in enumerate(plan.fields) if field.mapping_table and side == 0]
    words = "".join(f", COALESCE(w{place}.right_word, c{field.left}) AS m{place}" for place, field in mapped)
    joins = "".join(
        f" LEFT JOIN {field.mapping_table} AS w{place} ON c{field.left} = w{place}.left_word" for place, field in mapped
    )
    return f"(SELECT TRUE AS here, {keys}, {kept}{words} FROM {relation} AS source{joins})"


def differing(plan: JoinPlan, place: int) -> str:
    """The condition that one field of a joined pair differs."""
    field = plan.fields[place]
    left = f"l.m{place}" if field.mapping_table else f"l.c{field.left}"
    return field.comparison.differs(left, f"r.c{field.right}")


def step_join(plan: JoinPlan, without: str = "") -> str:
    """One full outer join over both scans, keeping what is one-sided, differs, or speaks against a guess.

    Columns: k0…kn key text, here_left, here_right, l0 r0 … values where field 0 … differs (never NULL there), w0 … where
    asked. ``without`` names a table of keys (j0…jn) that take no part.
    """
    left, right = (_without(keyed(plan, side), without, plan) for side in (0, 1))
    kept = [f"COALESCE(l.c{pair[0]}, r.c{pair[1]}, '') AS k{part}" for part, pair in enumerate(plan.key)]
    kept += ["l.here IS NOT NULL AS here_left", "r.here IS NOT NULL AS here_right"]
    wanted = ["l.here IS NULL", "r.here IS NULL"]
    for place, field in enumerate(plan.fields):
        differs = differing(plan, place)
        both = f"l.here IS NOT NULL AND r.here IS NOT NULL AND {differs}"
        kept.append(f"CASE WHEN {both} THEN COALESCE(l.c{field.left}, '') END AS l{place}")
        kept.append(f"CASE WHEN {both} THEN COALESCE(r.c{field.right}, '') END AS r{place}")
        wanted.append(differs)
        if field.witness_left:
            witness = f"({field.witness_left} OR {field.witness_right})"
            kept.append(f"COALESCE({witness}, FALSE) AS w{place}")
            wanted.append(witness)
    on = " AND ".join(f"l.j{part} = r.j{part}" for part in plan.parts)
    return f"SELECT {', '.join(kept)} FROM {left} AS l FULL OUTER JOIN {right} AS r ON {on} WHERE {' OR '.join(wanted)}"


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
        f"SELECT {keys}, SUM(in_left) AS left_rows, SUM(in_right) AS right_rows FROM ({' UNION ALL '.join(sides)}) AS rows_of_both "
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
    """Every row of one side whose key is among the repeated ones: its key text."""
    same = " AND ".join(f"d.j{part} IS NOT DISTINCT FROM s.j{part}" for part in plan.parts)
    shown = ", ".join(f"COALESCE(s.c{pair[side]}, '') AS k{part}" for part, pair in enumerate(plan.key))
    keys = ", ".join(f"{cell} AS j{part}" for part, cell in enumerate(key_columns(plan, side)))
    cells = ", ".join(sorted({f"c{pair[side]}" for pair in plan.key}))
    relation = plan.left if side == 0 else plan.right
    return (
        f"SELECT {shown} FROM (SELECT {keys}, {cells} FROM {relation} AS source) AS s "
        f"WHERE EXISTS (SELECT 1 FROM {repeated} AS d WHERE {same})"
    )


def is_repeated(plan: JoinPlan, narrow: str, repeated: str) -> str:
    """The condition that a row of the join's result belongs to a repeated key."""
    same = " AND ".join(f"d.j{part} IS NOT DISTINCT FROM {cell}" for part, cell in enumerate(narrow_key(plan)))
    return f"EXISTS (SELECT 1 FROM {repeated} AS d WHERE {same})"


def step_drop_repeated(plan: JoinPlan, narrow: str, repeated: str) -> str:
    """The join's result without rows of repeated keys."""
    return f"SELECT * FROM {narrow} WHERE NOT {is_repeated(plan, narrow, repeated)}"


def step_same(plan: JoinPlan, place: int, narrow: str) -> str:
    """Keys of the pairs whose texts differ in one field while its comparison calls them the same.

    The forms that are compared (a number without its grouping, say) are worked out once, in the inner select.
    """
    keys = ", ".join(f"k{part}" for part in plan.parts)
    comparison = plan.fields[place].comparison
    left, right = comparison.forms(f"l{place}", f"r{place}")
    cells = f"SELECT {keys}, {left} AS left_form, {right} AS right_form FROM {narrow} WHERE l{place} IS NOT NULL"
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


def step_rows(plan: JoinPlan, names: Sequence[str], narrow: str, repeats: Sequence[str]) -> list[str]:
    """The result, a branch per kind and field: kind, key, field, left, right. ``repeats`` are the two sides' repeats."""
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
        f"SELECT 'differs', {key}, {text(shown)}, l{place}, r{place} FROM {narrow} WHERE l{place} IS NOT NULL"
        for place, shown in enumerate(names)
    ]
    return branches


def step_folds(plan: JoinPlan, narrow: str) -> str:
    """How many keys found on one side only would pair if outer space and case were set aside."""
    keys = ", ".join(f"{folded(f'k{part}')} AS f{part}" for part in plan.parts)
    filled = " AND ".join(f"COALESCE(l.f{part}, '') = COALESCE(r.f{part}, '')" for part in plan.parts)
    sides = [
        f"(SELECT {keys} FROM {narrow} WHERE here_{side} AND NOT here_{other}) AS {side[0]}"
        for side, other in (("left", "right"), ("right", "left"))
    ]
    return f"SELECT COUNT(*) AS n FROM {sides[0]} JOIN {sides[1]} ON {filled}"
