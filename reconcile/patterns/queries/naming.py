"""What patterns are called: cause, field and where it concentrates, in the words of the check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from ownership.wording import listed, number
from reconcile import engine
from reconcile.checks.models import Cadence, Check, Kind
from reconcile.patterns.models import Cause, Pattern
from reconcile.patterns.queries.behind import conditions_of

if TYPE_CHECKING:
    from reconcile.patterns.queries.patterns import PatternShown

VALUE_CHARACTERS = 40
LEFT_ALONE = (Kind.ONLY_LEFT, Kind.DUPLICATE_LEFT)
PERIODS = {Cadence.DAILY: ("day", "days"), Cadence.WEEKLY: ("week", "weeks"), Cadence.MONTHLY: ("month", "months")}
IN_WORDS = dict(enumerate(("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")))


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words of one pattern: what a field and records are called, its systems, which of them owns the field.

    ``here`` has the record, where only one of them does, ``there`` lacks it. ``owner`` and ``other`` are empty while
    nobody has said who owns the field.
    """

    field: str
    records: str
    left: str
    right: str
    here: str
    there: str
    owner: str
    other: str


def name_of(pattern: Pattern, segment: engine.Segment | None, check: Check) -> str:
    """Return what a pattern is called: what people call it, or "Start date arrives one day late where …".

    Where a split comes to itself by its conditions, these say where; otherwise ``segment`` does.
    """
    if pattern.name:
        return pattern.name
    conditions = conditions_of(pattern.conditions) or (segment.conditions if segment else ())
    said = _capital(_SAID[Cause(pattern.cause)](pattern, _spoken(pattern, check)))
    return f"{said} where {listed(map(condition_in_words, conditions))}" if conditions else said


def sentence(shown: PatternShown) -> str:
    """Return a pattern with its figures: "Start date arrives one day late: 219 customers, 8 weeks running"."""
    check = shown.pattern.check_compared
    if not shown.count:
        return f"{shown.name}: gone"
    said = f"{shown.name}: {number(shown.count)} {check.records if shown.count != 1 else 'record'}"
    one, many = PERIODS.get(Cadence(check.cadence), ("run", "runs"))
    if shown.weeks_running > 1:
        return f"{said}, {shown.weeks_running} {many} running"
    return f"{said}, for the first {one}" if shown.change == "new" else said


def condition_in_words(condition: engine.SegmentCondition) -> str:
    """Return "created via is import"."""
    value = " ".join(condition.value.split())
    value = value if len(value) <= VALUE_CHARACTERS else f"{value[: VALUE_CHARACTERS - 1]}\N{HORIZONTAL ELLIPSIS}"
    return f"{plain(condition.column)} is {value or 'empty'}"


def plain(name: str) -> str:
    """Return the name of a column or field as people write it: "start_date" gives "start date"."""
    return " ".join(name.replace("_", " ").split()) or name


def _spoken(pattern: Pattern, check: Check) -> Spoken:
    left, right = check.left_system.name, check.right_system.name
    here, there = (left, right) if pattern.kind in LEFT_ALONE else (right, left)
    side = next((field.owner for field in check.comparing.fields if field.name == pattern.field), "")
    owner, other = {"left": (left, right), "right": (right, left)}.get(side, ("", ""))
    return Spoken(plain(pattern.field), check.records or "records", left, right, here, there, owner, other)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _timing(pattern: Pattern, said: Spoken) -> str:
    if pattern.kind != Kind.DIFFERS:
        return f"new {said.records} in {said.here} on their way to {said.there}"
    if said.owner:
        return f"{said.field} changed in {said.owner} and is on its way to {said.other}"
    return f"{said.field} changed lately and is on its way"


def _never_sent(_: Pattern, said: Spoken) -> str:
    if said.owner:
        return f"{said.field} changed in {said.owner} and was not sent to {said.other}"
    return f"{said.field} changed on one side and was not sent to the other"


def _non_owner_edit(_: Pattern, said: Spoken) -> str:
    if said.owner:
        return f"{said.field} edited in {said.other} although {said.owner} owns it"
    return f"{said.field} edited in the system that does not own it"


def _both_edited(_: Pattern, said: Spoken) -> str:
    return f"{said.field} edited in both {said.left} and {said.right}"


def _missing_event(_: Pattern, said: Spoken) -> str:
    return f"{said.records} in {said.here} that never reached {said.there}"


def _removed(_: Pattern, said: Spoken) -> str:
    return f"{said.records} in {said.here} that were removed from {said.there}"


def _duplicate(pattern: Pattern, said: Spoken) -> str:
    if pattern.detail == "two keys":
        return f"{said.records} in {said.here} that {said.there} has under another key"
    if pattern.detail == "copy":
        return f"{said.records} in {said.here} that are copies of others"
    return f"{said.records} whose key is more than once in {said.here}"


def _meaning(_: Pattern, said: Spoken) -> str:
    return f"{said.field} uses two vocabularies"


def _format(pattern: Pattern, said: Spoken) -> str:
    name, _, value = pattern.detail.partition(":")
    backwards = bool(said.owner) and said.owner == said.right
    told = _SHIFTS[name](value, backwards) if name in _SHIFTS else _spelling(pattern.detail)
    return f"{said.field} {told}"


def _unexplained(pattern: Pattern, said: Spoken) -> str:
    if pattern.kind == Kind.DIFFERS:
        return f"{said.field} differs for no reason that is known"
    return f"{said.records} only in {said.here} for no reason that is known"


def _days(value: str, backwards: bool) -> str:  # noqa: FBT001 - as every one of them
    days = int(value) * (-1 if backwards else 1)
    count = IN_WORDS.get(abs(days), number(abs(days)))
    return f"arrives {count} {'day' if abs(days) == 1 else 'days'} {'late' if days > 0 else 'early'}"


def _factor(value: str, backwards: bool) -> str:  # noqa: FBT001
    try:
        factor = Decimal(value)
    except InvalidOperation:
        return "arrives multiplied"
    turned = " and with the other sign" if factor < 0 else ""
    large = (abs(factor) >= 1) != backwards
    times = abs(factor) if abs(factor) >= 1 else 1 / abs(factor)
    rounded = Decimal(f"{times:.6g}").normalize()
    return f"arrives {rounded:,f} times too {'large' if large else 'small'}{turned}"


def _minutes(value: str, backwards: bool) -> str:  # noqa: FBT001
    minutes = int(value) * (-1 if backwards else 1)
    count, unit = (abs(minutes) // 60, "hour") if minutes % 60 == 0 else (abs(minutes), "minute")
    said = IN_WORDS.get(count, number(count))
    return f"arrives {said} {unit if count == 1 else f'{unit}s'} {'late' if minutes > 0 else 'early'}"


def _spelling(detail: str) -> str:
    return _WRITTEN.get(detail) or f"differs only in {engine.transformation(detail)}"


_WRITTEN = {
    "": "is written otherwise",
    "notation": "is the same value written in another way",
    "rounding": "is rounded",
    "sign": "arrives with the other sign",
    "time": "differs only in the time of day",
}
_SHIFTS: dict[str, Callable[[str, bool], str]] = {"days": _days, "factor": _factor, "minutes": _minutes}
_SAID: dict[Cause, Callable[[Pattern, Spoken], str]] = {
    Cause.TIMING: _timing,
    Cause.NEVER_SENT: _never_sent,
    Cause.NON_OWNER_EDIT: _non_owner_edit,
    Cause.BOTH_EDITED: _both_edited,
    Cause.MISSING_EVENT: _missing_event,
    Cause.REMOVED: _removed,
    Cause.DUPLICATE: _duplicate,
    Cause.MEANING: _meaning,
    Cause.FORMAT: _format,
    Cause.UNEXPLAINED: _unexplained,
}
