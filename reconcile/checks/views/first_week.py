"""Start with one weekly check: a guided first week that fills the map and the registry as it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from boundaries.definitions import Map
from boundaries.facts import FieldFacts
from boundaries.forms.ready import ForgetForm, MapForm, ObserveForm, plain
from boundaries.models import Boundary
from boundaries.permissions import who_draws
from boundaries.queries import maps, readiness, versions
from boundaries.services.checking import Refused
from boundaries.services.editing import Clash, edit
from boundaries.views.asking import boundary_of, person_of, require_edit, require_lead, rights_of
from ownership import wording
from ownership.models import Team
from ownership.services.defining import Refused as FieldRefused
from reconcile.checks.first_week_forms import DisputesForm, FailingForm, StartForm, WatchForm, system_names
from reconcile.checks.models import Check
from reconcile.checks.queries import first_week as queries
from reconcile.checks.queries.boundaries import checks_of
from reconcile.checks.services import first_week as services

TITLES = (
    "Pick the check people complain about most",
    "Watch it once, from start to finish",
    "Write down which fields fail",
    "Write down how disputes end",
    "Take three recent exceptions, one sentence each",
    "What comes next",
)
# Which step a form belongs to.
STEPS = {"watch": 2, "failing": 3, "disputes": 4, "observe": 5, "forget": 5}
MOST_GOING_ON = 20


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def first_week(request: HttpRequest) -> HttpResponse:
    """Pick the check to begin with."""
    rights = rights_of(request)
    require_lead(rights)
    person = person_of(request)
    if request.method != "POST":
        return _start_page(request, StartForm(person=person, initial={"check": _asked_for(request)}))
    form = StartForm(request.POST, person=person)
    if not form.is_valid():
        return _start_page(request, form)
    given = form.cleaned_data
    try:
        if given["check"] is not None:
            found = services.start_with(given["check"], person=person)
        else:
            found = services.start_by_hand(given["name"], given["source"], given["target"], person=person)
    except Refused as refused:
        place = {"from": "source", "to": "target", "name": "name"}.get(refused.place)
        form.add_error(None if given["check"] else place, refused.sentence)
        return _start_page(request, form)
    return redirect("first_week_of", found.slug)


def _asked_for(request: HttpRequest) -> Check | None:
    given = request.GET.get("check", "")
    return Check.objects.filter(pk=int(given)).first() if given.isdecimal() and len(given) < 10 else None


def _start_page(request: HttpRequest, form: StartForm) -> HttpResponse:
    drawn = Boundary.objects.filter(removed_at=None).select_related("from_system", "to_system").order_by("-created_at")
    context = {
        "form": form,
        "titles": TITLES,
        "systems": system_names(),
        "going_on": drawn[:MOST_GOING_ON],
        "any_check": Check.objects.exists(),
    }
    return render(request, "checks/first_week.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def first_week_of(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the first week of a boundary; keep what one of its steps asks for."""
    rights = rights_of(request)
    require_lead(rights)
    found = boundary_of(slug)
    if request.method != "POST":
        return _page(request, found)
    require_edit(rights, found)
    do = request.POST.get("do", "")
    if do not in STEPS:
        messages.error(request, "That answer did not arrive whole. Give it again.")
        return redirect("first_week_of", found.slug)
    form = _posted(request, found, do)
    problem, status = form.fault, 422
    if form.is_valid():
        try:
            after = _KEPT.get(do, _edited)(request, found, form)
        except Clash as clash:
            problem, status = clash.sentence, 409
        except (Refused, FieldRefused) as refused:
            problem = refused.sentence
        else:
            now = queries.week_of(maps.definition(after)).now
            return redirect(f"{request.path}#week-{now}")
    return _page(request, boundary_of(slug), {"do": do, "form": form, "sentence": problem, "status": status})


def _posted(request: HttpRequest, boundary: Boundary, do: str) -> MapForm:
    if do == "failing":
        week = queries.week_of(maps.definition(boundary))
        return FailingForm(request.POST, offered=queries.offered(boundary, checks_of(boundary), week))
    made = {"watch": WatchForm, "disputes": DisputesForm, "observe": ObserveForm, "forget": ForgetForm}
    return made[do](request.POST, auto_id=f"{do}_%s")


def _edited(request: HttpRequest, boundary: Boundary, form: MapForm) -> Boundary:
    return edit(boundary, form.change, seen=form.version, person=person_of(request), reason=services.REASON)


def _watched(request: HttpRequest, boundary: Boundary, form: MapForm) -> Boundary:
    assert isinstance(form, WatchForm)  # noqa: S101 - for the types
    return services.watch(boundary, form.watched, seen=form.version, person=person_of(request))


def _failing(request: HttpRequest, boundary: Boundary, form: MapForm) -> Boundary:
    names = form.cleaned_data["names"]
    after, left_alone = services.note_failing(
        boundary, names, checks=checks_of(boundary), seen=form.version, person=person_of(request)
    )
    if left_alone:
        them = "is edited by another team and stays as it is" if len(left_alone) == 1 else "are edited by other teams"
        messages.info(request, f"On the map. In the registry {wording.listed(left_alone)} {them}.")
    return after


_KEPT: dict[str, Callable[[HttpRequest, Boundary, MapForm], Boundary]] = {"watch": _watched, "failing": _failing}


def _page(request: HttpRequest, boundary: Boundary, problem: dict[str, Any] | None = None) -> HttpResponse:
    said = maps.definition(boundary)
    week = queries.week_of(said)
    checks = list(checks_of(boundary))
    seen = versions.latest(boundary)
    forms = _forms(boundary, week, checks, seen)
    if problem is not None:
        # What was typed stays, on top of what somebody else did meanwhile.
        problem["form"].data = _on_top(problem["form"].data, seen)
        forms[problem["do"]] = problem["form"]
    stands = readiness.of(boundary)
    opened = STEPS[problem["do"]] if problem else week.now
    context: dict[str, Any] = {
        "boundary": boundary,
        "map": said,
        "week": week,
        "checks": checks,
        "steps": [
            (number, title, state, number == opened, _told(number, week, checks))
            for number, (title, state) in enumerate(zip(TITLES, week.states, strict=True), start=1)
        ],
        "done_count": sum(week.done),
        "problem": problem if problem and problem["sentence"] else None,
        "forms": forms,
        "seen": seen,
        "edits": rights_of(request).edits(boundary),
        "who_draws": who_draws(boundary),
        "address": request.path,
        "teams": Team.objects.values_list("name", flat=True),
        "stands": stands,
        "unowned": _unowned(week, stands),
        "new_check": _new_check(said),
    }
    return render(request, "checks/first_week_of.html", context, status=problem["status"] if problem else 200)


def _on_top(data: Any, seen: int) -> Any:
    changed = data.copy()
    changed["seen"] = str(seen)
    return changed


def _forms(boundary: Boundary, week: queries.Week, checks: list[Check], seen: int) -> dict[str, MapForm]:
    said = week.said
    return {
        "watch": WatchForm(initial={"seen": seen, **_watched_so_far(week, checks)}, auto_id="watch_%s"),
        "failing": FailingForm(
            initial={"seen": seen}, offered=queries.offered(boundary, checks, week), auto_id="failing_%s"
        ),
        "disputes": DisputesForm(
            initial={"seen": seen, "disputes": said.disputes, "owner": said.owner, "rule": said.rule},
            auto_id="disputes_%s",
        ),
        "observe": ObserveForm(initial={"seen": seen}, auto_id="observe_%s"),
    }


def _watched_so_far(week: queries.Week, checks: list[Check]) -> dict[str, Any]:
    """What the map says of the comparing; before it says anything, what the check tells of it."""
    step = week.compares
    if step is None:
        check = next(iter(checks), None)
        often = {"daily": 5, "weekly": 1, "monthly": 0.25}
        return {
            "team": check.owner.name if check and check.owner else "",
            "minutes": check.minutes_before if check else None,
            "times_per_week": often.get(check.cadence) if check else None,
        }
    into = next(iter(week.said.into(step.id)), None)
    who = queries.who_compares(step)
    return {
        "team": step.team,
        "who": "" if who == step.team else who,
        "minutes": plain(step.minutes),
        "times_per_week": plain(step.times_per_week),
        "trigger": into.trigger if into else "",
    }


def _told(number: int, week: queries.Week, checks: list[Check]) -> str:
    """What the map says of a step that is done, in a line."""
    said = week.said
    if number == 1:
        which = wording.listed(check.name for check in checks) if checks else said.name
        return f"{which}, between {said.source} and {said.target}"
    if number == 2 and week.compares is not None and week.compares.minutes_per_week is not None:
        return f"{week.compares.does} {wording.number(plain(week.compares.minutes_per_week))} minutes a week"
    told = {3: wording.listed(week.failing), 4: said.disputes, 5: _exceptions(len(said.observed))}
    return told.get(number, "")


def _exceptions(count: int) -> str:
    return wording.plural(count, "exception", "exceptions") if count else ""


def _unowned(week: queries.Week, stands: readiness.Readiness) -> list[tuple[str, FieldFacts | None]]:
    """The fields that fail and of which no owner is agreed, each with what the registry knows of it."""
    every = [(name, stands.facts.field(name)) for name in week.failing]
    return [(name, known) for name, known in every if known is None or known.state != "agreed"]


def _new_check(said: Map) -> str:
    return f"{reverse('check_new')}?{urlencode({'name': said.name, 'left': said.source, 'right': said.target})}"
