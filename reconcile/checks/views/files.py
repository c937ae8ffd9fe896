"""Two exports in one form: dropped and sent before, or with the form itself where there is no script."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import HttpRequest

from ownership.models import Person
from ownership.queries.masking import hidden_from, refusal
from reconcile.exports import services as exports
from reconcile.exports.models import Snapshot
from reconcile.exports.queries import in_text

SIDES = ("left", "right")


def both_received(
    request: HttpRequest, person: Person, *, missing: Mapping[str, str]
) -> tuple[dict[str, Snapshot], dict[str, str]]:
    """The snapshots of both drop zones by side, and by side what is wrong; ``missing`` says that nothing is there."""
    given: dict[str, Snapshot] = {}
    problems: dict[str, str] = {}
    for side in SIDES:
        try:
            snapshot = received(request, side, person)
        except exports.Refusal as refusal:
            problems[side] = str(refusal)
            continue
        if snapshot is None:
            problems[side] = missing[side]
        else:
            given[side] = snapshot
    return given, problems


def received(request: HttpRequest, name: str, person: Person) -> Snapshot | None:
    """The snapshot of the drop zone ``name``, None when nothing was dropped there.

    Raises exports.Refusal, PermissionDenied.
    """
    given = request.POST.get(f"{name}_snapshot", "")
    if given.isdecimal() and len(given) < 19:
        snapshot = Snapshot.objects.filter(pk=int(given)).first()
        if snapshot is not None:
            _require_named(snapshot, person)
        return snapshot
    sent = request.FILES.get(name)
    return _received(sent, person) if sent is not None else None


def _require_named(snapshot: Snapshot, person: Person) -> None:
    """Raise PermissionDenied for an export of somebody else that may hold what is masked.

    As long as nobody has said of which system it is, a made-up system would show everything.
    """
    if snapshot.system_id is not None or snapshot.received_by_id == person.pk:
        return
    if held := in_text(snapshot, hidden_from(person)):
        raise PermissionDenied(refusal(held))


def _received(sent: UploadedFile[bytes], person: Person) -> Snapshot:
    file_name = sent.name or "export"
    if sent.size is not None and sent.size > settings.MAX_UPLOAD_BYTES:
        raise exports.TooLarge(file_name, sent.size, settings.MAX_UPLOAD_BYTES)
    if isinstance(sent, TemporaryUploadedFile):
        return exports.receive(path=Path(sent.temporary_file_path()), file_name=file_name, person=person)
    with tempfile.NamedTemporaryFile(prefix="received-") as kept:
        for piece in sent.chunks():
            kept.write(piece)
        kept.flush()
        return exports.receive(path=Path(kept.name), file_name=file_name, person=person)
