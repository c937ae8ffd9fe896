"""The project as Django sees it: here so that its management commands are found."""

from django.apps import AppConfig
from django.conf import settings


class ReconcileConfig(AppConfig):
    """Connects the Celery app, so that tasks sent from anywhere go to our queue."""

    name = "reconcile"

    def ready(self) -> None:
        if not settings.BARE_COMMAND:
            from reconcile import celery  # noqa: F401
