"""The project as Django sees it: here so that its management commands are found."""

from django.apps import AppConfig


class ReconcileConfig(AppConfig):
    """Connects the Celery app, so that tasks sent from anywhere go to our queue."""

    name = "reconcile"

    def ready(self) -> None:
        from reconcile import celery  # noqa: F401
