"""The sheet check: what keeps the table of fields from being a source of truth, and how far each part of it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ownership.models import Field
from ownership.parts import Chip
from ownership.permissions import touching
from ownership.queries import registry, sheet_check
from ownership.queries.sheet_check import KINDS, NO_SUBJECT, Finding
from ownership.views.asking import rights_of

FIELDS_A_PAGE = 50
FILTERS = {"kind": "Kind", "subject": "Subject", "system": "System", "team": "Team"}

Choices = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class _Narrowed:
    """What the address narrows the check by: what makes sense of it, and the rest in words."""

    chosen: dict[str, str]
    notes: tuple[str, ...]

    def address(self, **changed: str) -> str:
        """The address of the check with other filters; an empty one is taken away."""
        kept = {name: value for name, value in {**self.chosen, **changed}.items() if value}
        return f"?{urlencode(kept)}"


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show every finding, field by field, and the scores by subject and by system. Constant queries."""
    everything = list(registry.whole())
    choices = _choices(everything)
    narrowed = _narrowed(request, choices)
    fields = [one for one in everything if _fits(one, narrowed.chosen)]
    found = sheet_check.findings(fields, timezone.localdate())
    shown = [one for one in found if narrowed.chosen.get("kind") in {None, one.kind}]
    listed = Paginator(_by_field(shown), FIELDS_A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "any": bool(everything),
        "scores": sheet_check.scores(fields, found),
        "fields": listed,
        "kinds": _kinds(found, narrowed),
        "filters": [(name, FILTERS[name], choices[name], narrowed.chosen.get(name, "")) for name in FILTERS],
        "chips": _chips(choices, narrowed),
        "notes": narrowed.notes,
        "here": narrowed.address(),
        "shown": len(shown),
        "rights": rights_of(request),
    }
    return render(request, "ownership/sheet_check.html", context)


def _choices(fields: Sequence[Field]) -> Choices:
    """What each filter offers, as value and word."""
    subjects = sorted({one.subject or NO_SUBJECT for one in fields}, key=lambda name: (name == NO_SUBJECT, name))
    systems = sorted({use.system.name for one in fields for use in one.uses.all()}, key=str.casefold)
    teams = sorted({team.name for one in fields for team in touching(one).values()}, key=str.casefold)
    return {
        "kind": [(kind, label) for kind, (label, _) in KINDS.items()],
        **{
            name: [(value, value) for value in values]
            for name, values in (("subject", subjects), ("system", systems), ("team", teams))
        },
    }


def _narrowed(request: HttpRequest, choices: Choices) -> _Narrowed:
    given = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    chosen = {name: value for name, value in given.items() if value in dict(choices[name])}
    odd = [f"The filter “{FILTERS[name]}” has no such value and is left out." for name in given if name not in chosen]
    return _Narrowed(chosen, tuple(odd))


def _fits(field: Field, chosen: dict[str, str]) -> bool:
    return (
        chosen.get("subject") in {None, field.subject or NO_SUBJECT}
        and ("system" not in chosen or any(use.system.name == chosen["system"] for use in field.uses.all()))
        and ("team" not in chosen or any(team.name == chosen["team"] for team in touching(field).values()))
    )


def _by_field(found: Sequence[Finding]) -> list[tuple[Field, list[tuple[str, Finding]]]]:
    """The findings of each field, each with its kind in words."""
    by_field: dict[int, tuple[Field, list[tuple[str, Finding]]]] = {}
    for one in found:
        by_field.setdefault(one.field.pk, (one.field, []))[1].append((KINDS[one.kind][0], one))
    return list(by_field.values())


def _kinds(found: Sequence[Finding], narrowed: _Narrowed) -> list[tuple[str, int, str, bool]]:
    """Each kind that occurs: its words, of how many fields, the address that shows it alone, whether it does now."""
    times = Counter(kind for kind, _ in {(one.kind, one.field.pk) for one in found})
    chosen = narrowed.chosen.get("kind")
    return [
        (label, times[kind], narrowed.address(kind="" if kind == chosen else kind), kind == chosen)
        for kind, (label, _) in KINDS.items()
        if times[kind]
    ]


def _chips(choices: Choices, narrowed: _Narrowed) -> list[Chip]:
    return [
        Chip(FILTERS[name], dict(choices[name])[value], narrowed.address(**{name: ""}))
        for name, value in narrowed.chosen.items()
    ]
