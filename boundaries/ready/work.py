"""The work by hand now and at twice the volume: minutes and people a week."""

from __future__ import annotations

from boundaries import wording
from boundaries.definitions import Map
from boundaries.ready.way import NO_STEPS

# A week of 37.5 hours, what full-time contracts commonly say: people think in colleagues, not in minutes.
MINUTES_OF_ONE_PERSON = 2_250.0


def minutes_now(said: Map) -> float:
    """Return the minutes of work by hand a week, as far as they are known."""
    return sum(step.minutes_per_week or 0.0 for step in said.steps)


def people(minutes: float) -> float:
    """Return how many people work full-time for so many minutes a week."""
    return minutes / MINUTES_OF_ONE_PERSON


def volume(said: Map) -> tuple[list[str], list[str]]:
    """Return what speaks for the same work at twice the volume, and what is missing."""
    if not said.steps:
        return [], [NO_STEPS]
    by_hand = [(number, step) for number, step in enumerate(said.steps, start=1) if step.touch]
    if not by_hand:
        if "touches" in said.confirmed:
            return ["People say that nothing is done by hand."], []
        return [], ["No step is marked as done by hand, and nobody said that none is."]
    missing = []
    unknown = [number for number, step in by_hand if step.minutes_per_week is None]
    if unknown:
        one = len(unknown) == 1
        what = (
            "is done by hand and nobody said how long it takes"
            if one
            else "are done by hand and nobody said how long they take"
        )
        missing.append(f"{wording.sentence(wording.steps(unknown))} {what} a week.")
    if "touches" not in said.confirmed:
        missing.append("Nobody confirmed that all work by hand is on the map.")
    evidence = _told(said) if len(unknown) < len(by_hand) else []
    return evidence, [*missing, *_too_much(said)]


def _told(said: Map) -> list[str]:
    now, available = minutes_now(said), said.minutes_available
    of = f", of {wording.minutes(available)} there are" if available is not None else ""
    told = [
        f"Work by hand takes {wording.minutes(now)} a week now and {wording.minutes(2 * now)} at twice the volume{of}.",
        f"That is the work of {_people(now)} now and of {_people(2 * now)} at twice the volume.",
    ]
    records = said.records_per_week
    if records:
        each = f"{wording.figure(now / records)} min" if now / records >= 0.05 else "under 0.1 min"
        told.append(
            f"{wording.figure(records)} records a week now and {wording.figure(2 * records)} at twice the volume,"
            f" each with {each} of work by hand."
        )
    return told


def _people(minutes: float) -> str:
    count = people(minutes)
    if 0 < count < 0.05:
        return "less than 0.1 people"
    return f"{wording.figure(count)} {'person' if wording.figure(count) == '1' else 'people'}"


def _too_much(said: Map) -> list[str]:
    now, available = minutes_now(said), said.minutes_available
    if available is None:
        return ["Nobody said how many minutes a week there are for work by hand."]
    if 2 * now > available:
        twice, there_are = wording.minutes(2 * now), wording.minutes(available)
        return [f"At twice the volume work by hand takes {twice} a week, and there are {there_are}."]
    return []
