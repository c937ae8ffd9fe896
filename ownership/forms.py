"""What people type about who owns what."""

from typing import Any

from django.contrib.auth.forms import BaseUserCreationForm

from ownership.models import Person


class FirstAdministratorForm(BaseUserCreationForm):
    """E-mail address, name and password, twice, of the first administrator."""

    class Meta:
        model = Person
        fields = ("email", "name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["name"].label = "Your name"
        self.fields["password1"].help_text = "At least 10 characters. A few words in a row are easy to keep in mind."
        self.fields["password2"].label = "The same password again"
        self.fields["password2"].help_text = ""


class NewPersonForm(BaseUserCreationForm):
    """A person as an administrator adds one, with a first password to hand over."""

    class Meta:
        model = Person
        fields = ("email", "name", "role")
