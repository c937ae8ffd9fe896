"""The five quick checks before anything automates a boundary. Pure: a map and the registry's facts in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from boundaries.definitions import Map
from boundaries.facts import Facts
from boundaries.ready import exceptions, ownership_of_fields, way, work
from ownership.wording import listed

LEAST_REASON = 10


@dataclass(frozen=True, slots=True)
class Quick:
    """One quick check: whether it holds, what speaks for it, and what is missing, each as plain sentences.

    ``key`` is one of owners, event, normal_path, exceptions, volume.
    """

    key: str
    question: str
    holds: bool
    evidence: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


# By the key of a check: its question, and what is said not to hold where it fails.
QUESTIONS = {
    "owners": "Does each field have one owner everybody agrees on?",
    "event": "Does one event update both systems?",
    "normal_path": "Do all edits of records stay on the normal path?",
    "exceptions": "Can three recent exceptions each be told in one plain sentence?",
    "volume": "Does the same work hold at twice the volume?",
}
_FAILING = {
    "owners": "one owner of each field",
    "event": "one event that updates both systems",
    "normal_path": "edits on the normal path only",
    "exceptions": "three exceptions in plain sentences",
    "volume": "the same work at twice the volume",
}


class NotReady(Exception):
    """A boundary whose quick checks do not all hold would be automated, and nobody gave a reason to do it anyway."""

    def __init__(self, failed: Sequence[Quick]) -> None:
        self.failed = tuple(failed)
        named = listed(_FAILING.get(one.key, one.key) for one in failed)
        super().__init__(
            f"The boundary is not ready to automate. What does not hold yet: {named}."
            f" To automate it anyway, give a reason of at least {LEAST_REASON} characters."
        )


def quick_checks(said: Map, facts: Facts, *, compared: Sequence[str] = ()) -> tuple[Quick, ...]:
    """Return the five checks, in the order of the article. ``compared``: fields that checks of the boundary compare."""
    looks: dict[str, Callable[[], tuple[list[str], list[str]]]] = {
        "owners": lambda: ownership_of_fields.look(said, facts, compared),
        "event": lambda: way.event(said),
        "normal_path": lambda: way.normal_path(said),
        "exceptions": lambda: exceptions.look(said, facts),
        "volume": lambda: work.volume(said),
    }
    found = []
    for key, look in looks.items():
        evidence, missing = look()
        found.append(Quick(key, QUESTIONS[key], not missing, tuple(evidence), tuple(missing)))
    return tuple(found)


def is_ready(checks: Sequence[Quick]) -> bool:
    """Return whether all hold."""
    return all(one.holds for one in checks)


def require_ready(checks: Sequence[Quick], *, override: str = "") -> None:
    """Raise NotReady unless all hold or ``override`` gives a reason: what everything that automates a boundary asks."""
    failed = [one for one in checks if not one.holds]
    if failed and len(override.strip()) < LEAST_REASON:
        raise NotReady(failed)
