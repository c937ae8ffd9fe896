"""The five quick checks before a boundary is automated, each answered where it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from boundaries import wording
from boundaries.definitions import Map, Step
from boundaries.facts import FieldFacts
from boundaries.forms.ready import FORMS, MapForm, plain
from boundaries.models import Boundary
from boundaries.permissions import who_draws
from boundaries.queries import facts, readiness, versions
from boundaries.ready import work
from boundaries.services.checking import Refused
from boundaries.services.editing import Clash, edit
from boundaries.views.asking import boundary_of, person_of, require_edit, rights_of

# Which question a form answers: there the browser goes on, and there a refusal stands.
ANSWERS = {"trigger": "event", "confirm": "", "observe": "exceptions", "forget": "exceptions", "volume": "volume"}
CONFIRMS = {"one_event": "event", "no_other_edits": "normal_path", "touches": "volume", "field_changes": "owners"}
HOURS = work.MINUTES_OF_ONE_PERSON / 60


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be kept: the form with what was typed, and the sentence where no box of it is to blame."""

    place: str
    do: str
    form: MapForm
    sentence: str = ""
    status: int = 422


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ready(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how a boundary stands with the five quick checks; keep an answer to one of them."""
    found = boundary_of(slug)
    if request.method != "POST":
        return _page(request, found)
    require_edit(rights_of(request), found)
    do = request.POST.get("do", "")
    if do not in FORMS:
        messages.error(request, "That answer did not arrive whole. Give it again.")
        return redirect("boundary_ready", found.slug)
    form = FORMS[do](request.POST)
    place = ANSWERS[do] or CONFIRMS.get(request.POST.get("what", ""), "normal_path")
    problem = kept(request, found, form, do, place)
    if problem is not None:
        return _page(request, boundary_of(slug), problem)
    return redirect(f"{request.path}#{place}")


def kept(request: HttpRequest, boundary: Boundary, form: MapForm, do: str, place: str) -> Problem | None:
    """Work what ``form`` says into the map, or return why it is not kept."""
    if not form.is_valid():
        return Problem(place, do, form, form.fault)
    try:
        edit(boundary, form.change, seen=form.version, person=person_of(request))
    except Clash as clash:
        return Problem(place, do, form, clash.sentence, 409)
    except Refused as refused:
        return Problem(place, do, form, refused.sentence)
    return None


def _page(request: HttpRequest, boundary: Boundary, problem: Problem | None = None) -> HttpResponse:
    stands = readiness.of(boundary)
    seen = versions.latest(boundary)
    forms = _forms(stands.said, seen)
    if problem is not None:
        # What was typed stays, on top of what somebody else did meanwhile.
        problem.form.data = {**problem.form.data.dict(), "seen": str(seen)}  # type: ignore[attr-defined]
        forms[problem.do] = problem.form
    context: dict[str, Any] = {
        "boundary": boundary,
        "map": stands.said,
        "stands": stands,
        "seen": seen,
        "edits": rights_of(request).edits(boundary),
        "who_draws": who_draws(boundary),
        "checks": [(one, problem if problem and problem.place == one.key else None) for one in stands.checks],
        "fields": _fields(stands),
        "touches": _touches(stands.said),
        "volume": _volume(stands.said),
        "forms": forms,
    }
    return render(request, "boundaries/ready.html", context, status=problem.status if problem else 200)


def _forms(said: Map, seen: int) -> dict[str, MapForm]:
    initial: dict[str, dict[str, Any]] = {
        "trigger": {"trigger": said.trigger},
        "observe": {},
        "volume": {
            "records_per_week": plain(said.records_per_week),
            "minutes_available": plain(said.minutes_available),
        },
    }
    return {do: FORMS[do](initial={"seen": seen, **values}, auto_id=f"{do}_%s") for do, values in initial.items()}


def _fields(stands: readiness.Readiness) -> list[tuple[str, FieldFacts | None]]:
    """The fields that the first question is about, each with what the registry knows of it; open ones first."""
    names = {name.casefold(): name for name in [*stands.compared, *facts.named(stands.said)]}
    every = [(name, stands.facts.field(name)) for name in names.values()]
    return sorted(every, key=lambda one: one[1] is not None and one[1].state == "agreed")


def _touches(said: Map) -> list[tuple[int, Step, str]]:
    """The steps done by hand: number, step, and how in words."""
    return [(place, one, wording.touch(one.touch)) for place, one in enumerate(said.steps, start=1) if one.touch]


def _volume(said: Map) -> list[dict[str, Any]]:
    """The rows of the table of work by hand, now and at twice the volume; none where no step of the map is by hand."""
    touches = _touches(said)
    if not touches:
        return []
    rows = [_row(f"Step {place}, {how}", one.minutes_per_week) for place, one, how in touches]
    now = work.minutes_now(said)
    rows.append(_row("Altogether", now, total=True))
    if said.minutes_available is not None:
        available = _amount(said.minutes_available)
        rows.append({"words": "Minutes available", "now": available, "twice": available, "total": False})
    people = [_people(minutes) for minutes in (now, 2 * now)]
    rows.append({"words": f"People, at {HOURS:g} hours a week", "now": people[0], "twice": people[1], "total": True})
    return rows


def _row(words: str, now: float | None, *, total: bool = False) -> dict[str, Any]:
    twice = None if now is None else 2 * now
    return {"words": words, "now": _amount(now), "twice": _amount(twice), "total": total}


def _people(minutes: float) -> str:
    count = work.people(minutes)
    return "under 0.1" if 0 < count < 0.05 else wording.figure(count)


def _amount(figure: float | None) -> str:
    return "not known" if figure is None else wording.figure(figure)
