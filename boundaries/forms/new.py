"""What a new boundary begins with."""

from __future__ import annotations

from typing import Any

from django import forms

from boundaries.definitions import Map
from boundaries.models.maps import NAME_CHARACTERS
from boundaries.services.checking import Refused
from ownership.models import Team
from ownership.wording import number

# What the map calls them, and what the form does: `from` is no name in Python.
SYSTEM_CHARACTERS = 100
PLACES = {"name": "name", "from": "source", "to": "target", "owner": "owner"}


def _line(label: str, longest: int, hint: str, offered: str = "") -> forms.CharField:
    attributes = {"autocomplete": "off", "required": True, **({"list": offered} if offered else {})}
    return forms.CharField(
        label=label,
        max_length=longest,
        required=False,  # the browser insists; what is missing all the same is refused in our own words
        help_text=hint,
        widget=forms.TextInput(attributes),
        error_messages={
            "max_length": f"{label}: at most {number(longest)} characters.",
            "null_characters_not_allowed": f"{label}: one character cannot be kept. Write it anew.",
        },
    )


class NewForm(forms.Form):
    """The name, the two systems (known or new ones) and the team that owns the transition."""

    name = _line("Name", NAME_CHARACTERS, "As people call it: sales to billing.")
    source = _line("From system", SYSTEM_CHARACTERS, "Where the record starts, such as CRM.", "systems-list")
    target = _line("To system", SYSTEM_CHARACTERS, "Where it arrives, such as Billing.", "systems-list")
    owner = forms.ModelChoiceField(
        label="Owner team",
        queryset=Team.objects.none(),
        required=False,
        empty_label="no team yet",
        help_text="Who owns the transition. Its lead may draw the map.",
        error_messages={"invalid_choice": "There is no such team any more."},
    )

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = teams  # type: ignore[attr-defined]  # a choice among rows

    @property
    def wanted(self) -> Map:
        """The boundary as it was written, without a step."""
        said = self.cleaned_data
        return Map(said["name"], said["source"], said["target"], said["owner"].name if said["owner"] else "")

    def refuse(self, refused: Refused) -> None:
        """Say at its box why the boundary cannot be so."""
        self.add_error(PLACES.get(refused.place), refused.sentence)
