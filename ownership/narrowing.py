"""What a list is narrowed by, in words: a chip for each filter in force."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet
from django.forms import MultiWidget
from django_filters import FilterSet
from django_filters.fields import DateRangeField

from ownership import wording

# What django-filter adds to the name of a filter with two ends.
ENDS = ("", "_min", "_max", "_after", "_before")
NOT_SET: tuple[object, ...] = (None, "", [], (), {})


def parameters_of(names: Iterable[str]) -> list[str]:
    """Return every parameter an address may carry for filters with those names."""
    return [f"{name}{end}" for name in names for end in ENDS]


def name_the_ends(filterset: FilterSet) -> None:
    """Give both boxes of a filter with two ends a name of its own, and those of days the browser's calendar."""
    for field in filterset.form.fields.values():
        if isinstance(field.widget, MultiWidget):
            for box, end in zip(field.widget.widgets, ("from", "to"), strict=False):
                box.attrs["aria-label"] = f"{field.label}, {end}"
                if isinstance(field, DateRangeField):
                    box.input_type = "date"  # type: ignore[attr-defined]  # a text box, as the package makes it


def in_force(filterset: FilterSet) -> dict[str, Any]:
    """Return the filters that narrow, by name, as what the form made of the address. Odd values are not among them."""
    filterset.form.is_valid()
    cleaned: dict[str, Any] = filterset.form.cleaned_data
    return {name: value for name, value in cleaned.items() if not _is_unset(value)}


def _is_unset(value: Any) -> bool:
    return not value.exists() if isinstance(value, QuerySet) else value in NOT_SET


def left_out(filterset: FilterSet) -> list[str]:
    """Return a sentence for each filter of the address whose value makes no sense."""
    return [
        f"The filter “{_label(filterset, name)}” has no such value and is left out." for name in filterset.form.errors
    ]


def label_and_value(filterset: FilterSet, name: str, value: Any) -> tuple[str, str]:
    """Return filter and value in the words of its form: ("Kind", "only in CRM")."""
    choices = dict(_flat(getattr(filterset.form.fields[name], "choices", ())))
    return _label(filterset, name), _in_words(value, choices)


def _label(filterset: FilterSet, name: str) -> str:
    return str(filterset.form[name].label) if name in filterset.form.fields else name


def _flat(choices: Iterable[Any]) -> Iterable[tuple[str, str]]:
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            yield from _flat(label)
        else:
            yield str(value), str(label)


def _in_words(value: Any, choices: dict[str, str]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, slice):
        return " ".join(
            f"{word} {_in_words(end, {})}" for word, end in (("from", value.start), ("to", value.stop)) if end
        )
    if isinstance(value, date):
        # A filter by days has moments for its ends: the first and the last of the day.
        return wording.moment(value).removesuffix(" 00:00").removesuffix(" 23:59")
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, (list, tuple, QuerySet)):
        return ", ".join(_in_words(one, choices) for one in value)
    return choices.get(str(value), str(value))
