"""Who may do what with exports (§10). Reading them is for everybody who signs in."""

from ownership.models import Person
from ownership.permissions import leads_a_team

LEADS_ONLY = "Exports are uploaded by people who lead a team. An administrator can make you one."


def may_upload(person: Person) -> bool:
    """Send in an export, and say how it is to be read."""
    return bool(leads_a_team(person))
