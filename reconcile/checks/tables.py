"""Lists of checks and of the runs of one."""

from __future__ import annotations

from typing import Any, ClassVar

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django_filters import ChoiceFilter, FilterSet, ModelChoiceFilter

from ownership import wording
from ownership.columns import NumberColumn, PersonColumn, StateColumn, WhenColumn
from ownership.models import System, Team
from ownership.parts import Sparkline
from ownership.templatetags import parts
from reconcile.checks.models import Cadence, Check, Run


def _clipped(text: str, most: int = 80) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


class ChecksTable(tables.Table):
    """Checks, each with its last run and what became of its mismatches."""

    noun: ClassVar = ("check", "checks")

    name = tables.Column("Check")
    systems = tables.Column("Compares", accessor="pk", orderable=False)
    records = tables.Column("Records", visible=False)
    last_at = WhenColumn("Last run", orderable=False)
    agreement = tables.Column(
        "Agreement", accessor="recent", orderable=False, attrs={"td": {"class": "number"}, "th": {"class": "number"}}
    )
    mismatches = NumberColumn("Mismatches", accessor="recent", orderable=False)
    trend = tables.Column("Last runs", accessor="recent", orderable=False)
    owner = tables.Column("Team", accessor="owner__name", order_by="owner__name")
    cadence = tables.Column("How often")

    class Meta:
        empty_text = "No checks yet"

    def render_name(self, value: str, record: Check) -> Any:
        return format_html('<a href="{}"><bdi>{}</bdi></a>', reverse("check", args=[record.pk]), _clipped(value))

    def render_systems(self, record: Check) -> Any:
        left, right = (
            parts.system(_clipped(record.left_system.name, 40), "left"),
            parts.system(_clipped(record.right_system.name, 40), "right"),
        )
        return format_html("{} {}", left, right)

    def render_records(self, value: str) -> Any:
        return format_html("<bdi>{}</bdi>", value)

    def render_last_at(self, value: Any, record: Any) -> Any:
        return format_html(
            '<a href="{}">{}</a> {}',
            reverse("run", args=[record.last_run_id]),
            parts.when(value),
            parts.state_chip(record.last_state),
        )

    def render_agreement(self, value: list[Any]) -> str:
        if not value:
            return wording.NOTHING
        last = value[0]
        return wording.percent((last.matched_then or 0) - (last.differing_rows_then or 0), last.matched_then or 0)

    def render_mismatches(self, value: list[Any]) -> str:
        return wording.number(value[0].mismatches_then) if value else wording.NOTHING

    def render_trend(self, value: list[Any]) -> str:
        if len(value) < 2:
            return wording.NOTHING
        figures = [run.mismatches_then or 0 for run in reversed(value)]
        return render_to_string(
            "_parts/sparkline.html", {"sparkline": Sparkline("Mismatches of the last runs", figures)}
        )

    def render_owner(self, value: str) -> Any:
        return format_html("<bdi>{}</bdi>", _clipped(value, 40))


class ChecksFilter(FilterSet):
    """By team, system and cadence."""

    owner = ModelChoiceFilter(queryset=Team.objects.all(), label="Team", empty_label="any")
    left_system = ModelChoiceFilter(queryset=System.objects.all(), label="Left system", empty_label="any")
    right_system = ModelChoiceFilter(queryset=System.objects.all(), label="Right system", empty_label="any")
    cadence = ChoiceFilter(choices=Cadence.choices, label="How often", empty_label="any")


class RunsTable(tables.Table):
    """The runs of one check with their figures."""

    noun: ClassVar = ("run", "runs")

    number = tables.Column("Run", accessor="pk", order_by=("as_of", "id"))
    as_of = tables.Column("As of", accessor="as_of", orderable=False, attrs={"td": {"class": "when"}})
    requested_at = WhenColumn("Asked for", orderable=False)
    state = StateColumn("State", orderable=False)
    matched = NumberColumn("Matched", accessor="matched_then", orderable=False)
    mismatches = NumberColumn("Mismatches", accessor="mismatches_then", orderable=False)
    new = NumberColumn("New", accessor="new_then", orderable=False)
    returned = NumberColumn("Returned", accessor="returned_then", orderable=False)
    gone = NumberColumn("Gone", accessor="gone_then", orderable=False)
    requested_by = PersonColumn("By", orderable=False)

    class Meta:
        empty_text = "No runs yet"

    def render_number(self, record: Run) -> Any:
        said = f"Run {record.number}" if record.number else "Run"
        return format_html('<a href="{}">{}</a>', reverse("run", args=[record.pk]), said)

    def render_as_of(self, value: Any) -> Any:
        return parts.when(value.date())
