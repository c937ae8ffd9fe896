"""Checks with the figures of their runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.db.models import BigIntegerField, F, OuterRef, Prefetch, QuerySet, Subquery, Window
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, RowNumber

from ownership import wording
from ownership.parts import Chart, Series
from reconcile.checks.models import ACTIVE, Check, Draft, Kind, Run, RunState
from reconcile.checks.queries.answers import kind_words

RECENT = 12
CHARTED = 26
FIGURES = ("matched", "differing_rows", "mismatches", "new", "changed", "returned", "gone")


def with_figures(runs: QuerySet[Run]) -> QuerySet[Run]:
    """``runs`` with the figures of their totals as whole numbers, and without the totals, which may be long."""
    figures: dict[str, Any] = {f"{name}_then": Cast(KT(f"totals__{name}"), BigIntegerField()) for name in FIGURES}
    return runs.annotate(**figures).defer("totals", "comparing_data", "warnings")


def checks() -> QuerySet[Check]:
    """Every check with its ``last_run_id``, ``last_state``, ``last_at``, and its last done runs as ``recent``."""
    last = Run.objects.filter(check_compared=OuterRef("pk")).order_by("-id")
    place = Window(RowNumber(), partition_by=F("check_compared"), order_by=F("number").desc())
    done = Run.objects.filter(state=RunState.DONE).annotate(place=place).filter(place__lte=RECENT).order_by("-number")
    return (
        Check.objects.select_related("left_system", "right_system", "owner")
        .annotate(
            last_run_id=Subquery(last.values("id")[:1]),
            last_state=Subquery(last.values("state")[:1]),
            last_at=Subquery(last.values("requested_at")[:1]),
        )
        .prefetch_related(Prefetch("runs", with_figures(done), to_attr="recent"))
    )


def check_of(check_id: int) -> Check:
    """One check with its systems and team. Raises Check.DoesNotExist."""
    return Check.objects.select_related("left_system", "right_system", "owner").get(pk=check_id)


def runs_of(check: Check) -> QuerySet[Run]:
    """The runs of ``check`` with their figures, those of the latest exports first."""
    runs = Run.objects.filter(check_compared=check).select_related("left", "right", "requested_by")
    return with_figures(runs).order_by("-as_of", "-id")


def active_run(check: Check) -> Run | None:
    """The run of ``check`` that is not over, if there is one."""
    return check.runs.filter(state__in=ACTIVE).select_related("left", "right", "requested_by").first()


def last_done(check: Check) -> Run | None:
    """The last run of ``check`` that is done, with its figures and totals."""
    return check.runs.filter(state=RunState.DONE).select_related("left", "right").order_by("-number").first()


def edit_under_way(check: Check, person_id: int) -> Draft | None:
    """Changes of ``check`` that this person has begun and not saved."""
    return Draft.objects.filter(check_edited=check, person_id=person_id, discarded_at=None).first()


def mismatches_over_time(check: Check, address: Any) -> Chart | None:
    """Mismatches of each run by kind, oldest first; None before the second run. ``address`` gives that of a run."""
    kinds = {f"kind_{kind.value}": KT(f"totals__kinds__{kind.value}") for kind in Kind}
    done = Run.objects.filter(check_compared=check, state=RunState.DONE).order_by("-number")
    rows = list(done.annotate(**kinds).values("id", "number", "as_of", *kinds)[:CHARTED])[::-1]
    if len(rows) < 2:
        return None
    tones = {Kind.ONLY_LEFT: "left", Kind.ONLY_RIGHT: "right"}
    words = kind_words(check)
    series = [
        Series(words[kind], [int(row[f"kind_{kind.value}"] or 0) for row in rows], tones.get(kind, "")) for kind in Kind
    ]
    labels = [f"{row['number']}: {wording.moment(cast('datetime', row['as_of']).date())}" for row in rows]
    first, last = (sum(one.values[place] or 0 for one in series) for place in (0, -1))
    return Chart(
        "Mismatches of each run",
        f"{wording.number(first)} in run {rows[0]['number']}, {wording.number(last)} in run {rows[-1]['number']}.",
        "stacked",
        labels,
        [one for one in series if any(one.values)] or series[:1],
        [address(row["id"]) for row in rows],
    )
