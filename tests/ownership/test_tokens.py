"""Tokens: made once, shown once, kept as a digest, revoked for good."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ownership.models import ApiToken, Person
from ownership.services import tokens
from ownership.services.defining import Refused
from tests import build
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def shown(client: Client, name: str = "Nightly report") -> str:
    """Make a token on the page and return what it shows."""
    page = client.post("/tokens/", {"name": name}).content.decode()
    return page.partition('value="rcl_')[2].partition('"')[0]


def test_a_token_is_shown_once_and_only_its_digest_is_kept(as_dana: Client, dana: Person) -> None:
    answer = as_dana.post("/tokens/", {"name": "Nightly report"})
    assert "no-store" in answer["Cache-Control"]
    text = answer.content.decode().partition('value="')[2].partition('"')[0]
    (kept,) = ApiToken.objects.all()
    assert (kept.person, kept.name) == (dana, "Nightly report")
    assert text not in str(list(ApiToken.objects.values()))
    again = as_dana.get("/tokens/").content.decode()
    assert "rcl_" not in again
    assert "Nightly report" in again


def test_a_token_has_32_random_bytes(dana: Person) -> None:
    made = {tokens.make(person=dana, name=str(number))[1] for number in range(3)}
    assert len(made) == 3
    assert {len(text) for text in made} == {len("rcl_") + 43}


def test_it_reads_as_its_person(dana: Person) -> None:
    _, text = tokens.make(person=dana, name="x")
    assert tokens.reader(text) == dana
    for wrong in ("", "rcl_", text[:-1], text.lower(), f"{text} ", "x" * 10_000, "rcl_" + "ü" * 43):
        assert tokens.reader(wrong) is None


def test_revoked_it_reads_no_more_and_stays_in_the_list(as_dana: Client, dana: Person) -> None:
    token, text = tokens.make(person=dana, name="x")
    page = as_dana.post(f"/tokens/{token.pk}/revoke/", follow=True).content.decode()
    assert "The token for x is revoked: nobody reads with it any more." in page
    assert tokens.reader(text) is None
    token.refresh_from_db()
    before = token.revoked_at
    as_dana.post(f"/tokens/{token.pk}/revoke/")
    token.refresh_from_db()
    assert token.revoked_at == before


def test_whoever_left_reads_no_more(dana: Person) -> None:
    _, text = tokens.make(person=dana, name="x")
    Person.objects.filter(pk=dana.pk).update(is_active=False)
    assert tokens.reader(text) is None


def test_tokens_of_others_are_not_there(as_dana: Client) -> None:
    token, text = tokens.make(person=build.person(), name="Theirs")
    assert as_dana.post(f"/tokens/{token.pk}/revoke/").status_code == 404
    assert as_dana.post("/tokens/99999999999999999999/revoke/").status_code == 404
    assert "Theirs" not in as_dana.get("/tokens/").content.decode()
    assert tokens.reader(text) is not None


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (" ", "Say what the token is for"),
        ("x" * 101, "at most 100 characters"),
        ("NIGHTLY  report", "You have a token for NIGHTLY report already."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(as_dana: Client, dana: Person, name: str, sentence: str) -> None:
    tokens.make(person=dana, name="nightly report")
    answer = as_dana.post("/tokens/", {"name": name})
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert ApiToken.objects.count() == 1


def test_reloading_the_page_that_shows_a_token_makes_no_second(as_dana: Client) -> None:
    assert shown(as_dana)
    assert not shown(as_dana)
    assert ApiToken.objects.count() == 1


def test_twenty_are_in_use_at_most_and_revoking_makes_room(dana: Person) -> None:
    made = [tokens.make(person=dana, name=str(number))[0] for number in range(20)]
    with pytest.raises(Refused, match="You have 20 tokens"):
        tokens.make(person=dana, name="one more")
    tokens.revoke(person=dana, token_id=made[0].pk)
    tokens.make(person=dana, name="one more")


def test_when_it_was_last_used_is_written_once_a_minute(dana: Person) -> None:
    token, text = tokens.make(person=dana, name="x")
    assert tokens.reader(text)
    token.refresh_from_db()
    assert token.last_used_at is not None
    with CaptureQueriesContext(connection) as queries:
        tokens.reader(text)
    assert len(queries) == 1
    ApiToken.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    tokens.reader(text)
    before, token = token, ApiToken.objects.get()
    assert before.last_used_at is not None
    assert token.last_used_at is not None
    assert token.last_used_at >= before.last_used_at


def test_the_page_says_what_a_token_is_for_where_there_is_none(as_dana: Client) -> None:
    assert "None yet. Give one to each program that reads" in as_dana.get("/tokens/").content.decode()


def test_everybody_finds_the_page_behind_their_name(as_ada: Client) -> None:
    assert 'href="/tokens/"' in as_ada.get("/").content.decode()


def test_making_one_is_only_for_who_is_signed_in(dana: Person) -> None:
    assert Client().post("/tokens/", {"name": "x"})["Location"].startswith("/sign-in/")
    assert Client(enforce_csrf_checks=True).post("/tokens/").status_code in {302, 403}
    assert not ApiToken.objects.exists()
    assert signed_in(dana).get("/tokens/").status_code == 200
