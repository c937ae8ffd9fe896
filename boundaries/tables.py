"""Boundaries as a table."""

from __future__ import annotations

from typing import Any, ClassVar

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter, FilterSet, ModelChoiceFilter

from boundaries import wording
from boundaries.models import Boundary
from boundaries.queries import listing
from ownership.columns import RIGHT, NumberColumn
from ownership.models import System, Team
from ownership.templatetags import parts

READY, NOT_READY = "yes", "no"
SEARCHED = ("name", "from_system__name", "to_system__name", "owner__name")
ORDER = ("name",)


class BoundariesTable(tables.Table):
    """Boundaries, each with how far its map is. Rows are those of ``queries.listing.boundaries``."""

    noun: ClassVar = ("boundary", "boundaries")

    name = tables.Column("Boundary", attrs={"td": {"class": "boundary-name"}})
    ways = tables.Column(
        "From → to",
        accessor="pk",
        order_by=("from_system__name", "to_system__name"),
        attrs={"td": {"class": "boundary-ways"}},
    )
    owner = tables.Column("Owner", order_by=("owner__name",))
    step_count = NumberColumn("Steps", initial_sort_descending=True)
    minutes_by_hand = tables.Column("By hand a week", attrs=RIGHT, initial_sort_descending=True)
    things = tables.Column("Five things", accessor="pk", attrs=RIGHT, orderable=False)
    undecided = tables.Column("Undecided", accessor="pk", attrs=RIGHT, orderable=False)
    ready = tables.Column("Ready", accessor="pk", attrs=RIGHT, orderable=False)
    changed_at = tables.Column("Changed", attrs={"td": {"class": "boundary-changed"}}, initial_sort_descending=True)
    trigger = tables.Column("Trigger", visible=False, orderable=False)
    rule = tables.Column("Rule", visible=False, orderable=False)

    class Meta:
        empty_text = "No boundaries yet"

    def __init__(self, data: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.stands = listing.stands(data)

    def render_name(self, record: Boundary) -> SafeString:
        return format_html('<a href="{}"><bdi>{}</bdi></a>', record.get_absolute_url(), record.name)

    def render_ways(self, record: Boundary) -> SafeString:
        source, target = (parts.system(one) for one in (record.from_system, record.to_system))
        return format_html(
            '{} <span aria-hidden="true">→</span><span class="visually-hidden">to</span> {}', source, target
        )

    def render_owner(self, value: Team) -> SafeString:
        return format_html('<a href="{}"><bdi>{}</bdi></a>', value.get_absolute_url(), value)

    def render_minutes_by_hand(self, value: float) -> str:
        return wording.minutes(value)

    def render_things(self, value: int) -> str:
        return f"{self.stands[value].things} of {listing.THINGS}"

    def render_undecided(self, value: int) -> str:
        return str(self.stands[value].undecided)

    def render_ready(self, value: int) -> SafeString | str:
        one = self.stands[value]
        return parts.state_chip("ready") if one.is_ready else f"{one.holding} of {listing.QUICK_CHECKS}"

    def render_changed_at(self, record: Boundary) -> SafeString:
        by = getattr(record, "changed_by", "")
        when = parts.when(getattr(record, "changed_at", None))
        return format_html("{}<br><small>by <bdi>{}</bdi></small>", when, by) if by else format_html("{}", when)

    def render_trigger(self, value: str) -> SafeString:
        return parts.value(value)

    def render_rule(self, value: str) -> SafeString:
        return parts.value(value)


class BoundariesFilter(FilterSet):
    """By system on either side, owner, and whether the quick checks hold."""

    system = ModelChoiceFilter(queryset=System.objects.all(), label="System", empty_label="any", method="at_system")
    owner = ModelChoiceFilter(queryset=Team.objects.all(), label="Owner", empty_label="any")
    ready = ChoiceFilter(
        choices=((NOT_READY, "not ready"), (READY, "ready")),
        label="Ready to automate",
        empty_label="any",
        method="by_readiness",
    )

    class Meta:
        model = Boundary
        fields: ClassVar[list[Any]] = []

    def at_system(self, rows: QuerySet[Boundary], _: str, value: System) -> QuerySet[Boundary]:
        return listing.at_system(rows, value)

    def by_readiness(self, rows: QuerySet[Boundary], _: str, value: str) -> QuerySet[Boundary]:
        return listing.by_readiness(rows, wanted=value == READY)
