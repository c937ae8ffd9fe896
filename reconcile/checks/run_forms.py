"""What people say about a run."""

from django import forms


class ConfirmForm(forms.Form):
    """Why a held run may go on."""

    why = forms.CharField(
        label="Why are the figures right?",
        max_length=2_000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say in a few words why the figures are right."},
    )


class WithdrawForm(forms.Form):
    """Why a run is taken back."""

    why = forms.CharField(
        label="Why is this run withdrawn?",
        max_length=2_000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say in a few words why the run is withdrawn."},
    )
