"""Every route is in the table of roles and routes, and answers what the table says."""

from collections.abc import Iterable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from ownership.models import Person, Role
from tests import build
from tests.conftest import signed_in
from tests.roles import HOME, NOBODY, PASSWORD, ROUTES, SIGN_IN, WHO, Answer

WHERE = {SIGN_IN: "/sign-in/", HOME: "/", PASSWORD: "/password/"}


def spelled_out(patterns: Iterable[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern) or pattern.namespace == "admin":
            yield route
        else:
            yield from spelled_out(pattern.url_patterns, route)


def test_every_route_is_in_the_table_and_the_table_names_no_other() -> None:
    assert sorted(spelled_out(get_resolver().url_patterns)) == sorted(ROUTES)


def browser_of(who: str) -> Client:
    if who == NOBODY:
        return Client()
    email = f"{who}@example.com"
    known = Person.objects.filter(email=email).first()
    return signed_in(known or build.person(email=email, role=Role(who)))


def answered(who: str, address: str) -> Answer | tuple[int, str]:
    """Return what somebody gets from an address, as the table says it."""
    response = browser_of(who).get(address, follow=True)
    list(response)  # a file that is sent is closed once it is sent
    if not response.redirect_chain:
        return response.status_code
    there = response.request["PATH_INFO"]
    if response.status_code != 200:
        return response.status_code, there
    return next((said for said, place in WHERE.items() if place == there), (response.status_code, there))


@pytest.mark.django_db
@pytest.mark.parametrize("who", WHO)
def test_each_role_gets_the_answers_of_the_table(who: str) -> None:
    build.person(email="somebody@example.com")
    filled = build.addressed()
    wrong = {
        route: f"{answer} expected, {said} given"
        for route, (address, answers) in ROUTES.items()
        if (said := answered(who, address.format_map(filled))) != (answer := answers[WHO.index(who)])
    }
    assert wrong == {}


@pytest.mark.django_db
def test_an_unknown_address_is_not_there_for_anybody() -> None:
    for who in WHO:
        assert browser_of(who).get("/nowhere/").status_code == 404
