"""Two vocabularies: words that stand against one other word on nearly all records that have them (§6, ``meaning``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reconcile.engine import sql
from reconcile.engine.classifying.readings import Reading

_LEAST = 4
_NEARLY_ALL = 0.9
_MOSTLY_CHANGED = 0.5
_MOST_WORDS = 500
Word = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Words:
    """A left and a right word of one field that stand against each other ``count`` times.

    ``changed`` of these changed on exactly one side since both agreed.
    """

    place: int
    left: str
    right: str
    count: int
    changed: int


def step_words(told: str, places: Sequence[int]) -> str:
    """Pairs of words that stand against each other more than a few times: place, left, right, count, changed."""
    among = ", ".join(map(str, places)) or "NULL"
    return (
        'SELECT place, "left", "right", COUNT(*) AS n, '  # noqa: S608 - places are numbers
        "SUM(CASE WHEN changed_left <> changed_right THEN 1 ELSE 0 END) AS changed "
        f"FROM {told} AS t WHERE place IN ({among}) AND alike IS NULL "
        f'GROUP BY place, "left", "right" HAVING COUNT(*) >= {_LEAST} ORDER BY n DESC, place, "left", "right" '
        f"LIMIT {_MOST_WORDS}"
    )


def step_counts(reading: Reading, side: str, *, alone: bool, first: int | None = None) -> str:
    """How many matched records of one side have each asked word of a field: word, count.

    ``alone``: some records are on one side only, and are no matched ones. ``first``: of so many rows.
    """
    cell = f"COALESCE(s.c{reading.column(side)}, '')"
    # NOT IN, not EXISTS: that would group all keys of the export first.
    apart = (
        f" AND s.shown_key NOT IN (SELECT shown_key FROM one_sided WHERE side = '{side}' AND shown_key IS NOT NULL)"  # noqa: S608
        if alone
        else ""
    )
    some = "" if first is None else f" AND s.row_number < {first}"
    return (
        f"SELECT {cell} AS word, COUNT(*) AS n FROM now_{side} AS s WHERE {cell} IN "  # noqa: S608 - names of ours
        f"(SELECT word FROM asked_words WHERE place = {reading.place}) AND NOT s.repeats{apart}{some} GROUP BY {cell}"
    )


def step_differing(told: str, side: str) -> str:
    """How many differing records of one side have each asked word: place, word, count."""
    cell = f"COALESCE(t.{sql.name(side)}, '')"
    return (
        f"SELECT t.place, {cell} AS word, COUNT(*) AS n FROM {told} AS t "  # noqa: S608 - names of ours
        f"JOIN asked_words AS a ON a.place = t.place AND a.word = {cell} GROUP BY t.place, {cell}"
    )


def stands_for_no_amount(one: Words) -> bool:
    """Whether one of both is a word, as far as a column of numbers or dates goes: it has no digit ("N/A", "-")."""
    return any(word and not any(sign.isdigit() for sign in word) for word in (one.left, one.right))


def possible(words: Iterable[Words], differing: Mapping[Word, int]) -> list[Words]:
    """Those that can be two vocabularies by what differs alone: matched records are no fewer than those that differ."""
    return [one for one in words if _is_vocabulary(one, differing, differing)]


def not_refuted(words: Iterable[Words], some: Mapping[Word, int], differing: Mapping[Word, int]) -> list[Words]:
    """Those that can be two vocabularies by ``some`` of the matched records that have them: there may be more."""
    return [one for one in words if not _has_itself(one, some, differing)]


def standing(words: Iterable[Words], having: Mapping[Word, int], differing: Mapping[Word, int]) -> list[Words]:
    """Those that are two vocabularies; matched records, and those that differ, are counted by place, side and word."""
    return [one for one in words if _is_vocabulary(one, having, differing)]


def _is_vocabulary(one: Words, having: Mapping[Word, int], differing: Mapping[Word, int]) -> bool:
    """Whether one word nearly always has the other against it, and neither has itself against it.

    That nothing is written is a word where it stands for one word alone.
    """
    if one.changed > _MOSTLY_CHANGED * one.count:
        return False
    if _has_itself(one, having, differing):
        return False
    always = [one.count >= _NEARLY_ALL * having.get(word, 0) for word in _both(one)]
    return any(always) if one.left and one.right else all(always)


def _has_itself(one: Words, having: Mapping[Word, int], differing: Mapping[Word, int]) -> bool:
    """Whether one of both words has itself against it more often than now and then; the more have it, the more so."""
    return any(
        having.get(word, 0) - differing.get(word, 0) > (1 - _NEARLY_ALL) * having.get(word, 0) for word in _both(one)
    )


def _both(one: Words) -> tuple[Word, Word]:
    return (one.place, "left", one.left), (one.place, "right", one.right)
