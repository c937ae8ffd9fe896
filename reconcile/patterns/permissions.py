"""Who may name, split, merge and answer for patterns (§10)."""

from __future__ import annotations

from ownership.models import Person
from reconcile.checks.permissions import may_work_on
from reconcile.patterns.models import Pattern


def may_shape(person: Person, pattern: Pattern) -> bool:
    """Whether ``person`` may name, split and merge a pattern and say what event should update both systems."""
    return may_work_on(person, pattern.check_compared)
