"""Loading the example in tests: small, and ended where a test says so."""

from contextlib import suppress

from django.apps import apps

from boundaries.models import BoundaryVersion
from reconcile.checks.models import Mismatch, Run
from reconcile.demo import loading

CUSTOMERS = 150


class _Ended(Exception):
    """Ends a loading as a signal would."""


def load(until: str = "") -> None:
    """Load the example; with ``until`` it ends when that step begins."""

    def say(step: str) -> None:
        if until and until in step:
            raise _Ended

    with suppress(_Ended):
        loading.load(say=say, customers=CUSTOMERS)


def rows() -> dict[str, int]:
    """Return how many rows each table of ours has, those without any left out."""
    own = ("ownership", "boundaries", "checks", "exports")
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in own]
    return {model.__name__: count for model in models if (count := model._default_manager.count())}


def outcome() -> list[tuple[object, ...]]:
    """Return what is remembered of weeks, mismatches and the map, without what time or order of ids decides."""
    columns = ("number", "state", "left__file_name", "right__file_name", "confirmed_why")
    runs = Run.objects.order_by("id").values_list(*columns)
    mismatches = Mismatch.objects.order_by("identity").values_list(
        "identity", "left", "right", "first_number", "opened_number", "closed_number", "times_returned"
    )
    versions = BoundaryVersion.objects.order_by("id").values_list("boundary__name", "number", "by_name", "reason")
    return [*runs, *mismatches, *versions]
