"""What people ask of the history of a map: a version or a day to look at, one to go back to, why a boundary goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django import forms
from django.http import QueryDict
from django.utils import timezone

from ownership.forms.fields import LONGEST_REASON, text
from ownership.forms.history import RestoreForm

__all__ = ["Asked", "RemoveForm", "RestoreForm", "asked", "page_before"]


class RemoveForm(forms.Form):
    """Why a boundary goes or comes back, if somebody says."""

    reason = text("Why it is removed", LONGEST_REASON, lines=2)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which map an address asks for: that of a version, that of a day, or, with neither, the one of now.

    ``wrong`` says in a sentence why the address makes no sense.
    """

    number: int | None = None
    day: date | None = None
    wrong: str = ""

    @property
    def now(self) -> bool:
        """Whether it asks for nothing but the map as it is."""
        return self.number is None and self.day is None and not self.wrong


def asked(given: QueryDict) -> Asked:
    """Return what ``?version=7`` or ``?on=2026-05-03`` asks for. Empty ones ask for nothing."""
    number, day = given.get("version", "").strip(), given.get("on", "").strip()
    if number:
        known = _number(number)
        return Asked(number=known) if known else Asked(wrong="Versions have numbers: 1 is the first.")
    return _day(day) if day else Asked()


def page_before(given: QueryDict) -> int | None:
    """Return from which version on the list of the history goes on, None for its beginning."""
    return _number(given.get("before", ""))


def _day(text: str) -> Asked:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return Asked(wrong="Write the day as 2026-05-03.")
    if day > timezone.localdate():
        return Asked(wrong=f"{day.isoformat()} is still to come.")
    return Asked(day=day)


def _number(text: str) -> int | None:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        return None
    return int(text) or None
