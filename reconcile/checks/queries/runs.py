"""One run with everything that stands around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

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
        "withdrawn_by",
    ).get(pk=run_id)


def neighbours(run: Run) -> Neighbours:
    """The done runs next to ``run`` by number; of one without a number, the last one of its day or before."""
    done = Run.objects.filter(check_compared_id=run.check_compared_id, state=RunState.DONE).only("id", "number")
    if run.number is None:
        return Neighbours(done.filter(as_of__lte=run.as_of).order_by("-number").first(), None)
    return Neighbours(
        done.filter(number__lt=run.number).order_by("-number").first(),
        done.filter(number__gt=run.number).order_by("number").first(),
    )


def run_before(run: Run) -> Run | None:
    """The finished run of the same check whose exports were made before those of ``run``, with its snapshots.

    Of two runs over exports of the same moment, the one asked for first comes first.
    """
    done = Run.objects.filter(check_compared_id=run.check_compared_id, state=RunState.DONE)
    earlier = Q(as_of__lt=run.as_of) | Q(as_of=run.as_of, pk__lt=run.pk)
    return done.filter(earlier).select_related("left", "right").order_by("-number").first()


def as_of_by_number(check: Check) -> dict[int, datetime]:
    """When each done run's exports were taken, the later of both, by the run's number."""
    done = Run.objects.filter(check_compared=check, state=RunState.DONE, number__isnull=False)
    rows = done.order_by().values_list("number", "as_of")
    return {number: as_of for number, as_of in rows if number is not None and as_of is not None}


def run_numbered(check: Check, number: int) -> Run:
    """The done run of ``check`` with ``number``. Raises Run.DoesNotExist."""
    return run_of(Run.objects.only("id").get(check_compared=check, number=number).pk)
