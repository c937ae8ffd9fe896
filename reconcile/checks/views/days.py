"""Of which days two exports are: asked for in a form, the answer that their names give filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.forms import DateField
from django.http import HttpRequest
from django.utils import timezone

from reconcile.checks.services.checks import Days
from reconcile.checks.views.files import SIDES
from reconcile.exports.models import Snapshot

BOTH = "as_of"
NOT_A_DAY = "The day is written as 2026-11-20."
LONGEST_TYPED = 20
_NAME_SHOWN = 60


@dataclass(frozen=True, slots=True)
class DayAsked:
    """One field that asks for a day, of both exports or of one ``side``."""

    name: str
    value: str
    hint: str
    required: bool
    side: str = ""
    problem: str = ""


def days_said(request: HttpRequest) -> tuple[Days, dict[str, str]]:
    """What a form says of the days, None where it leaves that to the names; and by field what is no day."""
    said: dict[str, date | None] = {}
    problems: dict[str, str] = {}
    for name in (BOTH, *(f"{BOTH}_{side}" for side in SIDES)):
        try:
            said[name] = DateField(required=False).clean(request.POST.get(name, "").strip())
        except ValidationError:
            problems[name] = NOT_A_DAY
    left, right = (said.get(f"{BOTH}_{side}") or said.get(BOTH) for side in SIDES)
    return Days(left, right), problems


def days_asked(
    request: HttpRequest, given: Mapping[str, Snapshot | None], problems: Mapping[str, str]
) -> list[DayAsked]:
    """One field for both exports, or one for each where their names speak of two days."""
    here = {side: snapshot for side in SIDES if (snapshot := given.get(side))}
    known = {side: _day_of(snapshot) for side, snapshot in here.items() if snapshot.as_of_known}
    if len(set(known.values())) > 1:
        return [
            _asked(request, problems, f"{BOTH}_{side}", day, f"As {_shown(here[side])} says", side=side)
            for side, day in known.items()
        ]
    day = next(iter(known.values()), "")
    said_by = " and ".join(_shown(here[side]) for side in known)
    hint = f"As {said_by} says." if len(known) == 1 else "As both names say."
    if not known:
        hint = "Their names do not say it." if here else "Left empty, it is the day in the names of the files."
    return [_asked(request, problems, BOTH, day, hint, required=len(here) == len(SIDES) and not known)]


def _asked(  # noqa: PLR0913 - the parts of one field
    request: HttpRequest,
    problems: Mapping[str, str],
    name: str,
    day: str,
    hint: str,
    *,
    side: str = "",
    required: bool = False,
) -> DayAsked:
    typed = request.POST.get(name, "").strip()[:LONGEST_TYPED]
    return DayAsked(name, typed or day, hint, required, side, problems.get(name, ""))


def _day_of(snapshot: Snapshot) -> str:
    return timezone.localdate(snapshot.as_of).isoformat()


def _shown(snapshot: Snapshot) -> str:
    name = snapshot.file_name
    return name if len(name) <= _NAME_SHOWN else f"{name[: _NAME_SHOWN - 1]}…"
