"""From wires to arrows: the corners of each line, its head, its words, and the pills where it goes on elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from boundaries.drawing.figures import Arrow, Pill, Start
from boundaries.drawing.measure import clean
from boundaries.drawing.parts import PILL, pill, pill_width
from boundaries.drawing.places import Place, Row, ends, track_x
from boundaries.drawing.wires import Column, Wire
from boundaries.telling import anchor

Point = tuple[int, int]

HEAD = 8
ROUND = 5
STUB = 8
_MOST_IN_A_ROW = 3
_STAIR = 20
_WIDEST_PILL = 42
_DOT = 7


def arrows(wires: Sequence[Wire], places: list[Place], rows: Sequence[Row], behind: int) -> list[Arrow]:
    """Return the arrows of a band in the order of its hand-offs; ``behind`` is where lines may leave the band."""
    found = [_arrow(wire, places, rows) for wire in wires if wire.target is not None]
    for place in places:
        onward = place.column.onward
        if onward is not None:
            y = place.row.middle
            there = _onward(onward, behind, y)
            found.append(_stub(onward, ((place.box.right, y), (there.rect.x, y)), there))
        found.extend(_elsewhere(place))
    return found


def starts(places: list[Place]) -> Iterator[Start]:
    """Give the marks where the record starts."""
    for place in places:
        for one in place.column.arrivals:
            if one.wire is None:
                x, y, to = place.words_x, place.row.middle + one.offset, place.box.x
                label = one.block.placed(x, y)
                yield Start(
                    x + _DOT, y, _DOT, f"M{x + 2 * _DOT} {y}H{to - HEAD + 1}", _head(to, y), label.lines, label.rect
                )


def room_below(column: Column) -> int:
    """How much the pills under a box take."""
    count = len(column.elsewhere)
    return STUB + PILL + (_STAIR * (count - 1) if count > _MOST_IN_A_ROW else 0) if count else 0


def _arrow(wire: Wire, places: list[Place], rows: Sequence[Row]) -> Arrow:
    place = places[wire.target or 0]
    x, y, to = place.words_x, place.arriving_y(wire), place.box.x
    there = None
    if wire.source is None:
        there = pill(f"{wire.number} →", x, y, anchor(f"step {wire.told.handoff.source}"), f"From step {wire.number}")
        points: tuple[Point, ...] = ((there.rect.right, y), (to, y))
    else:
        points = _corners(wire, places, rows)
    words = next(one.block for one in place.column.arrivals if one.wire is wire)
    return Arrow(
        source=wire.told.handoff.source,
        target=wire.told.handoff.target,
        anchor=wire.told.anchor,
        points=points,
        path=_path(points, shorter=HEAD - 1),
        head=_head(to, y),
        classes=_classes(wire),
        title=_title(wire),
        label=words.placed(x, y),
        pill=there,
    )


def _corners(wire: Wire, places: list[Place], rows: Sequence[Row]) -> tuple[Point, ...]:
    source, target = ends(wire, places)
    begin, y = (source.box.right, source.leaving_y(wire)), target.arriving_y(wire)
    end = (target.box.x, y)
    out = track_x(source.box.right, wire.out_track)
    if wire.channel is None:
        return (begin, end) if begin[1] == y else (begin, (out, begin[1]), (out, y), end)
    across, into = rows[wire.channel.lane].track(wire.channel, wire.level), track_x(target.gutter, wire.in_track)
    return begin, (out, begin[1]), (out, across), (into, across), (into, y), end


def _elsewhere(place: Place) -> Iterator[Arrow]:
    """What leads to another band leaves under the box: beside each other, or as stairs where they are many."""
    several, box = place.column.elsewhere, place.box
    count = len(several)
    for number, wire in enumerate(several):
        if count <= _MOST_IN_A_ROW:
            x = box.x + box.width * (2 * number + 1) // (2 * count)
            left, down = x - pill_width(_to(wire)) // 2, 0
        else:
            pitch = max(min(12, (box.width - _WIDEST_PILL - 20) // (count - 1)), 2)
            x = box.x + 16 + pitch * number
            left, down = x - pitch // 2, _STAIR * (count - 1 - number)
        top = box.bottom + STUB + down
        yield _stub(wire, ((x, box.bottom), (x, top)), _onward(wire, left, top + PILL // 2))


def _stub(wire: Wire, points: tuple[Point, ...], there: Pill) -> Arrow:
    return Arrow(
        source=wire.told.handoff.source,
        target=wire.told.handoff.target,
        anchor=wire.told.anchor,
        points=points,
        path=_path(points),
        head="",
        classes=_classes(wire),
        title=_title(wire),
        pill=there,
    )


def _to(wire: Wire) -> str:
    return f"→ {wire.told.to_number}"


def _onward(wire: Wire, x: int, y: int) -> Pill:
    told = wire.told
    return pill(_to(wire), x, y, anchor(f"step {told.handoff.target}"), f"On to step {told.to_number}")


def _classes(wire: Wire) -> str:
    return "is-takeover" if wire.told.takes_over else ""


def _title(wire: Wire) -> str:
    told = wire.told
    words = (told.takes_over, told.trigger, told.lag)
    return clean(f"{wire.number} → {told.to_number}: {', '.join(word for word in words if word)}")


# --- Path data -------------------------------------------------------------------------------------------------------


def _head(x: int, y: int) -> str:
    return f"M{x} {y}l{-HEAD} -4v8z"


def _path(points: Sequence[Point], *, shorter: int = 0) -> str:
    """A line through ``points`` with rounded corners; it ends ``shorter`` before its end, where the head begins."""
    first, last = points[0], points[-1]
    if shorter:
        last = (last[0] - shorter, last[1])
    corners = [points[0], *points[1:-1], last]
    pieces = [f"M{first[0]} {first[1]}"]
    for before, at, after in zip(corners, corners[1:], corners[2:], strict=False):
        radius = min(ROUND, _apart(before, at) // 2, _apart(at, after) // 2)
        enters, leaves = _towards(at, before, radius), _towards(at, after, radius)
        pieces.append(f"L{enters[0]} {enters[1]}Q{at[0]} {at[1]} {leaves[0]} {leaves[1]}")
    return "".join([*pieces, f"L{last[0]} {last[1]}"])


def _apart(one: Point, other: Point) -> int:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(one: Point, other: Point, far: int) -> Point:
    """The point ``far`` from ``one`` on the way to ``other``, which is straight above, below or beside it."""
    step = [(b > a) - (b < a) for a, b in zip(one, other, strict=True)]
    return one[0] + far * step[0], one[1] + far * step[1]
