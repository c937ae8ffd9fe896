"""Who may do what, as predicates. Whether the state of a thing allows it is asked elsewhere.

Roles are not exclusive: an administrator who leads a team may do what its lead may, and nothing more for being one.
"""

from rules.predicates import predicate

from ownership.models import Field, OwnershipRule, Person, Role, Team


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


def teams_led(person: Person) -> set[int]:
    """Return the ids of the teams ``person`` leads. One query."""
    if not person.is_active:
        return set()
    led = set(Team.objects.filter(lead_id=person.pk).values_list("pk", flat=True))
    return led | ({person.team_id} if person.role == Role.LEAD and person.team_id else set())


def owning_and_editing(field: Field) -> set[int]:
    """Return the ids of the teams that own ``field`` or edit it in a system.

    Owning is what the version in force says, and only without one what people work on: nobody comes to own a field, or
    to see its values, by writing so into a draft.
    """
    rule = field.in_force or field.working
    editing = {editing.team_id for use in field.uses.all() for editing in use.editings.all()}
    return editing | ({rule.owner_id} if rule and rule.owner_id else set())


def who_edits(field: Field) -> str:
    """Return in a sentence who edits ``field``: the leads of which teams, by name."""
    teams = Team.objects.filter(pk__in=owning_and_editing(field)).select_related("lead").order_by("name")
    if not teams:
        return f"{field.name} belongs to no team yet: the lead of any team edits it."
    names = [f"{team.name} ({team.lead.name})" if team.lead else team.name for team in teams]
    return f"{field.name} is edited by the lead of {' or '.join(names)}."


def touching(field: Field, rule: OwnershipRule | None = None) -> dict[int, Team]:
    """Return, by id, the teams that have to agree to ``rule`` of ``field``.

    They own it by that version (or else the one people work on), or by the one in force: nobody loses a field without
    being asked. Or they edit it, or own a system that stores it.
    """
    versions = (rule or field.shown, field.in_force)
    teams = {one.owner.pk: one.owner for one in versions if one and one.owner}
    for use in field.uses.all():
        teams |= {editing.team.pk: editing.team for editing in use.editings.all()}
        if use.system.owner:
            teams[use.system.owner.pk] = use.system.owner
    return teams


class Leading:
    """Which teams one person leads, worked out once for all that a page shows: one query, then none a row."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.led = teams_led(person)
        self.leads = person.is_active and (person.role == Role.LEAD or bool(self.led))

    @property
    def adds(self) -> bool:
        """Add a field or a boundary, bring a sheet or a map, suggest what one may not edit: the lead of any team."""
        return self.leads


class Rights(Leading):
    """What one person may do with fields."""

    def edits(self, field: Field) -> bool:
        """Edit the field: the lead of a team that owns or edits it; a field of no team is open to every lead.

        Who added it goes on until a version is in force: writing down another team as the owner comes before the rest.
        """
        teams = owning_and_editing(field)
        added = field.added_by_id is not None and field.added_by_id == self.person.pk and field.in_force is None
        return self.leads and (added or not teams or not teams.isdisjoint(self.led))

    def suggests(self, field: Field) -> bool:
        """Suggest what somebody else then takes or declines."""
        return self.leads and not self.edits(field)

    def answers_for(self, team_id: int) -> bool:
        """Claim, agree and object in the name of a team: its lead."""
        return team_id in self.led

    def sees_values(self, field: Field) -> bool:
        """See values of a sensitive field: leads of teams that own or edit it, its approver and the deputy."""
        rule = field.in_force or field.working
        deciding = {rule.approver_id, rule.deputy_id} if rule else set()
        return (
            not field.sensitive
            or (self.person.is_active and self.person.pk in deciding)
            or not owning_and_editing(field).isdisjoint(self.led)
        )
