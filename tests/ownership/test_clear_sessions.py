"""The nightly task, sent over the queue of this set-up to a real worker process."""

import inspect
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from ownership import tasks
from ownership.services import people as services
from reconcile.celery import app
from tests.processes import database_address, running, wait_for

CELERY = ("-m", "celery", "--app", "reconcile.celery")
WORKER = (*CELERY, "worker", "--concurrency", "1", "--without-gossip", "--without-mingle")
SEND = (*CELERY, "call", "ownership.tasks.clear_expired_sessions", "--kwargs", '{"expired_for_hours": 1}')


def session(key: str, *, ended_hours_ago: float) -> None:
    Session.objects.create(
        session_key=key, session_data="", expire_date=timezone.now() - timedelta(hours=ended_hours_ago)
    )


@pytest.mark.django_db
def test_only_sessions_that_ended_before_are_cleared() -> None:
    session("ended", ended_hours_ago=2)
    session("going", ended_hours_ago=-2)
    assert services.clear_expired_sessions(expired_before=timezone.now()) == 1
    assert services.clear_expired_sessions(expired_before=timezone.now()) == 0
    assert Session.objects.get().session_key == "going"


@pytest.mark.django_db
def test_an_hour_of_grace_is_an_hour() -> None:
    session("long ended", ended_hours_ago=2)
    session("just ended", ended_hours_ago=0.5)
    tasks.clear_expired_sessions(expired_for_hours=1)
    assert Session.objects.get().session_key == "just ended"


def test_the_clock_sends_what_the_task_takes() -> None:
    app.loader.import_default_modules()
    app.loader.import_default_modules()
    for entry in app.conf.beat_schedule.values():
        inspect.signature(app.tasks[entry["task"]].run).bind(**entry.get("kwargs", {}))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_worker_process_does_what_was_sent(tmp_path: Path) -> None:
    session("ended", ended_hours_ago=2)
    values = {"DATABASE_URL": database_address(), "SECRET_KEY": "of this test", "DATA_DIR": tmp_path, "DEBUG": "true"}
    if settings.REDIS_URL:
        values["REDIS_URL"] = settings.REDIS_URL
    log = tmp_path / "worker.log"
    with running(*WORKER, log=log, **values), running(*SEND, log=tmp_path / "send.log", **values):
        wait_for(lambda: not Session.objects.exists(), seconds=60, otherwise=log.read_text)
