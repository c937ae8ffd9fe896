"""The evidence of a cause in one sentence, from a row of a causes file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from reconcile.engine.classifying import formats
from reconcile.engine.classifying.asked import Cause, Caused
from reconcile.engine.classifying.exports import SIDES, other_side


@dataclass(frozen=True, slots=True)
class Telling:
    """The words of one check: what both systems are called, which side owns the field, its lag, when the run was.

    ``value`` writes a value for people (a masked one as such); ``day`` a day.
    """

    left: str
    right: str
    owner: str
    lag_days: float | None
    as_of: date
    record: str = "record"
    value: Callable[[str | None], str] = lambda value: value or "nothing"
    day: Callable[[date], str] = lambda day: day.isoformat()

    def system(self, side: str) -> str:
        """What the system on one side is called."""
        return self.left if side == "left" else self.right


def sentence(row: Caused, telling: Telling) -> str:
    """One sentence: "Billing changed between 26 April and 3 May from 40 to 55; CRM still says 40, 18 days; …"."""
    whole = row.kind != "differs"
    say = _OF_RECORDS[row.cause] if whole else _OF_VALUES[row.cause]
    return f"{say(row, telling)}."


def _of(row: Caused, what: str, side: str) -> str | None:
    """A column of the row that there is for each side."""
    value: str | None = getattr(row, f"{what}_{side}" if what else side)
    return value


def _day(text: str | None) -> date | None:
    return datetime.fromisoformat(text).date() if text else None


def _days(count: float) -> str:
    if 0 < count < 1:
        hours = count * 24
        return f"{hours:g} hour{'' if hours == 1 else 's'}"
    return f"{count:,g} day{'' if count == 1 else 's'}"


def _lag(telling: Telling) -> str:
    return "no lag is known" if telling.lag_days is None else f"the lag is {_days(telling.lag_days)}"


def _within(telling: Telling) -> str:
    if telling.lag_days is None:
        return "that is no older than the run before"
    return f"that may take {_days(telling.lag_days)}"


def _edit_day(row: Caused, side: str) -> date | None:
    """The day the record was edited, where its value can have changed then: within what was seen."""
    edited, agreed, since = _day(row.edited_at), _day(row.agreed_at), _day(_of(row, "since", side))
    if row.edited_side != side or edited is None:
        return None
    fits = (agreed is None or agreed <= edited) and (since is None or edited <= since)
    return edited if fits else None


def _when(row: Caused, side: str, telling: Telling) -> str:
    """When the value of one side changed, as narrowly as is known, and by whom."""
    edited, agreed, since = _edit_day(row, side), _day(row.agreed_at), _day(_of(row, "since", side))
    if edited:
        who = f" by {row.edited_by}" if row.edited_by else ""
        return f" on {telling.day(edited)}{who}"
    if agreed and since:
        return f" between {telling.day(agreed)} and {telling.day(since)}"
    if since:
        return f" by {telling.day(since)}"
    return f" after {telling.day(agreed)}" if agreed else ""


def _via(row: Caused, side: str) -> str:
    return f" (its record was made via {row.via})" if row.via and row.edited_side == side else ""


def _changed(row: Caused, side: str, telling: Telling) -> str:
    """One side's change: "Billing changed between 26 April and 3 May from 40 to 55"."""
    was = _of(row, "before", side)
    was = _of(row, "agreed", side) if was is None and row.agreed_at else was
    turned = f"from {telling.value(was)} to {telling.value(_of(row, '', side))}"
    return f"{telling.system(side)} changed{_when(row, side, telling)} {turned}{_via(row, side)}"


def _since_change(row: Caused, side: str, telling: Telling) -> int | None:
    """Days since one side changed, at least."""
    changed = _edit_day(row, side) or _day(_of(row, "since", side))
    return max((telling.as_of - changed).days, 0) if changed else None


def _both(row: Caused, telling: Telling) -> str:
    return f"{telling.left} says {telling.value(row.left)} and {telling.right} says {telling.value(row.right)}"


# Values that differ


def _never_sent(row: Caused, telling: Telling) -> str:
    owner = telling.owner or row.edited_side or SIDES[0]
    other = other_side(owner)
    days = _since_change(row, owner, telling)
    still = f"{telling.system(other)} still says {telling.value(_of(row, '', other))}"
    waited = f", {_days(days)}" if days else ""
    return f"{_changed(row, owner, telling)}; {still}{waited}; {_lag(telling)}"


def _timing(row: Caused, telling: Telling) -> str:
    owner = telling.owner or row.edited_side or SIDES[0]
    other = other_side(owner)
    known = row.agreed_at or _of(row, "before", owner) is not None
    if not known:
        edited = _day(row.edited_at) if row.edited_side == owner else None
        when = f" on {telling.day(edited)}" if edited else " lately"
        return f"{_both(row, telling)}; {telling.system(owner)} changed its record{when}; {_within(telling)}"
    still = f"{telling.system(other)} still says {telling.value(_of(row, '', other))}"
    return f"{_changed(row, owner, telling)}; {still}; {_within(telling)}"


def _non_owner_edit(row: Caused, telling: Telling) -> str:
    owner = telling.owner or other_side(row.edited_side or SIDES[1])
    said = f"{telling.system(owner)}, which owns the field, still says {telling.value(_of(row, '', owner))}"
    return f"{_changed(row, other_side(owner), telling)}; {said}"


def _both_edited(row: Caused, telling: Telling) -> str:
    agreed = _day(row.agreed_at)
    then = f"On {telling.day(agreed)} both agreed on {telling.value(row.agreed_left)}; since then " if agreed else ""
    left, right = (
        f"{telling.system(side)} changed{_when(row, side, telling) if _edit_day(row, side) else ''} to "
        f"{telling.value(_of(row, '', side))}{_via(row, side)}"
        for side in SIDES
    )
    return f"{then}{left}, and {right}"


def _meaning(row: Caused, telling: Telling) -> str:
    return f"{_both(row, telling)} on nearly all records that have either word: these are two vocabularies"


def _format(row: Caused, telling: Telling) -> str:
    said = formats.in_words(row.detail)
    if ":" in row.detail or row.detail == "sign":
        turned = said if not row.detail.startswith("sign") else f"with {said}"
        how = f"what {telling.right} says is what {telling.left} says, {turned}"
    elif row.detail in ("notation", "time", "rounding"):
        how = {"notation": f"it is {said}", "time": f"one has {said}", "rounding": f"one is the other after {said}"}[
            row.detail
        ]
    else:
        how = f"they differ in {said} alone"
    return f"{_both(row, telling)}: {how}{_via(row, row.edited_side or '')}"


def _unexplained(row: Caused, telling: Telling) -> str:
    if row.agreed_at:
        moved = [side for side in SIDES if _of(row, "", side) != _of(row, "agreed", side)]
        if len(moved) == 1:
            side, other = moved[0], other_side(moved[0])
            stays = f"{telling.system(other)} still says {telling.value(_of(row, '', other))}"
            nobody = "" if telling.owner else "; nobody owns the field, so which is right is not known"
            return f"{_changed(row, side, telling)}; {stays}{nobody}"
        agreed = _day(row.agreed_at)
        then = f"both agreed on {telling.value(row.agreed_left)} on {telling.day(agreed)}, and " if agreed else ""
        return (
            f"{_both(row, telling)}; {then}both changed since"
            if moved
            else f"{_both(row, telling)}; {then}neither changed since"
        )
    seen = [side for side in SIDES if _of(row, "since", side)]
    if not seen:
        return f"{_both(row, telling)}; they differed when they were first compared, and nothing says why"
    if len(seen) == 1 and _of(row, "before", seen[0]) is not None:
        return f"{_changed(row, seen[0], telling)}; the two never agreed, and nothing says why"
    return f"{_both(row, telling)}; the two never agreed, and nothing says why"


# Whole records


def _side_of(row: Caused) -> str:
    return row.kind.rpartition("_")[2]


def _made(row: Caused, telling: Telling) -> str:
    """Since when one side has the record, by whom and how: ", made on 1 May by dana via import"."""
    side = _side_of(row)
    made, since = _day(row.edited_at), _day(_of(row, "since", side))
    who = f" by {row.edited_by}" if row.edited_by else ""
    via = f" via {row.via}" if row.via else ""
    if made:
        return f", made on {telling.day(made)}{who}{via}"
    if who or via:
        return f", made{who}{via}"
    return f", first seen on {telling.day(since)}" if since else ", since before the first run"


def _old(row: Caused, telling: Telling) -> str:
    made = _day(row.edited_at) or _day(_of(row, "since", _side_of(row)))
    days = max((telling.as_of - made).days, 0) if made else 0
    return f", {_days(days)} ago" if days else ""


def _missing_event(row: Caused, telling: Telling) -> str:
    side = _side_of(row)
    since = f"{_made(row, telling)}{_old(row, telling)}"
    return f"Only {telling.system(side)} has the {telling.record}{since}; {_lag(telling)}"


def _timing_of_record(row: Caused, telling: Telling) -> str:
    side = _side_of(row)
    return f"Only {telling.system(side)} has the {telling.record}{_made(row, telling)}; {_within(telling)}"


def _removed(row: Caused, telling: Telling) -> str:
    side, agreed = _side_of(row), _day(row.agreed_at)
    then = f" on {telling.day(agreed)}" if agreed else ""
    left = telling.system(other_side(side))
    return f"Both had the {telling.record}{then}; it has left {left} since, and {telling.system(side)} has it still"


def _duplicate(row: Caused, telling: Telling) -> str:
    side = _side_of(row)
    system, other = telling.system(side), telling.system(other_side(side))
    if row.detail != "repeated":
        return _copied(row, telling)
    count = int(_of(row, "", side) or 1)
    if not row.key.strip('[]", '):
        return f"The key is empty in {count:,} {telling.record}{'' if count == 1 else 's'} of {system}"
    if count == 1:
        return f"{system} has the key once and {other} more than once"
    return f"{system} has the key {count:,} times"


def _copied(row: Caused, telling: Telling) -> str:
    side = _side_of(row)
    columns = [str(name) for name in json.loads(row.alike)] if row.alike else []
    alike = f": the same {_listed(columns)}" if columns else ""
    where = telling.system(row.other_side or side)
    if row.detail == "two keys":
        return (
            f"Only {telling.system(side)} has this key; {where} has what looks like the same {telling.record} "
            f"under {row.other}{alike}"
        )
    return f"Only {telling.system(side)} has the {telling.record}, and it looks like a copy of {row.other} there{alike}"


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _plain_record(row: Caused, telling: Telling) -> str:
    side = _side_of(row)
    return f"Only {telling.system(side)} has the {telling.record}, and nothing says why"


Saying = Callable[[Caused, Telling], str]
_OF_VALUES: dict[str, Saying] = {
    Cause.TIMING: _timing,
    Cause.NEVER_SENT: _never_sent,
    Cause.NON_OWNER_EDIT: _non_owner_edit,
    Cause.BOTH_EDITED: _both_edited,
    Cause.MEANING: _meaning,
    Cause.FORMAT: _format,
    Cause.UNEXPLAINED: _unexplained,
}
_OF_RECORDS: dict[str, Saying] = {
    Cause.TIMING: _timing_of_record,
    Cause.MISSING_EVENT: _missing_event,
    Cause.REMOVED: _removed,
    Cause.DUPLICATE: _duplicate,
    Cause.UNEXPLAINED: _plain_record,
}
