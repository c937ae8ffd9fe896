"""Columns of tables: each kind of thing looks the same in every list. Text is shown with what cannot be seen in it."""

from typing import Any

import django_tables2 as tables

from ownership import wording
from ownership.templatetags import parts

RIGHT = {"td": {"class": "number"}, "th": {"class": "number"}}


class NumberColumn(tables.Column):
    """A figure, to the right, with thousands separators."""

    attrs = RIGHT

    def render(self, value: Any) -> str:
        return wording.number(value)


class PercentColumn(tables.Column):
    """A share; the value is a pair (part, whole)."""

    attrs = RIGHT

    def render(self, value: tuple[float, float]) -> str:
        return wording.percent(*value)


class DurationColumn(tables.Column):
    """A length of time; the value is seconds."""

    attrs = RIGHT

    def render(self, value: float) -> str:
        return wording.duration(value)


class SizeColumn(tables.Column):
    """A size; the value is bytes."""

    attrs = RIGHT

    def render(self, value: float) -> str:
        return wording.size(value)


class WhenColumn(tables.Column):
    """A moment or a day, with its age on hover."""

    attrs = {"td": {"class": "when"}}  # noqa: RUF012 - the package's own way

    def render(self, value: Any) -> Any:
        return parts.when(value)


class ValueColumn(tables.Column):
    """A value out of an export: unseen characters marked, long text folded, no value and empty text told apart."""

    empty_values = ()

    def render(self, value: Any) -> Any:
        return parts.value(value)


class StateColumn(tables.Column):
    """A state, as its chip."""

    def render(self, value: Any) -> Any:
        return parts.state_chip(value)


class PersonColumn(tables.Column):
    """A person, or nobody in words."""

    empty_values = ()

    def render(self, value: Any) -> Any:
        return parts.person(value)
