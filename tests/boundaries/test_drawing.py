"""The picture of a map as figures: nothing covers anything, no arrow runs through a word, a step more moves little."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.definitions import TOUCHES, Carried, Handoff, Map, Step
from boundaries.drawing import Drawing, draw
from boundaries.drawing.figures import Arrow, Band, Rect
from boundaries.drawing.parts import STRIP
from boundaries.facts import Facts
from tests.boundaries.worlds import EMPTY, FACTS, STORY, long

Segment = tuple[tuple[int, int], tuple[int, int]]

NOTHING_KNOWN = Facts()
_FIELDS = (
    Carried("start date", "renamed", ("start_date",), ("ServiceStart",)),
    Carried("name", "split", ("name",), ("FirstNameOfTheCustomer", "LastNameOfTheCustomer")),
    Carried("status", "meaning"),
    Carried("amount", "kept"),
    Carried("Wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww", "converted", note="cents to euros, rounded half up as the law says"),
)
TEXTS = (
    "",
    "Finance posts it.",
    "Sales rep mails the order form to finance and waits for an answer",
    "W" * 60,
    "漢字" * 40,
    "a " * 150,
    "line\nbreak\x00\ttab",
    "🙂🙂 done",
)
TEAMS = ("Sales", "Finance", "", "Operations and logistics of the northern region", "采购", "Legal")


def any_map(seed: int) -> Map:
    """A map of up to 40 steps: most hand over to the next, up to 120 hand-offs go anywhere. From a number, because
    a picture this large has more choices than hypothesis makes in one example.
    """
    pick = random.Random(seed)
    teams = TEAMS[: pick.randint(1, 6)]
    steps = tuple(
        Step(
            f"s{number}",
            pick.choice(TEXTS),
            pick.choice(teams),
            pick.choice(["", "CRM", "Billing", "The old warehouse system"]),
            pick.choice(["", *TOUCHES]),
            pick.choice([None, 5.0, 150.0]),
            pick.choice([None, 12.0]),
        )
        for number in range(pick.randint(0, 40))
    )
    ends = {(one.id, other.id) for one, other in pairwise(steps) if pick.random() < 0.85}
    anywhere = pick.choice([0, 3, 10, 40, 120]) if steps else 0
    ends |= {(pick.choice(steps).id, pick.choice(steps).id) for _ in range(anywhere)}
    handoffs = tuple(
        Handoff(
            source,
            target,
            pick.choice(TEXTS),
            pick.choice([None, 0.0, 0.5, 3.0]),
            fields=pick.choice([(), _FIELDS[:1], _FIELDS]),
        )
        for source, target in sorted(ends)
    )
    return Map("any", "CRM", "Billing", steps=steps, handoffs=handoffs)


MAPS = st.builds(any_map, st.integers(0, 1_000_000))
COLUMNS = st.integers(1, 8)
# The last step of a band leads on, and back to all before it.
BACK_TO_ALL = replace(
    long(8, 1),
    handoffs=(*(Handoff("s4", f"s{number}") for number in range(1, 6)), Handoff("s3", "s4"), Handoff("s8", "s4")),
)
KNOWN = (EMPTY, STORY, long(40), long(23, 6), BACK_TO_ALL)
EXAMPLES = [draw(said, FACTS, columns=columns) for said in KNOWN for columns in (1, 3, 4)]


def solid(band: Band) -> list[tuple[str, Rect]]:
    """Everything in a band that nothing else may cover."""
    found = [(f"lane {one.name}", Rect(0, one.rect.y, STRIP, one.rect.height)) for one in band.lanes]
    found += [(f"step {one.number}", one.rect) for one in band.boxes]
    found += [("start", one.rect) for one in band.starts]
    for arrow in band.arrows:
        said = f"{arrow.source} {arrow.target}"
        if arrow.pill:
            found.append((f"pill {said}", arrow.pill.rect))
        if arrow.label:
            found.append((f"words {said}", arrow.label.rect))
            found += [(f"{tag.kind} {said}", tag.rect) for tag in (arrow.label.flag, *arrow.label.tags) if tag]
    return found


def covers(one: Rect, other: Rect) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def runs_through(segment: Segment, rect: Rect) -> bool:
    (x, y), (to_x, to_y) = segment
    return max(x, to_x) > rect.x and min(x, to_x) < rect.right and max(y, to_y) > rect.y and min(y, to_y) < rect.bottom


def segments(arrow: Arrow) -> Iterator[Segment]:
    yield from pairwise(arrow.points)


def nothing_is_covered(drawing: Drawing) -> None:
    for band in drawing.bands:
        for (name, one), (other_name, other) in combinations(solid(band), 2):
            assert not covers(one, other), f"{name} covers {other_name}"


def no_arrow_runs_through_anything(drawing: Drawing) -> None:
    for band in drawing.bands:
        things = solid(band)
        for arrow in band.arrows:
            for segment in segments(arrow):
                for name, rect in things:
                    assert not runs_through(segment, rect), f"{arrow.source} to {arrow.target} runs through {name}"


def no_arrows_run_on_each_other(drawing: Drawing) -> None:
    for band in drawing.bands:
        pieces = [(arrow, segment) for arrow in band.arrows for segment in segments(arrow)]
        for (arrow, one), (other_arrow, other) in combinations(pieces, 2):
            if arrow is not other_arrow:
                assert not _on_each_other(one, other), f"{arrow.source} to {arrow.target}, {other_arrow.source}"


def _on_each_other(one: Segment, other: Segment) -> bool:
    for along, across in ((0, 1), (1, 0)):
        if len({one[0][across], one[1][across], other[0][across], other[1][across]}) == 1:
            begin, end = (sorted(point[along] for point in each) for each in (one, other))
            if begin[0] < end[1] and end[0] < begin[1]:
                return True
    return False


def all_lies_inside(drawing: Drawing) -> None:
    for band in drawing.bands:
        whole = Rect(0, 0, drawing.width, band.height)
        for name, rect in solid(band):
            assert within(rect, whole), name
        for arrow in band.arrows:
            assert all(0 <= x <= whole.width and 0 <= y <= whole.height for x, y in arrow.points)
        assert sum(lane.rect.height for lane in band.lanes) == band.height


def within(one: Rect, other: Rect) -> bool:
    return one.x >= other.x and one.right <= other.right and one.y >= other.y and one.bottom <= other.bottom


def arrows_begin_and_end_at_their_boxes(drawing: Drawing) -> None:
    for band in drawing.bands:
        boxes = {box.id: box.rect for box in band.boxes}
        for arrow in band.arrows:
            if arrow.label:
                x, y = arrow.points[-1]
                assert x == boxes[arrow.target].x
                assert boxes[arrow.target].y < y < boxes[arrow.target].bottom
            if not (arrow.label and arrow.pill):
                x, y = arrow.points[0]
                rect = boxes[arrow.source]
                assert (x == rect.right and rect.y < y < rect.bottom) or (y == rect.bottom and rect.x < x < rect.right)


LAWS: list[Callable[[Drawing], None]] = [
    arrows_begin_and_end_at_their_boxes,
    nothing_is_covered,
    no_arrow_runs_through_anything,
    no_arrows_run_on_each_other,
    all_lies_inside,
]


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("drawing", EXAMPLES)
def test_the_maps_we_know(drawing: Drawing, law: Callable[[Drawing], None]) -> None:
    law(drawing)


@settings(max_examples=100, deadline=None)
@given(MAPS, COLUMNS)
def test_any_map(said: Map, columns: int) -> None:
    drawing = draw(said, NOTHING_KNOWN, columns=columns)
    for law in LAWS:
        law(drawing)


@settings(max_examples=40, deadline=None)
@given(MAPS, COLUMNS)
def test_every_step_is_drawn_once_and_every_hand_off_at_both_its_ends(said: Map, columns: int) -> None:
    drawing = draw(said, NOTHING_KNOWN, columns=columns)

    assert [box.id for band in drawing.bands for box in band.boxes] == [one.id for one in said.steps]
    drawn = [(arrow.source, arrow.target) for band in drawing.bands for arrow in band.arrows if arrow.label]
    assert sorted(drawn) == sorted(one.ends for one in said.handoffs)
    band_of = {box.id: number for number, band in enumerate(drawing.bands) for box in band.boxes}
    left = [(arrow.source, arrow.target) for band in drawing.bands for arrow in band.arrows if not arrow.label]
    assert sorted(left) == sorted(one.ends for one in said.handoffs if band_of[one.source] != band_of[one.target])


@settings(max_examples=40, deadline=None)
@given(MAPS, COLUMNS)
def test_each_box_stands_in_the_lane_of_its_team(said: Map, columns: int) -> None:
    for band in draw(said, NOTHING_KNOWN, columns=columns).bands:
        lanes = {lane.name: lane.rect for lane in band.lanes}
        for box in band.boxes:
            step = said.step(box.id)
            assert step is not None
            assert within(box.rect, lanes[step.team or "No team yet"])


@settings(max_examples=30, deadline=None)
@given(MAPS, COLUMNS)
def test_the_same_map_gives_the_same_picture(said: Map, columns: int) -> None:
    assert draw(said, NOTHING_KNOWN, columns=columns) == draw(said, NOTHING_KNOWN, columns=columns)


# --- A step more -----------------------------------------------------------------------------------------------------


def where(drawing: Drawing) -> list[tuple[int, int]]:
    """The band and the left end of each step."""
    return [(number, box.rect.x) for number, band in enumerate(drawing.bands) for box in band.boxes]


def plain(count: int) -> Map:
    """Steps that hand over to the next, in two lanes."""
    steps = tuple(
        Step(f"s{number}", "Sales does it.", ("Sales", "Finance")[number % 3 == 2]) for number in range(count)
    )
    return Map("plain", "CRM", "Billing", steps=steps, handoffs=_in_order(steps))


def _in_order(steps: tuple[Step, ...]) -> tuple[Handoff, ...]:
    return tuple(Handoff(one.id, other.id, "it is done", 1.0) for one, other in pairwise(steps))


@pytest.mark.parametrize("count", range(12))
@pytest.mark.parametrize("columns", [3, 4])
def test_a_step_more_at_the_end_moves_no_other(count: int, columns: int) -> None:
    before = plain(count)
    steps = (*before.steps, Step("new", "Sales does it.", "Sales"))
    after = replace(before, steps=steps, handoffs=_in_order(steps))

    drawn, drawn_after = (draw(said, NOTHING_KNOWN, columns=columns) for said in (before, after))

    assert where(drawn_after)[:count] == where(drawn)
    if count:
        same_lanes = [band.boxes for band in drawn.bands[:-1]]
        assert [band.boxes for band in drawn_after.bands[: len(same_lanes)]] == same_lanes


@pytest.mark.parametrize("place", range(10))
@pytest.mark.parametrize("columns", [3, 4])
def test_a_step_more_in_the_middle_moves_what_follows_by_one_column(place: int, columns: int) -> None:
    before = plain(10)
    steps = (*before.steps[:place], Step("new", "Sales does it.", "Sales"), *before.steps[place:])
    after = replace(before, steps=steps, handoffs=_in_order(steps))

    was, now = (where(draw(said, NOTHING_KNOWN, columns=columns)) for said in (before, after))

    assert now[:10] == was
    assert [box for number, box in enumerate(now) if number != place][place:] == now[place + 1 :]


def test_a_hand_off_more_moves_no_box_of_another_band() -> None:
    before = long(24)
    after = replace(before, handoffs=(*before.handoffs, Handoff("s20", "s18", "it is wrong")))

    assert where(draw(after, FACTS))[:16] == where(draw(before, FACTS))[:16]


# --- What it shows ---------------------------------------------------------------------------------------------------


def test_an_empty_map_has_no_bands() -> None:
    assert draw(EMPTY, FACTS).bands == ()


def test_columns_make_bands_and_a_band_shows_only_the_lanes_it_uses() -> None:
    drawing = draw(STORY, FACTS, columns=2)

    assert [[lane.name for lane in band.lanes] for band in drawing.bands] == [["Sales"], ["Finance"]]
    assert [band.name for band in drawing.bands] == ["Steps 1 to 2", "Steps 3 to 4"]


@pytest.mark.parametrize("columns", [-1, 0, 1])
def test_there_is_always_room_for_one_step(columns: int) -> None:
    assert len(draw(STORY, FACTS, columns=columns).bands) == 4


def test_work_by_hand_has_another_shape_and_its_minutes() -> None:
    plain_box, by_hand = draw(STORY, FACTS).bands[0].boxes[:2]

    assert (plain_box.classes, plain_box.hand) == ("is-first", None)
    assert by_hand.classes == "is-touch"
    assert by_hand.hand is not None
    assert "a" not in by_hand.outline
    assert " ".join(one.text for one in by_hand.lines if one.kind == "by-hand") == "By hand: inbox, 60 min a week"


def test_another_team_takes_over_under_a_flag() -> None:
    arrow = next(one for one in draw(STORY, FACTS).bands[0].arrows if one.target == "create")

    inside = next(one for one in draw(STORY, FACTS).bands[0].arrows if one.target == "mail")

    assert inside.label is not None
    assert (inside.classes, inside.label.flag, inside.label.tags) == ("", None, ())
    assert arrow.classes == "is-takeover"
    assert arrow.label is not None
    assert arrow.label.flag is not None
    assert " ".join(line.text for line in arrow.label.flag.lines) == "Finance takes over"
    assert [tag.kind for tag in arrow.label.tags] == ["field renamed", "field kept", "undecided"]


def test_more_fields_than_three_are_counted_and_changes_come_first() -> None:
    said = replace(STORY, handoffs=(Handoff("close", "mail", "deal closed", fields=(Carried("id"), *_FIELDS)),))
    label = draw(said, FACTS).bands[0].arrows[0].label

    assert label is not None
    assert [tag.kind for tag in label.tags] == ["field renamed", "field split", "field meaning", "more"]
    assert label.tags[-1].lines[0].text == "+3 more"


def test_a_hand_off_into_another_band_names_the_steps_at_both_its_ends() -> None:
    first, second = draw(STORY, FACTS, columns=2).bands
    leaves = next(one for one in first.arrows if one.target == "create")
    arrives = next(one for one in second.arrows if one.target == "create")

    assert leaves.pill is not None
    assert arrives.pill is not None
    assert (leaves.pill.text.text, arrives.pill.text.text) == ("→ 3", "2 →")
    assert (leaves.pill.anchor, arrives.pill.anchor) == ("step-create", "step-mail")
    assert leaves.label is None


def test_the_systems_of_the_boundary_have_their_colours_and_others_none() -> None:
    said = STORY.with_step(replace(STORY.steps[1], system="Mail server"))
    kinds = [box.system.kind for band in draw(said, FACTS).bands for box in band.boxes if box.system]

    assert kinds == ["system left", "system", "system right"]


def test_steps_without_a_team_have_a_lane_of_their_own() -> None:
    said = STORY.with_step(replace(STORY.steps[1], team=""))

    assert [lane.name for lane in draw(said, FACTS).bands[0].lanes] == ["Sales", "No team yet", "Finance"]


def test_lines_back_lie_around_each_other_and_do_not_cross() -> None:
    band = draw(BACK_TO_ALL, NOTHING_KNOWN).bands[0]

    for arrow, other in combinations(band.arrows, 2):
        crossing = [(one, two) for one in segments(arrow) for two in segments(other) if cross(one, two)]
        assert not crossing, f"{arrow.source} to {arrow.target}, {other.source} to {other.target}"


def cross(one: Segment, other: Segment) -> bool:
    """Whether a line across and one up and down meet between their ends."""
    across, upright = (one, other) if one[0][1] == one[1][1] else (other, one)
    (x, y), (to_x, to_y) = across
    (up_x, up_y), (down_x, down_y) = upright
    return (
        y == to_y
        and up_x == down_x
        and min(x, to_x) < up_x < max(x, to_x)
        and min(up_y, down_y) < y < max(up_y, down_y)
    )
