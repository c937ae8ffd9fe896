"""The pages people come back to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from ownership.models import Person
from reconcile.dashboard import queries
from reconcile.dashboard.home import home as home_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what needs doing, and how each check stands."""
    assert isinstance(request.user, Person)  # noqa: S101 - for the types: whoever is not signed in never gets here
    return render(request, "dashboard/home.html", {"home": home_of(request.user)})


@require_safe
@vary_on_headers("X-Palette")
def palette(request: HttpRequest) -> HttpResponse:
    """List where a text leads, in the palette of every page or, without scripts, on a page of its own."""
    assert isinstance(request.user, Person)  # noqa: S101 - for the types: whoever is not signed in never gets here
    text = request.GET.get("q", "")
    template = "_parts/palette_found.html" if "X-Palette" in request.headers else "dashboard/palette.html"
    return render(request, template, {"text": text, "found": queries.found(request.user, text)})
