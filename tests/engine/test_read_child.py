"""The process that reads: bounded, shut off, stopped at once, and no trace of it afterwards."""

from __future__ import annotations

import gzip
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reconcile import engine
from reconcile.engine import child
from reconcile.engine.errors import EngineError, FileMissing, FileNotReadable, TooMuchMemory, TooSlow
from reconcile.engine.limits import MB, Limits

ROOT = Path(__file__).resolve().parents[2]
CSV = "id,name\n1,x\n2,y\n"


class StoppedByUser(Exception):
    pass


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of this test, so that what stays behind is seen."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place


def large(folder: Path, times: int = 2_000_000) -> Path:
    """A file that has to be read record by record, for seconds."""
    path = folder / "large.csv"
    line = "1,'x',\"a \" ,2\n,3\n"
    path.write_text("a,b,c,d\n" + line * times)
    return path


def test_a_read_leaves_nothing_behind(temporary: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(f"{CSV}3\n".encode()))
    assert engine.read(path).rejected_file is None
    assert list(temporary.iterdir()) == []


def test_rejected_lines_are_kept_in_the_folder_asked_for(temporary: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{CSV}3\n")
    kept = engine.read(path, folder=tmp_path / "kept").rejected_file
    assert kept is not None
    assert kept.read_text().splitlines()[1] == '4,1,"it has 1 value, the header has 2",3'
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("limits", "error", "sentence"),
    [
        (Limits(wall_seconds=0.5), TooSlow, "Reading large.csv took longer than the 0 seconds allowed"),
        (Limits(cpu_seconds=1), TooSlow, "Reading large.csv took longer than the 1 seconds allowed"),
    ],
    ids=["wall time", "processor time"],
)
def test_a_read_that_takes_too_long_is_ended(
    limits: Limits, error: type[EngineError], sentence: str, temporary: Path, tmp_path: Path
) -> None:
    started = time.monotonic()
    with pytest.raises(error, match=sentence):
        engine.read(large(tmp_path), limits=limits)
    assert time.monotonic() - started < 15
    assert list(temporary.iterdir()) == []


def test_a_read_that_needs_too_much_memory_is_ended(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "_SLACK", 0)
    path = tmp_path / "a.csv"
    path.write_text(CSV)
    with pytest.raises(TooMuchMemory, match=r"Reading a.csv needs more than the 1 MB of memory allowed"):
        engine.read(large(tmp_path).rename(path), limits=Limits(memory=MB))
    assert list(temporary.iterdir()) == []


def test_progress_that_raises_stops_the_work_at_once(temporary: Path, tmp_path: Path) -> None:
    def stop(step: str, done: int, total: int) -> None:
        raise StoppedByUser(step, done, total)

    path = large(tmp_path)
    started = time.monotonic()
    with pytest.raises(StoppedByUser):
        engine.read(path, progress=stop)
    assert time.monotonic() - started < 2
    assert list(temporary.iterdir()) == []
    assert not _children()


def _children(of: int = 0) -> list[str]:
    process = of or os.getpid()
    listing = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [number for number in listing if b"worker" in Path(f"/proc/{number}/cmdline").read_bytes()]


def test_reading_a_large_file_says_how_many_lines_are_done(tmp_path: Path) -> None:
    said: list[tuple[str, int, int]] = []
    path = large(tmp_path, times=300_000)
    engine.read(path, progress=lambda *told: said.append(told), keep=tmp_path / "kept.parquet")
    reading = [(done, total) for step, done, total in said if step == "Reading large.csv" and total]
    assert {total for _, total in reading} == {600_001}
    assert [done for done, _ in reading] == sorted(done for done, _ in reading)
    assert len({done for done, _ in reading}) > 3
    assert {step for step, _, _ in said} <= {"Starting", "Reading large.csv", "Keeping a copy of large.csv"}


PARENT = """
import sys, threading, time
from reconcile import engine
threading.Thread(target=lambda: (time.sleep(1), print("reading", flush=True)), daemon=True).start()
engine.read(sys.argv[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells a child of its parent's end")
def test_a_child_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(large(tmp_path))], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert parent.stdout is not None
    with parent, parent.stdout as out:
        assert out.readline() == "reading\n"
        (child_of_it,) = _children(parent.pid)
        parent.kill()
        parent.wait()
    _wait_until_gone(child_of_it)


ORPHAN = """
import os, subprocess, sys
from reconcile.engine.isolation import end_with_parent
if os.fork():
    os.wait()
else:
    end_with_parent(os.getppid() + 1)
    print("still here", flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells a child of its parent's end")
def test_a_child_whose_parent_is_gone_already_ends_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", ORPHAN], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == ""


def _wait_until_gone(process: str) -> None:
    until = time.monotonic() + 10
    while Path(f"/proc/{process}/cmdline").exists() and Path(f"/proc/{process}/cmdline").read_bytes():
        assert time.monotonic() < until


NO_NETWORK = """
import socket
from reconcile.engine.isolation import leave_network
assert leave_network()
try:
    socket.socket({family}, {kind})
except PermissionError:
    print("refused")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the filter is Linux's")
@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6, socket.AF_UNIX])
def test_a_process_that_left_the_network_makes_no_socket(family: int) -> None:
    code = NO_NETWORK.format(family=int(family), kind=int(socket.SOCK_STREAM))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout == "refused\n"


NAMES = (
    b"plain.csv", b"two\nlines.csv", b"it's \"quoted\".csv", b"*.csv", b"[a-z]?.csv", b"a{b,c}.csv", b"k=v.csv",
    b"x.csv.gz", b"-rf", b"%00.csv", b"na\xffme.csv", b"back\\slash*.csv", b"na\xc3\xafve.csv", b"y" * 240 + b".csv",
    b"{x}.csv", b"<b>.csv", b"$(id);.csv", b"~.csv",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_is_only_a_name(name: bytes, tmp_path: Path) -> None:
    for other in (b"a.csv", b"zz.csv"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + other)).write_text("other,columns\n1,2\n1,2\n")
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    path.write_text(CSV)
    export = engine.read(path)
    assert (export.columns, export.balance.rows) == (("id", "name"), 2)


@pytest.mark.parametrize("name", [b"two\nlines.csv", b"na\xffme.csv", b"z" * 250, b"{0}.csv"], ids=range(4))
def test_a_refusal_shows_any_name_on_one_line(name: bytes, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    path.write_text("")
    with pytest.raises(EngineError) as refused:
        engine.read(path)
    shown = str(refused.value)
    assert shown.isprintable()
    assert shown.encode()
    assert shown.endswith("has no lines. Export it again and check that the export finished.")


def test_a_folder_whose_name_is_a_partition_adds_no_column(tmp_path: Path) -> None:
    folder = tmp_path / "year=2024"
    folder.mkdir()
    (folder / "a.csv").write_text(CSV)
    assert engine.read(folder / "a.csv", folder=folder / "k=v").columns == ("id", "name")


def test_what_is_not_there_or_may_not_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match=r"nothing.csv is not there"):
        engine.read(tmp_path / "nothing.csv")
    with pytest.raises(FileMissing):
        engine.read(tmp_path)
    with pytest.raises(FileMissing):
        engine.read(tmp_path / "a\0b.csv")
    with pytest.raises((FileNotReadable, FileMissing)):
        engine.read(tmp_path / ("x" * 300))


def test_a_pipe_or_device_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path / "pipe.csv", Path("/dev/zero")):
        with pytest.raises(FileMissing):
            engine.read(path)
