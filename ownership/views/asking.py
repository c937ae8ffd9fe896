"""Who asks, about which field, and whether they may: the first lines of every view about fields."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from ownership.models import Field, Person
from ownership.permissions import Rights, who_edits
from ownership.queries import people, registry


def person_of(request: HttpRequest) -> Person:
    """Whoever is signed in."""
    assert isinstance(request.user, Person)  # noqa: S101 - for the types: whoever is not signed in never gets here
    return request.user


def rights_of(request: HttpRequest) -> Rights:
    """What whoever is signed in may do with fields."""
    return Rights(person_of(request))


def field_of(field_id: int) -> Field:
    """The field of that number with all that is known of it. Raises Http404 if it is not there, or removed."""
    try:
        return registry.whole(Field.objects.filter(pk=field_id, removed_at=None)).get()
    except (Field.DoesNotExist, OverflowError) as missing:
        raise Http404 from missing


def require_edit(rights: Rights, field: Field) -> None:
    """Raise PermissionDenied, with who may, unless ``field`` (out of ``registry.whole``) is theirs to edit."""
    if not rights.edits(field):
        raise PermissionDenied(who_edits(field))


def require_lead(rights: Rights) -> None:
    """Raise PermissionDenied unless they lead a team: whoever does may add fields, and suggest what others edit."""
    if not rights.adds:
        message = f"Fields are added and edited by the leads of teams. {people.who_can_help(rights.person)}"
        raise PermissionDenied(message)
