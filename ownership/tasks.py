"""What the worker does about who owns what."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from ownership.services import claiming
from ownership.services import people as services


@shared_task(name="ownership.tasks.clear_expired_sessions")
def clear_expired_sessions(*, expired_for_hours: int) -> None:
    """Delete sessions that ended ``expired_for_hours`` hours ago or earlier."""
    services.clear_expired_sessions(expired_before=timezone.now() - timedelta(hours=expired_for_hours))


@shared_task(name="ownership.tasks.close_claims")
def close_claims() -> None:
    """Close every asking whose day has passed."""
    claiming.close_due()
