"""Who may do what with boundaries and their maps. Everybody who signs in reads them."""

from __future__ import annotations

from boundaries.models import Boundary
from ownership.models import Team
from ownership.permissions import Leading


def drawing(boundary: Boundary) -> set[int]:
    """Return the ids of the teams whose leads draw ``boundary`` (out of ``maps.whole``).

    The one that owns it, those that do a step of it, and the owners of its two systems.
    """
    systems = (boundary.from_system, boundary.to_system)
    teams = {
        boundary.owner_id,
        *(system.owner_id for system in systems),
        *(one.team_id for one in boundary.steps.all()),
    }
    return {team for team in teams if team is not None}


def who_draws(boundary: Boundary) -> str:
    """Return in a sentence who draws ``boundary``: the leads of which teams, by name."""
    teams = Team.objects.filter(pk__in=drawing(boundary)).select_related("lead").order_by("name")
    if not teams:
        return f"{boundary.name} belongs to no team yet: the lead of any team draws it."
    names = [f"{team.name} ({team.lead.name})" if team.lead else team.name for team in teams]
    return f"{boundary.name} is drawn by the lead of {' or '.join(names)}."


class MapRights(Leading):
    """What one person may do with maps."""

    def edits(self, boundary: Boundary) -> bool:
        """Draw the map: the lead of a team on it; one of no team is open to every lead, and to who added it."""
        teams = drawing(boundary)
        mine = boundary.added_by_id is not None and boundary.added_by_id == self.person.pk
        return self.leads and (mine or not teams or not teams.isdisjoint(self.led))
