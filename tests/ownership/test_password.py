"""Changing one's own password."""

import pytest
from django.test import Client

from ownership.models import Person
from tests import build
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

NEW = "five other plain words here"


def answers(**changed: str) -> dict[str, str]:
    return {"oldpassword": build.PASSWORD, "password1": NEW, "password2": NEW, **changed}


def test_the_new_password_holds_and_other_browsers_are_signed_out(dana: Person) -> None:
    here, elsewhere = signed_in(dana), signed_in(dana)
    page = here.post("/password/", answers(), follow=True).content.decode()
    assert "Your password is changed." in page
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    dana.refresh_from_db()
    assert dana.check_password(NEW)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"oldpassword": "not this one"}, "This is not your current password."),
        ({"password2": "something else here"}, "You must type the same password each time."),
        ({"password1": "short", "password2": "short"}, "This password is too short."),
        ({"password1": "1234567890123", "password2": "1234567890123"}, "This password is entirely numeric."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(
    as_dana: Client, dana: Person, changed: dict[str, str], sentence: str
) -> None:
    assert sentence in as_dana.post("/password/", answers(**changed)).content.decode()
    dana.refresh_from_db()
    assert dana.check_password(build.PASSWORD)


def test_somebody_without_a_password_sets_a_first_one(dana: Person) -> None:
    dana.set_unusable_password()
    dana.save()
    browser = signed_in(dana)
    assert browser.get("/password/").headers["Location"] == "/password/first/"
    browser.post("/password/first/", {"password1": NEW, "password2": NEW})
    dana.refresh_from_db()
    assert dana.check_password(NEW)
