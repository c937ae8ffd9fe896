"""What every form of the editor shares: the version the page showed, what was typed, the change it makes of a map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from boundaries.definitions import Map

LONGEST_TEXT = 2_000
LONGEST_NAME = 200
LONGEST_TEAM = 100
LONGEST_ID = 60
MOST_NUMBER = 1_000_000
NOT_WHOLE = "This page was not whole. Open it again."

Texts = dict[str, str]


def text(label: str, longest: int = LONGEST_TEXT) -> forms.CharField:
    """Return a field for words; repeated and outer space is taken out by ``EditForm``."""
    made = forms.CharField(label=label, max_length=longest, required=False, strip=False)
    made.error_messages.update(
        max_length=f"{label}: at most {longest:,} characters.",
        null_characters_not_allowed=f"{label}: one character cannot be kept. Write it anew.",
    )
    return made


def figure(label: str) -> forms.FloatField:
    """Return a field for a number from 0 on that need not be known."""
    made = forms.FloatField(label=label, required=False, min_value=0, max_value=MOST_NUMBER)
    wrong = f"{label}: write a number from 0 to {MOST_NUMBER:,}, such as 5 or 2.5."
    made.error_messages.update(dict.fromkeys(("invalid", "min_value", "max_value"), wrong))
    return made


def choice(label: str, words: Mapping[str, str]) -> forms.ChoiceField:
    """Return a field for one of ``words``."""
    made = forms.ChoiceField(label=label, choices=list(words.items()), required=False)
    made.error_messages["invalid_choice"] = f"{label}: choose one of {', '.join(word for word in words.values())}."
    return made


def key(name: str) -> forms.CharField:
    """Return a field that names what is changed: the id of a step. The page fills it in, nobody types it."""
    made = forms.CharField(max_length=LONGEST_ID, error_messages={"required": NOT_WHOLE, "max_length": NOT_WHOLE})
    made.error_messages["null_characters_not_allowed"] = NOT_WHOLE
    made.label = name
    return made


def number_text(number: float | None) -> str:
    """Return a number as it stands in a box: 5 for 5.0, nothing for None."""
    if number is None:
        return ""
    return str(int(number)) if number == int(number) else repr(number)


class EditForm(forms.Form):
    """One change of a map.

    What is not posted stays as it is, so that a part of a step can be sent alone. ``texts`` are what the boxes of the
    form show of a map, by their names: what was typed is told from them, and put in their place where it is refused.
    """

    # Boxes that are compared and shown side by side where two people change them at once.
    said: ClassVar[tuple[str, ...]] = ()
    # It takes away what another form of the page shows: there is nothing of one's own to keep there.
    takes_away: ClassVar[bool] = False

    seen = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)

    def __init__(self, data: Mapping[str, Any], *, taken: frozenset[str], teams: Any, systems: Any, uses: Any) -> None:
        super().__init__(data)
        self.fields["seen"].error_messages.update(dict.fromkeys(("invalid", "min_value", "max_value"), NOT_WHOLE))
        # What there is, for what is guessed and filled in: ids of steps, names, how systems store fields.
        self.taken, self.teams, self.systems, self.uses = taken, teams, systems, uses

    @property
    def version(self) -> int:
        """The version the page showed, 0 if it does not say."""
        return int(self.cleaned_data.get("seen") or 0)

    @property
    def place(self) -> str:
        """What the form is about: "step <id>", "handoff <id> <id>", "" for the map as a whole."""
        return ""

    @property
    def inside(self) -> str:
        """The place in whose folded part the form stands, empty for one that is always shown."""
        return ""

    @property
    def row(self) -> str:
        """Which of the forms of the page this is."""
        return self.place

    @property
    def boxes(self) -> str:
        """How the ids of its boxes begin, where complaints about a sentence stand beside them."""
        return ""

    def texts(self, said: Map) -> Texts:  # noqa: ARG002 - those with boxes read it
        """Return what the form shows of ``said``, by the names of its boxes."""
        return {}

    def typed(self) -> Texts:
        """Return what was typed, by the names of the boxes."""
        return {name: str(self.data[name]) for name in self.said if name in self.data}

    def change(self, said: Map) -> Map:
        """Return ``said`` with what the form says. Raises operations.Impossible."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        for name, said in self.cleaned_data.items():
            if isinstance(said, str) and isinstance(self.fields[name], forms.CharField):
                self.cleaned_data[name] = " ".join(said.split())
        return self.cleaned_data

    def posted(self, *names: str) -> dict[str, Any]:
        """Return what was posted of ``names``, as it was understood."""
        return {name: self.cleaned_data[name] for name in names if name in self.data}

    def given(self, name: str) -> str:
        """Return what was posted as ``name``, whatever it is: for finding the form again on the page."""
        return str(self.data.get(name, ""))
