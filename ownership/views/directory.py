"""Teams, people, systems and record types: a small page each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from ownership.models import Person, System, Team


@require_safe
def team(request: HttpRequest, team_id: int) -> HttpResponse:
    """One team."""
    return render(request, "ownership/directory.html", {"thing": get_object_or_404(Team, pk=team_id)})


@require_safe
def system(request: HttpRequest, system_id: int) -> HttpResponse:
    """One system."""
    return render(request, "ownership/directory.html", {"thing": get_object_or_404(System, pk=system_id)})


@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person."""
    return render(request, "ownership/directory.html", {"thing": get_object_or_404(Person, pk=person_id)})
