"""What people type about themselves and each other."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, SetPasswordForm
from django import forms
from django.contrib.auth.forms import BaseUserCreationForm

from ownership.models import Person

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
    """E-mail address, name and password, twice, of the first administrator."""

    class Meta:
        model = Person
        fields = ("email", "name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {"email": EMAIL, "name": "Your name", "password1": "Password", "password2": AGAIN}
        _speak(self, labels, {"password1": HINT})
        for name in ("email", "name"):
            self.fields[name].widget.attrs["autocomplete"] = name


class NewPersonForm(BaseUserCreationForm):  # type: ignore[type-arg]
    """A person as an administrator adds one, with a first password to hand over."""

    class Meta:
        model = Person
        fields = ("email", "name", "role")
