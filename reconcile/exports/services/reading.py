"""Reading a snapshot: claimed by a conditional update, kept alive by a lease, published only under its own attempt.

The row is the truth. Whoever is killed leaves an expired lease, which anybody may take back.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from reconcile import engine
from reconcile.exports.models import Snapshot
from reconcile.exports.services.keeping import make_folder, received_path, sync
from reconcile.exports.services.receiving import ring_reading

log = structlog.get_logger(__name__)

Progress = Callable[[str, int, int], None]
LEASE = timedelta(seconds=settings.RUN_LEASE_SECONDS)
RING_AGAIN = timedelta(seconds=2 * settings.RUN_RING_SECONDS)
BEAT_SECONDS = 1.0
LOOK_SECONDS = 0.3
MOST_FAILURES = settings.RUN_ATTEMPTS
GIVEN_UP = (
    "{file} could not be read: the reading stopped three times without saying why. "
    "Try again; if it stops again, split the export, or tell your administrator."
)
SETTLED = (Snapshot.State.READY, Snapshot.State.UNREADABLE)


class Superseded(Exception):
    """Somebody else has claimed the reading meanwhile: what was read here is not published."""


def read(*, snapshot_id: int, progress: Progress | None = None) -> Snapshot:
    """Have the snapshot read, and return it *ready* or *unreadable*. Call it outside transactions.

    Where another live process is reading it, this waits. ``progress(step, done, total)`` is called several times a
    second and may raise to stop: then the snapshot is free for the next. Raises Snapshot.DoesNotExist.
    """
    tell = progress or _quiet
    while True:
        claimed = _claim(snapshot_id)
        if claimed is not None:
            try:
                _read_claimed(claimed, tell)
            except Superseded:
                log.warning("reading superseded", snapshot=snapshot_id, attempt=claimed.attempt)
        snapshot = Snapshot.objects.get(pk=snapshot_id)
        if snapshot.state in SETTLED:
            return snapshot
        tell(snapshot.step, snapshot.done, snapshot.total)
        time.sleep(LOOK_SECONDS)


def read_if_free(*, snapshot_id: int) -> None:
    """Have the snapshot read unless it is read already, or another live process is at it, or it is gone."""
    claimed = _claim(snapshot_id)
    if claimed is None:
        return
    try:
        _read_claimed(claimed, _quiet)
    except Superseded:
        log.warning("reading superseded", snapshot=snapshot_id, attempt=claimed.attempt)


def sweep() -> int:
    """Take back what dead readers hold, give up what failed three times, ring again for what waits; how many rung."""
    _take_back()
    for snapshot in Snapshot.objects.filter(state__in=SETTLED, lease_until__lt=Now()):
        _tidy(snapshot)
    waiting = Snapshot.objects.filter(state=Snapshot.State.RECEIVED).filter(
        Q(rung_at=None) | Q(rung_at__lt=Now() - RING_AGAIN)
    )
    for snapshot in waiting:
        with transaction.atomic():
            ring_reading(snapshot)
    return len(waiting)


def _quiet(step: str, done: int, total: int) -> None:
    """Progress nobody asked for."""


def _claim(snapshot_id: int) -> Snapshot | None:
    """The snapshot under an attempt number of our own, None when it is not free."""
    _take_back(pk=snapshot_id)
    free = Snapshot.objects.filter(pk=snapshot_id, state=Snapshot.State.RECEIVED)
    # One transaction: the number that is read is the number that was written.
    with transaction.atomic():
        taken = free.update(
            state=Snapshot.State.READING,
            attempt=F("attempt") + 1,
            lease_until=Now() + LEASE,
            step="",
            done=0,
            total=0,
        )
        return Snapshot.objects.get(pk=snapshot_id) if taken else None


def _take_back(**which: int) -> None:
    """Free the snapshots of dead readers; those that three readers died of are given up."""
    expired = Snapshot.objects.filter(state=Snapshot.State.READING, lease_until__lt=Now(), **which)
    expired.update(state=Snapshot.State.RECEIVED, failures=F("failures") + 1, lease_until=None)
    poison = Snapshot.objects.filter(state=Snapshot.State.RECEIVED, failures__gte=MOST_FAILURES, **which)
    for snapshot in poison:
        why = GIVEN_UP.format(file=snapshot.file_name)
        poison.filter(pk=snapshot.pk).update(state=Snapshot.State.UNREADABLE, why=why)


class _Beat:
    """Extends the lease on database time, at most once a second, and says to people how far it is."""

    def __init__(self, snapshot: Snapshot, tell: Progress) -> None:
        self._snapshot = snapshot
        self._mine = Snapshot.objects.filter(pk=snapshot.pk, state=Snapshot.State.READING, attempt=snapshot.attempt)
        self._tell = tell
        self._due = 0.0
        self.stopped = False

    def __call__(self, step: str, done: int, total: int) -> None:
        """Raises Superseded when the attempt is no longer ours, and whatever the caller's own progress raises."""
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + BEAT_SECONDS
            self._extend(step, done, total)
        try:
            self._tell(step, done, total)
        except BaseException:
            self.stopped = True
            raise

    def _extend(self, step: str, done: int, total: int) -> None:
        try:
            held = self._mine.update(lease_until=Now() + LEASE, step=step, done=done, total=total)
        except (OperationalError, InterfaceError) as error:
            # A database out of reach is waited for: if it takes too long, the lease ends and another attempt begins.
            log.warning("no heartbeat", snapshot=self._snapshot.pk, error=str(error))
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
            return
        if not held:
            raise Superseded


def _read_claimed(snapshot: Snapshot, tell: Progress) -> None:
    beat = _Beat(snapshot, tell)
    try:
        with _own_folder(snapshot) as place:
            try:
                export = _understood(snapshot, place, beat)
            except engine.EngineError as refusal:
                _settle(snapshot, state=Snapshot.State.UNREADABLE, why=str(refusal))
            else:
                _publish(snapshot, place, export)
    except Superseded:
        raise
    except BaseException:
        _release(snapshot, failed=not beat.stopped)
        raise
    _tidy(snapshot)


def _understood(snapshot: Snapshot, place: Path, beat: _Beat) -> engine.Export:
    return engine.read(
        received_path(snapshot.sha256),
        engine.ReadOptions(**snapshot.options),
        name=snapshot.file_name,
        folder=place,
        keep=place / snapshot.kept_path.name,
        progress=beat,
    )


@contextmanager
def _own_folder(snapshot: Snapshot) -> Iterator[Path]:
    """Where only this attempt writes; a reader that was thought dead cannot spoil what another one made."""
    place = snapshot.folder / f"attempt-{snapshot.attempt}"
    make_folder(place)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _publish(snapshot: Snapshot, place: Path, export: engine.Export) -> None:
    """Put the files in place and the figures into the row, under the row's lock and only as the current attempt."""
    made = [place / snapshot.kept_path.name]
    if export.rejected_file:
        made.append(export.rejected_file)
    for path in made:
        sync(path)
    with transaction.atomic():
        current = Snapshot.objects.select_for_update().get(pk=snapshot.pk)
        if (current.state, current.attempt) != (Snapshot.State.READING, snapshot.attempt):
            raise Superseded
        made[0].replace(snapshot.kept_path)
        if export.rejected_file:
            export.rejected_file.replace(snapshot.rejected_path)
        else:
            snapshot.rejected_path.unlink(missing_ok=True)
        sync(snapshot.folder)
        _settle(
            snapshot,
            state=Snapshot.State.READY,
            understood=_storable(replace(export, file=snapshot.file_name, rejected_file=None).to_json()),
            rows=export.balance.rows,
            rejected=export.balance.rejected,
        )


def _settle(snapshot: Snapshot, **outcome: Any) -> None:
    """End the attempt with ``outcome``. Raises Superseded when it is no longer the current one.

    The lease stays until the folder is tidy: whoever is killed before that is cleared up after.
    """
    mine = Snapshot.objects.filter(pk=snapshot.pk, state=Snapshot.State.READING, attempt=snapshot.attempt)
    if not mine.update(failures=0, **outcome):
        raise Superseded


def _release(snapshot: Snapshot, *, failed: bool) -> None:
    """Free the snapshot for the next reader; ``failed`` counts towards giving up."""
    mine = Snapshot.objects.filter(pk=snapshot.pk, state=Snapshot.State.READING, attempt=snapshot.attempt)
    mine.update(state=Snapshot.State.RECEIVED, lease_until=None, failures=F("failures") + int(failed))
    _take_back(pk=snapshot.pk)


def _tidy(snapshot: Snapshot) -> None:
    """Remove what attempts left behind, those of readers that were killed too, and end the lease."""
    for number in range(1, snapshot.attempt + 1):
        shutil.rmtree(snapshot.folder / f"attempt-{number}", ignore_errors=True)
    Snapshot.objects.filter(pk=snapshot.pk, state__in=SETTLED, attempt=snapshot.attempt).update(lease_until=None)


def _storable(data: Any) -> Any:
    """The same with NUL characters, which PostgreSQL keeps in no text, shown as their picture."""
    if isinstance(data, str):
        return data.replace("\0", "\N{SYMBOL FOR NULL}").encode("utf-8", "replace").decode()
    if isinstance(data, dict):
        return {name: _storable(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_storable(value) for value in data]
    return data
