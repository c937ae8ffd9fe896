"""Removing the example whole: its rows, their history and its files. What is somebody's own stays.

A system, team or snapshot of the example that something of one's own uses is one's own from then on.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from django.db import transaction
from django.db.models import Q, QuerySet

from ownership.models import Person, System, Team
from reconcile.checks.models import ACTIVE, Check, Run
from reconcile.checks.services import cancelling
from reconcile.demo import progress
from reconcile.demo.progress import Mark
from reconcile.exports.models import Snapshot


def remove() -> None:
    """Remove the example and see that no later start brings it back. Call it outside of transactions.

    A loading under way stops first. Nothing happens where there is none.
    """
    progress.set_mark(Mark.REMOVED)
    for run in Run.objects.filter(check_compared__is_demo=True, state__in=ACTIVE):
        cancelling.ask(run.pk, by="The example is being removed.")
    with progress.alone(wait=True):
        files = _remove_rows()
        for path in files:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        progress.say("")


@transaction.atomic
def _remove_rows() -> list[Path]:
    """Remove the rows and return the files and folders that nothing refers to any more."""
    runs = Run.objects.filter(check_compared__is_demo=True)
    folders = [run.folder for run in runs]
    _forget(Check.objects.filter(is_demo=True))
    _keep_what_is_used()
    snapshots = list(Snapshot.objects.filter(is_demo=True))
    Snapshot.objects.filter(is_demo=True).delete()
    for model in (System, Team, Person):
        _forget(model._default_manager.filter(is_demo=True))  # noqa: SLF001 - Django's public way to a model's manager
    used = set(Snapshot.objects.filter(sha256__in={one.sha256 for one in snapshots}).values_list("sha256", flat=True))
    folders += [one.folder for one in snapshots]
    received = [one.path for one in snapshots if one.sha256 not in used]
    return [path for path in (*folders, *received) if path.exists()]


def _keep_what_is_used() -> None:
    """Take out of the example what checks, runs, snapshots, systems and people of one's own refer to."""
    own_runs = Run.objects.filter(check_compared__is_demo=False)
    compared = Q(runs_left__in=own_runs) | Q(runs_right__in=own_runs)
    _keep(Snapshot.objects.filter(compared, is_demo=True))
    in_checks = Q(checks_left__is_demo=False) | Q(checks_right__is_demo=False)
    _keep(System.objects.filter(in_checks | Q(snapshots__is_demo=False), is_demo=True))
    of_own = Q(checks__is_demo=False) | Q(systems__is_demo=False) | Q(members__is_demo=False) | Q(lead__is_demo=False)
    _keep(Team.objects.filter(of_own, is_demo=True))


def _keep(things: QuerySet[Snapshot] | QuerySet[System] | QuerySet[Team]) -> None:
    ids = list(things.values_list("pk", flat=True))
    things.model._default_manager.filter(pk__in=ids).update(is_demo=False)  # noqa: SLF001
    history = getattr(things.model, "history", None)
    if history is not None:
        history.filter(id__in=ids).update(is_demo=False)


def _forget(things: QuerySet[Check] | QuerySet[System] | QuerySet[Team] | QuerySet[Person]) -> None:
    """Delete rows and every line of their history, the one of deleting them too."""
    ids = list(things.values_list("pk", flat=True))
    things.model._default_manager.filter(pk__in=ids).delete()  # noqa: SLF001
    things.model.history.filter(id__in=ids).delete()
