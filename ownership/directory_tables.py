"""Teams, people, systems, record types and some fields as tables."""

from __future__ import annotations

from typing import Any, ClassVar

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter, FilterSet, ModelChoiceFilter

from ownership import wording
from ownership.columns import NumberColumn
from ownership.models import Field, FieldUse, Person, RecordType, Role, System, Team
from ownership.queries.directory import counting
from ownership.queries.registry import record
from ownership.templatetags import parts

LEFT = "has left"


def link(address: str, words: object) -> SafeString:
    """A name that leads to its page."""
    return format_html('<a href="{}"><bdi>{}</bdi></a>', address, words)


def person_link(who: Person | None) -> SafeString | str:
    """A person as a chip; in words if they have left, a dash for nobody."""
    if who is None:
        return wording.NOTHING
    return parts.person(who) if who.is_active else format_html("{} {}", parts.person(who), LEFT)


def record_link(kind: RecordType | None) -> SafeString | str:
    """A record type that leads to its page, a dash for none."""
    return link(reverse("record_type", args=[kind.pk]), record(kind)) if kind else wording.NOTHING


def states_of(field: Field) -> SafeString | str:
    """Where a field (out of ``registry.whole``) stands: the version in force, and the one people work on."""
    rules = [(parts.state_chip(rule.state),) for rule in (field.in_force, field.working) if rule]
    return format_html_join(" ", "{}", rules) if rules else "no rule yet"


class TeamsTable(tables.Table):
    """Teams, each with what it has to do with fields."""

    noun: ClassVar = ("team", "teams")

    name = tables.Column("Team")
    lead = tables.Column("Lead", order_by=("lead__name",))
    owns = NumberColumn("Owns fields", initial_sort_descending=True)
    editing = NumberColumn("Edits fields", initial_sort_descending=True)
    owned_systems = NumberColumn("Systems", initial_sort_descending=True)
    people = NumberColumn("People", initial_sort_descending=True)

    class Meta:
        empty_text = "No teams yet"

    def render_name(self, record: Team) -> SafeString:
        return link(record.get_absolute_url(), record.name)

    def render_lead(self, value: Person) -> SafeString | str:
        return person_link(value)


class PeopleTable(tables.Table):
    """Everybody, with their part."""

    noun: ClassVar = ("person", "people")

    name = tables.Column("Name")
    team = tables.Column("Team", order_by=("team__name",))
    role = tables.Column("Role")
    approving = NumberColumn("Decides on exceptions of", initial_sort_descending=True)
    deputising = NumberColumn("Deputy for", initial_sort_descending=True)
    email = tables.Column("E-mail address")
    is_active = tables.Column("Here")

    class Meta:
        empty_text = "Nobody yet"

    def render_name(self, record: Person) -> SafeString:
        return link(record.get_absolute_url(), record.name)

    def render_team(self, value: Team) -> SafeString:
        return link(value.get_absolute_url(), value)

    def render_email(self, value: str) -> SafeString:
        return format_html("<bdi>{}</bdi>", value)

    def render_is_active(self, value: bool) -> str:  # noqa: FBT001 - the package's own way
        return "yes" if value else LEFT


class PeopleFilter(FilterSet):
    """By team, role, and whether they are still here."""

    team = ModelChoiceFilter(queryset=Team.objects.all(), label="Team", empty_label="any")
    role = ChoiceFilter(choices=Role.choices, label="Role", empty_label="any")
    here = ChoiceFilter(field_name="is_active", choices=(("1", "yes"), ("0", LEFT)), label="Here", empty_label="any")

    class Meta:
        model = Person
        fields: ClassVar[list[Any]] = []


class SystemsTable(tables.Table):
    """Systems, each with what it stores."""

    noun: ClassVar = ("system", "systems")

    name = tables.Column("System")
    owner = tables.Column("Owned by", order_by=("owner__name",))
    stores = NumberColumn("Fields", initial_sort_descending=True)
    kinds = NumberColumn("Record types", initial_sort_descending=True)

    class Meta:
        empty_text = "No systems yet"

    def render_name(self, record: System) -> SafeString:
        return link(record.get_absolute_url(), record.name)

    def render_owner(self, value: Team) -> SafeString:
        return link(value.get_absolute_url(), value)


class RecordTypesTable(tables.Table):
    """Record types, each with the fields it matters to."""

    noun: ClassVar = ("record type", "record types")

    name = tables.Column("Record type")
    system = tables.Column("System", order_by=("system__name",))
    means = tables.Column("What it is", orderable=False)
    begins = NumberColumn("First holds", initial_sort_descending=True)
    settles = NumberColumn("Settles", initial_sort_descending=True)

    class Meta:
        empty_text = "No record types yet"

    def render_name(self, record: RecordType) -> SafeString:
        return link(reverse("record_type", args=[record.pk]), record.name)

    def render_system(self, value: System) -> SafeString:
        return parts.system(value)

    def render_means(self, value: str) -> SafeString:
        return format_html("<bdi>{}</bdi>", value)


class RecordTypesFilter(FilterSet):
    """By system."""

    system = ModelChoiceFilter(queryset=System.objects.all(), label="System", empty_label="any")

    class Meta:
        model = RecordType
        fields: ClassVar[list[Any]] = []


class FieldsTable(tables.Table):
    """Some fields as the pages of teams and people list them."""

    name = tables.Column("Field")
    subject = tables.Column("Subject")
    owner = tables.Column("Owner team", accessor="pk")
    settled_by = tables.Column("Settled by", accessor="pk")
    approver = tables.Column("Approver", accessor="pk")
    state = tables.Column("State", accessor="pk")

    class Meta:
        empty_text = "No fields"

    def render_name(self, record: Field) -> SafeString:
        return link(record.get_absolute_url(), record.name)

    def render_subject(self, value: str) -> SafeString:
        return format_html("<bdi>{}</bdi>", value)

    def render_owner(self, record: Field) -> SafeString | str:
        rule = counting(record)
        return link(rule.owner.get_absolute_url(), rule.owner) if rule and rule.owner else wording.NOTHING

    def render_settled_by(self, record: Field) -> SafeString | str:
        rule = counting(record)
        return "it depends" if rule and rule.depends else record_link(rule.settled_by if rule else None)

    def render_approver(self, record: Field) -> SafeString | str:
        rule = counting(record)
        return person_link(rule.approver if rule else None)

    def render_state(self, record: Field) -> SafeString | str:
        return states_of(record)


class StoredTable(tables.Table):
    """The fields one system stores: rows are pairs of a field and its use there."""

    name = tables.Column("Field", accessor="0")
    column = tables.Column("Column in the export", accessor="1__column")
    means = tables.Column("What it means there", accessor="1__means")
    editors = tables.Column("Edited by", accessor="1")
    state = tables.Column("State", accessor="0")

    class Meta:
        empty_text = "No fields"

    def render_name(self, value: Field) -> SafeString:
        return link(value.get_absolute_url(), value.name)

    def render_column(self, value: str) -> SafeString:
        return parts.value(value)

    def render_means(self, value: str) -> SafeString:
        return format_html("<bdi>{}</bdi>", value)

    def render_editors(self, value: FieldUse) -> SafeString | str:
        teams = [(link(one.team.get_absolute_url(), one.team),) for one in value.editings.all()]
        return format_html_join(", ", "{}", teams) if teams else "nobody"

    def render_state(self, value: Field) -> SafeString | str:
        return states_of(value)


class KindsTable(RecordTypesTable):
    """The record types of one system."""

    class Meta:
        exclude = ("system",)
        empty_text = "No record types yet"
