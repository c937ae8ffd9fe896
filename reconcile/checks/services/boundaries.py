"""Saying across which boundary a check compares."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from boundaries.models import Boundary
from ownership.history import save_with_reason
from ownership.models import Person
from reconcile.checks.models import Check
from reconcile.checks.permissions import may_work_on


@transaction.atomic
def set_boundary(*, check: Check, boundary: Boundary | None, person: Person, reason: str = "") -> bool:
    """Make ``boundary`` the one that ``check`` compares across, None for none; return whether that is new.

    Raises PermissionDenied.
    """
    kept = Check.objects.select_for_update(of=("self",)).get(pk=check.pk)
    if not may_work_on(person, kept):
        message = f"{kept} is changed by the lead of {kept.owner.name if kept.owner else 'a team'}."
        raise PermissionDenied(message)
    wanted = boundary.pk if boundary else None
    if kept.boundary_id == wanted:
        return False
    kept.boundary = boundary
    save_with_reason(kept, reason=reason)
    check.boundary = boundary
    return True
