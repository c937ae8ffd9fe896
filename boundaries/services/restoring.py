"""Making a map what it was at an earlier version."""

from __future__ import annotations

from django.db import transaction

from boundaries.models import Boundary
from boundaries.queries import versions
from boundaries.services.checking import Refused
from boundaries.services.defining import define
from ownership.models import Person


@transaction.atomic
def restore(boundary: Boundary, *, number: int, person: Person, reason: str = "") -> Boundary:
    """Make the map of ``boundary`` what it was after change ``number`` and return it, read anew.

    That is a change like any other: it gets a version of its own and can be undone. Raises Refused if there is no such
    version, or if the map names what is no longer there.
    """
    kept = versions.version(boundary, number)
    if kept is None:
        message = f"There is no change {number} of this map."
        raise Refused(message)
    why = reason.strip() or f"As it was after change {number}."
    return define(boundary, versions.map_of(kept), person=person, reason=why)
