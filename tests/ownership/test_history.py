"""What is kept of each change: who, when, from, to, why."""

import pytest
from django.test import Client

from ownership.history import save_with_reason
from ownership.models import Person, Role
from ownership.services.people import create_first_administrator, welcome_token
from tests import build

pytestmark = pytest.mark.django_db


def test_the_first_administrator_has_a_first_line() -> None:
    token = welcome_token() or ""
    ada = create_first_administrator(
        token=token, email="ada@example.com", name="Ada", password=build.PASSWORD, team="Finance"
    )
    row = ada.history.get()
    assert (row.history_type, row.role, row.history_change_reason) == ("+", "administrator", "First start.")
    assert (row.actor_id, row.actor_name) == (None, "")


def test_a_change_names_its_author_in_words_that_outlive_them(as_ada: Client, ada: Person, dana: Person) -> None:
    fields = {"email": dana.email, "name": dana.name, "role": Role.MANAGER, "is_active": "on"}
    assert as_ada.post(f"/admin/ownership/person/{dana.pk}/change/", fields).status_code == 302
    row = dana.history.first()
    assert (row.history_type, row.role, row.actor_id, row.actor_name) == ("~", "manager", ada.pk, "Ada Bell")
    assert row.history_user == ada


def test_signing_in_leaves_no_line(client: Client, dana: Person) -> None:
    client.post("/sign-in/", {"login": dana.email, "password": build.PASSWORD})
    dana.refresh_from_db()
    assert dana.last_login is not None
    assert dana.history.count() == 1


def test_the_reason_may_be_long(dana: Person) -> None:
    save_with_reason(dana, reason="because " * 500)
    assert dana.history.first().history_change_reason == "because " * 500


def test_no_password_is_kept_in_history(dana: Person) -> None:
    assert not hasattr(dana.history.first(), "password")
