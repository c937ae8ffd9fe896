"""What withdrawing a run would do, in numbers."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from reconcile.checks.models import Mismatch, Run, RunState


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Mismatches by what becomes of them: ``forgotten`` are those that only this run saw.

    The others change what stands now, and so are zero for a run that is not the latest: ``back`` stand again,
    ``gone_again`` had returned, ``earlier_values`` take on what they had before. ``later`` are the runs that move up.
    """

    forgotten: int
    back: int = 0
    gone_again: int = 0
    earlier_values: int = 0
    later: int = 0


def withdrawal(run: Run) -> Withdrawal:
    """What becomes of the mismatches of a check without ``run``, which is done."""
    later = Run.objects.filter(
        check_compared_id=run.check_compared_id, state=RunState.DONE, number__gt=run.number or 0
    ).count()
    if later:
        alone = Q(first_number=run.number, opened_number=run.number, closed_number=run.number)
        return Withdrawal(Mismatch.objects.filter(alone, check_compared_id=run.check_compared_id).count(), later=later)
    totals = run.totals or {}
    return Withdrawal(*(int(totals.get(name, 0)) for name in ("new", "gone", "returned", "changed")))
