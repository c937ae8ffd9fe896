"""What a map was: its versions, going back to one, removing and bringing back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from boundaries.forms.history import RemoveForm, RestoreForm, page_before
from boundaries.models import Boundary
from boundaries.permissions import who_draws
from boundaries.queries import history as queries
from boundaries.queries import versions
from boundaries.services import defining
from boundaries.services.checking import Refused
from boundaries.services.restoring import restore as restore_version
from boundaries.views.asking import boundary_of, person_of, require_edit, rights_of


@require_safe
@never_cache
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """List the versions of a map, removed or not."""
    return answered(request, boundary_of(slug, removed=True))


@require_POST
def restore(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a map what it was at an earlier version."""
    found = boundary_of(slug)
    require_edit(rights_of(request), found)
    form = RestoreForm(request.POST)
    if not form.is_valid():
        said = next(iter(form.errors.values()))[0]
        return answered(request, found, refused=str(said), status=422)
    number, before = form.cleaned_data["number"], versions.latest(found)
    try:
        found = restore_version(found, number=number, person=person_of(request), reason=form.cleaned_data["reason"])
    except Refused as refused:
        return answered(request, found, refused=refused.sentence, status=422)
    done = f"{found.name} is as it was after change {number}."
    messages.success(request, done if versions.latest(found) != before else f"{done} It was already.")
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a boundary out of the list. Nothing of it is lost, so nobody is asked whether they are sure."""
    found = boundary_of(slug)
    require_edit(rights_of(request), found)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        context = {"boundary": found, "form": form}
        return render(request, "boundaries/remove.html", context, status=422 if request.method == "POST" else 200)
    defining.remove(found, person=person_of(request), reason=form.cleaned_data["reason"].strip())
    back = format_html('<a href="{}">Bring it back</a>', reverse("boundary_history", args=[found.slug]))
    messages.success(request, format_html("{} is removed. {}", found.name, back))
    return redirect("boundaries")


@require_POST
def bring_back(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a removed boundary back into the list."""
    found = boundary_of(slug, removed=True)
    require_edit(rights_of(request), found)
    form = RemoveForm(request.POST)
    why = form.cleaned_data["reason"].strip() if form.is_valid() else ""
    if not found.removed_at:
        messages.info(request, f"{found.name} is in the list.")
        return redirect(found)
    try:
        defining.bring_back(found, person=person_of(request), reason=why)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("boundary_history", found.slug)
    messages.success(request, f"{found.name} is back in the list.")
    return redirect(found)


def answered(request: HttpRequest, found: Boundary, *, refused: str = "", status: int = 200) -> HttpResponse:
    """Answer with the history of ``found``; ``refused`` says why what was asked for is not there."""
    before = page_before(request.GET)
    listed = queries.entries(found, before=before)
    context = {
        "boundary": found,
        "entries": listed,
        "last": versions.latest(found),
        "older": listed[-1].row.number if listed and listed[-1].row.number > 1 else None,
        "before": before,
        "edits": rights_of(request).edits(found),
        "who_draws": who_draws(found),
        "refused": refused,
        "asked_on": request.GET.get("on", "")[:10],
        "today": timezone.localdate(),
    }
    return render(request, "boundaries/history.html", context, status=status)
