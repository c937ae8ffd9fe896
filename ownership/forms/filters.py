"""What the table of fields can be narrowed by."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import Q, QuerySet
from django.utils import timezone
from django_filters import ChoiceFilter, FilterSet, ModelChoiceFilter

from ownership.models import Field, RuleState, System, Team
from ownership.queries import registry, sheet_check, table

NONE = "none"


def with_a_problem() -> set[int]:
    """Return the ids of fields about which the sheet check finds anything."""
    found = sheet_check.findings(registry.whole(), timezone.localdate())
    return {one.field.pk for one in found}


def _subjects() -> list[tuple[str, str]]:
    named = Field.objects.filter(removed_at=None).exclude(subject="").order_by("subject")
    return [(name, name) for name in named.values_list("subject", flat=True).distinct()]


class TableFilter(FilterSet):
    """By subject, system, owner team, state, and whether anything is amiss."""

    subject = ChoiceFilter(
        choices=_subjects, label="Subject", empty_label="any", null_label="none", null_value=NONE, method="about"
    )
    system = ModelChoiceFilter(queryset=System.objects.all(), label="System", empty_label="any", method="in_system")
    owner = ModelChoiceFilter(
        queryset=Team.objects.all(),
        label="Owner team",
        empty_label="any",
        null_label="nobody",
        null_value=NONE,
        method="owned_by",
    )
    state = ChoiceFilter(
        choices=[(state.value, state.label) for state in (*table.WORKED_ON, RuleState.AGREED)],
        label="State",
        empty_label="any",
        method="in_state",
    )
    problem = ChoiceFilter(
        choices=[("yes", "yes"), ("no", "no")], label="Has a problem", empty_label="any", method="has_problem"
    )

    class Meta:
        model = Field
        fields: ClassVar[list[str]] = []

    def about(self, rows: QuerySet[Field], _: str, subject: str) -> QuerySet[Field]:
        """About that subject; a field that names none has an empty text."""
        return rows.filter(subject="" if subject == NONE else subject)

    def in_system(self, rows: QuerySet[Field], _: str, system: System) -> QuerySet[Field]:
        """Stored there, or first appearing or settled there."""
        return table.touching_system(rows, system)

    def owned_by(self, rows: QuerySet[Field], _: str, team: Team | str) -> QuerySet[Field]:
        """Owned by that team, by the version shown."""
        return rows.filter(Q(shown_owner=team.name if isinstance(team, Team) else None))

    def in_state(self, rows: QuerySet[Field], _: str, state: str) -> QuerySet[Field]:
        """In that state; where nobody has said anything yet, it is a draft."""
        begun = Q(shown_state=None) if state == RuleState.DRAFT else Q(pk__in=())
        return rows.filter(Q(shown_state=state) | begun)

    def has_problem(self, rows: QuerySet[Field], _: str, asked: str) -> QuerySet[Field]:
        """With, or without, anything that the sheet check finds."""
        found = Q(pk__in=with_a_problem())
        return rows.filter(found if asked == "yes" else ~found)
