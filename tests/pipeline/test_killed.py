"""A hundred workers killed at random instants: every run ends done, as if nobody had been killed (§4, §13).

On SQLite and the queue in files, or on PostgreSQL and Redis, as the environment says. With RESTART_POSTGRES=1 the
database server is restarted as well: only where nobody else uses it.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from reconcile import pipeline
from reconcile.checks.models import Run
from reconcile.patterns.models import CatchingUp
from reconcile.patterns.services import remembering
from tests import build
from tests.patterns.worlds import remembered
from tests.pipeline.killing import CLOCK, Journey, Workers, contents, pair
from tests.processes import running, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

KILLS = 100
LONGEST_BETWEEN = 1.2
CHECKS = 3


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    seed = int.from_bytes(os.urandom(4))
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails
    made = Workers(tmp_path, random.Random(seed))
    made.share_the_queue()
    yield made
    made.end()


def forget_messages() -> None:
    redis.Redis.from_url(settings.REDIS_URL).flushdb()


def end_connections() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def restart_server() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0]) // 10_000
    command = ["pg_ctlcluster", "--skip-systemctl-redirect", str(version), "main", "restart", "--mode", "immediate"]
    subprocess.run(command, check=True, timeout=60)
    connection.close()


def disturbances() -> list[Callable[[], None]]:
    """What else may happen to this set-up, in turn."""
    found: list[Callable[[], None]] = []
    if settings.REDIS_URL:
        found.append(forget_messages)
    if connection.vendor == "postgresql":
        found.append(end_connections)
        if os.environ.get("RESTART_POSTGRES"):
            found.append(restart_server)
    return found


def undisturbed(runs: int) -> list[tuple[Any, Any]]:
    """What the tables say of a check, and its patterns, after each of so many runs that nobody disturbs."""
    check = build.check(name="Undisturbed", comparing=build.fields("a", "b"))
    said = []
    for number in range(1, runs + 1):
        left, right = pair(number)
        run = build.run_queued(check=check, left_text=left, right_text=right)
        pipeline.execute(run.pk)
        said.append((contents(check), remembered(check)))
    return said


def at_random(workers: Workers) -> None:
    """Return at a moment nobody knows before."""
    moment = time.monotonic() + workers.chance.uniform(0, LONGEST_BETWEEN)
    wait_for(lambda: time.monotonic() >= moment, seconds=60, otherwise=workers.told)


def test_every_run_ends_as_if_nobody_had_been_killed(workers: Workers, tmp_path: Path) -> None:
    journeys = [
        Journey(build.check(name=f"Check {number}", comparing=build.fields("a", "b"))) for number in range(CHECKS)
    ]
    others = disturbances()
    for _ in range(2):
        workers.start()
    with running(*CLOCK, log=tmp_path / "clock.log", **workers.values):
        for kills in range(KILLS):
            for journey in journeys:
                if journey.over:
                    journey.go_on()
            wait_for(lambda: workers.ready, seconds=60, otherwise=workers.told)
            at_random(workers)
            workers.kill_the_oldest()
            workers.start()
            if others and kills % 10 == 5:
                others[kills // 10 % len(others)]()
        wait_for(lambda: all(journey.over for journey in journeys), seconds=120, otherwise=workers.told)
    workers.end()
    expected = undisturbed(max(journey.length for journey in journeys))
    CatchingUp.objects.update(until=Now() - timedelta(seconds=1))
    for journey in journeys:
        # What the sweeper would do as soon as it looks: workers are ended as soon as the last run is done.
        remembering.catch_up(journey.check.pk, again=True)
        assert (contents(journey.check), remembered(journey.check)) == expected[journey.length - 1]
    assert Run.objects.filter(attempt__gt=1).exists(), "nobody was killed at work"
