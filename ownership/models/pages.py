"""What pages remember of people: views, columns, where somebody edits, a sheet on its way in, tokens."""

from __future__ import annotations

from django.db import models

from ownership.models.people import Person


class SavedView(models.Model):
    """A list as somebody likes to see it: its name and the query of its address. A shared one is there for all."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="saved_views")
    listing = models.CharField(max_length=50)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2_000)
    shared = models.BooleanField(default=False)

    class Meta:
        ordering = ("name", "pk")
        constraints = (models.UniqueConstraint("person", "listing", "name", name="saved_view_name_once"),)

    def __str__(self) -> str:
        return self.name


class ChosenColumns(models.Model):
    """The columns a person chose for a list, as the address spells them."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    listing = models.CharField(max_length=50)
    columns = models.CharField(max_length=1_000)

    class Meta:
        constraints = (models.UniqueConstraint("person", "listing", name="chosen_columns_once"),)

    def __str__(self) -> str:
        return f"{self.listing}: {self.columns}"


class Presence(models.Model):
    """Where somebody edits just now: a page, and a cell of it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=50)
    cell = models.CharField(max_length=100, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint("person", "page", name="present_once_on_a_page"),)

    def __str__(self) -> str:
        return f"{self.person} on {self.page}"


class SheetImport(models.Model):
    """A sheet somebody brings: its rows as text, how its columns pair with ours, and whether it was taken over."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=300)
    header = models.JSONField()
    rows = models.JSONField()
    pairing = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    outcome = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.file_name


class ApiToken(models.Model):
    """Lets a program read as a person. Only a digest is kept: the token itself is shown once."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField("what it is for", max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("made", auto_now_add=True)
    last_used_at = models.DateTimeField("last used", null=True, blank=True)
    revoked_at = models.DateTimeField("revoked", null=True, blank=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name
