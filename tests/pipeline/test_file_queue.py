"""The queue in files holds messages that are whole, and a worker outlives one that is not."""

import multiprocessing
from collections.abc import Sequence
from multiprocessing.synchronize import Barrier
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from reconcile.embedded import make_folders
from reconcile.file_queue import Channel, Transport

processes = multiprocessing.get_context("spawn")


def send(options: dict[str, Any], messages: Sequence[object], together: Barrier | None = None) -> None:
    """Put ``messages`` into the queue, beginning when all who share ``together`` are ready to."""
    with Connection(transport=Transport, transport_options=options) as connection:
        if together is not None:
            together.wait(30)
        with connection.SimpleQueue("bell") as queue:
            for message in messages:
                queue.put(message)


@pytest.fixture
def connection(tmp_path: Path) -> Connection:
    """Return a connection to a queue of this test's own."""
    names = {"data_folder_in": "waiting", "data_folder_out": "waiting", "control_folder": "control"}
    options: dict[str, Any] = {key: str(tmp_path / name) for key, name in names.items()}
    options |= {"processed_folder": str(tmp_path / "processed"), "store_processed": True, "polling_interval": 0.01}
    make_folders(options)
    return Connection(transport=Transport, transport_options=options)


def test_the_app_uses_it() -> None:
    from reconcile.celery import app

    if app.conf.broker_url.startswith("filesystem"):
        with app.connection_for_write() as connection:
            assert isinstance(connection.default_channel, Channel)


def test_an_empty_message_is_set_aside_and_the_next_one_heard(connection: Connection, tmp_path: Path) -> None:
    with connection.SimpleQueue("bell") as queue:
        queue.put("whole")
        (tmp_path / "waiting" / "0_first.bell.msg").touch()
        with pytest.raises(Empty):
            queue.get(block=False)
        assert queue.get(block=False).payload == "whole"
    assert (tmp_path / "processed" / "0_first.bell.msg").exists()


def test_nobody_sees_a_message_before_it_is_whole(connection: Connection, tmp_path: Path) -> None:
    sender = processes.Process(target=send, args=[connection.transport_options, ["x" * 300_000] * 200])
    sender.start()
    sizes: set[int] = set()
    while sender.is_alive():
        sizes.update(path.stat().st_size for path in (tmp_path / "waiting").glob("*.msg"))
    sender.join()
    assert len(list((tmp_path / "waiting").iterdir())) == 200
    assert sizes
    assert min(sizes) > 300_000


def test_processes_that_start_at_once_find_the_same_queue(connection: Connection, tmp_path: Path) -> None:
    together = processes.Barrier(6)
    starting = [
        processes.Process(target=send, args=[connection.transport_options, [number], together]) for number in range(6)
    ]
    for one in starting:
        one.start()
    for one in starting:
        one.join()
        assert one.exitcode == 0
    with connection.SimpleQueue("bell") as queue:
        assert sorted(queue.get(timeout=5).payload for _ in range(6)) == list(range(6))
    assert [path.name for path in (tmp_path / "control").iterdir()] == ["bell.exchange"]
