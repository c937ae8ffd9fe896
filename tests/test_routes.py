"""Every route is in the table of roles and routes, and answers what the table says."""

from collections.abc import Iterable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from ownership.models import Role
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
    return Client() if who == NOBODY else signed_in(build.person(email=f"{who}@example.com", role=Role(who)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "who", "answer"),
    [
        pytest.param(address, who, answer, id=f"{route or 'home'} as {who}")
        for route, (address, answers) in ROUTES.items()
        for who, answer in zip(WHO, answers, strict=True)
    ],
)
def test_each_role_gets_the_answer_of_the_table(address: str, who: str, answer: Answer) -> None:
    build.person(email="somebody@example.com")
    response = browser_of(who).get(address, follow=True)
    if isinstance(answer, int):
        assert (response.status_code, response.redirect_chain) == (answer, [])
    else:
        assert response.request["PATH_INFO"] == WHERE[answer]
        assert response.status_code == 200


@pytest.mark.django_db
def test_an_unknown_address_is_not_there_for_anybody() -> None:
    for who in WHO:
        assert browser_of(who).get("/nowhere/").status_code == 404
