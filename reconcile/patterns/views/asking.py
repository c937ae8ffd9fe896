"""Which pattern is asked about, and whether whoever asks may shape it: the first lines of every view of patterns."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from ownership.models import Person
from ownership.views.asking import person_of
from reconcile.checks.models import Check
from reconcile.patterns.models import Pattern
from reconcile.patterns.permissions import may_shape
from reconcile.patterns.queries import patterns as queries

NAME_SHOWN = 60


def pattern_of(pattern_id: int) -> Pattern:
    """One pattern with what stands around it. Raises Http404."""
    try:
        return queries.pattern_of(pattern_id)
    except (Pattern.DoesNotExist, OverflowError) as missing:
        raise Http404 from missing


def to_shape(request: HttpRequest, pattern_id: int) -> tuple[Pattern, Person]:
    """The pattern and whoever shapes it. Raises Http404, and PermissionDenied without the right."""
    pattern = pattern_of(pattern_id)
    person = person_of(request)
    if not may_shape(person, pattern):
        raise PermissionDenied(who_shapes(pattern.check_compared))
    return pattern, person


def who_shapes(check: Check) -> str:
    """Return in a sentence who names, splits and merges the patterns of a check."""
    lead = f"the lead of {check.owner.name[:NAME_SHOWN]}" if check.owner else "the leads of teams"
    return f"Patterns of {check.name[:NAME_SHOWN]} are named, split, merged and answered for by {lead}."
