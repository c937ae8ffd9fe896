"""Making a field again what it was at an earlier version: an edit like any other, with a version of its own."""

from __future__ import annotations

from ownership.definitions import Definition
from ownership.models import Field, Person
from ownership.queries import versions
from ownership.services.defining import Refused
from ownership.services.editing import edit


def restore(field: Field, *, number: int, person: Person, reason: str = "") -> Field:
    """Make ``field`` what it was at version ``number`` and return it, read anew.

    A rule in force stays in force: what is restored begins its next version. Raises Refused (there is no such version,
    or a team, system or person it names is there no more) and NeedsReason.
    """
    version = versions.version(field, number)
    if version is None:
        sentence = f"{field.name} has no change {number}."
        raise Refused(sentence)
    wanted = Definition.from_json(version.data)
    return edit(field, lambda _: wanted, seen=0, person=person, reason=reason)
