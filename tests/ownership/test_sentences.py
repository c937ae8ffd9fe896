"""A field in one sentence: a table of what is known and what is said."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownership.definitions import OPERATORS, Definition, Record, Rule, Use, When
from ownership.models import Operator
from ownership.sentences import MOST_CONDITIONS, OPERATOR_WORDS, asked, holding, named, sentence, short

NAMES = {"finn@example.com": "Finn Okafor", "mira@example.com": "Mira Lind"}
INVOICE, FORM, DEAL = Record("Billing", "posted invoice"), Record("CRM", "signed order form"), Record("CRM", "deal")
UNSIGNED = When("the order form is not signed", "CRM", "signed", "equals", "no", FORM)
REFUNDED = When("the invoice is refunded", "Billing", "Status", "equals", "refunded", Record("Billing", "credit note"))
TWO = (Use("CRM"), Use("Billing", editors=("Finance",)))
FULL = Definition(
    "billing status",
    uses=TWO,
    rule=Rule(
        first_appears_in=DEAL,
        owner="Finance",
        settled_by=INVOICE,
        because="the customer has seen it",
        conditions=(UNSIGNED,),
        approver="finn@example.com",
        deputy="mira@example.com",
    ),
)


def rule(**changed: object) -> Definition:
    return replace(FULL, rule=replace(FULL.rule, **changed))  # type: ignore[arg-type]


def uses(*stored: Use) -> Definition:
    return replace(FULL, uses=stored)


def test_the_whole_answer() -> None:
    assert sentence(FULL, NAMES) == (
        "Billing status first appears in the CRM deal; Finance owns it; only Finance may change it, in Billing; if the "
        "two differ, the posted invoice in Billing wins because the customer has seen it, except while the order form "
        "is not signed: then the signed order form in CRM wins. Exceptions: Finn Okafor, in their absence Mira Lind."
    )


def test_nothing_known_yet() -> None:
    assert sentence(Definition("billing status"), {}) == (
        "Billing status: nobody has said yet where it first appears, who owns it, who may change it or which record "
        "wins."
    )


def test_only_the_columns_known() -> None:
    assert sentence(Definition("billing status", uses=(Use("CRM", "status"), Use("Billing", "Status"))), {}) == (
        "Billing status: nobody has said where it first appears; nobody owns it yet; no team is named that may change "
        "it; if the two differ, nobody has agreed which record wins. Nobody is named who approves exceptions."
    )


STARTS = (
    (DEAL, "Billing status first appears in the CRM deal;"),
    (None, "Billing status: nobody has said where it first appears;"),
    (Record("CRM", "the deal"), "Billing status first appears in the CRM deal;"),
    (Record("CRM", "A deal"), "Billing status first appears in the CRM deal;"),
    (Record("CRM", "data sheet"), "Billing status first appears in the CRM data sheet;"),
    (Record("CRM", "CRM deal"), "Billing status first appears in the CRM deal;"),
    (Record("The Warehouse", "pallet"), "Billing status first appears in the pallet in The Warehouse;"),
)


@pytest.mark.parametrize(("record", "said"), STARTS)
def test_where_it_first_appears(record: Record | None, said: str) -> None:
    assert sentence(rule(first_appears_in=record), NAMES).startswith(said)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("payment terms", "Payment terms first appear in"),
        ("address", "Address first appears in"),
        ("status of customers", "Status of customers first appears in"),
        ("terms of payment", "Terms of payment first appear in"),
        ("VAT basis", "VAT basis first appears in"),
        ("iBAN", "iBAN first appears in"),
        ("  start\n date. ", "Start date. first appears in"),
    ],
)
def test_what_it_is_called(name: str, said: str) -> None:
    assert sentence(replace(FULL, name=name), NAMES).startswith(said)


def test_who_owns_it() -> None:
    assert "; Finance owns it;" in sentence(FULL, NAMES)
    assert "; nobody owns it yet;" in sentence(rule(owner=""), NAMES)


EDITORS = (
    ((Use("CRM"), Use("Billing")), "no team is named that may change it"),
    ((Use("CRM", editors=("Sales",)), Use("Billing")), "only Sales may change it, in CRM"),
    ((Use("CRM", editors=("Sales",)), Use("Billing", editors=("Sales",))), "only Sales may change it, in CRM and Billing"),  # noqa: E501
    (
        (Use("CRM", editors=("Sales",)), Use("Billing", editors=("Finance",))),
        "Sales may change it in CRM and Finance in Billing, so two teams can change it",
    ),
    (
        (Use("CRM", editors=("Ops", "Sales")), Use("Billing")),
        "Ops and Sales may change it in CRM, so two teams can change it",
    ),
    (
        (Use("CRM", editors=("Ops", "Sales")), Use("Billing", editors=("Finance",))),
        "Ops and Sales may change it in CRM, and Finance in Billing, so three teams can change it",
    ),
    (
        (Use("CRM", editors=("Sales",)), Use("ERP", editors=("Ops",)), Use("Billing", editors=("Finance",))),
        "Sales may change it in CRM, Ops in ERP and Finance in Billing, so three teams can change it",
    ),
    (
        (Use("CRM", editors=("Ops", "Sales")), Use("Billing", editors=("Ops", "Sales"))),
        "Ops and Sales may change it in CRM and Billing, so two teams can change it",
    ),
    (
        tuple(Use(f"S{n}", editors=(f"T{n}",)) for n in range(12)),
        "T10 in S10 and T11 in S11, so 12 teams can change it",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("stored", "said"), EDITORS)
def test_who_may_change_it(stored: tuple[Use, ...], said: str) -> None:
    assert f"{said}; if" in sentence(uses(*stored), NAMES)


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ((), "; if the systems differ, "),
        ((Use("CRM"),), "; if the systems differ, "),
        ((Use("CRM"), Use("Billing")), "; if the two differ, "),
        ((Use("CRM"), Use("Billing"), Use("ERP")), "; if they differ, "),
    ],
)
def test_how_many_systems_may_differ(stored: tuple[Use, ...], said: str) -> None:
    assert said in sentence(uses(*stored), NAMES)


BECAUSE = (
    ("the customer has seen it", " wins because the customer has seen it,"),
    ("Because the customer has seen it.", " wins because the customer has seen it,"),
    ("because, well, it is posted", " wins because well, it is posted,"),
    ("since the customer has seen it", " wins because the customer has seen it,"),
    ("The customer has seen it...", " wins because the customer has seen it,"),
    ("it holds because we say so since May", " wins because it holds because we say so since May,"),
    ("VAT law says so!", " wins because VAT law says so,"),
    ("Finance posts it", " wins because Finance posts it,"),
    ("due to the audit", " wins due to the audit,"),
    ("By law", " wins by law,"),
    ("because of the audit", " wins because of the audit,"),
    ("", " in Billing wins, except"),
    (" . ", " in Billing wins, except"),
    ("because", " in Billing wins, except"),
    ("it is posted,\nand\tseen", " wins because it is posted, and seen,"),
)


@pytest.mark.parametrize(("because", "said"), BECAUSE)
def test_why_it_wins(because: str, said: str) -> None:
    assert said in sentence(rule(because=because), NAMES)


WINNERS = (
    (rule(conditions=()), "the posted invoice in Billing wins because the customer has seen it."),
    (rule(conditions=(), settled_by=Record("Billing", "An invoice")), "the invoice in Billing wins because"),
    (rule(conditions=(), settled_by=None), "if the two differ, nobody has agreed which record wins."),
    (
        rule(settled_by=None),
        (
            "nobody has agreed which record wins, except while the order form is not signed: then the signed "
            "order form in CRM wins."
        ),
    ),
    (
        rule(conditions=(UNSIGNED, REFUNDED)),
        (
            "because the customer has seen it, except, in this order, while the order form is not signed: then the "
            "signed order form in CRM wins; while the invoice is refunded: then the credit note in Billing wins."
        ),
    ),
    (
        rule(conditions=(replace(UNSIGNED, settled_by=None),)),
        ", except while the order form is not signed: then nobody has agreed which record wins.",
    ),
    (
        rule(depends=True, settled_by=None, because="", conditions=(UNSIGNED,)),
        (
            "; which record wins depends: while the order form is not signed, the signed order form in CRM wins; if "
            "that does not hold, nobody has agreed."
        ),
    ),
    (
        rule(depends=True, settled_by=None, because="", conditions=(UNSIGNED, REFUNDED)),
        (
            "; which record wins depends: while the order form is not signed, the signed order form in CRM wins; while "
            "the invoice is refunded, the credit note in Billing wins; if none of this holds, nobody has agreed."
        ),
    ),
    (
        rule(depends=True, settled_by=None, because="", conditions=()),
        "; which record wins depends, but nobody has said on what.",
    ),
)


@pytest.mark.parametrize(("definition", "said"), WINNERS)
def test_which_record_wins(definition: Definition, said: str) -> None:
    assert said in sentence(definition, NAMES)


def test_of_many_conditions_the_first_are_said_and_the_others_counted() -> None:
    said = sentence(rule(conditions=(UNSIGNED,) * (MOST_CONDITIONS + 3)), NAMES)
    assert said.count("while the order form") == MOST_CONDITIONS
    assert "; and 3 more conditions. Exceptions" in said


HOLDING = (
    (UNSIGNED, "while the order form is not signed"),
    (replace(UNSIGNED, sentence="While the order form is open."), "while the order form is open"),
    (replace(UNSIGNED, sentence="if it is not signed"), "while it is not signed"),
    (replace(UNSIGNED, sentence="except when it is unsigned"), "while it is unsigned"),
    (replace(UNSIGNED, sentence="it is open when it is late"), "while it is open when it is late"),
    (replace(UNSIGNED, sentence="before it is signed"), "before it is signed"),
    (replace(UNSIGNED, sentence="for customers in Norway"), "for customers in Norway"),
    (replace(UNSIGNED, sentence=""), "while signed in CRM is no"),
    (When(""), "while something holds that nobody has written down yet"),
)


@pytest.mark.parametrize(("when", "said"), HOLDING)
def test_when_a_condition_holds(when: When, said: str) -> None:
    assert holding(when) == said


TESTED = (
    (When("", "CRM", "signed", "equals", "no"), "signed in CRM is no"),
    (When("", "CRM", "signed", "equals", ""), "signed in CRM is empty"),
    (When("", "CRM", "signed", "not_equals", "no"), "signed in CRM is not no"),
    (When("", "CRM", "city", "in", ("Oslo",)), "city in CRM is one of Oslo"),
    (When("", "CRM", "city", "in", ("Oslo", "Rome", "")), "city in CRM is one of Oslo, Rome or empty"),
    (When("", "CRM", "city", "in", ()), "city in CRM is one of nothing"),
    (When("", "CRM", "at", "before", "2026-05-01"), "at in CRM is before 2026-05-01"),
    (When("", "CRM", "sum", "greater", "5"), "sum in CRM is more than 5"),
    (When("", "CRM", "at", "empty", "left over"), "at in CRM is empty"),
    (When("", "", "at", "not_empty"), "at is not empty"),
    (When("", "CRM"), ""),
)


@pytest.mark.parametrize(("when", "said"), TESTED)
def test_a_test_in_words(when: When, said: str) -> None:
    assert asked(when) == said


@pytest.mark.parametrize(
    ("approver", "deputy", "said"),
    [
        ("finn@example.com", "mira@example.com", " Exceptions: Finn Okafor, in their absence Mira Lind."),
        ("finn@example.com", "", " Exceptions: Finn Okafor."),
        ("", "mira@example.com", " Exceptions: Mira Lind as deputy, the approver is not named yet."),
        ("gone@example.com", "", " Exceptions: gone@example.com."),
        ("", "", " Nobody is named who approves exceptions."),
    ],
)
def test_who_approves_exceptions(approver: str, deputy: str, said: str) -> None:
    assert sentence(rule(approver=approver, deputy=deputy), NAMES).endswith(said)


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        (FULL, "Finance owns it; the posted invoice in Billing wins, unless 1 condition holds."),
        (rule(conditions=()), "Finance owns it; the posted invoice in Billing wins."),
        (
            rule(conditions=(UNSIGNED, REFUNDED)),
            "Finance owns it; the posted invoice in Billing wins, unless one of 2 conditions holds.",
        ),
        (
            rule(depends=True, settled_by=None, owner=""),
            "Nobody owns it yet; which record wins depends on 1 condition.",
        ),
        (
            rule(depends=True, settled_by=None, conditions=()),
            "Finance owns it; which record wins depends, nobody has said on what.",
        ),
        (Definition("x"), "Nobody owns it yet; nobody has agreed which record wins."),
    ],
)
def test_the_short_answer(definition: Definition, said: str) -> None:
    assert short(definition, NAMES) == said


def test_a_team_that_ends_with_a_full_stop_ends_no_sentence_twice() -> None:
    assert sentence(rule(approver="x@example.com"), {"x@example.com": "Ada Bell Jr."}).count("..") == 0


def test_what_goes_on_and_on_is_cut() -> None:
    said = sentence(rule(because="very " * 2_000), NAMES)
    assert len(said) < 1_000
    assert "very\N{HORIZONTAL ELLIPSIS}, except while" in said


def test_what_is_written_from_right_to_left_keeps_to_itself() -> None:
    said = sentence(rule(because="הלקוח ראה את החשבונית"), NAMES)
    assert " because \N{FIRST STRONG ISOLATE}הלקוח ראה את החשבונית\N{POP DIRECTIONAL ISOLATE}, except" in said
    assert "\u202e" not in sentence(rule(because="\u202eevil"), NAMES)


def test_operators_are_called_as_everywhere() -> None:
    assert {value: str(label) for value, label in Operator.choices} == OPERATOR_WORDS


def test_a_record_type_is_named_with_its_system() -> None:
    assert named(INVOICE) == "the posted invoice in Billing"


TEXTS = st.text(max_size=40) | st.text(alphabet=" .,;:!?\n\u202e\u05d0aTbe\N{HORIZONTAL ELLIPSIS}", max_size=30)
RECORDS = st.none() | st.builds(Record, TEXTS, TEXTS)
CONDITIONS = st.builds(
    When, TEXTS, TEXTS, TEXTS, st.sampled_from(OPERATORS), TEXTS | st.lists(TEXTS).map(tuple), RECORDS
)
RULES = st.builds(
    Rule,
    RECORDS,
    TEXTS,
    RECORDS,
    st.booleans(),
    TEXTS,
    st.lists(CONDITIONS, max_size=10).map(tuple),
    TEXTS,
    TEXTS,
)
STORED = st.builds(Use, TEXTS, TEXTS, TEXTS, st.lists(TEXTS, max_size=3).map(tuple))
DEFINITIONS = st.builds(
    Definition, TEXTS, TEXTS, TEXTS, st.booleans(), st.lists(STORED, max_size=4).map(tuple), RULES
)  # fmt: skip


@given(DEFINITIONS, st.dictionaries(TEXTS, TEXTS, max_size=3))
def test_whatever_is_written_the_sentence_is_one_line_and_ends(definition: Definition, names: dict[str, str]) -> None:
    for said in (sentence(definition, names), short(definition, names)):
        assert said.endswith(".")
        assert said.splitlines() == [said]
        assert not re.search(r"  |\.\.|[,;:][,;:.]|\s[,;:.](\s|$)", said), said
        assert said == said.strip()
