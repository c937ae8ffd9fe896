"""What the editable table asks and sends while people type."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import wraps
from typing import Any, NoReturn

from django.contrib import messages
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db.transaction import non_atomic_requests
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ownership.models import Field, Suggestion
from ownership.permissions import Rights
from ownership.queries import options as choices
from ownership.queries import presence as present
from ownership.queries import sheet_check, table
from ownership.services import cells as services
from ownership.services import presence as seen
from ownership.services import suggestions
from ownership.services.batches import LARGEST_ID, Unreadable, batch_from
from ownership.tables import row_parts
from ownership.views.asking import person_of, rights_of

MOST_BYTES = 2_000_000
LONGEST_SEARCH = 200
PAGE = "ownership"

View = Callable[..., HttpResponse]


def _in_json(view: View) -> View:
    """Answer with sentences in JSON also where something is not allowed or cannot be read."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Unreadable as refused:
            return _said(refused.sentence, 400)
        except PermissionDenied as denied:
            return _said(str(denied), 403)

    return answer


def _said(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"sentence": sentence}, status=status)


@require_POST
@never_cache
@_in_json
def cells(request: HttpRequest) -> HttpResponse:
    """Change cells: all of the batch or nothing."""
    rights = rights_of(request)
    try:
        outcome = services.change_cells(batch_from(_body(request)), person=rights.person, rights=rights)
    except services.Conflicts as found:
        rows = _rows(found.fields, rights)
        return JsonResponse({"conflicts": [asdict(one) for one in found.conflicts], "rows": rows}, status=409)
    except services.Refusals as found:
        return JsonResponse({"refused": [asdict(one) for one in found.refusals]}, status=422)
    except services.NeedsReason as needed:
        ids, names = [one.pk for one in needed.fields], [one.name for one in needed.fields]
        return JsonResponse({"needs_reason": ids, "names": names, "sentence": needed.sentence}, status=422)
    return JsonResponse(
        {
            "rows": _rows(outcome.fields, rights, outcome.keys),
            "removed": outcome.removed,
            "undo": outcome.undo,
            "said": outcome.said,
            "suggested": outcome.suggested,
        }
    )


def _rows(fields: Iterable[Field], rights: Rights, keys: dict[int, str] | None = None) -> list[dict[str, Any]]:
    fields = list(fields)
    problems = table.problems(sheet_check.findings(fields, timezone.localdate()))
    return [row.to_json() for row in row_parts(fields, rights, problems=problems, keys=keys)]


def _body(request: HttpRequest) -> object:
    """What was sent, parsed. Raises Unreadable."""
    if request.content_type != "application/json":
        _refuse("Cells are sent as JSON.")
    try:
        body = request.body
    except RequestDataTooBig:
        body = b" " * (MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        _refuse("This is more than 2 MB at once. Send fewer cells.")
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        _refuse("What was sent is not JSON.")


def _refuse(sentence: str) -> NoReturn:
    raise Unreadable(sentence)


@require_GET
@never_cache
@_in_json
def options(request: HttpRequest) -> HttpResponse:
    """What cells offer for choice: every column, or the best of one."""
    column = request.GET.get("column")
    if column is None:
        return JsonResponse(choices.options(creates=rights_of(request).adds))
    best = choices.best(column, request.GET.get("q", "")[:LONGEST_SEARCH])
    return _said("This column has no list to choose from.", 400) if best is None else JsonResponse({column: best})


@non_atomic_requests
@require_POST
@never_cache
@_in_json
def presence(request: HttpRequest) -> HttpResponse:
    """Say in which cell one is; answer who else is where, and what others changed since.

    Stands outside the transaction of requests that change something: it hardly ever writes, and is asked all the time.
    """
    given = _body(request)
    if not isinstance(given, dict) or not seen.is_cell(given.get("cell", "")):
        _refuse("This cannot be read: a cell is named like 12:owner.")
    person, rights = person_of(request), rights_of(request)
    if rights.adds:
        seen.be_present(person, page=PAGE, cell=given.get("cell", ""))
    since = _token(given.get("since", ""))
    changed = present.Since([], [], present.token()) if since is None else present.changed_since(since, person=person)
    return JsonResponse(
        {
            "people": [one.to_json() for one in present.others(person, page=PAGE)],
            "rows": _rows(changed.fields, rights) if changed.fields else [],
            "removed": changed.removed,
            "since": str(changed.token),
        }
    )


def _token(given: object) -> int | None:
    if given in ("", None):
        return None
    if (
        isinstance(given, str)
        and given.isdecimal()
        and given.isascii()
        and len(given) < 20
        and int(given) <= LARGEST_ID
    ):
        return int(given)
    _refuse("This cannot be read: since is what the answer before said.")


@require_POST
def suggestion(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    """Take or decline a suggestion; from the table in JSON, else it leads back to the page one came from."""
    answer = _decided_in_json if request.content_type == "application/json" else _decided
    return answer(request, suggestion_id)


def _decide(request: HttpRequest, suggestion_id: int, decision: object) -> tuple[Field, str]:
    if decision not in ("take", "decline"):  # anything JSON knows comes here, also lists
        _refuse("Say whether the suggestion is taken or declined.")
    rights = rights_of(request)
    try:
        field = suggestions.decide(suggestion_id, take=decision == "take", person=rights.person, rights=rights)
    except (Suggestion.DoesNotExist, OverflowError) as missing:
        raise Http404 from missing
    return field, "taken" if decision == "take" else "declined"


@_in_json
def _decided_in_json(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    given = _body(request)
    try:
        field, said = _decide(request, suggestion_id, given.get("decision") if isinstance(given, dict) else None)
    except suggestions.Undecidable as refused:
        return _said(refused.sentence, 409)
    rows = [] if field.removed_at else _rows([field], rights_of(request))
    return JsonResponse({"rows": rows, "said": f"{field.name}: suggestion {said}."})


def _decided(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    try:
        field, said = _decide(request, suggestion_id, request.POST.get("decision"))
    except (Unreadable, suggestions.Undecidable) as refused:
        status = 400 if isinstance(refused, Unreadable) else 409
        return render(request, "ownership/refused.html", {"refusal": refused.sentence}, status=status)
    messages.success(request, f"{field.name}: suggestion {said}.")
    there = request.POST.get("next", "")
    return redirect(there if url_has_allowed_host_and_scheme(there, allowed_hosts=None) else "ownership_waiting")
