"""Signing in and out by e-mail address."""

import pytest
from django.test import Client

from ownership.models import Person
from tests import build

pytestmark = pytest.mark.django_db

REFUSED = "No one signs in with this e-mail address and password."
STOPPED = "Too many failed attempts. Try again in a few minutes."


def sign_in(client: Client, email: str, password: str = build.PASSWORD, after: str = "") -> str:
    """Return where the browser ends up and what it shows there, as one text."""
    response = client.post(f"/sign-in/{after}", {"login": email, "password": password}, follow=True)
    assert response.status_code == 200
    return f"{response.request['PATH_INFO']} {response.content.decode()}"


@pytest.mark.parametrize("email", ["dana@example.com", "DANA@Example.COM", "  dana@example.com "])
def test_the_case_of_an_address_does_not_matter(client: Client, dana: Person, email: str) -> None:
    assert sign_in(client, email).startswith("/ ")
    assert client.session["_auth_user_id"] == str(dana.pk)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("dana@example.com", "not this one"),
        ("nobody@example.com", build.PASSWORD),
        ("dana@example.com' OR 1=1 --", build.PASSWORD),
        ("dana@example.com", build.PASSWORD.upper()),
    ],
)
def test_a_wrong_pair_is_refused_in_one_sentence_that_gives_nothing_away(
    client: Client, dana: Person, email: str, password: str
) -> None:
    page = sign_in(client, email, password)
    assert page.startswith("/sign-in/ ")
    assert REFUSED in page or "Enter a valid email address." in page
    assert dana.name not in page


@pytest.mark.usefixtures("dana")
def test_an_empty_form_asks_for_both(client: Client) -> None:
    assert sign_in(client, "", "").count("This field is required.") == 2


def test_somebody_whose_sign_in_was_stopped_is_told_so(client: Client) -> None:
    build.person(email="former@example.com", is_active=False)
    page = sign_in(client, "former@example.com")
    assert page.startswith("/sign-in/stopped/ ")
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("dana")
def test_after_sign_in_one_lands_where_one_wanted_to_go(client: Client) -> None:
    wanted = client.get("/password/")
    assert wanted.headers["Location"] == "/sign-in/?next=/password/"
    assert sign_in(client, "dana@example.com", after="?next=/password/").startswith("/password/ ")


@pytest.mark.usefixtures("dana")
def test_an_address_elsewhere_is_not_followed(client: Client) -> None:
    assert sign_in(client, "dana@example.com", after="?next=https://elsewhere.example/").startswith("/ ")


@pytest.mark.usefixtures("dana")
def test_after_five_failures_even_the_right_password_waits(client: Client) -> None:
    for _ in range(5):
        assert REFUSED in sign_in(client, "dana@example.com", "not this one")
    assert STOPPED in sign_in(Client(), "dana@example.com")


@pytest.mark.usefixtures("dana")
def test_a_machine_that_tries_too_often_gets_a_page_that_says_so(client: Client) -> None:
    for number in range(30):
        client.get("/sign-in/")
        client.post("/sign-in/", {"login": f"{number}@example.com", "password": "no"})
    response = client.post("/sign-in/", {"login": "dana@example.com", "password": build.PASSWORD})
    assert response.status_code == 429
    assert "Too many attempts" in response.content.decode()


def test_signing_out_takes_a_click_not_a_visit(as_dana: Client) -> None:
    assert "Stay" in as_dana.get("/sign-out/").content.decode()
    assert as_dana.get("/").status_code == 200
    assert as_dana.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert as_dana.get("/").status_code == 302


def test_a_form_from_another_site_is_refused(dana: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(dana)
    response = strict.post("/sign-out/")
    assert response.status_code == 403
    assert "The form was too old" in response.content.decode()
    assert strict.get("/").status_code == 200


def test_nobody_adds_themselves(client: Client) -> None:
    assert client.get("/sign-up/").status_code == 404
    assert client.get("/accounts/signup/").status_code == 404
