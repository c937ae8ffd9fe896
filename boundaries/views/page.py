"""The map page: the map as it is, or as it was on a day or after a change."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boundaries import wording
from boundaries.definitions import Map
from boundaries.forms.history import Asked, asked
from boundaries.models import Boundary
from boundaries.permissions import who_draws
from boundaries.queries import facts, maps, readiness, versions
from boundaries.queries import history as queries
from boundaries.views import history
from boundaries.views.asking import boundary_of, rights_of
from boundaries.views.showing import showing
from ownership.parts import Choice
from ownership.wording import plural

DOWNLOADS = (
    ("Picture, SVG", "boundary_svg"),
    ("Mermaid", "boundary_mermaid"),
    ("BPMN 2.0", "boundary_bpmn"),
    ("YAML", "boundary_yaml"),
)


@require_safe
@never_cache
def boundary(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a map. ``?on=2026-05-03`` shows it as it was on that day, ``?version=7`` as it was after that change."""
    found, wanted = boundary_of(slug, removed=True), asked(request.GET)
    if wanted.wrong:
        return history.answered(request, found, refused=wanted.wrong, status=400)
    if not wanted.now:
        return _as_it_was(request, found, wanted)
    if found.removed_at:
        return redirect("boundary_history", found.slug)
    stands = readiness.of(found)
    shown = showing(stands.said, stands.facts)
    context = _about(request, found, stands.said, shown) | {
        "ready_sentence": stands.sentence,
        "is_ready": stands.is_ready,
        "changes": queries.drawer(found),
        "downloads": _downloads(found),
    }
    return render(request, "boundaries/map.html", context)


def sentence(said: Map, shown: dict[str, Any]) -> str:
    """Return what is true of a map: how long it is, what it costs, what is missing."""
    ways = f"from {said.source} to {said.target}"
    if not said.steps:
        return f"No step is drawn yet, {ways}."
    teams = sum(bool(lane) for lane in said.lanes)
    length = f"{plural(len(said.steps), 'step', 'steps')} in {plural(teams, 'team', 'teams')}, {ways}."
    minutes = shown["manual_minutes"]
    by_hand = f"{wording.minutes(minutes)} of work by hand a week." if minutes else "No minutes by hand are known."
    missing = len(shown["things"]) - shown["things_said"]
    things = f"{missing} of the five things {'is' if missing == 1 else 'are'} missing"
    undecided = plural(shown["undecided_count"], "awkward case is", "awkward cases are")
    return f"{length} {by_hand} {things if missing else 'All five things are said'}, {undecided} undecided."


def _as_it_was(request: HttpRequest, found: Boundary, wanted: Asked) -> HttpResponse:
    kept = versions.version(found, wanted.number) if wanted.number else None
    if wanted.day:
        kept = versions.on(found, wanted.day)
    if kept is None:
        return history.answered(request, found, refused=_not_there(found, wanted), status=404)
    said = versions.map_of(kept)
    known = facts.of(said)
    context = _about(request, found, said, showing(said, known)) | {
        "kept": kept,
        "day": wanted.day,
        "was_removed": kept.data.get("removed", False),
        "is_now": said == maps.definition(found),
    }
    return render(request, "boundaries/map_then.html", context)


def _not_there(found: Boundary, wanted: Asked) -> str:
    if wanted.day is None:
        return f"There is no change {wanted.number} of this map."
    first = versions.versions(found).last()
    since = f" It is there since {timezone.localtime(first.at).date().isoformat()}." if first else ""
    return f"On {wanted.day.isoformat()} this map was not drawn yet.{since}"


def _about(request: HttpRequest, found: Boundary, said: Map, shown: dict[str, Any]) -> dict[str, Any]:
    edits = rights_of(request).edits(found)
    return shown | {
        "boundary": found,
        "sentence": sentence(said, shown),
        "edits": edits,
        "who_draws": "" if edits else who_draws(found),
    }


def _downloads(found: Boundary) -> list[Choice]:
    """The files of a map. The one in YAML is made further up, by whoever loads and dumps."""
    return [Choice(label, reverse(name, args=[found.slug])) for label, name in DOWNLOADS]
