"""Who may do what with checks and runs (§10). Reading them is for everybody who signs in."""

from ownership.models import Person
from ownership.permissions import leads, leads_a_team
from reconcile.checks.models import Check


def may_make_checks(person: Person) -> bool:
    """Put a new check together, and so upload exports."""
    return bool(leads_a_team(person))


def may_work_on(person: Person, check: Check) -> bool:
    """Run, cancel, confirm and edit this check: the lead of the team that owns it."""
    return leads(person, check.owner)
