"""What a map does not say yet and what is wrong with it: each kind as cases, and laws for any map."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings

from boundaries.definitions import Carried, Case, Handoff, Map, Step
from boundaries.facts import Facts, FieldFacts, Stored
from boundaries.findings import KINDS, Finding, Thing, findings, five_things
from tests.boundaries.any_map import maps
from tests.boundaries.worlds import EMPTY, FACTS, STORY, long

TEAMS = {"s": "Sales", "f": "Finance", "o": "Ops", "-": ""}


def flow(teams: str, *handoffs: str, **values: tuple[str, ...]) -> Map:
    """Steps a, b, c … of teams by their letters, hand-offs as "ab"; by name of a step, the fields it may change."""
    ids = "abcdefgh"[: len(teams)]
    steps = tuple(
        Step(one, f"{TEAMS[team] or 'Nurse'} does it.", TEAMS[team], "CRM", changes=values.get(one, ()))
        for one, team in zip(ids, teams, strict=True)
    )
    pairs = [(one[0], one[1]) for one in handoffs] or list(pairwise(ids))
    return replace(
        EMPTY,
        owner="Sales",
        trigger="order form signed",
        rule="It is one rule.",
        steps=steps,
        handoffs=tuple(Handoff(a, b, "it is done", 1.0) for a, b in pairs),
    )


def thing(said: Map, key: str) -> Thing:
    return next(one for one in five_things(said) if one.key == key)


def of_kind(said: Map, kind: str, facts: Facts = FACTS) -> list[tuple[str, str]]:
    return [(one.sentence, one.place) for one in findings(said, facts) if one.kind == kind]


def changed(said: Map, source: str, **values: object) -> Map:
    """The same, with the hand-offs away from ``source`` changed."""
    handoffs = tuple(replace(one, **values) if one.source == source else one for one in said.handoffs)  # type: ignore[arg-type]
    return replace(said, handoffs=handoffs)


# --- The five things -------------------------------------------------------------------------------------------------


def test_the_story_says_all_five() -> None:
    assert [(one.key, one.said, one.place) for one in five_things(STORY)] == [
        ("start", "The record starts in CRM, in step 1.", "step close"),
        ("takeover", "Finance takes over at step 3.", "handoff mail create"),
        ("field_changes", "start date is renamed on the way from step 2 to step 3.", "handoff mail create"),
        ("touches", "2 steps are done by hand: 3 h 30 min a week.", "step mail"),
        ("triggers", "All 3 hand-offs have a trigger.", ""),
    ]


def test_an_empty_map_misses_all_five() -> None:
    assert [one.missing for one in five_things(EMPTY)] == [
        "No step says yet where the record starts.",
        "No step says yet which team does what.",
        "There are no hand-offs yet, and fields change on hand-offs.",
        "No step says yet what is done by hand.",
        "There are no hand-offs yet: nothing says what starts the next step.",
    ]


NOT_TIMED = STORY.with_step(replace(STORY.steps[1], minutes=None))


@pytest.mark.parametrize(
    ("said", "key", "missing", "place"),
    [
        (
            STORY.with_step(replace(STORY.steps[0], system=" ")),
            "start",
            "Step 1 names no system: say where the record starts.",
            "step close",
        ),
        (flow("s"), "takeover", "There is only one step so far.", ""),
        (flow("s-"), "takeover", "Step 2 names no team.", "step b"),
        (
            replace(flow("sf"), handoffs=()),
            "takeover",
            "Finance does step 2, and no hand-off says how it gets there from Sales.",
            "step b",
        ),
        (
            flow("sfs", "ab"),
            "takeover",
            "Sales does step 3, and no hand-off says how it gets there from Finance.",
            "step c",
        ),
        (
            flow("sffs", "bc", "cb", "ad", "da"),
            "takeover",
            "No hand-off leads from one team to another, and 2 teams are on the map.",
            "",
        ),
        (
            flow("sf"),
            "field_changes",
            "No field is marked as renamed, split, merged or converted, and nobody said that none is.",
            "",
        ),
        (NOT_TIMED, "touches", "Step 2 is done by hand and nobody said how long it takes.", "step mail"),
        (
            STORY.with_step(replace(STORY.steps[1], times_per_week=None)),
            "touches",
            "Step 2 is done by hand and nobody said how often it is done.",
            "step mail",
        ),
        (
            NOT_TIMED.with_step(replace(STORY.steps[3], minutes=None, times_per_week=None)),
            "touches",
            "Steps 2 and 4 are done by hand and nobody said how long they take.",
            "step mail",
        ),
        (
            replace(STORY, confirmed=()),
            "touches",
            "Steps 2 and 4 are done by hand, and nobody said that this is all.",
            "",
        ),
        (flow("sf"), "touches", "No step is marked as done by hand, and nobody said that none is.", ""),
        (
            changed(STORY, "mail", trigger=" "),
            "triggers",
            "The hand-off from step 2 to step 3 has no trigger.",
            "handoff mail create",
        ),
        (
            changed(changed(STORY, "mail", trigger=""), "close", trigger=""),
            "triggers",
            "The hand-off from step 1 to step 2 has no trigger, and 1 other has none either.",
            "handoff close mail",
        ),
        (
            flow("sff", "ab"),
            "triggers",
            "No hand-off leads to step 3: nothing says what starts it.",
            "step c",
        ),
    ],
)
def test_what_is_missing_is_named(said: Map, key: str, missing: str, place: str) -> None:
    found = thing(said, key)
    assert (found.missing, found.said, found.place) == (missing, "", place)


@pytest.mark.parametrize(
    ("said", "key", "told"),
    [
        (flow("sss"), "takeover", "No other team takes over: Sales does every step."),
        (flow("sfs"), "takeover", "Another team takes over 2 times: Finance at step 2 and Sales at step 3."),
        (
            flow("sfsfsfs"),
            "takeover",
            (
                "Another team takes over 6 times:"
                " Finance at step 2, Sales at step 3, Finance at step 4, Sales at step 5 and 2 more."
            ),
        ),
        (
            replace(flow("sf"), confirmed=("field_changes",)),
            "field_changes",
            "People say that no field changes its name or its shape.",
        ),
        (
            changed(flow("sf"), "a", fields=(Carried("name", "split"), Carried("amount", "converted"), Carried("id"))),
            "field_changes",
            "name is split on the way from step 1 to step 2; amount is converted on the way from step 1 to step 2.",
        ),
        (
            changed(flow("sf"), "a", fields=tuple(Carried(f"f{n}", "meaning") for n in range(6))),
            "field_changes",
            "; ".join(f"f{n} changes its meaning on the way from step 1 to step 2" for n in range(4)) + "; 2 more.",
        ),
        (replace(flow("sf"), confirmed=("touches",)), "touches", "People say that nothing is done by hand."),
        (flow("sf"), "triggers", "Step 2 has its trigger."),
    ],
)
def test_what_is_there_is_told(said: Map, key: str, told: str) -> None:
    found = thing(said, key)
    assert (found.said, found.missing) == (told, "")


# --- What is wrong ---------------------------------------------------------------------------------------------------


def test_the_story_has_what_the_article_says_of_it() -> None:
    assert [(one.kind, one.place) for one in findings(STORY, FACTS)] == [
        ("two_steps_change", "handoff mail create"),
        ("two_steps_change", "handoff mail create"),
        ("two_meanings", "handoff mail create"),
        ("two_meanings", "handoff mail create"),
    ]


def test_a_sound_map_has_nothing_wrong() -> None:
    assert findings(flow("sfs"), FACTS) == ()


def test_an_empty_map_has_nothing_wrong_yet() -> None:
    assert findings(EMPTY, FACTS) == ()


@pytest.mark.parametrize(
    ("said", "kind", "sentence", "place"),
    [
        (
            replace(flow("sf"), trigger=" "),
            "no_boundary_trigger",
            "Nobody said which event updates both CRM and Billing.",
            "",
        ),
        (replace(flow("sf"), rule=""), "no_rule", "The boundary has no rule in one sentence.", ""),
        (replace(flow("ss"), owner=""), "no_owner", "Nobody owns the boundary between CRM and Billing.", ""),
        (flow("-f"), "no_owner", "Nobody owns the hand-off from step 1 to step 2.", "handoff a b"),
        (
            changed(flow("sf"), "a", trigger=""),
            "no_trigger",
            "Nothing says what triggers the hand-off from step 1 to step 2.",
            "handoff a b",
        ),
        (
            changed(flow("sf"), "a", lag_days=None),
            "no_lag",
            "Nobody said how long the hand-off from step 1 to step 2 may take.",
            "handoff a b",
        ),
        (
            flow("so"),
            "unknown_team",
            "Ops is no team yet; an administrator adds it.",
            "step b",
        ),
        (
            changed(flow("sf"), "a", cases=(Case("it is late", "Ops asks.", "Ops"),)),
            "unknown_team",
            "Ops is no team yet; an administrator adds it.",
            "handoff a b",
        ),
        (flow("sf", b=("discount",)), "unknown_field", "discount is not in the registry yet.", "step b"),
        (
            changed(flow("sf"), "a", fields=(Carried("discount"),)),
            "unknown_field",
            "discount is not in the registry yet.",
            "handoff a b",
        ),
        (
            flow("sf").with_step(Step("b", "The invoice is created.", "Finance", "Billing")),
            "bad_sentence",
            "Step 2: Say who does it: “Finance creates the invoice.” tells more than “The invoice is created.”",
            "step b",
        ),
        (
            flow("sf").with_step(Step("b", "", "Finance", "Billing")),
            "bad_sentence",
            "Step 2: Say who does what, such as “Finance creates the invoice.”",
            "step b",
        ),
        (
            flow("sff", "ab"),
            "unreachable",
            "No way leads from step 1 to step 3: nobody hands over to it.",
            "step c",
        ),
        (
            changed(flow("sf"), "a", fields=(Carried("weight", "meaning", note="net or gross"),)),
            "two_meanings",
            "“weight” changes its meaning on the way from step 1 to step 2: net or gross.",
            "handoff a b",
        ),
        (
            flow("sf", a=("start date",), b=("Start Date ",)),
            "two_steps_change",
            "start date may be changed in step 1 (Sales) and step 2 (Finance).",
            "step b",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(said: Map, kind: str, sentence: str, place: str) -> None:
    assert of_kind(said, kind) == [(sentence, place)]


def test_words_that_mean_two_things_are_quoted() -> None:
    assert of_kind(STORY, "two_meanings")[0][0] == (
        "“start date” means “the day the service was sold for” in CRM and “the day the service began” in Billing."
    )


@pytest.mark.parametrize(("one", "other", "count"), [("the day", "The  day.", 0), ("the day", "", 0), ("a", "b", 1)])
def test_only_meanings_that_differ_are_two(one: str, other: str, count: int) -> None:
    known = FieldFacts("start date", uses=(Stored("CRM", means=one), Stored("Billing", means=other)))
    assert len(of_kind(STORY, "two_meanings", Facts({"start date": known}))) == count


@pytest.mark.parametrize(
    ("editors", "sentences"),
    [
        ((("Sales",), ("Finance",)), ["start date is edited by Sales in CRM and Finance in Billing."]),
        ((("Sales",), ("Sales",)), []),
        ((("Sales",), ()), []),
        ((("Sales", "Ops"), ("Sales",)), ["start date is edited by Sales and Ops in CRM and Sales in Billing."]),
    ],
)
def test_editors_in_both_systems_are_two_who_may_change_it(
    editors: tuple[tuple[str, ...], tuple[str, ...]], sentences: list[str]
) -> None:
    uses = (Stored("CRM", editors=editors[0]), Stored("Billing", editors=editors[1]))
    facts = Facts({"start date": FieldFacts("start date", uses=uses)})
    assert [sentence for sentence, _ in of_kind(STORY, "two_steps_change", facts)] == sentences


@pytest.mark.parametrize(
    ("said", "steps"),
    [
        # Steps in a row hand over one to the next: whoever edits has got it.
        (flow("sfs", c=("start date",)), []),
        (flow("sfsf", d=("start date",)), []),
        (flow("sfo", a=("start date",), b=("status",)), []),
        # Nobody gives it back, and yet they edit.
        (flow("sfs", "ab", c=("start date",)), [3]),
        (flow("sfs", "ab", "ac", c=("start date",)), [3]),
        (flow("sffs", "ab", "bc", d=("start date",)), [4]),
        (flow("sfsfs", "ab", "bc", "cd", "ce", e=("start date",)), [5]),
        (flow("sfss", "ab", "bc", "ad", d=("start date",)), [4]),
        # The edit is on another branch, before handing over.
        (flow("sfs", "ab", "ac", "cb", c=("start date",)), []),
        (flow("ssf", "ac", "ab", "bc", b=("start date",)), []),
        # Given back by a way around, or to a step before.
        (flow("sfos", "ab", "bc", "cd", d=("start date",)), []),
        (flow("sf", "ab", "ba", a=("start date",)), []),
        # Nobody edits, or it is not known who.
        (flow("sfs", "ab"), []),
        (flow("sf-", "ab", c=("start date",)), []),
    ],
)
def test_editing_after_handing_over(said: Map, steps: Sequence[int]) -> None:
    assert [place for _, place in of_kind(said, "edits_after")] == [f"step {'abcdefgh'[one - 1]}" for one in steps]


def test_editing_after_handing_over_names_who_took_over() -> None:
    said = flow("sfs", "ab", c=("start date", "status"))
    assert of_kind(said, "edits_after") == [
        ("Sales changes start date and status in step 3, after Finance took over at step 2.", "step c")
    ]
    fixing = flow("sfs", "ab").with_step(Step("c", "Sales fixes the record.", "Sales", "CRM", "edit"))
    assert of_kind(fixing, "edits_after") == [
        ("Sales edits records in step 3, after Finance took over at step 2.", "step c")
    ]


@pytest.mark.parametrize(
    ("said", "steps"),
    [
        (flow("sss"), ""),
        (flow("sss", "ab", "ac"), ""),
        (flow("sss", "ab"), "c"),
        (flow("sss", "bc"), "bc"),
        (flow("ssss", "ab", "cd", "dc"), "cd"),
        (flow("sss", "ac", "cb"), ""),
    ],
)
def test_steps_nobody_reaches(said: Map, steps: str) -> None:
    assert [place for _, place in of_kind(said, "unreachable")] == [f"step {one}" for one in steps]


def test_steps_without_any_hand_off_are_one_finding() -> None:
    assert of_kind(replace(flow("sss"), handoffs=()), "unreachable") == [
        ("No hand-off leads from one step to another yet.", "step b")
    ]
    assert of_kind(flow("s"), "unreachable") == []


def test_what_is_found_comes_in_the_order_of_the_map() -> None:
    said = replace(changed(flow("sof", "ab", b=("discount",)), "a", trigger=""), rule="")
    assert [one.place for one in findings(said, FACTS)] == ["", "handoff a b", "step b", "step b", "step c"]


def test_a_name_is_complained_of_once() -> None:
    assert len(of_kind(flow("ooo"), "unknown_team")) == 1


# --- Laws ------------------------------------------------------------------------------------------------------------


def is_there(said: Map, place: str) -> bool:
    what, _, ids = place.partition(" ")
    if what == "handoff":
        return said.handoff(*ids.split()) is not None
    return said.step(ids) is not None if what == "step" else place == ""


@given(maps())
@settings(deadline=None)
def test_any_map_says_or_misses_each_of_five_things(said: Map) -> None:
    things = five_things(said)
    assert [one.key for one in things] == ["start", "takeover", "field_changes", "touches", "triggers"]
    for one in things:
        assert bool(one.said) != bool(one.missing)
        assert is_there(said, one.place)


@given(maps())
@settings(deadline=None)
def test_in_any_map_what_is_found_has_a_kind_a_sentence_and_a_place(said: Map) -> None:
    found: tuple[Finding, ...] = findings(said, FACTS)
    for one in found:
        assert one.kind in KINDS
        assert is_there(said, one.place)
        assert one.sentence.endswith((".", "”"))
    assert len(set(found)) == len(found)


def test_a_long_map_is_looked_through() -> None:
    assert {one.kind for one in findings(long(), FACTS)} == {
        "no_boundary_trigger",
        "no_rule",
        "no_lag",
        "unknown_team",
    }
