"""Fields: facts that at least two systems store and people compare; how each system stores them; what was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from ownership.history import Tracked
from ownership.models.people import Person, System, Team

if TYPE_CHECKING:
    from ownership.models.rules import OwnershipRule

NAME_CHARACTERS = 200
COLUMN_CHARACTERS = 500


class RecordType(models.Model):
    """One kind of record in one system: "posted invoice" in Billing."""

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="record_types")
    name = models.CharField(max_length=100)
    means = models.TextField("what it is", blank=True)
    is_demo = models.BooleanField("belongs to the demo company", default=False, editable=False)

    history = Tracked()

    class Meta:
        verbose_name = "record type"
        ordering = ("system__name", "name")
        constraints = (models.UniqueConstraint("system", Lower("name"), name="record_type_once_in_a_system"),)

    def __str__(self) -> str:
        return f"{self.name} in {self.system}"

    @property
    def cell(self) -> str:
        """As a cell of the table spells it: ``Billing: posted invoice``."""
        return f"{self.system.name}: {self.name}"


class Field(models.Model):
    """One fact that at least two systems store ("billing status of a customer"). Removed ones stay, out of sight."""

    name = models.CharField("field", max_length=NAME_CHARACTERS)
    subject = models.CharField(max_length=100, blank=True)
    means = models.TextField("what it means", blank=True)
    sensitive = models.BooleanField(
        "sensitive", default=False, help_text="Its values are masked for everybody who has no right to see them."
    )
    removed_at = models.DateTimeField("removed", null=True, blank=True)
    created_at = models.DateTimeField("added", auto_now_add=True)
    added_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name="added by"
    )
    is_demo = models.BooleanField("belongs to the demo company", default=False, editable=False)

    history = Tracked()

    class Meta:
        ordering = ("subject", "name", "pk")
        constraints = (
            models.UniqueConstraint(Lower("name"), name="field_name_once", condition=models.Q(removed_at=None)),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("ownership_field", args=[self.pk])

    @property
    def in_force(self) -> OwnershipRule | None:
        """The agreed version that counts. Needs ``rules`` (prefetched where there are many fields)."""
        return next((rule for rule in self.rules.all() if rule.state == "agreed"), None)

    @property
    def working(self) -> OwnershipRule | None:
        """The version people work on: draft, proposed or disputed."""
        return next((rule for rule in self.rules.all() if rule.state in {"draft", "proposed", "disputed"}), None)

    @property
    def shown(self) -> OwnershipRule | None:
        """What the table shows: the version people work on, else the one in force."""
        return self.working or self.in_force


class FieldUse(models.Model):
    """How one system stores a field: the column in its export, what the word means there, who may edit it there."""

    field = models.ForeignKey(Field, on_delete=models.CASCADE, related_name="uses")
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="field_uses")
    column = models.CharField("column in the export", max_length=COLUMN_CHARACTERS, blank=True)
    means = models.TextField("what it means there", blank=True)
    editors = models.ManyToManyField(Team, through="Editing", related_name="edits")

    history = Tracked()

    class Meta:
        verbose_name = "use of a field"
        verbose_name_plural = "uses of fields"
        ordering = ("pk",)
        constraints = (models.UniqueConstraint("field", "system", name="field_used_once_in_a_system"),)

    def __str__(self) -> str:
        return f"{self.field} in {self.system}"


class Editing(models.Model):
    """A team that may edit a field in one system."""

    use = models.ForeignKey(FieldUse, on_delete=models.CASCADE, related_name="editings")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="editings")

    history = Tracked()

    class Meta:
        verbose_name = "team that edits"
        ordering = ("team__name",)
        constraints = (models.UniqueConstraint("use", "team", name="team_edits_a_use_once"),)

    def __str__(self) -> str:
        return f"{self.team} edits {self.use}"


class FieldVersion(models.Model):
    """A field as a whole after one change: what the history shows, compares and restores. Only ever added to.

    ``data`` is the field as `ownership.describing.described` gives it, which is also the shape `dump` writes.
    """

    field = models.ForeignKey(Field, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    data = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("field_id", "-number")
        constraints = (models.UniqueConstraint("field", "number", name="field_version_once"),)

    def __str__(self) -> str:
        return f"version {self.number} of {self.field}"


class Suggestion(models.Model):
    """What somebody who may not edit a field would write into one of its cells; those who may take or decline it."""

    OPEN, TAKEN, DECLINED = "open", "taken", "declined"
    STATES = ((OPEN, "open"), (TAKEN, "taken"), (DECLINED, "declined"))

    field = models.ForeignKey(Field, on_delete=models.CASCADE, related_name="suggestions")
    column = models.CharField(max_length=30)
    text = models.TextField(blank=True)
    was = models.TextField(blank=True)
    why = models.TextField(blank=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="suggestions")
    at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=STATES, default=OPEN)
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    history = Tracked()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=("open", "taken", "declined")), name="suggestion_state_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.column} of {self.field}: {self.text}"
