"""What people post about agreeing and claiming. What is missing or odd is said in one sentence, `why_not`."""

from __future__ import annotations

from typing import Any

from django import forms

from ownership.models import Answer, Team
from ownership.services.agreeing import Seen

MOST_CHARACTERS = 2_000
NOBODY = "nobody"


def _reason(asked: str) -> forms.CharField:
    too_long = f"At most {MOST_CHARACTERS:,} characters say why."
    messages = {"required": asked, "max_length": too_long, "null_characters_not_allowed": "Write it in words."}
    return forms.CharField(required=bool(asked), max_length=MOST_CHARACTERS, strip=True, error_messages=messages)


class Form(forms.Form):
    """A form whose faults are one sentence: the page shows it where the answer would have been."""

    @property
    def why_not(self) -> str:
        """The first thing that keeps this from being done."""
        return next((str(errors[0]) for errors in self.errors.values()), "")


class SeenForm(Form):
    """What every change of where a rule stands carries: the version the page showed, and perhaps a reason."""

    rule = forms.IntegerField(min_value=0)
    version = forms.IntegerField(min_value=0)
    reason = _reason("")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("rule", "version"):
            old = "This page was not whole. Open it again, then decide."
            self.fields[name].error_messages = dict.fromkeys(("required", "invalid", "min_value"), old)

    def seen(self) -> Seen:
        """Return what the page showed."""
        return Seen(rule=self.cleaned_data["rule"], version=self.cleaned_data["version"])


class DiscardForm(SeenForm):
    """Setting a version aside, which takes a reason."""

    reason = _reason("Say why it is set aside.")


class AnswerForm(SeenForm):
    """What a team says to a proposed version."""

    team = forms.ModelChoiceField(
        Team.objects.all(),
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Say which team answers."),
    )
    answer = forms.ChoiceField(
        choices=Answer.choices,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "A team either agrees or objects."),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if given.get("answer") == Answer.OBJECTS and not given.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Say why, so that the others know what to change.")
        return given


class AskForm(Form):
    """Asking teams who owns a field."""

    teams = forms.ModelMultipleChoiceField(
        Team.objects.all(),
        required=False,
        error_messages=dict.fromkeys(("invalid_choice", "invalid_pk_value", "invalid_list"), "There is no such team."),
    )
    until = forms.DateField(
        error_messages=dict.fromkeys(("required", "invalid"), "Say until which day teams can answer, as 2026-05-31.")
    )


class ClaimForm(Form):
    """One team's answer: which team owns the field, or nobody as far as they know, and why."""

    team = forms.ModelChoiceField(
        Team.objects.all(),
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Say which team answers."),
    )
    owner = forms.CharField(error_messages={"required": "Say which team owns it, or that nobody does."})
    why = _reason("Say in a few words why, for the others to read.")

    def clean_owner(self) -> Team | None:
        given = str(self.cleaned_data["owner"])
        if given == NOBODY:
            return None
        known = given.isascii() and given.isdecimal() and len(given) < 10
        team = Team.objects.filter(pk=int(given)).first() if known else None
        if team is None:
            message = "There is no such team."
            raise forms.ValidationError(message)
        return team
