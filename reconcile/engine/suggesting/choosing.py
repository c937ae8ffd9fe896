"""Which comparison suits a pair of columns, shown on matched records with the comparisons' own SQL."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from reconcile.engine import auto
from reconcile.engine.comparisons import Boolean, Date, Exact, Number, Text
from reconcile.engine.suggesting import sketches
from reconcile.engine.suggesting.likeness import Agreement, Cells

_MOST_TRIED = 300
_BOOLEAN_WORDS = 8
_VOCABULARY = 40
_WORTH = 0.3
_COMPACT = "%Y%m%d"
_FORMATS_TRIED = 3
_MOSTLY = 0.9


@dataclass(frozen=True, slots=True)
class Choice:
    """A comparison by name, why, how sure (0 to 1), its argument and, for ``mapped``, left word -> right word.

    ``automatic``: ``auto`` takes it by itself.
    """

    comparison: str
    reason: str
    confidence: float
    argument: str = ""
    mapping: tuple[tuple[str, str], ...] = ()
    automatic: bool = False


def choose(
    connection: duckdb.DuckDBPyConnection,
    samples: tuple[Sequence[str], Sequence[str]],
    matched: tuple[Cells, Cells],
    agreement: Agreement,
) -> Choice:
    """The comparison for a pair: ``samples`` of both columns whole, ``matched`` cells of the same records in step."""
    guess = auto.propose(*samples, "l", "r")
    if isinstance(guess.comparison, Number | Date):
        return Choice(guess.comparison.name, guess.reason, 0.95, automatic=True)
    differing = Counter((a, b) for a, b in zip(matched[0].texts, matched[1].texts, strict=True) if a and b and a != b)
    both = len(matched[0].places & matched[1].places)
    if not differing:
        why = f"the texts are the same on all {both:,} matched records with a value" if both else "no values to go by"
        return Choice("exact", why, 0.9 if both else 0.5, automatic=True)
    found = [_tried(connection, differing, *trial) for trial in _trials(samples, matched)]
    found.append(_mapped(matched, differing, agreement))
    best = max((choice for choice in found if choice), key=lambda choice: choice.confidence, default=None)
    return best or Choice(
        "exact", f"{guess.reason}, and no comparison makes the differing values the same", 0.7, automatic=True
    )


def _trials(samples: tuple[Sequence[str], Sequence[str]], matched: tuple[Cells, Cells]) -> list[tuple[Exact, str, str]]:
    trials: list[tuple[Exact, str, str]] = [(Text(), "differ only in case, space or accents", "")]
    if all(len(cells.vocabulary) <= _BOOLEAN_WORDS for cells in matched):
        trials.append((Boolean(), "differ only in how yes and no are written", ""))
    if all(cells.numbers for cells in matched):
        trials.append((Number(comma_left=matched[0].comma, comma_right=matched[1].comma), "are equal as numbers", ""))
    if all(cells.days for cells in matched):
        trials += _dates(samples)
    return trials


def _dates(samples: tuple[Sequence[str], Sequence[str]]) -> list[tuple[Exact, str, str]]:
    """Dates by the formats that read each column; where it is not plain which one, each is tried and named."""
    some = [[value for value in dict.fromkeys(side) if value][:_MOST_TRIED] for side in samples]
    readings = [auto.best_formats(side) or [_COMPACT] for side in some]
    plain = all(len(reading) == 1 for reading in readings) and [_COMPACT] not in readings
    trials: list[tuple[Exact, str, str]] = []
    for ours, theirs in itertools.product(readings[0][:_FORMATS_TRIED], readings[1][:_FORMATS_TRIED]):
        formats = tuple(dict.fromkeys((ours, theirs)))
        date = replace(Date(), left_formats=formats, right_formats=formats)
        trials.append((date, f"are equal as dates read as {' and '.join(formats)}", "" if plain else "|".join(formats)))
    return trials


def _tried(
    connection: duckdb.DuckDBPyConnection,
    differing: Counter[tuple[str, str]],
    comparison: Exact,
    why: str,
    argument: str,
) -> Choice | None:
    """The comparison if it makes enough of the differing values equal."""
    pairs = differing.most_common(_MOST_TRIED)
    rows = ", ".join(["(?, ?, ?)"] * len(pairs))
    values = [value for (left, right), times in pairs for value in (left, right, times)]
    found = connection.execute(sketches.step_weigh(comparison, rows), values).fetchone()
    same = int(found[0] or 0) if found else 0
    total = sum(times for _, times in pairs)
    if same < _WORTH * total:
        return None
    reason = f"{same:,} of {total:,} differing values {why}"
    return Choice(comparison.name, reason, round(0.5 + 0.45 * same / total, 2), argument)


def _mapped(matched: tuple[Cells, Cells], differing: Counter[tuple[str, str]], agreement: Agreement) -> Choice | None:
    """Small vocabularies in which each left word stands against one right word."""
    left, right = matched
    if not (0 < len(left.vocabulary) <= _VOCABULARY and 0 < len(right.vocabulary) <= _VOCABULARY):
        return None
    if agreement.records < 3 * len(left.vocabulary):
        return None
    words: dict[str, Counter[str]] = {}
    for (ours, theirs), times in Counter(zip(left.texts, right.texts, strict=True)).items():
        if ours and theirs:
            words.setdefault(ours, Counter())[theirs] += times
    best = {ours: theirs.most_common(1)[0] for ours, theirs in words.items()}
    taken = Counter(theirs for theirs, _ in best.values())
    mapped = sum(times for theirs, times in best.values() if taken[theirs] == 1)
    mapping = tuple(sorted((ours, theirs) for ours, (theirs, _) in best.items() if ours != theirs))
    total = sum(theirs.total() for theirs in words.values())
    changed = sum(times for (ours, theirs), times in differing.items() if (ours, theirs) in set(mapping))
    if mapped < _MOSTLY * total or changed < 0.5 * differing.total():
        return None
    shown = ", ".join(f"{ours} = {theirs}" for ours, theirs in mapping[:3])
    return Choice(
        "mapped", f"each word stands against one other ({shown})", round(0.5 + 0.4 * mapped / total, 2), "", mapping
    )
