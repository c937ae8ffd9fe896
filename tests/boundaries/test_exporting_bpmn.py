"""A map as BPMN: it keeps to the schema, a second program reads it, and its picture is one."""

from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import SpiffWorkflow
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser

from boundaries.definitions import Handoff, Map, Step
from boundaries.exporting.bpmn import BOXES, DIAGRAM, LINES, MODEL, bpmn
from boundaries.facts import Facts
from tests.boundaries import any_map
from tests.boundaries.worlds import EMPTY, FACTS, STORY, long

NAMES = {"m": MODEL, "d": DIAGRAM, "b": BOXES, "l": LINES}
STEPS = ("task", "manualTask")
EVERY = {
    "the story": STORY,
    "empty": EMPTY,
    "40 steps": long(40),
    "one step": Map("a", "x", "y", steps=(Step("s", ""),)),
}
EVERY["a circle"] = Map(
    "a", "x", "y", steps=(Step("a", "one"), Step("b", "two")), handoffs=(Handoff("a", "b"), Handoff("b", "a"))
)
EVERY["a step nobody reaches"] = Map("a", "x", "y", steps=(Step("a", "one"), Step("b", "two")))
EVERY["ids like our own"] = Map(
    "a",
    "x",
    "y",
    steps=(Step("start_b", "one"), Step("step_b", "two"), Step("b", "x")),
    handoffs=(Handoff("start_b", "step_b"),),
)


@cache
def schema() -> etree.XMLSchema:
    folder = Path(SpiffWorkflow.__file__).parent / "bpmn" / "parser" / "schema"
    return etree.XMLSchema(etree.parse(folder / "BPMN20.xsd"))


def written(said: Map, facts: Facts = FACTS) -> etree._Element:
    """Return the file as a second parser reads it, once it is sure to keep to the schema."""
    root = etree.fromstring(bpmn(said, facts).encode())
    assert schema().validate(root), schema().error_log
    return root


def found(root: etree._Element, path: str) -> list[etree._Element]:
    listed = root.xpath(path, namespaces=NAMES)
    assert isinstance(listed, list)
    return listed


def kinds(root: etree._Element, path: str) -> list[str]:
    return [etree.QName(one).localname for one in found(root, path)]


@pytest.mark.parametrize("said", EVERY.values(), ids=EVERY.keys())
def test_it_keeps_to_the_schema_and_every_node_stands_in_one_lane(said: Map) -> None:
    root = written(said)
    nodes = [one.get("id") for one in found(root, "//m:process/*[m:incoming or m:outgoing or self::m:task]")]
    assert sorted(one.text or "" for one in found(root, "//m:flowNodeRef")) == sorted(str(node) for node in nodes)
    assert len(found(root, "//m:task | //m:manualTask")) == len(said.steps)


@hypothesis_settings(deadline=None, max_examples=80)
@given(said=any_map.maps())
def test_any_map_keeps_to_the_schema_whatever_people_write(said: Map) -> None:
    root = written(said, Facts())
    assert len(found(root, "//m:manualTask")) == sum(bool(step.touch) for step in said.steps)
    flows = [one.get("id", "") for one in found(root, "//m:sequenceFlow")]
    assert len([one for one in flows if one.startswith("flow_")]) == len(said.handoffs)


def test_lanes_are_teams_and_work_by_hand_is_a_manual_task() -> None:
    root = written(STORY)
    assert [one.get("name") for one in found(root, "//m:lane")] == ["Sales", "Finance"]
    assert kinds(root, "//m:process/m:*[starts-with(@id, 'step_')]") == ["task", "manualTask", "task", "manualTask"]
    assert [one.text for one in found(root, "//m:lane[1]/m:flowNodeRef")] == ["start_close", "step_close", "step_mail"]
    assert found(root, "//m:participant")[0].get("name") == "sales to billing"


def test_a_hand_off_is_a_sequence_flow_named_by_its_trigger_and_lag() -> None:
    root = written(STORY)
    (flow,) = found(root, "//m:sequenceFlow[@sourceRef='step_mail']")
    assert flow.get("name") == "when order form arrives, within 3 days"
    said = flow.findtext("m:documentation", namespaces=NAMES) or ""
    assert "Field start date, renamed (start_date → ServiceStart)" in said
    assert "When the start date is missing: Finance asks sales and waits. Finance decides." in said
    assert "When there is a refund: undecided." in said


def test_where_a_step_has_several_ways_they_part_and_join_at_gateways() -> None:
    root = written(long(40))
    parts = found(root, "//m:inclusiveGateway")
    assert {one.get("gatewayDirection") for one in parts} == {"Diverging"}
    for one in parts:
        assert len(one.findall("m:outgoing", NAMES)) > 1
    for flow in found(root, "//m:sequenceFlow[starts-with(@sourceRef, 'split_') and starts-with(@id, 'flow_')]"):
        assert flow.findtext("m:conditionExpression", namespaces=NAMES)
    for one in found(root, "//m:task | //m:manualTask"):
        assert (len(one.findall("m:incoming", NAMES)), len(one.findall("m:outgoing", NAMES))) == (1, 1)


def test_what_xml_cannot_hold_is_left_out_and_nothing_else() -> None:
    said = Map("a\x00\x0b<b>&\ufffe", "x", "y", steps=(Step("s", 'say "no" ]]>\ud800 \U0001f600\nagain', "Zoë"),))
    root = written(said)
    assert found(root, "//m:participant")[0].get("name") == "a<b>&"
    assert found(root, "//m:task")[0].get("name") == 'say "no" ]]> \U0001f600 again'


def test_a_sentence_too_long_for_a_name_is_whole_in_the_documentation() -> None:
    root = written(Map("a", "x", "y", steps=(Step("s", "word " * 200),)))
    task = found(root, "//m:task")[0]
    assert len(task.get("name") or "") == 300
    assert (task.findtext("m:documentation", namespaces=NAMES) or "").count("word") == 200


# --- Another program --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", EVERY.values(), ids=EVERY.keys())
def test_a_second_program_reads_it(said: Map) -> None:
    root = written(said)
    # It reads only what it may also execute, and a map is drawn for people.
    found(root, "//m:process")[0].set("isExecutable", "true")
    parser = BpmnParser()
    parser.add_bpmn_xml(root)
    spec = parser.get_spec("process")
    read = {one.name: one for one in spec.task_specs.values()}
    reached = {f"step_{step.id}" for step in said.steps}
    assert reached <= set(read)
    for step in said.steps:
        task = read[f"step_{step.id}"]
        assert type(task).__name__ == ("ManualTask" if step.touch else "NoneTask")
        assert task.lane == (step.team or "no team yet")
        assert task.bpmn_name == (step.does or None)


# --- The picture ------------------------------------------------------------------------------------------------------


def box(shape: etree._Element) -> tuple[int, int, int, int]:
    bounds = shape.find("b:Bounds", NAMES)
    assert bounds is not None
    x, y, width, height = (int(bounds.get(name) or 0) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def crosses(one: tuple[int, int], other: tuple[int, int], inside: tuple[int, int, int, int]) -> bool:
    """Whether what lies between two points runs through a box, not only along its edge."""
    (x1, x2), (y1, y2) = sorted((one[0], other[0])), sorted((one[1], other[1]))
    return x1 < inside[2] and x2 > inside[0] and y1 < inside[3] and y2 > inside[1]


@hypothesis_settings(deadline=None, max_examples=60)
@given(said=any_map.maps())
def test_no_arrow_of_the_picture_runs_through_a_box(said: Map) -> None:
    has_no_crossing(written(said, Facts()))


@pytest.mark.parametrize("said", EVERY.values(), ids=EVERY.keys())
def test_no_arrow_of_these_pictures_runs_through_a_box(said: Map) -> None:
    has_no_crossing(written(said))


def has_no_crossing(root: etree._Element) -> None:
    shapes = {one.get("bpmnElement", ""): box(one) for one in found(root, "//d:BPMNShape")}
    pool = shapes.pop("participant")
    lanes = {name: bounds for name, bounds in shapes.items() if name.startswith("lane_")}
    boxes = {name: bounds for name, bounds in shapes.items() if name not in lanes}
    for lane in found(root, "//m:lane"):
        across = lanes[lane.get("id", "")]
        for ref in lane.findall("m:flowNodeRef", NAMES):
            inside = boxes[ref.text or ""]
            assert across[0] <= inside[0] < inside[2] <= across[2] <= pool[2]
            assert across[1] <= inside[1] < inside[3] <= across[3] <= pool[3]
    for edge in found(root, "//d:BPMNEdge"):
        corners = [(int(one.get("x") or 0), int(one.get("y") or 0)) for one in edge.findall("l:waypoint", NAMES)]
        assert len(corners) > 1
        for one, other in pairwise(corners):
            assert one[0] == other[0] or one[1] == other[1]
            assert not [name for name, inside in boxes.items() if crosses(one, other, inside)]
            assert pool[0] <= one[0] <= pool[2]
            assert pool[1] <= one[1] <= pool[3]
    for label in found(root, "//d:BPMNLabel"):
        x1, y1, x2, y2 = box(label)
        assert not [name for name, inside in boxes.items() if crosses((x1, y1), (x2, y2), inside)]
