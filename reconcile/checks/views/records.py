"""One record of a run: both sides beside each other, and the way to the next."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ownership import keyset
from ownership.parts import Masked
from ownership.views.asking import person_of
from reconcile.checks import around, record_parts
from reconcile.checks.masking import Masking, key_words
from reconcile.checks.mismatch_tables import MismatchListing
from reconcile.checks.models import Mismatch, Run, RunState
from reconcile.checks.queries import answers
from reconcile.checks.queries.masking import of_run
from reconcile.checks.queries.mismatches import MismatchesOfRun
from reconcile.checks.queries.records import record_of
from reconcile.checks.queries.runs import as_of_by_number
from reconcile.checks.views.runs import found_run


@require_safe
def record(request: HttpRequest, run_id: int, mismatch_id: int) -> HttpResponse:
    """Show the record of a mismatch; the address carries the list it was opened from."""
    run = found_run(run_id)
    if run.state != RunState.DONE:
        return redirect("run", run.pk)
    masking = of_run(run, person_of(request))
    found = MismatchesOfRun(run, masking)
    try:
        mismatch, shown = record_of(found, mismatch_id)
    except (Mismatch.DoesNotExist, OverflowError) as missing:
        raise Http404 from missing
    check = run.check_compared
    context = {
        "run": run,
        "check": check,
        "sides": answers.side_names(check),
        "mismatch": mismatch,
        "key_words": _called(run, mismatch, masking),
        "masked": [*masking.every, *shown.left.masked.values(), *shown.right.masked.values()],
        **record_parts.record(run, mismatch, shown, as_of_by_number(check)),
        "parts": around.of_record(request, run, mismatch, masking),
        **_around(MismatchListing(request, found), run, mismatch),
    }
    return render(request, "checks/record.html", context)


def _called(run: Run, mismatch: Mismatch, masking: Masking) -> str:
    words = key_words(mismatch.key, composite=len(run.comparing.key) > 1, masked=masking.key)
    return "Masked key" if isinstance(words, Masked) else words


def _around(listing: MismatchListing, run: Run, mismatch: Mismatch) -> dict[str, str]:
    """Return the addresses of the list at this place, and of the mismatches before and after."""
    back = f"{reverse('run', args=[run.pk])}{listing.here}#mismatch-{mismatch.pk}"
    place = keyset.values_at(listing.everything, listing.terms, str(mismatch.pk))
    if place is None:
        return {"back": back, "previous": "", "next": ""}
    beside = {}
    for name, terms, part in (
        ("next", listing.terms, "after"),
        ("previous", [term.reversed() for term in listing.terms], "before"),
    ):
        pk = keyset.beyond(listing.queryset, terms, place).values_list("pk", flat=True).first()
        tail = listing.address()
        tail = f"{tail}{'&' if len(tail) > 1 else ''}{part}={mismatch.pk}"
        beside[name] = f"{reverse('record', args=[run.pk, pk])}{tail}" if pk else ""
    return {"back": back, **beside}
