"""Which columns tell records of a file apart, what their cells are like, and how rare a value of them is.

Everything is read off a sample of rows that a hash of the key chooses, so the order of rows does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2

import duckdb

from reconcile.engine import sql
from reconcile.engine.classifying import near_values
from reconcile.engine.classifying.near_rows import MATCHED

MOST_COLUMNS = 30
_SAMPLED_ROWS = 10_000
_SAMPLED_CELLS = 2_000_000
_LONG_TEXT = 60
_ALWAYS = 0.95
_FREQUENT_WORD = 0.1
_FEW, _FEW_MATCHED, _HALF = 50, 10, 0.5
_SHAPED = 2_000


@dataclass(frozen=True, slots=True)
class Telling:
    """A column as a search uses it: its place on the side searched for and on the side searched in, and its name.

    ``across``: the two places are those of two systems. ``bits`` is how much agreement weighs on average, ``rare``
    that on a value that is not frequent.
    ``filled`` is the share of rows with a value. ``frequent_words`` are words so common that they set nothing apart.
    ``serial`` columns number rows: a copy has its own number. ``loose`` ones hold long texts.
    """

    place: int
    other: int
    name: str
    across: bool = False
    kind: near_values.Kind = "text"
    bits: float = 0.0
    rare: float = 0.0
    filled: float = 0.0
    serial: bool = False
    loose: bool = False
    frequent_words: tuple[str, ...] = ()

    def veto(self, rows: int) -> bool:
        """Whether a wholly different value in this column is enough to say: another record."""
        return self.kind == "words" and self.bits >= min(5.0, 0.6 * log2(max(rows, 2)))


def profiles(
    connection: duckdb.DuckDBPyConnection, side: str, rows: int, each: int, places: Sequence[int]
) -> dict[int, Telling]:
    """What the columns of a side are like that say something, by place; of a side of so many rows, one of ``each``.

    Makes ``near_sample_side``: shown_key and c0…cn of up to 10,000 rows, fewer of a wide side.
    """
    wanted = max(1000, min(_SAMPLED_ROWS, _SAMPLED_CELLS // max(len(places), 1)))
    among = each * max(1, -(-min(rows, MATCHED) // wanted))
    cells = "".join(f", c{place}" for place in places)
    connection.execute(
        f"CREATE OR REPLACE TABLE near_sample_{side} AS SELECT shown_key{cells} FROM near_cells_{side} "
        f"WHERE kept AND h % {among} = 0"
    )
    if not places:
        return {}
    found = connection.execute(_step_profiles(f"near_sample_{side}", places)).fetchall()
    told = (_profile(int(place), [float(value or 0) for value in row], rows) for place, *row in found)
    return {one.place: one for one in told if one}


def _step_profiles(table: str, places: Sequence[int]) -> str:
    """A row for each column that is not empty: its place, and what ``_profile`` takes.

    Its cells, pairs of cells that are the same, the same of seldom values, letters and words of a value, rows in all;
    the shares of shapes, and letters and words, are read off some of the values.
    """
    numbers = ", ".join(map(str, places))
    cells = ", ".join(f"c{place}" for place in places)
    shapes = ", ".join(f"SUM(({test})::INT * n) / SUM(n)" for test in near_values.SHAPES)
    return f"""
    WITH cells AS (SELECT UNNEST([{numbers}]::INTEGER[]) AS place, UNNEST([{cells}]) AS v FROM {table}),
    counted AS MATERIALIZED (SELECT place, v, COUNT(*) AS n FROM cells WHERE v <> '' GROUP BY place, v),
    ranked AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY place ORDER BY HASH(v)) AS rank FROM counted),
    shaped AS (SELECT place, AVG(LENGTH(v)) AS letters, AVG(LEN(STRING_SPLIT(v, ' '))) AS words,
      [{shapes}] AS shapes FROM ranked WHERE rank <= {_SHAPED} GROUP BY place),
    summed AS (SELECT place, SUM(n) AS filled, SUM(n::DOUBLE * (n - 1)) AS same,
      SUM(CASE WHEN n < 5 THEN n END) AS rare,
      SUM(CASE WHEN n < 5 THEN n::DOUBLE * (n - 1) END) AS rare_same FROM counted GROUP BY place)
    SELECT place, filled, same, rare, rare_same, letters, words, (SELECT COUNT(*) FROM {table}),
      {", ".join(f"shapes[{number}]" for number in range(1, len(near_values.SHAPES) + 1))}
    FROM summed JOIN shaped USING (place) WHERE filled >= 2 ORDER BY place
    """


def _profile(place: int, counts: Sequence[float], rows: int) -> Telling | None:
    """What a column is like, or nothing where it says nothing: nearly all rows hold the same."""
    filled, same, rare, rare_same, length, words, all_rows, *shape = counts
    most = log2(max(rows, 2))
    bits = min(most, -log2(same / (filled * (filled - 1)))) if same else most
    if bits < 0.3:
        return None
    kind = near_values.kind_of(shape, length, words)
    chance = rare_same / rare / all_rows if rare else 0.0
    return Telling(
        place,
        place,
        "",
        kind=kind,
        bits=bits,
        rare=min(most, -log2(chance)) if chance else most,
        filled=filled / all_rows,
        serial=not same and filled >= _FEW and kind in ("number", "code"),
        loose=length > _LONG_TEXT,
    )


def choose(
    connection: duckdb.DuckDBPyConnection,
    sides: tuple[str, str],
    known: Mapping[str, Mapping[int, Telling]],
    asked: Sequence[tuple[int, int, str]],
) -> list[Telling]:
    """The columns worth looking at of those asked for (place, other place, name), the most telling first.

    ``sides`` are the one searched for and the one searched in, ``known`` their ``profiles``.
    """
    mine, theirs = sides
    found = []
    for place, other, name in asked:
        here, there = known[theirs].get(other), known[mine].get(place)
        if here and there:
            kind = here.kind if here.kind == there.kind else "text"
            found.append(replace(here, place=place, other=other, name=name, across=mine != theirs, kind=kind))
    found.sort(key=lambda one: (-one.bits * one.filled, one.name, one.other))
    kept = _once(connection, f"near_sample_{theirs}", found[: 2 * MOST_COLUMNS])[:MOST_COLUMNS]
    if mine != theirs:
        kept = _comparable(connection, (f"near_sample_{mine}", f"near_sample_{theirs}"), kept)
    return _with_frequent_words(connection, f"near_sample_{theirs}", kept)


def _once(connection: duckdb.DuckDBPyConnection, table: str, found: Sequence[Telling]) -> list[Telling]:
    """Without columns that only repeat one before them: the same fact twice is no more evidence."""
    pairs = [(left, right) for place, left in enumerate(found) for right in found[place + 1 :]]
    pairs = [pair for pair in pairs if pair[0].other != pair[1].other]
    if not pairs:
        return list(found)
    hashes = ", ".join(
        f"CASE WHEN c{place} IS NOT NULL THEN HASH(LOWER(c{place})) END AS h{place}"
        for place in sorted({one.other for one in found})
    )
    same = ", ".join(f"AVG((h{one.other} = h{two.other})::INT)" for one, two in pairs)
    row = connection.execute(f"SELECT {same} FROM (SELECT {hashes} FROM {table}) AS hashed").fetchone() or ()
    again = {id(two) for (_, two), share in zip(pairs, row, strict=True) if share is not None and share > _ALWAYS}
    return [one for one in found if id(one) not in again]


def _with_frequent_words(connection: duckdb.DuckDBPyConnection, table: str, found: Sequence[Telling]) -> list[Telling]:
    texts = [one for one in found if one.kind in ("words", "text")]
    if not texts:
        return list(found)
    numbers = ", ".join(str(one.other) for one in texts)
    lists = ", ".join(f"LIST_DISTINCT({near_values.words(f'c{one.other}')})" for one in texts)
    rows = connection.execute(
        f"SELECT place, word FROM (SELECT place, UNNEST(said) AS word FROM (SELECT UNNEST([{numbers}]) AS place, "
        f"UNNEST([{lists}]) AS said FROM {table}) AS lists) AS words WHERE LENGTH(word) > 1 GROUP BY place, word "
        f"HAVING COUNT(*) >= 5 AND COUNT(*) > {_FREQUENT_WORD} * (SELECT COUNT(*) FROM {table}) ORDER BY place, word"
    ).fetchall()
    return [replace(one, frequent_words=tuple(word for place, word in rows if place == one.other)) for one in found]


def step_weights(found: Sequence[str], table: str) -> str:
    """The bits that agreement on a frequent value weighs: number of the column, h (hash of what it holds), bits.

    ``found`` is the SQL of what is compared of each column, NULL where it is empty.
    """
    values = ", ".join(f"HASH({value})" for value in found)
    numbers = ", ".join(map(str, range(len(found))))
    return (
        f"SELECT number, h, -LOG2((COUNT(*) - 1) / (SELECT COUNT(*) FROM {table})) AS bits FROM "
        f"(SELECT UNNEST([{numbers}]) AS number, UNNEST([{values}]) AS h FROM {table}) AS hashed "
        "WHERE h <> HASH(NULL::VARCHAR) GROUP BY number, h "
        f"HAVING COUNT(*) >= CASE WHEN (SELECT COUNT(*) FROM {table}) <= 5000 THEN 2 ELSE 5 END"
    )


def _comparable(
    connection: duckdb.DuckDBPyConnection, samples: tuple[str, str], found: Sequence[Telling]
) -> list[Telling]:
    """Without pairs of columns that mostly hold different texts for one and the same record.

    What both systems mostly write alike is compared as it stands: ``across`` is for those that do not.
    """
    if not found:
        return []
    plain = [f"TRIM(l.c{one.place}) = TRIM(r.c{one.other})" for one in found]
    shares = _shares(connection, samples, plain)
    if shares is None:
        return list(found)
    alike = {one.name for one, share in zip(found, shares, strict=True) if (share or 0) >= _HALF}
    told = [replace(one, across=one.name not in alike) for one in found]
    forms = [
        f"{near_values.compared(one.kind, f'l.c{one.place}', across=True)} = "
        f"{near_values.compared(one.kind, f'r.c{one.other}', across=True)}"
        for one in told
        if one.across
    ]
    again = iter(_shares(connection, samples, forms) or ())
    return [one for one in told if not one.across or (share := next(again)) is None or share >= _HALF]


def _shares(
    connection: duckdb.DuckDBPyConnection, samples: tuple[str, str], conditions: Sequence[str]
) -> Sequence[float | None] | None:
    """Of how many matched records of both samples each condition holds; None where there are too few of them."""
    if not conditions:
        return ()
    asked = ", ".join(f"AVG(({condition})::INT)" for condition in conditions)
    row = connection.execute(
        f"SELECT COUNT(*), {asked} FROM {samples[0]} AS l JOIN {samples[1]} AS r USING (shown_key)"
    ).fetchone() or (0,)
    return row[1:] if row[0] >= _FEW_MATCHED else None


def quoted(words: Sequence[str]) -> str:
    """A list of texts in SQL."""
    return f"[{', '.join(sql.text(word) for word in words)}]::VARCHAR[]"
