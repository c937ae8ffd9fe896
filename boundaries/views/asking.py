"""Who asks, about which boundary, and whether they may: the first lines of every view about boundaries."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from boundaries.models import Boundary
from boundaries.permissions import MapRights, who_draws
from boundaries.queries import maps
from ownership.queries import people
from ownership.views.asking import person_of

__all__ = ["boundary_of", "person_of", "require_edit", "require_lead", "rights_of"]


def rights_of(request: HttpRequest) -> MapRights:
    """What whoever is signed in may do with maps."""
    return MapRights(person_of(request))


def boundary_of(slug: str, *, removed: bool = False) -> Boundary:
    """The boundary at that address with its whole map. Raises Http404; also for a removed one, unless ``removed``."""
    found = Boundary.objects.filter(slug=slug)
    try:
        return maps.whole(found if removed else found.filter(removed_at=None)).get()
    except Boundary.DoesNotExist as missing:
        raise Http404 from missing


def require_edit(rights: MapRights, boundary: Boundary) -> None:
    """Raise PermissionDenied, with who may, unless ``boundary`` (out of ``maps.whole``) is theirs to draw."""
    if not rights.edits(boundary):
        raise PermissionDenied(who_draws(boundary))


def require_lead(rights: MapRights) -> None:
    """Raise PermissionDenied unless they lead a team: whoever does may add boundaries and bring maps."""
    if not rights.adds:
        message = f"Boundaries are added and drawn by the leads of teams. {people.who_can_help(rights.person)}"
        raise PermissionDenied(message)
