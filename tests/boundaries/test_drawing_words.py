"""The words of a picture: measured, broken into lines, the same as those of the map told in order; and its markup."""

import re
from dataclasses import replace
from itertools import chain

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from boundaries.definitions import Carried, Handoff, Map
from boundaries.drawing import Drawing, draw
from boundaries.drawing.figures import Line
from boundaries.drawing.measure import clean, width, wrap
from boundaries.telling import tell
from tests.boundaries.worlds import EMPTY, FACTS, STORY, long

HOSTILE = '<script>alert("1 & 2")</script>\x0b]]>'


def texts(drawing: Drawing) -> set[str]:
    """Everything that can be read in a picture, a piece at a time."""
    found: set[str] = set()
    for band in drawing.bands:
        for box in band.boxes:
            found |= {_joined(box.lines, kind) for kind in ("number", "sentence", "by-hand")}
            found |= {_joined(box.system.lines)} if box.system else set()
        found |= {_joined(start.lines) for start in band.starts}
        for label in (one.label for one in band.arrows if one.label):
            found |= {_joined(label.lines, kind) for kind in ("trigger", "trigger missing", "lag", "lag missing")}
            found |= {_joined(tag.lines) for tag in (label.flag, *label.tags) if tag}
        found |= {lane.name for lane in band.lanes}
    return found - {""}


def _joined(lines: tuple[Line, ...], kind: str | None = None) -> str:
    return " ".join(line.text for line in lines if kind in (None, line.kind))


def told_words(said: Map) -> set[str]:
    """The pieces of the map told in order."""
    found = {"The record starts here", "No team yet"}
    for one in tell(said, FACTS):
        found |= {str(one.number), one.step.does, one.by_hand, one.step.system, one.step.team}
        for handoff in one.handoffs:
            found |= {handoff.trigger, handoff.lag, handoff.takes_over, f"{handoff.undecided} undecided"}
            found |= {field.tag for field in handoff.fields}
    return found


@pytest.mark.parametrize("columns", [1, 3, 4])
@pytest.mark.parametrize("said", [STORY, long(40), long(9, 5)])
def test_the_picture_says_nothing_that_is_not_told(said: Map, columns: int) -> None:
    assert texts(draw(said, FACTS, columns=columns)) <= told_words(said)


@pytest.mark.parametrize("said", [STORY, long(12)])
def test_all_that_is_told_of_a_small_map_is_in_the_picture(said: Map) -> None:
    left_out = told_words(said) - texts(draw(said, FACTS)) - {"", "0 undecided", "No team yet"}

    assert left_out == set()


def test_what_nobody_said_is_drawn_as_missing() -> None:
    said = replace(STORY, handoffs=(Handoff("close", "mail"),))
    label = draw(said, FACTS).bands[0].arrows[0].label

    assert label is not None
    assert [(line.text, line.kind) for line in label.lines] == [
        ("trigger not said", "trigger missing"),
        ("lag not said", "lag missing"),
    ]


def test_a_step_that_says_nothing_says_so() -> None:
    said = STORY.with_step(replace(STORY.steps[0], does=""))

    assert "This step says nothing yet." in texts(draw(said, FACTS))


def test_a_long_sentence_is_clipped_and_whole_on_hover() -> None:
    sentence = "Finance " + "compares one thing with another " * 12
    box = draw(STORY.with_step(replace(STORY.steps[0], does=sentence)), FACTS).bands[0].boxes[0]

    assert [line.text for line in box.lines if line.kind == "sentence"][-1].endswith("…")
    assert box.title == sentence.strip()
    assert draw(STORY, FACTS).bands[0].boxes[0].title == ""


# --- Measuring -------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.text(max_size=200), st.integers(40, 160), st.integers(1, 6))
def test_no_line_is_wider_than_its_room_and_none_are_too_many(text: str, room: int, most: int) -> None:
    lines = wrap(text, 13, room, most)

    assert len(lines) <= most
    assert all(width(line, 13) <= room for line in lines)


@settings(deadline=None)
@given(st.text(max_size=80))
def test_nothing_is_lost_where_there_is_room(text: str) -> None:
    lines = wrap(text, 13, 120, 1000)

    assert "".join(lines).replace(" ", "") == clean(text).replace(" ", "")


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("", 88, ()),
        (" \n ", 88, ()),
        ("Finance posts it.", 88, ("Finance posts", "it.")),
        ("within 3 days", 60, ("within", "3 days")),
        ("Donaudampfschifffahrt", 88, ("Donaudampfs", "chifffahrt")),
        ("FirstNameOfTheCustomer", 88, ("FirstNameOf", "TheCustomer")),
        ("billing_status_of_account", 88, ("billing_status_", "of_account")),
    ],
)
def test_texts_break_between_words_units_and_the_parts_of_names(text: str, room: int, lines: tuple[str, ...]) -> None:
    assert wrap(text, 13, room, 9) == lines


def test_a_clipped_line_uses_its_room() -> None:
    assert wrap("The old warehouse system", 13, 88, 1) == ("The old war…",)


@pytest.mark.parametrize(("narrow", "wide"), [("iii", "mmm"), ("aaa", "漢漢漢"), ("é", "ééé"), ("", "i")])
def test_widths_follow_the_letters(narrow: str, wide: str) -> None:
    assert width(narrow, 13) < width(wide, 13)
    assert width(wide, 13) < width(wide, 13, bold=True) + 1


# --- Markup ----------------------------------------------------------------------------------------------------------


def page(said: Map) -> etree._Element:
    return etree.fromstring(render_to_string("boundaries/_picture.html", {"drawing": draw(said, FACTS)}))


def file(said: Map) -> etree._Element:
    markup = render_to_string("boundaries/picture.svg", {"drawing": draw(said, FACTS)})
    return etree.fromstring(markup.encode())


def test_links_lead_to_the_ordered_text() -> None:
    places = set(
        chain.from_iterable([one.anchor, *(each.anchor for each in one.handoffs)] for one in tell(long(40), FACTS))
    )
    links = [link.get("href") for link in page(long(40)).iter("a")]

    assert {link.removeprefix("#") for link in links} <= places
    assert {f"#{one.anchor}" for each in tell(long(40), FACTS) for one in each.handoffs} <= set(links)


def test_every_step_and_hand_off_can_be_found_by_its_name() -> None:
    picture = page(STORY)

    assert [one.get("data-step") for one in picture.iter("g") if one.get("data-step")] == [
        "close",
        "mail",
        "create",
        "compare",
    ]
    lines = [one.get("data-handoff") for one in picture.iter("g") if one.get("data-handoff")]
    assert lines == ["close mail", "mail create", "create compare"]


def test_the_picture_names_itself() -> None:
    assert page(STORY).get("aria-label") == (
        "Map of sales to billing. 4 steps in 2 lanes, with 3 hand-offs between them. The same as text follows."
    )
    assert [band.get("aria-label") for band in page(long(9)).iter("svg")] == ["Steps 1 to 4", "Steps 5 to 8", "Step 9"]


def test_the_file_is_one_svg_without_links_that_lead_nowhere() -> None:
    svg = file(long(40))

    assert svg.tag == "{http://www.w3.org/2000/svg}svg"
    assert not list(svg.iter("{http://www.w3.org/2000/svg}a"))
    assert "var(" not in etree.tostring(svg).decode()
    assert len([one for one in svg if one.tag.endswith("}g")]) == 10


def test_a_map_without_steps_is_a_picture_of_nothing() -> None:
    assert not list(page(EMPTY).iter("svg"))
    assert "There are no steps on this map yet." in "".join(file(EMPTY).itertext())


def test_hostile_texts_stay_texts() -> None:
    steps = tuple(replace(one, does=HOSTILE, team=HOSTILE, system=HOSTILE) for one in STORY.steps)
    handoffs = tuple(replace(one, trigger=HOSTILE, fields=(Carried(HOSTILE, "converted"),)) for one in STORY.handoffs)
    said = replace(STORY, name=HOSTILE, steps=steps, handoffs=handoffs)

    for tree in (page(said), file(said)):
        assert not [one for one in tree.iter() if "script" in str(one.tag)]
        assert "<script>" in "".join(tree.itertext())


def test_no_attribute_is_a_style_of_its_own() -> None:
    markup = render_to_string("boundaries/_picture.html", {"drawing": draw(long(40), FACTS)})

    assert not re.search(r"\sstyle=|<style|\son\w+=", markup)
