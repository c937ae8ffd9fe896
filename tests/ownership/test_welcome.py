"""The first start: one link, one administrator, then never again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from ownership.models import Person, Role, Team
from ownership.permissions import leads
from ownership.services import people as services
from tests import build

ANSWERS = {
    "email": "Ada@Example.com",
    "name": "Ada Bell",
    "team": "Finance",
    "password1": build.PASSWORD,
    "password2": build.PASSWORD,
}

pytestmark = pytest.mark.django_db


def link() -> str:
    out = StringIO()
    call_command("welcome_link", "--address", "http://testserver/", stdout=out)
    return out.getvalue().strip()


def test_the_link_makes_its_holder_administrator_and_signs_them_in(client: Client) -> None:
    address = link()
    assert client.get(address).status_code == 200
    assert client.post(address, ANSWERS, follow=True).redirect_chain == [("/", 302)]
    ada = Person.objects.get()
    assert (ada.email, ada.name, ada.role) == ("ada@example.com", "Ada Bell", Role.ADMINISTRATOR)
    assert client.get("/admin/ownership/person/").status_code == 200


def test_the_first_administrator_leads_the_team_they_name(client: Client) -> None:
    client.post(link(), ANSWERS)
    ada = Person.objects.get()
    assert ada.team is not None
    assert (ada.team.name, ada.team.lead, ada.team.is_demo) == ("Finance", ada, False)
    assert leads(ada, ada.team)


def test_a_team_of_the_example_steps_aside_for_one_of_the_same_name(client: Client) -> None:
    example = build.team(name="Finance")
    Team.objects.update(is_demo=True)
    client.post(link(), ANSWERS)
    example.refresh_from_db()
    assert (example.name, example.lead) == ("Finance (example)", None)
    assert Team.objects.get(name="Finance").lead == Person.objects.get()


def test_people_of_the_example_do_not_end_the_first_start(client: Client) -> None:
    build.person()
    Person.objects.update(is_demo=True)
    client.post(link(), ANSWERS)
    assert Person.objects.filter(role=Role.ADMINISTRATOR).count() == 1


def test_the_link_works_once(client: Client) -> None:
    address = link()
    client.post(address, ANSWERS)
    again = Client().post(address, {**ANSWERS, "email": "eve@example.com"})
    assert again.status_code == 404
    assert "This link does not work" in again.content.decode()
    assert Person.objects.count() == 1


def test_no_link_is_printed_once_there_is_a_person() -> None:
    build.person()
    assert link() == ""


@pytest.mark.parametrize("spoil", [lambda token: token[:-1], lambda token: "x" + token, lambda _: "никто", str.upper])
def test_a_link_that_is_not_ours_changes_nothing(client: Client, spoil: Callable[[str], str]) -> None:
    token = services.welcome_token() or ""
    assert client.post(f"/welcome/{spoil(token)}/", ANSWERS).status_code == 404
    assert not Person.objects.exists()


def test_a_link_older_than_a_week_is_over(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    address = link()
    later = (timezone.now() + timedelta(days=8)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"password2": "another one entirely"}, "The two password fields didn\N{RIGHT SINGLE QUOTATION MARK}t match."),
        ({"password1": "short", "password2": "short"}, "This password is too short."),
        ({"password1": "ada@example.com", "password2": "ada@example.com"}, "too similar to the"),
        ({"email": "no address"}, "Enter a valid email address."),
        ({"email": ""}, "This field is required."),
        ({"name": " "}, "This field is required."),
        ({"team": " "}, "This field is required."),
        ({"team": "A" * 101}, "at most 100 characters"),
        ({"name": "A\x00B"}, "Null characters are not allowed."),
        ({"name": "A" * 151}, "at most 150 characters"),
    ],
)
def test_what_cannot_be_is_said_and_makes_nobody(client: Client, answers: dict[str, str], sentence: str) -> None:
    response = client.post(link(), {**ANSWERS, **answers})
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not Person.objects.exists()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    assert getattr(client, method)(link()).status_code == 405


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_browsers_with_the_link_at_once_make_one_administrator() -> None:
    address = link()

    def become(number: int) -> int:
        try:
            return Client().post(address, {**ANSWERS, "email": f"ada{number}@example.com"}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as browsers:
        assert sorted(browsers.map(become, range(4))) == [302, 404, 404, 404]
    assert Person.objects.count() == 1
