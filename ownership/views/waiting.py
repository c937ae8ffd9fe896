"""What waits for the answer of the teams somebody leads, each with what it takes to decide."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ownership import cells, wording
from ownership.models import Field, Suggestion, Team
from ownership.permissions import leads_a_team
from ownership.queries import agreements, options, registry, waiting
from ownership.queries.people import who_can_help
from ownership.services import claiming
from ownership.views.agreement import changes, in_words
from ownership.views.asking import person_of


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show everything that waits, with its evidence, to be answered on the spot."""
    claiming.close_due()
    person = person_of(request)
    found = waiting.waiting_for(person)
    context: dict[str, Any] = {
        "count": found.count,
        "leads": leads_a_team(person),
        "helps": "" if found.led else who_can_help(person),
        "rounds": _rounds(found),
        "proposals": _proposals(found),
        "suggestions": [(field, [_suggested(one) for one in some]) for field, some in found.suggestions],
        "to_confirm": [_confirming(field, found) for field in found.to_confirm],
        "sentence": _sentence(found),
    }
    return render(request, "ownership/waiting.html", context)


def _sentence(found: waiting.Waiting) -> str:
    parts = (
        (sum(one.answered_at is None for each in found.rounds for one in each.mine), "claim", "claims"),
        (len(found.proposals), "proposed rule", "proposed rules"),
        (sum(len(some) for _, some in found.suggestions), "suggestion", "suggestions"),
        (len(found.to_confirm), "rule to confirm", "rules to confirm"),
    )
    said = [wording.plural(number, one, many) for number, one, many in parts if number]
    if not said:
        return "Nothing waits for your answer."
    return f"{wording.listed(said)} {'waits' if found.count == 1 else 'wait'} for your answer."


def _rounds(found: waiting.Waiting) -> list[dict[str, Any]]:
    if not found.rounds:
        return []
    panel = {"teams": [(team, False) for team in Team.objects.all()], "typed": {}, "back": "waiting"}
    return [
        {"round": one, "panel": panel, "field": found.fields[one.field.pk], "uses": _uses(found.fields[one.field.pk])}
        for one in found.rounds
    ]


def _uses(field: Field) -> list[tuple[str, str, str]]:
    """How each system stores a field: the system, what it means there, who edits it there."""
    return [(use.system, use.means, wording.listed(use.editors) or "nobody") for use in registry.definition(field).uses]


def _proposals(found: waiting.Waiting) -> list[dict[str, Any]]:
    people = options.people_labels() if found.proposals else {}
    return [_proposal(field, found, people) for field in found.proposals]


def _proposal(field: Field, found: waiting.Waiting, people: dict[str, str]) -> dict[str, Any]:
    return {
        "field": field,
        "rule": field.working,
        "panel": {"version": found.versions.get(field.pk, 0), "typed": {}, "back": "waiting"},
        "asked": [(one, one.team.pk in found.led) for one in agreements.asked(field)],
        "answer": in_words(field, field.working),
        "changes": changes(field, people),
    }


def _confirming(field: Field, found: waiting.Waiting) -> dict[str, Any]:
    return {
        "field": field,
        "rule": field.in_force,
        "panel": {"version": found.versions.get(field.pk, 0), "typed": {}, "back": "waiting"},
        "answer": in_words(field, field.in_force),
        "confirmed_at": agreements.last_confirmed(field.in_force) if field.in_force else None,
    }


def _suggested(one: Suggestion) -> dict[str, Any]:
    column = cells.BY_KEY.get(one.column)
    return {"one": one, "label": column.label if column else one.column}
