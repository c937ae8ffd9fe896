"""What is odd about conditions: a table of lists of conditions and what is said of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownership.conditions import complete, oddities
from ownership.definitions import OPERATORS, Record, When
from reconcile.engine.asking import HOLDS, Condition, ask

INVOICE, FORM, NOTE = Record("Billing", "posted invoice"), Record("CRM", "signed order form"), Record("CRM", "note")


def when(
    operator: str = "equals",
    value: str | tuple[str, ...] = "no",
    column: str = "signed",
    wins: Record | None = FORM,
    system: str = "CRM",
) -> When:
    return When("it is so", system, column, operator, value, wins)


SAME = "Condition 2 never decides: condition 1 has the same test."
COVERED = "Condition 2 never decides: condition 1 holds whenever it does."

NO_DATE = (
    "Condition 1 can never be told: \N{LEFT DOUBLE QUOTATION MARK}soon\N{RIGHT DOUBLE QUOTATION MARK} is not a date."
)
NO_NUMBER = (
    "Condition 1 can never be told: \N{LEFT DOUBLE QUOTATION MARK}few\N{RIGHT DOUBLE QUOTATION MARK} is not a number."
)
CONTRADICTS = (
    "Condition 2 contradicts condition 1: the same test, but another record wins. Condition 1 comes first and decides."
)

TABLE: list[tuple[list[When], list[tuple[str, str]]]] = [
    ([], []),
    ([when()], []),
    ([when(), when("equals", "yes")], []),
    ([when(), when("equals", "NO")], []),
    ([when(), when(column="sent")], []),
    ([when(), when(system="Billing")], []),
    # nothing to test, nobody to win
    ([When("x", settled_by=FORM)], [("no_test", "Condition 1 has no test yet: say which column it looks at.")]),
    ([When("x", "CRM", settled_by=FORM)], [("no_test", "Condition 1 has no test yet: say which column it looks at.")]),
    ([when(wins=None)], [("no_winner", "Condition 1 does not say which record wins.")]),
    (
        [When("x")],
        [
            ("no_test", "Condition 1 has no test yet: say which column it looks at."),
            ("no_winner", "Condition 1 does not say which record wins."),
        ],
    ),
    # never
    ([when("in", ())], [("impossible", "Condition 1 never holds: its list of values is empty.")]),
    (
        [when("before", "soon")],
        [("impossible", NO_DATE)],
    ),
    (
        [when("less", "few")],
        [("impossible", NO_NUMBER)],
    ),
    ([when("after", " ")], [("impossible", "Condition 1 can never be told: it compares with no value.")]),
    ([when("after", "1 May 2026")], []),
    (
        [when("in", ()), when("in", ())],
        [
            ("impossible", "Condition 1 never holds: its list of values is empty."),
            ("impossible", "Condition 2 never holds: its list of values is empty."),
        ],
    ),
    # the same test
    ([when(), when()], [("unreachable", SAME)]),
    ([when(), when(value=" no ")], [("unreachable", SAME)]),
    ([when(), when(column=" SIGNED", system="crm")], [("unreachable", SAME)]),
    ([when("equals", ""), when("empty", "")], [("unreachable", SAME)]),
    ([when("not_equals", ""), when("not_empty", "")], [("unreachable", SAME)]),
    ([when("in", ("a", "b")), when("in", ("b", "a", "a"))], [("unreachable", SAME)]),
    ([when("in", ("no",)), when()], [("unreachable", SAME)]),
    ([when("less", "5"), when("less", "5.0")], [("unreachable", SAME)]),
    ([when(), when(wins=None)], [("no_winner", "Condition 2 does not say which record wins."), ("unreachable", SAME)]),
    (
        [when(), when(wins=INVOICE)],
        [("contradicting", CONTRADICTS)],
    ),
    # an earlier one lets all of it through
    ([when("in", ("yes", "no")), when()], [("unreachable", COVERED)]),
    ([when("in", ("yes", "no")), when(value="maybe")], []),
    ([when(), when("in", ("yes", "no"))], []),
    ([when("in", ("a", "b", "c")), when("in", ("a", "c"))], [("unreachable", COVERED)]),
    ([when("not_equals", "yes"), when()], [("unreachable", COVERED)]),
    ([when("not_equals", "yes"), when("empty", "")], [("unreachable", COVERED)]),
    ([when("not_equals", "yes"), when("in", ("a", "yes"))], []),
    ([when("not_equals", "yes"), when("not_empty", "")], []),
    ([when("not_empty", ""), when()], [("unreachable", COVERED)]),
    ([when("not_empty", ""), when("before", "2026-05-01")], [("unreachable", COVERED)]),
    ([when("not_empty", ""), when("not_equals", "x")], []),
    ([when("not_empty", ""), when("in", ("", "a"))], []),
    ([when("not_equals", "5"), when("less", "5")], [("unreachable", COVERED)]),
    ([when("not_equals", "5"), when("less", "6")], []),
    ([when("before", "2026-05-01"), when("before", "2026-04-01")], [("unreachable", COVERED)]),
    ([when("before", "2026-04-01"), when("before", "2026-05-01")], []),
    ([when("before", "01/05/2026"), when("before", "01/04/2026")], []),
    ([when("before", "2026-02-30"), when("before", "2026-01-30")], []),
    ([when("before", "2026-05-01"), when("equals", "2026-04-30")], [("unreachable", COVERED)]),
    ([when("before", "2026-05-01"), when("equals", "2026-05-01")], []),
    ([when("after", "2026-05-01"), when("after", "2026-06-01")], [("unreachable", COVERED)]),
    ([when("after", "2026-05-01"), when("before", "2026-06-01")], []),
    ([when("less", "100"), when("less", "9")], [("unreachable", COVERED)]),
    ([when("less", "9"), when("less", "100")], []),
    ([when("greater", "9"), when("greater", "100")], [("unreachable", COVERED)]),
    ([when("greater", "9"), when("in", ("10", "11.5"))], [("unreachable", COVERED)]),
    ([when("greater", "9"), when("in", ("10", "many"))], []),
    # earlier ones share it out between them
    (
        [when(value="a"), when(value="b"), when("in", ("b", "a"))],
        [("unreachable", "Condition 3 never decides: conditions 1 and 2 leave nothing to it.")],
    ),
    ([when(value="a"), when(value="b"), when("in", ("b", "a", "c"))], []),
    # one of two always holds
    (
        [when("empty", ""), when("not_empty", ""), when(column="sent")],
        [("unreachable", "Condition 3 never decides: one of conditions 1 and 2 always holds.")],
    ),
    (
        [when(), when("not_equals", "no"), when(column="sent"), when(column="x", wins=INVOICE)],
        [
            ("unreachable", "Condition 3 never decides: one of conditions 1 and 2 always holds."),
            ("unreachable", "Condition 4 never decides: one of conditions 1 and 2 always holds."),
        ],
    ),
    (
        [when("not_equals", "a"), when(column="x"), when("not_equals", "b"), when(column="sent")],
        [("unreachable", "Condition 4 never decides: one of conditions 1 and 3 always holds.")],
    ),
    ([when("empty", ""), when("not_empty", "", column="sent"), when(column="x")], []),
    ([when("less", "5"), when("greater", "5"), when(column="x")], []),
    # nothing changes
    (
        [when(wins=INVOICE)],
        [("changes_nothing", "Condition 1 changes nothing: the posted invoice in Billing wins anyway.")],
    ),
    ([when(wins=INVOICE), when(column="sent")], []),
    (
        [when(column="sent"), when(wins=Record("billing", "Posted Invoice"))],
        [("changes_nothing", "Condition 2 changes nothing: the Posted Invoice in billing wins anyway.")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("conditions", "said"), TABLE)
def test_what_is_said_of_conditions(conditions: list[When], said: list[tuple[str, str]]) -> None:
    assert [(one.kind, one.sentence) for one in oddities(conditions, INVOICE)] == said


def test_without_a_settling_record_no_condition_is_idle() -> None:
    assert oddities([when(wins=INVOICE)]) == []


def test_an_oddity_names_the_condition_and_the_earlier_one_it_is_about() -> None:
    (found,) = oddities([when(column="sent"), when(), when()])
    assert (found.index, found.other_index) == (2, 1)


def test_a_condition_is_complete_with_a_test_and_a_winner() -> None:
    assert complete(when())
    assert not complete(when(wins=None))
    assert not complete(When("x", settled_by=FORM))


TEXTS = st.sampled_from(["", " ", "a", "b", "no", "1", "2.5", "-3", "10", "2026-05-01", "2026-04-01", "soon"])
CONDITIONS = st.lists(
    st.builds(
        lambda operator, text, texts, column: when(operator, tuple(texts) if operator == "in" else text, column),
        st.sampled_from(OPERATORS),
        TEXTS,
        st.lists(TEXTS, max_size=3),
        st.sampled_from(["x", "y"]),
    ),
    max_size=5,
)


@given(CONDITIONS, TEXTS, TEXTS)
def test_what_is_said_never_to_decide_never_does(conditions: list[When], x: str, y: str) -> None:
    odd = {one.index for one in oddities(conditions) if one.kind in {"unreachable", "impossible", "contradicting"}}
    for index, one in enumerate(conditions):
        asked = Condition(one.sentence, one.system, one.column, one.operator, one.value)
        answer = ask(asked, {"CRM": {"x": x, "y": y}}).outcome
        if answer == HOLDS:
            assert index not in odd
            return
        if answer != "does_not_hold":
            return
