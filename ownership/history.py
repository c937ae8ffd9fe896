"""How everything people edit is tracked.

A model declares ``history = Tracked()``. Each row of its history then carries who made the change twice: as a foreign
key for links, and as plain id and name, which stay when the person goes.
"""

from typing import Any

from django.db import models
from django.dispatch import receiver
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record


class Actor(models.Model):
    """Columns of every history table: who made the change, in plain words."""

    actor_id = models.BigIntegerField(null=True, editable=False)
    actor_name = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        abstract = True


class Tracked(HistoricalRecords):
    """History of a model, without rows for changes of columns it leaves out (a sign-in moves ``last_login``)."""

    def __init__(self, *, excluded_fields: tuple[str, ...] = ()) -> None:
        super().__init__(bases=(Actor,), excluded_fields=list(excluded_fields), history_id_field=models.BigAutoField())

    def post_save(
        self,
        instance: models.Model,
        created: bool,  # noqa: FBT001 - the signal's own signature
        using: str | None = None,
        update_fields: frozenset[str] | None = None,
        **kwargs: Any,
    ) -> None:
        tracked = {field.name for field in self.fields_included(instance)}
        if update_fields is None or not tracked.isdisjoint(update_fields):
            super().post_save(instance, created, using=using, update_fields=update_fields, **kwargs)


@receiver(pre_create_historical_record)
def _name_the_actor(history_instance: Actor, history_user: Any, **_: object) -> None:
    """Copy id and name; the package offers this signal as the place to fill columns of one's own."""
    if history_user is not None:
        history_instance.actor_id = history_user.pk
        history_instance.actor_name = history_user.name


def save_with_reason(instance: models.Model, *, reason: str) -> None:
    """Save ``instance`` and keep ``reason`` with the row of its history."""
    instance._change_reason = reason  # type: ignore[attr-defined]  # noqa: SLF001 - where the package looks for it
    instance.save()
