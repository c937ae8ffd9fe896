"""Workers that are killed, and the runs they leave behind for others."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from reconcile.celery import app
from reconcile.checks.models import Check, Episode, Mismatch, Run, RunState
from reconcile.checks.services import leases
from reconcile.exports.doorbell import ring
from tests import build
from tests.processes import ROOT, database_address, environment

ROWS = 60
CELERY = ("-m", "celery", "--quiet", "--app", "reconcile.celery")
WORKER = (*CELERY, "worker", "--loglevel", "info", "--concurrency", "1", "--without-gossip", "--without-mingle")
CLOCK = (*CELERY, "beat", "--loglevel", "info")
# As in real life, but quicker; and as many attempts as the killer leaves it.
HASTE = {"RUN_LEASE_SECONDS": 3, "RUN_RING_SECONDS": 2, "RUN_SWEEP_SECONDS": 1, "RUN_ATTEMPTS": 1000}


def pair(number: int) -> tuple[str, str]:
    """The two files of the run ``number`` of any check: values come, change, go and return."""
    left = ["id,a,b"] + [f"{row},{row},{row % 7}" for row in range(ROWS) if (row * 3 + number) % 11]
    right = ["id,a,b"]
    for row in range(ROWS):
        if (row * 5 + number) % 13:
            a = f"{row}!{number // 3}" if (row + number) % 7 == 0 else str(row)
            right.append(f"{row},{a},{'?' if (row + number // 2) % 9 == 0 else row % 7}")
    return "\n".join(left) + "\n", "\n".join(right) + "\n"


def contents(check: Check) -> tuple[list[Any], list[Any], list[Any]]:
    """Everything the tables say about a check, without the numbers of rows."""
    columns = [
        column.attname for column in Mismatch._meta.concrete_fields if column.name not in ("id", "check_compared")
    ]
    of_episode = ("mismatch__identity", "opened_number", "opened_as", "closed_number", "left", "right")
    runs = Run.objects.filter(check_compared=check, state=RunState.DONE).order_by("number")
    return (
        sorted(Mismatch.objects.filter(check_compared=check).values_list(*columns), key=str),
        sorted(Episode.objects.filter(mismatch__check_compared=check).values_list(*of_episode), key=str),
        [(run.number, _without_time(run.totals or {})) for run in runs],
    )


def _without_time(totals: dict[str, Any]) -> dict[str, Any]:
    return {**totals, "summary": {name: value for name, value in totals["summary"].items() if name != "seconds"}}


@dataclass
class Journey:
    """A check that is run again and again, each time as soon as the run before has ended."""

    check: Check
    length: int = 0
    run: Run | None = None

    @property
    def over(self) -> bool:
        """Whether its last run has ended; it has to be done, whatever happened to the workers."""
        if self.run is None:
            return True
        self.run.refresh_from_db()
        assert self.run.state not in (RunState.FAILED, RunState.CANCELLED), self.run.why
        return self.run.state == RunState.DONE

    def go_on(self) -> None:
        self.length += 1
        left, right = pair(self.length)
        self.run = build.run_queued(check=self.check, left_text=left, right_text=right)
        for _ in range(4):
            ring(leases.EXECUTE, run_id=self.run.pk)


@dataclass
class Workers:
    """Real worker processes, the one that is longest there first."""

    folder: Path
    chance: random.Random
    alive: list[tuple[subprocess.Popen[bytes], Path]] = field(default_factory=list)
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def values(self) -> dict[str, object]:
        """The environment of the workers and the clock."""
        known: dict[str, object] = {
            "DATABASE_URL": database_address(),
            "SECRET_KEY": "of this test",
            "DEBUG": "true",
            "DATA_DIR": self.folder,
            "MEDIA_ROOT": settings.MEDIA_ROOT,
            **HASTE,
        }
        return {**known, "REDIS_URL": settings.REDIS_URL} if settings.REDIS_URL else known

    def share_the_queue(self) -> None:
        """What this process rings goes where the workers listen."""
        if app.conf.broker_url.startswith("filesystem"):
            (self.folder / "queue").mkdir()
            (self.folder / "queue" / "waiting").symlink_to(app.conf.broker_transport_options["data_folder_out"])

    def start(self) -> None:
        log = self.folder / f"worker {len(self.started)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, *WORKER],
                cwd=ROOT,
                env=environment(**self.values),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.alive.append((process, log))
        self.started.append(process)

    @property
    def ready(self) -> bool:
        """Whether the oldest worker takes messages."""
        return b" ready" in self.alive[0][1].read_bytes()

    def kill_the_oldest(self) -> None:
        """With all its processes, or only the one that minds the others.

        Nobody asks how it ended until ``end``: a number that was given back may by then be that of a stranger.
        """
        process, _ = self.alive.pop(0)
        end = self.chance.choice([os.killpg, os.kill])
        end(process.pid, signal.SIGKILL)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

    def end(self) -> None:
        for process in self.started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def told(self) -> str:
        """The last lines of every log."""
        logs = sorted(self.folder.glob("*.log"), key=lambda log: log.stat().st_mtime)[-4:]
        return "\n\n".join(f"{log.name}\n{log.read_text()[-3000:]}" for log in logs)
