"""What a field was: its versions, what differs between two of them, going back to one, removing and bringing back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ownership.forms.history import BringBackForm, CompareForm, RemoveForm, RestoreForm
from ownership.models import Field
from ownership.permissions import Rights, who_edits
from ownership.queries import field_page, registry, versions
from ownership.services import defining
from ownership.services.defining import Refused
from ownership.services.editing import NeedsReason
from ownership.services.restoring import restore as restore_version
from ownership.views.asking import field_of, person_of, require_edit
from ownership.views.fields import asks_reason


@require_safe
@never_cache
def history(request: HttpRequest, field_id: int) -> HttpResponse:
    """List the versions of a field, removed or not, and what differs between two of them."""
    return _page(request, _field(field_id))


@require_POST
def restore(request: HttpRequest, field_id: int) -> HttpResponse:
    """Make a field what it was at an earlier version."""
    found, person = field_of(field_id), person_of(request)
    require_edit(Rights(person), found)
    form = RestoreForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    number, why = form.cleaned_data["number"], form.cleaned_data["reason"].strip()
    before = versions.latest(found)
    try:
        found = restore_version(found, number=number, person=person, reason=why)
    except (NeedsReason, Refused) as refused:
        form.add_error("reason", refused.sentence)
        return _page(request, found, form, status=422)
    done = f"{found.name} is as it was after change {number}."
    messages.success(request, done if versions.latest(found) != before else f"{done} It was already.")
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def remove(request: HttpRequest, field_id: int) -> HttpResponse:
    """Take a field out of the table; asked first, and for a reason, where its teams agreed on a rule."""
    found, person = field_of(field_id), person_of(request)
    require_edit(Rights(person), found)
    agreed = found.in_force is not None
    form = RemoveForm(request.POST if request.method == "POST" else None, agreed=agreed)
    if request.method != "POST" or not form.is_valid():
        context = {"field": found, "form": form, "agreed": agreed, "reasons": versions.reasons_of(person)}
        return render(request, "ownership/field_remove.html", context, status=422 if request.method == "POST" else 200)
    defining.remove(found, person=person, reason=form.cleaned_data["reason"].strip())
    back = format_html('<a href="{}">Bring it back</a>', reverse("ownership_history", args=[found.pk]))
    messages.success(request, format_html("{} is removed. {}", found.name, back))
    return redirect("ownership")


@require_POST
def bring_back(request: HttpRequest, field_id: int) -> HttpResponse:
    """Put a removed field back into the table."""
    found, person = _field(field_id), person_of(request)
    require_edit(Rights(person), found)
    form = BringBackForm(request.POST)
    why = form.cleaned_data["reason"].strip() if form.is_valid() else ""
    if not found.removed_at:
        messages.info(request, f"{found.name} is in the table.")
        return redirect(found)
    try:
        defining.bring_back(found, person=person, reason=why)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("ownership_history", found.pk)
    messages.success(request, f"{found.name} is back in the table.")
    return redirect(found)


@require_safe
@never_cache
def removed(request: HttpRequest) -> HttpResponse:
    """List the fields that were removed."""
    rights = Rights(person_of(request))
    rows = [(one, rights.edits(one.field)) for one in versions.removed()]
    return render(request, "ownership/fields_removed.html", {"rows": rows})


def _field(field_id: int) -> Field:
    """The field of that number, removed or not. Raises Http404."""
    try:
        return registry.whole(Field.objects.filter(pk=field_id)).get()
    except (Field.DoesNotExist, OverflowError) as missing:
        raise Http404 from missing


def _page(request: HttpRequest, found: Field, form: RestoreForm | None = None, *, status: int = 200) -> HttpResponse:
    person = person_of(request)
    compared = CompareForm(request.GET, last=versions.latest(found))
    listed = versions.versions(found, before=compared.before)
    context = {
        "field": found,
        "rule": found.shown,
        "standing": field_page.standing(found),
        "versions": listed,
        "older": listed[-1].row.number if listed and listed[-1].row.number > 1 else None,
        "compared": compared,
        "pair": versions.pair(found, *compared.numbers) if compared.numbers else None,
        "edits": Rights(person).edits(found),
        "who_edits": who_edits(found),
        "form": form or RestoreForm(),
        "refused": form.cleaned_data.get("number") if form and form.is_bound else None,
        "asks_reason": asks_reason(found),
        "reasons": versions.reasons_of(person),
    }
    return render(request, "ownership/history.html", context, status=status)
