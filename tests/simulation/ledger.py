"""What both systems hold of a record, and what happened to it: the book the truth is read from."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.simulation.business import SIDES, Side, Value
from tests.simulation.faults import Fault


@dataclass(slots=True)
class Sent:
    """A change of the owner that has not reached the other side: when, whether it still may, and what lost it."""

    at: float
    on_its_way: bool
    fault: Fault | None


@dataclass(slots=True)
class Cell:
    """One fact of one record.

    ``held`` is what each side holds. ``open`` are the owner's changes that did not arrive, oldest first; ``foreign``
    the other side's own edit that still stands, ``damage`` what altered the value that arrived last. ``agreed`` is the
    last run whose exports held the same, ``moved`` the sides whose value changed since. ``touched``: when last.
    ``newest`` is when the change that arrived last was made: older ones are passed over. ``arrives``: when the last one
    under way will be there.
    """

    held: dict[Side, Value]
    open: list[Sent] = field(default_factory=list)
    foreign: tuple[float, Fault | None] | None = None
    damage: Fault | None = None
    slipped: bool = False
    agreed: int | None = None
    moved: set[Side] = field(default_factory=set)
    happened: set[str] = field(default_factory=set)
    touched: float = -1e9
    arrives: float = -1e9
    newest: float = -1e9

    @property
    def same(self) -> bool:
        """Whether both sides hold the same at the moment."""
        return self.held.get("left") == self.held.get("right")

    def put(self, side: Side, value: Value, at: float) -> None:
        """A side holds another value from now on."""
        if self.held.get(side) != value:
            self.moved.add(side)
        self.held[side] = value
        self.touched = at
        if self.same:
            self.foreign = self.damage = None
            self.slipped = False
            if not any(sent.on_its_way for sent in self.open):
                self.open.clear()


@dataclass(slots=True)
class Record:
    """One thing both systems should know. ``key`` as the right side writes it.

    ``created`` and ``updated`` by side; ``alone``: what made it a copy or entered it twice, ``lost``: what lost the
    message of its creation; ``removed``: side, time and fault of a removal; ``rows``: how often a side has it.
    ``met`` is the last run whose exports both had it. ``kept``: nobody removes it, for others are copies of it.
    """

    key: tuple[str, ...]
    traits: dict[str, str]
    born: Side
    cells: dict[str, Cell]
    created: dict[Side, float]
    updated: dict[Side, tuple[float, str]]
    present: set[Side]
    alone: Fault | None = None
    lost: Fault | None = None
    removed: tuple[Side, float, Fault | None] | None = None
    rows: dict[Side, int] = field(default_factory=lambda: dict.fromkeys(SIDES, 1))
    repeated: Fault | None = None
    met: int | None = None
    kept: bool = False
    touched: float = -1e9
    happened: set[str] = field(default_factory=set)

    @property
    def ordinary(self) -> bool:
        """Whether both systems have it, once."""
        return len(self.present) == 2 and self.alone is None and self.rows["left"] == self.rows["right"] == 1
