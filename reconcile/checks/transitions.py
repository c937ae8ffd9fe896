"""The one table of where a run may go from where it stands (§4). Every change of state asks it.

``docs/states.md`` is made from it by ``manage.py states``.
"""

from __future__ import annotations

from ownership.transitions import Transition, states_before

WORKING = ("reading", "comparing", "storing")
ENDS = ("done", "failed", "cancelled", "withdrawn")

RUN = (
    Transition("queued", "reading", "a worker claims it"),
    Transition("reading", "needs confirmation", "an export is not like the last one"),
    Transition("needs confirmation", "queued", "the lead of the team confirms it, with a reason"),
    Transition("reading", "comparing", "both exports are readable"),
    Transition("comparing", "storing", "every mismatch is known"),
    Transition("storing", "done", "everything is published, in one transaction"),
    Transition("done", "withdrawn", "the lead of the team takes it back, with a reason: it compared a wrong file"),
    *(Transition(state, "queued", "the attempt ended before its time, and another may follow") for state in WORKING),
    *(Transition(state, "failed", "it cannot go on, or was tried as often as allowed") for state in WORKING),
    *(
        Transition(state, "cancelled", "the lead of the team cancels it")
        for state in ("queued", "needs confirmation", *WORKING)
    ),
)


def leading_to(after: str) -> tuple[str, ...]:
    """The states from which a run may become ``after``."""
    return states_before(RUN, after)


def allows(before: str, after: str) -> bool:
    """Whether a run that is ``before`` may become ``after``."""
    return before in leading_to(after)
