"""The page of one field: the answer, what the word means in each system, and the forms that edit it in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ownership.forms.fields import AboutForm, KeptForm, UsesForm
from ownership.models import Field
from ownership.naming import Unclear
from ownership.permissions import Rights, who_edits
from ownership.queries import field_page, masking, options, registry, sheet_check, versions
from ownership.services.defining import Refused
from ownership.services.editing import Clash, NeedsReason, edit
from ownership.views import agreement
from ownership.views.asking import field_of, person_of, require_edit

ABOUT, USES = "about", "uses"

Reader = Callable[[], dict[str, Any]]


@require_safe
@never_cache
def field(request: HttpRequest, field_id: int) -> HttpResponse:
    """Show one field."""
    return _page(request, field_of(field_id))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def about(request: HttpRequest, field_id: int) -> HttpResponse:
    """Change what a field is and who answers for it."""
    return _part(request, field_id, ABOUT)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def uses(request: HttpRequest, field_id: int) -> HttpResponse:
    """Change how each system stores a field."""
    return _part(request, field_id, USES)


def _part(request: HttpRequest, field_id: int, part: str) -> HttpResponse:
    """The page with one part of it open for editing, or what was posted from there kept."""
    found = field_of(field_id)
    if request.method != "POST":
        return _page(request, found, part)
    require_edit(Rights(person_of(request)), found)
    form = _form(part, found, request)
    after = kept(request, found, form)
    if isinstance(after, Field):
        return redirect(f"{after.get_absolute_url()}#{part}")
    if isinstance(after, Clash):
        form = _form(part, found, None, after)
        return _page(request, found, part, form=form, meanwhile=after.meanwhile, status=409)
    return _page(request, found, part, form=form, status=422)


def kept(request: HttpRequest, found: Field, form: AboutForm | UsesForm | Any) -> Field | Clash | None:
    """Keep what ``form`` says of ``found`` and return it anew; a Clash; or None, with the refusal in the form."""
    if not form.is_valid():
        return None
    before = versions.latest(found)
    try:
        after = edit(found, form.change, seen=form.seen, person=person_of(request), reason=form.why, known=form.names())
    except Clash as clash:
        return clash
    except NeedsReason as needed:
        form.add_error("reason", needed.sentence)
    except (Refused, Unclear) as refused:
        form.add_error(refused.column if refused.column in form.fields else None, refused.sentence)
    else:
        changed = versions.latest(after) != before
        messages.success(request, f"{after.name} is changed." if changed else f"{after.name} is as it was.")
        return after
    return None


def opening(found: Field, clash: Clash | None, prefix: str) -> dict[str, Any]:
    """What a form is made with: the version it shows, names of its own for its boxes."""
    number = clash.number if clash else versions.latest(found)
    return {
        "definition": clash.merged if clash else registry.definition(found),
        "initial": {"version": number},
        "auto_id": f"{prefix}_%s",
    }


def _form(part: str, found: Field, request: HttpRequest | None = None, clash: Clash | None = None) -> KeptForm:
    """The form of one part: as the field is, as it was posted, or on top of what somebody else did meanwhile."""
    made_with = opening(found, clash, part)
    posted = request.POST if request else None
    if part == ABOUT:
        return AboutForm(posted, people=options.people_labels(), **made_with)
    return UsesForm(posted, **made_with)


def _page(  # noqa: PLR0913 - by name
    request: HttpRequest,
    found: Field,
    part: str = "",
    *,
    form: KeptForm | None = None,
    meanwhile: Any = None,
    status: int = 200,
) -> HttpResponse:
    person = person_of(request)
    rights = Rights(person)
    found = agreement.looked_at(found)
    editing = rights.edits(found)
    said = field_page.answers(found)
    context = {
        "field": found,
        "rule": found.shown,
        "definition": registry.definition(found),
        "standing": field_page.standing(found),
        "answers": said,
        "meanings": field_page.meanings(found),
        "conditions": field_page.conditions_in_words(registry.rule_definition(found.shown)),
        "findings": _missing(found),
        "panel": agreement.panel(found, rights, person),
        "changes": versions.drawer(found),
        "who_edits": who_edits(found),
        "who_sees": masking.who_sees(found) if found.sensitive else "",
        "edits": editing,
        "suggests": rights.suggests(found),
        "open": part,
        "meanwhile": meanwhile,
    }
    if editing:
        forms = {one: form if form and one == part else _form(one, found) for one in (ABOUT, USES)}
        context |= {f"{one}_form": made for one, made in forms.items()}
        context |= {
            "offered": field_page.offered(),
            "asks_reason": asks_reason(found),
            "reasons": versions.reasons_of(person),
        }
    return render(request, "ownership/field.html", context, status=status)


def _missing(found: Field) -> list[sheet_check.Finding]:
    """What the sheet check finds, but for where the rule stands: that is said beside it."""
    everything = sheet_check.findings([found], timezone.localdate())
    return [one for one in everything if one.column != sheet_check.IN_AGREEMENT]


def asks_reason(found: Field) -> bool:
    """Whether the teams agreed on what is shown, so that changing it takes a reason."""
    return found.in_force is not None and found.working is None
