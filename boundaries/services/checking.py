"""What a map has to be like, as far as it can be told from the map alone; and how long the texts of a row may be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NoReturn

from django.db import models

from boundaries import definitions
from boundaries.definitions import CASES, CONFIRMABLE, ENDINGS, HOWS, TOUCHES, Map

# Ids stand in addresses within the page and in exports.
STEP_ID = re.compile(r"[A-Za-z0-9_-]{1,60}")
MOST_STEPS = 200
MOST_NUMBER = 1_000_000.0


class Refused(Exception):
    """Why a map cannot be as asked: one sentence, and the place it is about, "" for the map as a whole.

    ``place`` is "step <id>", "handoff <id> <id>" or the name of a field of the boundary.
    """

    def __init__(self, sentence: str, place: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.place = place


def refuse(sentence: str, place: str = "") -> NoReturn:
    """Raise Refused."""
    raise Refused(sentence, place)


def check(wanted: Map) -> None:
    """Raise Refused with the first thing that no map can be, whatever the registry knows."""
    if not wanted.name.strip():
        refuse("A boundary needs a name, such as sales to billing.", "name")
    if not wanted.source.strip() or not wanted.target.strip():
        refuse("A boundary is the line between two systems: name both.", "to" if wanted.source.strip() else "from")
    if wanted.source.strip().casefold() == wanted.target.strip().casefold():
        refuse("A boundary is the line between two systems: name another one here.", "to")
    if len(wanted.steps) > MOST_STEPS:
        refuse(f"A map has at most {MOST_STEPS} steps. Two boundaries say it better than one.")
    unknown = [one for one in wanted.confirmed if one not in CONFIRMABLE]
    if unknown:
        refuse(f"Nobody can confirm {unknown[0]}.", "confirmed")
    for name in ("records_per_week", "minutes_available"):
        _check_number(getattr(wanted, name), name)
    _check_steps(wanted.steps)
    _check_handoffs(wanted)
    _check_observed(wanted.observed)


def _check_observed(observed: Sequence[definitions.Observed]) -> None:
    for one in observed:
        _one_of(one.kind, ("", *ENDINGS), "observed")
        if not one.sentence.strip():
            refuse("Say in one sentence what was seen.", "observed")


def _check_steps(steps: Sequence[definitions.Step]) -> None:
    seen: set[str] = set()
    for one in steps:
        place = f"step {one.id}"
        if not STEP_ID.fullmatch(one.id):
            refuse("The id of a step has at most 60 letters, digits, - and _.", place)
        if one.id in seen:
            refuse(f"There are two steps with the id {one.id}.", place)
        seen.add(one.id)
        _one_of(one.touch, ("", *TOUCHES), place)
        _check_number(one.minutes, place)
        _check_number(one.times_per_week, place)


def _check_handoffs(wanted: Map) -> None:
    seen: set[tuple[str, str]] = set()
    for one in wanted.handoffs:
        place = f"handoff {one.source} {one.target}"
        missing = [end for end in one.ends if wanted.step(end) is None]
        if missing:
            refuse(f"There is no step {missing[0]}.", place)
        if one.source == one.target:
            refuse("A hand-off leads from one step to another.", place)
        if one.ends in seen:
            refuse("There is a hand-off between these two steps already.", place)
        seen.add(one.ends)
        _check_carried(one, place)


def _check_carried(one: definitions.Handoff, place: str) -> None:
    _check_number(one.lag_days, place)
    for carried in one.fields:
        _one_of(carried.how, HOWS, place)
        if not carried.field.strip():
            refuse("Name the field that is carried.", place)
    for case in one.cases:
        _one_of(case.kind, CASES, place)


def _one_of(word: str, words: Iterable[str], place: str) -> None:
    if word not in words:
        refuse(f"{word} is none of {', '.join(one for one in words if one)}.", place)


def _check_number(number: float | None, place: str) -> None:
    # Written this way round it refuses what is not a number, too.
    if number is not None and not 0 <= number <= MOST_NUMBER:
        refuse(f"Write a number from 0 to {MOST_NUMBER:,.0f}.", place)


def check_lengths(one: models.Model, place: str) -> None:
    """Raise Refused if a text of ``one`` is longer than its column, or cannot be kept."""
    for column in one._meta.fields:  # noqa: SLF001 - Django's public _meta
        longest, text = getattr(column, "max_length", None), getattr(one, column.attname)
        if longest and isinstance(text, str) and len(text) > longest:
            refuse(f"{str(column.verbose_name).capitalize()}: at most {longest} characters.", place)
        if isinstance(text, str) and "\x00" in text:
            refuse(f"{str(column.verbose_name).capitalize()}: a character in it cannot be kept.", place)
