"""Who else edits the table just now, and what others changed since one looked last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from ownership.models import Field, FieldVersion, Person, Presence
from ownership.queries import registry

# The page says where one is every five seconds.
SEEN = timedelta(seconds=20)
COLOURS = 6
# The rest comes with the next asking.
MOST_VERSIONS = 200


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else on the page; ``colour`` is a number from 0 to 5, always the same for a person."""

    name: str
    initials: str
    cell: str
    colour: int

    def to_json(self) -> dict[str, Any]:
        """Return it as the editable table takes it."""
        return {"name": self.name, "initials": self.initials, "cell": self.cell, "colour": self.colour}


def others(person: Person, *, page: str) -> list[Other]:
    """Return who else was seen on ``page`` in the last 20 seconds, by name. One query."""
    seen = Presence.objects.filter(page=page, seen_at__gte=timezone.now() - SEEN).exclude(person=person)
    return [
        Other(one.person.name, initials(one.person.name), one.cell, one.person_id % COLOURS)
        for one in seen.select_related("person").order_by("person__name", "person_id")
    ]


def initials(name: str) -> str:
    """Return the first letters of the first and the last word: "Finn Okafor" gives "FO"."""
    words = name.split()
    return "".join(word[0] for word in dict.fromkeys((*words[:1], *words[-1:]))).upper() or "?"


def token() -> int:
    """Return where the history of all fields ends now."""
    return FieldVersion.objects.aggregate(last=Max("pk"))["last"] or 0


@dataclass(frozen=True)
class Since:
    """What others changed after ``since``: fields as they are now, ids of those removed, and where to ask on."""

    fields: list[Field]
    removed: list[int]
    token: int


def changed_since(since: int, *, person: Person) -> Since:
    """Return the fields that others than ``person`` changed after ``since``. One query where there are none."""
    versions = list(
        FieldVersion.objects.filter(pk__gt=since).order_by("pk").values_list("pk", "field_id", "by_id")[:MOST_VERSIONS]
    )
    ids = {field_id for _, field_id, by_id in versions if by_id != person.pk}
    fields = list(registry.whole(Field.objects.filter(pk__in=ids))) if ids else []
    return Since(
        fields=[one for one in fields if one.removed_at is None],
        removed=[one.pk for one in fields if one.removed_at is not None],
        token=versions[-1][0] if versions else since,
    )
