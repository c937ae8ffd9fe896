"""How everything people edit is tracked.

A model declares ``history = Tracked()``. Each row of its history then carries who made the change twice: as a foreign
key for links, and as plain id and name, which stay when the person goes.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.dispatch import receiver
from simple_history.models import DeletedObject, HistoricalRecords
from simple_history.signals import pre_create_historical_record

from ownership.parts import Change

WHAT = {"+": "Added", "~": "Changed", "-": "Removed"}


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


def delete_with_reason(instance: models.Model, *, reason: str) -> None:
    """Delete ``instance`` and keep ``reason`` with the last row of its history."""
    instance._change_reason = reason  # type: ignore[attr-defined]  # noqa: SLF001 - where the package looks for it
    instance.delete()


def changes_of(instance: models.Model, limit: int = 50) -> list[Change]:
    """Return the last changes of a tracked ``instance``, newest first, one row a field, of at most ``limit`` saves.

    Fields are called as people call them, choices are in words, and what a foreign key points to is named. A save that
    changed no field that people edit is left out.
    """
    rows = list(instance.history.all()[: limit + 1])  # type: ignore[attr-defined]  # put there by the package
    changes: list[Change] = []
    for row, before in zip(rows, [*rows[1:], None], strict=False):
        if len(changes) >= limit:
            break
        if row.history_type == "~" and before is not None:
            changes.extend(_fields_changed(instance, row, before))
        elif row.history_type != "~":
            changes.append(_change(row, "", None, None))
    return changes


def _fields_changed(instance: models.Model, row: Any, before: Any) -> list[Change]:
    delta = row.diff_against(before, foreign_keys_are_objs=True)
    return [_change(row, *said) for one in delta.changes for said in _said(instance, one.field, one.old, one.new)]


def _said(instance: models.Model, name: str, old: object, new: object) -> Sequence[tuple[str, object, object]]:
    """What changed in one column, as field, from, to.

    A model whose column holds more than one fact takes it apart itself, in ``changes_in_words(name, old, new)``; for
    other columns that gives None.
    """
    taken_apart = getattr(instance, "changes_in_words", None)
    found: Sequence[tuple[str, object, object]] | None = taken_apart(name, old, new) if taken_apart else None
    if found is not None:
        return found
    return [(_called(instance, name), _in_words(instance, name, old), _in_words(instance, name, new))]


def _change(row: Any, field: str, old: object, new: object) -> Change:
    why = row.history_change_reason or ""
    return Change(row.history_date, row.actor_name, WHAT[row.history_type], field, old, new, why)


def _called(instance: models.Model, name: str) -> str:
    try:
        return str(getattr(instance._meta.get_field(name), "verbose_name", name))  # noqa: SLF001 - Django's public _meta
    except FieldDoesNotExist:
        return name.replace("_", " ")


def _in_words(instance: models.Model, name: str, value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, DeletedObject) and value.pk is None:
        return None  # as the package puts a foreign key that pointed to nothing
    choices = getattr(instance._meta.get_field(name), "flatchoices", None) or ()  # noqa: SLF001
    return next((words for known, words in choices if known == value), value)
