"""What administrators do about people."""

import pytest
from django.test import Client

from ownership.models import Person, Role, System, Team
from tests import build

PEOPLE = "/admin/ownership/person/"

pytestmark = pytest.mark.django_db


def test_an_added_person_signs_in_with_the_password_handed_over(as_ada: Client, client: Client) -> None:
    answers = {"email": "Mira@Example.com", "name": "Mira Lind", "role": Role.MANAGER}
    as_ada.post(f"{PEOPLE}add/", {**answers, "password1": build.PASSWORD, "password2": build.PASSWORD})
    mira = Person.objects.get(email="mira@example.com")
    assert (mira.role, mira.history.get().actor_name) == (Role.MANAGER, "Ada Bell")
    answer = client.post("/sign-in/", {"login": "mira@example.com", "password": build.PASSWORD})
    assert answer.headers["Location"] == "/"


def test_the_same_address_twice_is_refused_in_a_sentence(as_ada: Client, dana: Person) -> None:
    answers = {"email": dana.email.upper(), "name": "Another", "role": Role.VIEWER}
    page = as_ada.post(f"{PEOPLE}add/", {**answers, "password1": build.PASSWORD, "password2": build.PASSWORD})
    assert "already exists" in page.content.decode()
    assert Person.objects.count() == 2


def test_nobody_is_deleted(as_ada: Client, dana: Person) -> None:
    assert as_ada.post(f"{PEOPLE}{dana.pk}/delete/", {"post": "yes"}).status_code == 403
    as_ada.post(PEOPLE, {"action": "delete_selected", "_selected_action": dana.pk, "post": "yes"})
    assert Person.objects.filter(pk=dana.pk).exists()


def test_the_history_of_a_person_reads_in_words(as_ada: Client, dana: Person) -> None:
    fields = {"email": dana.email, "name": "Dana R.", "role": dana.role, "is_active": "on"}
    as_ada.post(f"{PEOPLE}{dana.pk}/change/", fields)
    page = as_ada.get(f"{PEOPLE}{dana.pk}/history/").content.decode()
    assert "Ada Bell" in page
    assert "Dana Reyes → Dana R." in " ".join(page.split())


def test_history_cannot_be_rolled_back_from_the_page(as_ada: Client, dana: Person) -> None:
    first = dana.history.first()
    fields = {"email": "x@example.com", "name": "X", "role": "viewer"}
    assert as_ada.post(f"{PEOPLE}{dana.pk}/history/{first.pk}/", fields).status_code == 404
    dana.refresh_from_db()
    assert dana.name == "Dana Reyes"


def test_a_team_gets_a_lead_and_a_member_gets_the_team(as_ada: Client, dana: Person) -> None:
    as_ada.post("/admin/ownership/team/add/", {"name": "Finance", "lead": dana.pk})
    finance = Team.objects.get()
    fields = {"email": dana.email, "name": dana.name, "role": dana.role, "is_active": "on", "team": finance.pk}
    as_ada.post(f"{PEOPLE}{dana.pk}/change/", fields)
    dana.refresh_from_db()
    assert (finance.lead, dana.team) == (dana, finance)
    assert finance.history.get().actor_name == "Ada Bell"


def test_a_system_is_renamed_and_given_an_owner(as_ada: Client) -> None:
    crm, sales = build.system(name="Crm"), build.team(name="Sales")
    as_ada.post(f"/admin/ownership/system/{crm.pk}/change/", {"name": "CRM", "owner": sales.pk})
    assert System.objects.get().owner == sales
    assert System.objects.get().name == "CRM"


def test_a_team_that_something_refers_to_stays(as_ada: Client) -> None:
    sales = build.team(name="Sales")
    build.system(owner=sales)
    assert as_ada.post(f"/admin/ownership/team/{sales.pk}/delete/", {"post": "yes"}).status_code == 403
    as_ada.post("/admin/ownership/team/", {"action": "delete_selected", "_selected_action": sales.pk, "post": "yes"})
    assert Team.objects.exists()


def test_a_system_nothing_refers_to_goes(as_ada: Client) -> None:
    crm = build.system()
    as_ada.post(f"/admin/ownership/system/{crm.pk}/delete/", {"post": "yes"})
    assert not System.objects.exists()


@pytest.mark.parametrize("address", [PEOPLE, f"{PEOPLE}add/", "/admin/", "/admin/login/", "/admin/auth/group/"])
def test_to_others_the_administration_is_not_there(as_dana: Client, address: str) -> None:
    assert as_dana.get(address).status_code == 404


@pytest.mark.usefixtures("db")
def test_its_own_sign_in_leads_to_ours(client: Client) -> None:
    answer = client.get("/admin/login/?next=/admin/", follow=True)
    assert answer.request["PATH_INFO"] == "/sign-in/"
    assert "next=%2Fadmin%2F" in answer.redirect_chain[-1][0] or "next=/admin/" in answer.redirect_chain[-1][0]
