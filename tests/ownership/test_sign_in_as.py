"""Signing in as somebody of the example, without a password, at this machine alone."""

import pytest
from django.test import Client
from pytest_django import Settings

from ownership.models import Person, Role
from tests import build

AS = "/sign-in/as/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _embedded(settings: Settings) -> None:
    settings.EMBEDDED = True


@pytest.fixture
def finn() -> Person:
    finn = build.person(email="finn.okafor@demo.example", name="Finn Okafor", role=Role.LEAD)
    Person.objects.filter(pk=finn.pk).update(is_demo=True)
    return finn


def test_each_person_of_the_example_says_what_they_do(client: Client, finn: Person) -> None:
    page = client.get(AS).content.decode()
    assert f"Be {finn.name}" in page
    assert "Reviewer" in page


def test_one_click_signs_in_and_the_top_of_each_page_says_as_whom(client: Client, finn: Person) -> None:
    assert client.post(AS, {"person": finn.pk}).headers["Location"] == "/"
    page = client.get("/").content.decode()
    assert "You are Finn Okafor of the example." in page
    assert AS in page


def test_one_goes_over_to_another_person(client: Client, finn: Person) -> None:
    mira = build.person(email="mira.lind@demo.example", name="Mira Lind", role=Role.MANAGER)
    Person.objects.update(is_demo=True)
    client.post(AS, {"person": finn.pk})
    client.post(AS, {"person": mira.pk})
    assert client.session["_auth_user_id"] == str(mira.pk)


def test_nobody_signs_in_as_somebody_who_is_not_of_the_example(client: Client, finn: Person, dana: Person) -> None:
    assert client.post(AS, {"person": dana.pk}).status_code == 404
    assert client.post(AS, {"person": "1 OR 1=1"}).status_code == 404
    assert client.post(AS).status_code == 404
    assert "_auth_user_id" not in client.session
    assert finn.is_active


def test_the_address_of_an_example_person_alone_makes_nobody_one(client: Client) -> None:
    real = build.person(email="dana.reyes@demo.example", role=Role.ADMINISTRATOR)
    assert client.post(AS, {"person": real.pk}).status_code == 404


def test_somebody_of_the_example_who_was_stopped_stays_out(client: Client, finn: Person) -> None:
    Person.objects.filter(pk=finn.pk).update(is_active=False)
    assert client.post(AS, {"person": finn.pk}).status_code == 404


def test_without_an_example_there_is_no_such_page_and_no_link_to_it(client: Client, dana: Person) -> None:
    assert client.get(AS).status_code == 404
    assert AS not in client.get("/sign-in/").content.decode()
    assert dana.is_active


@pytest.mark.usefixtures("finn")
def test_the_sign_in_page_links_to_it(client: Client) -> None:
    assert AS in client.get("/sign-in/").content.decode()


def test_on_servers_of_a_company_there_is_no_such_page(client: Client, finn: Person, settings: Settings) -> None:
    settings.EMBEDDED = False
    assert client.get(AS).status_code == 404
    assert client.post(AS, {"person": finn.pk}).status_code == 404
    assert AS not in client.get("/sign-in/").content.decode()


def test_from_another_machine_there_is_no_such_page(client: Client, finn: Person) -> None:
    assert client.get(AS, REMOTE_ADDR="192.168.0.7").status_code == 404
    assert client.post(AS, {"person": finn.pk}, REMOTE_ADDR="192.168.0.7").status_code == 404


def test_it_takes_a_form_of_ours(finn: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(AS, {"person": finn.pk}).status_code == 403


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client: Client, finn: Person, method: str) -> None:
    assert getattr(client, method)(AS, {"person": finn.pk}).status_code == 405


def test_whoever_is_signed_in_is_told_that_it_ends(as_dana: Client, finn: Person) -> None:
    assert "You are signed in as Dana Reyes" in as_dana.get(AS).content.decode()
    assert finn.is_active
