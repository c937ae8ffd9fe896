"""What people type about systems, record types and their tokens."""

from __future__ import annotations

from typing import Any

from django import forms

from ownership.models import ApiToken, RecordType, System, Team

REASON_HINT = "A good reason says who agreed, and why now."
# The browser insists; what is missing all the same is refused in our own words, by the service.
NEEDED = {"autocomplete": "off", "required": True}


def _longest(model: type[ApiToken | RecordType | System]) -> int | None:
    return model._meta.get_field("name").max_length  # noqa: SLF001 - Django's public _meta


class TokenForm(forms.Form):
    """What a token is for."""

    name = forms.CharField(
        label="What it is for",
        max_length=_longest(ApiToken),
        required=False,
        help_text="Such as the name of the program that reads with it.",
        widget=forms.TextInput(NEEDED),
    )


class _ReasonedForm(forms.Form):
    """``reasoned``: what is changed is part of what teams agreed, so a reason is asked for."""

    reason = forms.CharField(
        label="Why it changes", required=False, help_text=REASON_HINT, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args: Any, reasoned: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not reasoned:
            del self.fields["reason"]


class SystemForm(_ReasonedForm):
    """The name of a system; of a new one also the team that owns it, among ``teams``."""

    name = forms.CharField(label="Name", max_length=_longest(System), required=False, widget=forms.TextInput(NEEDED))
    owner = forms.ModelChoiceField(
        label="Owned by",
        queryset=Team.objects.none(),
        required=False,
        empty_label="no team yet",
        help_text="Its lead looks after the record types of the system.",
    )

    field_order = ("name", "owner", "reason")

    def __init__(self, *args: Any, teams: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if teams is None:
            del self.fields["owner"]
        else:
            self.fields["owner"].queryset = teams  # type: ignore[attr-defined]  # a choice among rows


class RecordTypeForm(_ReasonedForm):
    """The name of a record type and what it is; of a new one also its system, among ``systems``."""

    system = forms.ModelChoiceField(label="System", queryset=System.objects.none(), empty_label=None)
    name = forms.CharField(
        label="Name",
        max_length=_longest(RecordType),
        required=False,
        help_text="As people call it: posted invoice, deal, signed order form.",
        widget=forms.TextInput(NEEDED),
    )
    means = forms.CharField(
        label="What it is",
        required=False,
        max_length=2_000,
        help_text="In a sentence, for somebody who is new.",
        widget=forms.Textarea({"rows": 2}),
    )

    field_order = ("system", "name", "means", "reason")

    def __init__(self, *args: Any, systems: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if systems is None:
            del self.fields["system"]
        else:
            self.fields["system"].queryset = systems  # type: ignore[attr-defined]  # a choice among rows


class RemoveForm(forms.Form):
    """Why something goes."""

    reason = forms.CharField(required=False, max_length=2_000)
