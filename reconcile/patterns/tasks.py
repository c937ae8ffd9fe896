"""What the worker does about patterns."""

from celery import shared_task

from reconcile.patterns.services import remembering


@shared_task(name=remembering.CATCH_UP)
def catch_up(*, check_id: int) -> None:
    """Work out causes and patterns of a check's runs that have none, or stale ones."""
    remembering.catch_up(check_id)
