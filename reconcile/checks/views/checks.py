"""Checks: the list, one of them, running it again, editing it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import DateField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from ownership import wording
from ownership.history import changes_of
from ownership.listing import Listing
from ownership.permissions import may_remove_example
from reconcile.checks.models import Check, Draft
from reconcile.checks.permissions import may_make_checks, may_work_on
from reconcile.checks.queries import checks as queries
from reconcile.checks.queries.answers import sentence
from reconcile.checks.queries.columns import shown_name
from reconcile.checks.queries.drafts import open_drafts
from reconcile.checks.queries.masking import of_check
from reconcile.checks.services import checks as services
from reconcile.checks.services import drafts
from reconcile.checks.services.refusals import Refusal, RunUnderWay
from reconcile.checks.tables import ChecksFilter, ChecksTable, RunsTable
from reconcile.checks.views.drafts import draft_page
from reconcile.checks.views.files import SIDES, both_received
from reconcile.checks.views.rights import person_of, require_work_on
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
    """Show a check: what its last run found, its runs over time, its history."""
    found = _check(check_id)
    person = person_of(request)
    listing = Listing(request, queries.runs_of(found), RunsTable, default_order=("-id",), name="runs")
    last = queries.last_done(found)
    found.masked = of_check(found, person).of_field
    context = {
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
    }
    return listing.respond("checks/check.html", context)


@transaction.non_atomic_requests
@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, check_id: int) -> HttpResponse:
    """Take two new exports of a check and start the run of them."""
    found = _check(check_id)
    person = person_of(request)
    require_work_on(person, found)
    if request.method != "POST":
        return _run_page(request, found)
    as_of, problems = _day(request)
    missing = {side: f"Drop the export of {getattr(found, f'{side}_system').name[:60]} here too." for side in SIDES}
    given, wrong = both_received(request, person, missing=missing)
    problems |= wrong
    if problems:
        return _run_page(request, found, problems, given)
    return _started(request, found, given, as_of)


def _started(request: HttpRequest, check: Check, given: dict[str, Snapshot], as_of: date | None) -> HttpResponse:
    try:
        started = services.run_again(
            check=check, left=given["left"], right=given["right"], as_of=as_of, person=person_of(request)
        )
    except RunUnderWay as refusal:
        messages.info(request, str(refusal))
        return redirect("run", refusal.run.pk)
    except Refusal as refusal:
        return _run_page(request, check, {"run": str(refusal)}, given)
    if started.again:
        day = wording.moment(started.run.finished_at)
        messages.info(request, f"These two files were compared on {day}: nothing is new.")
    return redirect("run", started.run.pk)


def _day(request: HttpRequest) -> tuple[date | None, dict[str, str]]:
    """The day the exports are of, None where it is left to their names."""
    given = request.POST.get("as_of", "").strip()
    if not given:
        return None, {}
    try:
        return DateField().clean(given), {}
    except ValidationError:
        return None, {"as_of": "The day is written as 2026-11-20, or left empty."}


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
        "as_of": request.POST.get("as_of", "")[:20],
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
