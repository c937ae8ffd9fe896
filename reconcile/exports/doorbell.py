"""The queue as a doorbell (§13): a message says that there is work, the row says what it is.

A bell that does not ring loses nothing: what waits is found by the sweeper.
"""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


def ring(task: str, **arguments: int | str) -> None:
    """Send ``task`` by name once the transaction under way is committed; with a queue out of reach, only say so."""
    transaction.on_commit(lambda: _send(task, arguments))


def _send(task: str, arguments: dict[str, int | str]) -> None:
    try:
        current_app.send_task(task, kwargs=arguments, retry=False)
    except (KombuError, RedisError, OSError) as error:
        log.warning("queue out of reach", task=task, error=str(error))


def clear_heard(*, older_than: timedelta) -> int:
    """Remove what a queue in files keeps of messages that were taken out so long ago; how many there were."""
    folder = current_app.conf.broker_transport_options.get("processed_folder")
    if not folder or not Path(folder).is_dir():
        return 0
    until = time.time() - older_than.total_seconds()
    old = [path for path in Path(folder).iterdir() if path.stat().st_mtime < until]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
