"""How much speaks for two records being the same, in bits, column by column (after Fellegi and Sunter, 1969).

That two records agree in a value weighs as many bits as the value is rare; texts that are nearly the same weigh part
of it, as there are more of them; a difference costs. An empty cell says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

import duckdb

from reconcile.engine.classifying import near_values
from reconcile.engine.classifying.near_blocks import Places
from reconcile.engine.classifying.near_columns import Telling, quoted, step_weights

_AT_ONCE = 40_000
_NEARLY = 0.5
_NEIGHBOURS = 3.0
_ERROR = 0.15
_TELLING_BITS = 3.0
_LIKELIEST = 2


def score(connection: duckdb.DuckDBPyConnection, columns: Sequence[Telling], places: Places, least: float) -> None:
    """Make the table ``near_scored``, a row a pair of ``near_pairs`` that is worth it and can have ``least`` bits.

    Worth it are those of a probe with most in common to the letter. Of controls all pairs are scored, to see what they
    agree in. Weights come from the sample of the rows searched in.

    Columns: probe, other, ``agreed`` (bits), ``against`` (bits it costs), ``missed`` (bits that agreement in the
    differing columns would have weighed), ``alike`` (a bit for each column in which both agree), ``core`` (those of
    them that weigh enough to count), ``telling`` (how many these are), ``vetoed``.
    """
    for table, made in _tables(columns, places, least).items():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {made}")
    known = {number for (number,) in connection.execute("SELECT DISTINCT number FROM near_weights").fetchall()}
    weighed = [number for number in range(len(columns)) if number in known]
    pairs = int((connection.execute("SELECT COUNT(*) FROM near_worth").fetchone() or (0,))[0])
    for number, first in enumerate(range(0, max(pairs, 1), _AT_ONCE)):
        begin = "INSERT INTO near_scored" if number else "CREATE OR REPLACE TEMP TABLE near_scored AS"
        connection.execute(f"{begin} {step_score(columns, places, weighed, first)}")


def _tables(columns: Sequence[Telling], places: Places, least: float) -> dict[str, str]:
    """What is made of pairs: ``near_worth`` (number, probe, other, control), and the cells of both rows of a pair.

    ``near_mine`` (probe) has x0…xn, ``near_theirs`` (other) y0…yn: cells without case and accents, each made once.
    """
    possible = " + ".join(_possible(number, one) for number, one in enumerate(columns))
    mine = ", ".join(f"{_plain(one, one.place)} AS x{number}" for number, one in enumerate(columns))
    theirs = ", ".join(f"{_plain(one, one.other)} AS y{number}" for number, one in enumerate(columns))
    same = " + ".join(
        f"CASE WHEN x{number} = y{number} THEN {one.rare:.3f} ELSE 0 END" for number, one in enumerate(columns)
    )
    told = (
        f"SELECT probe, other, control, {same} AS same FROM near_pairs JOIN near_mine USING (probe) "
        f"JOIN near_theirs USING (other) WHERE control OR {possible} >= {least:.3f}"
    )
    return {
        "near_mine": f"SELECT probe, {mine} FROM near_cells_{places.mine} AS n "
        "JOIN (SELECT probe, row_number FROM near_probes) AS p USING (row_number)",
        "near_theirs": f"SELECT row_number AS other, {theirs} FROM {places.searched_in} AS t "
        "WHERE row_number IN (SELECT other FROM near_pairs)",
        "near_worth": "SELECT ROW_NUMBER() OVER (ORDER BY probe, other) AS number, probe, other, control FROM "
        f"(SELECT *, ROW_NUMBER() OVER (PARTITION BY probe ORDER BY same DESC, other) AS place FROM ({told}) AS told) "
        f"AS placed WHERE control OR place <= {_LIKELIEST}",
        "near_unlike": _step_unlike(columns),
        "near_alike": _step_alike(columns),
        "near_weights": step_weights([(_plain(one, one.other)) for one in columns], f"near_sample_{places.theirs}"),
    }


def _plain(one: Telling, place: int) -> str:
    if one.kind in ("number", "date"):
        return f"NULLIF({near_values.compared(one.kind, f'c{place}', across=one.across)}, '')"
    return f"NULLIF({near_values.plain(f'c{place}')}, '')"


def step_score(columns: Sequence[Telling], places: Places, weighed: Sequence[int], first: int) -> str:
    """Score the pairs whose numbers follow ``first``; ``weighed`` are columns with weights of their own."""
    cells = ", ".join(f"x{number}, y{number}" for number in range(len(columns)))
    compared = (
        f"SELECT p.*, COALESCE(a.same, 0) AS same, COALESCE(a.near, 0) AS near, COALESCE(a.bare, 0) AS bare, {cells} "
        f"FROM (SELECT * FROM near_worth WHERE number > {first} AND number <= {first + _AT_ONCE}) AS p "
        "JOIN near_mine USING (probe) JOIN near_theirs USING (other) LEFT JOIN near_alike AS a USING (number)"
    )
    return f"SELECT {_sums(columns, places.rows)} FROM ({_bits(columns, weighed, compared)}) AS b"


def _step_unlike(columns: Sequence[Telling]) -> str:
    """Texts of pairs that are not the same to the letter, a row for each: number of the pair, place, kind, x, y."""
    texts = [(number, one.kind) for number, one in enumerate(columns) if one.kind not in ("number", "date")]
    cells = {
        "number": ["number" for _ in texts],
        "place": [str(number) for number, _ in texts],
        "kind": [f"'{kind}'" for _, kind in texts],
        "x": [f"x{number}" for number, _ in texts],
        "y": [f"y{number}" for number, _ in texts],
    }
    types = {"number": "BIGINT", "place": "INTEGER"}
    unnested = ", ".join(
        f"UNNEST([{', '.join(made)}]::{types.get(name, 'VARCHAR')}[]) AS {name}" for name, made in cells.items()
    )
    return (
        f"SELECT * FROM (SELECT {unnested} FROM near_worth JOIN near_mine USING (probe) "
        "JOIN near_theirs USING (other)) AS texts WHERE x <> y"
    )


def _step_alike(columns: Sequence[Telling]) -> str:
    """Of each pair with unlike texts the columns in which they are the same but for punctuation, nearly so, or empty.

    Columns: number, and ``same``, ``near``, ``bare`` with a bit for each column. One expression serves all columns. Two
    halves of the pairs: so few rows would be worked on by one thread.
    """
    halves = " UNION ALL ".join(f"SELECT * FROM near_unlike WHERE number % 2 = {half}" for half in (0, 1))
    frequent = " ".join(
        f"WHEN {number} THEN {quoted(one.frequent_words)}" for number, one in enumerate(columns) if one.frequent_words
    )
    words = f"CASE place {frequent} ELSE {quoted(())} END" if frequent else quoted(())
    kinds = {one.kind for one in columns} - {"number", "date"}
    nearly = " ".join(
        f"WHEN kind = '{kind}' AND {near_values.nearly(kind, 's', 't', ('u', 'v'), 'frequent')} THEN 1"
        for kind in sorted(kinds)
    )
    parts = (
        f"SELECT number, place, kind, {near_values.bare('x')} AS s, {near_values.bare('y')} AS t, "
        f"CASE WHEN kind IN ('words', 'text') THEN {near_values.parted('x')} END AS u, "
        f"CASE WHEN kind IN ('words', 'text') THEN {near_values.parted('y')} END AS v, {words} AS frequent "
        f"FROM ({halves}) AS unlike"
    )
    level = f"CASE WHEN s = '' OR t = '' THEN 3 WHEN s = t THEN 2 {nearly} ELSE 0 END"
    bits = ", ".join(
        f"BIT_OR(CASE WHEN level = {level_of} THEN 1::BIGINT << place ELSE 0 END) AS {name}"
        for level_of, name in ((2, "same"), (1, "near"), (3, "bare"))
    )
    told = f"SELECT number, place, {level} AS level FROM ({parts}) AS parts"
    return f"SELECT number, {bits} FROM ({told}) AS told GROUP BY number"


def _possible(number: int, one: Telling) -> str:
    """The most bits a column can give, without looking at letters: few pairs are worth that."""
    mine, theirs = f"x{number}", f"y{number}"
    near = (
        f"WHEN LEFT({mine}, 1) = LEFT({theirs}, 1) OR CONTAINS({theirs}, LEFT({mine}, 4)) "
        f"OR CONTAINS({mine}, LEFT({theirs}, 4)) THEN {one.rare:.3f} "
        if one.kind not in ("number", "date")
        else ""
    )
    return (
        f"CASE WHEN {mine} IS NULL OR {theirs} IS NULL THEN 0 WHEN {mine} = {theirs} THEN {one.rare:.3f} "
        f"{near}ELSE {-cost(one):.3f} END"
    )


def _bits(columns: Sequence[Telling], weighed: Sequence[int], compared: str) -> str:
    """Of each column: l, 2 the same, 1 nearly, 0 not known, -1 different; g, bits that speak for one record."""
    levels = ", ".join(f"{_level(number, one)} AS l{number}" for number, one in enumerate(columns))
    weights = ", ".join(
        f"COALESCE(w{number}.bits, {one.rare:.3f}) AS w{number}"
        if number in weighed
        else f"{one.rare:.3f} AS w{number}"
        for number, one in enumerate(columns)
    )
    joins = "".join(
        f" LEFT JOIN near_weights AS w{number} ON w{number}.h = HASH(y{number}) AND w{number}.number = {number}"
        for number in weighed
    )
    gained = ", ".join(
        f"CASE l{number} WHEN 2 THEN w{number} WHEN 1 THEN "
        f"GREATEST({_NEARLY} * w{number}, w{number} - {_NEIGHBOURS}) ELSE 0 END AS g{number}"
        for number in range(len(columns))
    )
    level_names = ", ".join(f"l{number}" for number in range(len(columns)))
    return (
        f"SELECT probe, other, {level_names}, {gained} FROM (SELECT probe, other, {levels}, {weights} "
        f"FROM ({compared}) AS c{joins}) AS levels"
    )


def _level(number: int, one: Telling) -> str:
    x, y, bit = f"x{number}", f"y{number}", 1 << number
    near = f"WHEN same & {bit} <> 0 THEN 2 WHEN near & {bit} <> 0 THEN 1 " if one.kind not in ("number", "date") else ""
    return f"CASE WHEN {x} IS NULL OR {y} IS NULL OR bare & {bit} <> 0 THEN 0 WHEN {x} = {y} THEN 2 {near}ELSE -1 END"


def _sums(columns: Sequence[Telling], rows: int) -> str:
    enough = min(_TELLING_BITS, log2(max(rows, 2)) / 2)
    numbers = range(len(columns))
    agreed = " + ".join(f"g{number}" for number in numbers)
    against = " + ".join(f"CASE l{number} WHEN -1 THEN {cost(columns[number]):.3f} ELSE 0 END" for number in numbers)
    missed = " + ".join(f"CASE l{number} WHEN -1 THEN {missing(columns[number]):.3f} ELSE 0 END" for number in numbers)
    alike = " | ".join(f"CASE WHEN l{number} > 0 THEN {1 << number} ELSE 0 END" for number in numbers)
    core = " | ".join(f"CASE WHEN g{number} >= {enough:.3f} THEN {1 << number} ELSE 0 END" for number in numbers)
    telling = " + ".join(f"(g{number} >= {enough:.3f})::INT" for number in numbers)
    vetoes = [f"l{number} = -1" for number in numbers if columns[number].veto(rows)]
    return (
        f"probe, other, {agreed} AS agreed, {against} AS against, {missed} AS missed, ({alike})::BIGINT AS alike, "
        f"({core})::BIGINT AS core, {telling} AS telling, {' OR '.join(vetoes) or 'FALSE'} AS vetoed"
    )


def cost(one: Telling) -> float:
    """Bits that a difference in a column costs: one copy in seven differs, of other records nearly all do."""
    if one.loose:
        return 0.0
    usual = log2(max(1 - 2**-one.bits, _ERROR) / _ERROR)
    return usual / 2 if one.serial else usual


def missing(one: Telling) -> float:
    """Bits that agreement would have weighed in a column that differs."""
    if one.loose:
        return 0.0
    return one.bits / 2 if one.serial else one.bits
