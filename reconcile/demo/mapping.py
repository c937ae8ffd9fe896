"""The demo company's hand-off map in the database, drawn by its two leads over eight weeks and tied to its check.

All in one transaction and through the services people use; afterwards each version is put where it stands in time.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from boundaries.models import Boundary, BoundaryVersion
from boundaries.services.defining import Names, define
from ownership.models import Person
from ownership.permissions import leads
from reconcile.demo import boundary as story
from reconcile.demo import company, telling
from reconcile.demo.company import Company

TIED_WHY = "The check compares what this hand-off carries."
# The time of day at which somebody in this company gets to drawing.
HOUR, MINUTE = 15, 20
# The check is there by then, and has not learnt yet which words mean the same.
TIED_DAYS_AGO = 45


def draw(there: Company, *, today: datetime) -> None:
    """Draw the map unless it is there. Nothing happens where the teams have other leads by now."""
    people = {one.email.partition(".")[0]: one for one in Person.objects.filter(is_demo=True)}
    if not Boundary.objects.filter(is_demo=True).exists() and _able(there, people):
        with transaction.atomic():
            _draw(there, people, today)


def _able(there: Company, people: dict[str, Person]) -> bool:
    leading = ((story.DANA, there.crm.owner), (story.FINN, there.billing.owner))
    return all(who in people and team is not None and leads(people[who], team) for who, team in leading)


def _draw(there: Company, people: dict[str, Person], today: datetime) -> None:
    drafts = story.told(_names(there), today=timezone.localdate(today))
    names = Names.now(creates=False, demo=True)
    drawn: Boundary | None = None
    for draft in drafts:
        drawn = define(drawn, draft.said, person=people[draft.who], reason=draft.reason, names=names)
    assert drawn is not None  # noqa: S101 - for the types: the story has a first draft
    for number, draft in enumerate(drafts, start=1):
        BoundaryVersion.objects.filter(boundary=drawn, number=number).update(at=_ago(today, draft.days_ago))
    Boundary.objects.filter(pk=drawn.pk).update(created_at=_ago(today, drafts[0].days_ago))
    company.tie(there.check, drawn, reason=TIED_WHY, at=_ago(today, TIED_DAYS_AGO))


def _names(there: Company) -> story.Names:
    assert there.crm.owner is not None  # noqa: S101 - for the types: `_able` has seen to it
    assert there.billing.owner is not None  # noqa: S101
    return story.Names(
        there.crm.name,
        there.billing.name,
        there.crm.owner.name,
        there.billing.owner.name,
        telling.called,
        _free_name(),
    )


def _free_name() -> str:
    taken = Boundary.objects.filter(removed_at=None, name__iexact=story.NAME).exists()
    return f"{story.NAME} (example)" if taken else story.NAME


def _ago(today: datetime, days: int) -> datetime:
    then = timezone.localtime(today) - timedelta(days=days)
    return then.replace(hour=HOUR, minute=MINUTE, second=0, microsecond=0)
