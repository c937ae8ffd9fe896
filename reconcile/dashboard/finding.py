"""What the palette finds among fields, boundaries, patterns, teams, systems, people, checks, runs and snapshots.

Reading these is for everybody who signs in (§10).
"""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from boundaries.models import Boundary
from ownership import wording
from ownership.models import Field, Person, RecordType, System, Team
from ownership.parts import Found
from reconcile.checks.models import Check, Run
from reconcile.exports.models import Snapshot
from reconcile.patterns.queries.patterns import every_pattern
from reconcile.patterns.queries.seen import masking_for, seen

MOST_OF_A_KIND = 5
LARGEST_NUMBER = 2**31 - 1
MOST_LOOKED_AT = 50


def fields(_: Person, text: str) -> list[Found]:
    """Return fields of whose name or subject every word of ``text`` is a part, by name."""
    if not text:
        return []
    found = Field.objects.filter(_named(text, "name", "subject"), removed_at=None).order_by("name")[:MOST_OF_A_KIND]
    return [Found(one.name, one.get_absolute_url(), "Field", "table-2", one.subject) for one in found]


def boundaries(_: Person, text: str) -> list[Found]:
    """Return boundaries of whose name or systems every word of ``text`` is a part, by name."""
    if not text:
        return []
    named = _named(text, "name", "from_system__name", "to_system__name")
    rows = Boundary.objects.filter(named, removed_at=None).select_related("from_system", "to_system").order_by("name")
    return [
        Found(one.name, one.get_absolute_url(), "Boundary", "route", f"{one.from_system} → {one.to_system}")
        for one in rows[:MOST_OF_A_KIND]
    ]


def patterns(person: Person, text: str) -> list[Found]:
    """Return patterns in whose name or check every word of ``text`` is, those that stand first, the largest first.

    A name that tells a masked value is neither shown nor found by it.
    """
    words = text.casefold().split()
    if not words:
        return []

    def named(name: str, check: Check) -> bool:
        return all(word in f"{name} {check.name}".casefold() for word in words)

    likely = [one for one in every_pattern(gone=True) if named(one.name, one.pattern.check_compared)]
    masking = masking_for(person)
    told = [seen(one, masking(one.pattern.check_compared)) for one in likely[:MOST_LOOKED_AT]]
    fitting = [one for one in told if named(one.name, one.shown.pattern.check_compared)]
    return [
        Found(
            one.name,
            reverse("pattern", args=(one.shown.pattern.pk,)),
            "Pattern",
            "shapes",
            one.shown.pattern.check_compared.name,
        )
        for one in fitting[:MOST_OF_A_KIND]
    ]


def places(_: Person, text: str) -> list[Found]:
    """Return teams, systems and record types of whose name every word of ``text`` is a part, by name."""
    if not text:
        return []
    named = _named(text, "name")
    teams = Team.objects.filter(named).order_by("name")[:MOST_OF_A_KIND]
    systems = System.objects.filter(named).order_by("name")[:MOST_OF_A_KIND]
    kinds = RecordType.objects.filter(_named(text, "name", "system__name")).select_related("system")[:MOST_OF_A_KIND]
    return [
        *(Found(one.name, one.get_absolute_url(), "Team", "users-round") for one in teams),
        *(Found(one.name, one.get_absolute_url(), "System", "database") for one in systems),
        *(
            Found(one.name, reverse("record_type", args=(one.pk,)), "Record type", "layers", str(one.system))
            for one in kinds
        ),
    ]


def people(_: Person, text: str) -> list[Found]:
    """Return people of whose name or address every word of ``text`` is a part, by name; those who left last."""
    if not text:
        return []
    found = Person.objects.filter(_named(text, "name", "email")).select_related("team")
    return [
        Found(one.name, one.get_absolute_url(), "Person", "circle-user-round", _about(one))
        for one in found.order_by("-is_active", "name", "pk")[:MOST_OF_A_KIND]
    ]


def _about(person: Person) -> str:
    return (person.team.name if person.team else person.email) if person.is_active else "has left"


def _named(text: str, *columns: str) -> Q:
    """Rows in which each word of ``text`` is in one of ``columns``."""
    named = Q()
    for word in text.split():
        anywhere = Q()
        for column in columns:
            anywhere |= Q(**{f"{column}__icontains": word})
        named &= anywhere
    return named


def checks(_: Person, text: str) -> list[Found]:
    """Return checks of whose name every word of ``text`` is a part, by name."""
    rows = Check.objects.filter(_named(text, "name")).values_list("pk", "name").order_by("name")[:MOST_OF_A_KIND]
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
