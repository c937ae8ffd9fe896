"""Views of a list kept under a name, and columns that stay as somebody chose them."""

import pytest
from django.test import Client, RequestFactory

from ownership.listing import Listing
from ownership.models import ChosenColumns, Person, SavedView
from ownership.queries.views_saved import MOST_VIEWS, Remembered
from ownership.services import views_saved as services
from tests import build
from tests.conftest import signed_in
from tests.ownership.test_listing import People, PeopleFilter

pytestmark = pytest.mark.django_db

VIEW = {"listing": "people", "name": "Leads", "query": "role=lead&sort=-name", "back": "/ownership/?q=a"}


def listed(person: Person, address: str = "") -> Listing:
    return Listing(
        RequestFactory().get(f"/people/{address}"),
        Person.objects.all(),
        People,
        filters=PeopleFilter,
        default_order=("email",),
        remembered=Remembered(person, "people"),
    )


def columns(listing: Listing) -> list[str]:
    return [column.name for column in listing.table.columns]


def test_a_view_is_kept_under_its_name_and_leads_there(as_dana: Client, dana: Person) -> None:
    response = as_dana.post("/ownership/views/", VIEW)
    assert response.headers["Location"] == "/ownership/?role=lead&sort=-name"
    (view,) = listed(dana).views
    assert (view.label, view.address, view.active) == ("Leads", "?role=lead&sort=-name", False)
    assert listed(dana, view.address).views[0].active


def test_the_same_name_again_replaces_the_view(as_dana: Client, dana: Person) -> None:
    as_dana.post("/ownership/views/", VIEW)
    as_dana.post("/ownership/views/", VIEW | {"query": "role=viewer"})
    assert [view.address for view in listed(dana).views] == ["?role=viewer"]


def test_others_see_a_view_only_if_it_is_shared_and_cannot_remove_it(as_dana: Client) -> None:
    finn = build.person()
    as_dana.post("/ownership/views/", VIEW)
    assert listed(finn).views == []
    as_dana.post("/ownership/views/", VIEW | {"shared": "1"})
    (view,) = listed(finn).views
    assert (view.hint, view.key) == ("Dana Reyes", "")
    key = SavedView.objects.get().pk
    assert signed_in(finn).post(f"/ownership/views/{key}/remove/", {"back": "/ownership/"}).status_code == 404
    assert SavedView.objects.exists()


def test_own_views_come_before_those_of_others(dana: Person) -> None:
    finn = build.person()
    for person, name in ((finn, "Agreed"), (dana, "zero"), (dana, "Mine")):
        services.save_view(person=person, listing="people", name=name, query="", shared=True)
    services.save_view(person=dana, listing="elsewhere", name="Another list", query="", shared=True)
    assert [view.label for view in listed(dana).views] == ["Mine", "zero", "Agreed"]


def test_a_view_is_removed_by_whoever_made_it(as_dana: Client) -> None:
    as_dana.post("/ownership/views/", VIEW)
    key = SavedView.objects.get().pk
    response = as_dana.post(f"/ownership/views/{key}/remove/", {"back": "/ownership/?q=a"})
    assert response.headers["Location"] == "/ownership/?q=a"
    assert not SavedView.objects.exists()
    assert as_dana.post(f"/ownership/views/{key}/remove/").status_code == 404
    assert as_dana.post(f"/ownership/views/{10**30}/remove/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "A view needs a name."),
        ({"name": "x" * 61}, "The name of a view has at most 60 characters."),
        ({"query": "q=" + "x" * 2_000}, "This view narrows the list by more than can be kept."),
        ({"back": "https://elsewhere.example/"}, "That is no page of Reconcile."),
        ({"back": "//elsewhere.example/"}, "That is no page of Reconcile."),
        ({"name": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_what_is_no_view_is_refused_in_a_sentence(as_dana: Client, wrong: dict[str, str], sentence: str) -> None:
    response = as_dana.post("/ownership/views/", VIEW | wrong)
    assert response.status_code == 400
    assert sentence in response.content.decode()
    assert not SavedView.objects.exists()


def test_nobody_keeps_more_views_than_fit_into_a_menu(as_dana: Client, dana: Person) -> None:
    for number in range(MOST_VIEWS):
        services.save_view(person=dana, listing="people", name=f"View {number}", query="", shared=False)
    response = as_dana.post("/ownership/views/", VIEW)
    assert response.status_code == 400
    assert "Remove one first." in response.content.decode()
    assert as_dana.post("/ownership/views/", VIEW | {"name": "View 7"}).status_code == 302


def test_chosen_columns_stay_unless_the_address_says_otherwise(as_dana: Client, dana: Person) -> None:
    response = as_dana.post(
        "/ownership/columns/", {"listing": "people", "columns": ["email", "name"], "back": "/people/?q=a&columns=name"}
    )
    assert response.headers["Location"] == "/people/?q=a"
    assert columns(listed(dana)) == ["name", "email"]
    assert columns(listed(dana, "?columns=email,last_login")) == ["email", "last_login"]
    assert columns(listed(build.person())) == ["name", "email", "last_login", "initials", "nowhere"]


def test_choosing_no_column_gives_the_usual_ones_back(as_dana: Client, dana: Person) -> None:
    services.choose_columns(person=dana, listing="people", columns=["email"])
    as_dana.post("/ownership/columns/", {"listing": "people", "back": "/people/"})
    assert not ChosenColumns.objects.exists()
    assert len(columns(listed(dana))) == 5


def test_columns_that_are_not_there_any_more_are_passed_over(dana: Person) -> None:
    services.choose_columns(person=dana, listing="people", columns=["gone", "email"])
    assert columns(listed(dana)) == ["email"]
    services.choose_columns(person=dana, listing="people", columns=["gone"])
    assert len(columns(listed(dana))) == 5


def test_names_no_column_can_have_are_not_kept(as_dana: Client) -> None:
    given = ["email", "a,b", "x" * 41, "", "two words"]
    as_dana.post("/ownership/columns/", {"listing": "people", "columns": given, "back": "/people/"})
    assert ChosenColumns.objects.get().columns == "email"


def test_a_view_carries_its_columns_where_they_are_not_the_usual_ones(dana: Person) -> None:
    assert listed(dana, "?role=lead&page=3").view_to_save == "role=lead"
    services.choose_columns(person=dana, listing="people", columns=["email"])
    assert listed(dana, "?role=lead").view_to_save == "role=lead&columns=email"


def test_a_list_without_a_memory_has_no_views() -> None:
    listing = Listing(RequestFactory().get("/people/"), Person.objects.all(), People)
    assert listing.views == []
