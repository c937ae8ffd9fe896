"""Who may do what, as predicates. Whether the state of a thing allows it is asked elsewhere.

Roles are not exclusive: an administrator who leads a team may do what its lead may, and nothing more for being one.
"""

from rules.predicates import predicate

from ownership.models import Person, Role, Team


@predicate
def may_sign_in(person: Person) -> bool:
    """Signed in, and not stopped since."""
    return person.is_authenticated and person.is_active


@predicate
def administers(person: Person) -> bool:
    """An administrator."""
    return person.is_active and person.role == Role.ADMINISTRATOR


@predicate
def leads_a_team(person: Person) -> bool:
    """A team lead, by role or because a team names this person."""
    return person.is_active and (person.role == Role.LEAD or Team.objects.filter(lead_id=person.pk).exists())


@predicate
def may_remove_example(person: Person) -> bool:
    """Whoever may sign in others, or leads a team, may also take the example away."""
    return bool(administers(person) or leads_a_team(person))


def leads(person: Person, team: Team | None) -> bool:
    """Return whether ``person`` leads ``team``. What belongs to no team is open to the lead of any."""
    if team is None:
        return bool(leads_a_team(person))
    if not person.is_active:
        return False
    return team.lead_id == person.pk or (person.role == Role.LEAD and person.team_id == team.pk)
