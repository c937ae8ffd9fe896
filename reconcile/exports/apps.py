"""How an export gets in and is kept."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Uploads and snapshots."""

    name = "reconcile.exports"
