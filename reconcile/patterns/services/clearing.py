"""What nobody needs any more: causes of runs that are not done, and files that a process left which was ended."""

from __future__ import annotations

import shutil
import time

from django.db import transaction

from reconcile.checks.models import Check, Run, RunState
from reconcile.patterns.models import Classification, Setback, Week

# Whatever works on a file touches it more often than that.
ORPHAN_SECONDS = 3 * 3600


def forget_runs(check: Check) -> None:
    """Remove what is known of runs of ``check`` that are not done any more, inside a transaction."""
    for row in Classification.objects.filter(run__check_compared=check).exclude(run__state=RunState.DONE):
        path = row.path
        transaction.on_commit(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]
        row.delete()
    for model in (Week, Setback):
        model._default_manager.filter(run__check_compared=check).exclude(run__state=RunState.DONE).delete()  # noqa: SLF001


def clear_folder(run: Run) -> None:
    """Remove causes of ``run``, and folders of working them out, that no row knows and nobody has touched for long."""
    known = Classification.objects.filter(run=run).values_list("file", flat=True).first() or ""
    for path in (*run.folder.glob("causes-*.parquet"), *run.folder.glob("classifying-*")):
        try:
            old = path.stat().st_mtime < time.time() - ORPHAN_SECONDS
        except FileNotFoundError:
            continue
        if not old or known.endswith(path.name):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
