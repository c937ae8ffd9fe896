"""Claims: each team's own answer to "who owns this field?", given without seeing the others'."""

from __future__ import annotations

from django.db import models

from ownership.history import Tracked
from ownership.models.fields import Field
from ownership.models.people import Person, Team


class ClaimRound(models.Model):
    """One asking: to some teams, until a day. It closes when all have answered or the day has passed."""

    AGREED, DISPUTED, UNANSWERED = "agreed", "disputed", "unanswered"
    OUTCOMES = ((AGREED, "one answer"), (DISPUTED, "disputed: nobody owns it"), (UNANSWERED, "nobody answered"))

    field = models.ForeignKey(Field, on_delete=models.CASCADE, related_name="claim_rounds")
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    due_on = models.DateField("answers until")
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=OUTCOMES, blank=True)

    history = Tracked()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint("field", condition=models.Q(closed_at=None), name="claims_asked_once_at_a_time"),
        )

    def __str__(self) -> str:
        return f"who owns {self.field}"


class Claim(models.Model):
    """One team's answer; ``owner`` None once answered means "nobody, as far as we know"."""

    round = models.ForeignKey(ClaimRound, on_delete=models.CASCADE, related_name="claims")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="claims")
    owner = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    why = models.TextField(blank=True)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    history = Tracked()

    class Meta:
        ordering = ("team__name",)
        constraints = (models.UniqueConstraint("round", "team", name="team_claims_once_in_a_round"),)

    def __str__(self) -> str:
        return f"{self.team} on {self.round}"
