"""Patterns: cause, segment, what repeats."""

from django.apps import AppConfig
from django.conf import settings


class PatternsConfig(AppConfig):
    """Mismatches that fail the same way, living across runs."""

    name = "reconcile.patterns"

    def ready(self) -> None:
        """Tell the pages of checks, which know nothing of patterns, what to show of them."""
        if settings.BARE_COMMAND:
            return
        # Here, because the models are not there before.
        from reconcile.checks import around
        from reconcile.patterns.views import parts

        around.check_parts.append(parts.of_check)
        around.record_parts.append(parts.of_record)
        around.listed_with(parts.of_listed)
