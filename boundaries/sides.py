"""How the registry says a carried field is stored on either side of a hand-off. Pure."""

from __future__ import annotations

from boundaries.definitions import Carried, Handoff, Map
from boundaries.facts import Facts, Stored


def of(said: Map, facts: Facts, handoff: Handoff, carried: Carried) -> tuple[Stored | None, Stored | None]:
    """Return how ``carried`` is stored before and after ``handoff``, None where the registry does not know.

    A step without a system of its own stands on that side of the boundary on which its hand-off does.
    """
    known = facts.field(carried.field)
    if known is None:
        return None, None
    source, target = said.step(handoff.source), said.step(handoff.target)
    before = (source.system if source else "") or said.source
    after = (target.system if target else "") or said.target
    return known.use_in(before), known.use_in(after)
