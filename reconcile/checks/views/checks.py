"""Checks: the list, one of them, running it again, editing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from boundaries.models import Boundary
from boundaries.permissions import MapRights
from ownership import wording
from ownership.history import changes_of
from ownership.listing import Listing
from ownership.permissions import may_remove_example
from ownership.views.asking import person_of
from reconcile.checks import around
from reconcile.checks.models import Check, Draft
from reconcile.checks.permissions import may_make_checks, may_work_on
from reconcile.checks.queries import boundaries
from reconcile.checks.queries import checks as queries
from reconcile.checks.queries.answers import sentence
from reconcile.checks.queries.columns import shown_name
from reconcile.checks.queries.drafts import open_drafts
from reconcile.checks.queries.masking import of_check
from reconcile.checks.services import checks as services
from reconcile.checks.services import drafts
from reconcile.checks.services.boundaries import set_boundary
from reconcile.checks.services.refusals import DayMissing, Refusal, RunUnderWay
from reconcile.checks.tables import ChecksFilter, ChecksTable, RunsTable
from reconcile.checks.views.days import days_asked, days_said
from reconcile.checks.views.drafts import draft_page
from reconcile.checks.views.files import SIDES, both_received
from reconcile.checks.views.rights import require_work_on
from reconcile.exports.models import Snapshot


@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    """List the checks, and the drafts of whoever looks."""
    person = person_of(request)
    listing = Listing(
        request,
        queries.checks(),
        ChecksTable,
        search=("name", "records", "left_system__name", "right_system__name", "owner__name"),
        filters=ChecksFilter,
        default_order=("name",),
        name="checks",
    )
    maker = may_make_checks(person)
    context = {
        "may_make": maker,
        "drafts": open_drafts(person) if maker else (),
        "discarded": _discarded(request),
        "any_check": bool(listing.page.rows) or bool(listing.chips),
    }
    return listing.respond("checks/list.html", context)


def _discarded(request: HttpRequest) -> Draft | None:
    """The draft that was just put aside, while it can be taken back."""
    given = request.GET.get("discarded", "")
    try:
        return Draft.objects.filter(pk=given, person=person_of(request)).exclude(discarded_at=None).first()
    except ValidationError:
        return None


def _check(check_id: int) -> Check:
    try:
        return queries.check_of(check_id)
    except (Check.DoesNotExist, OverflowError) as missing:
        raise Http404 from missing


@require_safe
def check(request: HttpRequest, check_id: int) -> HttpResponse:
    """Show a check: what its last run found, its boundary, its runs over time, its history."""
    return _page(request, _check(check_id))


@require_POST
def boundary(request: HttpRequest, check_id: int) -> HttpResponse:
    """Say across which boundary a check compares, or that it is none."""
    found = _check(check_id)
    person = person_of(request)
    require_work_on(person, found)
    given = request.POST.get("boundary", "")
    wanted = None
    if given:
        numbers = [int(given)] if given.isdecimal() and len(given) < 10 else []
        wanted = Boundary.objects.filter(pk__in=numbers, removed_at=None).first()
        if wanted is None:
            return _page(request, found, "There is no such boundary any more. Choose another.")
    if set_boundary(check=found, boundary=wanted, person=person):
        said = f"It compares across {wanted.name} now." if wanted else "It compares across no boundary now."
        messages.success(request, said)
    return redirect(f"{reverse('check', args=[found.pk])}#boundary")


def _page(request: HttpRequest, found: Check, problem: str = "") -> HttpResponse:
    person = person_of(request)
    listing = Listing(request, queries.runs_of(found), RunsTable, default_order=("-as_of", "-id"), name="runs")
    last = queries.last_done(found)
    found.masked = of_check(found, person).of_field
    across = boundaries.across(found)
    context: dict[str, Any] = {
        "check": found,
        "may_work": may_work_on(person, found),
        "may_add_fields": may_make_checks(person),
        "may_remove_example": found.is_demo and may_remove_example(person),
        "key": [[shown_name(column) for column in pair] for pair in found.comparing.key],
        "last": last,
        "sentence": sentence(found, last.totals or {}) if last else "",
        "active": queries.active_run(found),
        "edit": queries.edit_under_way(found, person.pk),
        "chart": queries.mismatches_over_time(found, lambda run_id: reverse("run", args=[run_id])),
        "changes": changes_of(found),
        "across": across,
        "parts": around.of_check(request, found),
        "draws": across is not None and MapRights(person).edits(across.boundary),
        "problem": problem,
    }
    if context["may_work"]:
        context["fitting"], context["others"] = boundaries.offered(found)
    response = listing.respond("checks/check.html", context)
    response.status_code = 422 if problem else response.status_code
    return response


@transaction.non_atomic_requests
@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, check_id: int) -> HttpResponse:
    """Take two new exports of a check and start the run of them."""
    found = _check(check_id)
    person = person_of(request)
    require_work_on(person, found)
    if request.method != "POST":
        return _run_page(request, found)
    days, problems = days_said(request)
    missing = {side: f"Drop the export of {getattr(found, f'{side}_system').name[:60]} here too." for side in SIDES}
    given, wrong = both_received(request, person, missing=missing)
    problems |= wrong
    if problems:
        return _run_page(request, found, problems, given)
    return _started(request, found, given, days)


def _started(request: HttpRequest, check: Check, given: dict[str, Snapshot], days: services.Days) -> HttpResponse:
    try:
        started = services.run_again(
            check=check, left=given["left"], right=given["right"], days=days, person=person_of(request)
        )
    except RunUnderWay as refusal:
        messages.info(request, str(refusal))
        return redirect("run", refusal.run.pk)
    except DayMissing as refusal:
        return _run_page(request, check, {"as_of": str(refusal)}, given)
    except Refusal as refusal:
        return _run_page(request, check, {"run": str(refusal)}, given)
    if started.again:
        day = wording.moment(started.run.finished_at)
        messages.info(request, f"These two files were compared on {day}: nothing is new.")
    return redirect("run", started.run.pk)


def _run_page(
    request: HttpRequest,
    check: Check,
    problems: dict[str, str] | None = None,
    given: dict[str, Snapshot] | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "check": check,
        "problems": problems or {},
        "given": given or {},
        "days": days_asked(request, given or {}, problems or {}),
        "waits": bool(problems) and not {"left", "right"} & set(problems or {}),
        "active": queries.active_run(check),
        "last": queries.last_done(check),
    }
    return render(request, "checks/check_run.html", context, status=422 if problems else 200)


@require_safe
def edit(request: HttpRequest, check_id: int) -> HttpResponse:
    """Edit a check on the files of its last run; what is changed is kept as a draft until it is saved."""
    found = _check(check_id)
    person = person_of(request)
    require_work_on(person, found)
    return draft_page(request, drafts.start_edit(person=person, check=found))
