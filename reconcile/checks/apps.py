"""Two snapshots compared and remembered."""

from django.apps import AppConfig


class ChecksConfig(AppConfig):
    """Checks, runs, mismatches."""

    name = "reconcile.checks"
