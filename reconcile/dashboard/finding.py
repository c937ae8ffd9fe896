"""What the palette finds among checks, runs and snapshots. Reading these is for everybody who signs in (§10)."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from ownership import wording
from ownership.models import Person
from ownership.parts import Found
from reconcile.checks.models import Check, Run
from reconcile.exports.models import Snapshot

MOST_OF_A_KIND = 5
LARGEST_NUMBER = 2**31 - 1


def checks(_: Person, text: str) -> list[Found]:
    """Return checks of whose name every word of ``text`` is a part, by name."""
    named = Q()
    for word in text.split():
        named &= Q(name__icontains=word)
    rows = Check.objects.filter(named).values_list("pk", "name").order_by("name")[:MOST_OF_A_KIND]
    return [Found(name, reverse("check", args=(key,)), "Check", "scale") for key, name in rows]


def runs(_: Person, text: str) -> list[Found]:
    """Return runs by number, newest first: "12", "run 12" and "#12" all mean the twelfth of any check."""
    number = text.lower().removeprefix("run").strip().removeprefix("#")
    if not (number.isascii() and number.isdecimal()) or int(number) > LARGEST_NUMBER:
        return []
    rows = (
        Run.objects.filter(number=int(number))
        .values_list("pk", "number", "check_compared__name", "left__as_of")
        .order_by("-pk")[:MOST_OF_A_KIND]
    )
    return [
        Found(
            f"Run {wording.number(number)} of {name}", reverse("run", args=(key,)), "Run", "play", wording.moment(as_of)
        )
        for key, number, name, as_of in rows
    ]


def snapshots(_: Person, text: str) -> list[Found]:
    """Return snapshots with ``text`` in the name of their file, newest first."""
    if not text:
        return []
    rows = (
        Snapshot.objects.filter(file_name__icontains=text)
        .values_list("pk", "file_name", "as_of")
        .order_by("-pk")[:MOST_OF_A_KIND]
    )
    return [
        Found(name, reverse("snapshot", args=(key,)), "Snapshot", "files", wording.moment(as_of))
        for key, name, as_of in rows
    ]
