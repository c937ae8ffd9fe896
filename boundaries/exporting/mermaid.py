"""A map as the text of a Mermaid flowchart: a subgraph per lane, work by hand in a shape of its own.

Mermaid reads some words and signs in a label as its own. Ids are therefore numbers, and such signs are written as their
code (``#35;``), which it turns back into the sign when it draws.
"""

from __future__ import annotations

import json
import re

from boundaries.definitions import Map
from boundaries.facts import Facts
from boundaries.telling import ToldHandoff, ToldStep, tell

NOBODY = "no team yet"
# Letters, digits, other scripts and these stand for themselves in a label in quotes.
PLAIN = re.compile(r"""[\w ,.:;()/'!?=+-]""")
# What begins a list in Markdown, which Mermaid would try to draw.
LIST = re.compile(r"(?:\d+[.)]|[-+])(?= |$)")
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def mermaid(said: Map, facts: Facts) -> str:
    """Return the text of the flowchart, ending in a line break; paste it where Mermaid is drawn."""
    told = tell(said, facts)
    lines = ["---", f"title: {json.dumps(_one_line(said.name), ensure_ascii=False)}", "---", "flowchart LR"]
    if not told:
        lines.append(f'  empty["{label("No steps yet")}"]')
    else:
        lines.append(f'  start(["{label("Where the record starts")}"]) --> step1')
    for number, lane in enumerate(said.lanes, start=1):
        lines.append(f'  subgraph lane{number}["{label(lane or NOBODY)}"]')
        lines += [f"    {_step(one)}" for one in told if one.step.team.casefold() == lane.casefold()]
        lines.append("  end")
    lines += [f"  {_handoff(one, handoff)}" for one in told for handoff in one.handoffs]
    by_hand = [f"step{one.number}" for one in told if one.step.touch]
    if by_hand:
        lines += ["  classDef byhand stroke-width:3px,stroke-dasharray:6 3", f"  class {','.join(by_hand)} byhand"]
    return "\n".join([*lines, ""])


def label(text: str) -> str:
    """Return ``text`` as it may stand between quotes: one line, what Mermaid would read as its own as codes."""
    line = _one_line(text) or " "
    marker = LIST.match(line)
    if marker:
        last = marker.end() - 1
        return f"{line[:last]}#{ord(line[last])};{_coded(line[last + 1 :])}"
    return _coded(line)


def _coded(line: str) -> str:
    # An underscore is a word's letter to Python and emphasis to Markdown.
    return "".join(
        sign if sign != "_" and (PLAIN.match(sign) or not sign.isascii()) else f"#{ord(sign)};" for sign in line
    )


def _one_line(text: str) -> str:
    return " ".join(UNSEEN.sub(" ", text).split())


def _step(one: ToldStep) -> str:
    parts = [one.step.does or "nothing said yet", one.step.system and f"in {one.step.system}", one.by_hand]
    words = "<br>".join(label(part) for part in parts if part)
    # What is done by hand has the shape that flowcharts have for it: wider above than below.
    return f'step{one.number}[\\"{words}"/]' if one.step.touch else f'step{one.number}["{words}"]'


def _handoff(one: ToldStep, handoff: ToldHandoff) -> str:
    parts = [handoff.trigger, handoff.lag, handoff.takes_over, *(field.tag for field in handoff.fields)]
    words = "<br>".join(label(part) for part in parts if part)
    arrow = "==>" if handoff.takes_over else "-->"
    return f'step{one.number} {arrow}|"{words}"| step{handoff.to_number}'
