"""The page of the table of fields: what it shows to whom, how it is narrowed, grouped and counted."""

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ownership.definitions import Definition, Record, Rule, Use, When
from ownership.models import ChosenColumns, Field, OwnershipRule, RuleState, Suggestion
from ownership.queries import table
from ownership.services.defining import Wanted, define, remove
from tests import build
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

SHOWN = re.compile(r'<tr data-field="(\d+)"')


@pytest.fixture
def company() -> build.Company:
    return build.company()


@pytest.fixture
def as_finn(company: build.Company) -> Client:
    return signed_in(company.finn)


def page(client: Client, address: str = "") -> str:
    response = client.get(f"/ownership/{address}")
    assert response.status_code == 200
    return response.content.decode()


def names(client: Client, address: str = "") -> list[str]:
    """Return the fields the page shows, in order."""
    called = dict(Field.objects.values_list("pk", "name"))
    return [called[int(key)] for key in SHOWN.findall(page(client, address))]


def some_fields() -> None:
    """Make three: one of Finance that is agreed, one of Sales that is a draft, one about which nothing is said yet."""
    build.field()
    OwnershipRule.objects.update(state=RuleState.AGREED)
    build.field(
        Definition(
            "start date",
            subject="contract",
            uses=(Use("CRM", editors=("Sales",)),),
            rule=Rule(owner="Sales", because="both signed it", approver="mira@example.com"),
        )
    )
    build.field(Definition("amount"))


def test_an_empty_table_says_what_will_be_there_and_three_ways_to_start(as_finn: Client) -> None:
    words = page(as_finn)
    assert "No field is in the table yet." in words
    assert "Type the first field" in words
    assert 'href="/ownership/import/"' in words
    assert 'href="/checks/"' in words
    assert 'data-field="new-1"' in words


def test_who_may_not_edit_gets_no_empty_row_and_reads_who_edits(company: build.Company) -> None:
    words = page(signed_in(company.mira))
    assert "new-1" not in words
    assert "The leads of teams edit this table." in words
    some_fields()
    words = page(signed_in(company.mira))
    assert "new-1" not in words
    assert 'data-may=""' in words
    assert 'data-may="edit"' not in words


def test_each_row_says_what_one_may_do_with_it(as_finn: Client) -> None:
    some_fields()
    assert re.findall(r'<tr data-field="\d+" data-may="(\w*)"', page(as_finn)) == ["edit", "suggest", "edit"]


def test_a_removed_field_is_out_of_the_table(company: build.Company, as_finn: Client) -> None:
    remove(build.field(), person=company.finn, reason="Nobody compares it.")
    assert names(as_finn) == []


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("", ["amount", "start date", "billing status"]),
        ("?subject=contract", ["start date"]),
        ("?subject=none", ["amount"]),
        ("?owner=none", ["amount"]),
        ("?state=agreed", ["billing status"]),
        ("?state=draft", ["amount", "start date"]),
        ("?state=disputed", []),
        ("?problem=no", []),
        ("?problem=yes", ["amount", "start date", "billing status"]),
        ("?q=invoice", ["billing status"]),
        ("?q=sales", ["start date", "billing status"]),
        ("?q=sales+signed", ["start date", "billing status"]),
        ("?q=mira", ["start date", "billing status"]),
        ("?q=order+form", ["billing status"]),
        ("?q=nowhere", []),
        ("?sort=name", ["amount", "billing status", "start date"]),
        ("?sort=-subject", ["billing status", "start date", "amount"]),
        ("?group=system", ["billing status", "start date", "billing status", "amount"]),
        ("?group=team", ["billing status", "start date", "amount"]),
        ("?group=subject", ["start date", "billing status", "amount"]),
        ("?group=nonsense", ["amount", "start date", "billing status"]),
        ("?size=7&group=%00&state=nonsense", ["amount", "start date", "billing status"]),
    ],
)
@pytest.mark.usefixtures("company")
def test_narrowed_sorted_and_grouped_from_the_address(as_finn: Client, address: str, shown: list[str]) -> None:
    some_fields()
    assert names(as_finn, address) == shown


def test_narrowed_by_owner_team_and_by_system(company: build.Company, as_finn: Client) -> None:
    some_fields()
    assert names(as_finn, f"?owner={company.sales.pk}") == ["start date"]
    assert names(as_finn, f"?system={company.crm.pk}") == ["start date", "billing status"]
    assert names(as_finn, f"?system={company.billing.pk}") == ["billing status"]


def test_a_field_that_is_only_settled_in_a_system_belongs_to_it_too(company: build.Company, as_finn: Client) -> None:
    build.field(Definition("settled", rule=Rule(settled_by=Record("Billing", "invoice"))))
    when = When("it is signed", "CRM", "signed", "equals", "no", Record("Billing", "invoice"))
    build.field(Definition("sometimes settled", rule=Rule(depends=True, conditions=(when,))))
    build.field(Definition("elsewhere", rule=Rule(settled_by=Record("CRM", "deal"))))
    assert names(as_finn, f"?system={company.billing.pk}") == ["settled", "sometimes settled"]


def test_groups_have_a_heading_and_a_count(as_finn: Client) -> None:
    some_fields()
    headings = re.findall(
        r'group-words"><bdi>(.*?)</bdi> <span class="hint">(.*?)</span>', page(as_finn, "?group=system")
    )
    assert headings == [("Billing", "1 field"), ("CRM", "2 fields"), ("No system", "1 field")]


def test_the_version_people_work_on_counts_before_the_one_in_force(as_finn: Client) -> None:
    field = build.field()
    OwnershipRule.objects.update(state=RuleState.AGREED)
    define([Wanted(field, replace(build.STATUS, rule=Rule(owner="Sales")))], person=None, reason="Another.")
    assert names(as_finn, "?state=agreed") == []
    assert names(as_finn, "?state=draft") == ["billing status"]
    assert table.figures() == table.Figures(1, 0, 0, 0, 1, 0, renewed=1)


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        ((0, 0, 0, 0, 0, 0), "No field is in the table yet."),
        ((1, 1, 0, 0, 0, 0), "The one field is agreed."),
        ((1, 0, 0, 0, 1, 1), "The one field is not agreed yet; 1 has no owner."),
        ((20, 14, 0, 3, 3, 5), "14 of 20 fields are agreed; 3 are disputed and 5 have no owner."),
        ((20, 1, 0, 1, 18, 0), "1 of 20 fields is agreed; 1 is disputed."),
        ((2, 2, 0, 0, 0, 0), "All 2 fields are agreed."),
        ((12, 6, 1, 1, 4, 0, 1), "7 of 12 fields are agreed, 1 with a new version under way; 1 is disputed."),
        ((1_200, 0, 0, 0, 1_200, 1_000), "None of the 1,200 fields is agreed yet; 1,000 have no owner."),
    ],
)
def test_a_sentence_says_what_is_true_now(figures: tuple[int, ...], sentence: str) -> None:
    assert table.Figures(*figures).sentence == sentence


def test_tiles_count_the_whole_table_and_lead_to_what_they_count(as_finn: Client) -> None:
    some_fields()
    tiles = as_finn.get("/ownership/?q=amount").context["tiles"]
    assert [(tile.label, tile.count, tile.address) for tile in tiles] == [
        ("Agreed", 1, "?state=agreed"),
        ("Proposed", 0, "?state=proposed"),
        ("Draft", 2, "?state=draft"),
        ("Disputed", 0, "?state=disputed"),
        ("With a problem", 3, "?problem=yes"),
    ]
    (agreed, *_) = as_finn.get("/ownership/?state=agreed").context["tiles"]
    assert (agreed.active, agreed.address) == (True, "?")


def test_what_is_amiss_is_said_at_its_cell(as_finn: Client) -> None:
    build.field(Definition("amount"))
    assert 'data-column="owner" class="has-problem" data-problem="No team owns it."' in page(as_finn)


def test_what_others_suggest_comes_with_the_page(company: build.Company, as_finn: Client) -> None:
    field = build.field()
    Suggestion.objects.create(field=field, column="means", text="<b>", why="clearer", person=company.dana)
    response = as_finn.get("/ownership/")
    ((key, (suggested,)),) = response.context["suggestions"].items()
    assert (key, suggested["column"], suggested["who"]) == (str(field.pk), "means", "Dana Reyes")
    assert "<b>" not in response.content.decode()


def test_columns_stay_as_they_were_chosen(company: build.Company, as_finn: Client) -> None:
    some_fields()
    as_finn.post("/ownership/columns/", {"listing": "fields", "columns": ["name", "owner"], "back": "/ownership/"})
    assert ChosenColumns.objects.get().person == company.finn
    heads = re.compile(r'<th scope="col"\s+data-column="(\w+)"')
    assert heads.findall(page(as_finn)) == ["name", "owner"]
    assert heads.findall(page(as_finn, "?columns=means,name")) == ["name", "means"]


def test_an_address_of_a_field_on_another_page_leads_to_it(as_finn: Client) -> None:
    define([Wanted(None, Definition(f"fact {number:03}")) for number in range(130)], person=None)
    last = Field.objects.get(name="fact 129")
    response = as_finn.get(f"/ownership/?size=100&field={last.pk}&column=owner")
    assert response.headers["Location"] == f"/ownership/?q=fact+129&field={last.pk}&column=owner"
    assert names(as_finn, response.headers["Location"].removeprefix("/ownership/")) == ["fact 129"]


@pytest.mark.parametrize("field", ["0", "nonsense", "9" * 30, "%00", "-1"])
def test_an_address_of_no_field_shows_the_table(as_finn: Client, field: str) -> None:
    some_fields()
    assert len(names(as_finn, f"?field={field}&column=owner")) == 3


def test_only_the_list_is_answered_to_htmx(as_finn: Client) -> None:
    some_fields()
    response = as_finn.get("/ownership/?q=amount", headers={"HX-Request": "true", "HX-Target": "fields"})
    words = response.content.decode()
    assert words.lstrip().startswith('<div class="listing fields-listing" id="fields"')
    assert "sheet-conflict" not in words


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        page(client, address)
    return len(queries)


@pytest.mark.parametrize("address", ["", "?group=system", "?sort=owner", "?q=a", "?problem=yes"])
def test_many_fields_take_as_many_queries_as_few(as_finn: Client, address: str) -> None:
    for number in range(3):
        build.field(replace(build.STATUS, name=f"a {number}"))
    few = queries_of(as_finn, address)
    define([Wanted(None, replace(build.STATUS, name=f"a {number}")) for number in range(3, 60)], person=None)
    assert queries_of(as_finn, address) == few


def test_a_download_has_what_the_table_is_narrowed_to(as_finn: Client) -> None:
    some_fields()
    page = as_finn.get("/ownership/?state=draft").content.decode()
    for form in ("csv", "xlsx", "md", "yaml"):
        assert f'href="/ownership/fields.{form}?state=draft"' in page
