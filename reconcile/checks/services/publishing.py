"""A run's result becomes visible: everything about it in one transaction, under the fence of the attempt (§13)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from reconcile import engine
from reconcile.checks.models import Check, Run, RunState
from reconcile.checks.queries.runs import run_before
from reconcile.checks.services import cancelling, leases, replaying, storing

LARGE = 20_000


def publish(attempt: leases.Attempt, found: engine.Comparison, standing: engine.Standing, before: Run | None) -> Run:
    """Merge what was found, give the run its number and figures, and make it *done*, all or nothing.

    ``before`` is the finished run against which ``standing`` was told apart: this one takes the place after it, and
    later ones move on. Raises leases.Lost when the attempt is over, cancelling.Cancelled, storing.Disagreement.
    """
    with cancelling.Watch(attempt.run.pk) as watch, attempt.timed("storing"), transaction.atomic():
        run = attempt.held().select_for_update(no_key=True).first()
        if run is None:
            raise leases.Lost
        _sync(standing.mismatches)
        check = Check.objects.select_for_update(no_key=True).get(pk=run.check_compared_id)
        number = _number_after(before, run)
        last = last_number(check)
        late = number <= last
        if late:
            merged = replaying.come_in(check, standing, number, last, watch.check)
            replaying.renumber(check, number, by=1)
        else:
            merged = storing.merge(check, standing, number, watch.check)
        if standing.changes:
            standing.changes.unlink()
        attempt.done(
            number=number,
            totals=totals(found, standing, merged),
            result_file=str(standing.mismatches.relative_to(Path(settings.MEDIA_ROOT).resolve())),
        )
        if late:
            replaying.retell(check, number)
        watch.check()
    if merged.new >= LARGE:
        storing.analyze()
    return Run.objects.get(pk=run.pk)


def last_number(check: Check) -> int:
    """The number of the latest done run of ``check``, 0 without one."""
    done = Run.objects.filter(check_compared=check, state=RunState.DONE)
    return done.aggregate(last=Max("number"))["last"] or 0


def _number_after(before: Run | None, run: Run) -> int:
    """The number of a run that comes after ``before``. Raises storing.Disagreement where that is not so any more."""
    now = run_before(run)
    if (now and (now.pk, now.number)) != (before and (before.pk, before.number)):
        message = "the run before this one was withdrawn meanwhile"
        raise storing.Disagreement(message)
    return (now.number or 0) + 1 if now else 1


def totals(found: engine.Comparison, standing: engine.Standing, merged: storing.Merged) -> dict[str, Any]:
    """The figures of a result, as ``Run.totals`` keeps them."""
    summary = found.summary()
    return {
        "left_rows": found.left_side.rows,
        "right_rows": found.right_side.rows,
        "matched": found.matched,
        "only_left": found.left_side.only,
        "only_right": found.right_side.only,
        "duplicate_keys_left": found.left_side.duplicate_keys,
        "duplicate_keys_right": found.right_side.duplicate_keys,
        "differing_rows": found.differing_rows,
        "differing_cells": found.differing_cells,
        "rejected_left": summary["rejected_left"],
        "rejected_right": summary["rejected_right"],
        "key_folds": found.key_folds,
        "kinds": standing.kinds,
        "mismatches": standing.total,
        **replaying.since_before(merged, standing.total),
        "fields": [
            {
                "name": field.name,
                "left": field.left,
                "right": field.right,
                "comparison": field.comparison,
                "reason": field.reason,
                "differing": field.differing,
            }
            for field in found.fields
        ],
        "unpaired_left": list(found.unpaired_left),
        "unpaired_right": list(found.unpaired_right),
        "notes": list(found.notes),
        "summary": summary,
    }


def _sync(path: Path) -> None:
    """On disk before the database names it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
