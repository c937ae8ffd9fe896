"""What a picture is made of, as plain figures in CSS pixels: y goes down, each band has its own origin."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rect:
    """An upright rectangle: its upper left corner and its size."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text: where it starts, on which line it stands, and what kind of words it is (a CSS class)."""

    x: int
    y: int
    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """A team's lane in one band. ``lines`` is its name, to be turned by a quarter around ``x, y`` of each line."""

    name: str
    rect: Rect
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """A small piece in a frame: the system of a step, a field on its way, cases nobody decided.

    ``title`` is the whole of what was clipped, ``kind`` a CSS class; ``outline`` is path data where it is no rectangle.
    """

    rect: Rect
    lines: tuple[Line, ...]
    kind: str
    title: str = ""
    outline: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A step: its outline as path data, and its words; ``classes`` out of is-touch, is-first.

    ``hand`` is where the sign of work by hand goes, ``title`` the whole sentence where it was clipped.
    """

    id: str
    number: int
    anchor: str
    rect: Rect
    outline: str
    lines: tuple[Line, ...]
    classes: str
    title: str
    system: Tag | None = None
    hand: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Pill:
    """Where an arrow leaves for another band, or comes from one: the number of the step at its other end.

    ``anchor`` is where that step is told, ``title`` the same in words.
    """

    rect: Rect
    text: Line
    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Label:
    """The words of a hand-off in front of the step it leads to. ``rect`` is around all of its words above the arrow."""

    rect: Rect
    lines: tuple[Line, ...]
    flag: Tag | None
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """A hand-off, or what of it one band shows. ``points`` are the corners of its line, ``path`` the same as path data.

    ``head`` is the path of the arrow head, empty where it goes on in another band; ``label`` is in the band of its end.
    """

    source: str
    target: str
    anchor: str
    points: tuple[tuple[int, int], ...]
    path: str
    head: str
    classes: str
    title: str
    label: Label | None = None
    pill: Pill | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """The mark where the record starts: a filled dot around ``x, y``, a line from it to the step, and the words."""

    x: int
    y: int
    radius: int
    path: str
    head: str
    lines: tuple[Line, ...]
    rect: Rect


@dataclass(frozen=True, slots=True)
class Band:
    """A row of the picture, like a line of music: some steps and the lanes they use. ``top`` is its place in a file."""

    name: str
    top: int
    width: int
    height: int
    lanes: tuple[Lane, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    starts: tuple[Start, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole picture: as wide as its widest band. ``description`` is one sentence for who does not see it."""

    title: str
    description: str
    width: int
    height: int
    bands: tuple[Band, ...]
