"""A run is taken back because it compared a wrong file: everything returns to what it was before it."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from ownership.models import Person
from reconcile.checks.models import ACTIVE, Check, Run, RunState
from reconcile.checks.services import publishing, replaying
from reconcile.checks.services.refusals import NothingToWithdraw, ReasonMissing, RunUnderWay
from reconcile.checks.services.runs import require_right
from reconcile.checks.transitions import leading_to
from reconcile.exports.doorbell import ring

CATCH_UP = "reconcile.patterns.tasks.catch_up"
WHY_MISSING = "Say in a few words why the run is withdrawn."


@transaction.atomic
def withdraw_run(*, run: Run, person: Person | None, why: str) -> Run:
    """Take ``run`` out of its check: its mismatches are what they would be without it, later runs move up.

    Its exports, its figures and ``why`` stay with it, and the same files may be run again. ``person`` is None for
    whoever works at the command line of the server. Raises PermissionDenied, ReasonMissing, NothingToWithdraw,
    RunUnderWay.
    """
    require_right(person, run.check_compared)
    if not why.strip():
        raise ReasonMissing(WHY_MISSING)
    check = Check.objects.select_for_update(no_key=True).get(pk=run.check_compared_id)
    locked = Run.objects.select_for_update(no_key=True).filter(
        pk=run.pk, state__in=leading_to(RunState.WITHDRAWN), number__isnull=False
    )
    number = locked.values_list("number", flat=True).first()
    if number is None:
        run.refresh_from_db()
        raise NothingToWithdraw(run)
    under_way = Run.objects.filter(check_compared=check, state__in=ACTIVE).select_related("check_compared").first()
    if under_way:
        raise RunUnderWay(under_way)
    replaying.leave(check, number, publishing.last_number(check), _nobody_stops_this)
    locked.update(
        state=RunState.WITHDRAWN, number=None, withdrawn_at=Now(), withdrawn_by=person, withdrawn_why=why.strip()
    )
    replaying.renumber(check, number, by=-1)
    replaying.retell(check, number)
    ring(CATCH_UP, check_id=check.pk)
    run.refresh_from_db()
    return run


def _nobody_stops_this() -> None:
    """Whoever withdraws a run waits for it."""
