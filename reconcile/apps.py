"""The project as Django sees it: here so that its management commands are found."""

import sys

from django.apps import AppConfig

# Commands that send no task: loading the queue would be a quarter of their start-up (docs/decisions/0004).
WITHOUT_THE_QUEUE = {"compare", "suggest"}


class ReconcileConfig(AppConfig):
    """Connects the Celery app, so that tasks sent from anywhere go to our queue."""

    name = "reconcile"

    def ready(self) -> None:
        if not WITHOUT_THE_QUEUE.intersection(sys.argv[1:2]):
            from reconcile import celery  # noqa: F401
