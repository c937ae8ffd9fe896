"""Ownership rules: versions of what the teams agreed about one field."""

from __future__ import annotations

from django.db import models

from ownership.history import Tracked
from ownership.models.fields import COLUMN_CHARACTERS, Field, RecordType
from ownership.models.people import Person, System, Team


class RuleState(models.TextChoices):
    """Where a version stands; ways from one to another are in `ownership.transitions.RULE`."""

    DRAFT = "draft", "draft"
    PROPOSED = "proposed", "proposed"
    DISPUTED = "disputed", "disputed"
    AGREED = "agreed", "agreed"
    SUPERSEDED = "superseded", "superseded"
    DISCARDED = "discarded", "discarded"


class Operator(models.TextChoices):
    """How a condition tests the text of a column."""

    EQUALS = "equals", "is"
    NOT_EQUALS = "not_equals", "is not"
    IN = "in", "is one of"
    BEFORE = "before", "is before"
    AFTER = "after", "is after"
    LESS = "less", "is less than"
    GREATER = "greater", "is more than"
    EMPTY = "empty", "is empty"
    NOT_EMPTY = "not_empty", "is not empty"


class Answer(models.TextChoices):
    """What a team says to a proposed version."""

    AGREES = "agrees", "agrees"
    OBJECTS = "objects", "objects"


class OwnershipRule(models.Model):
    """One version of the rule of a field: where the value starts, who owns it, which record settles a dispute.

    A field has at most one version in force (*agreed*) and one that people work on (*draft*, *proposed*, *disputed*).
    ``depends``: which record wins depends on the conditions alone; otherwise ``settled_by`` wins where none holds.
    """

    field = models.ForeignKey(Field, on_delete=models.CASCADE, related_name="rules")
    number = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=20, choices=RuleState, default=RuleState.DRAFT)
    first_appears_in = models.ForeignKey(
        RecordType, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="first appears in"
    )
    owner = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="owned_rules", verbose_name="owner team"
    )
    settled_by = models.ForeignKey(
        RecordType, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="settled by"
    )
    depends = models.BooleanField("it depends", default=False)
    because = models.TextField(blank=True)
    approver = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="approves", verbose_name="approver"
    )
    deputy = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="deputises", verbose_name="deputy"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    proposed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    proposed_at = models.DateTimeField("proposed", null=True, blank=True)
    agreed_at = models.DateTimeField("agreed", null=True, blank=True)
    confirmed_at = models.DateTimeField("last confirmed", null=True, blank=True)

    history = Tracked()

    class Meta:
        verbose_name = "ownership rule"
        ordering = ("field_id", "-number")
        constraints = (
            models.UniqueConstraint("field", "number", name="rule_version_once"),
            models.UniqueConstraint("field", condition=models.Q(state="agreed"), name="rule_in_force_once"),
            models.UniqueConstraint(
                "field", condition=models.Q(state__in=("draft", "proposed", "disputed")), name="rule_worked_on_once"
            ),
            models.CheckConstraint(condition=models.Q(state__in=RuleState.values), name="rule_state_known"),
            models.CheckConstraint(
                condition=models.Q(depends=False) | models.Q(settled_by=None), name="rule_depends_or_is_settled"
            ),
        )

    def __str__(self) -> str:
        return f"rule {self.number} of {self.field}"


class Condition(models.Model):
    """When something holds, another record wins: a written sentence and a test of one column of one system's record.

    ``value`` is the text compared with, ``values`` the list of texts of *in*. They are asked in order of ``position``.
    """

    rule = models.ForeignKey(OwnershipRule, on_delete=models.CASCADE, related_name="conditions")
    position = models.PositiveIntegerField()
    sentence = models.TextField("when")
    system = models.ForeignKey(System, null=True, on_delete=models.PROTECT, related_name="+")
    column = models.CharField(max_length=COLUMN_CHARACTERS, blank=True)
    operator = models.CharField(max_length=20, choices=Operator, default=Operator.EQUALS)
    value = models.TextField(blank=True)
    values = models.JSONField(default=list, blank=True)
    settled_by = models.ForeignKey(
        RecordType, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="then wins"
    )

    history = Tracked()

    class Meta:
        ordering = ("position", "pk")
        constraints = (
            models.CheckConstraint(condition=models.Q(operator__in=Operator.values), name="condition_operator_known"),
        )

    def __str__(self) -> str:
        return self.sentence


class Agreement(models.Model):
    """What one team says to one proposed version."""

    rule = models.ForeignKey(OwnershipRule, on_delete=models.CASCADE, related_name="agreements")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer)
    reason = models.TextField(blank=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    history = Tracked()

    class Meta:
        ordering = ("team__name",)
        constraints = (
            models.UniqueConstraint("rule", "team", name="team_answers_a_version_once"),
            models.CheckConstraint(condition=models.Q(answer__in=Answer.values), name="agreement_answer_known"),
        )

    def __str__(self) -> str:
        return f"{self.team} {self.answer}"
