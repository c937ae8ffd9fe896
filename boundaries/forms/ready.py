"""What people answer to the five quick checks, each form one small change of the map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms

from boundaries import operations
from boundaries.definitions import CONFIRMABLE, ENDINGS, Map, Observed

LONGEST_TEXT = 1_000
LONGEST_SENTENCE = 500
MOST = 1_000_000
NOT_WHOLE = "This page was not whole. Open it again."


def text(label: str, longest: int = LONGEST_TEXT, *, required: bool = False, **more: Any) -> forms.CharField:
    """Return a field for some words; what is wrong with them is said in a sentence."""
    made = forms.CharField(label=label, max_length=longest, required=required, **more)
    made.error_messages.update(
        max_length=f"{label}: at most {longest:,} characters.",
        null_characters_not_allowed=f"{label}: one character cannot be kept. Write it anew.",
    )
    return made


def figure(label: str, hint: str = "") -> forms.FloatField:
    """Return a field for a number that need not be known."""
    made = forms.FloatField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST,
        help_text=hint,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 10}),
    )
    wrong = f"{label}: a number from 0 to {MOST:,}, such as 90 or 2.5."
    made.error_messages.update(dict.fromkeys(("invalid", "min_value", "max_value"), wrong))
    return made


def plain(number: float | None) -> float | int | None:
    """Return ``number`` as people write it: 90, not 90.0."""
    return int(number) if number is not None and number == int(number) else number


class MapForm(forms.Form):
    """A change of a map, on top of the version that the page showed."""

    seen = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].error_messages.update(dict.fromkeys(("invalid", "min_value", "max_value"), NOT_WHOLE))

    @property
    def version(self) -> int:
        """The version the page showed, 0 if it does not say."""
        return self.cleaned_data.get("seen") or 0

    @property
    def fault(self) -> str:
        """What is wrong with what no box shows, nothing if a box is to blame."""
        return (
            NOT_WHOLE if any(self.fields[name].widget.is_hidden for name in self.errors if name in self.fields) else ""
        )

    def change(self, said: Map) -> Map:
        """Return ``said`` with what the form says."""
        raise NotImplementedError


class TriggerForm(MapForm):
    """The event that triggers the boundary."""

    trigger = text(
        "The event",
        required=True,
        help_text="Something that happens once and that both teams can see: order form signed.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trigger"].error_messages["required"] = "Name the event, such as: order form signed."

    def change(self, said: Map) -> Map:
        return replace(said, trigger=" ".join(self.cleaned_data["trigger"].split()))


class ConfirmForm(MapForm):
    """Something people say of the map as a whole, or take back."""

    what = forms.ChoiceField(choices=[(one, one) for one in CONFIRMABLE], widget=forms.HiddenInput)
    yes = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def change(self, said: Map) -> Map:
        return operations.confirm(said, self.cleaned_data["what"], yes=self.cleaned_data["yes"])


class ObserveForm(MapForm):
    """One exception that was seen: a sentence, and the day."""

    sentence = text(
        "What happened, in one sentence",
        LONGEST_SENTENCE,
        required=True,
        help_text="Say why, too: Invoice 1842 is paid in Billing and open in CRM because the refund was never sent.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen_on = forms.DateField(
        label="Seen on", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sentence"].error_messages["required"] = "Say in one sentence what happened."
        self.fields["seen_on"].error_messages["invalid"] = "Write the day as 2026-05-03, or leave it empty."

    def change(self, said: Map) -> Map:
        day: date | None = self.cleaned_data["seen_on"]
        return operations.observe(
            said, Observed(" ".join(self.cleaned_data["sentence"].split()), "", day.isoformat() if day else "")
        )


class ForgetForm(MapForm):
    """An exception that shall not count any more: which one, by its number and its words."""

    index = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    sentence = text("", LONGEST_TEXT, widget=forms.HiddenInput)

    def change(self, said: Map) -> Map:
        index, sentence = self.cleaned_data["index"], self.cleaned_data["sentence"]
        there = index < len(said.observed) and " ".join(said.observed[index].sentence.split()) == sentence
        return operations.forget_observed(said, index) if there else said


class VolumeForm(MapForm):
    """How much work there is, and how much time for it."""

    records_per_week = figure("Records a week", "How many of them cross the boundary now.")
    minutes_available = figure("Minutes available a week", "What people have for work by hand, all of them together.")

    def change(self, said: Map) -> Map:
        return replace(
            said,
            records_per_week=self.cleaned_data["records_per_week"],
            minutes_available=self.cleaned_data["minutes_available"],
        )


class KeepForm(MapForm):
    """A disagreement that was looked into: the sentence, and what it turned out to be."""

    sentence = text("What is observed", LONGEST_SENTENCE, required=True)
    kind = forms.ChoiceField(choices=[(one, one) for one in ENDINGS])

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self.fields["sentence"].error_messages["required"] = (
            "Say in one sentence what is observed, then it can be kept."
        )

    def change(self, said: Map) -> Map:
        sentence = " ".join(self.cleaned_data["sentence"].split())
        return operations.observe(said, Observed(sentence, self.cleaned_data["kind"], self._today.isoformat()))


FORMS: dict[str, Callable[..., MapForm]] = {
    "trigger": TriggerForm,
    "confirm": ConfirmForm,
    "observe": ObserveForm,
    "forget": ForgetForm,
    "volume": VolumeForm,
}
