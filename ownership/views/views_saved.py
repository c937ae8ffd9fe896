"""Saved views of lists, and the columns somebody chose: for every list that switches them on."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from ownership.forms.views_saved import BackForm, ColumnsForm, ViewForm
from ownership.models import SavedView
from ownership.queries.views_saved import visible_views
from ownership.services import views_saved as services
from ownership.views.asking import person_of


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep a view of a list under a name."""
    form = ViewForm(request.POST)
    if not form.is_valid():
        return _refused(request, form.sentence)
    said = form.cleaned_data
    try:
        view = services.save_view(
            person=person_of(request),
            listing=said["listing"],
            name=said["name"],
            query=said["query"],
            shared=said["shared"],
        )
    except services.TooMany as full:
        return _refused(request, str(full))
    messages.success(request, f"This view is kept as “{view.name}”.")
    return redirect(f"{form.path}?{view.query}" if view.query else form.path)


@require_POST
def remove(request: HttpRequest, view_id: int) -> HttpResponse:
    """Forget one's own view."""
    person = person_of(request)
    try:
        view = visible_views(person).get(pk=view_id, person=person)
    except (SavedView.DoesNotExist, OverflowError) as missing:
        raise Http404 from missing
    form = BackForm(request.POST)
    services.remove_view(view)
    messages.success(request, f"The view “{view.name}” is removed.")
    return redirect(form.cleaned_data["back"] if form.is_valid() else "home")


@require_POST
def columns(request: HttpRequest) -> HttpResponse:
    """Remember which columns of a list somebody wants to see."""
    form = ColumnsForm(request.POST)
    if not form.is_valid():
        return _refused(request, form.sentence)
    said = form.cleaned_data
    services.choose_columns(person=person_of(request), listing=said["listing"], columns=said["columns"])
    return redirect(_without_columns(said["back"]))


def _without_columns(address: str) -> str:
    """Return ``address`` without a choice of columns of its own: the one just made is to be seen."""
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "columns"]
    return f"{parts.path}?{urlencode(kept)}" if kept else parts.path


def _refused(request: HttpRequest, sentence: str) -> HttpResponse:
    return render(request, "ownership/refused.html", {"refusal": sentence}, status=400)
