"""The likely key, pairs of columns and comparisons for two files, each with a reason and a confidence.

Rows sampled all over each file say what its columns are like; sketches chosen by hash say how keys overlap; whole rows
chosen by the hash of a key are matched and say which columns agree. A file is scanned two or three times.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from reconcile.engine import sql
from reconcile.engine.errors import NoKeyFound
from reconcile.engine.matching import rows_sampled
from reconcile.engine.reading.sources import Prepared
from reconcile.engine.spec import CompareSpec
from reconcile.engine.suggesting import choosing, pairfinding
from reconcile.engine.suggesting.keyfinding import Candidate, KeyFinder
from reconcile.engine.suggesting.pairfinding import Found, PairFinder
from reconcile.engine.suggesting.profiles import Profile, profiles
from reconcile.engine.suggesting.sketches import Columns, Sketches
from reconcile.engine.suggesting.suggestions import KeySuggestion, PairSuggestion, Suggestion

_WEAK = 0.3
_DISAGREES = 0.15
_ALTERNATIVES = 3
_RECORDS_TO_TRY = 300
_LONGEST_SHOWN = 60

Rows = Sequence[Sequence[str]]


def suggest(connection: duckdb.DuckDBPyConnection, sides: tuple[Prepared, Prepared]) -> Suggestion:
    """What is likely for two prepared files. A file without rows gives no keys, and pairs by name alone.

    Raises duckdb.Error when a file read in place cannot be read after all.
    """
    return _Suggester(connection, sides).run()


def complete(spec: CompareSpec, suggestion: Suggestion) -> tuple[CompareSpec, tuple[str, ...]]:
    """``spec`` with the best key and with the columns of different names that surely belong together.

    Columns that ``spec`` maps or ignores are left alone. The sentences say what was taken and why. Raises NoKeyFound
    when there is no key, or only one too weak to rely on.
    """
    key = next((key for key in suggestion.keys if not key.weak and not _spoken_for(spec, key.pairs)), None)
    if key is None:
        raise NoKeyFound
    taken = [
        pair
        for pair in suggestion.pairs
        if not pair.by_name and pair.good and not _spoken_for(spec, ((pair.left, pair.right),))
    ]
    if key != suggestion.keys[0]:
        used = {name for pair in key.pairs for name in pair}
        taken = [pair for pair in taken if not {pair.left, pair.right} & used]
    maps = tuple((pair.left, pair.right) for pair in taken)
    sentences = [f"Key: {_equation(key.pairs)} ({key.reason})."]
    sentences += [f"Paired: {_equation(((pair.left, pair.right),))} ({pair.reason})." for pair in taken]
    return replace(spec, key=key.pairs, key_fold=spec.key_fold or key.fold, maps=spec.maps + maps), tuple(sentences)


def _spoken_for(spec: CompareSpec, pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether the spec already maps or ignores one of these columns."""
    left, right = {pair[0] for pair in spec.maps}, {pair[1] for pair in spec.maps}
    return any(
        ours in left
        or theirs in right
        or {ours, theirs} & set(spec.ignore)
        or any(text.startswith(f"{ours}=") or text.endswith(f"={theirs}") or text in pair for text in spec.map_texts)
        for pair in pairs
        for ours, theirs in [pair]
    )


def _equation(pairs: Sequence[tuple[str, str]]) -> str:
    return ", ".join(_clip(ours) if ours == theirs else f"{_clip(ours)} = {_clip(theirs)}" for ours, theirs in pairs)


def _clip(name: str) -> str:
    """A name as it stands in a sentence."""
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)
    return shown if len(shown) <= _LONGEST_SHOWN else shown[: _LONGEST_SHOWN - 1] + "…"


@dataclass(frozen=True, slots=True)
class _Tried:
    """A candidate key with the pairs found once records were matched by it."""

    key: Candidate
    finder: PairFinder
    pairs: list[Found]
    strength: float
    confidence: float
    matched: tuple[Rows, Rows] = ((), ())


class _Suggester:
    def __init__(self, connection: duckdb.DuckDBPyConnection, sides: tuple[Prepared, Prepared]) -> None:
        self._db = connection
        self._sides = sides
        self._samples = [rows_sampled(connection, side) for side in sides]
        left, right = (profiles(side.export.columns, rows) for side, rows in zip(sides, self._samples, strict=True))
        self._columns: tuple[list[Profile], list[Profile]] = (left, right)
        self._rows = sides[0].export.balance.rows, sides[1].export.balance.rows
        self._sketches = Sketches(connection, [sql.scan(side.source) for side in sides], self._rows)

    def run(self) -> Suggestion:
        tried = self._keys() if all(self._rows) else []
        best = self._with_all_records(tried[0]) if tried else self._without_key()
        return Suggestion(
            left_file=self._sides[0].export.file,
            right_file=self._sides[1].export.file,
            keys=tuple(self._key(one) for one in tried[:_ALTERNATIVES]),
            pairs=tuple(self._pair(best, found) for found in best.pairs),
            unpaired_left=self._unpaired(0, {*best.key.left, *(found.left for found in best.pairs)}),
            unpaired_right=self._unpaired(1, {*best.key.right, *(found.right for found in best.pairs)}),
            matched=best.finder.records,
        )

    def _with_all_records(self, tried: _Tried) -> _Tried:
        if tried.finder.records == len(tried.matched[0]):
            return tried
        finder = PairFinder(self._columns, (tried.key.left, tried.key.right), tried.matched)
        return replace(tried, finder=finder, pairs=finder.pairs())

    def _without_key(self) -> _Tried:
        finder = PairFinder(self._columns, ((), ()), ((), ()))
        return _Tried(Candidate((), (), (0, 0), (0, 0), 0), finder, finder.pairs(), 0.0, 0.0)

    def _unpaired(self, side: int, used: set[int]) -> tuple[str, ...]:
        return tuple(column.name for column in self._columns[side] if column.place not in used)

    # Trying keys on matched records

    def _keys(self) -> list[_Tried]:
        """Keys that were tried, the best first; several columns together only where no single one surely does."""
        finder = KeyFinder(self._sketches, self._columns, self._samples, self._rows)
        tried: list[_Tried] = []
        for parts in (1, 2, 3):
            tried += self._tried(finder.candidates(parts))
            if any(one.key.sure and (one.strength >= _DISAGREES or not one.finder.records) for one in tried):
                break
        most = max((one.strength for one in tried), default=0.0)
        judged = [replace(one, confidence=self._confidence(one, most)) for one in tried]
        return sorted(judged, key=lambda one: -one.confidence)

    def _tried(self, keys: list[Candidate]) -> list[_Tried]:
        if not keys:
            return []
        sides = [[(key.left, key.right)[side] for key in keys] for side in (0, 1)]
        fold = [key.fold for key in keys]
        left, right = (self._sketches.rows_by_key(side, sides[side], fold, len(self._columns[side])) for side in (0, 1))
        return [self._try(*one) for one in zip(keys, left, right, strict=True)]

    def _try(self, key: Candidate, left: Rows, right: Rows) -> _Tried:
        matched = _match(key, left, right)
        finder = PairFinder(self._columns, (key.left, key.right), matched, _RECORDS_TO_TRY)
        pairs = finder.pairs()
        others = min(
            sum(column.distinct > 1 for column in side if column.place not in of_key)
            for side, of_key in zip(self._columns, (key.left, key.right), strict=True)
        )
        return _Tried(key, finder, pairs, pairfinding.strength(pairs, others) if others else 1.0, 0.0, matched)

    def _confidence(self, tried: _Tried, most: float) -> float:
        """The key's own score, less where the columns beside it agree less than under another key, or not at all."""
        beside = tried.strength / most if most > 0 else 1.0
        agreeing = 0.25 + 0.75 * min(1.0, tried.strength / _DISAGREES) if tried.finder.records else 0.25
        return round(min(tried.key.score, 0.99) * (0.3 + 0.7 * beside) * agreeing, 3)

    # Saying it

    def _key(self, tried: _Tried) -> KeySuggestion:
        key = tried.key
        names = tuple(
            (self._columns[0][ours].name, self._columns[1][theirs].name)
            for ours, theirs in zip(key.left, key.right, strict=True)
        )
        return KeySuggestion(names, tried.confidence, self._key_reason(tried), key.fold, tried.confidence < _WEAK)

    def _key_reason(self, tried: _Tried) -> str:
        key = tried.key
        parts = [_uniqueness(key.unique), f"{_percent(key.found[0])} of left keys found on the right"]
        if key.found[1] < key.found[0] - 0.05 or key.found[0] < 0.9:
            parts.append(f"{_percent(key.found[1])} of right keys on the left")
        if key.fold:
            parts.append(f"with case and outer space set aside, without which {_percent(key.gained)} of these are lost")
        if tried.strength < _DISAGREES and tried.finder.records:
            parts.append(self._doubt(key))
        return ", ".join(parts)

    def _doubt(self, key: Candidate) -> str:
        counting = len(key.left) == 1 and self._columns[0][key.left[0]].counts_rows
        what = "both sides seem to number their rows and " if counting else ""
        return f"but {what}the other columns hardly agree under it"

    def _pair(self, tried: _Tried, found: Found) -> PairSuggestion:
        ours, theirs = self._columns[0][found.left], self._columns[1][found.right]
        choice = choosing.choose(
            self._db,
            ([row[ours.place] for row in self._samples[0]], [row[theirs.place] for row in self._samples[1]]),
            (tried.finder.cells(0, ours.place), tried.finder.cells(1, theirs.place)),
            found.agreement,
        )
        return PairSuggestion(
            left=ours.name,
            right=theirs.name,
            confidence=round(found.confidence, 2),
            reason=_pair_reason(found),
            comparison=choice.comparison,
            comparison_reason=choice.reason,
            comparison_confidence=round(choice.confidence, 2),
            argument=choice.argument,
            mapping=choice.mapping,
            automatic=choice.automatic,
        )


def _match(key: Candidate, left: Rows, right: Rows) -> tuple[Rows, Rows]:
    """Rows of both sides in step, of keys that occur once on each."""
    ours, theirs = (_by_key(rows, columns, fold=key.fold) for rows, columns in ((left, key.left), (right, key.right)))
    both = [one for one in ours if one in theirs]
    return [ours[one] for one in both], [theirs[one] for one in both]


def _by_key(rows: Rows, columns: Columns, *, fold: bool) -> dict[tuple[str, ...], Sequence[str]]:
    keys = [tuple([row[place].strip().lower() if fold else row[place] for place in columns]) for row in rows]
    times = Counter(keys)
    return {key: row for key, row in zip(keys, rows, strict=True) if times[key] == 1}


def _percent(share: float) -> str:
    """Rounded so that 0 and 100 stand only for none and all."""
    if share >= 1:
        return "100 %"
    if share > 0.99 or 0 < share < 0.01:
        return f"{math.floor(1000 * share) / 10 if share > 0.5 else max(1000 * share, 1) / 10:.1f} %"
    return f"{100 * share:.0f} %"


def _uniqueness(unique: tuple[float, float]) -> str:
    if min(unique) >= 0.9999:
        return "unique on both sides"
    if max(unique) >= 0.9999:
        side, share = ("right", unique[0]) if unique[1] > unique[0] else ("left", unique[1])
        other = "left" if side == "right" else "right"
        return f"unique on the {side}, on {_percent(share)} of rows on the {other}"
    return f"filled and unique on {_percent(unique[0])} of rows on the left and {_percent(unique[1])} on the right"


def _pair_reason(found: Found) -> str:
    agreement = found.agreement
    names = "same name" if found.name == 1 else "similar name" if found.name >= 0.6 else ""
    if not agreement.records:
        return names or "the same values occur"
    how = {"text": "", "number": " as numbers", "date": " as dates"}.get(agreement.how, f" ({agreement.how})")
    if agreement.strength or agreement.share:
        values = f"{_percent(agreement.share)} of {agreement.records:,} matched records agree{how}"
    else:
        values = f"values differ on {agreement.records:,} matched records"
    return f"{names}, {values}" if names else values
