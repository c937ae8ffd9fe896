"""The list of boundaries, a new one, the removed ones."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from boundaries.forms.new import NewForm
from boundaries.models import Boundary
from boundaries.permissions import MapRights
from boundaries.queries import history, listing, maps
from boundaries.services.checking import Refused
from boundaries.services.defining import define, tidied
from boundaries.tables import ORDER, SEARCHED, BoundariesFilter, BoundariesTable
from boundaries.views.asking import person_of, require_lead, rights_of
from ownership.listing import Listing
from ownership.models import System, Team
from ownership.queries.people import who_can_help
from ownership.queries.views_saved import Remembered

# Whoever writes files says where they are.
DOWNLOADS = (("CSV", "csv"), ("YAML, whole maps", "yaml"))


@require_safe
@never_cache
def boundaries(request: HttpRequest) -> HttpResponse:
    """List boundaries."""
    rights = rights_of(request)
    found = Listing(
        request,
        listing.boundaries(),
        BoundariesTable,
        search=SEARCHED,
        filters=BoundariesFilter,
        default_order=ORDER,
        name="boundaries",
        downloads=[(label, there) for label, form in DOWNLOADS if (there := _address("boundaries_download", form))],
        remembered=Remembered(rights.person, "boundaries"),
    )
    context = {
        "adds": rights.adds,
        "who_can_help": "" if rights.adds else who_can_help(rights.person),
        "first_week": _address("first_week"),
        "any_removed": Boundary.objects.exclude(removed_at=None).exists(),
    }
    return found.respond("boundaries/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Begin a boundary: its name and its two systems; then its map is drawn."""
    rights = rights_of(request)
    require_lead(rights)
    form = _new_form(request, rights)
    if form.is_valid():
        try:
            made = define(None, tidied(form.wanted), person=rights.person)
        except Refused as refused:
            form.refuse(refused)
        else:
            return redirect("boundary_edit", made.slug)
    context = {"form": form, "systems": System.objects.order_by("name").values_list("name", flat=True)}
    return render(request, "boundaries/new.html", context, status=422 if form.is_bound else 200)


@require_safe
@never_cache
def removed(request: HttpRequest) -> HttpResponse:
    """List the boundaries that were removed."""
    rights = rights_of(request)
    gone = maps.whole(Boundary.objects.exclude(removed_at=None).order_by("-removed_at", "-pk"))
    rows = [(one, rights.edits(one.boundary)) for one in history.removed(list(gone[: history.MOST_REMOVED]))]
    return render(request, "boundaries/removed.html", {"rows": rows})


def _new_form(request: HttpRequest, rights: MapRights) -> NewForm:
    teams = Team.objects.order_by("name")
    mine = teams.filter(pk__in=rights.led).first() or person_of(request).team
    return NewForm(request.POST if request.method == "POST" else None, teams=teams, initial={"owner": mine})


def _address(name: str, *args: str) -> str:
    """The address of a page of another part of the app, nothing where that part is left out."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
