"""What goes wrong in a business during the eight weeks: drawn by seed, tied to a workflow, to two, or to nothing."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.simulation.business import SIDES, Business, Fact, Side, Trait, other
from tests.simulation.transforms import TRANSFORMS, damaged

Where = tuple[tuple[str, str], ...]
ALWAYS = -10_000.0


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong again and again.

    ``where``: traits and values of the records it happens to; empty: any. ``strength`` is how likely it strikes when
    it could, ``weekly`` how often somebody does it a week (or how much busier that workflow is). ``side``: where the
    record is left alone, doubled or copied. ``since``: the day it began. ``words``: those nobody has mapped.
    """

    what: str
    fact: str = ""
    side: Side = ""
    where: Where = ()
    strength: float = 1.0
    weekly: float = 0.0
    transform: str = ""
    since: float = ALWAYS
    words: tuple[str, ...] = ()

    def strikes(self, traits: dict[str, str], at: float) -> bool:
        """Whether it could happen to a record with these traits by then."""
        return at >= self.since and all(traits[name] == value for name, value in self.where)


class Drawing:
    """Draws the faults of one business."""

    def __init__(self, business: Business, rng: random.Random) -> None:
        self._business = business
        self._rng = rng
        self._altered = rng.sample([fact for fact in business.facts if fact.owner and self._transforms(fact)], 3)

    def faults(self) -> tuple[Fault, ...]:
        """All of them: at most one of a kind for a fact or a side, so that each makes a pattern of its own."""
        made = [self._lost(fact) for fact in self._facts(3)]
        made += [self._by_hand("other edits", fact, self._rng.uniform(4, 8)) for fact in self._facts(2)]
        made += [self._by_hand("both edit", fact, self._rng.uniform(2, 4)) for fact in self._facts(1, most_words=2)]
        made += [self._format(fact) for fact in self._altered]
        made += [self._vocabulary(fact) for fact in self._words(1)]
        made += list(self._of_records())
        return tuple(made)

    def _of_records(self) -> Iterator[Fault]:
        born = ["left"] if self._business.born_right < 0.1 else SIDES
        for side in born:
            where = self._where(side)
            strength = self._rng.uniform(0.6, 0.9) if where else 0.12
            yield Fault("lost records", side=side, where=where, strength=strength, weekly=3 if where else 0)
        side = self._rng.choice(SIDES)
        for what, weekly in (("removals", 4.0), ("repeats", 3.0), ("copies", 4.0)):
            side = other(side)
            told = other(side) if what == "removals" else side
            yield Fault(what, side=side, where=self._where(told), weekly=self._rng.uniform(0.8, 1.6) * weekly)
        yield Fault("two keys", weekly=self._rng.uniform(1, 3))

    def _facts(self, count: int, most_words: int = 0) -> Sequence[Fact]:
        fitting = [
            fact
            for fact in self._business.facts
            if fact.owner and fact.kind != "flag" and not 0 < len(fact.words) <= most_words
        ]
        return self._rng.sample(fitting, count)

    def _words(self, count: int) -> Sequence[Fact]:
        return self._rng.sample([fact for fact in self._business.facts if fact.words], count)

    def _where(self, side: Side | None) -> Where:
        """Nothing, one value of a trait or one each of two; of traits the ``side`` tells, if one is given."""
        kind = self._rng.choices(["nothing", "one", "pair"], [30, 45, 25])[0]
        told = [trait for trait in self._business.traits if self._tells(trait, side)]
        if kind == "nothing":
            return ()
        if kind == "pair":
            pairs = [
                ((one.name, value), (two.name, word))
                for one, two in itertools.combinations(told, 2)
                for value in one.shares
                for word in two.shares
                if max(_share(one, value), _share(two, word)) < 0.5
                and 0.03 <= _share(one, value) * _share(two, word) <= 0.12
            ]
            return self._rng.choice(pairs) if pairs else ()
        ones = [(trait.name, value) for trait in told for value in trait.shares if 0.05 <= _share(trait, value) <= 0.3]
        return (self._rng.choice(ones),)

    def _tells(self, trait: Trait, side: Side | None) -> bool:
        told = trait.columns[SIDES.index(side)] if side else any(trait.columns)
        return bool(told) and not trait.person and len(trait.shares) < 10

    def _lost(self, fact: Fact) -> Fault:
        where = self._where(None)
        strength = self._rng.uniform(0.55, 0.9) if where else 0.15
        return Fault("lost edits", fact.name, where=where, strength=strength, weekly=4 if where else 6)

    def _by_hand(self, what: str, fact: Fact, weekly: float) -> Fault:
        return Fault(what, fact.name, where=self._where(None), weekly=weekly)

    def _format(self, fact: Fact) -> Fault:
        where = self._where(None)
        since = self._rng.choice([ALWAYS, ALWAYS, 3.0, 10.0, 17.0])
        transform = self._rng.choice(self._transforms(fact))
        strength = self._rng.uniform(0.85, 1) if where else self._rng.uniform(0.04, 0.08 if since == ALWAYS else 0.4)
        return Fault("format", fact.name, where=where, strength=strength, weekly=6, transform=transform, since=since)

    def _transforms(self, fact: Fact) -> list[str]:
        """Those that change at least a third of the fact's values."""
        rng = random.Random(7)
        values = [fact.make(rng) for _ in range(60)]
        return [
            name
            for name in TRANSFORMS.get(fact.kind, {})
            if sum(damaged(name, fact.kind, value) != value for value in values) >= 20
        ]

    def _vocabulary(self, fact: Fact) -> Fault:
        words = list(fact.words)
        missing = words if self._rng.random() < 0.1 else words[-self._rng.randint(1, 2) :]
        return Fault("vocabulary", fact.name, words=tuple(missing))


def _share(trait: Trait, value: str) -> float:
    return trait.shares[value] / sum(trait.shares.values())
