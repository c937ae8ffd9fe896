"""Checks, runs, mismatches."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models.functions import Left

from boundaries.models import Boundary
from ownership.history import Tracked
from ownership.models import Person, System, Team
from reconcile.checks.comparing import ComparedField, Comparing, differences
from reconcile.exports.models import Snapshot

KEY_START = 100


class Cadence(models.TextChoices):
    """How often a check is run."""

    DAILY = "daily", "every day"
    WEEKLY = "weekly", "every week"
    MONTHLY = "monthly", "every month"
    WHEN_NEEDED = "when needed", "when needed"


class Check(models.Model):
    """One recurring comparison: two exports, key, compared fields, cadence, owner."""

    name = models.CharField(max_length=200, unique=True)
    left_system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="checks_left")
    right_system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="checks_right")
    boundary = models.ForeignKey(Boundary, null=True, blank=True, on_delete=models.SET_NULL, related_name="checks")
    records = models.CharField("what its records are called, plural", max_length=60, default="records")
    owner = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="checks")
    cadence = models.CharField(max_length=20, choices=Cadence, default=Cadence.WEEKLY)
    comparing_data = models.JSONField("what is compared", default=dict)
    volume_guard = models.FloatField("change of the row count that holds a run", null=True, blank=True, default=0.3)
    expected_lag_days = models.FloatField(null=True, blank=True)
    minutes_before = models.PositiveIntegerField("minutes the check took by hand", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    is_demo = models.BooleanField("belongs to the demo company", default=False, editable=False)

    history = Tracked()

    # Fields whose words the history leaves out: whoever shows it to a person says so.
    masked: Callable[[ComparedField], object] = staticmethod(lambda _: None)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(condition=models.Q(cadence__in=Cadence.values), name="check_cadence_known"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def comparing(self) -> Comparing:
        """What is compared now; a run keeps its own frozen copy."""
        return Comparing.from_json(self.comparing_data)

    def changes_in_words(self, name: str, old: Any, new: Any) -> list[tuple[str, str, str]] | None:
        """Take an edit of what is compared apart for the history (see ``ownership.history.changes_of``)."""
        if name != "comparing_data":
            return None
        return differences(Comparing.from_json(old or {}), Comparing.from_json(new or {}), self.masked)


class Draft(models.Model):
    """A check that somebody is putting together: kept, so that nothing typed is lost."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="drafts")
    check_edited = models.ForeignKey(Check, null=True, blank=True, on_delete=models.CASCADE, related_name="drafts")
    name = models.TextField(blank=True)
    left_system = models.TextField(blank=True)
    right_system = models.TextField(blank=True)
    records = models.TextField(blank=True)
    owner = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    cadence = models.CharField(max_length=20, choices=Cadence, default=Cadence.WEEKLY)
    expected_lag_days = models.FloatField(null=True, blank=True)
    left = models.ForeignKey(Snapshot, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    right = models.ForeignKey(Snapshot, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    suggestion = models.JSONField(null=True, blank=True)
    suggestion_problem = models.TextField(blank=True)
    comparing_data = models.JSONField("what will be compared", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    discarded_at = models.DateTimeField("put aside; kept a while, so that it can be taken back", null=True, blank=True)

    def __str__(self) -> str:
        return self.name or "a new check"

    @property
    def comparing(self) -> Comparing:
        """What will be compared, as far as it is said."""
        return Comparing.from_json(self.comparing_data or {})


class RunState(models.TextChoices):
    """Where a run stands (§4). The table of allowed transitions is in ``transitions``."""

    QUEUED = "queued", "queued"
    READING = "reading", "reading"
    NEEDS_CONFIRMATION = "needs confirmation", "needs confirmation"
    COMPARING = "comparing", "comparing"
    STORING = "storing", "storing"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"
    WITHDRAWN = "withdrawn", "withdrawn"


WORKING = (RunState.READING, RunState.COMPARING, RunState.STORING)
ACTIVE = (RunState.QUEUED, RunState.NEEDS_CONFIRMATION, *WORKING)


class Run(models.Model):
    """One check comparing one left with one right snapshot. This row is the truth; the queue is a doorbell (§13).

    ``attempt`` is the fence: whoever claimed the run works under the number it got, and publishes only while that
    number stands. ``number`` counts the published runs of a check from 1 in the order of ``as_of``: one that comes late
    takes its place among them, one that is withdrawn leaves it.
    """

    check_compared = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="runs")
    number = models.PositiveIntegerField(null=True, blank=True)
    left = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="runs_left")
    right = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="runs_right")
    as_of = models.DateTimeField("the later of the moments both exports were made", null=True, blank=True)
    comparing_data = models.JSONField("what is compared, frozen")
    fingerprint = models.CharField(max_length=64)

    state = models.CharField(max_length=20, choices=RunState, default=RunState.QUEUED)
    why = models.TextField("what to do about it", blank=True)
    warnings = models.JSONField("why it is held", default=list, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    rung_at = models.DateTimeField("last sent to the queue", null=True, blank=True)
    step = models.TextField(blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    step_seconds = models.JSONField("seconds of each step", default=dict, blank=True)

    requested_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_why = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_why = models.TextField(blank=True)

    totals = models.JSONField("figures of the result", null=True, blank=True)
    result_file = models.TextField("its mismatches, below MEDIA_ROOT", blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=RunState.values), name="run_state_known"),
            models.UniqueConstraint(
                fields=["check_compared"], condition=models.Q(state__in=ACTIVE), name="run_one_active_per_check"
            ),
            models.UniqueConstraint(
                fields=["check_compared", "number"], condition=models.Q(number__isnull=False), name="run_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state=RunState.DONE, number__isnull=False)
                | (~models.Q(state=RunState.DONE) & models.Q(number__isnull=True)),
                name="run_numbered_when_done",
            ),
        )
        indexes = (models.Index(fields=["state"], condition=models.Q(state__in=ACTIVE), name="run_active"),)

    def __str__(self) -> str:
        return f"{self.check_compared} {self.number or self.pk}"

    @property
    def comparing(self) -> Comparing:
        """What this run compares, as it was when it was asked for."""
        return Comparing.from_json(self.comparing_data)

    @property
    def folder(self) -> Path:
        """Files of its attempts; ``result_file`` names the one that was published."""
        return Path(settings.MEDIA_ROOT) / "runs" / str(self.pk)

    @property
    def result_path(self) -> Path | None:
        """The engine's file of this run's mismatches (``engine.Standing.mismatches``), None before it is done."""
        return Path(settings.MEDIA_ROOT) / self.result_file if self.result_file else None


class Kind(models.TextChoices):
    """How a record disagrees (§9)."""

    DIFFERS = "differs", "value differs"
    ONLY_LEFT = "only_left", "only left"
    ONLY_RIGHT = "only_right", "only right"
    DUPLICATE_LEFT = "duplicate_left", "key repeats left"
    DUPLICATE_RIGHT = "duplicate_right", "key repeats right"


class Opened(models.TextChoices):
    """Why the current episode began."""

    NEW = "new", "new"
    CHANGED = "changed", "values changed"
    RETURNED = "returned", "returned"


class Mismatch(models.Model):
    """One disagreement, living across the runs of its check (§4.5).

    The row holds its current or last episode: seen in every run from ``opened_number`` to ``closed_number``, or still
    (null). Earlier episodes are ``Episode`` rows. A run that sees it again unchanged writes nothing; times seen is
    derived. ``id`` grows with the run that first saw it, so ordering by it is ordering by age. Written below the ORM
    by ``services.storing`` alone.
    """

    # Every index below begins with it. The database does not look up the check of each row: a million times the same
    # one, that is a third of the time of storing them, and only `services.storing` writes here, with the check locked.
    check_compared = models.ForeignKey(
        Check, on_delete=models.CASCADE, related_name="mismatches", db_index=False, db_constraint=False
    )
    identity = models.UUIDField("the engine's hash of kind, field and key")
    kind = models.CharField(max_length=20, choices=Kind)
    key = models.TextField()
    field = models.CharField(max_length=200)
    left = models.TextField(null=True)  # noqa: DJ001 - null is no value, and differs from an empty one
    right = models.TextField(null=True)  # noqa: DJ001
    first_number = models.PositiveIntegerField("number of the run that first saw it")
    opened_number = models.PositiveIntegerField("number of the run that began its current or last episode")
    opened_as = models.CharField(max_length=10, choices=Opened, default=Opened.NEW)
    closed_number = models.PositiveIntegerField("number of the last run that saw it; null while it stands", null=True)
    seen_before = models.PositiveIntegerField("runs that saw it in earlier episodes", default=0)
    times_returned = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["check_compared", "identity"], name="mismatch_once_per_check"),)
        indexes = (
            models.Index(fields=["check_compared", "kind", "field", "id"], name="mismatch_by_kind"),
            models.Index("check_compared", Left("key", KEY_START), "id", name="mismatch_by_key"),
            # What stands now, however much more was there once; what a run opened, and what it closed.
            models.Index(
                fields=["check_compared", "kind", "field", "id"],
                condition=models.Q(closed_number__isnull=True),
                name="mismatch_standing",
            ),
            models.Index(
                fields=["check_compared", "opened_number"],
                condition=models.Q(closed_number__isnull=True),
                name="mismatch_opened",
            ),
            models.Index(
                fields=["check_compared", "closed_number"],
                condition=models.Q(closed_number__isnull=False),
                name="mismatch_closed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} {self.field}"


class Episode(models.Model):
    """An earlier stretch of runs in which a mismatch was seen with the same values."""

    mismatch = models.ForeignKey(Mismatch, on_delete=models.CASCADE, related_name="episodes", db_constraint=False)
    opened_number = models.PositiveIntegerField()
    opened_as = models.CharField(max_length=10, choices=Opened)
    closed_number = models.PositiveIntegerField("number of the last run that saw it")
    left = models.TextField(null=True)  # noqa: DJ001 - as in Mismatch
    right = models.TextField(null=True)  # noqa: DJ001

    class Meta:
        ordering = ("opened_number",)

    def __str__(self) -> str:
        return f"runs {self.opened_number} to {self.closed_number}"
