"""Two snapshots compared and remembered."""

from django.apps import AppConfig


class ChecksConfig(AppConfig):
    """Checks, runs, mismatches."""

    name = "reconcile.checks"

    def ready(self) -> None:
        """Tell boundaries, which know nothing of checks, where to ask what is compared across them."""
        # Here, because the models are not there before.
        from boundaries.queries import readiness
        from reconcile.checks.queries import boundaries

        readiness.told_by(boundaries.compared_across)
