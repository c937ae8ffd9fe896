"""Awkward cases: the ones asked of every hand-off by which another team takes over, and those people add."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from boundaries.definitions import STANDARD_CASES, Case, Handoff, Map

ASKED = {
    "missing": "a required field is missing",
    "unsigned": "it is not signed",
    "date": "a date changes afterwards",
    "refund": "there is a refund",
    "merge": "two records are merged",
}


@dataclass(frozen=True, slots=True)
class Undecided:
    """A case of a hand-off for which nobody has said what happens and who decides."""

    handoff: Handoff
    case: Case


def cases_of(said: Map, handoff: Handoff) -> tuple[Case, ...]:
    """Return what is written of ``handoff``, and after it the standard cases still to be asked.

    They are asked where another team takes over: inside a team somebody just says how it is done.
    """
    written = {one.kind for one in handoff.cases}
    asked = STANDARD_CASES if said.takes_over(handoff) else ()
    return (*handoff.cases, *(Case(when=ASKED[kind], kind=kind) for kind in asked if kind not in written))


def undecided(said: Map) -> Iterator[Undecided]:
    """Give every case of the map that is not decided, in the order of the hand-offs."""
    for handoff in said.handoffs:
        for case in cases_of(said, handoff):
            if not case.decided:
                yield Undecided(handoff, case)
