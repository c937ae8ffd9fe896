"""Snapshots as a list."""

from __future__ import annotations

from typing import Any, ClassVar

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter, FilterSet, ModelChoiceFilter

from ownership.columns import NumberColumn, PersonColumn, SizeColumn, StateColumn, WhenColumn
from ownership.models import System
from ownership.templatetags import parts
from reconcile.exports.models import Snapshot

NAME_SHOWN = 60


class SnapshotTable(tables.Table):
    """What came in: newest first."""

    noun: ClassVar = ("snapshot", "snapshots")

    file_name = tables.Column("File", linkify=("snapshot", {"snapshot_id": tables.A("pk")}))
    state = StateColumn("State")
    system = tables.Column("System", order_by=("system__name",))
    rows = NumberColumn("Rows")
    rejected = NumberColumn("Rejected")
    size = SizeColumn("Size")
    as_of = WhenColumn("As of")
    received_at = WhenColumn("Received", order_by=("id",), initial_sort_descending=True)
    received_by = PersonColumn("By", order_by=("received_by__name",))
    sha256 = tables.Column("SHA-256", visible=False)

    class Meta:
        empty_text = "No snapshots yet"

    def render_file_name(self, value: str) -> SafeString:
        return short_name(value)

    def render_system(self, value: System) -> SafeString:
        return parts.system(value)

    def render_sha256(self, value: str) -> SafeString:
        return format_html('<code title="{}">{}</code>', value, value[:12])


class SnapshotFilter(FilterSet):
    """By system and by state."""

    system = ModelChoiceFilter(queryset=System.objects.all(), label="System", empty_label="any")
    state = ChoiceFilter(choices=Snapshot.State.choices, label="State", empty_label="any")

    class Meta:
        model = Snapshot
        fields: ClassVar[list[Any]] = []


def short_name(name: str) -> SafeString:
    """A file name on one line: what cannot be seen is marked, a long one is cut and whole on hover."""
    if len(name) <= NAME_SHOWN:
        return format_html("<bdi>{}</bdi>", parts.marked(name))
    return format_html('<bdi title="{}">{}…</bdi>', name, parts.marked(name[:NAME_SHOWN], at_end=False))
