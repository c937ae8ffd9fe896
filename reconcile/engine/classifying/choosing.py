"""Which values a group of mismatches concentrates in, decided from bits: one a record, set where it meets a condition.

Pure: no database. A Python integer is a set of records here; ``&`` and ``bit_count`` are all the counting there is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, log
from operator import neg

from reconcile.engine.classifying.chance import Table, at_least

LEAST = 5
RATIO = 2.0
SHARE = 0.2
FURTHER_SHARE = 0.1
CHANCE = 0.05
REFINED = 0.05
MOST = 3
_AS_GOOD = 0.99

Value = tuple[int, int]
"""A column (its place among all that are looked at, in order of preference) and the code of a value in it."""


class Tried:
    """All values, and all pairs of them, that might have been named for one group, each as likely as chance made it.

    ``records`` are the records of each value, ``group`` and ``population`` as in a ``Table``. Most values are too rare
    to be named by chance, or too common: as trials they count for no more than that is likely, so that a column of two
    hundred rare values does not hide what another one tells. A pair is no likelier than the rarer of its values.
    """

    def __init__(self, records: Iterable[int], group: int, population: int) -> None:
        counted = Counter(map(_stepped, records))
        each = [(_reach(one, group, population), _reach_paired(one, group, population)) for one in counted]
        spread = [pair for pair, count in zip(each, counted.values(), strict=True) for _ in range(count)]
        self._alone = sorted((alone for alone, _ in spread), reverse=True)
        self._paired = sorted((paired for _, paired in spread), reverse=True)
        self._alone_after = _sums_after(self._alone)
        self._paired_after = _sums_after([place * one for place, one in enumerate(self._paired)])

    def corrected(self, chance: float, conditions: int) -> float:
        """The probability that any of all trials shows as much by chance; half the risk is for pairs."""
        return min(1.0, 2 * max(chance, self.likely(chance, conditions)))

    def likely(self, chance: float, conditions: int) -> float:
        """How many values, or pairs of them, chance would let show as much: no less than the probability of one."""
        if conditions == 1:
            full = bisect_right(self._alone, -chance, key=neg)
            return full * chance + self._alone_after[full]
        full = bisect_right(self._paired, -chance, key=neg)
        return full * (full - 1) / 2 * chance + self._paired_after[full]

    def cost(self, conditions: int) -> float:
        """What a choice among so many has to be worth, in nats."""
        return log(max(1.0, self.likely(CHANCE, conditions) / CHANCE))


def _sums_after(parts: Sequence[float]) -> list[float]:
    """The sum of the parts from each place on, and 0 after the last."""
    return list(accumulate(reversed(parts), initial=0.0))[::-1]


def _reach(records: int, group: int, population: int) -> float:
    """The probability that chance brings enough of a group under a value of so many records for it to be named."""
    least = records - _step(records) + 1
    telling = RATIO * least * group / (population + (RATIO - 1) * least)
    return _brought(max(_enough(group), ceil(telling)), records, group, population)


def _reach_paired(records: int, group: int, population: int) -> float:
    """The same under a value and any other together: of fewer records the more need not be as many."""
    return _brought(_enough(group), records, group, population)


def _enough(group: int) -> int:
    return max(LEAST, ceil(FURTHER_SHARE * group))


def _brought(needed: int, records: int, group: int, population: int) -> float:
    return at_least(needed, group, min(records, population), population)


def _stepped(records: int) -> int:
    """A number of records rounded up to one of sixteen steps or more before it doubles: few are worked out."""
    step = _step(records)
    return -(-records // step) * step


def _step(records: int) -> int:
    return 1 << max(0, records.bit_length() - 5)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Values that together make a segment, its counts over everything and outside others, and the corrected chance."""

    values: tuple[Value, ...]
    table: Table
    own: Table
    chance: float


class _Within:
    """Some of all records, and what of the group is among them, counted once."""

    def __init__(self, records: int, group: int) -> None:
        self.records, self._group = records, group & records
        self._sizes = self._group.bit_count(), records.bit_count()

    @property
    def group(self) -> int:
        """How many records of the group are here."""
        return self._sizes[0]

    def table(self, records: int) -> Table:
        """The counts of some records here."""
        return Table((records & self._group).bit_count(), (records & self.records).bit_count(), *self._sizes)


class Choice:
    """One group: its records, how many records there are, and how to get those that have a value."""

    def __init__(self, group: int, population: int, bits: Callable[[Value], int], tried: Tried) -> None:
        self._group, self._bits, self._tried = group, bits, tried
        self._all = _Within((1 << population) - 1, group)
        self._wholes: dict[tuple[Value, ...], Table] = {}

    def segments(self, values: Sequence[Value], pairs: Sequence[tuple[Value, Value]]) -> list[Chosen]:
        """Up to ``MOST`` segments, each found outside those before it; first the one that accounts for most."""
        candidates = [*((value,) for value in sorted(values)), *sorted(pairs)]
        left = self._all
        found: list[Chosen] = []
        while len(found) < MOST and left.group >= LEAST:
            share = FURTHER_SHARE if found else SHARE
            chosen = self._strongest(candidates, left, share)
            if chosen is None:
                break
            found.append(chosen)
            left = _Within(left.records & ~self._records(chosen.values), self._group)
        return sorted(found, key=lambda one: -one.own.excess)

    def _strongest(self, candidates: Sequence[tuple[Value, ...]], left: _Within, share: float) -> Chosen | None:
        """The one that tells most of what is left, less what its choice is worth; of those as good the preferred."""
        tables = {
            values: self._whole(values) if left is self._all else left.table(self._records(values))
            for values in candidates
        }
        sound = [values for values in candidates if self._holds(values, tables[values], share)]
        sound = [values for values in sound if len(values) == 1 or self._beats_both(values, left)]
        if not sound:
            return None
        worth = {values: tables[values].gain - self._tried.cost(len(values)) for values in sound}
        best = max(worth.values())
        values = next(values for values in sound if worth[values] >= best - (1 - _AS_GOOD) * tables[values].gain)
        corrected = self._tried.corrected(tables[values].chance, len(values))
        return Chosen(values, self._whole(values), tables[values], corrected)

    def _holds(self, values: tuple[Value, ...], table: Table, share: float) -> bool:
        whole = self._whole(values)
        telling = table.inside >= LEAST and min(table.ratio, whole.ratio) >= RATIO
        matters = table.share >= SHARE and whole.share >= share
        return telling and matters and self._tried.corrected(table.chance, len(values)) < CHANCE

    def _beats_both(self, values: tuple[Value, ...], left: _Within) -> bool:
        """Whether each value of a pair tells something among the records that have the other.

        That the group concentrates is shown by then; this is about which of two names it gets, so that a chance of
        ``REFINED`` is small enough.
        """
        return all(self._tells_inside(values, left.records & self._bits(value)) for value in values)

    def _tells_inside(self, values: tuple[Value, ...], within: int) -> bool:
        table = _Within(within, self._group).table(self._records(values))
        return table.ratio >= RATIO and self._tried.likely(table.chance, 1) < REFINED

    def _records(self, values: tuple[Value, ...]) -> int:
        records = self._bits(values[0])
        for value in values[1:]:
            records &= self._bits(value)
        return records

    def _whole(self, values: tuple[Value, ...]) -> Table:
        """The counts of records with these values among all."""
        if values not in self._wholes:
            self._wholes[values] = self._all.table(self._records(values))
        return self._wholes[values]
