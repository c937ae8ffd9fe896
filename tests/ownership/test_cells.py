"""The text in a cell and the data behind it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownership.cells import COLUMNS, Unclear, from_other, labels, text_of, with_text
from ownership.definitions import OPERATORS, WITHOUT_VALUE, Definition, Record, Rule, Use, When
from ownership.models import Person, RecordType, System, Team
from ownership.naming import one_line
from ownership.services.defining import Known

EDITABLE = [column.key for column in COLUMNS if column.editable]


def known(
    teams: tuple[str, ...] = ("Sales", "Finance"),
    systems: tuple[str, ...] = ("CRM", "Billing"),
    records: tuple[Record, ...] = (Record("CRM", "deal"), Record("Billing", "posted invoice")),
    people: tuple[Person, ...] = (),
    *,
    creates: bool = True,
) -> Known:
    there = {name.casefold(): System(name=name) for name in systems}
    return Known(
        teams={name.casefold(): Team(name=name) for name in teams},
        systems=there,
        record_types={
            (one.system.casefold(), one.record_type.casefold()): RecordType(
                system=there[one.system.casefold()], name=one.record_type
            )
            for one in records
        },
        people={one.email: one for one in people},
        creates=creates,
    )


def people(*names: str) -> tuple[Person, ...]:
    return tuple(Person(email=f"p{number}@example.com", name=name) for number, name in enumerate(names))


FINN, MIRA = people("Finn Okafor", "Mira Lind")


def tried(definition: Definition, column: str, text: str, names: Known) -> Definition | Unclear:
    try:
        return with_text(definition, column, text, names)
    except Unclear as refused:
        return refused


# --- Round trip --------------------------------------------------------------------------------------------------

ODD = st.sampled_from(
    ['"', "|", ":", ";", ",", "\n", "  ", " in ", " - ", "/", " is ", "not empty", "in", "empty", "="]
)
LETTERS = st.text(st.characters(categories=("L", "N", "P", "S"), max_codepoint=0x2FFF), max_size=6)
WORDS = st.lists(st.one_of(LETTERS, ODD), max_size=5).map("".join)
NAMES = WORDS.map(str.strip).filter(bool)
TEXTS = WORDS.map(str.strip)


def differing(names: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(names, min_size=1, max_size=4, unique_by=str.casefold).map(tuple)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Definition, Known]:
    teams, systems = draw(differing(NAMES)), draw(differing(NAMES))
    everybody = people(*draw(st.lists(NAMES, min_size=2, max_size=4)))
    records = draw(
        st.lists(
            st.builds(Record, st.sampled_from(systems), NAMES),
            min_size=1,
            max_size=4,
            unique_by=lambda one: (one.system.casefold(), one.record_type.casefold()),
        )
    )
    record = st.one_of(st.none(), st.sampled_from(records))
    depends = draw(st.booleans())
    rule = Rule(
        first_appears_in=draw(record),
        owner=draw(st.sampled_from(("", *teams))),
        settled_by=None if depends else draw(record),
        depends=depends,
        because=draw(TEXTS),
        conditions=tuple(draw(st.lists(conditions(systems, record), max_size=3))),
        approver=draw(st.sampled_from(("", everybody[0].email))),
        deputy=draw(st.sampled_from(("", everybody[1].email))),
    )
    editors = st.lists(st.sampled_from(teams), unique=True).map(lambda some: tuple(sorted(some)))
    stored = draw(st.lists(st.sampled_from(systems), unique=True))
    uses = tuple(Use(one, draw(TEXTS), draw(TEXTS), draw(editors)) for one in stored)
    definition = Definition(one_line(draw(NAMES)), one_line(draw(TEXTS)), draw(TEXTS), draw(st.booleans()), uses, rule)
    # Names and subjects of fields are of one line wherever they come from.
    return definition, known(teams, systems, tuple(records), everybody)


@st.composite
def conditions(draw: st.DrawFn, systems: tuple[str, ...], record: st.SearchStrategy[Record | None]) -> When:
    operator = draw(st.sampled_from(OPERATORS))
    value: str | tuple[str, ...] = draw(WORDS)
    if operator in WITHOUT_VALUE:
        value = ""
    if operator == "in":
        value = tuple(draw(st.lists(WORDS, max_size=3)))
    return When(draw(TEXTS), draw(st.sampled_from(("", *systems))), draw(WORDS), operator, value, draw(record))


@given(worlds())
def test_every_cell_reads_back_as_what_it_shows(world: tuple[Definition, Known]) -> None:
    definition, names = world
    shown = labels(names.people.values())
    for column in EDITABLE:
        assert with_text(definition, column, text_of(definition, column, shown), names) == definition, column


@given(worlds())
def test_a_field_typed_anew_from_its_cells_is_the_same_field(world: tuple[Definition, Known]) -> None:
    definition, names = world
    shown = labels(names.people.values())
    typed = Definition("")
    for column in EDITABLE:
        typed = with_text(typed, column, text_of(definition, column, shown), names)
    bare = tuple(replace(use, column="", means="") for use in definition.uses)
    assert typed == replace(definition, sensitive=False, uses=bare)


@given(st.sampled_from(EDITABLE), st.text(max_size=60), worlds())
def test_whatever_is_typed_is_taken_or_refused_in_words_and_what_is_taken_stays(
    column: str, text: str, world: tuple[Definition, Known]
) -> None:
    definition, names = world
    taken = tried(definition, column, text, names)
    if isinstance(taken, Unclear):
        assert (taken.column, taken.sentence[-1]) == (column, ".")
        return
    shown = text_of(taken, column, labels(names.people.values()))
    assert with_text(taken, column, shown, replace(names, creates=True)) == taken
    assert not any(ord(one) < 32 and one != "\n" for one in shown)


@given(worlds())
def test_a_column_of_another_version_is_taken_without_going_through_its_text(world: tuple[Definition, Known]) -> None:
    definition, _ = world
    mixed = replace(Definition(""), sensitive=definition.sensitive)
    for column in EDITABLE:
        mixed = from_other(mixed, column, definition)
    bare = tuple(replace(use, column="", means="") for use in definition.uses)
    assert mixed == replace(definition, uses=bare)


# --- What people type --------------------------------------------------------------------------------------------

DEAL, INVOICE = Record("CRM", "deal"), Record("Billing", "posted invoice")


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("CRM: deal", DEAL),
        ("crm:DEAL", DEAL),
        ("  CRM :  deal ", DEAL),
        ("deal in CRM", DEAL),
        ("CRM / deal", DEAL),
        ("CRM/deal", DEAL),
        ("CRM - deal", DEAL),
        ("CRM \N{EN DASH} deal", DEAL),
        ("CRM \N{RIGHTWARDS ARROW} deal", DEAL),
        ("posted   invoice", INVOICE),
        ("Billing: credit note", Record("Billing", "credit note")),
        ("CRM: order: signed", Record("CRM", "order: signed")),
        ("", None),
        ("none", None),
        ("-", None),
    ],
)
def test_a_record_is_read_however_it_is_written(text: str, record: Record | None) -> None:
    for column in ("first_appears_in", "settled_by"):
        assert getattr(with_text(Definition("x"), column, text, known()).rule, column) == record


def test_it_depends_stands_instead_of_a_record() -> None:
    settled = Definition("x", rule=Rule(settled_by=DEAL))
    depending = with_text(settled, "settled_by", " It depends", known())
    assert depending.rule == Rule(depends=True)
    assert with_text(depending, "settled_by", "CRM: deal", known()) == settled
    assert with_text(depending, "settled_by", "", known()) == Definition("x")


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("CRM: Sales; Billing: Finance", (Use("CRM", editors=("Sales",)), Use("Billing", editors=("Finance",)))),
        ("crm: sales\nbilling: finance", (Use("CRM", editors=("Sales",)), Use("Billing", editors=("Finance",)))),
        ("CRM: Sales, Finance,", (Use("CRM", editors=("Finance", "Sales")),)),
        ("CRM: Finance and Sales", (Use("CRM", editors=("Finance", "Sales")),)),
        ("Sales in CRM; CRM: Finance", (Use("CRM", editors=("Finance", "Sales")),)),
        ("CRM - Sales", (Use("CRM", editors=("Sales",)),)),
        ("CRM: nobody; Billing:", (Use("CRM"), Use("Billing"))),
        (" ; ", ()),
    ],
)
def test_editors_are_read_however_they_are_written(text: str, uses: tuple[Use, ...]) -> None:
    assert with_text(Definition("x"), "editors", text, known()).uses == uses


def test_a_system_that_is_left_out_goes_unless_something_is_known_of_it() -> None:
    there = Definition("x", uses=(Use("CRM", editors=("Sales",)), Use("Billing", "status", "", ("Finance",))))
    assert with_text(there, "editors", "", known()).uses == (Use("Billing", "status"),)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        (
            "not signed yet | CRM signed equals no | CRM: deal",
            When("not signed yet", "CRM", "signed", "equals", "no", DEAL),
        ),
        ("not signed yet|crm signed IS no|deal in crm", When("not signed yet", "CRM", "signed", "equals", "no", DEAL)),
        ("a | CRM: signed = no", When("a", "CRM", "signed", "equals", "no")),
        ('a | CRM "signed on" is before 2026-01-01', When("a", "CRM", "signed on", "before", "2026-01-01")),
        ("a | CRM signed on is before 2026-01-01", When("a", "CRM", "signed on", "before", "2026-01-01")),
        ("a | CRM plan is one of basic, plus", When("a", "CRM", "plan", "in", ("basic", "plus"))),
        ("a | CRM plan in basic, plus", When("a", "CRM", "plan", "in", ("basic", "plus"))),
        ('a | CRM plan in "a, b", c', When("a", "CRM", "plan", "in", ("a, b", "c"))),
        ("a | CRM plan is not empty", When("a", "CRM", "plan", "not_empty")),
        ('a | CRM plan is "not empty"', When("a", "CRM", "plan", "equals", "not empty")),
        ('a | CRM plan is not ""', When("a", "CRM", "plan", "not_equals", "")),
        ("a | CRM amount > 100", When("a", "CRM", "amount", "greater", "100")),
        ("a | CRM amount is less than 100", When("a", "CRM", "amount", "less", "100")),
        ("a | | CRM: deal", When("a", settled_by=DEAL)),
        ('say "yes" | CRM plan is x', When('say "yes"', "CRM", "plan", "equals", "x")),
        ('"a | b" | CRM plan is x', When("a | b", "CRM", "plan", "equals", "x")),
        ("only a sentence", When("only a sentence")),
    ],
)
def test_a_condition_is_read_however_it_is_written(text: str, when: When) -> None:
    assert with_text(Definition("x"), "conditions", f"\n{text}\n\n", known()).rule.conditions == (when,)


def test_conditions_are_shown_in_words_one_a_line() -> None:
    rule = Rule(
        conditions=(
            When("the order form is not signed yet", "CRM", "signed", "equals", "no", Record("CRM", "order form")),
            When("it is early", "CRM", "signed on", "not_equals", "not empty"),
            When("somebody knows"),
        )
    )
    assert text_of(Definition("x", rule=rule), "conditions", {}).splitlines() == [
        "the order form is not signed yet | CRM signed is no | CRM: order form",
        'it is early | CRM "signed on" is not not empty',
        "somebody knows",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Finn Okafor", "Finn Okafor"),
        (" finn  okafor ", "Finn Okafor"),
        ("P0@Example.com", "Finn Okafor"),
        ("Finn Okafor (p0@example.com)", "Finn Okafor"),
        ("Finn Okafor <p0@example.com>", "Finn Okafor"),
        ("nobody", ""),
        ("", ""),
    ],
)
def test_people_are_found_by_name_and_by_address(text: str, shown: str) -> None:
    names = known(people=(FINN, MIRA))
    taken = with_text(Definition("x"), "approver", text, names)
    assert text_of(taken, "approver", labels(names.people.values())) == shown


def test_people_who_share_a_name_are_told_apart_by_address() -> None:
    names = known(people=people("Finn Okafor", "finn okafor", "Mira Lind"))
    shown = labels(names.people.values())
    assert shown["p1@example.com"] == "finn okafor (p1@example.com)"
    assert shown["p2@example.com"] == "Mira Lind"
    assert with_text(Definition("x"), "deputy", shown["p1@example.com"], names).rule.deputy == "p1@example.com"


def test_whoever_left_stays_where_they_are_named_and_is_named_no_more() -> None:
    gone = Person(email="gone@example.com", name="Gone By", is_active=False)
    names = known(people=(gone, FINN))
    there = Definition("x", rule=Rule(approver="gone@example.com"))
    assert with_text(there, "approver", "Gone By", names) == there
    assert refusal("deputy", "Gone By", names) == "Gone By does not sign in any more. Name somebody who does."


def refusal(column: str, text: str, names: Known) -> str:
    refused = tried(Definition("x"), column, text, names)
    assert isinstance(refused, Unclear)
    return refused.sentence


@pytest.mark.parametrize(
    ("column", "text", "sentence"),
    [
        ("name", " ", "A field needs a name, such as billing status."),
        ("subject", "x" * 101, "Subject: at most 100 characters; here are 101."),
        ("means", "x" * 5_001, "What it means: at most 5,000 characters; here are 5,001."),
        ("state", "agreed", "The state changes when teams propose, agree or object, on the page of the field."),
        ("colour", "red", "The table has no such column."),
        ("owner", "Fnance", "There is no team Fnance; there is Finance."),
        ("owner", "Ops", "There is no team Ops. Teams are added by an administrator."),
        ("first_appears_in", "CMR: deal", "There is no system CMR; there is CRM."),
        ("first_appears_in", "Shop: order", "There is no system Shop. Systems are added by an administrator."),
        ("first_appears_in", "CRM", "Say which record of CRM, such as CRM: deal."),
        ("first_appears_in", "CRM:", "Say which record of CRM, such as CRM: deal."),
        ("first_appears_in", "somewhere", "Write the system and its record, such as CRM: deal."),
        (
            "settled_by",
            "CRM: dea",
            "CRM: dea would be new: nothing of that kind is known in CRM yet. There is CRM: deal.",
        ),
        (
            "settled_by",
            "Billing: credit",
            "Billing: credit would be new: nothing of that kind is known in Billing yet.",
        ),
        ("settled_by", f"CRM: {'x' * 101}", "The name of a record has at most 100 characters."),
        (
            "editors",
            "Finance",
            "Write who edits the field in which system, such as CRM: Sales; Billing: Finance.",
        ),
        ("editors", "CRM", "Say who edits it in CRM, such as CRM: Sales, or CRM: nobody."),
        ("editors", "Shop: Sales", "There is no system Shop. Systems are added by an administrator."),
        ("editors", "CRM: Sales, Sails", "There is no team Sails; there is Sales."),
        ("approver", "Fin Okafor", "Nobody here is called Fin Okafor; there is Finn Okafor."),
        ("deputy", "Nora", "Nobody here is called Nora. People are added by an administrator."),
        (
            "conditions",
            "a | b | c | d",
            "Between bars stand a sentence, a test and the record that wins. Put text with a bar in it in quotes.",
        ),
        (
            "conditions",
            "a | CRM signed",
            "Write the test as system, column, comparison, value, such as CRM signed is no.",
        ),
        ("conditions", "a | Shop signed is no", "There is no system Shop. Systems are added by an administrator."),
        (
            "conditions",
            "a\nb | CRM",
            "Line 2: Write the test as system, column, comparison, value, such as CRM signed is no.",
        ),
        ("conditions", "a | CRM signed is", 'Say what the column is compared with; empty text is written as "".'),
        ("conditions", "a | CRM signed is empty today", "Nothing stands after “is empty”."),
        ("conditions", f"a | CRM {'x' * 501} is no", "A column has at most 500 characters."),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_write(column: str, text: str, sentence: str) -> None:
    assert refusal(column, text, known(people=(FINN, MIRA), creates=False)) == sentence


def test_a_record_of_several_systems_is_asked_for_by_its_system() -> None:
    names = known(records=(DEAL, Record("Billing", "deal")))
    assert refusal("settled_by", "deal", names) == "Say which: Billing: deal or CRM: deal."


def test_two_people_of_one_name_are_asked_for_by_address() -> None:
    names = known(people=people("Finn", "Finn"))
    assert refusal("approver", "finn", names) == (
        "2 people are called Finn. Write the address: p0@example.com or p1@example.com."
    )


def test_names_of_several_words_and_with_signs_in_them_are_found() -> None:
    names = known(
        teams=("Sales & Success", "R, D"), systems=("Sales Cloud", "CRM: EU"), records=(Record("CRM: EU", "deal"),)
    )
    taken = with_text(Definition("x"), "editors", 'sales cloud: Sales & Success; "CRM: EU": "R, D"', names)
    assert taken.uses == (Use("Sales Cloud", editors=("Sales & Success",)), Use("CRM: EU", editors=("R, D",)))
    assert text_of(taken, "editors", {}) == 'Sales Cloud: Sales & Success; "CRM: EU": "R, D"'
    taken = with_text(Definition("x"), "conditions", "a | Sales Cloud signed is no", names)
    assert taken.rule.conditions == (When("a", "Sales Cloud", "signed", "equals", "no"),)
