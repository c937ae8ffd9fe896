"""A map told in words: each word the picture shows, as cases."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from boundaries import wording
from boundaries.cases import undecided
from boundaries.definitions import TOUCHES, Carried, Handoff, Map, Step
from boundaries.facts import Facts, FieldFacts, Stored
from boundaries.models.maps import Touch
from boundaries.telling import ToldField, ToldHandoff, anchor, tell
from tests.boundaries.any_map import maps
from tests.boundaries.worlds import EMPTY, FACTS, STORY, long


def told(handoff: Handoff, *, owner: str = "", team: str = "Finance", facts: Facts = FACTS) -> ToldHandoff:
    steps = (Step("a", "Sales does it.", "Sales", "CRM"), Step("b", "It is done.", team, "Billing"))
    said = replace(EMPTY, owner=owner, steps=steps, handoffs=(replace(handoff, source="a", target="b"),))
    return tell(said, facts)[0].handoffs[0]


def field(carried: Carried) -> ToldField:
    return told(Handoff("a", "b", fields=(carried,))).fields[0]


def test_the_story_is_told_in_order() -> None:
    steps = tell(STORY, FACTS)
    assert [one.number for one in steps] == [1, 2, 3, 4]
    assert [one.starts for one in steps] == [True, False, False, False]
    assert [one.by_hand for one in steps] == [
        "",
        "By hand: inbox, 60 min a week",
        "",
        "By hand: spreadsheet clean-up, 2 h 30 min a week",
    ]
    (arrives,) = steps[1].handoffs
    assert arrives.to_number == 3
    assert arrives.to_step == STORY.steps[2]
    assert arrives.trigger == "when order form arrives"
    assert arrives.lag == "within 3 days"
    assert arrives.takes_over == "Finance takes over"
    assert arrives.owner == "owned by Finance"
    assert [one.tag for one in arrives.fields] == ["start_date → ServiceStart", "billing status"]
    assert arrives.undecided == 4
    assert [case.kind for case in arrives.cases] == ["missing", "unsigned", "date", "refund", "merge"]


def test_an_empty_map_tells_nothing() -> None:
    assert tell(EMPTY, FACTS) == ()


def test_the_undecided_cases_of_the_hand_offs_are_those_of_the_map() -> None:
    for said in (STORY, long()):
        assert sum(one.undecided for step in tell(said, FACTS) for one in step.handoffs) == len(list(undecided(said)))


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        ("order form arrives", "when order form arrives"),
        ("The order form arrives.", "when the order form arrives"),
        ("", "trigger not said"),
        ("  ", "trigger not said"),
        ("CRM says so", "when CRM says so"),
        ("when the form arrives", "when the form arrives"),
        ("When the form arrives", "when the form arrives"),
        ("Every Friday", "every Friday"),
        ("on the 25th", "on the 25th"),
        ("once it is paid", "once it is paid"),
        ("order is paid", "when order is paid"),
        ("one is missing", "when one is missing"),
    ],
)
def test_trigger(trigger: str, words: str) -> None:
    assert told(Handoff("a", "b", trigger)).trigger == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, "lag not said"),
        (0.0, "at once"),
        (1.0, "within 1 day"),
        (3.0, "within 3 days"),
        (2.5, "within 2.5 days"),
        (0.5, "within 12 hours"),
        (0.04, "within 1 hour"),
        (0.001, "within 1 hour"),
        (1200.0, "within 1,200 days"),
    ],
)
def test_lag(days: float | None, words: str) -> None:
    assert told(Handoff("a", "b", lag_days=days)).lag == words


@pytest.mark.parametrize(
    ("owner", "boundary", "team", "words"),
    [
        ("Finance", "Sales", "Finance", "owned by Finance"),
        ("", "Sales", "Finance", "owned by Sales"),
        ("", "", "Finance", "owner not said"),
        ("Finance", "", "Sales", "owned by Finance"),
        # Inside of a team it is that team's own, which goes without saying.
        ("", "Finance", "Sales", ""),
        ("", "Sales", "", ""),
    ],
)
def test_owner(owner: str, boundary: str, team: str, words: str) -> None:
    assert told(Handoff("a", "b", owner=owner), owner=boundary, team=team).owner == words


@pytest.mark.parametrize(
    ("team", "words"), [("Finance", "Finance takes over"), ("sales", ""), ("", ""), ("Ops", "Ops takes over")]
)
def test_who_takes_over(team: str, words: str) -> None:
    assert told(Handoff("a", "b"), team=team).takes_over == words


@pytest.mark.parametrize(
    ("touch", "minutes", "times", "words"),
    [
        ("", None, None, ""),
        ("", 5.0, 12.0, ""),
        ("inbox", 5.0, 12.0, "By hand: inbox, 60 min a week"),
        ("inbox", None, None, "By hand: inbox, minutes not said"),
        ("inbox", None, 12.0, "By hand: inbox, minutes not said"),
        ("chat", 5.0, None, "By hand: chat, 5 min each time, how often not said"),
        ("paste", 90.0, 1.0, "By hand: copy and paste, 90 min a week"),
        ("paste", 91.0, 1.0, "By hand: copy and paste, 1 h 31 min a week"),
        ("upload", 120.0, 1.0, "By hand: file upload, 2 h a week"),
        ("export", 1.0, 0.25, "By hand: export, under 1 min a week"),
        ("edit", 0.0, 12.0, "By hand: field edit, 0 min a week"),
        ("spreadsheet", 6000.0, 12.0, "By hand: spreadsheet clean-up, 1,200 h a week"),
    ],
)
def test_work_by_hand(touch: str, minutes: float | None, times: float | None, words: str) -> None:
    step = Step("a", "Sales does it.", "Sales", touch=touch, minutes=minutes, times_per_week=times)
    assert tell(replace(EMPTY, steps=(step,)), FACTS)[0].by_hand == words


def test_touches_are_called_as_everywhere() -> None:
    assert {touch: wording.touch(touch) for touch in TOUCHES} == {value: str(label) for value, label in Touch.choices}


@pytest.mark.parametrize(
    ("carried", "tag"),
    [
        (Carried("billing status"), "billing status"),
        (Carried("start date", "renamed", ("start_date",), ("ServiceStart",)), "start_date → ServiceStart"),
        # What is not written comes from the registry.
        (Carried("start date", "renamed"), "start_date → ServiceStart"),
        (Carried("start date", "renamed", ("Begin",)), "Begin → ServiceStart"),
        (Carried("start date", "renamed", (), ("Begin",)), "start_date → Begin"),
        (Carried("discount", "renamed"), "discount: renamed"),
        (Carried("discount", "renamed", ("disc",)), "discount: renamed"),
        (Carried("name", "split", ("name",), ("first name", "last name")), "name → first name + last name"),
        (Carried("name", "split", (), ("first name", "last name")), "name → first name + last name"),
        (Carried("start date", "split", (), ("day", "hour")), "start_date → day + hour"),
        (Carried("start date", "split"), "start date: split"),
        (Carried("name", "merged", ("first name", "last name"), ("name",)), "first name + last name → name"),
        (Carried("name", "merged", ("first name", "last name")), "first name + last name → name"),
        (Carried("start date", "merged", ("day", "hour")), "day + hour → ServiceStart"),
        (Carried("start date", "merged"), "start date: merged"),
        (Carried("amount", "converted", note="cents to euros"), "amount: converted (cents to euros)"),
        (Carried("amount", "converted", note="Cents to euros."), "amount: converted (Cents to euros)"),
        (Carried("amount", "converted"), "amount: converted"),
        (Carried("status", "meaning", note="paid or signed"), "status: means something else"),
    ],
)
def test_tags_of_fields(carried: Carried, tag: str) -> None:
    assert field(carried).tag == tag


def test_a_field_shows_its_names_and_meanings_on_either_side() -> None:
    found = field(Carried("Start Date"))
    assert (found.before, found.after) == ("start_date", "ServiceStart")
    assert found.means_before == "the day the service was sold for"
    assert found.means_after == "the day the service began"
    assert found.url == "/ownership/fields/1/"


def test_a_field_of_which_the_registry_knows_nothing_shows_what_is_written() -> None:
    found = field(Carried("discount", "renamed", ("disc",), ("Rebate",)))
    assert (found.before, found.after, found.means_before, found.means_after, found.url) == (
        "disc",
        "Rebate",
        "",
        "",
        "",
    )


def test_a_step_without_a_system_stands_on_the_side_of_the_boundary() -> None:
    steps = (Step("a", "Sales does it.", "Sales"), Step("b", "Finance does it.", "Finance"))
    said = replace(EMPTY, steps=steps, handoffs=(Handoff("a", "b", fields=(Carried("start date"),)),))
    (found,) = tell(said, FACTS)[0].handoffs[0].fields
    assert (found.before, found.after) == ("start_date", "ServiceStart")


def test_a_step_in_a_third_system_has_the_names_of_that_system() -> None:
    known = FieldFacts("start date", uses=(Stored("ERP", "BEGDA"), Stored("Billing", "ServiceStart")))
    steps = (Step("a", "Sales does it.", "Sales", "erp"), Step("b", "Finance does it.", "Finance", "Mail"))
    said = replace(EMPTY, steps=steps, handoffs=(Handoff("a", "b", fields=(Carried("start date"),)),))
    (found,) = tell(said, Facts({"start date": known}))[0].handoffs[0].fields
    assert (found.before, found.after) == ("BEGDA", "")


@pytest.mark.parametrize(
    ("place", "id_"),
    [("", "map"), ("step create", "step-create"), ("handoff mail create", "handoff-mail--create")],
)
def test_anchors(place: str, id_: str) -> None:
    assert anchor(place) == id_


def test_each_step_and_each_hand_off_has_an_anchor_of_its_own() -> None:
    steps = tell(long(), FACTS)
    anchors = [step.anchor for step in steps] + [one.anchor for step in steps for one in step.handoffs]
    assert len(anchors) == len(set(anchors))
    assert len(anchors) == len(long().steps) + len(long().handoffs)


@given(maps())
@settings(deadline=None)
def test_any_map_is_told_whole(said: Map) -> None:
    steps = tell(said, FACTS)
    assert [one.step for one in steps] == list(said.steps)
    assert sum(len(one.handoffs) for one in steps) == len(said.handoffs)
    for step in steps:
        assert bool(step.by_hand) == bool(step.step.touch)
        for one in step.handoffs:
            assert one.trigger
            assert one.lag
            assert all(told_field.tag for told_field in one.fields)
