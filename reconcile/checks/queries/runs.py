"""One run with everything that stands around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reconcile.checks.models import Check, Run, RunState


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The done runs of the check before and after a run."""

    previous: Run | None
    next: Run | None


def run_of(run_id: int) -> Run:
    """One run with its check, systems, snapshots and people. Raises Run.DoesNotExist."""
    return Run.objects.select_related(
        "check_compared__left_system",
        "check_compared__right_system",
        "check_compared__owner",
        "left__system",
        "right__system",
        "requested_by",
        "confirmed_by",
    ).get(pk=run_id)


def neighbours(run: Run) -> Neighbours:
    """The done runs next to ``run`` by number; of one without a number, the last one before it was asked for."""
    done = Run.objects.filter(check_compared_id=run.check_compared_id, state=RunState.DONE).only("id", "number")
    if run.number is None:
        return Neighbours(done.filter(id__lt=run.pk).order_by("-number").first(), None)
    return Neighbours(
        done.filter(number__lt=run.number).order_by("-number").first(),
        done.filter(number__gt=run.number).order_by("number").first(),
    )


def as_of_by_number(check: Check) -> dict[int, datetime]:
    """When each done run's exports were taken, the later of both, by the run's number."""
    done = Run.objects.filter(check_compared=check, state=RunState.DONE, number__isnull=False)
    rows = done.order_by().values_list("number", "left__as_of", "right__as_of")
    return {number: max(left, right) for number, left, right in rows if number is not None}


def run_numbered(check: Check, number: int) -> Run:
    """The done run of ``check`` with ``number``. Raises Run.DoesNotExist."""
    return run_of(Run.objects.only("id").get(check_compared=check, number=number).pk)
