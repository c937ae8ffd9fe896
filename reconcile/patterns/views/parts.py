"""What patterns show on the pages of checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ownership import wording
from ownership.views.asking import person_of
from reconcile.checks.around import Said
from reconcile.checks.masking import Masking
from reconcile.checks.models import Check, Kind, Mismatch, Run
from reconcile.checks.queries.checks import check_of, last_done
from reconcile.checks.queries.masking import of_check as masking_of
from reconcile.patterns.models import Cause
from reconcile.patterns.queries import causes
from reconcile.patterns.queries.behind import troubles_of
from reconcile.patterns.queries.patterns import GONE, PatternShown, patterns_of
from reconcile.patterns.queries.seen import SeenPattern, seen
from reconcile.patterns.services import remembering
from reconcile.patterns.tables import cause_chip, table_of
from reconcile.patterns.views import shown as values
from reconcile.patterns.views.timelines import timeline_of

MOST_SHOWN = 12


@require_safe
@never_cache
def check_patterns(request: HttpRequest, check_id: int) -> HttpResponse:
    """Answer with the patterns of a check alone, while its page waits for them."""
    try:
        check = check_of(check_id)
    except (Check.DoesNotExist, OverflowError) as missing:
        raise Http404 from missing
    return HttpResponse(of_check(request, check))


def of_check(request: HttpRequest, check: Check) -> SafeString:
    """Return the patterns of a check's last run, the first thing on its page."""
    masking = masking_of(check, person_of(request))
    last = last_done(check)
    found = [seen(one, masking) for one in patterns_of(check)]
    standing = [one for one in found if one.shown.change != GONE]
    gone = [one for one in found if one.shown.change == GONE]
    there = reverse("patterns")
    context: dict[str, Any] = {
        "check": check,
        "last": last,
        "behind": remembering.is_behind(check),
        "troubles": troubles_of(check),
        "nothing_differs": last is not None and not (last.totals or {}).get("mismatches"),
        "sentence": _sentence([one.shown for one in standing], last),
        "tiles": values.problem_tiles(
            [one.shown for one in standing], lambda problem: f"{there}?check={check.pk}&problem={problem}"
        ),
        "standing": _table(standing[:MOST_SHOWN]),
        "more": max(len(standing) - MOST_SHOWN, 0),
        "gone": _table(gone[:MOST_SHOWN]),
        "gone_count": len(gone),
    }
    return render_to_string("patterns/_of_check.html", context, request)


def _table(found: list[SeenPattern]) -> Any:
    if not found:
        return None
    table = table_of({one.shown.pattern.pk: one for one in found})
    return table([one.shown.pattern for one in found], orderable=False, exclude=("first_seen",))


def _sentence(found: list[PatternShown], last: Run | None) -> str:
    """How much of what differs the largest patterns hold: the answer before the figures."""
    every = (last.totals or {}).get("mismatches", 0) if last else 0
    explained = [one for one in found if one.pattern.cause != Cause.UNEXPLAINED]
    held = sum(one.count for one in explained)
    if not explained or not every:
        return f"Nothing that is known explains the {wording.plural(every, 'mismatch', 'mismatches')}."
    largest = explained[0].count
    said = f"{wording.plural(len(explained), 'pattern explains', 'patterns explain')} "
    said += f"{wording.percent(held, every)} of {wording.plural(every, 'mismatch', 'mismatches')}"
    return f"{said}; the largest alone {wording.percent(largest, every)}." if len(explained) > 1 else f"{said}."


def of_record(request: HttpRequest, run: Run, mismatch: Mismatch, masking: Masking) -> SafeString:
    """Return cause and evidence of a mismatch, its pattern, and the timeline of both values."""
    row = causes.cause_of(run, mismatch)
    context: dict[str, Any] = {
        "what": mismatch.field if mismatch.kind == Kind.DIFFERS else "",
        "behind": row is None and remembering.is_behind(run.check_compared),
        "timeline": timeline_of(run, mismatch, masking),
    }
    if row is not None:
        root = causes.by_label(run).get(row.label)
        shown = next((one for one in patterns_of(run.check_compared) if root and one.pattern.pk == root.pk), None)
        context["evidence"] = causes.evidence_of(run, row, masking)
        context["chip"] = cause_chip(row.cause)
        context["pattern"] = seen(shown, masking) if shown else None
    return render_to_string("patterns/_of_record.html", context, request)


def of_listed(run: Run, mismatches: Iterable[int]) -> Mapping[int, Said]:
    """Return the pattern of each mismatch that stands now."""
    return {
        key: Said(said.cause, reverse("pattern", args=[said.pattern.pk]), said.name)
        for key, said in causes.said_of(run, mismatches).items()
    }
