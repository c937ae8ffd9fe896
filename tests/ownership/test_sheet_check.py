"""The sheet check as a table of cases: what is found about which field, what is not, and how the page shows it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ownership.definitions import Definition, Record, Rule, Use, When
from ownership.models import Agreement, Answer, Field, OwnershipRule, Person
from ownership.queries import plain_words, registry, sheet_check
from ownership.services import agreeing, claiming
from ownership.services.defining import Wanted, define
from tests import build
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

DEAL, INVOICE = Record("CRM", "deal"), Record("Billing", "posted invoice")
UNSIGNED = When("the order form is not signed yet", "CRM", "signed", "equals", "no", DEAL)
CONTRADICTS = "the same test, but another record wins. Condition 1 comes first and decides."
STANDS = "where the customer  stands"
# Nothing is found about it, once it is agreed.
SOUND = Definition(
    name="billing status",
    subject="customer",
    means="where the customer stands with their invoices",
    uses=(
        Use("CRM", "billing_status", "Where the customer stands.", ()),
        Use("Billing", "Status", STANDS, ("Finance",)),
    ),
    rule=Rule(
        first_appears_in=DEAL,
        owner="Finance",
        settled_by=INVOICE,
        because="the customer has seen the invoice",
        conditions=(UNSIGNED,),
        approver="finn@example.com",
        deputy="mira@example.com",
    ),
)
WORDS_25 = " ".join(["word"] * 25)


def with_rule(**changed: object) -> Definition:
    return replace(SOUND, rule=replace(SOUND.rule, **changed))  # type: ignore[arg-type]


def with_crm(**changed: object) -> Definition:
    return SOUND.with_use(replace(SOUND.uses[0], **changed))  # type: ignore[arg-type]


def in_force(field: Field, made: build.Company) -> None:
    agreeing.propose(field, person=made.finn)
    agreeing.answer(field, team=made.sales, answer=Answer.AGREES, person=made.dana)


def found(field: Field) -> dict[str, list[tuple[str, str]]]:
    """What is found about ``field``: by kind, each finding's column and sentence."""
    kinds: dict[str, list[tuple[str, str]]] = {}
    fresh = registry.whole(Field.objects.filter(pk=field.pk))
    for one in sheet_check.findings(fresh, timezone.localdate()):
        kinds.setdefault(one.kind, []).append((one.column, one.sentence))
    return kinds


def test_nothing_is_found_about_a_field_that_is_sound_and_agreed() -> None:
    made = build.company()
    field = build.field(SOUND)
    in_force(field, made)
    assert found(field) == {}


CASES: list[tuple[Definition, str, list[tuple[str, str]]]] = [
    (with_rule(owner=""), "no_owner", [("owner", "No team owns it.")]),
    (with_rule(owner="Sales"), "no_owner", []),
    (
        with_crm(editors=("Sales",)),
        "two_editing",
        [("editors", "2 teams edit it: Sales in CRM; Finance in Billing.")],
    ),
    (
        SOUND.with_use(Use("Billing", "Status", "x", ("Finance", "Sales"))),
        "two_editing",
        [("editors", "2 teams edit it: Finance and Sales in Billing.")],
    ),
    (with_crm(editors=("Finance",)), "two_editing", []),
    (
        with_rule(settled_by=None, conditions=()),
        "no_settling",
        [("settled_by", "No record settles a dispute.")],
    ),
    (
        with_rule(settled_by=None),
        "no_settling",
        [("settled_by", "No record settles a dispute when none of its conditions holds.")],
    ),
    (with_rule(settled_by=None, depends=True), "no_settling", []),
    (
        with_rule(settled_by=None, depends=True, conditions=()),
        "depends_alone",
        [("conditions", "It depends, and no condition says on what.")],
    ),
    (with_rule(settled_by=None, depends=True), "depends_alone", []),
    (
        with_rule(conditions=(replace(UNSIGNED, column=""),)),
        "condition_without_test",
        [("conditions", "Condition 1, “the order form is not signed yet”, has no test that a machine can make.")],
    ),
    (
        with_rule(conditions=(UNSIGNED, replace(UNSIGNED, sentence="", operator="in", value=()))),
        "condition_without_test",
        [("conditions", "Condition 2 has no test that a machine can make.")],
    ),
    (with_rule(conditions=(replace(UNSIGNED, operator="empty", value=""),)), "condition_without_test", []),
    (with_rule(conditions=(replace(UNSIGNED, value=""),)), "condition_without_test", []),
    (
        with_rule(conditions=(replace(UNSIGNED, settled_by=None),)),
        "condition_without_winner",
        [("conditions", "Condition 1, “the order form is not signed yet”, does not say which record wins.")],
    ),
    (SOUND, "condition_without_winner", []),
    (
        with_rule(conditions=(UNSIGNED, replace(UNSIGNED, settled_by=Record("CRM", "order form")))),
        "condition_idle",
        [("conditions", f"Condition 2 contradicts condition 1: {CONTRADICTS}")],
    ),
    (
        with_rule(conditions=(UNSIGNED, replace(UNSIGNED, operator="in", value=()))),
        "condition_idle",
        [],
    ),
    (SOUND, "condition_idle", []),
    (with_rule(approver=""), "no_approver", [("approver", "Nobody approves exceptions.")]),
    (SOUND, "no_approver", []),
    (
        with_rule(approver="gone@example.com"),
        "approver_left",
        [("approver", "Gil Gone approves exceptions and has left.")],
    ),
    (SOUND, "approver_left", []),
    (
        with_rule(deputy=""),
        "no_deputy",
        [("deputy", "Nobody approves exceptions while the approver is away.")],
    ),
    (SOUND, "no_deputy", []),
    (with_rule(deputy="gone@example.com"), "deputy_left", [("deputy", "Gil Gone is the deputy and has left.")]),
    (SOUND, "deputy_left", []),
    (replace(SOUND, means=" "), "definition_missing", [("means", "Nobody has said what it means.")]),
    (with_crm(means=""), "definition_missing", [("uses", "Nobody has said what it means in CRM.")]),
    (SOUND, "definition_missing", []),
    (
        with_crm(means="what sales was told"),
        "definitions_differ",
        [("uses", f"It does not mean the same everywhere: in CRM, “what sales was told”; in Billing, “{STANDS}”.")],
    ),
    (SOUND, "definitions_differ", []),
    (with_crm(means=""), "definitions_differ", []),
    (
        with_rule(because=f"{WORDS_25} more"),
        "too_long",
        [("because", "The reason why has a sentence of 26 words. At most 25 are read at once.")],
    ),
    (with_rule(because=f"{WORDS_25}. {WORDS_25}"), "too_long", []),
    (
        with_rule(conditions=(UNSIGNED, replace(UNSIGNED, sentence=f"{WORDS_25} more"))),
        "too_long",
        [("conditions", "Condition 2 has a sentence of 26 words. At most 25 are read at once.")],
    ),
    (
        replace(SOUND, means=f"{WORDS_25} more"),
        "too_long",
        [("means", "What it means has a sentence of 26 words. At most 25 are read at once.")],
    ),
    (
        with_crm(means=f"{WORDS_25} more"),
        "too_long",
        [("uses", "What it means in CRM has a sentence of 26 words. At most 25 are read at once.")],
    ),
    (
        with_rule(because="the API payload is canonical"),
        "jargon",
        [("because", "The reason why says “API”, “payload” and “canonical”, which a newcomer does not know.")],
    ),
    (
        with_rule(conditions=(replace(UNSIGNED, sentence="the nightly ETL failed"),)),
        "jargon",
        [("conditions", "Condition 1 says “ETL”, which a newcomer does not know.")],
    ),
    (SOUND, "jargon", []),
    (replace(SOUND, uses=()), "one_system", [("editors", "No system is named that stores it.")]),
    (
        replace(SOUND, uses=SOUND.uses[:1]),
        "one_system",
        [("editors", "Only CRM is named, and it takes two systems to compare it.")],
    ),
    (SOUND, "one_system", []),
    (with_crm(column=""), "no_column", [("uses", "The export of CRM has no column for it yet.")]),
    (SOUND, "no_column", []),
    (SOUND, "not_agreed", [("state", "Version 1 is a draft.")]),
    (replace(SOUND, rule=Rule()), "not_agreed", [("state", "It has no rule yet.")]),
    (SOUND, "disputed", []),
    (SOUND, "stale", []),
    (SOUND, "never_asked", []),
]


@pytest.mark.parametrize(("definition", "kind", "expected"), CASES)
def test_what_a_definition_lacks(definition: Definition, kind: str, expected: list[tuple[str, str]]) -> None:
    build.company()
    build.person(email="gone@example.com", name="Gil Gone", is_active=False)
    assert found(build.field(definition)).get(kind, []) == expected


def test_every_kind_has_a_case_that_finds_it_and_one_that_does_not() -> None:
    by_life = {"disputed", "stale", "never_asked"}
    assert {kind for _, kind, expected in CASES if expected} | by_life == set(sheet_check.KINDS)
    assert {kind for _, kind, expected in CASES if not expected} | {"not_agreed"} == set(sheet_check.KINDS)


# --- What its life brings --------------------------------------------------------------------------------------------


def test_a_proposed_version_is_found_with_who_has_yet_to_answer() -> None:
    made = build.company()
    field = build.field(SOUND)
    agreeing.propose(field, person=made.finn)
    assert found(field) == {"not_agreed": [("state", "Sales has yet to answer.")]}
    agreeing.answer(field, team=made.sales, answer=Answer.OBJECTS, reason="No.", person=made.dana)
    assert found(field) == {"not_agreed": [("state", "Sales objects.")]}


def test_a_new_draft_is_found_beside_the_version_in_force() -> None:
    made = build.company()
    field = build.field(SOUND)
    in_force(field, made)
    define([Wanted(field, with_rule(because="so"))], person=None)
    assert found(field) == {"not_agreed": [("state", "Version 2 is a draft. Version 1 stays in force.")]}


def test_a_dispute_is_found_once_and_not_also_as_no_owner() -> None:
    made = build.company()
    field = build.field(SOUND)
    asked = claiming.ask(field, person=made.dana)
    claiming.claim(asked, team=made.sales, owner=made.sales, why="Ours.", person=made.dana)
    claiming.claim(asked, team=made.finance, owner=made.finance, why="Ours.", person=made.finn)
    said = "The teams gave different answers to who owns it: nobody does."
    assert found(field) == {"disputed": [("state", said)]}


@pytest.mark.parametrize(("days", "stale"), [(181, False), (190, True)])
def test_what_nobody_confirmed_for_six_months_is_found(days: int, stale: bool) -> None:  # noqa: FBT001
    made = build.company()
    field = build.field(SOUND)
    in_force(field, made)
    confirmed = timezone.now() - timedelta(days=days)
    OwnershipRule.objects.update(confirmed_at=confirmed)
    assert ("stale" in found(field)) is stale
    agreeing.confirm(field, person=made.finn)
    assert found(field) == {}


def test_a_team_that_touches_it_now_and_never_agreed_is_found() -> None:
    made = build.company()
    field = build.field(SOUND)
    in_force(field, made)
    build.team(name="Ops")
    define([Wanted(field, SOUND.with_use(replace(SOUND.uses[1], editors=("Ops",))))], person=None, reason="They do.")
    said = "Ops touches it now and has not agreed to version 1."
    assert found(field) == {"never_asked": [("state", said)]}
    Agreement.objects.all().delete()
    assert found(field)["never_asked"][0][1].startswith("Finance, Ops and Sales touch it now and have not")


# --- Where it is put right -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "address"),
    [
        ("owner", "/ownership/?field={}&column=owner"),
        ("conditions", "/ownership/?field={}&column=conditions"),
        ("uses", "/ownership/fields/{}/uses/"),
        ("state", "/ownership/fields/{}/#agreement"),
    ],
)
def test_each_finding_leads_to_where_it_is_put_right(column: str, address: str) -> None:
    build.company()
    field = build.field(replace(SOUND, rule=Rule(depends=True), uses=(Use("CRM"),)))
    all_of_it = sheet_check.findings(registry.whole(), timezone.localdate())
    assert address.format(field.pk) in {one.address for one in all_of_it if one.column == column}


# --- Plain words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("the invoice wins", []),
        ("the upserts of a webhook", ["upserts", "webhook"]),
        ("Api, API and api", ["Api"]),
        ("our golden  record", ["golden  record"]),
        ("rapid capital, synchrony, e-API-x", []),
        ("the sync is nightly", ["sync"]),
    ],
)
def test_jargon_is_found_as_whole_words(text: str, words: list[str]) -> None:
    assert plain_words.jargon_in(text) == words


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("one two", 2), ("one. two three", 2), ("one\ntwo three four", 3), ("don't count it-twice", 3), ("…", 0)],
)
def test_the_longest_sentence_counts(text: str, count: int) -> None:
    assert plain_words.words_of_longest(text) == count


# --- Scores ----------------------------------------------------------------------------------------------------------


def test_scores_are_the_share_of_fields_about_which_nothing_is_found() -> None:
    made = build.company()
    in_force(build.field(SOUND), made)
    build.field(replace(SOUND, name="start date", uses=SOUND.uses[:1]))
    build.field(replace(SOUND, name="colour", subject="", uses=()))
    fields = list(registry.whole())
    scores = sheet_check.scores(fields, sheet_check.findings(fields, timezone.localdate()))
    assert (scores.whole.sound, scores.whole.total, scores.whole.percent) == (1, 3, "33.3 %")
    assert [(one.name, one.sound, one.total) for one in scores.by_subject] == [("No subject", 0, 1), ("customer", 1, 2)]
    assert [(one.name, one.sound, one.total) for one in scores.by_system] == [("CRM", 1, 2), ("Billing", 1, 1)]


def test_without_fields_there_is_no_score() -> None:
    scores = sheet_check.scores([], [])
    assert (scores.whole.percent, scores.whole.length, scores.by_subject) == ("\N{EN DASH}", 0, ())


# --- The page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def reader() -> Callable[[str], str]:
    build.company()
    build.field(SOUND)
    build.field(replace(with_rule(owner=""), name="start date", subject="contract", uses=(Use("CRM"),)))
    client = signed_in(Person.objects.get(name="Mira Lind"))

    def read(query: str) -> str:
        answer = client.get(f"/ownership/check/?{query}")
        assert answer.status_code == 200
        return answer.content.decode().partition('class="toolbar"')[2]

    return read


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ("", ["billing status</a>", "start date</a>", "No team owns it."], []),
        ("kind=no_owner", ["start date</a>", "No team owns it."], ["billing status</a>"]),
        ("subject=contract", ["start date</a>"], ["billing status</a>"]),
        ("system=Billing", ["billing status</a>"], ["start date</a>"]),
        ("team=Finance", ["billing status</a>"], ["start date</a>"]),
        ("subject=customer&kind=no_owner", ["Nothing is found here"], ["start date</a>"]),
        ("kind=odd&page=x", ["“Kind” has no such value", "start date</a>"], []),
        ("page=999", ["start date</a>"], []),
    ],
)
def test_the_page_shows_what_its_address_says(
    reader: Callable[[str], str], query: str, there: list[str], not_there: list[str]
) -> None:
    page = reader(query)
    assert [text for text in there if text not in page] == []
    assert [text for text in not_there if text in page] == []


def test_without_any_field_the_page_says_what_will_be_there() -> None:
    made = build.company()
    assert "Add the first field" in signed_in(made.dana).get("/ownership/check/").content.decode()
    page = signed_in(made.mira).get("/ownership/check/").content.decode()
    assert "Once the leads of teams have added fields" in page


def test_the_page_takes_as_many_queries_for_many_fields_as_for_few() -> None:
    made = build.company()
    client = signed_in(made.dana)

    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            client.get("/ownership/check/")
        return len(taken)

    build.field(SOUND)
    few = queries()
    for number in range(60):
        in_force(build.field(replace(build.STATUS, name=f"field {number}")), made)
    assert queries() == few
