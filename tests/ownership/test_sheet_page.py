"""The registry on one page: what somebody who is new reads, and prints."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ownership.definitions import Definition, Record, Rule, Use
from ownership.models import OwnershipRule, Person, RuleState
from ownership.queries import one_page
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> build.Company:
    return build.company()


@pytest.fixture
def reader(there: build.Company, client: Client) -> Client:
    client.force_login(there.mira)
    return client


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/ownership/sheet/{query}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def state_of(name: str, state: RuleState) -> None:
    OwnershipRule.objects.filter(field__name=name).update(state=state)


def test_each_field_is_told_in_plain_words(reader: Client) -> None:
    build.field()
    state_of("billing status", RuleState.AGREED)
    said = page(reader)
    for words in (
        "Billing status first appears in the CRM deal; Finance owns it;",
        "The deal in CRM.",
        "Sales in CRM; Finance in Billing.",
        "The posted invoice in Billing, but for 1 case told above.",
        "Finn Okafor, else Mira Lind.",
        "1 field. The teams agreed on it.",
    ):
        assert words in said
    assert '<span class="one-page-mark">' not in said


def test_words_of_the_inside_are_not_on_it(reader: Client) -> None:
    build.field()
    build.field(Definition("plan", "contract"))
    said = page(reader).partition("<main")[2].partition("</main>")[0].partition('class="one-page"')[2].lower()
    for word in ("record type", "in force", "verdict", "registry", "not_equals", "superseded", "none<"):
        assert word not in said


def test_agreed_fields_come_first_in_their_subject_and_others_are_marked(reader: Client) -> None:
    build.field()
    build.field(replace(build.STATUS, name="address"))
    state_of("billing status", RuleState.AGREED)
    said = page(reader)
    assert said.index("Billing status</bdi>") < said.index("Address</bdi>")
    assert said.count("not agreed yet</span>") == 1
    assert "2 fields. The teams agreed on 1 of them so far." in said


def test_a_dispute_and_a_change_of_what_is_agreed_are_said(reader: Client, there: build.Company) -> None:
    build.field()
    state_of("billing status", RuleState.DISPUTED)
    assert "not agreed: the teams disagree" in page(reader)
    state_of("billing status", RuleState.AGREED)
    OwnershipRule.objects.create(field=OwnershipRule.objects.get().field, number=2, owner=there.sales)
    said = page(reader)
    assert "agreed; a change is being talked about" in said
    assert "Finance owns it" in said


def test_what_nobody_has_said_is_said_so(reader: Client) -> None:
    build.field(Definition("plan", uses=(Use("CRM"),)))
    said = page(reader)
    assert said.count("Nobody has said yet.") == 4
    assert "Without a subject" in said


def test_what_depends_points_to_its_cases(reader: Client) -> None:
    conditions = build.STATUS.rule.conditions
    build.field(replace(build.STATUS, rule=Rule(owner="Finance", depends=True, conditions=conditions)))
    build.field(Definition("plan", rule=Rule(owner="Finance", depends=True)))
    said = page(reader)
    assert "It depends: 1 case, told above." in said
    assert "It depends, nobody has said on what." in said


def test_an_approver_who_left_is_marked(reader: Client, there: build.Company) -> None:
    build.field()
    Person.objects.filter(pk=there.finn.pk).update(is_active=False)
    assert "Finn Okafor (has left), else Mira Lind." in page(reader)


def test_it_is_narrowed_to_a_subject_or_a_system(reader: Client) -> None:
    build.field()
    build.field(Definition("plan", "contract", uses=(Use("CRM"),)))
    both, contract, billing = page(reader), page(reader, "?subject=CONTRACT"), page(reader, "?system=billing")
    assert ("Plan</bdi>" in both, "Billing status</bdi>" in both) == (True, True)
    assert ("Plan</bdi>" in contract, "Billing status</bdi>" in contract) == (True, False)
    assert ("Plan</bdi>" in billing, "Billing status</bdi>" in billing) == (False, True)
    assert "1 field that Billing stores." in billing
    assert "1 field about contract." in contract


@pytest.mark.parametrize("query", ["?subject=nothing", "?subject=%00", "?subject=" + "x" * 5_000])
def test_a_subject_that_is_not_there_gives_an_empty_page_and_a_way_back(reader: Client, query: str) -> None:
    build.field()
    assert "No field fits" in page(reader, query)


def test_a_system_that_is_not_there_is_not_found(reader: Client) -> None:
    assert reader.get("/ownership/sheet/?system=nowhere").status_code == 404


def test_an_empty_registry_says_what_will_be_here(reader: Client) -> None:
    assert "Nothing is written down yet" in page(reader)


def test_the_foot_says_what_agreed_means_and_of_which_day_it_is(reader: Client) -> None:
    build.field()
    said = page(reader)
    assert "As of" in said
    assert "every team that owns, edits or stores the field has said yes to exactly this" in said


def test_the_address_works_without_its_last_slash(reader: Client) -> None:
    assert reader.get("/ownership/sheet", follow=True).status_code == 200


def test_many_fields_take_as_many_queries_as_few(reader: Client) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as made:
            page(reader)
        return len(made)

    build.field()
    before = counted()
    for number in range(5):
        rule = replace(build.STATUS.rule, first_appears_in=Record("Billing", f"kind {number}"))
        build.field(replace(build.STATUS, name=f"status {number}", subject=f"subject {number % 3}", rule=rule))
    assert counted() == before


def test_what_people_write_stays_words(reader: Client) -> None:
    hostile = "<script>alert(1)</script>"
    build.field(replace(build.STATUS, name=hostile, subject=hostile, means=hostile))
    assert hostile not in page(reader)


def test_subjects_differing_in_case_are_one() -> None:
    build.company()
    build.field()
    build.field(replace(build.STATUS, name="plan", subject="Customer"))
    assert [len(subject.entries) for subject in one_page.sheet().subjects] == [2]
