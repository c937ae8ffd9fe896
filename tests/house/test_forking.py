"""Readers that tests fork do what the real ones do, and say how they ended."""

import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconcile import engine
from reconcile.engine import child
from tests.forking import Forked, Nursery

pytestmark = pytest.mark.skipif("sys.platform != 'linux'")


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


@pytest.fixture
def reader(nursery: Nursery, tmp_path: Path) -> Iterator[Forked]:
    with tempfile.TemporaryFile() as complaints, nursery.started(str(tmp_path), complaints) as forked:
        yield forked
        forked.kill()


def test_the_engine_reads_and_refuses_alike(nursery: Nursery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.xlsx"
    good.write_text("id,a\n1,x\n2,y\n")
    bad.write_bytes(b"PK\x03\x04 and nothing more")
    said = []
    for start in (child._started, nursery.started):
        monkeypatch.setattr(child, "_started", start)
        with pytest.raises(engine.EngineError) as refused:
            engine.read(bad)
        said.append((engine.read(good).balance, str(refused.value)))
    assert said[0] == said[1]


def test_one_that_is_killed_has_ended_so(reader: Forked) -> None:
    assert reader.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        reader.wait(0)
    reader.kill()
    assert reader.wait(20) == -signal.SIGKILL
    reader.kill()


def test_what_ends_it_is_among_the_complaints(nursery: Nursery, tmp_path: Path) -> None:
    with tempfile.TemporaryFile() as complaints:
        with nursery.started(str(tmp_path), complaints) as forked:
            forked.stdin.write(b"no request")
            forked.stdin.close()
            assert forked.wait(20) == 1
        complaints.seek(0)
        assert b"JSONDecodeError" in complaints.read()


def test_it_ends_with_the_nursery(tmp_path: Path) -> None:
    made = Nursery()
    with tempfile.TemporaryFile() as complaints:
        forked = made.started(str(tmp_path), complaints)
        made.close()
        assert forked.stdout.read() == b""
        forked.stdin.close()
        forked.stdout.close()
