"""Timing or ownership: a few questions about one disagreement. Where one is in them stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from boundaries.definitions import Map
from boundaries.facts import Facts
from boundaries.forms.ready import LONGEST_SENTENCE, KeepForm
from boundaries.guided import Ending, Question, ask
from boundaries.models import Boundary
from boundaries.queries import facts, maps, versions
from boundaries.services.checking import Refused
from boundaries.services.editing import Clash, edit
from boundaries.views.asking import boundary_of, person_of, require_edit, rights_of


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that is answered: its text, the answer in words, and the address at which it is asked again."""

    text: str
    words: str
    again: str


@dataclass(frozen=True, slots=True)
class Asking:
    """How far one is: what is answered, by key and for people, and what comes next."""

    answers: dict[str, str]
    answered: tuple[Answered, ...]
    next: Question | Ending


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def which(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the questions one at a time; keep what came out with the boundary."""
    found = boundary_of(slug)
    given = request.POST if request.method == "POST" else request.GET
    sentence = " ".join(given.get("sentence", "").replace("\0", "").split())[:LONGEST_SENTENCE]
    asking = followed(given, sentence)
    if request.method != "POST":
        return _page(request, found, sentence, asking)
    require_edit(rights_of(request), found)
    if not isinstance(asking.next, Ending):
        return _page(
            request, found, sentence, asking, problem="Answer all questions first, then it can be kept.", status=422
        )
    return _kept(request, found, sentence, asking, asking.next)


def followed(given: Mapping[str, str], sentence: str) -> Asking:
    """Return how far the answers in ``given`` lead; those that belong to no question on the way are left alone."""
    answers: dict[str, str] = {}
    answered: list[Answered] = []
    following = ask(answers)
    while isinstance(following, Question):
        words = dict(following.answers).get(given.get(following.key, ""))
        if words is None or following.key in answers:
            break
        answered.append(Answered(following.text, words, "?" + urlencode({"sentence": sentence, **answers})))
        answers[following.key] = given[following.key]
        following = ask(answers)
    return Asking(answers, tuple(answered), following)


def _kept(request: HttpRequest, boundary: Boundary, sentence: str, asking: Asking, ending: Ending) -> HttpResponse:
    form = KeepForm(
        {"seen": request.POST.get("seen", ""), "sentence": sentence, "kind": ending.kind}, today=timezone.localdate()
    )
    if not form.is_valid():
        problem = next(iter(form.errors.values()))[0]
        return _page(request, boundary, sentence, asking, problem=str(problem), status=422)
    try:
        edit(boundary, form.change, seen=form.version, person=person_of(request))
    except Clash as clash:
        return _page(request, boundary_of(boundary.slug), sentence, asking, problem=clash.sentence, status=409)
    except Refused as refused:
        return _page(request, boundary, sentence, asking, problem=refused.sentence, status=422)
    messages.success(request, f"Kept as {ending.kind}. It is one of the exceptions of {boundary.name}.")
    return redirect(f"{reverse('boundary_ready', args=[boundary.slug])}#exceptions")


def _page(  # noqa: PLR0913 - by name
    request: HttpRequest, boundary: Boundary, sentence: str, asking: Asking, *, problem: str = "", status: int = 200
) -> HttpResponse:
    said = maps.definition(boundary)
    ending = asking.next if isinstance(asking.next, Ending) else None
    edits = rights_of(request).edits(boundary)
    # Who may not draw the map reads it in the same place.
    handoffs = reverse("boundary_edit" if edits else "boundary", args=[boundary.slug]) + ("#edit-" if edits else "#")
    context: dict[str, Any] = {
        "boundary": boundary,
        "map": said,
        "sentence": sentence,
        "asking": asking,
        "question": None if ending else asking.next,
        "ending": ending,
        "following": _following(handoffs, said, facts.of(said), sentence, ending.kind) if ending else (),
        "suggested": [one for one in said.observed if not one.kind],
        "edits": edits,
        "seen": versions.latest(boundary),
        "problem": problem,
        "longest": LONGEST_SENTENCE,
    }
    return render(request, "boundaries/which.html", context, status=status)


def _following(handoffs: str, said: Map, known: Facts, sentence: str, kind: str) -> list[tuple[str, str]]:
    """Where to go on, as words and address, the most particular first. ``handoffs``: how their addresses begin."""
    fields = [one for one in known.fields.values() if one.name.casefold() in sentence.casefold()]
    # A disagreement that names no field of the map is looked into at any of them.
    named = fields or list(known.fields.values())[:3]
    if kind in ("timing", "missed event"):
        what = "How long" if kind == "timing" else "The trigger of"
        leads = _leads(said, [one.name for one in fields])
        words = "the hand-off may take" if kind == "timing" else "the hand-off"
        places = [(f"{what} {words}, {steps}", f"{handoffs}handoff-{a}--{b}") for a, b, steps in leads]
        return places or [("Draw the hand-offs of this boundary", handoffs.partition("#")[0])]
    if kind == "ownership":
        return [(f"Who owns {one.name}", f"{one.url}#agreement") for one in named] or [_registry()]
    return [(f"What {one.name} means in each system", f"{one.url}#uses") for one in named] or [_registry()]


def _registry() -> tuple[str, str]:
    return "Say it in the table of fields", reverse("ownership")


def _leads(said: Map, fields: list[str]) -> list[tuple[str, str, str]]:
    """The hand-offs in question, ends and steps in words: those that carry the fields, else all to another team."""
    carrying = [one for one in said.handoffs if {carried.field for carried in one.fields} & set(fields)]
    chosen = carrying or [one for one in said.handoffs if said.takes_over(one)] or list(said.handoffs)
    return [(*one.ends, f"step {said.number(one.source)} to step {said.number(one.target)}") for one in chosen[:3]]
