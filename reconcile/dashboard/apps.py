"""The pages people come back to."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """Home, for now."""

    name = "reconcile.dashboard"
