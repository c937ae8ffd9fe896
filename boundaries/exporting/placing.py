"""Where the shapes of a BPMN file stand: the part of it that lets other modellers show it as a picture.

Each step has a column of its own, in the order of time, and each lane a band: so whatever runs straight up or down in a
column, or in the gap between two, meets no box. Arrows that do not lead to the next column run along the foot of
the lane they lead to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

HEAD = 30
EVENT, GATEWAY, TASK, TASK_HEIGHT = 36, 50, 160, 100
BETWEEN, GAP = 40, 144
ABOVE, TRACK, BELOW = 24, 14, 20
NEAREST = 8
# A label as modellers write it: small, in lines of about so many letters.
LABEL, LETTERS, LINE, MOST_LINES = 104, 17, 14, 5

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Bounds:
    """An upright rectangle in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def left(self) -> Point:
        return self.x, self.y + self.height // 2

    @property
    def right(self) -> Point:
        return self.x + self.width, self.y + self.height // 2

    @property
    def foot(self) -> Point:
        return self.x + self.width // 2, self.y + self.height

    @property
    def top(self) -> Point:
        return self.x + self.width // 2, self.y


@dataclass(frozen=True, slots=True)
class Column:
    """The elements of one step from left to right, by their ids, and the number of the lane they are in."""

    lane: int
    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """An arrow from one element to another, by their ids, and what is written at it."""

    id: str
    source: str
    target: str
    label: str = ""


@dataclass
class Placed:
    """Where everything stands: boxes, the corners and labels of arrows by their ids, lanes by their numbers.

    A label that is not there stands where the modeller puts it.
    """

    pool: Bounds
    lanes: list[Bounds] = field(default_factory=list)
    boxes: dict[str, Bounds] = field(default_factory=dict)
    lines: dict[str, list[Point]] = field(default_factory=dict)
    labels: dict[str, Bounds] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Way:
    """An arrow and the columns it leads from and to."""

    line: Line
    source: int
    target: int


def place(lanes: int, columns: Sequence[Column], lines: Sequence[Line], sizes: Mapping[str, Point]) -> Placed:
    """Return where ``columns`` and ``lines`` stand; ``sizes`` are width and height of every element."""
    at = {element: number for number, column in enumerate(columns) for element in column.elements}
    ways = [_Way(line, at[line.source], at[line.target]) for line in lines]
    around = {way.line.id for way in ways if way.source not in (way.target, way.target - 1)}
    tracks = _tracks(ways, around, columns)
    per_lane = [sum(lane == number for lane, _ in tracks.values()) for number in range(lanes)]
    heights = [ABOVE + TASK_HEIGHT + BELOW + count * TRACK for count in per_lane]
    tops = [sum(heights[:number]) for number in range(lanes)]
    boxes, starts, width = _boxes(columns, sizes, tops)
    placed = Placed(Bounds(0, 0, width, sum(heights)), boxes=boxes)
    placed.lanes = [Bounds(HEAD, top, width - HEAD, height) for top, height in zip(tops, heights, strict=True)]
    for way in ways:
        box, other = boxes[way.line.source], boxes[way.line.target]
        # The arrows of one gap run beside each other.
        turn = starts[way.source + 1] - GAP + NEAREST + (way.target * 13) % (GAP - LABEL - 3 * NEAREST)
        if way.line.id in around:
            lane, number = tracks[way.line.id]
            track = tops[lane] + ABOVE + TASK_HEIGHT + NEAREST + number * TRACK
            corners = _around(box, other, track, turn, starts[way.target] - NEAREST - number % 4 * 6)
        else:
            corners = _across(box, other, turn)
            if way.line.label:
                placed.labels[way.line.id] = _label(way.line.label, *other.left)
        placed.lines[way.line.id] = _without_repeats(corners)
    return placed


def _tracks(ways: Sequence[_Way], around: set[str], columns: Sequence[Column]) -> dict[str, tuple[int, int]]:
    """The lane at whose foot each arrow ``around`` runs, and which one it is there."""
    found: dict[str, tuple[int, int]] = {}
    used: dict[int, int] = {}
    for way in ways:
        if way.line.id in around:
            lane = columns[way.target].lane
            found[way.line.id] = lane, used.get(lane, 0)
            used[lane] = used.get(lane, 0) + 1
    return found


def _boxes(
    columns: Sequence[Column], sizes: Mapping[str, Point], tops: Sequence[int]
) -> tuple[dict[str, Bounds], list[int], int]:
    """The boxes, where each column starts (and the one after the last), and the width of all."""
    boxes: dict[str, Bounds] = {}
    x = HEAD + GAP // 2
    starts = [x]
    for column in columns:
        for element in column.elements:
            width, height = sizes[element]
            boxes[element] = Bounds(x, tops[column.lane] + ABOVE + (TASK_HEIGHT - height) // 2, width, height)
            x += width + BETWEEN
        x += GAP - BETWEEN
        starts.append(x)
    return boxes, starts, x - GAP // 2


def _across(box: Bounds, other: Bounds, turn: int) -> list[Point]:
    """To the right: within a column, or over the gap to the next one."""
    if box.right[1] == other.left[1]:
        return [box.right, other.left]
    return [box.right, (turn, box.right[1]), (turn, other.left[1]), other.left]


def _label(text: str, x: int, y: int) -> Bounds:
    """Above the last piece of an arrow, which ends at ``x`` and ``y``."""
    lines = min(-(-len(text) // LETTERS), MOST_LINES)
    return Bounds(x - LABEL - NEAREST, y - lines * LINE - 2, LABEL, lines * LINE)


def _around(box: Bounds, other: Bounds, track: int, turn: int, before: int) -> list[Point]:
    """Along ``track``: out of a gateway by its foot or top and into one by its foot, of others by the sides."""
    if box.height < TASK_HEIGHT:
        end = box.foot if track > box.foot[1] else box.top
        out = [end, (end[0], track)]
    else:
        out = [box.right, (turn, box.right[1]), (turn, track)]
    if other.height < TASK_HEIGHT:
        return [*out, (other.foot[0], track), other.foot]
    return [*out, (before, track), (before, other.left[1]), other.left]


def _without_repeats(corners: Sequence[Point]) -> list[Point]:
    return [point for number, point in enumerate(corners) if not number or point != corners[number - 1]]
