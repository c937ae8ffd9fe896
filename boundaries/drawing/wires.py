"""Which way every hand-off takes through a band, before anything has its place: channels, ports, order of arrival.

Between two boxes there is a gutter: tracks for lines that go up and down at its left, the words of what arrives at its
right. Above and below the boxes of a lane there is a channel for lines that go along. A line is only ever in one of
these or in front of the box it leads to, which is why none runs through a box or a word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from boundaries.drawing.parts import Block, block, start_block
from boundaries.drawing.tracks import lowest_free
from boundaries.telling import ToldHandoff, ToldStep

PORTS = 10
APART = 6
BETWEEN_BLOCKS = 10


class Channel(NamedTuple):
    """Where lines go along a lane (its number in the band): above its boxes or below them."""

    lane: int
    above: bool


@dataclass(slots=True)
class Wire:
    """One hand-off in one band. ``source`` and ``target`` are columns, None where that step is in another band.

    ``leaves`` and ``arrives`` are pixels below the middle line of the lane; ``level`` counts the tracks of its channel,
    ``out_track`` and ``in_track`` those of the gutters behind its source and in front of its target.
    """

    told: ToldHandoff
    number: int
    source: int | None
    target: int | None
    channel: Channel | None = None
    level: int = 0
    leaves: int = 0
    arrives: int = 0
    out_track: int = 0
    in_track: int = 0

    @property
    def is_next(self) -> bool:
        """Whether it leads to the step after its own."""
        return self.told.to_number == self.number + 1

    @property
    def goes_back(self) -> bool:
        """Whether it leads to the left, or to the step it comes from."""
        return self.source is not None and self.target is not None and self.target <= self.source


@dataclass(slots=True)
class Arrival:
    """What arrives in front of a box: the words of it, its wire (None: the record starts here), and where (pixels)."""

    block: Block
    wire: Wire | None
    offset: int = 0

    @property
    def rank(self) -> int:
        """What leads straight on keeps the middle line, and next to it the start."""
        if self.wire is None:
            return 1
        return 0 if self.wire.is_next else 2

    @property
    def from_above(self) -> bool:
        return self.wire is not None and self.wire.channel is not None and self.wire.channel.above


@dataclass(slots=True)
class Column:
    """All that meets at one box: offsets are pixels below the middle line of its lane."""

    arrivals: list[Arrival] = field(default_factory=list)
    leaving: list[Wire] = field(default_factory=list)
    onward: Wire | None = None
    elsewhere: list[Wire] = field(default_factory=list)

    @property
    def ports(self) -> list[int]:
        """Where lines meet the box."""
        onward = [0] if self.onward else []
        return [one.offset for one in self.arrivals] + [one.leaves for one in self.leaving] + onward

    @property
    def words(self) -> tuple[int, int]:
        """From where to where the words in front of the box reach."""
        return (
            min((one.offset - one.block.above for one in self.arrivals), default=0),
            max((one.offset + one.block.below for one in self.arrivals), default=0),
        )


def columns(told: Sequence[ToldStep], begin: int, end: int, lane_of: Sequence[int]) -> tuple[list[Column], list[Wire]]:
    """Return what meets at each step of a band, and all its wires. ``lane_of``: the lane of each step in it."""
    found = [Column() for _ in range(begin, end)]
    wires = list(_wires(told, begin, end))
    for wire in wires:
        wire.channel = _channel(wire, lane_of)
    _share_channels(wires)
    for wire in sorted(wires, key=_from_the_middle):
        if wire.target is not None:
            words = block(wire.told, pill=wire.source is None)
            found[wire.target].arrivals.append(Arrival(words, wire))
    for place, one in enumerate(told[begin:end]):
        if one.starts:
            found[place].arrivals.append(Arrival(start_block(), None))
        _stack(found[place].arrivals)
    _leave(found, wires, lane_of)
    return found, wires


def _wires(told: Sequence[ToldStep], begin: int, end: int) -> Iterable[Wire]:
    for place, one in enumerate(told):
        for handoff in one.handoffs:
            ends = (place, handoff.to_number - 1)
            source, target = (at - begin if begin <= at < end else None for at in ends)
            if source is not None or target is not None:
                yield Wire(handoff, one.number, source, target)


def _channel(wire: Wire, lane_of: Sequence[int]) -> Channel | None:
    """The channel of the lane it leads to, on the side it comes from; inside a lane, ahead above and back below."""
    if wire.source is None or wire.target is None or wire.is_next:
        return None
    begins, ends = lane_of[wire.source], lane_of[wire.target]
    return Channel(ends, begins < ends or (begins == ends and wire.target > wire.source))


def _from_the_middle(wire: Wire) -> tuple[bool, int]:
    """The order in which arrivals of one channel cross least: of those from the right the outermost first."""
    if wire.channel is None:
        return False, 0
    return True, -wire.level if wire.goes_back else wire.level


def _stack(arrivals: list[Arrival]) -> None:
    """Give each its offset: the first by rank on the middle line, what comes from above over it, the rest below."""
    if not arrivals:
        return
    middle = min(arrivals, key=lambda one: one.rank)
    top, bottom = -middle.block.above, middle.block.below
    for one in arrivals:
        if one is middle:
            continue
        if one.from_above:
            one.offset = top - BETWEEN_BLOCKS - one.block.below
            top = one.offset - one.block.above
        else:
            one.offset = bottom + BETWEEN_BLOCKS + one.block.above
            bottom = one.offset + one.block.below
    for one in arrivals:
        if one.wire is not None:
            one.wire.arrives = one.offset


def _leave(found: list[Column], wires: list[Wire], lane_of: Sequence[int]) -> None:
    last = len(found) - 1
    for wire in wires:
        if wire.source is None:
            continue
        column = found[wire.source]
        if wire.target is not None:
            column.leaving.append(wire)
        elif wire.source == last and wire.is_next and column.onward is None:
            column.onward = wire
        else:
            column.elsewhere.append(wire)
    for place, column in enumerate(found):
        follows = place < last and lane_of[place + 1] == lane_of[place]
        beside = [(one.offset, one.wire) for one in found[place + 1].arrivals] if follows else []
        _give_ports(column, lane_of[place], beside)


def _give_ports(column: Column, lane: int, beside: list[tuple[int, Wire | None]]) -> None:
    """Where each line leaves: straight on in the middle, others above or below it, none on a line of what follows."""
    used = [0] if column.onward else []
    for wire in sorted(column.leaving, key=lambda one: _inwards(one, lane)):
        if wire.is_next:
            wire.leaves = 0
        else:
            taken = [*used, *(offset for offset, other in beside if other is not wire)]
            wire.leaves = _free_port(taken, upwards=_goes_up(wire, lane))
        used.append(wire.leaves)


def _inwards(wire: Wire, lane: int) -> tuple[bool, bool, int, int]:
    """The order from the middle of a box in which lines that leave it cross least.

    Straight on first; then ahead, the nearest first; then back, the farthest first, around those that turn earlier.
    """
    away = abs(wire.channel.lane - lane) if wire.channel else 0
    turn = -1 if wire.goes_back else 1
    return not wire.is_next, wire.goes_back, turn * away, turn * wire.level


def _goes_up(wire: Wire, lane: int) -> bool:
    channel = wire.channel
    return channel is not None and (channel.lane < lane or (channel.lane == lane and channel.above))


def _free_port(taken: list[int], *, upwards: bool) -> int:
    place = 0
    while any(abs(place - other) < APART for other in taken):
        place += -PORTS if upwards else PORTS
    return place


def _share_channels(wires: list[Wire]) -> None:
    """Lines of one channel that are beside each other get tracks of their own, the shortest next to the boxes."""
    together: dict[Channel, list[Wire]] = defaultdict(list)
    for wire in wires:
        if wire.channel is not None:
            together[wire.channel].append(wire)
    for several in together.values():
        several.sort(key=lambda one: _gutters(one)[1] - _gutters(one)[0])
        taken: list[list[tuple[int, int]]] = []
        for wire in several:
            wire.level = lowest_free(taken, _gutters(wire))


def _gutters(wire: Wire) -> tuple[int, int]:
    """From which gutter to which it goes along its channel: out behind its source, in before its target."""
    assert wire.source is not None  # noqa: S101 - for the types: only what stays in the band has a channel
    assert wire.target is not None  # noqa: S101
    return min(wire.source + 1, wire.target), max(wire.source + 1, wire.target)
