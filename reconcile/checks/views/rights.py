"""Who asks, and whether they may: the first lines of every view that changes a check."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from ownership.models import Person
from ownership.queries.people import who_can_help
from ownership.views.asking import person_of
from reconcile.checks.models import Check, Draft
from reconcile.checks.permissions import may_make_checks, may_work_on
from reconcile.checks.queries.drafts import draft_of

MAKERS = "Checks are made by the leads of teams."


def maker_of(request: HttpRequest) -> Person:
    """Whoever is signed in and may make checks. Raises PermissionDenied."""
    person = person_of(request)
    if not may_make_checks(person):
        message = f"{MAKERS} {who_can_help(person)}"
        raise PermissionDenied(message)
    return person


def require_work_on(person: Person, check: Check) -> None:
    """Raise PermissionDenied unless ``person`` may run and change ``check``."""
    if not may_work_on(person, check):
        message = (
            f"{check.name[:60]} is run and changed by the lead of {check.owner.name if check.owner else 'a team'}."
        )
        raise PermissionDenied(message)


def own_draft(request: HttpRequest, draft_id: UUID) -> Draft:
    """The draft of whoever is signed in. Raises Http404 where there is none, PermissionDenied without the right."""
    person = maker_of(request)
    try:
        draft = draft_of(person, draft_id)
    except Draft.DoesNotExist as missing:
        raise Http404 from missing
    if draft.check_edited is not None:
        require_work_on(person, draft.check_edited)
    return draft
