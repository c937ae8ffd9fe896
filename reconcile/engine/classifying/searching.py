"""The search for values in which groups concentrate: counted for all groups at once, decided for each (``choosing``).

Pairs are looked for among columns with few values, and where there are many records in a sample of them. What stands
out is counted exactly before anything is said of it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log

from reconcile.engine.classifying import choosing
from reconcile.engine.classifying.asked import Condition, Segment
from reconcile.engine.classifying.chance import Table
from reconcile.engine.classifying.choosing import Choice, Chosen, Tried, Value
from reconcile.engine.classifying.populations import AT_ONCE, Population

_LEAST_SHARE = 0.08
_STANDS_OUT = 1.3
_BY_CHANCE = 0.05
_CANDIDATES = 14
_COMBINED = 6
_GROUP_SAMPLE = 5_000
_FEW_VALUES = 30
_PAIRED_COLUMNS = 24
_SAME = 0.98
_WORTH_PAIRS = 10
_BYTES_OF_BITS = 64_000_000

Pair = tuple[Value, Value]


@dataclass(frozen=True, slots=True)
class Searched:
    """A group by its label, how many mismatches it has, and the columns (side, place) that are not looked at for it."""

    label: str
    count: int
    but: tuple[tuple[str, int], ...]


class Search:
    """The groups of one population, numbered by their place."""

    def __init__(self, population: Population, groups: Sequence[Searched]) -> None:
        self._population = population
        self._groups = groups
        self._records: dict[Value, int] = {}
        self._inside: list[dict[Value, int]] = [{} for _ in groups]
        self._pairs: list[list[tuple[float, Pair]]] = [[] for _ in groups]
        self._kept: OrderedDict[Value, int] = OrderedDict()
        self._sizes: dict[int, int] = {}
        self._repeats: dict[int, int] = {}
        self._trials: dict[int, Tried] = {}

    def found(self, most: int) -> dict[str, tuple[tuple[Segment, ...], tuple[str, ...]]]:
        """Segments by label, the strongest first, with identities of up to ``most`` mismatches inside that."""
        self._population.number([_numbered(group) for group in self._groups])
        self._count_values()
        self._sizes = self._population.members()
        self._count_pairs()
        return {group.label: self._of(number, most) for number, group in enumerate(self._groups)}

    def _of(self, number: int, most: int) -> tuple[tuple[Segment, ...], tuple[str, ...]]:
        chosen = self._chosen(number)
        typical = self._population.typical(number, chosen[0].values, most) if chosen else ()
        return tuple(self._segment(one) for one in chosen), typical

    def _count_values(self) -> None:
        places = sorted(self._population.words)
        for start in range(0, max(len(places), 1), AT_ONCE):
            self._population.make(places[start : start + AT_ONCE])
            for place in places[start : start + AT_ONCE]:
                counted = self._population.counts([place])
                self._records |= {value: count for (value,), count in counted.items() if count >= choosing.LEAST}
                for held in self._population.held([place]):
                    self._inside[held.group][held.values[0]] = held.inside

    def _count_pairs(self) -> None:
        """Remember of each group the pairs that tell clearly more than either of their values."""
        few = self._few() if max(self._sizes.values(), default=0) >= _WORTH_PAIRS else []
        singles = {place for number in range(len(self._groups)) for place, _ in self._values(number)}
        self._population.make(sorted(singles | set(few)))
        for cells, places in self._told_apart(few):
            for held in self._population.held(places):
                pair = (held.values[0], held.values[1])
                self._consider(held.group, pair, held.inside, cells.get(pair, 0))

    def _few(self) -> list[int]:
        """Columns with so few values that pairs of them are worth a look; the fewest first where there are many."""
        words = self._population.words
        few = [place for place, one in words.items() if 1 < len(one.values) <= _FEW_VALUES]
        return sorted(sorted(few, key=lambda place: len(words[place].values))[:_PAIRED_COLUMNS])

    def _told_apart(self, places: Sequence[int]) -> Iterator[tuple[dict[tuple[Value, ...], int], list[int]]]:
        """Every two columns with the records by their values; of columns that say the same only the first is used."""
        used: list[int] = []
        for place in places:
            cells = [self._population.counts([other, place], sampled=True) for other in used]
            same = next((other for found, other in zip(cells, used, strict=True) if _say_the_same(found)), None)
            if same is None:
                yield from ((found, [other, place]) for found, other in zip(cells, used, strict=True))
                used.append(place)
            else:
                self._repeats[place] = same

    def _consider(self, number: int, pair: Pair, inside: int, records: int) -> None:
        if any(self._is_out(number, place) for place, _ in pair):
            return
        size, population = self._sizes[number], self._population.size
        inside = min(inside, size)
        table = Table(inside, min(max(records, inside), population - size + inside), size, population)
        alone = max(self._table(number, value).gain for value in pair)
        values = log(max(len(self._records), 2))
        if table.ratio >= _STANDS_OUT and table.gain > max(alone + values, 2 * values - log(2)):
            self._pairs[number].append((alone - table.gain, pair))

    def _values(self, number: int) -> list[Value]:
        """The values that stand out most in a group, strongest first."""
        tables = {value: self._table(number, value) for value in self._inside[number]}
        found = [
            value
            for value, table in tables.items()
            if table.ratio >= _STANDS_OUT and table.chance < _BY_CHANCE and not self._is_out(number, value[0])
        ]
        return sorted(found, key=lambda value: (-tables[value].gain, value))[:_CANDIDATES]

    def _chosen(self, number: int) -> list[Chosen]:
        values = self._values(number)
        pairs = [pair for _, pair in sorted(self._pairs[number])[:_CANDIDATES]]
        tried = self._tried(number)
        likely = (tried.corrected(self._table(number, value).chance, 1) < choosing.CHANCE for value in values)
        if not pairs and not any(likely):
            return []
        combined = (tuple(sorted(pair)) for pair in combinations(values[:_COMBINED], 2) if pair[0][0] != pair[1][0])
        pairs += [(first, second) for first, second in combined]
        choice = Choice(self._population.group(number), self._population.size, self._bits, tried)
        return choice.segments(values, sorted(set(pairs)))

    def _segment(self, chosen: Chosen) -> Segment:
        words = [self._population.words[place] for place, _ in chosen.values]
        conditions = tuple(
            Condition(word.column.side, word.column.name, word.values[code])
            for word, (_, code) in zip(words, chosen.values, strict=True)
        )
        table = chosen.table
        return Segment(conditions, table.inside, table.records, table.group, table.population, chosen.chance)

    def _table(self, number: int, value: Value) -> Table:
        """The counts of one value; none inside where there are too few to matter."""
        inside, records = self._inside[number].get(value, 0), self._records.get(value, 0)
        return Table(min(inside, records), records, self._sizes[number], self._population.size)

    def _tried(self, number: int) -> Tried:
        """All values with records enough, and all pairs of them, as if each had been looked at.

        Columns that say the same are one trial.
        """
        if number not in self._trials:
            records = [count for value, count in self._records.items() if self._is_tried(number, value[0])]
            self._trials[number] = Tried(records, self._sizes[number], self._population.size)
        return self._trials[number]

    def _is_tried(self, number: int, place: int) -> bool:
        same = self._repeats.get(place)
        return not self._is_out(number, place) and (same is None or self._is_out(number, same))

    def _is_out(self, number: int, place: int) -> bool:
        column = self._population.words[place].column
        return (column.side, column.place) in self._groups[number].but

    def _bits(self, value: Value) -> int:
        """The records that have a value; those asked for lately are kept, within bounds."""
        if value not in self._kept:
            while self._kept and len(self._kept) * self._population.size // 8 > _BYTES_OF_BITS:
                self._kept.popitem(last=False)
            self._kept[value] = self._population.bits(value)
        self._kept.move_to_end(value)
        return self._kept[value]


def _numbered(group: Searched) -> tuple[str, int, int]:
    least = max(choosing.LEAST, int(group.count * _LEAST_SHARE))
    return group.label, least, max(1, group.count // _GROUP_SAMPLE)


def _say_the_same(cells: dict[tuple[Value, ...], int]) -> bool:
    """Whether each value of one column goes with one of the other, both ways, but for a few records."""
    total = sum(cells.values())
    for side in (0, 1):
        most: dict[Value, int] = {}
        for values, count in cells.items():
            most[values[side]] = max(most.get(values[side], 0), count)
        if sum(most.values()) < _SAME * total:
            return False
    return True
