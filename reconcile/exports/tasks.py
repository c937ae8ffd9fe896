"""What the worker does about exports."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from reconcile.exports import services


@shared_task(name="reconcile.exports.tasks.read_snapshot")
def read_snapshot(*, snapshot_id: int) -> None:
    """Read a snapshot, unless that is done or another process is at it."""
    services.read_if_free(snapshot_id=snapshot_id)


@shared_task(name="reconcile.exports.tasks.clear_uploads")
def clear_uploads(*, untouched_for_hours: int) -> None:
    """Forget uploads that were last touched ``untouched_for_hours`` hours ago or earlier."""
    services.clear_uploads(untouched_since=timezone.now() - timedelta(hours=untouched_for_hours))
