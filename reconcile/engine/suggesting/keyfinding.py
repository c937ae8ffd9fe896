"""Which columns identify the same record in both files.

Single columns first, then two, then three together; each candidate is judged by how unique it is on both sides, how
many keys of one side the other has, and whether columns that stand beside it agree once records are matched by it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reconcile.engine.suggesting import likeness
from reconcile.engine.suggesting.profiles import Profile
from reconcile.engine.suggesting.sketches import Columns, Shared, Sketch, Sketches

_UNIQUE_ENOUGH = 0.8
_SURELY_UNIQUE = 0.95
_SURELY_FIT = 0.6
_PARTS_SURELY_UNIQUE = 0.97
_PARTS_SURELY_FIT = 0.72
_SURELY_FOUND = 0.3
_LEAST_FOUND = 0.02
_PER_COLUMN = 0.94
_NOT_NAMED = 0.82
_HALF_NAMED = 0.93
_MOST_COLUMNS = 100
_MOST_PARTS = 12
_MOST_GROUPS = 16
_MOST_ALIGNED = 32
_ROWS_TRIED = 5_000
_LEAST_KEPT = 5
_GAIN = 0.01
_BY_CHANCE = 0.85
_BY_ACCIDENT = 2
_CANDIDATES = 5
_WORTH_TRYING = 0.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible key: columns of each side in step, with what was measured on the values looked at.

    ``unique``: share of rows of each side that hold a key no other row has; ``found``: share of each side's keys that
    the other side has; ``fitness``: how well such columns identify; ``fold``: case and outer space set aside, and
    ``gained`` the share of keys found only so.
    """

    left: Columns
    right: Columns
    unique: tuple[float, float]
    found: tuple[float, float]
    fitness: float
    fold: bool = False
    gained: float = 0.0

    @property
    def score(self) -> float:
        """0 to 1, to rank by before records are matched."""
        cover = 0.5 * max(self.found) + 0.5 * sum(self.found) / 2
        return min(self.unique) ** 4 * cover * self.fitness * _PER_COLUMN ** (len(self.left) - 1)

    @property
    def sure(self) -> bool:
        """Whether nothing with more columns needs to be tried."""
        several = len(self.left) > 1
        return (
            min(self.unique) >= (_PARTS_SURELY_UNIQUE if several else _SURELY_UNIQUE)
            and max(self.found) >= _SURELY_FOUND
            and self.fitness >= (_PARTS_SURELY_FIT if several else _SURELY_FIT)
        )


class KeyFinder:
    """Looks for keys of two files. ``samples`` are rows of each side, ``rows`` how many each has in all."""

    def __init__(
        self,
        sketches: Sketches,
        columns: tuple[list[Profile], list[Profile]],
        samples: Sequence[Sequence[Sequence[str]]],
        rows: tuple[int, int],
    ) -> None:
        self._sketches = sketches
        self._columns = columns
        self._samples = [side[:: max(1, len(side) // _ROWS_TRIED)][:_ROWS_TRIED] for side in samples]
        self._rows = rows
        self._fold = [{column.place for column in side if column.folds} for side in columns]
        self._known: list[Candidate] = []
        self._found: list[dict[Columns, Sketch]] = [{}, {}]
        self._shared: dict[tuple[Columns, Columns], Shared] = {}

    def candidates(self, parts: int) -> list[Candidate]:
        """The likely keys of one, two or three columns, best first; one has to be asked for before two and three."""
        keys = self._alone() if parts == 1 else self._together(parts)
        self._known += keys
        keys = sorted(keys, key=lambda key: -key.score)[:_CANDIDATES]
        if keys and self._counts_rows(keys[0]):
            return keys
        return [key for key in keys if key.score >= _WORTH_TRYING * keys[0].score]

    def _counts_rows(self, key: Candidate) -> bool:
        return len(key.left) == 1 and self._columns[0][key.left[0]].counts_rows

    def _alone(self) -> list[Candidate]:
        groups = [[(column.place,) for column in self._likeliest(side)] for side in self._columns]
        self._found, self._shared = self._sketches.take(groups, self._fold)
        return self._judged(self._found, self._shared, list(self._shared))

    @staticmethod
    def _likeliest(side: list[Profile]) -> list[Profile]:
        """Columns that may identify, at most so many, those first whose name and values say so."""
        return sorted((column for column in side if column.many), key=lambda column: (-column.named, -column.fitness))[
            :_MOST_COLUMNS
        ]

    def _judged(
        self,
        found: list[dict[Columns, Sketch]],
        shared: dict[tuple[Columns, Columns], Shared],
        pairs: Sequence[tuple[Columns, Columns]],
    ) -> list[Candidate]:
        keys = [
            self._judge(left, right, found[0][left], found[1][right], shared.get((left, right)))
            for left, right in pairs
        ]
        return [key for key in keys if key and min(key.unique) >= _UNIQUE_ENOUGH and max(key.found) >= _LEAST_FOUND]

    def _judge(
        self, left: Columns, right: Columns, ours: Sketch, theirs: Sketch, shared: Shared | None
    ) -> Candidate | None:
        if not shared or min(ours.values, theirs.values) < min(_LEAST_KEPT, *self._rows):
            return None
        plain = Candidate(
            left,
            right,
            unique=(self._unique(0, ours, ours.once), self._unique(1, theirs, theirs.once)),
            found=(shared.plain / ours.values, shared.plain / theirs.values),
            fitness=self._fitness(left, right),
        )
        folded = replace(
            plain,
            unique=(self._unique(0, ours, ours.folded_once), self._unique(1, theirs, theirs.folded_once)),
            found=(shared.folded / ours.folded_values, shared.folded / theirs.folded_values),
            fold=True,
            gained=max(shared.folded - shared.plain, 0) / max(shared.folded, 1),
        )
        worth = folded.gained > 0.02 and min(folded.unique) > min(plain.unique) - 0.02
        return folded if worth else plain

    def _unique(self, side: int, sketch: Sketch, once: int) -> float:
        return once / max(sketch.rows, 1) * sketch.filled / max(self._rows[side], 1)

    def _fitness(self, left: Columns, right: Columns) -> float:
        """The geometric mean over the pairs of columns."""
        return math.prod(map(self._fit, left, right, itertools.repeat(len(left) == 1))) ** (1 / len(left))

    def _fit(self, left: int, right: int, alone: bool) -> float:  # noqa: FBT001 - mapped over
        """As fit as the less fit side; names that speak of identity, that are alike and that come first help."""
        ours, theirs = self._columns[0][left], self._columns[1][right]
        fitness = min((side.fitness if alone else side.fitness_as_part) for side in (ours, theirs))
        named = (_NOT_NAMED, _HALF_NAMED, 1.0)[ours.named + theirs.named]
        return fitness * named * (0.96 + 0.04 * likeness.of_names(ours.name, theirs.name)) * (1 - 0.004 * min(left, 5))

    # Several columns together

    def _alike(self) -> dict[int, list[int]]:
        """For each left column that may be part of a key, the right columns whose values it shares, likeliest first."""
        scores: dict[int, list[tuple[float, int]]] = {}
        for ours, theirs in itertools.product(*map(self._parts, self._columns)):
            overlap = self._overlap(ours, theirs)
            if overlap >= _SURELY_FOUND:
                score = overlap + 0.5 * likeness.of_names(ours.name, theirs.name)
                scores.setdefault(ours.place, []).append((-score, theirs.place))
        return {place: [theirs for _, theirs in sorted(score)][:3] for place, score in scores.items()}

    @staticmethod
    def _parts(columns: list[Profile]) -> list[Profile]:
        """Columns that may be part of a key of several, the most fitting."""
        fit = [
            column
            for column in columns
            if column.distinct > 1 and column.filled > 0.9 and column.kind not in ("number", "long text", "empty")
        ]
        return sorted(
            sorted(fit, key=lambda column: -column.fitness_as_part)[:_MOST_PARTS], key=lambda column: column.place
        )

    def _overlap(self, ours: Profile, theirs: Profile) -> float:
        """Between containment and likeness of the two sets of values."""
        pair = (ours.place,), (theirs.place,)
        if ours.vocabulary and theirs.vocabulary:
            both, sizes = len(ours.vocabulary & theirs.vocabulary), (len(ours.vocabulary), len(theirs.vocabulary))
        elif pair in self._shared:
            both = self._shared[pair].folded
            sizes = self._found[0][pair[0]].folded_values, self._found[1][pair[1]].folded_values
        else:
            return 0.0
        return 0.5 * both / max(min(sizes), 1) + 0.5 * both / max(*sizes, 1)

    def _together(self, parts: int) -> list[Candidate]:
        alike = self._alike()
        groups = [group for group in itertools.combinations(sorted(alike), parts) if self._tells_rows_apart(0, group)]
        groups.sort(key=lambda group: -math.prod(self._columns[0][place].fitness_as_part for place in group))
        pairs: list[tuple[Columns, Columns]] = []
        for group in groups[:_MOST_GROUPS]:
            aligned = itertools.product(*(alike[place] for place in group))
            pairs += [
                (group, right) for right in aligned if len(set(right)) == parts and self._tells_rows_apart(1, right)
            ][:4]
        pairs = pairs[:_MOST_ALIGNED]
        sides = [list(dict.fromkeys(pair[side] for pair in pairs)) for side in (0, 1)]
        found, shared = self._sketches.take(sides, self._fold) if pairs else ([{}, {}], {})
        keys = [key for key in self._judged(found, shared, pairs) if self._gains(key)]
        most = max((min(key.unique) for key in keys), default=0.0)
        return [self._unless_by_chance(key, most) for key in keys]

    def _unless_by_chance(self, key: Candidate, most: float) -> Candidate:
        """Columns that tell most rows apart by chance fit less than those that tell all of them apart."""
        repeated = (most - min(key.unique)) * min(self._rows)
        return replace(key, fitness=key.fitness * _BY_CHANCE) if repeated > _BY_ACCIDENT else key

    def _gains(self, key: Candidate) -> bool:
        """Whether it tells more rows apart than any known key of fewer of its columns."""
        pairs = set(zip(key.left, key.right, strict=True))
        return not any(
            set(zip(known.left, known.right, strict=True)) < pairs and min(key.unique) < min(known.unique) + _GAIN
            for known in self._known
        )

    def _tells_rows_apart(self, side: int, group: Columns) -> bool:
        rows = self._samples[side]
        return len({tuple([row[place] for place in group]) for row in rows}) >= _UNIQUE_ENOUGH * len(rows)
