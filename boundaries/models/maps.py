"""A boundary and its map as rows.

Where a row names a team or a field that the registry may not know yet, the name stands beside the foreign key: a map is
drawn in a meeting, and nobody stops there to fill in another table first.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from boundaries.definitions import CASES, ENDINGS, HOWS
from ownership.history import Tracked
from ownership.models import Field, Person, System, Team

NAME_CHARACTERS = 200
KEY_CHARACTERS = 60
TEAM_CHARACTERS = 100
FIELD_CHARACTERS = 200


class Touch(models.TextChoices):
    """How people do a step by hand."""

    EXPORT = "export", "export"
    UPLOAD = "upload", "file upload"
    PASTE = "paste", "copy and paste"
    SPREADSHEET = "spreadsheet", "spreadsheet clean-up"
    EDIT = "edit", "field edit"
    INBOX = "inbox", "inbox"
    CHAT = "chat", "chat"


class Boundary(models.Model):
    """The line between two systems: who owns the transition, the event that triggers it, the rule in one sentence."""

    name = models.CharField(max_length=NAME_CHARACTERS)
    slug = models.SlugField("address", max_length=80, unique=True, editable=False)
    from_system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="boundaries_from")
    to_system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="boundaries_to")
    owner = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="boundaries")
    trigger = models.TextField("the event that triggers it", blank=True)
    rule = models.TextField("the rule in one sentence", blank=True)
    confirmed = models.JSONField("what people say of the map as a whole", default=list, blank=True)
    records_per_week = models.FloatField(null=True, blank=True)
    minutes_available = models.FloatField("minutes a week for work by hand", null=True, blank=True)
    disputes = models.TextField("how disputes end", blank=True)
    removed_at = models.DateTimeField("removed", null=True, blank=True)
    created_at = models.DateTimeField("drawn since", auto_now_add=True)
    added_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name="added by"
    )
    is_demo = models.BooleanField("belongs to the demo company", default=False, editable=False)

    history = Tracked()

    class Meta:
        verbose_name_plural = "boundaries"
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(Lower("name"), name="boundary_name_once", condition=models.Q(removed_at=None)),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("boundary", args=[self.slug])


class Step(models.Model):
    """One plain sentence of who does what where. ``key`` is its id in the map, ``team_name`` a lane of no team."""

    boundary = models.ForeignKey(Boundary, on_delete=models.CASCADE, related_name="steps")
    key = models.CharField("id", max_length=KEY_CHARACTERS)
    position = models.PositiveIntegerField()
    does = models.TextField("what happens", blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="steps")
    team_name = models.CharField("team", max_length=TEAM_CHARACTERS, blank=True)
    system = models.ForeignKey(System, null=True, blank=True, on_delete=models.PROTECT, related_name="steps")
    touch = models.CharField("by hand", max_length=20, choices=Touch, blank=True)
    minutes = models.FloatField("minutes each time", null=True, blank=True)
    times_per_week = models.FloatField("times a week", null=True, blank=True)

    history = Tracked()

    class Meta:
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint("boundary", "key", name="step_once_in_a_map"),
            models.CheckConstraint(condition=models.Q(touch__in=["", *Touch.values]), name="step_touch_known"),
        )

    def __str__(self) -> str:
        return self.does or self.key


class StepField(models.Model):
    """A field that may be edited in a step."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="fields")
    field = models.ForeignKey(Field, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=FIELD_CHARACTERS)

    history = Tracked()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class Handoff(models.Model):
    """The way from one step to the next."""

    boundary = models.ForeignKey(Boundary, on_delete=models.CASCADE, related_name="handoffs")
    source = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="handoffs_out", verbose_name="from")
    target = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="handoffs_in", verbose_name="to")
    position = models.PositiveIntegerField()
    trigger = models.TextField(blank=True)
    lag_days = models.FloatField("expected lag in days", null=True, blank=True)
    owner = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner_name = models.CharField("owner", max_length=TEAM_CHARACTERS, blank=True)

    history = Tracked()

    class Meta:
        verbose_name = "hand-off"
        ordering = ("position", "pk")
        constraints = (models.UniqueConstraint("source", "target", name="handoff_once_between_steps"),)

    def __str__(self) -> str:
        return self.trigger or f"hand-off {self.position}"


class HandoffField(models.Model):
    """A field a hand-off carries, and what becomes of it. ``before`` and ``after`` are lists of names."""

    handoff = models.ForeignKey(Handoff, on_delete=models.CASCADE, related_name="fields")
    position = models.PositiveIntegerField()
    field = models.ForeignKey(Field, null=True, blank=True, on_delete=models.SET_NULL, related_name="handoffs")
    name = models.CharField(max_length=FIELD_CHARACTERS)
    how = models.CharField("what becomes of it", max_length=20, choices=[(how, how) for how in HOWS], default="kept")
    before = models.JSONField(default=list, blank=True)
    after = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True)

    history = Tracked()

    class Meta:
        ordering = ("position", "pk")
        constraints = (models.CheckConstraint(condition=models.Q(how__in=HOWS), name="handoff_field_how_known"),)

    def __str__(self) -> str:
        return self.name


class AwkwardCase(models.Model):
    """What happens in an awkward case of a hand-off, and who decides."""

    handoff = models.ForeignKey(Handoff, on_delete=models.CASCADE, related_name="cases")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in CASES], default="other")
    when = models.TextField()
    then = models.TextField("what happens", blank=True)
    decides = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decides_name = models.CharField("who decides", max_length=TEAM_CHARACTERS, blank=True)
    never = models.BooleanField("cannot happen here", default=False)

    history = Tracked()

    class Meta:
        ordering = ("position", "pk")
        constraints = (models.CheckConstraint(condition=models.Q(kind__in=CASES), name="awkward_case_kind_known"),)

    def __str__(self) -> str:
        return self.when


class Observation(models.Model):
    """One disagreement that was seen, in one plain sentence."""

    boundary = models.ForeignKey(Boundary, on_delete=models.CASCADE, related_name="observations")
    position = models.PositiveIntegerField()
    sentence = models.TextField()
    kind = models.CharField(max_length=20, choices=[(ending, ending) for ending in ENDINGS], blank=True)
    seen_on = models.DateField(null=True, blank=True)

    history = Tracked()

    class Meta:
        ordering = ("position", "pk")
        constraints = (models.CheckConstraint(condition=models.Q(kind__in=["", *ENDINGS]), name="observation_known"),)

    def __str__(self) -> str:
        return self.sentence


class BoundaryVersion(models.Model):
    """A boundary and its map as they were after one change. ``kind`` tells undoing and redoing from editing."""

    EDIT, UNDO, REDO = "edit", "undo", "redo"
    KINDS = ((EDIT, "edit"), (UNDO, "undo"), (REDO, "redo"))

    boundary = models.ForeignKey(Boundary, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    data = models.JSONField()
    kind = models.CharField(max_length=10, choices=KINDS, default=EDIT)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint("boundary", "number", name="boundary_version_once"),
            models.CheckConstraint(condition=models.Q(kind__in=("edit", "undo", "redo")), name="boundary_version_kind"),
        )
        indexes = (models.Index(fields=("boundary", "at"), name="boundary_version_at"),)

    def __str__(self) -> str:
        return f"version {self.number} of {self.boundary}"
