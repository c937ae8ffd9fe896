"""Where people edit just now. Cheap: asked every few seconds by everybody who has the table open."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone

from ownership.models import Person, Presence

CELL = re.compile(r"(?:(?:\d{1,19}|new-[\w-]{1,60}):[a-z_]{1,20})?", re.ASCII)
# Who was seen this recently and has not moved is not written down again.
STILL_SEEN = timedelta(seconds=5)


def be_present(person: Person, *, page: str, cell: str) -> None:
    """Note that ``person`` is on ``page``, in ``cell`` ("12:owner", or nothing); not if that is known already.

    Leaves the database alone in the usual case, and needs no transaction.
    """
    now = timezone.now()
    mine = Presence.objects.filter(person=person, page=page)
    known = mine.first()
    if known is not None and known.cell == cell and known.seen_at > now - STILL_SEEN:
        return
    if known is None or not mine.update(cell=cell, seen_at=now):
        # Two windows of one person may get here at once: the one row is there then.
        Presence.objects.bulk_create(
            [Presence(person=person, page=page, cell=cell, seen_at=now)], ignore_conflicts=True
        )


def is_cell(text: object) -> bool:
    """Return whether ``text`` names a cell: a row and a column, or nothing."""
    return isinstance(text, str) and bool(CELL.fullmatch(text))
