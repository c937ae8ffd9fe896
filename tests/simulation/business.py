"""What a business is made of: its facts, what each system calls and how it writes them, and who owns which."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from reconcile import engine

Value = str | Decimal | date | bool | None
Make = Callable[[random.Random], Value]
SIDES = ("left", "right")
Side = str


def other(side: Side) -> Side:
    """The side across."""
    return SIDES[1 - SIDES.index(side)]


@dataclass(frozen=True)
class Fact:
    """Something both systems keep: ``columns`` is what each calls it, ``owner`` the side that decides, if any.

    ``edits`` is the share of records edited a week, ``words`` how each system writes a word, ``lag`` the days its
    hand-off may take where that is not the business's.
    """

    name: str
    columns: tuple[str, str]
    make: Make
    owner: Side = "left"
    edits: float = 0.008
    kind: str = "text"
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    lag: float | None = None
    empty: float = 0.0

    def drawn(self, rng: random.Random, *unlike: Value) -> Value:
        """A value that is none of ``unlike``, where there is one."""
        for _ in range(20):
            value = None if rng.random() < self.empty else self.make(rng)
            if value not in unlike:
                return value
        return unlike[0]


@dataclass(frozen=True)
class Trait:
    """What else exports say of a record, compared with nothing; an empty column: that system does not say it.

    ``shares`` are the values and how common each is, ``words`` what the right system writes instead. ``person``: it
    names somebody.
    """

    name: str
    columns: tuple[str, str]
    shares: Mapping[str, float]
    words: Mapping[str, str] = field(default_factory=dict)
    person: bool = False

    def written(self, side: Side, value: str) -> str:
        """The value as one side writes it."""
        return self.words.get(value, value) if side == "right" else value


@dataclass(frozen=True)
class Style:
    """How one system writes: dates, moments, decimal sign, yes and no, and its files."""

    day: str = "%Y-%m-%d"
    moment: str = "%Y-%m-%d %H:%M:%S"
    comma: bool = False
    truths: tuple[str, str] = ("yes", "no")
    delimiter: str = ","
    encoding: str = "utf-8"

    def text(self, value: Value) -> str:
        """A value as it stands in the file."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return self.truths[0 if value else 1]
        if isinstance(value, Decimal):
            plain = format(value, "f")
            return plain.replace(".", ",") if self.comma else plain
        if isinstance(value, date):
            return value.strftime(self.day)
        return value

    def when(self, moment: datetime) -> str:
        """A moment as it stands in the file."""
        return moment.strftime(self.moment)


@dataclass(frozen=True)
class Business:
    """Two systems and what they keep.

    ``key``: columns (left, right); ``make_key`` its parts for the n-th record, as the right side writes them.
    ``stamps`` are the edit columns of both sides, ``lag`` the days a message may take. ``exported`` is the hour of the
    day of each export, in days. ``relatives``: the share of new records that have the facts ``shared`` in common with
    an earlier one, as two orders of one customer have. ``clock``: how exact the stamps are, in days.
    """

    name: str
    key: tuple[tuple[str, str], ...]
    make_key: Callable[[random.Random, int], tuple[str, ...]]
    facts: tuple[Fact, ...]
    traits: tuple[Trait, ...]
    styles: tuple[Style, Style]
    stamps: tuple[engine.EditColumns, engine.EditColumns]
    lag: float
    started: datetime
    born_right: float = 0.0
    exported: tuple[float, float] = (0.0, 0.0)
    relatives: float = 0.0
    shared: tuple[str, ...] = ()
    left_key: Callable[[str], str] = str
    fold: bool = False
    clock: float = 0.0
    sizes: tuple[int, int] = (1500, 4000)
    fresh: float = 0.012

    def fact(self, name: str) -> Fact:
        """The fact of that name."""
        return next(fact for fact in self.facts if fact.name == name)

    def trait(self, name: str) -> Trait:
        """The trait of that name."""
        return next(trait for trait in self.traits if trait.name == name)

    def style(self, side: Side) -> Style:
        """How a side writes."""
        return self.styles[SIDES.index(side)]

    def stamp(self, side: Side) -> engine.EditColumns:
        """The edit columns of a side."""
        return self.stamps[SIDES.index(side)]

    def lag_of(self, fact: Fact) -> float:
        """Days a change of the fact may take to the other side."""
        return self.lag if fact.lag is None else fact.lag
