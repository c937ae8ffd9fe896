"""One band of the picture: how high its lanes are, how wide its gutters, and where everything stands.

Every step has a column of its own, in the order of the steps: a step more moves nothing that is before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from boundaries.drawing import routes
from boundaries.drawing.figures import Band, Lane, Line, Rect
from boundaries.drawing.measure import clean, width, wrap
from boundaries.drawing.parts import NO_TEAM, STRIP, Content
from boundaries.drawing.places import USUAL_TRACKS, Place, Row, ends, zone
from boundaries.drawing.tracks import Span, highest_free, lowest_free
from boundaries.drawing.wires import APART, Column, Wire, columns
from boundaries.telling import ToldStep

AROUND_PORT = 15
EDGE = 12
_NAME = 12
_MOST_NAME = 150


def band(told: Sequence[ToldStep], contents: Sequence[Content], begin: int, end: int, teams: Sequence[str]) -> Band:
    """Return the steps from ``begin`` up to ``end`` as a band; ``teams`` are all lanes of the map in their order."""
    used = {one.step.team.casefold() for one in told[begin:end]}
    rows = [Row(team) for team in teams if team.casefold() in used]
    numbers = {row.name.casefold(): place for place, row in enumerate(rows)}
    lane_of = [numbers[one.step.team.casefold()] for one in told[begin:end]]
    met, wires = columns(told, begin, end, lane_of)
    places = [
        _place(content, column, rows[lane])
        for content, column, lane in zip(contents[begin:end], met, lane_of, strict=True)
    ]
    _raise_rows(rows, wires)
    last_tracks = _share_gutters(places, wires, rows)
    x = STRIP
    for place in places:
        place.gutter = x
        x = place.box.right
    behind = x + (zone(last_tracks) if last_tracks else EDGE)
    arrows = routes.arrows(wires, places, rows, behind)
    ends = [one.pill.rect.right for one in arrows if one.pill]
    return Band(
        name=_name(begin + 1, end),
        top=0,
        width=max(x + EDGE, behind, *(end + EDGE for end in ends)),
        height=sum(row.height for row in rows),
        lanes=tuple(_lane(row) for row in rows),
        boxes=tuple(place.content.placed(place.box) for place in places),
        arrows=tuple(arrows),
        starts=tuple(routes.starts(places)),
    )


def _name(first: int, last: int) -> str:
    return f"Step {first}" if first == last else f"Steps {first} to {last}"


def _place(content: Content, column: Column, row: Row) -> Place:
    """The box stands in the middle of its lane and is high enough for its words and all lines that meet it."""
    ports = column.ports
    top = min([-(content.height // 2), *(port - AROUND_PORT for port in ports)])
    bottom = max([content.height - content.height // 2, *(port + AROUND_PORT for port in ports)])
    over, under = column.words
    row.up = max(row.up, -top, -over)
    row.down = max(row.down, bottom + routes.room_below(column), under)
    return Place(content, column, row, top, bottom)


def _raise_rows(rows: list[Row], wires: list[Wire]) -> None:
    """Make room for channels and for the names of lanes, and put the lanes under each other."""
    for wire in wires:
        if wire.channel is not None:
            row = rows[wire.channel.lane]
            row.tracks_above = max(row.tracks_above, wire.level + 1 if wire.channel.above else 0)
            row.tracks_below = max(row.tracks_below, 0 if wire.channel.above else wire.level + 1)
    y = 0
    for row in rows:
        name = min(width(clean(row.name) or NO_TEAM, _NAME, bold=True), _MOST_NAME) + 2 * EDGE
        missing = max(name - row.height, 0)
        row.up += missing // 2
        row.down += missing - missing // 2
        row.y = y
        y += row.height


def _share_gutters(places: list[Place], wires: list[Wire], rows: list[Row]) -> int:
    """Give lines that go up and down a track: what leaves from the left, what arrives from the right.

    Returns how many there are behind the last box.
    """
    taken: list[list[list[Span]]] = [[[] for _ in range(USUAL_TRACKS)] for _ in range(len(places) + 1)]
    inside = [(one, one.source, one.target) for one in wires if one.source is not None and one.target is not None]
    # What meets a box farthest from its middle turns nearest to it: so the fewest lines cross.
    for wire, source, target in sorted(inside, key=lambda one: -abs(one[0].leaves)):
        leaves, arrives = ends(wire, places)
        if wire.channel is not None:
            span = _span(leaves.leaving_y(wire), rows[wire.channel.lane].track(wire.channel, wire.level))
            wire.out_track = lowest_free(taken[source + 1], span, apart=APART)
        elif leaves.row is not arrives.row:
            span = _span(leaves.leaving_y(wire), arrives.arriving_y(wire))
            wire.out_track = lowest_free(taken[target], span, apart=APART)
    for wire, _, target in sorted(inside, key=lambda one: -abs(one[0].arrives)):
        if wire.channel is not None:
            across = rows[wire.channel.lane].track(wire.channel, wire.level)
            wire.in_track = highest_free(taken[target], _span(across, places[target].arriving_y(wire)), apart=APART)
    for place, tracks in zip(places, taken, strict=False):
        place.tracks = len(tracks)
    return max((number for number, spans in enumerate(taken[-1], start=1) if spans), default=0)


def _span(one: int, other: int) -> Span:
    return min(one, other), max(one, other)


def _lane(row: Row) -> Lane:
    """Its name goes from the bottom to the top, in one line or two."""
    name = clean(row.name) or NO_TEAM
    texts = wrap(name, _NAME, row.height - EDGE, 2, bold=True)
    middle = STRIP // 2 + 4
    lines = (
        Line(middle + 14 * place - 7 * (len(texts) - 1), row.y + row.height // 2, text, "" if row.name else "nobody")
        for place, text in enumerate(texts)
    )
    return Lane(name, Rect(0, row.y, 0, row.height), tuple(lines))
