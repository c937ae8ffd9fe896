"""What people post about versions of a field: which two to compare, which one to go back to, why a field goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from ownership.forms.fields import LONGEST_REASON, text

LARGEST = 2**31 - 1


class RestoreForm(forms.Form):
    """The version to go back to, and why, if somebody says."""

    number = forms.IntegerField(
        min_value=1,
        max_value=LARGEST,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), "Choose a change from the list."
        ),
    )
    reason = text("Why it goes back", LONGEST_REASON, lines=2)


class RemoveForm(forms.Form):
    """Why a field goes, asked where its teams agreed on a rule."""

    reason = text("Why it is removed", LONGEST_REASON, lines=2)

    def __init__(self, data: QueryDict | None, *, agreed: bool) -> None:
        super().__init__(data)
        self.agreed = agreed

    def clean_reason(self) -> str:
        why = str(self.cleaned_data["reason"]).strip()
        if self.agreed and not why:
            message = "The teams agreed on a rule of this field. Say why it is removed."
            raise forms.ValidationError(message)
        return why


class BringBackForm(forms.Form):
    """Why a field comes back, if somebody says."""

    reason = text("Why it comes back", LONGEST_REASON, lines=2)


class CompareForm:
    """Which two versions to compare, and from where the list goes on, as the address of the page says."""

    def __init__(self, asked: QueryDict, *, last: int) -> None:
        self.last = last
        self.old, self.new, self.before = (_number(asked.get(name, ""), last) for name in ("from", "to", "before"))

    @property
    def numbers(self) -> tuple[int, int] | None:
        """The older and the newer of the two, None unless two are asked for."""
        if not self.old or not self.new or self.old == self.new:
            return None
        return min(self.old, self.new), max(self.old, self.new)

    @property
    def choices(self) -> range:
        """Every number there is to choose, newest first."""
        return range(self.last, 0, -1)


def _number(said: Any, last: int) -> int | None:
    given = str(said)
    if not (given.isascii() and given.isdecimal() and len(given) < 10):
        return None
    return int(given) if 1 <= int(given) <= last else None
