"""Pages of patterns: all of them, one of them, its mismatches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ownership import wording
from ownership.history import changes_of
from ownership.listing import Listing
from ownership.models import Field
from ownership.views.asking import person_of
from reconcile import engine
from reconcile.checks.masking import Masking
from reconcile.checks.mismatch_tables import MismatchListing
from reconcile.checks.models import Check, Run, RunState
from reconcile.checks.permissions import may_make_checks
from reconcile.checks.queries import answers
from reconcile.checks.queries.masking import of_check
from reconcile.checks.queries.runs import as_of_by_number
from reconcile.patterns.forms import EventForm, MergeForm, NameForm
from reconcile.patterns.models import Cause, Pattern
from reconcile.patterns.permissions import may_shape
from reconcile.patterns.queries import causes, families
from reconcile.patterns.queries import patterns as queries
from reconcile.patterns.queries.behind import conditions_of
from reconcile.patterns.queries.listed import EveryPattern
from reconcile.patterns.queries.seen import SeenPattern, is_masked, masking_for, name_seen, seen
from reconcile.patterns.queries.splitting import columns_to_split_by
from reconcile.patterns.queries.standing import MismatchesOfPattern
from reconcile.patterns.queries.words import pairs_of
from reconcile.patterns.services import remembering
from reconcile.patterns.tables import cause_chip, conditions_shown, filter_of, table_of
from reconcile.patterns.views import shown as values
from reconcile.patterns.views.asking import pattern_of, who_shapes


@require_safe
@never_cache
def patterns(request: HttpRequest) -> HttpResponse:
    """List the patterns of all checks, the largest first."""
    found = EveryPattern(masking_for(person_of(request)))
    listing = Listing(
        request,
        found.rows(),
        table_of(found.seen, of_many=True),
        search=found.search,
        filters=filter_of(found),
        default_order=("place",),
        name="patterns",
    )
    given = request.GET.get("problem", "")
    context = {
        "any_pattern": bool(found.seen),
        "sentence": found.sentence,
        "behind": found.behind(),
        "tiles": values.problem_tiles(
            found.of_check(request.GET.get("check", "")),
            lambda problem: f"{reverse('patterns')}{listing.address(problem=problem)}",
            given,
        ),
    }
    return listing.respond("patterns/list.html", context)


@require_safe
@never_cache
def pattern(request: HttpRequest, pattern_id: int) -> HttpResponse:
    """Show one pattern: what it is, why, where, since when, and what event would end it."""
    found = pattern_of(pattern_id)
    if request.headers.get("HX-Request") == "true":
        return _waited_for(found)
    if found.merged_into_id:
        return redirect("pattern", families.of_pattern(found).root.pk)
    return page(request, found)


def _waited_for(pattern: Pattern) -> HttpResponse:
    """Answer a page that waits: nothing yet, or to be loaded again."""
    if remembering.is_behind(pattern.check_compared):
        return HttpResponse(status=204)
    response = HttpResponse()
    response["HX-Refresh"] = "true"
    return response


def page(
    request: HttpRequest,
    pattern: Pattern,
    *,
    forms: dict[str, Any] | None = None,
    problem: str = "",
) -> HttpResponse:
    """Answer with the page of a pattern; ``forms`` are those that were refused, by name, ``problem`` why."""
    person = person_of(request)
    check = pattern.check_compared
    masking = of_check(check, person)
    every = queries.patterns_of(check)
    shown = next((one for one in every if one.pattern.pk == pattern.pk), None)
    if shown is None:
        return _without_runs(request, pattern, masking)
    one = seen(shown, masking)
    runs = _runs(check)
    days = {number: timezone.localdate(moment) for number, moment in as_of_by_number(check).items()}
    shapes = may_shape(person, pattern)
    run = _run_of(check, one, runs)
    columns = columns_to_split_by(run, masking) if shapes else {"left": (), "right": ()}
    context: dict[str, Any] = {
        "pattern": pattern,
        "seen": one,
        "check": check,
        "sides": answers.side_names(check),
        "chip": cause_chip(pattern.cause),
        "means": values.means(pattern),
        "may_shape": shapes,
        "who_shapes": who_shapes(check),
        "may_add_fields": may_make_checks(person),
        "problem": problem,
        "masked": [masking.fields[pattern.field]] if pattern.field in masking.fields else [],
        "behind": remembering.is_behind(check),
        "form_of": engine.transformation(pattern.detail) if pattern.cause == Cause.FORMAT else "",
        "segments": values.segments_shown(one, columns, (answers.singular(check.records), check.records)),
        "chart": values.weeks_chart(shown, runs),
        "typical": values.typical_shown(run, causes.typical_of(shown, masking), masking, days),
        "changes": changes_of(pattern),
        "name_form": NameForm(initial={"name": pattern.name}),
        "event_form": EventForm(initial={"event": pattern.event}),
        "renaming": "rename" in request.GET,
        **_words(pattern, masking),
        **_shape(pattern, every, one, masking, shapes=shapes),
        **(forms or {}),
    }
    return render(request, "patterns/pattern.html", context, status=422 if forms or problem else 200)


def _without_runs(request: HttpRequest, pattern: Pattern, masking: Masking) -> HttpResponse:
    """A pattern that no run has (yet): its split was made a moment ago, or its runs were withdrawn."""
    check = pattern.check_compared
    context = {
        "pattern": pattern,
        "check": check,
        "name": name_seen(pattern, masking),
        "behind": remembering.is_behind(check),
        "changes": changes_of(pattern),
        "split_from": pattern.split_from,
        "may_shape": may_shape(person_of(request), pattern),
    }
    return render(request, "patterns/without_runs.html", context)


def _runs(check: Check) -> dict[int, int]:
    """Primary keys of the done runs of a check by number."""
    done = Run.objects.filter(check_compared=check, state=RunState.DONE, number__isnull=False)
    return {number: pk for number, pk in done.values_list("number", "pk") if number is not None}


def _run_of(check: Check, one: SeenPattern, runs: dict[int, int]) -> Run:
    """The last run that has a pattern."""
    number = next(number for number, _, count in reversed(one.shown.weeks) if count)
    run = Run.objects.select_related("left", "right").get(pk=runs[number])
    run.check_compared = check
    return run


def _words(pattern: Pattern, masking: Masking) -> dict[str, Any]:
    if pattern.cause != Cause.MEANING:
        return {"words": None}
    if pattern.field in masking.fields:
        return {"words": [], "words_masked": True}
    field = Field.objects.filter(name__iexact=pattern.field, removed_at=None).first()
    return {"words": pairs_of(pattern), "field_address": f"{field.get_absolute_url()}#uses" if field else ""}


def _shape(
    pattern: Pattern, every: Sequence[queries.PatternShown], one: SeenPattern, masking: Masking, *, shapes: bool
) -> dict[str, Any]:
    """What people made of it: where it was split from and into, what is merged into it, and into what it may be."""
    known = {other.pattern.pk: other for other in every}
    split_from = known.get(pattern.split_from_id or 0)
    conditions = conditions_of(pattern.conditions)
    splits = Pattern.objects.filter(split_from=pattern, merged_into=None).order_by("pk").values_list("pk", flat=True)
    others = [
        (other.pattern.pk, seen(other, masking).name)
        for other in every
        if other.pattern.pk != pattern.pk and other.change != queries.GONE
    ]
    return {
        "split_from": seen(split_from, masking) if split_from else None,
        "split_conditions": "" if is_masked(conditions, masking) else conditions_shown(conditions),
        "splits": [seen(known[pk], masking) for pk in splits if pk in known],
        "merged": [{"pattern": each, "name": name_seen(each, masking)} for each in one.shown.merged],
        "merge_form": MergeForm(others=others) if shapes and others else None,
    }


@require_safe
@never_cache
def records(request: HttpRequest, pattern_id: int) -> HttpResponse:
    """List the mismatches of a pattern that stand now."""
    found = pattern_of(pattern_id)
    if found.merged_into_id:
        return redirect("pattern_records", families.of_pattern(found).root.pk)
    check = found.check_compared
    masking = of_check(check, person_of(request))
    shown = queries.shown_of(found)
    context: dict[str, Any] = {
        "pattern": found,
        "check": check,
        "name": seen(shown, masking).name if shown else name_seen(found, masking),
        "sentence": f"{wording.plural(shown.count, 'mismatch', 'mismatches')} in the last run." if shown else "",
        "masked": masking.every,
    }
    run = queries.classified_run(check)
    if run is None or shown is None:
        return render(request, "patterns/records.html", context)
    run.check_compared = check
    listing = MismatchListing(request, MismatchesOfPattern(run, masking, found, shown.count), download=False)
    return listing.respond("patterns/records.html", context)
