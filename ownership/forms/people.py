"""What people type about themselves and each other."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, SetPasswordForm
from django import forms
from django.contrib.auth.forms import BaseUserCreationForm

from ownership.models import Person, Team

EMAIL = "E-mail address"
AGAIN = "The same password again"
HINT = "At least 10 characters. A few words in a row are easy to keep in mind."


def _speak(form: forms.BaseForm, labels: dict[str, str], hints: dict[str, str]) -> None:
    """Give the fields our ``labels`` and ``hints`` by field name, and drop the placeholders that repeat a label."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].help_text = hints.get(name, "")
        form.fields[name].widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _speak(self, {"login": EMAIL, "password": "Password"}, {})


class NewPasswordForm(ChangePasswordForm):
    """The password so far, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {"oldpassword": "Password so far", "password1": "New password", "password2": AGAIN}
        _speak(self, labels, {"password1": HINT})


class FirstPasswordForm(SetPasswordForm):
    """A password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _speak(self, {"password1": "Password", "password2": AGAIN}, {"password1": HINT})


class FirstAdministratorForm(BaseUserCreationForm):  # type: ignore[type-arg]
    """E-mail address, name, team and password, twice, of the first administrator."""

    team = forms.CharField(max_length=Team._meta.get_field("name").max_length)  # noqa: SLF001 - Django's public _meta

    class Meta:
        model = Person
        fields = ("email", "name")

    field_order = ("email", "name", "team", "password1", "password2")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {"email": EMAIL, "name": "Your name", "team": "Your team", "password1": "Password", "password2": AGAIN}
        hints = {"team": "Such as Finance. You lead it, and so can run checks for it.", "password1": HINT}
        _speak(self, labels, hints)
        for name, filled in (("email", "email"), ("name", "name"), ("team", "off")):
            self.fields[name].widget.attrs["autocomplete"] = filled


class NewPersonForm(BaseUserCreationForm):  # type: ignore[type-arg]
    """A person as an administrator adds one, with a first password to hand over."""

    class Meta:
        model = Person
        fields = ("email", "name", "role", "team")
