"""The picture of a map: a swimlane as plain figures, worked out without a browser and without a database."""

from __future__ import annotations

from dataclasses import replace

from boundaries.definitions import Map
from boundaries.drawing.figures import Band, Drawing
from boundaries.drawing.layout import band
from boundaries.drawing.measure import clean
from boundaries.drawing.parts import content
from boundaries.facts import Facts
from boundaries.telling import tell

__all__ = ["Drawing", "draw"]

BETWEEN = 16


def draw(said: Map, facts: Facts, *, columns: int = 4) -> Drawing:
    """Return the picture of ``said``, ``columns`` steps (at least one) side by side. Without steps it has no bands.

    It takes 244 pixels a column and up to 108 beside them; more where many lines run beside each other.
    """
    told = tell(said, facts)
    columns = max(columns, 1)
    contents = [content(one, said) for one in told]
    bands = [
        band(told, contents, begin, min(begin + columns, len(told)), said.lanes)
        for begin in range(0, len(told), columns)
    ]
    wide = max((one.width for one in bands), default=0)
    placed, top = [], 0
    for one in bands:
        placed.append(_widened(one, wide, top))
        top += one.height + BETWEEN
    return Drawing(
        title=clean(f"Map of {said.name}"),
        description=_description(said),
        width=wide,
        height=max(top - BETWEEN, 0),
        bands=tuple(placed),
    )


def _widened(one: Band, width: int, top: int) -> Band:
    lanes = tuple(replace(lane, rect=replace(lane.rect, width=width)) for lane in one.lanes)
    return replace(one, width=width, top=top, lanes=lanes)


def _description(said: Map) -> str:
    counts = ((len(said.steps), "step"), (len(said.lanes), "lane"), (len(said.handoffs), "hand-off"))
    steps, lanes, handoffs = (f"{count} {what}" if count == 1 else f"{count} {what}s" for count, what in counts)
    return f"{steps} in {lanes}, with {handoffs} between them. The same as text follows."
