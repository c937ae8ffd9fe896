"""A worker that ends itself, with no word, exactly where it hurts most: the next one does the rest, once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models.functions import Now

from reconcile import pipeline
from reconcile.checks.models import Run, RunState
from reconcile.checks.services import leases
from reconcile.patterns.models import CatchingUp, Classification
from reconcile.patterns.services import clearing, remembering
from tests import build
from tests.patterns.worlds import remembered
from tests.pipeline.killing import contents, pair
from tests.processes import ROOT, database_address, environment

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

# What is replaced in the worker by its own end, and whether that comes before or after the real thing.
POINTS = {
    "right after the claim": ("reconcile.checks.services.leases.Attempt.begin", "before"),
    "when everything is compared": ("reconcile.engine.compare", "after"),
    "when everything is told apart": ("reconcile.engine.standing", "after"),
    "inside the transaction that publishes, before anything is stored": (
        "reconcile.checks.services.storing.merge",
        "before",
    ),
    "inside it, when everything is stored": ("reconcile.checks.services.storing.merge", "after"),
    "inside it, when the run says that it is done": ("reconcile.checks.services.leases.Attempt.done", "after"),
    "right after it": ("reconcile.checks.services.leases.Attempt.tidy", "before"),
    "when it is found out why": ("reconcile.engine.classify", "after"),
    "inside the transaction that keeps why": ("reconcile.patterns.services.members.write", "after"),
}
DONE_BY_THEN = ("right after it", "when it is found out why", "inside the transaction that keeps why")
SCRIPT = """
import os, signal, sys
from importlib import import_module
import django
django.setup()
from reconcile import pipeline

run_id, where, when = sys.argv[1:]
parts = where.split(".")
for cut in range(len(parts) - 1, 0, -1):
    try:
        place = import_module(".".join(parts[:cut]))
        break
    except ModuleNotFoundError:
        continue
for name in parts[cut:-1]:
    place = getattr(place, name)
real = getattr(place, parts[-1])

def deadly(*arguments, **named):
    if when == "after":
        real(*arguments, **named)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(place, parts[-1], deadly)
pipeline.execute(int(run_id))
"""


def work_and_die(run: Run, where: str, when: str) -> None:
    values = {
        "DATABASE_URL": database_address(),
        "SECRET_KEY": "of this test",
        "DEBUG": "true",
        "DATA_DIR": settings.MEDIA_ROOT,
        "MEDIA_ROOT": settings.MEDIA_ROOT,
        "DJANGO_SETTINGS_MODULE": "reconcile.settings",
    }
    worker = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(run.pk), where, when],
        cwd=ROOT, env=environment(**values), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert worker.returncode == -signal.SIGKILL, worker.stderr


@pytest.mark.parametrize("point", POINTS)
def test_the_next_attempt_does_the_rest_once(point: str) -> None:
    check, other = (build.check(name=name, comparing=build.fields("a", "b")) for name in ("Killed", "Undisturbed"))
    for one in (check, other):
        left, right = pair(1)
        build.run_done(check=one, left_text=left, right_text=right, causes=True)
    left, right = pair(2)
    run = build.run_queued(check=check, left_text=left, right_text=right)
    build.run_done(check=other, left_text=left, right_text=right, causes=True)

    work_and_die(run, *POINTS[point])
    Run.objects.filter(pk=run.pk, lease_until__isnull=False).update(lease_until=Now() - timedelta(seconds=1))
    leases.sweep()
    pipeline.execute(run.pk)
    CatchingUp.objects.update(until=Now() - timedelta(seconds=1))
    remembering.catch_up(check.pk)

    run.refresh_from_db()
    assert (run.state, run.attempt) == (RunState.DONE, 1 if point in DONE_BY_THEN else 2)
    assert contents(check) == contents(other)
    assert remembered(check) == remembered(other)
    assert files_long_after(run) == {run.result_path, Classification.objects.get(run=run).path}


def files_long_after(run: Run) -> set[Path]:
    """The files of a run once what a killed worker left has grown old."""
    for path in run.folder.iterdir():
        os.utime(path, (0, 0))
    clearing.clear_folder(run)
    return {path for path in run.folder.rglob("*") if path.is_file()}
