"""List pages: searched, filtered, sorted and paged from an address, whatever the address says."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
import pytest
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django_filters import ChoiceFilter, DateFromToRangeFilter, FilterSet, MultipleChoiceFilter

from ownership import keyset, paging
from ownership.listing import Listing
from ownership.models import Person, Role

pytestmark = pytest.mark.django_db


class People(tables.Table):
    noun = ("person", "people")

    name = tables.Column("Name")
    email = tables.Column("E-mail address")
    last_login = tables.Column("Signed in")
    joined_at = tables.Column("Since", visible=False)
    initials = tables.Column("Initials", accessor="pk", orderable=False)
    nowhere = tables.Column("Nowhere", accessor="get_role_display")


class PeopleFilter(FilterSet):
    role = ChoiceFilter(choices=Role.choices, label="Role")
    roles = MultipleChoiceFilter(field_name="role", choices=Role.choices, label="Roles")
    joined_at = DateFromToRangeFilter(label="Since")


@pytest.fixture
def people() -> QuerySet[Person]:
    """Return 130 people: names repeat in tens, a third never signed in."""
    Person.objects.bulk_create(
        Person(
            email=f"p{number:03}@example.com",
            name=f"Name {number // 10:02}",
            role=Role.LEAD if number < 30 else Role.VIEWER,
            last_login=None if number % 3 else f"2026-05-01T{number // 10:02}:00Z",
        )
        for number in range(130)
    )
    return Person.objects.all()


def listed(people: QuerySet[Person], address: str = "", **options: Any) -> Listing:
    given = {"search": ("name", "email"), "filters": PeopleFilter, "default_order": ("email",), "page_sizes": (10, 20)}
    return Listing(RequestFactory().get(f"/people/{address}"), people, People, **{**given, **options})


def emails(listing: Listing) -> list[str]:
    return [row.email[1:4] for row in listing.page.rows]


def test_the_first_page_without_any_parameter(people: QuerySet[Person]) -> None:
    listing = listed(people)
    assert emails(listing) == [f"{number:03}" for number in range(20)]
    assert listing.count_words == "130 people"
    assert listing.range_words == "1 to 20"
    assert (listing.first, listing.previous) == ("", "")
    assert (listing.next, listing.last) == ("?page=2", "?page=7")


def test_every_word_searched_for_is_somewhere_in_the_row(people: QuerySet[Person]) -> None:
    listing = listed(people, "?q=name+12+p125")
    assert emails(listing) == ["125"]
    assert [(chip.label, chip.value, chip.address) for chip in listing.chips] == [("Search", "name 12 p125", "?")]


def test_a_filter_is_a_chip_in_words_and_the_way_back(people: QuerySet[Person]) -> None:
    listing = listed(people, "?role=lead&sort=-email&page=2")
    assert emails(listing) == [f"{number:03}" for number in range(9, -1, -1)]
    (chip,) = listing.chips
    assert (chip.label, chip.value, chip.address) == ("Role", "Team lead", "?sort=-email")


def test_a_filter_of_several_values_and_one_of_two_ends_are_one_chip_each(people: QuerySet[Person]) -> None:
    listing = listed(people, "?roles=lead&roles=viewer&joined_at_after=2020-01-01&joined_at_before=2020-02-01")
    assert [(chip.label, chip.value) for chip in listing.chips] == [
        ("Roles", "Team lead, Viewer"),
        ("Since", "from 2020-01-01 to 2020-02-01"),
    ]
    assert listing.chips[1].address == "?roles=lead&roles=viewer"
    assert listing.clear == "?"


def test_a_filter_value_that_makes_no_sense_is_left_out_and_said(people: QuerySet[Person]) -> None:
    listing = listed(people, "?role=emperor")
    assert listing.count_words == "130 people"
    assert listing.notes == ["The filter “Role” has no such value and is left out."]


@pytest.mark.parametrize("sort", ["password", "initials", "nowhere", "-", "--email", "email,name", "x" * 900])
def test_nothing_but_declared_columns_sorts(people: QuerySet[Person], sort: str) -> None:
    listing = listed(people, f"?sort={sort}")
    assert emails(listing)[:2] == ["000", "001"]


def test_sorting_turns_round_at_the_second_click(people: QuerySet[Person]) -> None:
    heads = {head.label: head for head in listed(people, "?sort=name").heads}
    assert (heads["Name"].way, heads["Name"].address) == ("ascending", "?sort=-name")
    assert (heads["E-mail address"].way, heads["E-mail address"].address) == ("none", "?sort=email")
    assert heads["Initials"].address == ""


@pytest.mark.parametrize(
    "address",
    [
        "?page=abc", "?page=-1", "?page=0", "?page=99999999999999999999", "?page=%C2%B2", "?after=zz", "?before=%00",
        "?after=99999999999999999999999", "?after=-1", "?size=7", "?size=10000000", "?columns=password", "?columns=,,",
        "?density=xx", "?q=%00", "?role=%00", "?joined_at_after=yesterday", "?q=" + "x" * 10_000, "?sort=%F0%9F%98%80",
        "?role=" + "x" * 10_000, "?" + "&".join(f"a{number}=1" for number in range(900)),
        "?page=1&page=2", "?q=%ED%A0%80",
    ],
)  # fmt: skip
def test_odd_parameters_give_a_list(people: QuerySet[Person], address: str) -> None:
    response = listed(people, address).respond("_parts/table.html")
    assert response.status_code == 200
    assert len(response.content) < 100_000


def test_links_carry_what_means_something_and_nothing_else(people: QuerySet[Person]) -> None:
    listing = listed(people, "?q=name&role=lead&size=10&evil=1&page=2&density=compact&tab=b", keep=("tab",))
    assert QueryDict(listing.next[1:]).dict() == {
        "q": "name", "role": "lead", "size": "10", "density": "compact", "tab": "b", "page": "3",
    }  # fmt: skip


def test_columns_can_be_chosen_but_not_invented(people: QuerySet[Person]) -> None:
    listing = listed(people, "?columns=email,joined_at&columns=password")
    assert [head.label for head in listing.heads] == ["E-mail address", "Since"]
    assert [choice.label for choice in listing.columns if choice.active] == ["E-mail address", "Since"]
    assert [head.label for head in listed(people).heads][:2] == ["Name", "E-mail address"]


def walked(people: QuerySet[Person], sort: str, way: str) -> Iterator[str]:
    """Yield every row met by following links from one end of the list to the other."""
    address = f"?sort={sort}&size=10" + ("" if way == "next" else "&page=last")
    for _ in range(30):
        listing = listed(people, address)
        rows = emails(listing)
        yield from rows if way == "next" else rows[::-1]
        address = getattr(listing, way)
        if not address:
            return


@pytest.mark.parametrize("sort", ["email", "-email", "name", "-name", "last_login", "-last_login"])
def test_next_and_previous_meet_every_row_once_beyond_the_numbered_pages(
    people: QuerySet[Person], sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "NUMBERED_PAGES", 1)
    monkeypatch.setattr("ownership.listing.NUMBERED_PAGES", 1)
    forwards = list(walked(people, sort, "next"))
    assert forwards == [
        email[1:4] for email in listed(people, f"?sort={sort}").queryset.values_list("email", flat=True)
    ]
    assert list(walked(people, sort, "previous")) == forwards[::-1]


def test_orders_that_go_both_ways_go_on_from_a_row_too(people: QuerySet[Person]) -> None:
    order = ("role", "-name", "pk")
    terms = keyset.terms_of(people, order)
    rows = list(keyset.ordered(people, terms))
    values = keyset.values_at(people, terms, str(rows[60].pk))
    assert values is not None
    assert list(keyset.beyond(people, terms, values)) == rows[61:]


def test_a_page_beyond_the_hundredth_is_asked_for_from_its_first_row(people: QuerySet[Person]) -> None:
    listing = listed(people, "?page=101&size=10")
    assert listing.notes == ["Pages have numbers up to 100. Go on from here, or narrow the list."]
    assert emails(listing)[-1] == "129"


def test_a_row_to_go_on_from_that_is_gone_leads_to_the_first_page(people: QuerySet[Person]) -> None:
    assert emails(listed(people, "?after=987654321"))[0] == "000"


def test_a_known_count_is_taken_and_told_what_the_list_is_narrowed_by(people: QuerySet[Person]) -> None:
    asked: list[dict[str, str]] = []

    def count(narrowed_by: Any) -> int:
        asked.append(dict(narrowed_by))
        return 1_000_000

    listing = listed(people, "?role=lead&q=name", count=count)
    assert listing.count_words == "1,000,000 people"
    assert asked == [{"role": "lead", "q": "name"}]
    assert listing.last == "?role=lead&q=name&page=last"


def test_what_nobody_knows_is_counted_only_so_far(people: QuerySet[Person], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "COUNTED", 50)
    monkeypatch.setattr("ownership.listing.COUNTED", 50)
    listing = listed(people)
    assert listing.count_words == "more than 50 people"
    assert listing.last == "?page=last"
    assert emails(listed(people, "?page=last"))[-1] == "129"


@pytest.mark.parametrize("address", ["", "?page=2", "?page=last", "?q=name&sort=-name", "?role=lead"])
def test_a_list_takes_a_fixed_number_of_queries(people: QuerySet[Person], address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        listed(people, address).respond("_parts/table.html")
    assert len(queries) <= 2


def test_only_the_table_is_answered_when_htmx_asks_for_it(people: QuerySet[Person]) -> None:
    request = RequestFactory().get(
        "/people/?q=name&role=&nonsense=1", headers={"HX-Request": "true", "HX-Target": "listing"}
    )
    response = Listing(request, people, People, search=("name",)).respond("no/such/page.html")
    assert response.content.strip().startswith(b'<div class="listing"')
    assert response["HX-Push-Url"] == "/people/?q=name"
    assert "HX-Target" in response["Vary"]


def selected(people: QuerySet[Person], posted: dict[str, Any], address: str = "") -> int:
    request = RequestFactory().post(
        f"/people/{address}", urlencode(posted, doseq=True), content_type="application/x-www-form-urlencoded"
    )
    return Listing(request, people, People, filters=PeopleFilter).selection().count()


def test_a_selection_is_the_ticked_rows_or_all_that_match(people: QuerySet[Person]) -> None:
    keys = list(people.values_list("pk", flat=True)[:3])
    assert selected(people, {"selected": keys}) == 3
    assert selected(people, {"all": "1", "selected": keys}, "?role=lead") == 30
    assert selected(people, {"selected": ["x", "", "9" * 40, "\x00"]}) == 0


def test_a_download_is_given_the_filters_and_the_order(people: QuerySet[Person]) -> None:
    listing = listed(people, "?role=lead&sort=name&page=2", downloads=(("CSV", "/people.csv"),))
    assert [(one.label, one.address) for one in listing.downloads] == [("CSV", "/people.csv?role=lead&sort=name")]


def test_hostile_words_in_the_address_stay_words(people: QuerySet[Person]) -> None:
    html = listed(people, "?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").respond("_parts/table.html").content.decode()
    assert "<script>" not in html
    assert "Nothing matches" in html
