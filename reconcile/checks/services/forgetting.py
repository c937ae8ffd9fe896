"""Which exports are forgotten (setting SNAPSHOT_DAYS): old ones that no run needs any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from reconcile.checks.models import ACTIVE, Draft, Run, RunState
from reconcile.exports import services as exports
from reconcile.exports.models import Snapshot

# What the next run is measured by and told apart from, and what is looked at beside it.
LAST_KEPT = 2


def forget_snapshots(*, received_before: datetime, now: datetime) -> int:
    """Forget the exports that came in before then and that nobody needs; return how many.

    Needed are those of a run that is not over, of the last two done runs of each check, and of a draft somebody works
    on. Their figures, runs and mismatches stay.
    """
    _finish_what_was_begun()
    count = 0
    old = Snapshot.objects.filter(
        forgotten_at=None,
        received_at__lt=received_before,
        state__in=(Snapshot.State.READY, Snapshot.State.UNREADABLE),
    )
    for snapshot_id in list(_unneeded(old).values_list("pk", flat=True)):
        with transaction.atomic():
            # Whoever starts a run with it in this moment waits for the lock, and then sees that it is gone.
            locked = Snapshot.objects.select_for_update().get(pk=snapshot_id)
            if _unneeded(old).filter(pk=snapshot_id).exists():
                exports.forget(locked, at=now)
                count += 1
    return count


def _finish_what_was_begun() -> None:
    """Remove what a process that was killed right after it had forgotten them left of snapshots."""
    for snapshot in Snapshot.objects.exclude(forgotten_at=None).iterator():
        if snapshot.folder.exists():
            exports.remove_files(snapshot)


def _unneeded(among: QuerySet[Snapshot]) -> QuerySet[Snapshot]:
    active = Run.objects.filter(state__in=ACTIVE)
    place = Window(RowNumber(), partition_by=F("check_compared"), order_by=F("number").desc())
    last = list(
        Run.objects.filter(state=RunState.DONE)
        .annotate(place=place)
        .filter(place__lte=LAST_KEPT)
        .values_list("left", "right")
    )
    drafts = Draft.objects.filter(discarded_at=None)
    needed = {snapshot for pair in last for snapshot in pair}
    needed |= set(active.values_list("left", flat=True)) | set(active.values_list("right", flat=True))
    needed |= set(drafts.values_list("left", flat=True)) | set(drafts.values_list("right", flat=True))
    return among.exclude(Q(pk__in=needed - {None}))
