"""A reading is claimed, kept alive, and published once, whatever happens to whoever reads."""

import contextlib
import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from pytest_django import Settings

from ownership.models import Person
from reconcile import engine
from reconcile.exports import services, tasks
from reconcile.exports.models import Snapshot
from tests import build
from tests.engine import dirty_table
from tests.processes import ROOT, environment, wait_for

pytestmark = pytest.mark.django_db

LARGE = b"id,name,city,amount\n" + b"".join(b"%d,Customer %d,Berlin,%d.50\n" % (n, n, n % 977) for n in range(300_000))


class Stopped(Exception):
    """The caller wants no more."""


def now(snapshot: Snapshot) -> Snapshot:
    return Snapshot.objects.get(pk=snapshot.pk)


def expire(snapshot: Snapshot) -> None:
    """Do what 30 seconds without a beat do."""
    Snapshot.objects.filter(pk=snapshot.pk).update(lease_until=Now() - timedelta(seconds=1))


def claimed_by_a_dead_reader() -> Snapshot:
    snapshot = build.received()
    Snapshot.objects.filter(pk=snapshot.pk).update(state="reading", attempt=1, lease_until=Now() - timedelta(seconds=1))
    return snapshot


def left_behind(snapshot: Snapshot) -> list[str]:
    return sorted(path.name for path in snapshot.folder.iterdir())


def test_what_was_understood_is_kept() -> None:
    snapshot = build.snapshot(text="id;a\n1;x\n2;y\n3;z;too many\n", file_name="crm.csv")
    assert (snapshot.state, snapshot.rows, snapshot.rejected, snapshot.why) == ("ready", 2, 1, "")
    assert (snapshot.attempt, snapshot.failures, snapshot.lease_until) == (1, 0, None)
    assert snapshot.export.file == "crm.csv"
    assert snapshot.export.columns == ("id", "a")
    assert snapshot.export.delimiter == ";"
    assert [record.values for record in engine.first_rows(snapshot.kept)] == [("1", "x"), ("2", "y")]
    assert left_behind(snapshot) == ["rejected.csv", "rows.parquet"]


def test_a_file_that_cannot_be_read_says_why_by_the_name_people_know() -> None:
    snapshot = services.read(snapshot_id=build.received(content=b"%PDF-1.7", file_name="Bericht März.csv").pk)
    assert snapshot.state == "unreadable"
    assert snapshot.why == "Bericht März.csv is a PDF document, not a table. Export it as CSV or XLSX."
    assert (snapshot.rows, snapshot.understood, snapshot.lease_until) == (None, None, None)


def test_options_are_followed() -> None:
    new = build.received(content=b"a;b,c\n1;2,3\n", options=engine.ReadOptions(delimiter=",", header=False))
    assert services.read(snapshot_id=new.pk).export.balance.rows == 2


def test_an_option_that_does_not_fit_is_a_sentence() -> None:
    new = build.received(options=engine.ReadOptions(sheet="Customers"), file_name="left.csv")
    assert services.read(snapshot_id=new.pk).why == (
        "left.csv is not a spreadsheet, so it has no sheet Customers. Leave the sheet out."
    )


def test_reading_twice_reads_once() -> None:
    snapshot = build.snapshot()
    assert services.read(snapshot_id=snapshot.pk).attempt == 1
    tasks.read_snapshot(snapshot_id=snapshot.pk)
    assert now(snapshot).attempt == 1


def test_the_message_of_a_snapshot_that_is_gone_does_nothing() -> None:
    tasks.read_snapshot(snapshot_id=2**40)


def test_a_message_leaves_a_snapshot_that_another_process_reads_alone() -> None:
    snapshot = claimed_by_a_dead_reader()
    Snapshot.objects.filter(pk=snapshot.pk).update(lease_until=Now() + timedelta(seconds=30))
    tasks.read_snapshot(snapshot_id=snapshot.pk)
    assert (now(snapshot).state, now(snapshot).attempt) == ("reading", 1)


def test_while_another_process_reads_one_waits_and_is_told_how_far_it_is() -> None:
    snapshot = claimed_by_a_dead_reader()
    Snapshot.objects.filter(pk=snapshot.pk).update(
        lease_until=Now() + timedelta(seconds=30), step="reading left.csv", done=5, total=9
    )
    told = []

    def progress(step: str, done: int, total: int) -> None:
        told.append((step, done, total))
        Snapshot.objects.filter(pk=snapshot.pk).update(state="unreadable", why="Read elsewhere.")

    assert services.read(snapshot_id=snapshot.pk, progress=progress).why == "Read elsewhere."
    assert told == [("reading left.csv", 5, 9)]


def test_while_it_is_read_the_lease_goes_on() -> None:
    snapshot = build.received(file_name="crm.csv")
    seen = []

    def progress(*_: object) -> None:
        seen.append(Snapshot.objects.filter(pk=snapshot.pk, lease_until__gt=Now()).values_list("state").get())

    services.read(snapshot_id=snapshot.pk, progress=progress)
    assert set(seen) == {("reading",)}


def test_a_caller_that_stops_leaves_the_snapshot_free_for_the_next() -> None:
    snapshot = build.received()

    def progress(*_: object) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        services.read(snapshot_id=snapshot.pk, progress=progress)
    assert (now(snapshot).state, now(snapshot).failures, now(snapshot).lease_until) == ("received", 0, None)
    assert left_behind(snapshot) == []
    assert services.read(snapshot_id=snapshot.pk).state == "ready"


def test_a_reader_that_was_superseded_publishes_nothing() -> None:
    snapshot = build.received()
    readers: list[str] = []

    def progress(*_: object) -> None:
        if not readers:
            readers.append("the other one")
            expire(snapshot)
            services.read(snapshot_id=snapshot.pk)
            Snapshot.objects.filter(pk=snapshot.pk).update(why="Published by the other one.")

    read = services.read(snapshot_id=snapshot.pk, progress=progress)
    assert (read.state, read.attempt, read.why) == ("ready", 2, "Published by the other one.")
    assert left_behind(snapshot) == ["rows.parquet"]


def test_what_a_dead_reader_held_is_taken_back_and_rung_for_again() -> None:
    snapshot = claimed_by_a_dead_reader()
    Snapshot.objects.filter(pk=snapshot.pk).update(rung_at=Now() - timedelta(minutes=2))
    assert services.sweep() == 1
    assert (now(snapshot).state, now(snapshot).failures) == ("received", 1)


def test_a_snapshot_that_was_just_rung_for_is_not_rung_for_again() -> None:
    snapshot = build.received()
    assert services.sweep() == 0
    Snapshot.objects.filter(pk=snapshot.pk).update(rung_at=Now() - timedelta(minutes=2))
    assert services.sweep() == 1
    assert services.sweep() == 0


def test_what_three_readers_died_of_is_given_up_with_a_sentence() -> None:
    snapshot = build.received(file_name="crm.csv")
    for _ in range(3):
        Snapshot.objects.filter(pk=snapshot.pk).update(
            state="reading", attempt=F("attempt") + 1, lease_until=Now() - timedelta(seconds=1)
        )
        services.sweep()
    assert now(snapshot).state == "unreadable"
    assert now(snapshot).why.startswith("crm.csv could not be read: the reading stopped three times")


def test_a_person_may_try_again_what_was_given_up(dana: Person) -> None:
    snapshot = build.received(person=dana)
    Snapshot.objects.filter(pk=snapshot.pk).update(state="unreadable", failures=3, attempt=3, why="Given up.")
    services.read_again(snapshot=snapshot, options=engine.ReadOptions(), person=dana)
    assert services.read(snapshot_id=snapshot.pk).state == "ready"
    assert now(snapshot).why == ""


def test_a_disk_that_refuses_is_tried_three_times_and_then_said() -> None:
    snapshot = build.received()
    snapshot.folder.parent.mkdir(parents=True)
    snapshot.folder.write_text("a file where a folder should be")
    for _ in range(3):
        with pytest.raises(OSError, match=r"exists|[Dd]irectory"):
            services.read(snapshot_id=snapshot.pk)
    assert services.read(snapshot_id=snapshot.pk).state == "unreadable"


def test_characters_that_the_database_cannot_keep_do_no_harm() -> None:
    snapshot = build.snapshot(text='id,"a\x00b",\U0001f600\n1,\x00,"q""uote"\n', file_name="nul\x00.csv")
    assert snapshot.state in ("ready", "unreadable")
    assert "\x00" not in str(now(snapshot).understood)


@pytest.mark.shared
def test_dirty_files_end_ready_or_with_a_sentence() -> None:
    for path in dirty_table.files()[::35]:
        snapshot = services.receive(path=path, file_name=path.name, person=None)
        read = services.read(snapshot_id=snapshot.pk)
        if read.state == "ready":
            assert read.export.balance.holds, path
            assert (read.rows, read.rejected) == (read.export.balance.rows, read.export.balance.rejected), path
        else:
            assert read.state == "unreadable", path
            assert read.why.startswith(path.name), path
            assert read.why.endswith("."), path


# --- Real processes ------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def reader(snapshot: Snapshot, settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """Keep a process of its own reading the snapshot; killed at the end, whatever it does."""
    code = (
        "import django; django.setup(); from reconcile.exports import services;"
        f"services.read(snapshot_id={snapshot.pk})"
    )
    said = environment(
        DATABASE_URL=database_url(),
        MEDIA_ROOT=settings.MEDIA_ROOT,
        DATA_DIR=Path(settings.MEDIA_ROOT).parent / "data",
        SECRET_KEY="of-a-test-run",
        DEBUG="true",
        DJANGO_SETTINGS_MODULE="reconcile.settings",
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=said)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def database_url() -> str:
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    return f"postgres://{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


def processes_in(folder: Path) -> list[str]:
    """Every process that works inside ``folder``."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            found.append(str(link.readlink()))
        except OSError:
            continue
    return [place for place in found if place.startswith(str(folder))]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("reached", ["claimed", "child at work", "copy begun"])
def test_a_reader_killed_at_any_step_is_followed_by_one_that_finishes(settings: Settings, reached: str) -> None:
    snapshot = build.received(content=LARGE)
    attempt = snapshot.folder / "attempt-1"
    steps = {
        "claimed": lambda: now(snapshot).state == "reading",
        "child at work": lambda: bool(processes_in(attempt)),
        "copy begun": lambda: attempt.is_dir() and any("parquet" in path.name for path in attempt.iterdir()),
    }
    with reader(snapshot, settings) as process:
        wait_for(lambda: steps[reached]() or now(snapshot).state == "ready", seconds=60, otherwise=lambda: reached)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    wait_for(lambda: not processes_in(attempt), seconds=10, otherwise=lambda: "the child outlived its parent")
    expire(snapshot)
    services.sweep()
    tasks.read_snapshot(snapshot_id=snapshot.pk)
    assert (now(snapshot).state, now(snapshot).rows) == ("ready", 300_000)
    assert left_behind(snapshot) == ["rows.parquet"]


def test_who_is_killed_between_the_last_row_and_the_tidying_is_cleared_up_after() -> None:
    snapshot = services.read(snapshot_id=build.received().pk)
    attempt = snapshot.folder / "attempt-1"
    attempt.mkdir()
    expire(snapshot)
    assert services.sweep() == 0
    assert (now(snapshot).state, now(snapshot).lease_until, attempt.exists()) == ("ready", None, False)
    assert left_behind(snapshot) == ["rows.parquet"]


def digest_of(snapshot: Snapshot) -> str:
    """Return a hash of every row that is kept."""
    digest = hashlib.sha256()
    for rows in engine.rows(snapshot.kept_path):
        digest.update(repr(rows).encode())
    return digest.hexdigest()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_readers_killed_at_random_instants_lose_and_double_nothing(settings: Settings) -> None:
    undisturbed = digest_of(services.read(snapshot_id=build.received(content=LARGE).pk))
    instants = random.Random(20261122)
    for _ in range(15):
        snapshot = build.received(content=LARGE)
        for _ in range(2):
            with reader(snapshot, settings) as process, contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=instants.uniform(0.5, 4))
            if now(snapshot).lease_until is not None:
                expire(snapshot)
            services.sweep()
        tasks.read_snapshot(snapshot_id=snapshot.pk)
        assert (now(snapshot).state, now(snapshot).rows) == ("ready", 300_000)
        assert digest_of(now(snapshot)) == undisturbed
        assert left_behind(snapshot) == ["rows.parquet"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_readers_at_once_read_once() -> None:
    snapshot = build.received()
    read: list[Snapshot] = []

    def work() -> None:
        try:
            read.append(services.read(snapshot_id=snapshot.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [(one.state, one.attempt) for one in read] == [("ready", 1)] * 4
