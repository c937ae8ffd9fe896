"""Patterns: mismatches of one check that fail the same way, living across runs (§2)."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import models

from ownership.history import Tracked
from ownership.models import Person
from reconcile import engine
from reconcile.checks.models import Check, Kind, Mismatch, Run


class Cause(models.TextChoices):
    """The causes of §6, in words for people."""

    TIMING = engine.Cause.TIMING.value, "timing"
    NEVER_SENT = engine.Cause.NEVER_SENT.value, "never sent"
    NON_OWNER_EDIT = engine.Cause.NON_OWNER_EDIT.value, "edited by the wrong side"
    BOTH_EDITED = engine.Cause.BOTH_EDITED.value, "edited on both sides"
    MISSING_EVENT = engine.Cause.MISSING_EVENT.value, "missing event"
    REMOVED = engine.Cause.REMOVED.value, "removed"
    DUPLICATE = engine.Cause.DUPLICATE.value, "duplicate"
    MEANING = engine.Cause.MEANING.value, "two vocabularies"
    FORMAT = engine.Cause.FORMAT.value, "format"
    UNEXPLAINED = engine.Cause.UNEXPLAINED.value, "unexplained"


# The kind of problem each cause is (§6): what is told apart wherever causes are shown.
PROBLEMS = {
    Cause.TIMING: "timing",
    Cause.NEVER_SENT: "hand-off",
    Cause.NON_OWNER_EDIT: "ownership",
    Cause.BOTH_EDITED: "ownership",
    Cause.MISSING_EVENT: "hand-off",
    Cause.REMOVED: "hand-off",
    Cause.DUPLICATE: "process",
    Cause.MEANING: "definition",
    Cause.FORMAT: "definition",
    Cause.UNEXPLAINED: "unknown",
}


class PatternState(models.TextChoices):
    """Where a pattern stands (§8). The table of allowed transitions is in ``transitions``."""

    NEW = "new", "new"
    KNOWN = "known", "known"
    BEING_FIXED = "being fixed", "being fixed"
    FIXED = "fixed", "fixed"
    RETURNED = "returned", "returned"


class Pattern(models.Model):
    """Mismatches of one check that fail the same way.

    ``label`` is the engine's name of the group (``engine.Group.label``); of a split it is one of our own, and
    ``conditions`` say what of ``split_from`` belongs to it. What is ``merged_into`` another is counted there, for good.
    ``name`` is what people called it; without one, ``queries.naming`` makes it from cause, field and segment.
    """

    check_compared = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="patterns")
    label = models.TextField()
    cause = models.CharField(max_length=20, choices=Cause)
    kind = models.CharField(max_length=20, choices=Kind)
    field = models.CharField(max_length=200, blank=True)
    detail = models.TextField(blank=True)
    name = models.CharField("what people call it", max_length=200, blank=True)
    event = models.TextField("what event should update both systems, in one sentence", blank=True)
    state = models.CharField(max_length=20, choices=PatternState, default=PatternState.NEW)
    split_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="splits")
    conditions = models.JSONField("what sets a split apart", default=list, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged")
    changed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    found_at = models.DateTimeField(auto_now_add=True)

    history = Tracked()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["check_compared", "label"], name="pattern_label_once_per_check"),
            models.CheckConstraint(condition=models.Q(state__in=PatternState.values), name="pattern_state_known"),
            models.CheckConstraint(condition=models.Q(cause__in=Cause.values), name="pattern_cause_known"),
        )

    def __str__(self) -> str:
        return self.name or self.label

    @property
    def problem(self) -> str:
        """The kind of problem it is: timing, hand-off, ownership, process, definition, unknown."""
        return PROBLEMS[Cause(self.cause)]


class Classification(models.Model):
    """The causes of one run's mismatches, worked out.

    What is known of earlier runs comes from the classification before, whose ``stamp`` is kept as ``base`` (null for
    the first run): where that is not the stamp of the run before any more, this one is stale and made again.
    """

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="classification")
    stamp = models.UUIDField(default=uuid4)
    base = models.UUIDField(null=True, blank=True)
    asked = models.CharField("a hash of what was asked of it: owners, lags, splits", max_length=64)
    file = models.TextField("its causes file, below MEDIA_ROOT")
    listed = models.BooleanField("the memberships of the check are those of this one", default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"causes of {self.run_id}"

    @property
    def path(self) -> Path:
        """The engine's file of causes (``engine.Caused``)."""
        return Path(settings.MEDIA_ROOT) / self.file


class Setback(models.Model):
    """A run whose causes could not be worked out: what stood against it, and how often it was tried on the same ground.

    ``base`` and ``asked`` are those of the classification that would have been: with others, it is tried anew.
    """

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="setback")
    base = models.UUIDField(null=True, blank=True)
    asked = models.CharField(max_length=64)
    tries = models.PositiveIntegerField(default=0)
    why = models.TextField("what stood against it")

    def __str__(self) -> str:
        return self.why


class CatchingUp(models.Model):
    """Who works out the causes of a check's runs now, so that nobody else begins the same. It decides nothing else."""

    check_compared = models.OneToOneField(Check, primary_key=True, on_delete=models.CASCADE, related_name="+")
    holder = models.UUIDField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"until {self.until}"


class Week(models.Model):
    """A pattern in one run: how many mismatches it had, and where they concentrate."""

    pattern = models.ForeignKey(Pattern, on_delete=models.CASCADE, related_name="weeks")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="pattern_weeks")
    count = models.PositiveIntegerField()
    segments = models.JSONField("as engine.Segment, the strongest first", default=list)
    typical = models.JSONField("identities of up to ten mismatches", default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["pattern", "run"], name="week_once_per_pattern_and_run"),)

    def __str__(self) -> str:
        return f"{self.count} in {self.run_id}"


class Membership(models.Model):
    """The pattern of a mismatch that stands now. Written below the ORM by ``services.members`` alone."""

    mismatch = models.OneToOneField(
        Mismatch, primary_key=True, on_delete=models.CASCADE, related_name="membership", db_constraint=False
    )
    pattern = models.ForeignKey(
        Pattern, on_delete=models.CASCADE, related_name="memberships", db_constraint=False, db_index=False
    )

    class Meta:
        indexes = (models.Index(fields=["pattern", "mismatch"], name="membership_of_pattern"),)

    def __str__(self) -> str:
        return f"{self.mismatch_id} in {self.pattern_id}"
