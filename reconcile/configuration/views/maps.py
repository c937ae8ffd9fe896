"""Maps as YAML: download one, bring one or several."""

from __future__ import annotations

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from boundaries.permissions import MapRights
from boundaries.views.asking import boundary_of, require_lead, rights_of
from ownership.wording import listed
from reconcile.configuration import bringing_maps
from reconcile.configuration.bringing_maps import Bringing, NotYours
from reconcile.configuration.dumping import as_yaml
from reconcile.configuration.dumping_boundaries import boundary_said
from reconcile.configuration.forms import BringMapsForm
from reconcile.configuration.refusals import Refused

# Nothing was typed wrong in the form: what it holds cannot be done as it is.
UNCLEAR, NOT_YOURS, MEANWHILE = 422, 403, 409
NAME_CHARACTERS = 200


@require_safe
@never_cache
def download(request: HttpRequest, slug: str) -> HttpResponse:  # noqa: ARG001
    """Download one map, as `dump` writes it and `load` takes it."""
    content = as_yaml({"boundaries": [boundary_said(boundary_of(slug))]}).encode("utf-8", "replace")
    response = HttpResponse(content, content_type="application/yaml; charset=utf-8")
    name = content_disposition_header(as_attachment=True, filename=f"{slug}.yaml")
    response["Content-Disposition"] = name or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bring(request: HttpRequest) -> HttpResponse:
    """Ask for maps, show what they would do, and take them over."""
    rights = rights_of(request)
    require_lead(rights)
    if request.method != "POST":
        return _shown(request, BringMapsForm())
    form = BringMapsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, form, status=UNCLEAR)
    text, name = form.cleaned_data["text"], _name(form)
    _fill(request, form)
    try:
        if "take" in request.POST:
            return _taken(request, rights, text, name)
        found = bringing_maps.look(text, rights, name=name or "the text")
    except (Refused, NotYours) as refused:
        form.add_error("text", str(refused))
        return _shown(request, form, name=name, status=UNCLEAR if isinstance(refused, Refused) else NOT_YOURS)
    except IntegrityError:
        form.add_error("text", "Somebody added one of these meanwhile. Nothing was taken over: look at it again.")
        return _shown(request, form, name=name, status=MEANWHILE)
    return _shown(request, form, found, name=name)


def _name(form: BringMapsForm) -> str:
    """What the file is called, empty where it is a text. Between looking and taking over it is a hidden field."""
    file = form.cleaned_data["file"]
    said = str(file.name if file is not None else form.data.get("name", ""))
    # It becomes a reason, which is kept.
    return "".join(sign for sign in said if sign.isprintable())[:NAME_CHARACTERS]


def _fill(request: HttpRequest, form: BringMapsForm) -> None:
    """Put the text of the file into the form, so that it can be corrected there."""
    said = request.POST.copy()
    said["text"] = form.cleaned_data["text"]
    form.data = said


def _taken(request: HttpRequest, rights: MapRights, text: str, name: str) -> HttpResponse:
    done = bringing_maps.take(text, rights, name=name or "the text", reason=f"From {name}." if name else "From YAML.")
    left = f" Left out: {listed(done.left_out)}." if done.left_out else ""
    messages.success(request, f"{done.sentence(done=True)}{left}")
    only = done.maps[0].boundary if len(done.maps) == 1 else None
    return redirect(only) if only else redirect("boundaries")


def _shown(
    request: HttpRequest, form: BringMapsForm, found: Bringing | None = None, *, name: str = "", status: int = 200
) -> HttpResponse:
    context = {"form": form, "found": found, "name": name}
    if found:
        context |= {"sentence": found.sentence(), "left_out": listed(found.left_out), "made": listed(found.systems)}
    return render(request, "configuration/bring_maps.html", context, status=status)
