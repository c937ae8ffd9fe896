"""Where the rule of a field stands, and what can be done about it: proposing, answering, confirming."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from ownership import cells, sentences
from ownership.forms.agreement import AnswerForm, DiscardForm, Form, SeenForm
from ownership.models import Answer, Field, OwnershipRule, Person, RuleState, Team
from ownership.permissions import Rights, touching
from ownership.queries import agreements, claims, options, registry
from ownership.services import agreeing, claiming
from ownership.views.asking import field_of, person_of, require_edit
from ownership.wording import listed

Allowed = Callable[[Rights, Field], None]
Change = Callable[[Field, Person, Any], tuple[Field, str]]

PUBLIC = ("what", "team", "reason", "owner", "why", "until", "teams")


def looked_at(field: Field) -> Field:
    """Return ``field`` (out of ``registry.whole``), read anew if a round of claims was over and closes by looking."""
    if claiming.close_due(fields=[field.pk]):
        return registry.whole(Field.objects.filter(pk=field.pk)).get()
    return field


def panel(field: Field, rights: Rights, person: Person, typed: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what ``ownership/_field_agreement.html`` shows as ``panel``: constant queries.

    ``field`` is out of ``registry.whole``; ``person`` is who looks; ``typed`` is what was typed and could not be done.
    """
    field = looked_at(field)
    rule = field.working
    rounds = claims.of_field(field, rights.led)
    own = touching(field)
    nobody_leads = agreements.leaderless(own)
    in_force = field.in_force
    edits = rights.edits(field)
    today = timezone.localdate()
    return {
        "field": field,
        "working": rule,
        "in_force": in_force,
        "standing": agreements.standing(field),
        "asked": [(one, rights.answers_for(one.team.pk)) for one in agreements.asked(field, leaderless=nobody_leads)]
        if rule and rule.state == RuleState.PROPOSED
        else [],
        "missing": agreements.missing(rule) if rule and rule.state != RuleState.PROPOSED else [],
        "touching": sorted((team.name for team in own.values()), key=str.casefold),
        "version": agreements.version_of(field),
        "stale": bool(in_force and agreements.is_stale(in_force, timezone.now())),
        "confirmed_at": agreements.last_confirmed(in_force) if in_force else None,
        "proposes": edits and rule is not None and rule.state != RuleState.PROPOSED,
        "takes_back": edits and rule is not None and rule.state == RuleState.PROPOSED,
        "discards": edits and rule is not None,
        "confirms": bool(in_force and in_force.owner_id and rights.answers_for(in_force.owner_id)),
        "asks": claiming.may_ask(rights, field) and not (rounds and rounds[0].is_open),
        "round": rounds[0] if rounds and rounds[0].is_open else None,
        "closed": next((one for one in rounds if not one.is_open), None),
        "teams": [(team, team.pk in own) for team in Team.objects.all()] if rights.leads else [],
        "until": today + timedelta(days=claiming.USUAL_DAYS),
        "earliest": today + timedelta(days=1),
        "latest": today + timedelta(days=claiming.MOST_DAYS),
        "typed": typed or {},
        "person": person,
    }


@require_POST
def propose(request: HttpRequest, field_id: int) -> HttpResponse:
    """Put the version people work on before the teams that touch the field."""

    def change(field: Field, person: Person, form: SeenForm) -> tuple[Field, str]:
        done = agreeing.propose(field, person=person, reason=form.cleaned_data["reason"], seen=form.seen())
        return done, "Proposed."

    return changed(request, field_id, SeenForm(request.POST), change, "propose", require_edit)


@require_POST
def answer(request: HttpRequest, field_id: int) -> HttpResponse:
    """Say in the name of a team that it agrees or objects."""

    def change(field: Field, person: Person, form: AnswerForm) -> tuple[Field, str]:
        given = form.cleaned_data
        team, said = given["team"], given["answer"]
        done = agreeing.answer(field, team=team, answer=said, person=person, reason=given["reason"], seen=form.seen())
        # An objection is in the sentence that says where the version stands.
        return done, f"{team.name} agrees." if said == Answer.AGREES else ""

    return changed(request, field_id, AnswerForm(request.POST), change, "answer", require_answering)


@require_POST
def take_back(request: HttpRequest, field_id: int) -> HttpResponse:
    """Make a proposed version a draft again."""

    def change(field: Field, person: Person, form: SeenForm) -> tuple[Field, str]:
        done = agreeing.take_back(field, person=person, reason=form.cleaned_data["reason"], seen=form.seen())
        return done, "Taken back; the answers given so far no longer count."

    return changed(request, field_id, SeenForm(request.POST), change, "take_back", require_edit)


@require_POST
def discard(request: HttpRequest, field_id: int) -> HttpResponse:
    """Set the version people work on aside."""

    def change(field: Field, person: Person, form: DiscardForm) -> tuple[Field, str]:
        done = agreeing.discard(field, person=person, reason=form.cleaned_data["reason"], seen=form.seen())
        return done, "Set aside."

    return changed(request, field_id, DiscardForm(request.POST), change, "discard", require_edit)


@require_POST
def confirm(request: HttpRequest, field_id: int) -> HttpResponse:
    """Say that the version in force is still right."""

    def change(field: Field, person: Person, form: SeenForm) -> tuple[Field, str]:
        done = agreeing.confirm(field, person=person, reason=form.cleaned_data["reason"], seen=form.seen())
        return done, "Confirmed: still right."

    return changed(request, field_id, SeenForm(request.POST), change, "confirm", require_owner)


def require_answering(rights: Rights, field: Field) -> None:
    """Raise PermissionDenied unless they lead one of the teams that are asked about ``field``."""
    if not any(rights.answers_for(team) for team in touching(field)):
        names = sorted(team.name for team in touching(field).values())
        message = f"{field.name} is agreed by the leads of {listed(names) or 'its teams'}."
        raise PermissionDenied(message)


def require_owner(rights: Rights, field: Field) -> None:
    """Raise PermissionDenied unless they lead the team that owns ``field`` by the version in force."""
    owner = field.in_force.owner if field.in_force else None
    if owner is None:
        require_edit(rights, field)
    elif not rights.answers_for(owner.pk):
        message = f"That {field.name} is still right is said by the lead of {owner.name}, which owns it."
        raise PermissionDenied(message)


def changed(  # noqa: PLR0913, PLR0917 - the five pages, in one order
    request: HttpRequest, field_id: int, form: Form, change: Change, what: str, require: Allowed
) -> HttpResponse:
    """Do what ``form`` asks, say what is true now, and lead back; or show why not, with what was typed."""
    field, person = field_of(field_id), person_of(request)
    require(Rights(person), field)
    if not form.is_valid():
        return refused(request, field, form.why_not, what, status=422)
    try:
        field, done = change(field, person, form)
    except agreeing.Refused as refusal:
        return refused(request, field, refusal.sentence, what, status=409)
    messages.success(request, f"{field.name}: {done} {agreements.standing(field)}".replace(":  ", ": "))
    return back(request, field)


def refused(request: HttpRequest, field: Field, why: str, what: str, *, status: int) -> HttpResponse:
    """Show where ``field`` stands now, why nothing was changed, and what was typed."""
    person = person_of(request)
    typed = {name: request.POST.getlist(name) if name == "teams" else request.POST.get(name, "") for name in PUBLIC}
    now = field_of(field.pk)
    shown = panel(now, Rights(person), person, typed | {"what": what})
    shown["back"] = "waiting" if request.POST.get("back") == "waiting" else ""
    context = {
        "field": now,
        "refusal": why,
        "panel": shown,
        "back": shown["back"],
        "answer": in_words(now, now.shown),
        "changes": changes(now, options.people_labels()) if now.working else [],
    }
    return render(request, "ownership/agreement.html", context, status=status)


def back(request: HttpRequest, field: Field) -> HttpResponse:
    """Lead back to the list one came from, else to the page of ``field``."""
    if request.POST.get("back") == "waiting":
        return redirect("ownership_waiting")
    return redirect("ownership_field", field.pk)


def in_words(field: Field, rule: OwnershipRule | None) -> str:
    """Return a version of the rule of ``field`` (out of ``registry.whole``) in a sentence."""
    deciding = (rule.approver, rule.deputy) if rule else ()
    names = {one.email: one.name for one in deciding if one}
    return sentences.sentence(registry.definition(field, rule), names)


def changes(field: Field, people: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return what the version people work on says otherwise than the one in force, as column, then, now."""
    if field.in_force is None:
        return []
    before, after = (registry.definition(field, rule) for rule in (field.in_force, field.working))
    texts = [
        (column.label, *(cells.text_of(one, column.key, people) for one in (before, after)))
        for column in cells.COLUMNS
        if column.editable
    ]
    return [(label, then, now) for label, then, now in texts if then != now]
