"""Asking teams who owns a field, and answering."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from ownership.forms.agreement import AskForm, ClaimForm
from ownership.models import ClaimRound
from ownership.queries import claims
from ownership.services import claiming
from ownership.services.defining import Refused
from ownership.views.agreement import back, refused
from ownership.views.asking import field_of, person_of, rights_of


@require_POST
def ask(request: HttpRequest, field_id: int) -> HttpResponse:
    """Ask the teams that touch a field, and any others, who owns it."""
    field, form = field_of(field_id), AskForm(request.POST)
    claiming.require_asking(rights_of(request), field)
    if not form.is_valid():
        return refused(request, field, form.why_not, "ask", status=422)
    given = form.cleaned_data
    try:
        made = claiming.ask(field, person=person_of(request), teams=given["teams"], until=given["until"])
    except Refused as refusal:
        return refused(request, field, refusal.sentence, "ask", status=409)
    messages.success(request, f"{field.name}: asked who owns it. {_standing(request, made)}")
    return back(request, field)


@require_POST
def claim(request: HttpRequest, round_id: int) -> HttpResponse:
    """Answer in the name of a team."""
    one = _round(round_id)
    field = field_of(one.field_id)
    if not one.claims.filter(team__in=rights_of(request).led).exists():
        message = f"Who owns {field.name} is said by the leads of the teams that are asked."
        raise PermissionDenied(message)
    claiming.close_due(fields=[field.pk])
    form = ClaimForm(request.POST)
    if not form.is_valid():
        return refused(request, field, form.why_not, "claim", status=422)
    given = form.cleaned_data
    try:
        done = claiming.claim(
            one, team=given["team"], owner=given["owner"], why=given["why"], person=person_of(request)
        )
    except Refused as refusal:
        return refused(request, field, refusal.sentence, "claim", status=409)
    answered = "" if done.closed_at else f"{given['team'].name} has answered. "
    messages.success(request, f"{field.name}: {answered}{_standing(request, done)}")
    return back(request, field)


def _round(round_id: int) -> ClaimRound:
    try:
        return ClaimRound.objects.select_related("field").get(pk=round_id)
    except (ClaimRound.DoesNotExist, OverflowError) as missing:
        raise Http404 from missing


def _standing(request: HttpRequest, one: ClaimRound) -> str:
    fresh = claims.rounds().get(pk=one.pk)
    return claims.shown(fresh, rights_of(request).led).sentence
