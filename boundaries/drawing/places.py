"""A lane and a step in their band: what the lines and the words are measured from."""

from __future__ import annotations

from dataclasses import dataclass

from boundaries.drawing.figures import Rect
from boundaries.drawing.parts import BOX, LABEL, Content
from boundaries.drawing.wires import Channel, Column, Wire

PADDING = 14
CHANNEL = 10
TRACK = 9
USUAL_TRACKS = 2
_FIRST_TRACK = 8


@dataclass(slots=True)
class Row:
    """A lane in one band, in pixels: its place, the line its steps stand on, and how many tracks its channels have."""

    name: str
    up: int = 24
    down: int = 24
    tracks_above: int = 0
    tracks_below: int = 0
    y: int = 0

    @property
    def above(self) -> int:
        return CHANNEL * self.tracks_above

    @property
    def height(self) -> int:
        return self.above + PADDING + self.up + self.down + PADDING + CHANNEL * self.tracks_below

    @property
    def middle(self) -> int:
        return self.y + self.above + PADDING + self.up

    def track(self, channel: Channel, level: int) -> int:
        """The y of a track of its channels, the first next to the boxes."""
        if channel.above:
            return self.middle - self.up - PADDING // 2 - CHANNEL * level
        return self.middle + self.down + PADDING // 2 + CHANNEL * level


@dataclass(slots=True)
class Place:
    """A step in its band: its column's left end, the track zone and the box after it; what its box reaches over."""

    content: Content
    column: Column
    row: Row
    top: int
    bottom: int
    gutter: int = 0
    tracks: int = USUAL_TRACKS

    @property
    def words_x(self) -> int:
        return self.gutter + zone(self.tracks)

    @property
    def box(self) -> Rect:
        return Rect(self.words_x + LABEL, self.row.middle + self.top, BOX, self.bottom - self.top)

    def leaving_y(self, wire: Wire) -> int:
        return self.row.middle + wire.leaves

    def arriving_y(self, wire: Wire) -> int:
        return self.row.middle + wire.arrives


def zone(tracks: int) -> int:
    """How wide the part of a gutter is that has ``tracks`` lines going up and down."""
    return 6 + TRACK * max(tracks, USUAL_TRACKS)


def track_x(gutter: int, track: int) -> int:
    """The x of a track of the gutter that begins at ``gutter``."""
    return gutter + _FIRST_TRACK + TRACK * track


def ends(wire: Wire, places: list[Place]) -> tuple[Place, Place]:
    """The steps of a wire that stays in its band."""
    assert wire.source is not None  # noqa: S101 - for the types
    assert wire.target is not None  # noqa: S101
    return places[wire.source], places[wire.target]
