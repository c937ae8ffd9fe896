"""State machines as data: from where to where, and because of what. Every change of state asks its table.

``docs/states.md`` is made from these tables by ``manage.py states``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Transition:
    """From one state to another, and what makes it happen."""

    before: str
    after: str
    because: str


def states_before(ways: Iterable[Transition], after: str) -> tuple[str, ...]:
    """Return the states from which one may come to ``after``."""
    return tuple(dict.fromkeys(way.before for way in ways if way.after == after))


WORKED_ON = ("draft", "proposed", "disputed")

RULE = (
    Transition("draft", "proposed", "the lead of a team that owns or edits the field proposes it"),
    Transition("proposed", "draft", "it is edited, or taken back; answers given so far no longer count"),
    Transition("proposed", "agreed", "every team that touches the field has agreed to this version"),
    Transition("draft", "disputed", "teams gave different answers to who owns the field"),
    Transition("proposed", "disputed", "teams gave different answers to who owns the field"),
    Transition("disputed", "draft", "asked again, the teams give one answer"),
    Transition("disputed", "proposed", "a lead proposes how to settle it"),
    Transition("agreed", "superseded", "a later version is agreed"),
    *(Transition(state, "discarded", "it is set aside; a version in force stays in force") for state in WORKED_ON),
)
