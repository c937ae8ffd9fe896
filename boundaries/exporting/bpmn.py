"""A map as BPMN 2.0 XML, with the diagram, so that other modellers open it as a picture.

A lane is a team, a step a task, one done by hand a manual task, a hand-off a sequence flow with its trigger and lag.
Where a step hands over to several others, an inclusive gateway stands behind it: the map does not say that only one of
them follows; each way has its trigger as the condition, in words. Where several lead to a step, an exclusive gateway
stands before it: each time one of them arrives the step is done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from xml.etree import ElementTree as ET

from boundaries.definitions import Carried, Case, Map
from boundaries.exporting.placing import EVENT, GATEWAY, TASK, TASK_HEIGHT, Bounds, Column, Line, Point, place
from boundaries.facts import Facts
from boundaries.telling import ToldField, ToldHandoff, ToldStep, tell

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
BOXES = "http://www.omg.org/spec/DD/20100524/DC"
LINES = "http://www.omg.org/spec/DD/20100524/DI"
PREFIXES = {"": MODEL, "bpmndi": DIAGRAM, "dc": BOXES, "di": LINES}
TARGET = "urn:boundary"
NOBODY = "no team yet"
# Documentation tells what a name has no room for.
NAME_CHARACTERS = 300
NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SIZES = {
    "startEvent": (EVENT, EVENT),
    "endEvent": (EVENT, EVENT),
    "inclusiveGateway": (GATEWAY, GATEWAY),
    "exclusiveGateway": (GATEWAY, GATEWAY),
    "task": (TASK, TASK_HEIGHT),
    "manualTask": (TASK, TASK_HEIGHT),
}

DIRECTIONS = {
    "inclusiveGateway": {"gatewayDirection": "Diverging"},
    "exclusiveGateway": {"gatewayDirection": "Converging"},
}


@dataclass(frozen=True, slots=True)
class _Node:
    kind: str
    id: str
    name: str = ""
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Flow:
    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""
    told: tuple[str, ...] = ()


@dataclass
class _Process:
    """The nodes of each step from left to right, with their lane, and the flows between all of them."""

    lanes: list[str]
    columns: list[tuple[int, list[_Node]]] = field(default_factory=list)
    flows: list[_Flow] = field(default_factory=list)

    def nodes(self) -> Iterator[_Node]:
        for _, nodes in self.columns:
            yield from nodes


def bpmn(said: Map, facts: Facts) -> str:
    """Return the file as text. What XML cannot hold of what people wrote is left out."""
    process = _process(said, facts)
    root = ET.Element("definitions", {"id": "definitions", "targetNamespace": TARGET, "exporter": "Reconcile"})
    for prefix, address in PREFIXES.items():
        root.set(f"xmlns:{prefix}" if prefix else "xmlns", address)
    collaboration = ET.SubElement(root, "collaboration", {"id": "collaboration"})
    ET.SubElement(
        collaboration, "participant", {"id": "participant", "name": _line(said.name), "processRef": "process"}
    )
    _write_process(root, said, process)
    _write_diagram(root, process)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


# --- What the map becomes ---------------------------------------------------------------------------------------------


def _process(said: Map, facts: Facts) -> _Process:
    told = tell(said, facts)
    process = _Process([lane or NOBODY for lane in said.lanes] or [said.owner or NOBODY])
    lanes = {lane.casefold(): number for number, lane in enumerate(said.lanes)}
    for one in told:
        process.columns.append((lanes[one.step.team.casefold()], list(_nodes(said, one))))
    if not told:
        process.columns.append((0, [_Node("startEvent", "start", "nothing drawn yet"), _Node("endEvent", "end")]))
    for _, nodes in process.columns:
        process.flows += [_Flow(f"way_{a.id}..{b.id}", a.id, b.id) for a, b in pairwise(nodes)]
    ids = {node.id for node in process.nodes()}
    process.flows += [_flow(one, handoff, ids) for one in told for handoff in one.handoffs]
    return process


def _nodes(said: Map, one: ToldStep) -> Iterator[_Node]:
    """What stands for one step: the task, and around it where a way starts, joins, parts and ends."""
    step, ways_in, ways_out = one.step, len(said.into(one.step.id)), len(one.handoffs)
    ends = not ways_out or (one.number == len(said.steps) and all(said.out_of(other.id) for other in said.steps))
    if one.starts or not ways_in:
        yield _Node("startEvent", f"start_{step.id}", said.trigger if one.starts else "nobody hands over to this step")
    if ways_in + one.starts > 1:
        yield _Node("exclusiveGateway", f"join_{step.id}")
    told = (
        step.does if len(step.does) > NAME_CHARACTERS else "",
        f"System: {step.system}" if step.system else "",
        one.by_hand,
        f"Fields that may be edited here: {', '.join(step.changes)}" if step.changes else "",
    )
    yield _Node("manualTask" if step.touch else "task", f"step_{step.id}", step.does, told)
    if ways_out + (ends and bool(ways_out)) > 1:
        yield _Node("inclusiveGateway", f"split_{step.id}")
    if ends:
        yield _Node("endEvent", f"end_{step.id}")


def _flow(one: ToldStep, handoff: ToldHandoff, ids: set[str]) -> _Flow:
    source, target = one.step.id, handoff.to_step.id
    parts = f"split_{source}" in ids
    told = (
        f"{handoff.takes_over}." if handoff.takes_over else "",
        f"{handoff.owner}." if handoff.owner else "",
        *(_field(field) for field in handoff.fields),
        *(_case(case) for case in handoff.cases),
    )
    return _Flow(
        id=f"flow_{source}..{target}",
        source=f"split_{source}" if parts else f"step_{source}",
        target=f"join_{target}" if f"join_{target}" in ids else f"step_{target}",
        name=f"{handoff.trigger}, {handoff.lag}",
        condition=handoff.trigger if parts else "",
        told=told,
    )


def _field(one: ToldField) -> str:
    carried: Carried = one.carried
    names = f" ({one.before} → {one.after})" if one.before and one.after and one.before != one.after else ""
    note = f": {carried.note}" if carried.note else ""
    return f"Field {carried.field}, {carried.how}{names}{note}"


def _case(one: Case) -> str:
    if one.never:
        return f"When {one.when}: cannot happen here."
    if not one.decided:
        return f"When {one.when}: undecided."
    return f"When {one.when}: {one.then.strip().rstrip('.')}. {one.decides} decides."


# --- Written down -----------------------------------------------------------------------------------------------------


def _write_process(root: ET.Element, said: Map, process: _Process) -> None:
    written = ET.SubElement(root, "process", {"id": "process", "name": _line(said.name), "isExecutable": "false"})
    owner = f"Owner: {said.owner}" if said.owner else ""
    _document(written, (said.rule, f"From {said.source} to {said.target}", owner))
    lanes = ET.SubElement(written, "laneSet", {"id": "lanes"})
    for number, name in enumerate(process.lanes):
        lane = ET.SubElement(lanes, "lane", {"id": f"lane_{number + 1}", "name": _line(name)})
        for at, nodes in process.columns:
            for node in nodes if at == number else ():
                ET.SubElement(lane, "flowNodeRef").text = node.id
    _write_nodes(written, process)
    for flow in process.flows:
        ends = {"sourceRef": flow.source, "targetRef": flow.target}
        element = ET.SubElement(written, "sequenceFlow", {"id": flow.id, **_named(flow.name), **ends})
        _document(element, flow.told)
        if flow.condition:
            ET.SubElement(element, "conditionExpression", {"id": f"when_{flow.id}"}).text = _line(flow.condition)


def _write_nodes(written: ET.Element, process: _Process) -> None:
    ways: dict[tuple[str, str], list[str]] = {}
    for flow in process.flows:
        ways.setdefault(("incoming", flow.target), []).append(flow.id)
        ways.setdefault(("outgoing", flow.source), []).append(flow.id)
    for node in process.nodes():
        said = {**_named(node.name), **DIRECTIONS.get(node.kind, {})}
        # Where nothing else follows, it ends: the one way out of a gateway that has no condition.
        otherwise = [flow for flow in ways.get(("outgoing", node.id), ()) if flow.startswith("way_split_")]
        said |= {"default": otherwise[0]} if otherwise else {}
        element = ET.SubElement(written, node.kind, {"id": node.id, **said})
        _document(element, node.told)
        for way in ("incoming", "outgoing"):
            for flow_id in ways.get((way, node.id), ()):
                ET.SubElement(element, way).text = flow_id


def _write_diagram(root: ET.Element, process: _Process) -> None:
    placed = place(
        len(process.lanes),
        [Column(lane, tuple(node.id for node in nodes)) for lane, nodes in process.columns],
        [Line(flow.id, flow.source, flow.target, _line(flow.name)) for flow in process.flows],
        {node.id: SIZES[node.kind] for node in process.nodes()},
    )
    diagram = ET.SubElement(root, "bpmndi:BPMNDiagram", {"id": "diagram"})
    plane = ET.SubElement(diagram, "bpmndi:BPMNPlane", {"id": "plane", "bpmnElement": "collaboration"})
    _shape(plane, "participant", placed.pool, isHorizontal="true")
    for number, lane in enumerate(placed.lanes, start=1):
        _shape(plane, f"lane_{number}", lane, isHorizontal="true")
    for element, box in placed.boxes.items():
        _shape(plane, element, box)
    for line, corners in placed.lines.items():
        edge = _edge(plane, line, corners)
        if line in placed.labels:
            _bounds(ET.SubElement(edge, "bpmndi:BPMNLabel"), placed.labels[line])


def _shape(plane: ET.Element, element: str, box: Bounds, **said: str) -> None:
    shape = ET.SubElement(plane, "bpmndi:BPMNShape", {"id": f"shape_{element}", "bpmnElement": element, **said})
    _bounds(shape, box)


def _bounds(shape: ET.Element, box: Bounds) -> None:
    figures = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    ET.SubElement(shape, "dc:Bounds", {name: str(figure) for name, figure in figures.items()})


def _edge(plane: ET.Element, line: str, corners: Iterable[Point]) -> ET.Element:
    edge = ET.SubElement(plane, "bpmndi:BPMNEdge", {"id": f"edge_{line}", "bpmnElement": line})
    for x, y in corners:
        ET.SubElement(edge, "di:waypoint", {"x": str(x), "y": str(y)})
    return edge


def _document(element: ET.Element, told: Iterable[str]) -> None:
    text = "\n".join(NO_XML.sub("", one) for one in told if one)
    if text:
        ET.SubElement(element, "documentation").text = text


def _named(name: str) -> dict[str, str]:
    line = _line(name)
    return {"name": line} if line else {}


def _line(text: str) -> str:
    line = " ".join(NO_XML.sub("", text).split())
    return line if len(line) <= NAME_CHARACTERS else f"{line[: NAME_CHARACTERS - 1]}…"
