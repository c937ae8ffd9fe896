"""What people make of a pattern: its name, the answer about its event, a split, a merge, a pair of words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from ownership import wording
from reconcile import engine
from reconcile.checks.masking import Masking
from reconcile.checks.models import Run
from reconcile.checks.queries import answers
from reconcile.checks.queries.masking import of_check
from reconcile.checks.services.refusals import Refusal
from reconcile.checks.services.words import add_words
from reconcile.patterns.forms import EventForm, MergeForm, NameForm, SplitForm, posted
from reconcile.patterns.models import Pattern
from reconcile.patterns.queries import patterns as queries
from reconcile.patterns.queries.seen import name_seen, seen
from reconcile.patterns.queries.splitting import columns_to_split_by, would_go
from reconcile.patterns.services import shaping
from reconcile.patterns.views.asking import pattern_of, to_shape
from reconcile.patterns.views.patterns import page

LONGEST_WORD = 10_000


@require_POST
def name(request: HttpRequest, pattern_id: int) -> HttpResponse:
    """Call a pattern by another name."""
    pattern, person = to_shape(request, pattern_id)
    form = NameForm(request.POST)
    if not form.is_valid():
        return page(request, pattern, forms={"name_form": form})
    return _done(request, pattern, lambda: shaping.rename(pattern, form.cleaned_data["name"], person))


@require_POST
def event(request: HttpRequest, pattern_id: int) -> HttpResponse:
    """Keep what event should update both systems."""
    pattern, person = to_shape(request, pattern_id)
    form = EventForm(request.POST)
    if not form.is_valid():
        return page(request, pattern, forms={"event_form": form})
    return _done(request, pattern, lambda: shaping.answer_event(pattern, form.cleaned_data["event"], person), "event")


@require_POST
def words(request: HttpRequest, pattern_id: int) -> HttpResponse:
    """Have a left word stand for a right one from the next run on."""
    pattern, person = to_shape(request, pattern_id)
    left, right = (request.POST.get(side, "")[:LONGEST_WORD] for side in ("left", "right"))
    if pattern.field in of_check(pattern.check_compared, person).fields:
        return page(request, pattern, problem="The words are masked for you, so nothing was added.")
    check = pattern.check_compared
    return _done(
        request,
        pattern,
        lambda: add_words(check=check, field=pattern.field, left=left, right=right, person=person),
        "words",
        "From the next run on these two words count as the same.",
    )


@require_POST
def merge(request: HttpRequest, pattern_id: int) -> HttpResponse:
    """Count a pattern in another one of its check."""
    pattern, person = to_shape(request, pattern_id)
    masking = of_check(pattern.check_compared, person)
    every = queries.patterns_of(pattern.check_compared)
    others = [(one.pattern.pk, seen(one, masking).name) for one in every if one.pattern.pk != pattern.pk]
    form = MergeForm(request.POST, others=others)
    if not form.is_valid():
        return page(request, pattern, forms={"merge_form": form})
    into = pattern_of(form.cleaned_data["into"])
    try:
        root = shaping.merge(pattern, into, person)
    except Refusal as refusal:
        return page(request, pattern, problem=str(refusal))
    messages.success(request, f"“{name_seen(pattern, masking)}” is counted here now.")
    return redirect("pattern", root.pk)


@require_POST
def unmerge(request: HttpRequest, pattern_id: int) -> HttpResponse:
    """Take a merge back."""
    pattern, person = to_shape(request, pattern_id)
    before = pattern.merged_into
    try:
        shaping.unmerge(pattern, person)
    except Refusal as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, "It stands for itself again.")
    return redirect("pattern", before.pk if before else pattern.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def split(request: HttpRequest, pattern_id: int) -> HttpResponse:
    """Set a part of a pattern apart by columns and their values; before that, say how many go over."""
    pattern, person = to_shape(request, pattern_id)
    check = pattern.check_compared
    masking = of_check(check, person)
    run = queries.classified_run(check)
    if run is None:
        messages.info(request, "There is no run of which patterns are known, so there is nothing to split.")
        return redirect("check", check.pk)
    run.check_compared = check
    columns = columns_to_split_by(run, masking)
    given = request.POST if request.method == "POST" else request.GET if "column" in request.GET else None
    form = SplitForm(given, columns=columns, systems=answers.side_names(check))
    if request.method == "POST" and form.is_valid():
        try:
            made = shaping.split(pattern, form.conditions, form.cleaned_data["name"], person)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It is a pattern of its own now, in this run and in every later one.")
            return redirect("pattern", made.pk)
    context: dict[str, Any] = {
        "pattern": pattern,
        "check": check,
        "name": _name(pattern, masking),
        "form": form,
        "preview": _preview(run, pattern, form, columns) if form.is_bound and form.is_valid() else None,
    }
    refused = form.is_bound and not form.is_valid()
    return render(request, "patterns/split.html", context, status=422 if refused else 200)


def _preview(run: Run, pattern: Pattern, form: SplitForm, columns: dict[str, list[str]]) -> dict[str, Any]:
    """How many mismatches of the last run would go over, and the form that does it."""
    conditions: Sequence[engine.SegmentCondition] = form.conditions
    shown = queries.shown_of(pattern)
    every = shown.count if shown else 0
    going = would_go(run, pattern, conditions)
    if going is None:
        sentence = "How many go over is not known: the exports of the last run are no longer kept. The next run tells."
        return {"sentence": sentence, "able": True, "posted": posted(conditions, columns, form.cleaned_data["name"])}
    stays = max(every - going, 0)
    sentence = (
        f"{wording.number(going)} of {wording.plural(every, 'mismatch goes', 'mismatches go')} over, "
        f"{wording.number(stays)} {'stays' if stays == 1 else 'stay'}."
    )
    if not going:
        sentence += " Nothing of it has this value: look at how the export writes it."
    elif not stays:
        sentence += " That is all of it, so nothing is set apart."
    return {
        "sentence": sentence,
        "able": bool(going and stays),
        "posted": posted(conditions, columns, form.cleaned_data["name"]),
    }


def _name(pattern: Pattern, masking: Masking) -> str:
    shown = queries.shown_of(pattern)
    return seen(shown, masking).name if shown else name_seen(pattern, masking)


def _done(request: HttpRequest, pattern: Pattern, change: Any, part: str = "", said: str = "") -> HttpResponse:
    """Make a change and go back to the page of the pattern, or say there why it cannot be made."""
    try:
        change()
    except Refusal as refusal:
        return page(request, pattern, problem=str(refusal))
    if said:
        messages.success(request, said)
    return redirect(f"{reverse('pattern', args=[pattern.pk])}{f'#{part}' if part else ''}")
