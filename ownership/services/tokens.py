"""Tokens with which programs read as a person. Only digests are kept; a token itself is shown once."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import NoReturn

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from ownership.models import ApiToken, Person
from ownership.services.defining import Refused

BEGINS = "rcl_"
RANDOM_BYTES = 32
LONGEST = 200
MOST = 20
# So that a program that asks every second does not write every second.
USED_EVERY = timedelta(minutes=1)


@transaction.atomic
def make(*, person: Person, name: str) -> tuple[ApiToken, str]:
    """Return a new token of ``person`` and its text, which nobody can read again. Raises Refused."""
    # Two forms sent at the same time: the second waits here and counts the token of the first.
    Person.objects.select_for_update().get(pk=person.pk)
    said = " ".join(name.split())
    in_use = list(in_use_of(person))
    if not said:
        _refuse("Say what the token is for, such as the name of the program.")
    if len(said) > 100:
        _refuse("What it is for: at most 100 characters.")
    if any(one.name.casefold() == said.casefold() for one in in_use):
        _refuse(f"You have a token for {said} already. Revoke it, or give this one another name.")
    if len(in_use) >= MOST:
        _refuse(f"You have {MOST} tokens, which is the most there can be. Revoke one that is not used.")
    text = BEGINS + secrets.token_urlsafe(RANDOM_BYTES)
    return ApiToken.objects.create(person=person, name=said, digest=digest(text)), text


def revoke(*, person: Person, token_id: int) -> ApiToken:
    """End a token of ``person``, from this moment on; ending it twice is no fault. Raises ApiToken.DoesNotExist."""
    token = ApiToken.objects.get(pk=token_id, person=person)
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
    return token


def in_use_of(person: Person) -> QuerySet[ApiToken]:
    """Return the tokens of ``person`` that still let somebody in, newest first."""
    return ApiToken.objects.filter(person=person, revoked_at=None)


def reader(text: str) -> Person | None:
    """Return who reads with the token ``text``; None if it is not one of ours, was revoked, or its person left."""
    if not text.startswith(BEGINS) or len(text) > LONGEST:
        return None
    known = ApiToken.objects.filter(digest=digest(text), revoked_at=None, person__is_active=True)
    token = known.select_related("person").first()
    if token is None:
        return None
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= USED_EVERY:
        long_ago = Q(last_used_at=None) | Q(last_used_at__lte=now - USED_EVERY)
        ApiToken.objects.filter(long_ago, pk=token.pk).update(last_used_at=now)
    return token.person


def _refuse(sentence: str) -> NoReturn:
    raise Refused(sentence, "name")


def digest(text: str) -> str:
    """Return what is kept of a token: it has too many random bits for anybody to find it from this."""
    return sha256(text.encode()).hexdigest()
