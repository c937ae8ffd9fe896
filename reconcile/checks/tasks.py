"""What the worker does about checks that are being put together."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from reconcile.checks.services import drafts, forgetting


@shared_task(name="reconcile.checks.tasks.suggest_for_draft")
def suggest_for_draft(*, draft_id: str) -> None:
    """Suggest key, pairs and comparisons for a draft."""
    drafts.suggest(draft_id=draft_id)


@shared_task(name="reconcile.checks.tasks.forget_snapshots")
def forget_snapshots() -> None:
    """Forget the exports whose time is over; where the setting names no days, they stay for ever."""
    if settings.SNAPSHOT_DAYS:
        now = timezone.now()
        forgetting.forget_snapshots(received_before=now - timedelta(days=settings.SNAPSHOT_DAYS), now=now)
