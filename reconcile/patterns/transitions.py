"""The one table of where a pattern may go from where it stands (§8).

``docs/states.md`` is made from it by ``manage.py states``.
"""

from __future__ import annotations

from ownership.transitions import Transition, states_before

PATTERN = (
    Transition("new", "known", "a later run sees it again"),
    Transition("known", "new", "runs are withdrawn, and one is left that saw it"),
    Transition("new", "being fixed", "a fix is planned for it"),
    Transition("known", "being fixed", "a fix is planned for it"),
    Transition("returned", "being fixed", "a fix is planned for it"),
    Transition("being fixed", "known", "the fix is given up"),
    Transition("being fixed", "fixed", "the fix held"),
    Transition("fixed", "returned", "a later run sees it again"),
    Transition("returned", "known", "a later run sees it again"),
)


def leading_to(after: str) -> tuple[str, ...]:
    """The states from which a pattern may become ``after``."""
    return states_before(PATTERN, after)
