"""An export is received: its bytes are kept before anything reads them (§4)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from ownership.models import Person, System
from reconcile import engine
from reconcile.exports.doorbell import ring
from reconcile.exports.models import Snapshot
from reconcile.exports.services.dating import moment_in
from reconcile.exports.services.keeping import keep_bytes
from reconcile.exports.services.refusals import Forgotten

LONGEST_NAME = 255
READ_TASK = "reconcile.exports.tasks.read_snapshot"


def receive(  # noqa: PLR0913 - all but the first three have a default
    *,
    path: Path,
    file_name: str,
    person: Person | None,
    system: System | None = None,
    as_of: datetime | None = None,
    options: engine.ReadOptions | None = None,
    is_demo: bool = False,
    move: bool = False,
) -> Snapshot:
    """Keep the bytes of ``path`` under their hash and return the new snapshot, *received*; its reading is rung for.

    ``file_name`` is what the person calls the file; ``as_of`` is when the export was made, or else the day in that
    name. Where neither says it, nobody knows (``Snapshot.as_of_known``) until somebody is asked.
    ``move``: nobody writes to ``path`` any more, and it is removed once the snapshot is committed. Raises OSError.
    """
    kept = keep_bytes(path, take=move)
    with transaction.atomic():
        if move:
            transaction.on_commit(lambda: path.unlink(missing_ok=True))
        return record(
            kept, file_name=file_name, person=person, system=system, as_of=as_of, options=options, is_demo=is_demo
        )


def record(  # noqa: PLR0913 - all but the first three have a default
    kept: tuple[str, int],
    *,
    file_name: str,
    person: Person | None,
    system: System | None = None,
    as_of: datetime | None = None,
    options: engine.ReadOptions | None = None,
    is_demo: bool = False,
) -> Snapshot:
    """Return a new snapshot of bytes that are kept already: their sha256 and size. Its reading is rung for."""
    sha256, size = kept
    name = plain_name(file_name)
    said = as_of or moment_in(name)
    snapshot = Snapshot.objects.create(
        file_name=name,
        sha256=sha256,
        size=size,
        system=system,
        as_of=said or timezone.now(),
        as_of_known=said is not None,
        received_by=person,
        options=_said(options),
        is_demo=is_demo,
    )
    ring_reading(snapshot)
    return snapshot


def ring_reading(snapshot: Snapshot) -> None:
    """Send the reading of ``snapshot`` to the queue once the transaction under way is committed."""
    Snapshot.objects.filter(pk=snapshot.pk).update(rung_at=timezone.now())
    ring(READ_TASK, snapshot_id=snapshot.pk)


def read_again(*, snapshot: Snapshot, options: engine.ReadOptions, person: Person | None) -> Snapshot:
    """Have the same bytes read in another way, and return the snapshot that will be.

    It is the same one as long as it is this person's, nothing reads it and no run has used it; otherwise a new one, so
    that what a run compared stays what it was. Raises Forgotten.
    """
    with transaction.atomic():
        # Locked first: a run that is being asked for holds this row's key until it is committed.
        locked = Snapshot.objects.select_for_update().get(pk=snapshot.pk)
        if locked.forgotten_at:
            raise Forgotten(locked.file_name)
        if not _still_free(locked, person):
            return _another(locked, options, person)
        locked.state, locked.why, locked.failures = Snapshot.State.RECEIVED, "", 0
        locked.options = _said(options)
        locked.understood = locked.rows = locked.rejected = None
        locked.save()
        ring_reading(locked)
    return locked


def _still_free(snapshot: Snapshot, person: Person | None) -> bool:
    settled = snapshot.state in (Snapshot.State.READY, Snapshot.State.UNREADABLE)
    theirs = person is not None and snapshot.received_by_id == person.pk
    return settled and theirs and not snapshot.runs_left.exists() and not snapshot.runs_right.exists()


def _another(snapshot: Snapshot, options: engine.ReadOptions, person: Person | None) -> Snapshot:
    return record(
        (snapshot.sha256, snapshot.size),
        file_name=snapshot.file_name,
        person=person,
        system=snapshot.system,
        as_of=snapshot.as_of if snapshot.as_of_known else None,
        options=options,
        is_demo=snapshot.is_demo,
    )


def _said(options: engine.ReadOptions | None) -> dict[str, str | bool]:
    """Only what somebody said; the rest is recognised."""
    return {name: value for name, value in asdict(options).items() if value is not None} if options else {}


def plain_name(file_name: str) -> str:
    """The last part of a file name, without characters that no header, database or line of text can hold."""
    last = re.split(r"[/\\]", file_name)[-1].strip()
    seen = "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in last)
    return seen[:LONGEST_NAME] if seen.strip(". ") else "export"
