"""Editing a map beside its picture: each POST is one change, kept together with what others change meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from boundaries import reading_steps, telling
from boundaries.definitions import Map
from boundaries.forms.editing import NOT_WHOLE, EditForm
from boundaries.forms.operations import FORMS
from boundaries.models import Boundary
from boundaries.operations import Impossible
from boundaries.queries import facts, maps, offered, versions
from boundaries.services import editing
from boundaries.services.checking import Refused
from boundaries.views.asking import boundary_of, person_of, require_edit, rights_of
from boundaries.views.showing import columns_asked, showing
from boundaries.views.working import Attempt, Differing, Rows
from ownership.queries import presence as present
from ownership.services import presence as seen

# "step create", "handoff mail create"; nothing for the map as a whole.
PLACE = re.compile(r"(?:step [A-Za-z0-9_-]{1,60}|handoff [A-Za-z0-9_-]{1,60} [A-Za-z0-9_-]{1,60})?")
MOST_PLACE = 100
MOST_COLUMNS = 12


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the editor, or keep one change."""
    found = _theirs(request, slug)
    if request.method != "POST":
        return _page(request, found)
    form = _form(request, found)
    if form is None:
        return _page(request, found, Attempt(None, (("", NOT_WHOLE),)), status=422)
    if not form.is_valid():
        return _page(request, found, _refused(form, _sentences(form)), status=422)
    try:
        after = editing.edit(found, form.change, seen=form.version, person=person_of(request))
    except editing.Clash as clash:
        return _page(request, boundary_of(slug), _clashed(found, form, clash), status=409)
    except (Refused, Impossible) as refused:
        return _page(request, found, _refused(form, ((refused.place, refused.sentence),)), status=422)
    return _done(request, after, form)


@non_atomic_requests
@require_POST
@never_cache
def draw(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the picture and the notes as they would be with what stands in a form. Keeps nothing.

    What cannot be understood yet is drawn as it was: somebody is still typing it, and is told when it shall be kept.
    """
    found = _theirs(request, slug)
    said = maps.definition(found)
    form = _form(request, found)
    if form is None:
        return _drawn(request, said, None, (NOT_WHOLE,), status=422)
    if not form.is_valid():
        return _drawn(request, said, form)
    try:
        return _drawn(request, form.change(said), form)
    except Impossible as impossible:
        return _drawn(request, said, form, (impossible.sentence,), status=422)


@require_POST
@never_cache
def undo(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back one's own last change."""
    return _turned(request, slug, editing.undo)


@require_POST
@never_cache
def redo(request: HttpRequest, slug: str) -> HttpResponse:
    """Make again what one undid last."""
    return _turned(request, slug, editing.redo)


@non_atomic_requests
@require_POST
@never_cache
def presence(request: HttpRequest, slug: str) -> HttpResponse:
    """Say at which place one is; answer who else draws this map and where, and which version is the latest.

    Stands outside the transaction of requests that change something: it is asked every few seconds.
    """
    found = get_object_or_404(maps.with_teams(), slug=slug)
    require_edit(rights_of(request), found)
    place = request.POST.get("place", "")
    if not PLACE.fullmatch(place):
        return JsonResponse({"sentence": "This cannot be read: a place is named like step create."}, status=400)
    if len(place) > MOST_PLACE:
        place = f"step {place.split()[1]}"
    person, page = person_of(request), f"boundary {found.pk}"
    seen.be_present(person, page=page, cell=place)
    others = [{"name": one.name, "place": one.cell} for one in present.others(person, page=page)]
    last = versions.versions(found).first()
    by = last.by_name if last else ""
    return JsonResponse({"people": others, "latest": last.number if last else 0, "by": by})


def _theirs(request: HttpRequest, slug: str) -> Boundary:
    """The boundary, if it is theirs to draw."""
    found = boundary_of(slug)
    require_edit(rights_of(request), found)
    return found


def _form(request: HttpRequest, found: Boundary) -> EditForm | None:
    """The form that was posted, None if it is none."""
    made = FORMS.get(request.POST.get("do", ""))
    if made is None:
        return None
    said, names = maps.definition(found), offered.names()
    taken = frozenset(one.id for one in said.steps)
    return made(request.POST, taken=taken, teams=names.teams, systems=names.systems, uses=offered.uses(said))


def _sentences(form: EditForm) -> tuple[tuple[str, str], ...]:
    return tuple(
        (box if box in form.said else "", str(sentence))
        for box, sentences in form.errors.items()
        for sentence in dict.fromkeys(sentences)
    )


def _refused(form: EditForm, sentences: tuple[tuple[str, str], ...]) -> Attempt:
    return Attempt(form, sentences, form.typed())


def _clashed(found: Boundary, form: EditForm, clash: editing.Clash) -> Attempt:
    """What was typed, on top of what others wrote: boxes that one left alone show theirs."""
    if form.takes_away:
        still = f"{clash.by} changed this meanwhile, so it is still there. Remove it again if it shall go."
        return Attempt(form, (("", still),))
    base = versions.version(found, form.version)
    before = form.texts(versions.map_of(base)) if base else {}
    theirs, typed = form.texts(versions.map_of(clash.version)), form.typed()
    mine = {box: text for box, text in typed.items() if text != before.get(box, "")}
    differing = tuple(
        Differing(str(form.fields[box].label), theirs.get(box, ""), text)
        for box, text in mine.items()
        if text != theirs.get(box, "")
    )
    return Attempt(form, (("", clash.sentence),), theirs | mine, clash.by, differing)


def _turned(request: HttpRequest, slug: str, turn: Callable[..., Boundary]) -> HttpResponse:
    found = _theirs(request, slug)
    try:
        after = turn(found, person=person_of(request))
    except editing.Clash as clash:
        sentence = f"{clash.by} changed the same part since. Change it by hand, so that theirs is not lost unseen."
        return _page(request, found, Attempt(None, (("", sentence),)), status=409)
    except Refused as refused:
        return _page(request, found, Attempt(None, (("", refused.sentence),)), status=422)
    return _done(request, after)


def _done(request: HttpRequest, after: Boundary, form: EditForm | None = None) -> HttpResponse:
    """The page again, at the place where one was."""
    if _asks_part(request):
        return _page(request, after)
    said = maps.definition(after)
    opened = _opened(request) | ({form.inside} if form else set())
    # Whoever works inside a hand-off goes on there; what is not on the map is not asked for.
    there = [one.ends for one in said.handoffs if "handoff {} {}".format(*one.ends) in opened]
    query = urlencode([("open", " ".join(ends)) for ends in there])
    address = reverse("boundary_edit", args=[after.slug]) + (f"?{query}" if query else "")
    return redirect(f"{address}#{_anchor(said, form)}")


def _opened(request: HttpRequest) -> frozenset[str]:
    """The places of the hand-offs that are open where the page is shown; what is asked may be no place at all."""
    return frozenset(f"handoff {ends}" for asked in (request.GET, request.POST) for ends in asked.getlist("open"))


def _anchor(said: Map, form: EditForm | None) -> str:
    what, *ids = form.place.split(" ") if form else [""]
    there = (what == "step" and said.step(ids[0])) or (what == "handoff" and said.handoff(ids[0], ids[1]))
    if not there or form is None:
        return "map-about" if form and not what else "map-steps"
    inside = "handoff-{}--{}-more".format(*ids) if hasattr(form, "what") else ""
    return inside or f"edit-{telling.anchor(form.place)}"


def _page(request: HttpRequest, found: Boundary, attempt: Attempt | None = None, *, status: int = 200) -> HttpResponse:
    said, names = maps.definition(found), offered.names()
    latest = versions.latest(found)
    context = {
        "boundary": found,
        "latest": latest,
        # Stands in every form: a long map has hundreds.
        "edit_address": reverse("boundary_edit", args=[found.slug]),
        "standing": editing.standing(found, person_of(request)),
        **showing(said, facts.of(said), columns=_columns(request), in_editor=True),
        **Rows(said, names, offered.uses(said), attempt, _opened(request)).context(),
    }
    template = "boundaries/_work.html" if _asks_part(request) else "boundaries/editor.html"
    return render(request, template, context, status=status)


def _asks_part(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _drawn(
    request: HttpRequest, said: Map, form: EditForm | None, sentences: Sequence[str] = (), *, status: int = 200
) -> HttpResponse:
    context = showing(said, facts.of(said), columns=_columns(request), in_editor=True)
    sentence, names = (form.given("does") if form else ""), offered.names()
    complaints = reading_steps.read(sentence, teams=names.teams, systems=names.systems).complaints if sentence else ()
    context |= {"boxes": form.boxes if form else "", "complaints": [*sentences, *complaints]}
    return render(request, "boundaries/_drawn.html", context, status=status)


def _columns(request: HttpRequest) -> int:
    """How many steps fit beside each other where the picture stands, as the page measured it."""
    asked = request.POST.get("columns") or request.GET.get("columns") or ""
    return columns_asked(asked, most=MOST_COLUMNS)
