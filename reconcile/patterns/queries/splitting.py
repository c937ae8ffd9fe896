"""By what a pattern may be split, and how many of its mismatches a split would set apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconcile import engine
from reconcile.checks.masking import SHOWN, Masking
from reconcile.checks.models import Run
from reconcile.checks.queries.masking import columns_of_sensitive_values
from reconcile.patterns.models import Pattern
from reconcile.patterns.queries import causes, families

SIDES = ("left", "right")


def columns_to_split_by(run: Run, masking: Masking = SHOWN) -> dict[str, list[str]]:
    """Return by side the columns of both exports of ``run``, without those of people and of values that are masked."""
    unused = {*run.comparing.of_people, *columns_of_sensitive_values(run)}
    found = {}
    for place, (side, snapshot) in enumerate(zip(SIDES, (run.left, run.right), strict=True)):
        columns = snapshot.export.columns if snapshot.understood else ()
        masked = masking.columns(place, columns)
        found[side] = [one for one in columns if (side, one) not in unused and one not in masked]
    return found


def would_go(run: Run, pattern: Pattern, conditions: Sequence[engine.SegmentCondition]) -> int | None:
    """Return how many mismatches of a pattern in ``run`` meet all conditions; None where its exports are gone."""
    path = causes.causes_path(run)
    if path is None:
        return None
    labels = [one.label for one in families.below(pattern).every]
    sides: Mapping[str, tuple[engine.Kept, Sequence[str]]] = {
        side: (snapshot.kept, [pair[place] for pair in run.comparing.key])
        for place, (side, snapshot) in enumerate(zip(SIDES, (run.left, run.right), strict=True))
        if snapshot.understood
    }
    if len(sides) < len(SIDES):
        return None
    try:
        return engine.meeting(path, labels, conditions, sides, fold=run.comparing.key_fold)
    except engine.EngineError:
        return None
