"""Which columns of two files hold the same fact, from their names and from their values on matched records."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from reconcile.engine.suggesting import likeness
from reconcile.engine.suggesting.likeness import NOTHING, Agreement, Cells
from reconcile.engine.suggesting.profiles import Profile
from reconcile.engine.suggesting.sketches import Columns

_LEAST = 0.45
_SAME_FACT = 0.15
_MOST_BY_VALUE = 100
_CELLS_COMPARED = 4_000_000
_FEWEST_RECORDS = 100
_KINDS = {"whole number": "number", "quantity": "number", "number": "number", "date": "date"}


@dataclass(frozen=True, slots=True)
class Found:
    """A left and a right column by place that seem to hold the same fact."""

    left: int
    right: int
    confidence: float
    agreement: Agreement
    name: float


class PairFinder:
    """Pairs the columns that are no key.

    ``matched`` are rows of both sides, in step, that a key holds to be the same record; ``most`` are looked at.
    """

    def __init__(
        self,
        columns: tuple[list[Profile], list[Profile]],
        key: tuple[Columns, Columns],
        matched: tuple[Sequence[Sequence[str]], Sequence[Sequence[str]]],
        most: int = 1_000,
    ) -> None:
        self._columns = [
            [column for column in side if column.place not in key[number]] for number, side in enumerate(columns)
        ]
        pairs = math.prod(max(1, min(len(side), _MOST_BY_VALUE)) for side in self._columns)
        self._records = max(_FEWEST_RECORDS, min(_CELLS_COMPARED // pairs, most))
        self._matched = [rows[: self._records] for rows in matched]
        self._cells: list[dict[int, Cells]] = [{}, {}]

    @property
    def records(self) -> int:
        """How many matched records were looked at."""
        return len(self._matched[0])

    def pairs(self) -> list[Found]:
        """One to one, in the order of the left columns."""
        kept = self._of_one_name()
        left, right = self._left_over(kept)
        if len(left) * len(right) > _MOST_BY_VALUE**2:
            kept += self._of_alike_names(left, right)
            left, right = (side[:_MOST_BY_VALUE] for side in self._left_over(kept))
        used = {pair.left for pair in kept}, {pair.right for pair in kept}
        scored = [self._score(ours, theirs) for ours in left for theirs in right]
        best = sorted(scored, key=lambda pair: (-pair.confidence, pair.left, pair.right))
        for pair in best:
            if pair.confidence >= _LEAST and pair.left not in used[0] and pair.right not in used[1]:
                kept.append(pair)
                used[0].add(pair.left)
                used[1].add(pair.right)
        return sorted(kept, key=lambda pair: pair.left)

    def cells(self, side: int, place: int) -> Cells:
        """One column on the matched records."""
        if place not in self._cells[side]:
            self._cells[side][place] = Cells([row[place] for row in self._matched[side]])
        return self._cells[side][place]

    def _left_over(self, kept: list[Found]) -> tuple[list[Profile], list[Profile]]:
        used = {pair.left for pair in kept}, {pair.right for pair in kept}
        left, right = (
            [column for column in side if column.place not in used[n]] for n, side in enumerate(self._columns)
        )
        return left, right

    def _of_alike_names(self, left: list[Profile], right: list[Profile]) -> list[Found]:
        """In tables too wide to try every pair: names that are the same but for case, spaces and signs."""
        plain = [Counter("".join(likeness.words(column.name)) for column in side) for side in (left, right)]
        theirs = {"".join(likeness.words(column.name)): column for column in right}
        pairs = []
        for column in left:
            name = "".join(likeness.words(column.name))
            if name and plain[0][name] == plain[1][name] == 1:
                pairs.append(self._score(column, theirs[name]))
        return [pair for pair in pairs if pair.confidence >= _LEAST]

    def _of_one_name(self) -> list[Found]:
        """Columns of one name stay together, unless their values are of different kinds and another one's agree."""
        theirs = {column.name: column for column in self._columns[1]}
        together = [(column, theirs[column.name]) for column in self._columns[0] if column.name in theirs]
        kept = []
        for ours, same in together:
            agreement = self._agreement(ours, same)
            if agreement.strength < 0.1 and agreement.telling and self._belongs_elsewhere(ours, same):
                continue
            certain = 0.6 + 0.39 * agreement.strength if agreement.strength or not agreement.telling else 0.5
            kept.append(Found(ours.place, same.place, certain, agreement, 1.0))
        return kept

    def _belongs_elsewhere(self, ours: Profile, same: Profile) -> bool:
        if _KINDS.get(ours.kind, "text") == _KINDS.get(same.kind, "text") or len(self._columns[1]) > _MOST_BY_VALUE:
            return False
        return any(self._agreement(ours, other).strength > 0.8 for other in self._columns[1] if other != same)

    def _score(self, ours: Profile, theirs: Profile) -> Found:
        name, agreement = likeness.of_names(ours.name, theirs.name), self._agreement(ours, theirs)
        if agreement.strength >= _SAME_FACT:
            certain = 1 - (1 - 0.95 * agreement.strength) * (1 - 0.5 * name)
        elif agreement.telling:
            certain = 0.55 * name
        else:
            certain = self._untold(ours, theirs, name)
        return Found(ours.place, theirs.place, certain, agreement, name)

    @staticmethod
    def _untold(ours: Profile, theirs: Profile, name: float) -> float:
        """Where matched records tell nothing: the name, and the words both columns know beyond one or two."""
        kinds = [_KINDS.get(column.kind, "text") for column in (ours, theirs)]
        alike = kinds[0] == kinds[1] or "empty" in (ours.kind, theirs.kind)
        common = len(ours.vocabulary & theirs.vocabulary)
        known = common / max(len(ours.vocabulary), len(theirs.vocabulary), 1) if common > 2 else 0.0
        return 1 - (1 - (0.8 if alike else 0.5) * name) * (1 - 0.4 * known)

    def _agreement(self, ours: Profile, theirs: Profile) -> Agreement:
        if not self.records or not ours.distinct or not theirs.distinct:
            return NOTHING
        return likeness.of_values(self.cells(0, ours.place), self.cells(1, theirs.place))


def strength(pairs: Sequence[Found], columns: int) -> float:
    """How far records matched by a key agree, 0 to 1: the agreement of pairs over the columns that could have one."""
    return sum(pair.agreement.strength for pair in pairs) / columns if columns > 0 else 0.0
