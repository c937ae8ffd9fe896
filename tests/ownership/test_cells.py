"""The text in a cell and the data behind it."""

from dataclasses import replace

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
