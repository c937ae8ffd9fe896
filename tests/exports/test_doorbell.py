"""What a queue in files keeps of messages that were heard does not pile up."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from reconcile import pipeline
from reconcile.celery import app
from reconcile.exports import doorbell


@pytest.fixture
def heard(tmp_path: Path) -> Path:
    folder = tmp_path / "processed"
    folder.mkdir()
    for name, hours in (("old", 2.0), ("new", 0.5)):
        (folder / name).write_text("{}")
        os.utime(folder / name, (time.time() - hours * 3600,) * 2)
    return folder


def test_messages_heard_long_ago_are_removed(heard: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.conf.broker_transport_options, "processed_folder", str(heard))
    pipeline.clear_heard(older_than_hours=1)
    assert [path.name for path in heard.iterdir()] == ["new"]


def test_a_queue_that_is_not_in_files_keeps_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(app.conf.broker_transport_options, "processed_folder", raising=False)
    assert doorbell.clear_heard(older_than=timedelta(0)) == 0
