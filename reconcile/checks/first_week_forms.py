"""What people write down in the first week with one check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from boundaries.definitions import Map
from boundaries.forms.ready import MapForm, figure, text
from ownership.models import Person, System, Team
from reconcile.checks.forms import spelled
from reconcile.checks.models import Check
from reconcile.checks.permissions import may_work_on
from reconcile.checks.services.first_week import Watched

NAME_CHARACTERS = 200
SYSTEM_CHARACTERS = 100
TEAM_CHARACTERS = 100
MOST_NAMES = 40


class StartForm(forms.Form):
    """The check people complain about: one of the app, or a name and two systems."""

    check = forms.ModelChoiceField(Check.objects.none(), label="Check", required=False, empty_label="choose one")
    name = text("What people call it", NAME_CHARACTERS)
    source = text("From which system", SYSTEM_CHARACTERS, help_text="Where the records begin.")
    target = text("To which system", SYSTEM_CHARACTERS, help_text="Where they are taken over.")

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person
        checks = self.fields["check"]
        assert isinstance(checks, forms.ModelChoiceField)  # noqa: S101 - for the types
        checks.queryset = Check.objects.select_related("boundary", "owner").order_by("name")
        checks.error_messages["invalid_choice"] = "There is no such check any more. Choose another."
        for name in ("source", "target"):
            self.fields[name].widget.attrs.update(list="systems", autocomplete="off")

    def clean_check(self) -> Check | None:
        check: Check | None = self.cleaned_data["check"]
        if check is None or (check.boundary is not None and check.boundary.removed_at is None):
            return check
        if not may_work_on(self._person, check):
            owner = check.owner.name if check.owner else "a team"
            message = f"{check.name} is changed by the lead of {owner}: they tie it to its boundary."
            raise ValidationError(message)
        return check

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("check") is None and "check" not in self.errors:
            asked = {
                "name": "Give it a name, such as sales to billing.",
                "source": "Name the system where the records begin.",
                "target": "Name the system where they are taken over.",
            }
            for name, sentence in asked.items():
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, sentence)
        for name in ("source", "target"):
            cleaned[name] = spelled(cleaned.get(name) or "")
        cleaned["name"] = " ".join((cleaned.get("name") or "").split())
        return cleaned


class WatchForm(MapForm):
    """Who compares, for how long, how often, and what starts it."""

    team = text("Which team compares", TEAM_CHARACTERS, required=True)
    who = text("Who of them, by their work", TEAM_CHARACTERS, help_text="A role, not a name: the billing clerk.")
    minutes = figure("Minutes each time", "All of it: exporting, matching, chasing answers.")
    times_per_week = figure("Times a week", "Once a fortnight is 0.5.")
    trigger = text("What starts it", help_text="Such as: it is Friday.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].widget.attrs.update(list="teams", autocomplete="off")
        self.fields["team"].error_messages["required"] = "Name the team that compares."
        for name, sentence in (("minutes", "how long it took"), ("times_per_week", "how often it is done")):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = f"Write down {sentence}, as a number."

    @property
    def watched(self) -> Watched:
        """What was seen, in one piece."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        lines = {name: " ".join(given[name].split()) for name in ("team", "who", "trigger")}
        return Watched(**{**given, **lines})


class FailingForm(MapForm):
    """Which fields fail: ticked of those offered, typed one a line, or both."""

    typed = text(
        "Others, one a line",
        10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="As people call them: start date.",
    )

    def __init__(self, *args: Any, offered: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered

    @property
    def ticked(self) -> list[str]:
        """What of the fields offered is ticked; a name that was offered a moment ago still counts."""
        data: Any = self.data
        given = data.getlist("ticked") if hasattr(data, "getlist") else []
        return [" ".join(name.replace("\0", "").split()) for name in given]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        lines = [" ".join(line.split()) for line in (cleaned.get("typed") or "").splitlines()]
        names = {name.casefold(): name for name in (*self.ticked, *lines) if name}
        cleaned["names"] = list(names.values())
        if not names and not self.errors:
            self.add_error("typed", "Tick or write down at least one field that fails.")
        if len(names) > MOST_NAMES:
            self.add_error("typed", f"At most {MOST_NAMES} fields at once. Begin with those that fail most.")
        long = next((name for name in names.values() if len(name) > NAME_CHARACTERS), "")
        if long:
            self.add_error("typed", f"{long[:40]}…: a field's name has at most {NAME_CHARACTERS} characters.")
        return cleaned


class DisputesForm(MapForm):
    """How an argument about a record ends today, and which team decides."""

    disputes = text(
        "How a dispute ends today",
        required=True,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="As it is, not as it should be: Finance wins, because nobody from sales is in the room.",
    )
    owner = forms.ChoiceField(label="Which team decides from now on", help_text="It owns the way across the boundary.")
    rule = text(
        "The rule for conflicts, in one sentence",
        help_text="If there is one: billing status changes only after payment clears.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)  # noqa: S101 - for the types
        owner.choices = [("", "choose a team"), *((name, name) for name in Team.objects.values_list("name", flat=True))]
        owner.error_messages.update(
            required="Name one team that decides. If two want to, that is the dispute.",
            invalid_choice="There is no such team. Choose one from the list.",
        )
        self.fields["disputes"].error_messages["required"] = "Say in a sentence how an argument about a record ends."

    def change(self, said: Map) -> Map:
        given = self.cleaned_data
        return replace(
            said, disputes=given["disputes"].strip(), owner=given["owner"], rule=" ".join(given["rule"].split())
        )


def system_names() -> list[str]:
    """The names of all systems, to choose from."""
    return list(System.objects.values_list("name", flat=True))
