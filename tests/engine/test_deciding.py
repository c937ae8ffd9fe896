"""Which record wins: every test of a condition, every outcome of a rule, and what holds for any of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.engine import Condition, RecordType, RuleForDeciding, answers, decide
from reconcile.engine.asking import CANNOT_TELL, DOES_NOT_HOLD, HOLDS, OPERATORS, ask

USUAL = settings(deadline=None, database=None, derandomize=True, max_examples=200)
FORM = RecordType("CRM", "signed order form")
INVOICE = RecordType("Billing", "posted invoice")
UNSIGNED = Condition("the order form is not signed yet", "CRM", "signed", "equals", "no", FORM)
STATUS = RuleForDeciding(
    "billing status",
    settled_by=INVOICE,
    because="the customer has seen the invoice",
    conditions=(UNSIGNED,),
    columns=(("CRM", "billing_status"), ("Billing", "Status")),
)
PAIR: dict[str, dict[str, str | None]] = {
    "CRM": {"billing_status": "trial", "signed": "yes"},
    "Billing": {"Status": "active"},
}


def asked(operator: str, value: str | tuple[str, ...], cell: str | None) -> str:
    return ask(Condition("", "CRM", "x", operator, value, FORM), {"CRM": {"x": cell}}).outcome


@pytest.mark.parametrize(
    ("operator", "value", "holds", "does_not"),
    [
        ("equals", "no", ["no", " no\t", "no\u00a0"], ["No", "yes", "", None, "no no"]),
        ("equals", "", ["", "  ", None], ["no"]),
        ("not_equals", "no", ["yes", "NO", "", None], ["no", " no "]),
        ("in", ("paid", " open "), ["paid", "open ", " paid"], ["Paid", "due", "", None]),
        ("in", (), [], ["paid", "", None]),
        ("in", ("", "paid"), ["", None, " "], ["due"]),
        ("before", "2026-04-01", ["2026-03-31", "31.03.2026", "2026-03-31T23:59:59"], ["2026-04-01", "", None]),
        ("before", "2026-04-01", ["31 Mar 2026", "3/31/2026"], ["2026-04-01 00:00:01", "Apr 1, 2026", "  "]),
        ("before", "2026-04-01 10:00", ["2026-04-01 09:59", "2026-03-31"], ["2026-04-01 10:00", "2026-04-01"]),
        ("after", "2026-04-01", ["2026-04-02", "2026-04-02T00:00:00Z"], ["2026-04-01 23:00", "2026-04-01", "", None]),
        ("after", "2026-04-01T10:00:00+02:00", ["2026-04-01T08:00:01Z"], ["2026-04-01T10:00:00+02:00"]),
        ("before", "2027-01-01", ["03/04/2026", "05.05.26"], ["04/03/2027"]),
        ("less", "10", ["9.99", "-3", "1e0", "9,5"], ["10", "10.00", "11,500", "", None]),
        ("greater", "10", ["10.0000000000000000000001", "12,345", "1.234,5", "1,000,000"], ["10", "9", "", None]),
        ("greater", "123456789012345678901234567890", ["123456789012345678901234567891"], ["1e9"]),
        ("empty", "", ["", None, " ", "\u00a0"], ["0", "no"]),
        ("not_empty", "", ["0", "no"], ["", None, " \t "]),
    ],
)
def test_a_test_holds_or_does_not(
    operator: str, value: str | tuple[str, ...], holds: list[str | None], does_not: list[str | None]
) -> None:
    assert [(cell, asked(operator, value, cell)) for cell in holds] == [(cell, HOLDS) for cell in holds]
    assert [(cell, asked(operator, value, cell)) for cell in does_not] == [(cell, DOES_NOT_HOLD) for cell in does_not]


UNREADABLE_DATE = "which is no date that can be read"
UNREADABLE_NUMBER = "which is no number that can be read"
IN_DOUBT = "where day and month cannot be told apart"
COMMA = "where the comma may group thousands or mark decimals"


@pytest.mark.parametrize(
    ("operator", "value", "cell", "why"),
    [
        ("before", "2026-04-01", "soon", f"x is soon in CRM, {UNREADABLE_DATE}"),
        ("after", "2026-04-01", "2026-02-30", f"x is 2026-02-30 in CRM, {UNREADABLE_DATE}"),
        ("before", "2026-03-15", "03/04/2026", f"x is 03/04/2026 in CRM, {IN_DOUBT}"),
        ("before", "03/04/2026", "2026-03-15", f"x is 2026-03-15 in CRM, compared with 03/04/2026, {IN_DOUBT}"),
        ("before", "Q2", "2026-03-15", f"x is 2026-03-15 in CRM, compared with Q2, {UNREADABLE_DATE}"),
        ("after", "", "2026-03-15", f"x is 2026-03-15 in CRM, compared with nothing, {UNREADABLE_DATE}"),
        ("less", "10", "ten", f"x is ten in CRM, {UNREADABLE_NUMBER}"),
        ("greater", "10", "€ 5", f"x is € 5 in CRM, {UNREADABLE_NUMBER}"),
        ("less", "100", "1,234", f"x is 1,234 in CRM, {COMMA}"),
        ("less", "many", "5", f"x is 5 in CRM, compared with many, {UNREADABLE_NUMBER}"),
        ("like", "no", "no", "its test is not known"),
    ],
)
def test_what_cannot_be_read_is_said_and_not_guessed(operator: str, value: str, cell: str, why: str) -> None:
    found = ask(Condition("", "CRM", "x", operator, value, FORM), {"CRM": {"x": cell}})
    assert (found.outcome, found.why) == (CANNOT_TELL, why)


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize(
    ("condition", "records", "why"),
    [
        (UNSIGNED, {"CRM": {"status": "no"}, "Billing": {}}, "the record of CRM has no column signed"),
        (UNSIGNED, {"Billing": {"signed": "no"}}, "there is no record of CRM"),
        (UNSIGNED, {"CRM": None, "Billing": {}}, "there is no record of CRM"),
        (replace(UNSIGNED, system="Shop"), {"CRM": {"signed": "no"}}, "there is no record of Shop"),
        (UNSIGNED, {"CRM": {"Signed": "no", "SIGNED": "yes"}}, "the record of CRM has no column signed"),
        (replace(UNSIGNED, column=""), {"CRM": {"signed": "no"}}, "it has no test yet"),
    ],
)
def test_a_missing_column_record_or_test_cannot_be_told(
    operator: str, condition: Condition, records: dict[str, dict[str, str | None] | None], why: str
) -> None:
    found = ask(replace(condition, operator=operator), records)
    assert (found.outcome, found.why) == (CANNOT_TELL, why)


def test_systems_and_columns_are_found_whatever_their_case() -> None:
    assert ask(UNSIGNED, {"crm": {" Signed": "no"}}).outcome == HOLDS


@pytest.mark.parametrize(
    ("operator", "value", "cell", "why"),
    [
        ("equals", "no", "no", "x is no in CRM"),
        ("equals", "no", "yes", "x is yes in CRM, not no"),
        ("equals", "no", "No", "x is No in CRM, which differs from no only in case"),
        ("not_equals", "no", None, "x is empty in CRM, not no"),
        ("in", ("a", "b"), "b", "x is b in CRM, one of a, b"),
        ("in", ("a", "b"), "c", "x is c in CRM, not one of a, b"),
        ("in", ("a", "b"), "B", "x is B in CRM, which differs from b only in case"),
        ("before", "2026-04-01", "2026-03-01", "x is 2026-03-01 in CRM, before 2026-04-01"),
        ("after", "2026-04-01", "2026-03-01", "x is 2026-03-01 in CRM, not after 2026-04-01"),
        ("less", "5", "9", "x is 9 in CRM, not less than 5"),
        ("greater", "5", "9", "x is 9 in CRM, more than 5"),
        ("empty", "", "9", "x is 9 in CRM, not empty"),
        ("not_empty", "", "", "x is empty in CRM"),
        ("equals", "no", "a" * 99 + "\n", f"x is {'a' * 59}… in CRM, not no"),
    ],
)
def test_every_answer_says_the_fact_it_rests_on(
    operator: str, value: str | tuple[str, ...], cell: str | None, why: str
) -> None:
    assert ask(Condition("", "CRM", "x", operator, value, FORM), {"CRM": {"x": cell}}).why == why


# --- The verdict of a rule --------------------------------------------------------------------------------------------


def test_the_first_condition_that_holds_wins_and_says_why() -> None:
    found = decide(STATUS, {**PAIR, "CRM": {"billing_status": "trial", "signed": "no"}})
    assert (found.outcome, found.winner, found.clause, found.should_be) == ("wins", FORM, 0, "trial")
    assert found.sentence == (
        "Condition 1 holds: the order form is not signed yet (signed is no in CRM), "
        "so the signed order form in CRM wins."
    )


def test_where_no_condition_holds_the_settling_record_wins() -> None:
    found = decide(STATUS, PAIR)
    assert (found.outcome, found.winner, found.clause, found.should_be) == ("wins", INVOICE, None, "active")
    assert found.sentence == (
        "The condition does not hold, so the posted invoice in Billing wins because the customer has seen the invoice."
    )


def test_without_conditions_the_settling_record_wins() -> None:
    found = decide(replace(STATUS, conditions=(), because="Because it is posted."), {})
    assert (found.outcome, found.winner, found.should_be) == ("wins", INVOICE, None)
    assert found.sentence == "The posted invoice in Billing wins because it is posted."


def test_of_several_conditions_the_earlier_one_decides() -> None:
    second = Condition("it is a trial", "CRM", "billing_status", "equals", "trial", INVOICE)
    third = replace(second, wins=FORM)
    found = decide(replace(STATUS, conditions=(UNSIGNED, second, third)), PAIR)
    assert (found.winner, found.clause) == (INVOICE, 1)


def test_a_condition_that_cannot_be_told_lets_no_later_one_win() -> None:
    missing = replace(UNSIGNED, column="contract")
    found = decide(replace(STATUS, conditions=(missing, UNSIGNED)), {**PAIR, "CRM": {"signed": "no"}})
    assert (found.outcome, found.winner, found.clause, found.should_be) == ("cannot_tell", None, 0, None)
    assert found.sentence == (
        "Condition 1 (the order form is not signed yet) cannot be told: the record of CRM has no column contract."
    )


def test_a_condition_that_cannot_be_told_after_the_one_that_wins_changes_nothing() -> None:
    missing = replace(UNSIGNED, column="contract")
    records = {"CRM": {"signed": "no"}}
    assert decide(replace(STATUS, conditions=(UNSIGNED, missing)), records) == decide(STATUS, records)


def test_a_condition_that_holds_and_names_no_winner_cannot_be_told() -> None:
    found = decide(replace(STATUS, conditions=(replace(UNSIGNED, wins=None),)), {"CRM": {"signed": "no"}})
    assert (found.outcome, found.clause) == ("cannot_tell", 0)
    assert found.sentence == "Condition 1 holds (signed is no in CRM), but does not say which record wins."


@pytest.mark.parametrize("count", [1, 2])
def test_where_it_depends_and_no_condition_holds_nobody_wins(count: int) -> None:
    found = decide(replace(STATUS, depends=True, settled_by=None, conditions=(UNSIGNED,) * count), PAIR)
    assert (found.outcome, found.winner, found.clause) == ("no_condition_holds", None, None)
    none = "The condition does not hold" if count == 1 else "None of the 2 conditions holds"
    assert found.sentence == f"{none}, and nothing else says which record wins."


@pytest.mark.parametrize("state", ["agreed", "draft"])
def test_without_a_settling_record_and_conditions_there_is_no_rule(state: str) -> None:
    found = decide(RuleForDeciding("billing status", state=state), PAIR)
    assert (found.outcome, found.winner, found.would_win) == ("no_rule", None, None)
    assert found.sentence == "No rule says which record wins: billing status is for the teams to settle."


def test_it_depends_without_a_condition_is_no_rule() -> None:
    found = decide(RuleForDeciding("plan", depends=True), PAIR)
    assert (found.outcome, found.sentence) == (
        "no_rule",
        "It depends, but no condition says on what: plan is for the teams to settle.",
    )


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("draft", "The rule of billing status is a draft that nobody has agreed to."),
        ("proposed", "The rule of billing status is proposed; not every team has agreed to it."),
        ("disputed", "The rule of billing status is disputed: nobody owns it."),
        ("superseded", "The rule of billing status is not in force."),
    ],
)
def test_what_nobody_has_agreed_to_only_says_what_it_would_say(state: str, said: str) -> None:
    found = decide(replace(STATUS, state=state), PAIR)
    assert (found.outcome, found.winner, found.would_win, found.should_be) == ("not_agreed", None, INVOICE, None)
    assert found.sentence == f"{said} It would say: {decide(STATUS, PAIR).sentence}"


def test_a_value_is_given_only_where_the_winner_has_a_record_and_a_column() -> None:
    third = replace(STATUS, conditions=(), settled_by=RecordType("Shop", "order"))
    assert decide(third, {**PAIR, "Shop": {"status": "x"}}).should_be is None
    assert decide(replace(STATUS, conditions=()), {"Billing": {"other": "x"}}).should_be is None
    assert decide(replace(STATUS, conditions=()), {"Billing": {"Status": None}}).should_be == ""
    assert decide(replace(STATUS, conditions=()), {"billing": {"status": " active "}}).should_be == " active "


def test_every_condition_can_be_asked_also_those_after_the_one_that_decides() -> None:
    rule = replace(STATUS, conditions=(UNSIGNED, replace(UNSIGNED, value="yes"), replace(UNSIGNED, column="gone")))
    assert [one.outcome for one in answers(rule, PAIR)] == [DOES_NOT_HOLD, HOLDS, CANNOT_TELL]


# --- What holds for any rule and any records --------------------------------------------------------------------------

TEXTS = st.one_of(
    st.sampled_from(
        ["", " ", "no", "yes", "2026-03-01", "03/04/2026", "1,234", "12", "-0", "1e99", "9999-12-31T23:59Z"]
    ),
    st.text(st.characters(), max_size=20),
)
RECORD_TYPES = st.builds(RecordType, st.sampled_from(["CRM", "Billing", "Shop"]), TEXTS)
CONDITIONS = st.builds(
    Condition,
    TEXTS,
    st.sampled_from(["CRM", "Billing", "Shop", ""]),
    st.sampled_from(["a", "b", "c", ""]),
    st.sampled_from([*OPERATORS, "like", ""]),
    st.one_of(TEXTS, st.lists(TEXTS, max_size=3).map(tuple)),
    st.one_of(st.none(), RECORD_TYPES),
)
RULES = st.builds(
    RuleForDeciding,
    TEXTS,
    st.sampled_from(["agreed", "draft", "proposed", "disputed", "?"]),
    st.one_of(st.none(), RECORD_TYPES),
    st.booleans(),
    TEXTS,
    st.lists(CONDITIONS, max_size=5).map(tuple),
    st.just((("CRM", "a"), ("Billing", "b"))),
)
ROWS = st.dictionaries(st.sampled_from(["a", "b", "A"]), st.one_of(st.none(), TEXTS))
RECORDS = st.dictionaries(st.sampled_from(["CRM", "Billing", "crm"]), st.one_of(st.none(), ROWS))


@USUAL
@given(rule=RULES, records=RECORDS)
def test_any_text_gets_a_verdict_and_a_reason_on_one_line(rule, records) -> None:  # type: ignore[no-untyped-def]
    found = decide(rule, records)
    assert found.sentence.endswith(".")
    assert "\n" not in found.sentence
    assert (found.winner is not None) == (found.outcome == "wins")


@USUAL
@given(rule=RULES, records=RECORDS, more=CONDITIONS)
def test_a_condition_after_the_one_that_decides_changes_nothing(rule, records, more) -> None:  # type: ignore[no-untyped-def]
    found = decide(rule, records)
    if found.clause is not None:
        assert decide(replace(rule, conditions=(*rule.conditions, more)), records) == found


@USUAL
@given(rule=RULES, records=RECORDS, random=st.randoms(use_true_random=False))
def test_order_matters_only_among_conditions_that_hold(rule, records, random) -> None:  # type: ignore[no-untyped-def]
    told = [one for one in rule.conditions if ask(one, records).outcome != CANNOT_TELL]
    holding = [one for one in told if ask(one, records).outcome == HOLDS]
    mixed = [one for one in told if one not in holding]
    for one in holding:
        # Those that hold keep their order, wherever the others stand.
        mixed.insert(random.randint(mixed.index(last) + 1 if (last := _before(one, holding)) else 0, len(mixed)), one)
    before, after = (decide(replace(rule, conditions=tuple(order)), records) for order in (told, mixed))
    assert (before.outcome, before.winner, before.would_win, before.should_be) == (
        after.outcome,
        after.winner,
        after.would_win,
        after.should_be,
    )


def _before(one: Condition, holding: list[Condition]) -> Condition | None:
    place = holding.index(one)
    return holding[place - 1] if place else None
