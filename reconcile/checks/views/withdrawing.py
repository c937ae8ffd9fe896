"""Taking a run back: what that does, and doing it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ownership.views.asking import person_of
from reconcile.checks import run_parts
from reconcile.checks.models import Run, RunState
from reconcile.checks.queries import checks
from reconcile.checks.queries.withdrawing import withdrawal
from reconcile.checks.run_forms import WithdrawForm
from reconcile.checks.services.refusals import Refusal
from reconcile.checks.services.withdrawing import withdraw_run
from reconcile.checks.views.rights import require_work_on
from reconcile.checks.views.runs import found_run


@require_http_methods(["GET", "HEAD", "POST"])
def run_withdraw(request: HttpRequest, run_id: int) -> HttpResponse:
    """Say what becomes of everything without this run, and withdraw it for a reason."""
    run = found_run(run_id)
    person = person_of(request)
    require_work_on(person, run.check_compared)
    if run.state != RunState.DONE:
        messages.info(request, f"This run is {run.get_state_display()}; there is nothing to withdraw.")
        return redirect("run", run.pk)
    if request.method != "POST":
        return _page(request, run, WithdrawForm())
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _page(request, run, form, status=422)
    number = run.number
    try:
        withdraw_run(run=run, person=person, why=form.cleaned_data["why"])
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("run", run.pk)
    messages.success(request, f"Run {number} is withdrawn: everything is as it was before it.")
    return redirect("run", run.pk)


def _page(request: HttpRequest, run: Run, form: WithdrawForm, status: int = 200) -> HttpResponse:
    context = {
        "run": run,
        "check": run.check_compared,
        "form": form,
        "files": run_parts.files(run),
        "becomes": withdrawal(run),
        "active": checks.active_run(run.check_compared),
    }
    return render(request, "checks/run_withdraw.html", context, status=status)
