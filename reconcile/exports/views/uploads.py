"""Where files come in, piece by piece: the script's side is static/js/upload.js. Answers are JSON.

Every refusal has the sentence for people in ``why``; one about the place in the file says in ``received`` where it is.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from ownership.models import Person
from reconcile.exports import services
from reconcile.exports.models import Snapshot, Upload
from reconcile.exports.permissions import LEADS_ONLY, may_upload

STATUS = {
    services.TooLarge: 413,
    services.WrongOffset: 409,
    services.NotWhole: 409,
    services.NoRoom: 507,
}


@require_POST
@never_cache
@transaction.non_atomic_requests
def uploads(request: HttpRequest) -> HttpResponse:
    """Announce a file by ``file_name`` and ``size`` in bytes; answers where its pieces go."""
    person = _person(request)
    if not may_upload(person):
        return JsonResponse({"why": LEADS_ONLY}, status=403)
    size = _whole_number(request.POST.get("size", ""))
    if size is None:
        return JsonResponse({"why": "Say the size of the file in bytes."}, status=400)
    try:
        upload = services.start_upload(person=person, file_name=request.POST.get("file_name", ""), size=size)
    except services.Refusal as refusal:
        return _refused(refusal)
    return JsonResponse(_state(upload), status=201)


@require_http_methods(["GET", "HEAD", "PUT", "DELETE"])
@never_cache
@transaction.non_atomic_requests
def upload(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Say where a file stands; take the piece that begins at ``offset``; or forget the file."""
    found = _upload(request, upload_id)
    if request.method == "PUT":
        return _take_piece(request, found)
    if request.method == "DELETE":
        services.cancel_upload(upload=found)
        return HttpResponse(status=204)
    return JsonResponse(_state(found))


@require_POST
@never_cache
@transaction.non_atomic_requests
def upload_finish(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Make a snapshot of a file that is whole."""
    found = _upload(request, upload_id)
    try:
        snapshot = services.finish_upload(upload=found)
    except services.Refusal as refusal:
        return _refused(refusal)
    except Upload.DoesNotExist as error:
        raise Http404 from error
    return JsonResponse(_arrived(snapshot))


def _take_piece(request: HttpRequest, found: Upload) -> HttpResponse:
    offset = _whole_number(request.GET.get("offset", ""))
    length = _whole_number(request.META.get("CONTENT_LENGTH") or "")
    if offset is None:
        return JsonResponse({"why": "Say at which byte the piece begins."}, status=400)
    try:
        return JsonResponse(_state(services.append(upload=found, offset=offset, length=length or 0, stream=request)))
    except services.Refusal as refusal:
        return _refused(refusal)
    except Upload.DoesNotExist as error:
        raise Http404 from error


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)  # noqa: S101 - for the types: whoever is not signed in never gets here
    return request.user


def _upload(request: HttpRequest, upload_id: UUID) -> Upload:
    try:
        return services.upload_of(person=_person(request), upload_id=upload_id)
    except Upload.DoesNotExist as error:
        raise Http404 from error


def _whole_number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None


def _refused(refusal: services.Refusal) -> JsonResponse:
    place = {"received": refusal.received} if isinstance(refusal, services.WrongOffset | services.NotWhole) else {}
    return JsonResponse({"why": str(refusal), **place}, status=STATUS.get(type(refusal), 400))


def _state(upload: Upload) -> dict[str, Any]:
    state = {
        "address": reverse("upload", args=[upload.pk]),
        "finish": reverse("upload_finish", args=[upload.pk]),
        "received": upload.received,
        "size": upload.size,
    }
    return state | (_arrived(upload.snapshot) if upload.snapshot else {})


def _arrived(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "snapshot": snapshot.pk,
        "file_name": snapshot.file_name,
        "preview": reverse("snapshot_preview", args=[snapshot.pk]),
    }
