"""People, teams and systems."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from ownership.history import Tracked


class Role(models.TextChoices):
    """What a person may do everywhere. Who approves exceptions is said field by field, never by a role."""

    VIEWER = "viewer", "Viewer"
    LEAD = "lead", "Team lead"
    MANAGER = "manager", "Manager"
    ADMINISTRATOR = "administrator", "Administrator"


class Team(models.Model):
    """People with a lead."""

    name = models.CharField(max_length=100, unique=True)
    lead = models.ForeignKey("Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="leads")
    is_demo = models.BooleanField("belongs to the demo company", default=False, editable=False)

    history = Tracked()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("team", args=[self.pk])


class System(models.Model):
    """An application that stores records: CRM, Billing."""

    name = models.CharField(max_length=100, unique=True)
    owner = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="systems")
    is_demo = models.BooleanField("belongs to the demo company", default=False, editable=False)

    history = Tracked()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("system", args=[self.pk])


class PersonManager(BaseUserManager["Person"]):
    """Finds people by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=Person.normalize_username(username or ""))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Create and return a person; without a password they cannot sign in. ``fields``: name, role."""
        person = self.model(email=Person.normalize_username(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Create and return an administrator: what ``manage.py createsuperuser`` calls."""
        return self.create_user(email, password, **{**fields, "role": Role.ADMINISTRATOR})


class Person(AbstractBaseUser):
    """Somebody who signs in, known by e-mail address. The address is kept in lower case; the database insists."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=20, choices=Role, default=Role.VIEWER)
    team = models.ForeignKey("Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="members")
    is_active = models.BooleanField(
        "may sign in",
        default=True,
        help_text="Untick instead of deleting: what a person did stays readable.",
    )
    joined_at = models.DateTimeField("since", auto_now_add=True)
    is_demo = models.BooleanField("belongs to the demo company", default=False, editable=False)

    history = Tracked(excluded_fields=("password", "last_login"))
    objects = PersonManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ("name", "email")
        constraints = (
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="person_email_in_lower_case"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="person_role_known"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.pk])

    @classmethod
    def normalize_username(cls, username: str) -> str:
        return super().normalize_username(username).strip().lower()

    @property
    def is_administrator(self) -> bool:
        return self.is_active and self.role == Role.ADMINISTRATOR

    # The administration pages ask these three. Nothing else does: being an administrator gives no other right.

    @property
    def is_staff(self) -> bool:
        return self.is_administrator

    def has_perm(self, perm: str, obj: object = None) -> bool:  # noqa: ARG002 - the administration's own signature
        return self.is_administrator and self.has_module_perms(perm.partition(".")[0])

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_administrator and app_label == "ownership"
