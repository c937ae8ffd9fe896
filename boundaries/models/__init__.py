"""Boundaries, their steps and hand-offs, what was observed on them, and every version of each map."""

from boundaries.models.maps import (
    AwkwardCase,
    Boundary,
    BoundaryVersion,
    Handoff,
    HandoffField,
    Observation,
    Step,
    StepField,
    Touch,
)

__all__ = [
    "AwkwardCase",
    "Boundary",
    "BoundaryVersion",
    "Handoff",
    "HandoffField",
    "Observation",
    "Step",
    "StepField",
    "Touch",
]
