"""Boundaries and their maps as ``load`` takes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from boundaries.models import Boundary
from boundaries.queries import maps
from reconcile.configuration.dumping_fields import Mentioned


def boundary_said(one: Boundary) -> dict[str, Any]:
    """Return a boundary (out of ``maps.whole``) as the file has it: what is empty is left out."""
    return maps.definition(one).to_json()


def mention(mentioned: Mentioned, boundaries: Iterable[Boundary]) -> None:
    """Add what ``boundaries`` (out of ``maps.whole``) name to ``mentioned``."""
    for one in boundaries:
        mentioned.systems |= {one.from_system_id, one.to_system_id}
        mentioned.teams.add(one.owner_id)
        for step in one.steps.all():
            mentioned.teams.add(step.team_id)
            mentioned.systems |= {step.system_id} if step.system_id else set()
        for handoff in one.handoffs.all():
            mentioned.teams |= {handoff.owner_id, *(case.decides_id for case in handoff.cases.all())}
