"""Taking fields of a check over into the registry: tick, name, go."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from ownership import wording
from ownership.views.asking import person_of, require_lead, rights_of
from reconcile.checks.models import Check
from reconcile.checks.queries.answers import singular
from reconcile.checks.queries.checks import check_of
from reconcile.checks.queries.seeding import Candidate
from reconcile.checks.services import seeding

LONGEST = 500


@require_http_methods(["GET", "HEAD", "POST"])
def to_registry(request: HttpRequest, check_id: int) -> HttpResponse:
    """Show what of a check can become fields of the registry, and take over what is ticked."""
    try:
        check = check_of(check_id)
    except (Check.DoesNotExist, OverflowError) as missing:
        raise Http404 from missing
    require_lead(rights_of(request))
    if request.method != "POST":
        return _page(request, check)
    chosen = {
        name.removeprefix("take-"): _typed(request, name.replace("take-", "name-", 1))
        for name in request.POST
        if name.startswith("take-")
    }
    subject = _typed(request, "subject")
    try:
        taken = seeding.take_over(check, chosen, subject=subject, person=person_of(request))
    except seeding.Refused as refusal:
        return _page(request, check, chosen=chosen, refusal=refusal)
    _say(request, taken)
    return redirect("uses_from_check", check.pk)


def _typed(request: HttpRequest, name: str) -> str:
    """What somebody typed, without the one character that no database takes."""
    return request.POST.get(name, "").replace("\0", "")[:LONGEST]


def _say(request: HttpRequest, taken: seeding.Taken) -> None:
    said = []
    if taken.added:
        said.append(f"{wording.plural(taken.added, 'field is', 'fields are')} new in the registry.")
    if taken.extended:
        said.append(f"{wording.plural(taken.extended, 'field', 'fields')} got a column.")
    messages.success(
        request, format_html('{} <a href="{}">Look at the table</a>', " ".join(said), reverse("ownership"))
    )


def _page(
    request: HttpRequest,
    check: Check,
    *,
    chosen: dict[str, str] | None = None,
    refusal: seeding.Refused | None = None,
) -> HttpResponse:
    found = seeding.seedable(check, person_of(request))
    context: dict[str, Any] = {
        "check": check,
        "compared": [_row(one, chosen, ticked=True) for one in found.compared],
        "others": [_row(one, chosen, ticked=False) for one in found.others],
        "more": found.more,
        "open": sum(one.may_be_taken for one in found),
        "subject": _typed(request, "subject") if request.method == "POST" else _subject(check),
        "refusal": refusal,
    }
    return render(request, "checks/to_registry.html", context, status=422 if refusal else 200)


def _subject(check: Check) -> str:
    return "" if check.records == "records" else singular(check.records)


def _row(one: Candidate, chosen: dict[str, str] | None, *, ticked: bool) -> dict[str, Any]:
    """A candidate as the page shows it: ticked as somebody left it, else those that are compared."""
    return {
        "candidate": one,
        "name": (chosen or {}).get(one.id) or one.name,
        "ticked": ticked if chosen is None else one.id in chosen,
    }
