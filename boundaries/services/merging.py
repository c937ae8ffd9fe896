"""One part of a map in which two people may have changed something: with both, as far as they changed different things.

In a step and in a hand-off the boxes stand for themselves, in lists the rows. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from boundaries.definitions import STANDARD_CASES, Carried, Case, Handoff, Step


@dataclass(frozen=True, slots=True)
class Both:
    """A part with what two changed in it. ``clashes``: they changed the same to different things; it says one's own."""

    value: Any
    clashes: bool = False


def both(before: Any, ours: Any, now: Any) -> Both:
    """Return ``now``, what others made of ``before``, with what ``ours`` made of it. None: it is not there."""
    if ours in (before, now):
        return Both(now)
    if now == before:
        return Both(ours)
    if isinstance(before, Step | Handoff) and ours is not None and now is not None:
        return _boxes(before, ours, now)
    if isinstance(before, tuple):
        return _names(before, ours, now) if _are_names(before, ours, now) else _rows(before, ours, now)
    return Both(ours, clashes=True)


def _boxes(before: Step | Handoff, ours: Any, now: Any) -> Both:
    boxes = [one.name for one in fields(before)]
    found = {name: both(*(getattr(one, name) for one in (before, ours, now))) for name in boxes}
    merged = type(before)(**{name: one.value for name, one in found.items()})
    return Both(ours, clashes=True) if any(one.clashes for one in found.values()) else Both(merged)


def _are_names(*lists: tuple[Any, ...]) -> bool:
    return all(isinstance(one, str) for names in lists for one in names)


def _names(before: tuple[str, ...], ours: tuple[str, ...], now: tuple[str, ...]) -> Both:
    """A list of names: those that either took away are gone, those that either added are there."""
    stay = [one for one in now if one in ours or one not in before]
    return Both((*stay, *(one for one in ours if one not in before and one not in now)))


def _rows(before: tuple[Any, ...], ours: tuple[Any, ...], now: tuple[Any, ...]) -> Both:
    """A list of rows: each is changed by one of the two, and rows that either added are there."""
    length = len(before)
    if min(len(ours), len(now)) < length:
        return Both(ours, clashes=True)
    found = [both(*rows) for rows in zip(before, ours[:length], now[:length], strict=True)]
    added = [one for one in ours[length:] if one not in now[length:]]
    twice = any(_is_same(one, other) for one in added for other in now[length:])
    if twice or any(one.clashes for one in found):
        return Both(ours, clashes=True)
    return Both((*(one.value for one in found), *now[length:], *added))


def _is_same(one: Any, other: Any) -> bool:
    """Whether two rows are about the same: the same field, the same standard case."""
    if isinstance(one, Carried) and isinstance(other, Carried):
        return one.field.casefold() == other.field.casefold()
    return isinstance(one, Case) and isinstance(other, Case) and one.kind == other.kind and one.kind in STANDARD_CASES
