"""Of which day an export is: what somebody says, or its name; never the day on which it came in."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from django.utils import timezone

from reconcile.exports.models import Snapshot

_DATES = (
    re.compile(r"(?<!\d)(?P<year>20\d\d)[-_. ]?(?P<month>[01]\d)[-_. ]?(?P<day>[0-3]\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<day>[0-3]\d)[-_. ](?P<month>[01]\d)[-_. ](?P<year>20\d\d)(?!\d)"),
)


def date_in(file_name: str) -> date | None:
    """The one date that a file name holds, None when it holds none or several: "crm_2026-11-20.csv"."""
    found = {day for pattern in _DATES for hit in pattern.finditer(file_name) if (day := _day(hit))}
    return found.pop() if len(found) == 1 else None


def beginning_of(day: date) -> datetime:
    """The moment at which a day begins in the project's time zone: an export of a day is taken as made then."""
    return timezone.make_aware(datetime.combine(day, time()))


def moment_in(file_name: str) -> datetime | None:
    """The moment that a file name speaks of, None where it holds no one date."""
    day = date_in(file_name)
    return beginning_of(day) if day else None


def stands_for(*, snapshot: Snapshot, day: date | None) -> None:
    """Say of which day a snapshot is. What a run has compared stays as it was; with None nothing is said."""
    if day is None:
        return
    moment = beginning_of(day)
    unused = Snapshot.objects.filter(pk=snapshot.pk, runs_left=None, runs_right=None)
    if unused.update(as_of=moment, as_of_known=True):
        snapshot.as_of, snapshot.as_of_known = moment, True


def _day(hit: re.Match[str]) -> date | None:
    try:
        return date(int(hit["year"]), int(hit["month"]), int(hit["day"]))
    except ValueError:
        return None
