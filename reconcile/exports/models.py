"""Files on their way in, and exports as received."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import models

from ownership.models import Person, System
from reconcile import engine


class Upload(models.Model):
    """A file on its way in, piece by piece. What has arrived lies in ``path``.

    ``snapshot`` is what became of it: a browser that lost the answer asks again and gets the same one. The row goes a
    day after it was last touched.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    file_name = models.TextField()
    size = models.BigIntegerField("bytes announced")
    received = models.BigIntegerField("bytes arrived", default=0)
    started_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(auto_now=True)
    snapshot = models.ForeignKey("Snapshot", null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return self.file_name

    @property
    def path(self) -> Path:
        """Where the pieces are put together."""
        return Path(settings.MEDIA_ROOT) / "uploads" / self.id.hex


class Snapshot(models.Model):
    """One export as received: its bytes never change; what was understood of them stands beside."""

    class State(models.TextChoices):
        RECEIVED = "received", "received"
        READING = "reading", "reading"
        READY = "ready", "ready"
        UNREADABLE = "unreadable", "unreadable"

    system = models.ForeignKey(System, null=True, blank=True, on_delete=models.PROTECT, related_name="snapshots")
    file_name = models.TextField()
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField("bytes")
    as_of = models.DateTimeField("as of")
    as_of_known = models.BooleanField("somebody said of which day it is, or its name does", default=False)
    forgotten_at = models.DateTimeField("its bytes and its copy were removed; its figures stay", null=True, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    received_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_demo = models.BooleanField("belongs to the demo company", default=False, editable=False)

    state = models.CharField(max_length=20, choices=State, default=State.RECEIVED)
    why = models.TextField("why it cannot be read", blank=True)
    options = models.JSONField("how it is read, where said", default=dict, blank=True)
    understood = models.JSONField("what was understood", null=True, blank=True)
    rows = models.BigIntegerField(null=True, blank=True)
    rejected = models.BigIntegerField("rejected lines", null=True, blank=True)

    # Reading is claimed like a run: see checks.models.Run.
    attempt = models.IntegerField(default=0)
    failures = models.IntegerField("attempts that ended without a word", default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    rung_at = models.DateTimeField("last sent to the queue", null=True, blank=True)
    step = models.TextField(blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=["received", "reading", "ready", "unreadable"]),
                name="snapshot_state_known",
            ),
        )
        indexes = (
            models.Index(
                fields=["state"], condition=models.Q(state__in=["received", "reading"]), name="snapshot_unread"
            ),
        )

    def __str__(self) -> str:
        return self.file_name

    @property
    def path(self) -> Path:
        """The bytes as received, under their hash."""
        return Path(settings.MEDIA_ROOT) / "received" / self.sha256[:2] / self.sha256

    @property
    def folder(self) -> Path:
        """What was made of them: the kept copy, the rejected lines."""
        return Path(settings.MEDIA_ROOT) / "snapshots" / str(self.pk)

    @property
    def kept_path(self) -> Path:
        """The kept copy (Parquet); there when the state is *ready*."""
        return self.folder / "rows.parquet"

    @property
    def rejected_path(self) -> Path:
        """CSV of the rejected lines: line, lines, reason, text; there when there are any."""
        return self.folder / "rejected.csv"

    @property
    def export(self) -> engine.Export:
        """What was understood. Only of a snapshot that is *ready*."""
        return engine.Export.from_json(self.understood or {})

    @property
    def kept(self) -> engine.Kept:
        """The kept copy as the engine takes it. Only of a snapshot that is *ready*."""
        return engine.Kept(self.kept_path, self.export)
