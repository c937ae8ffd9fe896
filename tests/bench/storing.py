"""Storing a million mismatches with their patterns and seeing them again: ``./run bench --store``.

Every set-up is measured in a process of its own, ``python -m tests.bench.storing MISMATCHES FOLDER``, on a database of
its own: files are received, read, compared and published as in real life. Prints JSON.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

_ROOT = Path(__file__).resolve().parents[2]
_LOOPBACK = "postgres://reconcile:reconcile@127.0.0.1:5432/reconcile"
_DATABASE = "reconcile_bench"
_FIELDS = 4
_TABLES = ("checks_mismatch", "checks_episode", "patterns_membership")
_COUNTING = (
    "CREATE TRIGGER IF NOT EXISTS {table}_{what} AFTER {what} ON {table} BEGIN INSERT INTO written VALUES (1); END"
)
_SECONDS_FIRST, _SECONDS_MEMBERS, _SECONDS_AGAIN, _PEAK = 20, 10, 5, 600_000_000


def measure(mismatches: int) -> tuple[list[str], bool]:
    """Lines to print, and whether §14 holds on each database that is there."""
    lines = [
        "",
        f"{mismatches:,} mismatches stored, seen again by the next run, and all of them with other values",
        f"{'':12}  {'stored s':>8}  {'members s':>9}  {'peak MB':>8}  {'again s':>8}  {'written':>8}  {'changed s':>9}",
    ]
    sound = True
    for name, address in _addresses():
        found = _measured(mismatches, address)
        lines.append(
            f"{name:12}  {found['first']:8.1f}  {found['members']:9.1f}  {found['peak'] / 10**6:8,.0f}  "
            f"{found['again']:8.1f}  {found['written']:8,}  {found['changed']:9.1f}"
        )
        sound = sound and _holds(found)
    return lines, sound


def _holds(found: dict[str, Any]) -> bool:
    quick = found["first"] <= _SECONDS_FIRST and found["again"] <= _SECONDS_AGAIN
    quick = quick and found["members"] <= _SECONDS_MEMBERS
    return bool(quick and found["peak"] <= _PEAK and found["written"] == 0)


def _addresses() -> Iterator[tuple[str, str]]:
    """SQLite, and PostgreSQL when the environment names one or one answers on this machine."""
    yield "SQLite", ""
    named = os.environ.get("DATABASE_URL", "")
    address = named if named.startswith("postgres") else _LOOPBACK
    try:
        with _own_database(address) as own:
            yield "PostgreSQL", own
    except psycopg.OperationalError:
        if named:
            raise


@contextmanager
def _own_database(address: str) -> Iterator[str]:
    """The address of a new, empty database on the same server; afterwards it is gone."""
    server = urlsplit(address)
    with psycopg.connect(
        server._replace(scheme="postgresql", path="/postgres").geturl(), autocommit=True
    ) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {_DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {_DATABASE}")
        try:
            yield server._replace(path=f"/{_DATABASE}").geturl()
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {_DATABASE} WITH (FORCE)")


def _measured(mismatches: int, address: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="reconcile-bench-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.storing", str(mismatches), folder],
            cwd=_ROOT, env=_environment(folder, address), capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        sys.exit(f"storing failed: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _environment(folder: str, address: str) -> dict[str, str]:
    """The environment of a process with ``folder`` and the database at ``address`` (SQLite if empty) to itself."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    kept |= {"DATA_DIR": folder, "SECRET_KEY": "of a bench", "DEBUG": "true", "DATABASE_URL": address}
    return kept | {"DJANGO_SETTINGS_MODULE": "reconcile.settings", "LOG_LEVEL": "ERROR"}


def _write(path: Path, records: int, first: int, word: str, *, turned: bool) -> Path:
    """A CSV of ``records`` records from number ``first`` on, every value ending in ``word``."""
    numbers = reversed(range(first, first + records)) if turned else range(first, first + records)
    with path.open("w") as file:
        file.write("customer," + ",".join(f"value {field}" for field in range(_FIELDS)) + "\n")
        for number in numbers:
            cells = ",".join(f"{number * 7919 % 100_003}.{field} {word}" for field in range(_FIELDS))
            file.write(f"CUST-{number:08},{cells}\n")
    return path


def _in_this_process(mismatches: int, folder: Path) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command

    from reconcile.checks.comparing import ComparedField, Comparing
    from tests import build

    call_command("migrate", verbosity=0)
    names = [f"value {field}" for field in range(_FIELDS)]
    comparing = Comparing(
        key=(("customer", "customer"),), fields=tuple(ComparedField(name, name, name, "exact") for name in names)
    )
    check = build.check(comparing=comparing)
    # Four of five mismatches are cells that differ; of the rest, half the records are on one side only.
    one_sided = mismatches // 10
    records = (mismatches - 2 * one_sided) // _FIELDS + one_sided
    times, members = [], _timed_members()
    written = -1
    for run, (left, right) in enumerate((("here", "there"), ("here", "there"), ("here", "elsewhere"))):
        log = _written_so_far()
        files = (
            _write(folder / "left.csv", records, 0, left, turned=run == 1),
            _write(folder / "right.csv", records, one_sided, right, turned=run == 1),
        )
        done = _run(check, *files)
        assert done.totals["mismatches"] == mismatches, done.totals
        times.append(done.step_seconds["standing"] + done.step_seconds["storing"])
        assert len(members) == run + 1, "the causes were not worked out"
        if run == 1:
            written = _written_so_far() - log
    first, again, changed = (stored + listed for stored, listed in zip(times, (0, *members[1:]), strict=True))
    return {
        "first": first,
        "members": members[0],
        "again": again,
        "changed": changed,
        "written": written,
        "peak": _peak(),
    }


def _timed_members() -> list[float]:
    """The seconds that memberships of each run will have taken: a part of finding patterns, timed by itself."""
    from reconcile.patterns.services import members

    seconds: list[float] = []
    write = members.write

    def timed(*arguments: Any) -> int:
        began = time.monotonic()
        staged = write(*arguments)
        seconds.append(time.monotonic() - began)
        return staged

    members.write = timed  # type: ignore[assignment]  # the same, and the time it takes
    return seconds


def _run(check: Any, left: Path, right: Path) -> Any:
    from reconcile import pipeline
    from reconcile.checks.services import runs
    from reconcile.exports import services as exports

    day = datetime(2026, 3, 6, tzinfo=UTC) + timedelta(weeks=check.runs.count())
    sides = [exports.receive(path=path, file_name=path.name, person=None, as_of=day) for path in (left, right)]
    run = runs.start_run(check=check, left=sides[0], right=sides[1], person=None, ring_now=False).run
    pipeline.execute(run.pk)
    run.refresh_from_db()
    assert run.state == "done", run.why
    return run


def _written_so_far() -> int:
    """Rows written to the two tables since the database was made; SQLite counts from the second look on."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_stat_force_next_flush()")
            cursor.execute(
                "SELECT SUM(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables WHERE relname = ANY(%s)",
                [list(_TABLES)],
            )
            return int(cursor.fetchone()[0])
        cursor.execute("CREATE TABLE IF NOT EXISTS written (n)")
        cursor.execute("SELECT COUNT(*) FROM checks_run")
        # The first run is not counted: a trigger a row would be most of its time.
        for table, what in itertools.product(_TABLES, ("INSERT", "UPDATE", "DELETE")) if cursor.fetchone()[0] else ():
            cursor.execute(_COUNTING.format(table=table, what=what))
        cursor.execute("SELECT COUNT(*) FROM written")
        return int(cursor.fetchone()[0])


def _peak() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_in_this_process(int(sys.argv[1]), Path(sys.argv[2]))) + "\n")
