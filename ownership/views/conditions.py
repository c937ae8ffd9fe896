"""The editor of what settles a dispute about a field: one record, and the conditions under which another wins."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ownership import sentences
from ownership.definitions import Definition
from ownership.forms.conditions import ConditionForm, ConditionsForm, moved
from ownership.models import Field, Operator
from ownership.permissions import Rights, who_edits
from ownership.queries import field_page, registry, versions
from ownership.services.editing import Clash
from ownership.views.asking import field_of, person_of, require_edit
from ownership.views.fields import asks_reason, kept, opening

SAVE, PREVIEW = "save", "preview"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def conditions(request: HttpRequest, field_id: int) -> HttpResponse:
    """Show and change which record wins; adding and moving rows without a script is a post that keeps nothing."""
    found = field_of(field_id)
    rights = Rights(person_of(request))
    if request.method != "POST":
        return _page(request, found, _form(found)) if rights.edits(found) else _read(request, found)
    require_edit(rights, found)
    form = _form(found, request)
    do = request.POST.get("do", SAVE)
    if do == PREVIEW:
        return _preview(request, found, form)
    if do != SAVE:
        form.is_valid()
        form.rows = moved(form.rows, do)
        return _page(request, found, form)
    after = kept(request, found, form)
    if isinstance(after, Field):
        return redirect(f"{after.get_absolute_url()}#conditions")
    if isinstance(after, Clash):
        return _page(request, found, _form(found, clash=after), meanwhile=after.meanwhile, status=409)
    return _page(request, found, form, status=422)


def _form(found: Field, request: HttpRequest | None = None, clash: Clash | None = None) -> ConditionsForm:
    return ConditionsForm(request.POST if request else None, **opening(found, clash, "wins"))


def _page(
    request: HttpRequest, found: Field, form: ConditionsForm, *, meanwhile: Any = None, status: int = 200
) -> HttpResponse:
    odd = form.odd()
    context = _shown(found) | {
        "form": form,
        "rows": [(row, odd.get(place, [])) for place, row in enumerate(form.rows)],
        "blank": ConditionForm(initial={"operator": "equals"}),
        "operators": Operator.choices,
        "offered": field_page.offered(),
        "asks_reason": asks_reason(found),
        "reasons": versions.reasons_of(person_of(request)),
        "said": _sentence(found, form),
        "meanwhile": meanwhile,
    }
    return render(request, "ownership/conditions.html", context, status=status)


def _preview(request: HttpRequest, found: Field, form: ConditionsForm) -> HttpResponse:
    """What the rule would say as it stands in the form, and what is odd about each row."""
    form.is_valid()
    odd = form.odd()
    rows = [([*_faults(row), *odd.get(place, [])]) for place, row in enumerate(form.rows)]
    context = {"rows": rows, "said": _sentence(found, form), "form": form}
    return render(request, "ownership/_field_conditions_preview.html", context)


def _faults(row: ConditionForm) -> list[str]:
    return [] if row.is_empty else [str(error) for errors in row.errors.values() for error in errors]


def _sentence(found: Field, form: ConditionsForm) -> str:
    """The answer as the form would have it, whatever is unfinished in it."""
    now = registry.definition(found)
    drafts = tuple(row.draft() for row in form.rows if not (row.is_bound and row.is_empty))
    settled_by = getattr(form, "winner", now.rule.settled_by)
    because = str(form["because"].value() or "")
    rule = replace(
        now.rule,
        conditions=drafts,
        depends=form.depends,
        settled_by=None if form.depends else settled_by,
        because=because,
    )
    wanted: Definition = replace(now, rule=rule)
    return sentences.sentence(wanted, field_page.names_of(found.shown))


def _shown(found: Field) -> dict[str, Any]:
    return {"field": found, "rule": found.shown, "standing": field_page.standing(found)}


def _read(request: HttpRequest, found: Field) -> HttpResponse:
    """The same for people who do not edit the field."""
    words = field_page.conditions_in_words(registry.rule_definition(found.shown))
    context = _shown(found) | {"words": words, "who_edits": who_edits(found), "answers": field_page.answers(found)}
    return render(request, "ownership/conditions.html", context)
