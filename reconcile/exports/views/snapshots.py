"""Pages about what came in."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ownership.listing import Listing
from ownership.models import Person
from ownership.parts import Masked, Progress
from ownership.queries.masking import hidden_from, refusal
from ownership.wording import seconds_between
from reconcile.exports import queries, services
from reconcile.exports.forms import ReadAgainForm
from reconcile.exports.models import Snapshot
from reconcile.exports.permissions import LEADS_ONLY, may_upload
from reconcile.exports.tables import SnapshotFilter, SnapshotTable, short_name

FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
NUMBER = re.compile(r"[+-]?\d*[.,]?\d+ ?%?")


@require_safe
def snapshots(request: HttpRequest) -> HttpResponse:
    """List what was received."""
    listing = Listing(
        request,
        queries.snapshots(),
        SnapshotTable,
        search=("file_name", "sha256"),
        filters=SnapshotFilter,
        default_order=("-id",),
        name="snapshots",
    )
    return listing.respond("exports/snapshots.html", {"may_upload": may_upload(_person(request))})


@require_safe
@never_cache
def snapshot(request: HttpRequest, snapshot_id: int) -> HttpResponse:
    """Show one snapshot: what was understood of it, and where it was used."""
    found = _snapshot(snapshot_id)
    return render(request, "exports/snapshot.html", _whole(request, found))


@require_safe
@never_cache
def snapshot_preview(request: HttpRequest, snapshot_id: int) -> HttpResponse:
    """Show, inside another page, how far the reading is and then what was understood."""
    return render(request, "exports/_preview.html", _understood(request, _snapshot(snapshot_id)))


@require_POST
def snapshot_read_again(request: HttpRequest, snapshot_id: int) -> HttpResponse:
    """Have the same bytes read in the way that the form says."""
    found = _snapshot(snapshot_id)
    person = _person(request)
    if not may_upload(person):
        raise PermissionDenied(LEADS_ONLY)
    held = queries.in_text(found, hidden_from(person))
    if not _may_read_again(person, found, held):
        raise PermissionDenied(refusal(held))
    if found.forgotten_at:
        return _kept_no_longer(request, found)
    form = ReadAgainForm(request.POST, snapshot=found)
    if form.is_valid():
        found = services.read_again(snapshot=found, options=form.options(), person=person)
        if not request.headers.get("HX-Request"):
            return redirect("snapshot", snapshot_id=found.pk)
        return render(request, "exports/_preview.html", _understood(request, found))
    if request.headers.get("HX-Request"):
        return render(request, "exports/_preview.html", _understood(request, found) | {"form": form}, status=400)
    return render(request, "exports/snapshot.html", _whole(request, found) | {"form": form}, status=400)


@require_safe
def snapshot_rejected(request: HttpRequest, snapshot_id: int) -> HttpResponse | StreamingHttpResponse:
    """Download every rejected line as CSV."""
    found = _snapshot(snapshot_id)
    if found.forgotten_at:
        return _kept_no_longer(request, found)
    if not found.rejected or not found.rejected_path.is_file():
        raise Http404
    _require_all(request, found)
    response = StreamingHttpResponse(_as_csv(queries.rejected_lines(found)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = _attachment(f"{found.file_name} rejected lines.csv")
    return response


@require_safe
def snapshot_original(request: HttpRequest, snapshot_id: int) -> HttpResponse | FileResponse:
    """Download the bytes as they were received."""
    found = _snapshot(snapshot_id)
    if found.forgotten_at:
        return _kept_no_longer(request, found)
    _require_all(request, found)
    try:
        file = found.path.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(file, content_type="application/octet-stream")
    response["Content-Disposition"] = _attachment(found.file_name)
    return response


def _kept_no_longer(request: HttpRequest, found: Snapshot) -> HttpResponse:
    """Say that there is nothing to read any more."""
    context = {"refusal": str(services.Forgotten(found.file_name)), "snapshot": found}
    return render(request, "exports/forgotten.html", context, status=410)


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)  # noqa: S101 - for the types: whoever is not signed in never gets here
    return request.user


def _snapshot(snapshot_id: int) -> Snapshot:
    try:
        return queries.snapshot(snapshot_id)
    except (Snapshot.DoesNotExist, OverflowError) as error:
        raise Http404 from error


def _require_all(request: HttpRequest, found: Snapshot) -> None:
    """Raise PermissionDenied unless nothing that may stand in the text is hidden from whoever asks."""
    if held := queries.in_text(found, hidden_from(_person(request))):
        raise PermissionDenied(refusal(held))


def _may_read_again(person: Person, found: Snapshot, held: list[Masked]) -> bool:
    """Read without the names of its columns, a file would show everything: to whoever sent it, that is nothing new."""
    return may_upload(person) and (not held or found.received_by_id == person.pk)


def _whole(request: HttpRequest, found: Snapshot) -> dict[str, Any]:
    """What the page says besides."""
    others = [(other, short_name(other.file_name)) for other in queries.other_receipts(found)]
    return _understood(request, found) | {"others": others, "uses": queries.uses(found)}


def _understood(request: HttpRequest, found: Snapshot) -> dict[str, Any]:
    """What page and preview say of a snapshot."""
    person = _person(request)
    hidden = hidden_from(person)
    held = queries.in_text(found, hidden)
    context: dict[str, Any] = {"snapshot": found, "name": short_name(found.file_name), "held": held}
    if found.state in (Snapshot.State.RECEIVED, Snapshot.State.READING):
        return context | {"progress": _progress(found)}
    if not found.forgotten_at and _may_read_again(person, found, held):
        context["form"] = ReadAgainForm(snapshot=found)
    if found.state == Snapshot.State.READY:
        export = found.export
        masked = hidden.of_columns(export.columns, [found.system_id])
        context |= {
            "export": export,
            "masked": masked.values(),
            "lines": None if found.forgotten_at else queries.first_lines(found, masked),
            "first_rejected": export.first_rejected[: queries.REJECTED_SHOWN],
            "balance": queries.balance_in_words(export),
            "read_as": queries.read_as(export),
        }
    return context


def _progress(found: Snapshot) -> Progress:
    step = "Waiting to be read" if found.state == Snapshot.State.RECEIVED else f"Reading {found.file_name}"
    seconds = seconds_between(found.rung_at or found.received_at, None) or 0.0
    return Progress(step, found.done, found.total or None, seconds, "lines")


def _attachment(file_name: str) -> str:
    return content_disposition_header(as_attachment=True, filename=file_name) or "attachment"


class _Echo:
    """A file that gives back what is written, for a writer that streams."""

    def write(self, text: str) -> str:
        return text


def _as_csv(rows: Iterator[list[str]]) -> Iterator[bytes]:
    """Rows as UTF-8 that spreadsheets recognise, in which no cell is a formula and numbers stay numbers."""
    writer = csv.writer(_Echo())
    yield "\N{ZERO WIDTH NO-BREAK SPACE}".encode()
    for row in rows:
        yield str(writer.writerow([_harmless(cell) for cell in row])).encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if FORMULA.match(cell) and not NUMBER.fullmatch(cell) else cell
