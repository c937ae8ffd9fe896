"""What one does to a map: order and hand-offs stay whole, whatever is moved, added or taken away."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from boundaries import operations
from boundaries.definitions import CONFIRMABLE, Carried, Case, Handoff, Map, Observed, Step
from boundaries.services.checking import STEP_ID, check
from tests.boundaries.any_map import maps
from tests.boundaries.worlds import EMPTY, STORY

NEW = Step("new", "Sales calls finance.")
CARRIED = Carried("amount")


def ids(said: Map) -> list[str]:
    return [one.id for one in said.steps]


def ends(said: Map) -> list[tuple[str, str]]:
    return [one.ends for one in said.handoffs]


def triggers(said: Map) -> dict[tuple[str, str], str]:
    return {one.ends: one.trigger for one in said.handoffs}


def chain(length: int) -> Map:
    keys = [f"s{number}" for number in range(length)]
    return Map(
        name="a chain",
        source="CRM",
        target="Billing",
        steps=tuple(Step(key, f"Sales does {key}.") for key in keys),
        handoffs=tuple(Handoff(a, b, f"into {b}") for a, b in pairwise(keys)),
    )


# --- Adding -----------------------------------------------------------------------------------------------------------


def test_the_first_step_stands_alone() -> None:
    assert operations.add_step(EMPTY, NEW).steps == (NEW,)
    assert operations.add_step(EMPTY, NEW).handoffs == ()


def test_a_step_at_the_end_is_handed_over_to() -> None:
    said = operations.add_step(STORY, NEW)
    assert ids(said) == ["close", "mail", "create", "compare", "new"]
    assert said.handoffs == (*STORY.handoffs, Handoff("compare", "new"))


def test_a_step_between_two_takes_over_the_way_to_the_second() -> None:
    said = operations.add_step(STORY, NEW, after="mail")
    assert ids(said) == ["close", "mail", "new", "create", "compare"]
    assert said.handoff("mail", "create") is None
    assert said.handoff("mail", "new") == Handoff("mail", "new")
    kept = said.handoff("new", "create")
    assert kept is not None
    assert (kept.trigger, kept.fields, kept.cases) == (
        "order form arrives", STORY.handoffs[1].fields, STORY.handoffs[1].cases,
    )  # fmt: skip


def test_a_gap_stays_a_gap_behind_a_step_that_is_put_into_it() -> None:
    said = operations.add_step(operations.remove_handoff(STORY, "mail", "create"), NEW, after="mail")
    assert (said.handoff("mail", "new"), said.handoff("new", "create")) == (Handoff("mail", "new"), None)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Sales rep moves the deal to closed won in CRM.", "moves-deal-closed"),
        ("Finance creates the customer.", "creates-customer"),
        ("Operations checks exceptions in a spreadsheet.", "checks-exceptions-spreadsheet"),
        ("Finance checks team.", "checks-team-2"),
        ("", "step"),
        ("Продажи закрывают сделку.", "step"),
        ("Éric prépare la facture", "eric-prepare-la"),
        ("x" * 500, "x" * operations.ID_CHARACTERS),
        ("--- / <b> ' \"", "b"),
    ],
)
def test_the_id_of_a_step_comes_out_of_its_sentence(sentence: str, expected: str) -> None:
    assert operations.step_id(EMPTY, sentence) == expected


def test_the_id_of_a_step_is_its_own() -> None:
    said = operations.add_step(EMPTY, Step("creates-customer", "Finance creates the customer."))
    given_id = operations.step_id(said, "Finance creates the customer.", taken={"creates-customer-2"})
    assert given_id == "creates-customer-3"


@given(some.text(max_size=200), some.sets(some.sampled_from(["step", "step-2", "a", "a-2"])))
def test_any_sentence_gives_an_id_that_can_be_kept(sentence: str, taken: set[str]) -> None:
    given_id = operations.step_id(STORY, sentence, taken=taken)
    assert STEP_ID.fullmatch(given_id)
    assert given_id not in taken | set(ids(STORY))


# --- Removing ---------------------------------------------------------------------------------------------------------


def test_what_stood_around_a_removed_step_is_linked_by_what_led_on() -> None:
    said = operations.remove_step(STORY, "mail")
    assert ends(said) == [("close", "create"), ("create", "compare")]
    assert said.handoffs[0].trigger == "order form arrives"
    assert said.handoffs[0].cases == STORY.handoffs[1].cases


def test_a_hand_off_that_is_there_already_is_not_overwritten_by_removing_what_is_between() -> None:
    said = operations.add_handoff(STORY, "close", "create", trigger="it is urgent")
    assert triggers(operations.remove_step(said, "mail"))["close", "create"] == "it is urgent"


@pytest.mark.parametrize("step", ["close", "compare"])
def test_the_first_and_the_last_step_leave_nothing_behind(step: str) -> None:
    said = operations.remove_step(STORY, step)
    assert ends(said) == [one for one in ends(STORY) if step not in one]


# --- Moving -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "before", "order", "ways"),
    [
        ("s2", "s1", "s0 s2 s1 s3", {"s0 s2": "into s2", "s2 s1": "into s1", "s1 s3": "into s3"}),
        ("s1", "", "s0 s2 s3 s1", {"s0 s2": "into s2", "s2 s3": "into s3", "s3 s1": "into s1"}),
        ("s3", "s0", "s3 s0 s1 s2", {"s3 s0": "", "s0 s1": "into s1", "s1 s2": "into s2"}),
        ("s0", "", "s1 s2 s3 s0", {"s1 s2": "into s2", "s2 s3": "into s3", "s3 s0": ""}),
        ("s1", "s2", "s0 s1 s2 s3", {"s0 s1": "into s1", "s1 s2": "into s2", "s2 s3": "into s3"}),
        ("s1", "s1", "s0 s1 s2 s3", {"s0 s1": "into s1", "s1 s2": "into s2", "s2 s3": "into s3"}),
    ],
)
def test_each_step_keeps_the_way_into_it(step: str, before: str, order: str, ways: dict[str, str]) -> None:
    said = operations.move_step(chain(4), step, before)
    assert ids(said) == order.split()
    assert {" ".join(one.ends): one.trigger for one in said.handoffs} == ways


def test_a_hand_off_that_leads_back_stays_as_it_is() -> None:
    said = operations.add_handoff(chain(4), "s3", "s1", trigger="something is missing")
    moved = operations.move_step(said, "s0", "")
    assert triggers(moved)["s3", "s1"] == "something is missing"


def test_no_word_is_lost_where_a_moved_step_is_handed_over_to_already() -> None:
    said = operations.add_handoff(chain(3), "s2", "s1", trigger="something is missing")
    moved = operations.move_step(said, "s2", "s1")
    assert triggers(moved) == {
        ("s0", "s2"): "into s2", ("s0", "s1"): "into s1", ("s2", "s1"): "something is missing",
    }  # fmt: skip
    assert operations.move_step(moved, "s2").handoffs == said.handoffs


MOVES = some.lists(some.tuples(some.integers(0, 7), some.integers(0, 8)), max_size=8)


def moved(said: Map, which: int, where: int) -> Map:
    keys = ids(said)
    return operations.move_step(said, keys[which % len(keys)], [*keys, ""][where % (len(keys) + 1)])


@given(some.integers(1, 7), MOVES)
def test_a_chain_stays_a_chain(length: int, moves: list[tuple[int, int]]) -> None:
    said = chain(length)
    for one in moves:
        said = moved(said, *one)
        assert set(ends(said)) == set(pairwise(ids(said)))
        assert len(ends(said)) == length - 1


@given(maps(), MOVES)
def test_moving_keeps_every_step_and_every_rule_of_a_map(said: Map, moves: list[tuple[int, int]]) -> None:
    for one in moves if said.steps else ():
        after = moved(said, *one)
        assert sorted(ids(after)) == sorted(ids(said))
        assert {step.id: step for step in after.steps} == {step.id: step for step in said.steps}
        check(after)
        said = after


@given(maps(), some.integers(0, 7), some.integers(0, 8))
def test_moving_there_and_back_gives_the_same_order(said: Map, which: int, where: int) -> None:
    if said.steps:
        keys = ids(said)
        key = keys[which % len(keys)]
        behind = [*keys, ""][keys.index(key) + 1]
        assert ids(operations.move_step(moved(said, which, where), key, behind)) == keys


@settings(max_examples=200)
@given(maps(), some.lists(some.tuples(some.integers(0, 2), some.integers(0, 7), some.integers(0, 8)), max_size=10))
def test_whatever_is_done_one_after_another_keeps_the_rules(said: Map, done: list[tuple[int, int, int]]) -> None:
    for what, which, where in done:
        keys = ids(said)
        if what == 0 or not keys:
            new = Step(operations.step_id(said, "Sales calls finance."), "Sales calls finance.")
            said = operations.add_step(said, new, after=["", *keys][where % (len(keys) + 1)])
            assert said.into(new.id) or ids(said)[0] == new.id
        elif what == 1:
            said = operations.remove_step(said, keys[which % len(keys)])
        else:
            said = moved(said, which, where)
        check(said)


# --- The rest ---------------------------------------------------------------------------------------------------------


def test_a_step_and_a_hand_off_say_something_else() -> None:
    said = operations.change_step(STORY, "mail", does="Sales calls finance.", touch="chat")
    assert said.steps[1] == Step("mail", "Sales calls finance.", "Sales", "", "chat", 5.0, 12.0)
    assert operations.change_handoff(STORY, "close", "mail", lag_days=0.0).handoffs[0].lag_days == 0.0


def test_fields_and_cases_are_added_changed_and_taken_off_by_their_place() -> None:
    at = ("mail", "create")
    said = operations.set_field(STORY, *at, None, CARRIED)
    said = operations.set_field(said, *at, 0, Carried("start date"))
    said = operations.remove_field(said, *at, 1)
    assert [one.field for one in said.handoffs[1].fields] == ["start date", "amount"]
    said = operations.set_case(STORY, *at, None, Case("it ends early"))
    said = operations.remove_case(said, *at, 0)
    assert said.handoffs[1].cases == (Case("it ends early"),)


def test_what_holds_for_the_whole_map_is_said_and_taken_back_in_one_order() -> None:
    said = operations.confirm(operations.confirm(STORY, "one_event", yes=True), "field_changes", yes=False)
    assert said.confirmed == ("touches", "one_event")
    for one in CONFIRMABLE:
        said = operations.confirm(said, one, yes=True)
    assert said.confirmed == CONFIRMABLE


def test_a_disagreement_is_added_and_taken_away() -> None:
    said = operations.observe(STORY, Observed("Invoice 1 is paid twice."))
    assert [one.sentence for one in operations.forget_observed(said, 0).observed] == ["Invoice 1 is paid twice."]


def test_a_disagreement_seen_twice_is_there_once_with_what_it_was() -> None:
    once = operations.observe(STORY, Observed("Invoice 1 is paid twice.", "timing"))
    assert operations.observe(once, Observed("Invoice 1 is paid twice.")) == once
    other = operations.observe(once, Observed("Invoice 1 is paid twice.", "ownership"))
    assert [one.kind for one in other.observed if one.sentence.startswith("Invoice 1 ")] == ["ownership"]


@pytest.mark.parametrize(
    ("act", "place"),
    [
        (lambda: operations.add_step(STORY, NEW, after="gone"), "step gone"),
        (lambda: operations.remove_step(STORY, "gone"), "step gone"),
        (lambda: operations.move_step(STORY, "gone"), "step gone"),
        (lambda: operations.move_step(STORY, "close", "gone"), "step gone"),
        (lambda: operations.change_step(STORY, "gone", does="x"), "step gone"),
        (lambda: operations.add_handoff(STORY, "close", "gone"), "step gone"),
        (lambda: operations.remove_handoff(STORY, "close", "create"), "handoff close create"),
        (lambda: operations.change_handoff(STORY, "mail", "close"), "handoff mail close"),
        (lambda: operations.set_field(STORY, "close", "mail", 0, CARRIED), "handoff close mail"),
        (lambda: operations.remove_field(STORY, "close", "mail", -1), "handoff close mail"),
        (lambda: operations.set_case(STORY, "mail", "create", 1, Case("x")), "handoff mail create"),
        (lambda: operations.remove_case(STORY, "gone", "create", 0), "handoff gone create"),
        (lambda: operations.confirm(STORY, "everything", yes=True), "confirmed"),
        (lambda: operations.forget_observed(STORY, 1), "observed"),
    ],
)
def test_what_is_not_on_the_map_is_missed_in_a_sentence(act: Callable[[], Map], place: str) -> None:
    with pytest.raises(LookupError) as missing:
        act()
    assert isinstance(missing.value, operations.Missing)
    assert (missing.value.place, missing.value.sentence[-1]) == (place, ".")


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: operations.add_step(STORY, Step("mail", "x")), "There is a step with the id mail already."),
        (lambda: operations.add_handoff(STORY, "mail", "mail"), "A hand-off leads from one step to another."),
        (
            lambda: operations.add_handoff(STORY, "close", "mail"),
            "There is a hand-off between these two steps already.",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(act: Callable[[], Map], sentence: str) -> None:
    with pytest.raises(operations.Impossible) as impossible:
        act()
    assert impossible.value.sentence == sentence
