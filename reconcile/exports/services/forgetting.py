"""The bytes of an export and its kept copy are removed when their time is over; its figures stay."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from reconcile.exports.models import Snapshot
from reconcile.exports.services.clearing import is_kept, last_touched

# Bytes that come in again are touched before any row speaks of them: young ones are left to the next clearing.
JUST_CAME = timedelta(hours=1)


def forget(snapshot: Snapshot, *, at: datetime) -> None:
    """Say that ``snapshot`` is kept no longer, and remove its files once that is committed.

    Call it in a transaction that holds the row. Bytes stay as long as another snapshot has the same.
    """
    Snapshot.objects.filter(pk=snapshot.pk).update(forgotten_at=at)
    transaction.on_commit(lambda: remove_files(snapshot))


def remove_files(snapshot: Snapshot) -> None:
    """Remove the files of a forgotten snapshot; twice does no harm, so what a killed process left goes later."""
    shutil.rmtree(snapshot.folder, ignore_errors=True)
    with suppress(FileNotFoundError):
        if not is_kept(snapshot.path) and last_touched(snapshot.path) < timezone.now() - JUST_CAME:
            snapshot.path.unlink()
