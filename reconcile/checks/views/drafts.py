"""A new check, from two dropped files to its first run; and a check that is being edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ownership.parts import Progress
from ownership.views.asking import person_of
from ownership.wording import seconds_between
from reconcile.checks.forms import AboutForm
from reconcile.checks.models import Draft
from reconcile.checks.queries.drafts import Editor, system_names
from reconcile.checks.services import checks, drafts
from reconcile.checks.services.refusals import DayMissing, Refusal
from reconcile.checks.views.days import days_asked, days_said
from reconcile.checks.views.fields import editor_context, page_of
from reconcile.checks.views.files import SIDES, both_received, received
from reconcile.checks.views.rights import maker_of, own_draft
from reconcile.exports.models import Snapshot
from reconcile.exports.services import Refusal as NotTaken

# What an address may say of the check to be made, and the part of a draft it is.
PREFILLED = {"name": "name", "left": "left_system", "right": "right_system"}
ABOUT = ("name", "left_system", "right_system", "records", "owner", "cadence", "expected_lag_days")
LONGEST_TYPED = 1_000


@transaction.non_atomic_requests
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Take two exports and go on to the draft made of them."""
    person = maker_of(request)
    prefilled = _prefilled(request)
    if request.method != "POST":
        return render(request, "checks/new.html", {"problems": {}, "given": {}, "prefilled": prefilled})
    missing = {side: f"Drop the {side} export here too." for side in SIDES}
    given, problems = both_received(request, person, missing=missing)
    if problems:
        context = {"problems": problems, "given": given, "prefilled": prefilled}
        return render(request, "checks/new.html", context, status=422)
    draft = drafts.start(person=person, left=given["left"], right=given["right"])
    if prefilled:
        drafts.say(draft=draft, **{PREFILLED[name]: said for name, said in prefilled.items()})
    return redirect("draft", draft.pk)


def _prefilled(request: HttpRequest) -> dict[str, str]:
    """What the address that led here says of the new check; it stays in the address while files are dropped."""
    given = {name: request.GET.get(name, "").replace("\0", "").strip()[:LONGEST_TYPED] for name in PREFILLED}
    return {name: said for name, said in given.items() if said}


@require_safe
def draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Show a draft: what is waited for, what is wrong with a file, or the editor."""
    return draft_page(request, own_draft(request, draft_id))


def draft_page(
    request: HttpRequest,
    draft: Draft,
    form: AboutForm | None = None,
    problem: str = "",
    problems: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Answer with the page of ``draft``, with what a form found wrong; ``problems`` are those of days, by field."""
    context: dict[str, Any] = {"draft": draft, "problem": problem}
    if waiting_for(draft):
        return render(request, "checks/draft_waiting.html", context | _waiting(draft))
    if problem_side(draft) or "files" in request.GET:
        return render(request, "checks/draft_files.html", context | {"side": problem_side(draft)})
    if draft.check_edited is None:
        context["days"] = days_asked(request, {"left": draft.left, "right": draft.right}, problems or {})
    form = form or AboutForm(
        person=draft.person, check=draft.check_edited, initial={name: getattr(draft, name) for name in ABOUT}
    )
    context |= {"form": form, "systems": system_names(), **editor_context(Editor(draft, page_of(request)))}
    return render(request, "checks/draft.html", context, status=422 if form.errors or problem or problems else 200)


def problem_side(draft: Draft) -> str:
    """The side whose export is missing or cannot be read, nothing when both are there."""
    for side in SIDES:
        snapshot: Snapshot | None = getattr(draft, side)
        if snapshot is None or snapshot.state == Snapshot.State.UNREADABLE:
            return side
    return ""


def waiting_for(draft: Draft) -> bool:
    """Whether exports are still read, or the suggestion is not there yet."""
    if problem_side(draft):
        return False
    states = {draft.left.state, draft.right.state} if draft.left and draft.right else set()
    return states != {Snapshot.State.READY} or not drafts.looked_at(draft)


def _waiting(draft: Draft) -> dict[str, Any]:
    """How far the exports are read, or that the two are being looked at."""
    seconds = seconds_between(draft.changed_at, None) or 0.0
    unread = [one for one in (draft.left, draft.right) if one is not None and one.state != Snapshot.State.READY]
    steps = [Progress(f"Reading {one.file_name[:60]}", one.done, one.total or None, seconds) for one in unread]
    return {"steps": steps or [Progress("Looking at both exports", seconds=seconds)]}


@require_safe
def waiting(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Say how far the suggestion is; once it is there, the whole page is asked for again."""
    draft = own_draft(request, draft_id)
    if not waiting_for(draft):
        return HttpResponse(headers={"HX-Refresh": "true"})
    drafts.ask_again(draft=draft)
    return render(request, "checks/_waiting.html", {"draft": draft} | _waiting(draft))


@require_POST
def about(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Keep what is typed about the check as one goes, and say what is not right yet."""
    draft = own_draft(request, draft_id)
    form = AboutForm(request.POST, person=person_of(request), check=draft.check_edited)
    _keep(draft, form)
    return render(request, "checks/_about_problems.html", {"form": form})


def _keep(draft: Draft, form: AboutForm) -> Draft:
    """Keep what was typed whether it is right or not; of what is chosen, only what is there to choose."""
    form.is_valid()
    typed = {
        name: form.data.get(name, "").replace("\0", "")[:LONGEST_TYPED]
        for name in ("name", "left_system", "right_system", "records")
        if name in form.data
    }
    chosen = {
        name: form.cleaned_data[name] for name in ("owner", "cadence", "expected_lag_days") if name in form.cleaned_data
    }
    return drafts.say(draft=draft, **typed, **chosen)


@require_POST
def run(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Make the check and start its first run; or, of a check that is edited, save it."""
    draft = own_draft(request, draft_id)
    person = person_of(request)
    form = AboutForm(request.POST, person=person, check=draft.check_edited)
    _keep(draft, form)
    draft = own_draft(request, draft_id)
    days, problems = days_said(request)
    if not form.is_valid() or waiting_for(draft) or problem_side(draft) or problems:
        return draft_page(request, draft, form, problems=problems)
    about = checks.About(**form.cleaned_data)
    try:
        if draft.check_edited is not None:
            check = checks.save_edit(draft=draft, about=about, person=person)
            messages.success(
                request, "Saved. It takes effect with the next run; the runs so far keep what they compared."
            )
            return redirect("check", check.pk)
        started = checks.run_draft(draft=draft, about=about, days=days, person=person)
    except DayMissing as refusal:
        return draft_page(request, draft, form, problems={"as_of": str(refusal)})
    except Refusal as refusal:
        return draft_page(request, draft, form, str(refusal))
    return redirect("run", started.run.pk)


@transaction.non_atomic_requests
@require_POST
def files(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Exchange one export of a draft, or both."""
    draft = own_draft(request, draft_id)
    try:
        given = {side: received(request, side, person_of(request)) for side in SIDES}
    except NotTaken as refusal:
        messages.error(request, str(refusal))
        return redirect("draft", draft.pk)
    if any(given.values()):
        drafts.take_files(draft=draft, left=given["left"], right=given["right"])
    else:
        messages.error(request, "No file has arrived. Drop it again.")
    return redirect("draft", draft.pk)


@require_POST
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Put a draft aside, and offer to take it back."""
    draft = drafts.discard(draft=own_draft(request, draft_id))
    if draft.check_edited_id:
        messages.info(request, "The changes are put aside; the check is as it was.")
        return redirect("check", draft.check_edited_id)
    return redirect(f"{reverse('checks')}?discarded={draft.pk}")


@require_POST
def restore(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Take a discarded draft back."""
    draft = drafts.restore(draft=own_draft(request, draft_id))
    return redirect("draft", draft.pk)
