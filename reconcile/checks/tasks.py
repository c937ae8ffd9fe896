"""What the worker does about checks that are being put together."""

from celery import shared_task

from reconcile.checks.services import drafts


@shared_task(name="reconcile.checks.tasks.suggest_for_draft")
def suggest_for_draft(*, draft_id: str) -> None:
    """Suggest key, pairs and comparisons for a draft."""
    drafts.suggest(draft_id=draft_id)
