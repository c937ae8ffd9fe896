"""The page of one field: what everybody reads, what those who edit it may change in place."""

import re
from dataclasses import replace
from typing import Any

import pytest

from ownership.definitions import Definition, Record, Use, When
from ownership.models import Field, FieldVersion, Person, RecordType, Role
from ownership.queries import registry, versions
from ownership.services import agreeing
from tests import build
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> build.Company:
    return build.company()


@pytest.fixture
def field(company: build.Company) -> Field:
    return build.field(person=company.finn)


def whole(field: Field) -> Field:
    return registry.whole(Field.objects.filter(pk=field.pk)).get()


def agreed(field: Field, company: build.Company) -> Field:
    """The field with its rule in force."""
    agreeing.propose(whole(field), person=company.finn)
    return agreeing.answer(whole(field), team=company.sales, answer="agrees", person=company.dana)


def page(person: Person, field: Field, part: str = "") -> str:
    response = signed_in(person).get(f"/ownership/fields/{field.pk}/{part}")
    assert response.status_code == 200
    return response.content.decode()


def about(**said: str) -> dict[str, str]:
    return {
        "version": "1",
        "name": "billing status",
        "subject": "customer",
        "means": build.STATUS.means,
        "first_appears_in": "CRM: deal",
        "owner": "Finance",
        "approver": "Finn Okafor",
        "deputy": "Mira Lind",
    } | said


def use_rows(*rows: tuple[str, str, str, str], **said: Any) -> dict[str, Any]:
    names = ("use_system", "use_column", "use_means", "use_editors")
    return {"version": "1"} | {name: [row[place] for row in rows] for place, name in enumerate(names)} | said


CRM = ("CRM", "billing_status", "what sales was last told", "Sales")
BILLING = ("Billing", "Status", "state of the latest posted invoice", "Finance")
NEW = ("", "", "", "")


def post(person: Person, field: Field, part: str, said: dict[str, Any]) -> Any:
    return signed_in(person).post(f"/ownership/fields/{field.pk}/{part}/", said)


def now(field: Field) -> Definition:
    return registry.definition(whole(field))


# --- What everybody reads --------------------------------------------------------------------------------------------


def test_the_answer_stands_in_a_sentence(company: build.Company, field: Field) -> None:
    text = page(company.mira, field)
    assert "Billing status first appears in the CRM deal; Finance owns it;" in text
    assert "Exceptions: Finn Okafor, in their absence Mira Lind." in text


def test_it_says_which_version_counts(company: build.Company, field: Field) -> None:
    assert "Version 1 is a draft." in page(company.mira, field)
    field = agreed(field, company)
    assert "Version 1 is in force, agreed on 20" in page(company.mira, field)
    post(company.finn, field, "about", about(version="9", owner="Sales", reason="Sales answers for it."))
    text = page(company.mira, field)
    assert "Version 2 is a draft; version 1, agreed on 20" in text
    assert ", stays in force." in text
    assert "; Finance owns it;" in text
    assert "; Sales owns it;" in text


def test_differing_definitions_are_marked_with_a_word(company: build.Company, field: Field) -> None:
    assert page(company.mira, field).count("</svg> differs") == 2
    alike = tuple(replace(use, means="The state.") for use in build.STATUS.uses)
    same = build.field(replace(build.STATUS, name="same", uses=alike))
    assert "</svg> differs" not in page(company.mira, same)


def test_of_three_definitions_the_one_that_differs_is_marked(company: build.Company) -> None:
    build.system(name="ERP")
    uses = (Use("CRM", means="The state"), Use("Billing", means="the state."), Use("ERP", means="Something else"))
    field = build.field(replace(build.STATUS, uses=uses))
    text = page(company.mira, field)
    assert text.count("</svg> differs") == 1
    assert re.search(r"ERP</bdi></a>\s*<span class=\"chip differs\"", text)


def test_what_is_missing_is_said(company: build.Company) -> None:
    field = build.field(Definition("start date", uses=(Use("CRM"),)))
    text = page(company.mira, field)
    assert text.count('<span class="chip">missing</span>') == 2
    assert "nobody has said where it first appears" in text
    assert "No team owns it." in text


def test_a_sensitive_field_says_that_it_is_masked_and_who_sees_it(company: build.Company) -> None:
    field = build.field(replace(build.STATUS, sensitive=True))
    text = page(company.mira, field)
    assert "Its values are masked for everybody else." in text
    assert "Shown to the leads of Finance and Sales" in text


def test_without_the_right_there_is_no_form_but_who_has_it(company: build.Company, field: Field) -> None:
    text = page(company.mira, field)
    assert "billing status is edited by the lead of Finance (Finn Okafor) or Sales (Dana Reyes)." in text
    assert "edit-part" not in text
    assert f'action="/ownership/fields/{field.pk}/' not in text
    assert "edit-part" in page(company.dana, field)


def test_another_lead_may_suggest(field: Field) -> None:
    other = build.person(email="ola@example.com", name="Ola", role=Role.LEAD)
    assert "suggest in the table" in page(other, field)


def test_a_removed_field_is_not_there(company: build.Company, field: Field) -> None:
    post(company.finn, field, "remove", {})
    assert signed_in(company.finn).get(f"/ownership/fields/{field.pk}/").status_code == 404


def test_the_page_takes_as_many_queries_however_much_there_is(
    company: build.Company, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(company.finn)
    counted = []
    for name, systems, conditions in (("few", 1, 1), ("many", 12, 30)):
        for number in range(systems):
            build.system(name=f"{name} {number}")
        uses = tuple(Use(f"{name} {n}", f"column {n}", f"meaning {n}", ("Finance", "Sales")) for n in range(systems))
        when = tuple(
            When(f"case {n}", f"{name} 0", "x", "equals", str(n), Record(f"{name} 0", f"record {n}"))
            for n in range(conditions)
        )
        rule = replace(build.STATUS.rule, conditions=when)
        made = build.field(replace(build.STATUS, name=name, uses=uses, rule=rule))
        with django_assert_max_num_queries(60) as queries:
            assert client.get(f"/ownership/fields/{made.pk}/").status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


# --- What is changed in place ----------------------------------------------------------------------------------------


def test_saying_what_it_is(company: build.Company, field: Field) -> None:
    said = about(
        name="Billing state", subject="account", means="New words.", owner="sales", approver="", sensitive="on"
    )
    client = signed_in(company.finn)
    response = client.post(f"/ownership/fields/{field.pk}/about/", said)
    assert response.headers["Location"] == f"/ownership/fields/{field.pk}/#about"
    assert "Billing state is changed." in client.get(f"/ownership/fields/{field.pk}/").content.decode()
    got = now(field)
    assert (got.name, got.subject, got.means, got.sensitive) == ("Billing state", "account", "New words.", True)
    assert (got.rule.owner, got.rule.approver, got.rule.deputy) == ("Sales", "", "mira@example.com")
    assert got.rule.conditions == build.STATUS.rule.conditions
    last = versions.versions(field)[0]
    assert last.row.by == company.finn


def test_a_record_type_is_made_as_it_is_named(company: build.Company, field: Field) -> None:
    post(company.finn, field, "about", about(first_appears_in="Billing: quote"))
    assert now(field).rule.first_appears_in == Record("Billing", "quote")
    assert RecordType.objects.filter(system=company.billing, name="quote").exists()


def test_as_it_was_is_not_written(company: build.Company, field: Field) -> None:
    client = signed_in(company.finn)
    response = client.post(f"/ownership/fields/{field.pk}/about/", about(), follow=True)
    assert "billing status is as it was." in response.content.decode()
    assert FieldVersion.objects.filter(field=field).count() == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": " "}, "A field needs a name, such as billing status."),
        ({"name": "x" * 201}, "Field: at most 200 characters."),
        ({"name": "Start date"}, "There is a field called Start date already."),
        ({"owner": "Fnance"}, "There is no team Fnance; there is Finance."),
        ({"first_appears_in": "Shop: order"}, "There is no system Shop"),
        ({"approver": "Nobody known"}, "Nobody here is called Nobody known."),
        ({"deputy": "Finn Okafor"}, "The deputy is somebody else than the approver."),
        ({"version": "x"}, "This page was not whole. Open it again."),
        ({"version": "-1"}, "This page was not whole. Open it again."),
        ({"means": "a\x00b"}, "What it means: one character cannot be kept. Write it anew."),
    ],
)
def test_what_cannot_be_is_said_beside_it_and_changes_nothing(
    company: build.Company, field: Field, said: dict[str, str], sentence: str
) -> None:
    build.field(Definition("start date"))
    response = post(company.finn, field, "about", about(subject="kept as typed", **said))
    assert response.status_code == 422
    text = response.content.decode()
    assert sentence in text
    assert 'value="kept as typed"' in text
    assert re.search(r'<details class="edit-part"\s+open', text)
    assert now(field) == build.STATUS


def test_who_may_not_edit_is_refused_with_who_may(company: build.Company, field: Field) -> None:
    for part in ("about", "uses", "conditions", "remove", "restore"):
        response = post(company.mira, field, part, about())
        assert response.status_code == 403
        assert "is edited by the lead of Finance" in response.content.decode()
    assert now(field) == build.STATUS


def test_what_teams_agreed_on_takes_a_reason_to_change(company: build.Company, field: Field) -> None:
    field = agreed(field, company)
    version = str(versions.latest(field))
    assert "about_reason" in page(company.finn, field)
    response = post(company.finn, field, "about", about(version=version, owner="Sales"))
    assert response.status_code == 422
    assert "The teams agreed on billing status. Say why it changes." in response.content.decode()
    assert now(field).rule.owner == "Finance"
    post(company.finn, field, "about", about(version=version, owner="Sales", reason="They answer for it."))
    assert now(field).rule.owner == "Sales"
    assert versions.versions(field)[0].row.reason == "They answer for it."
    assert whole(field).in_force is not None


def test_words_alone_take_no_reason(company: build.Company, field: Field) -> None:
    field = agreed(field, company)
    said = about(version=str(versions.latest(field)), means="Other words.")
    assert post(company.finn, field, "about", said).status_code == 302
    assert now(field).means == "Other words."


def test_reasons_given_before_are_offered(company: build.Company, field: Field) -> None:
    build.field(replace(build.STATUS, name="another"), person=company.finn, reason="The contract changed.")
    agreed(field, company)
    assert ">The contract changed.</button>" in page(company.finn, field)


def test_what_others_changed_meanwhile_stays(company: build.Company, field: Field) -> None:
    post(company.dana, field, "about", about(means="Dana's words."))
    assert post(company.finn, field, "about", about(subject="account")).status_code == 302
    assert (now(field).means, now(field).subject) == ("Dana's words.", "account")


def test_both_are_shown_when_both_changed_the_same(company: build.Company, field: Field) -> None:
    post(company.dana, field, "about", about(means="Dana's words.", subject="account"))
    response = post(company.finn, field, "about", about(means="Finn's words."))
    assert response.status_code == 409
    text = response.content.decode()
    assert "Somebody else changed the same meanwhile" in text
    assert "Dana Reyes" in text
    assert "Dana&#x27;s words." in text
    assert re.search(r"<textarea[^>]*name=\"means\"[^>]*>\s*Finn&#x27;s words.</textarea>", text)
    assert 'value="account"' in text
    assert now(field).means == "Dana's words."
    assert re.search(r'name="version" value="2"', text)
    again = about(version="2", means="Finn's words.", subject="account")
    assert post(company.finn, field, "about", again).status_code == 302
    assert (now(field).means, now(field).subject) == ("Finn's words.", "account")


# --- Uses ------------------------------------------------------------------------------------------------------------


def test_saying_how_systems_store_it(company: build.Company, field: Field) -> None:
    build.system(name="ERP")
    rows = (("CRM", "state", "what sales says", "Sales, finance"), BILLING, ("erp", "STAT", "", ""))
    response = post(company.finn, field, "uses", use_rows(*rows))
    assert response.url == f"/ownership/fields/{field.pk}/#uses"
    assert now(field).uses == (
        Use("CRM", "state", "what sales says", ("Finance", "Sales")),
        build.STATUS.uses[1],
        Use("ERP", "STAT"),
    )


def test_a_system_is_removed_and_the_empty_row_is_nothing(company: build.Company, field: Field) -> None:
    post(company.finn, field, "uses", use_rows(CRM, BILLING, NEW, use_removed=["CRM"]))
    assert now(field).uses == (build.STATUS.uses[1],)


def test_a_system_the_post_does_not_name_stays(company: build.Company, field: Field) -> None:
    post(company.finn, field, "uses", use_rows(("CRM", "state", "", "Sales")))
    assert now(field).uses == (Use("CRM", "state", "", ("Sales",)), build.STATUS.uses[1])
    post(company.finn, field, "uses", {"version": "2"})
    assert len(now(field).uses) == 2


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("Shop", "", "", ""), "There is no system Shop."),
        (("", "x", "", ""), "Say which system stores it."),
        (("CRM", "x", "", ""), "CRM is there already. Change it above."),
        (("ERP", "", "", "Ops"), "There is no team Ops."),
        (("ERP", "x" * 501, "", ""), "Column in its export: at most 500 characters."),
    ],
)
def test_a_row_that_cannot_be_is_marked_and_nothing_is_kept(
    company: build.Company, field: Field, row: tuple[str, str, str, str], sentence: str
) -> None:
    build.system(name="ERP")
    response = post(company.finn, field, "uses", use_rows(("CRM", "changed", "", ""), BILLING, row))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert 'value="changed"' in response.content.decode()
    assert now(field) == build.STATUS


def test_columns_known_in_a_system_are_offered(company: build.Company, field: Field) -> None:
    other = replace(build.STATUS, name="start date", uses=(Use("CRM", "start_at"),))
    build.field(other)
    text = page(company.finn, field)
    assert re.search(r'data-columns-of="CRM"[^>]*>.*value="billing_status".*value="signed".*value="start_at"', text)


def test_who_may_change_it_takes_a_reason_once_agreed(company: build.Company, field: Field) -> None:
    field = agreed(field, company)
    version = str(versions.latest(field))
    rows = use_rows(("CRM", "billing_status", CRM[2], ""), BILLING, version=version)
    assert post(company.finn, field, "uses", rows).status_code == 422
    assert post(company.finn, field, "uses", rows | {"reason": "Sales only reads it."}).status_code == 302
    assert now(field).uses[0].editors == ()


# --- Hostile texts ---------------------------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>",
    "\u202eevil\u202c",
    "=HYPERLINK(1)",
    "x" * 10_000,
    "הלקוח ראה",
    "{{ 7|add:7 }}",
    "line\nline",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_shown_as_they_are(company: build.Company, text: str) -> None:
    conditions = (When(text, "CRM", text[:300], "equals", text, Record("CRM", text[:90].strip())),)
    rule = replace(build.STATUS.rule, because=text, conditions=conditions)
    uses = (Use("CRM", text[:300], text, ("Sales",)), build.STATUS.uses[1])
    made = build.field(Definition(text[:150], text[:90], text, uses=uses, rule=rule), person=company.finn)
    for part in ("", "conditions/", "history/", "remove/"):
        shown = page(company.finn, made, part)
        assert "<script>alert" not in shown
        assert "7|add" in shown or "7|add" not in text
    assert (
        post(company.finn, made, "conditions", {"do": "preview", "settles": "record", "because": text}).status_code
        == 200
    )


def test_a_definition_that_is_too_long_may_stay_but_not_come(company: build.Company, field: Field) -> None:
    long = "word " * 1_200
    response = post(company.finn, field, "about", about(means=long))
    assert response.status_code == 422
    assert "What it means: at most 5,000 characters; here are 5,999." in response.content.decode()
    there = build.field(replace(build.STATUS, name="another", means=long))
    assert post(company.finn, there, "about", about(name="another", means=long, subject="account")).status_code == 302
    assert (now(there).means, now(there).subject) == (long, "account")
