"""A run: how far it is, what it found, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from ownership.views.asking import person_of
from reconcile.checks import run_parts
from reconcile.checks.mismatch_tables import MismatchListing
from reconcile.checks.models import ACTIVE, Run, RunState
from reconcile.checks.permissions import may_work_on
from reconcile.checks.queries import answers, held, runs
from reconcile.checks.queries.masking import of_run
from reconcile.checks.queries.mismatches import MismatchesOfRun
from reconcile.checks.run_forms import ConfirmForm
from reconcile.checks.services import runs as services
from reconcile.checks.services.refusals import Refusal, RunUnderWay
from reconcile.checks.views.rights import require_work_on


def found_run(run_id: int) -> Run:
    """One run with what stands around it. Raises Http404."""
    try:
        return runs.run_of(run_id)
    except (Run.DoesNotExist, OverflowError) as missing:
        raise Http404 from missing


@require_safe
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show how far a run is, why it is held or ended, or what it found with all its mismatches."""
    return _page(request, found_run(run_id))


def _page(request: HttpRequest, run: Run, form: ConfirmForm | None = None, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "run": run,
        "check": run.check_compared,
        "records": run.check_compared.records,
        "sides": answers.side_names(run.check_compared),
        "may_work": may_work_on(person_of(request), run.check_compared),
        "neighbours": runs.neighbours(run),
        "files": run_parts.files(run),
    }
    if run.state == RunState.DONE:
        masking = of_run(run, person_of(request))
        context["masked"] = masking.every
        listing = MismatchListing(request, MismatchesOfRun(run, masking))
        return listing.respond("checks/run_done.html", {**context, **run_parts.answer(run, listing)})
    if run.state == RunState.NEEDS_CONFIRMATION:
        masking = of_run(run, person_of(request))
        context |= {
            "form": form or ConfirmForm(),
            "held": held.held(run, masking),
            "masked": list(filter(None, masking.key)),
        }
    elif run.state in ACTIVE:
        context["steps"] = run_parts.steps(run)
    template = {RunState.NEEDS_CONFIRMATION: "checks/run_held.html"}.get(
        RunState(run.state), "checks/run_active.html" if run.state in ACTIVE else "checks/run_over.html"
    )
    return render(request, template, context, status=status)


@require_safe
def run_progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """Say how far a run is; once there is more to say, have the page loaded again."""
    run = found_run(run_id)
    if run.state in ACTIVE and run.state != RunState.NEEDS_CONFIRMATION:
        return render(request, "checks/_run_progress.html", {"run": run, "steps": run_parts.steps(run)})
    response = HttpResponse()
    response["HX-Refresh"] = "true"
    return response


@require_POST
@transaction.non_atomic_requests
def run_cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    """Stop a run, or discard one that is held."""
    return _changed(request, run_id, lambda run: services.cancel_run(run=run, person=person_of(request)))


@require_POST
def run_confirm(request: HttpRequest, run_id: int) -> HttpResponse:
    """Let a held run go on, for a reason."""
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        run = found_run(run_id)
        require_work_on(person_of(request), run.check_compared)
        if run.state == RunState.NEEDS_CONFIRMATION:
            return _page(request, run, form, status=422)
    why = form.cleaned_data.get("why", "")
    return _changed(request, run_id, lambda run: services.confirm_run(run=run, person=person_of(request), why=why))


@require_POST
def run_again(request: HttpRequest, run_id: int) -> HttpResponse:
    """Try once more what failed or was cancelled: the same two files, as the check is now."""
    run = found_run(run_id)
    person = person_of(request)
    require_work_on(person, run.check_compared)
    try:
        started = services.start_run(check=run.check_compared, left=run.left, right=run.right, person=person)
    except RunUnderWay as refusal:
        messages.info(request, str(refusal))
        return redirect("run", refusal.run.pk)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("run", run.pk)
    return redirect("run", started.run.pk)


def _changed(request: HttpRequest, run_id: int, change: Callable[[Run], Run]) -> HttpResponse:
    run = found_run(run_id)
    require_work_on(person_of(request), run.check_compared)
    try:
        change(run)
    except Refusal as refusal:
        messages.info(request, str(refusal))
    return redirect("run", run.pk)
