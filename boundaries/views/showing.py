"""What every page needs that shows a map: the picture, the same in words, what is missing and what is wrong."""

from __future__ import annotations

from typing import Any

from boundaries import cases, drawing, findings, telling
from boundaries.definitions import Map
from boundaries.facts import Facts

USUAL_COLUMNS = 4


def showing(said: Map, facts: Facts, *, columns: int = USUAL_COLUMNS, in_editor: bool = False) -> dict[str, Any]:
    """Return the context of `boundaries/_picture.html`, `_notes.html` and `_told.html`.

    ``columns`` is how many steps stand beside each other in the picture. ``in_editor``: the notes lead to the forms of
    the editor instead of the text.
    """
    things = findings.five_things(said)
    left = list(cases.undecided(said))
    return {
        "map": said,
        "drawing": drawing.draw(said, facts, columns=columns),
        "told": telling.tell(said, facts),
        "things": things,
        "things_said": sum(not one.missing for one in things),
        "findings": findings.findings(said, facts),
        "undecided": left,
        "undecided_count": len(left),
        "undecided_by_handoff": _counted(said, left),
        "manual_minutes": manual_minutes(said),
        "in_editor": in_editor,
    }


def columns_asked(asked: str, *, most: int) -> int:
    """Return how many steps stand beside each other, from 1 to ``most``; as many as usual for what is no number."""
    known = asked.isascii() and asked.isdecimal() and len(asked) <= 3
    return min(max(int(asked), 1), most) if known else USUAL_COLUMNS


def manual_minutes(said: Map) -> float:
    """Return the minutes of work by hand a week, of the steps of which they are known."""
    return sum(one.minutes_per_week or 0 for one in said.steps)


def _counted(said: Map, left: list[cases.Undecided]) -> list[tuple[str, str, int]]:
    """The hand-offs with undecided cases: the place, the steps by number ("2 → 3"), how many cases."""
    counts: dict[tuple[str, str], int] = {}
    for one in left:
        counts[one.handoff.ends] = counts.get(one.handoff.ends, 0) + 1
    return [
        (f"handoff {source} {target}", f"{said.number(source)} → {said.number(target)}", count)
        for (source, target), count in counts.items()
    ]
