"""How a cancelled run learns of it: a flag in the cache, beside the state of its row.

The row cannot tell a run that is publishing: that transaction sees its own state only, and on SQLite nobody else can
write meanwhile. The flag is set first and outside of any transaction, so whoever cancels waits for no lock.
"""

from __future__ import annotations

import contextlib
import threading
from types import TracebackType
from typing import Self

import structlog
from django.core.cache import cache
from django.db import connection

log = structlog.get_logger(__name__)

_KEPT_SECONDS = 3600
_LOOK_EVERY = 0.2


class Cancelled(Exception):
    """Somebody cancelled the run; ``by`` is what to say about it."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


def ask(run_id: int, *, by: str) -> None:
    """Tell whoever works on the run to stop; ``by`` is the sentence that will stand with it."""
    cache.set(_key(run_id), by, _KEPT_SECONDS)


def asked(run_id: int) -> str | None:
    """The sentence given to ``ask``, None when nobody cancelled. A cache out of reach has no word to say."""
    with contextlib.suppress(OSError):
        said: str | None = cache.get(_key(run_id))
        return said
    return None


def forget(run_id: int) -> None:
    """The run ended before the word reached it."""
    cache.delete(_key(run_id))


def _key(run_id: int) -> str:
    return f"run-cancelled-{run_id}"


class Watch:
    """Around a transaction that publishes: ends the statement under way as soon as the run is cancelled. ``with`` it.

    Leaving it raises Cancelled, whatever error the ended statement caused, unless the transaction came to its end.
    """

    def __init__(self, run_id: int) -> None:
        self._run_id = run_id
        self._over = threading.Event()
        self._by: str | None = None
        connection.ensure_connection()
        self._driver = connection.connection
        self._end = self._driver.interrupt if connection.vendor == "sqlite" else self._driver.cancel
        self._thread = threading.Thread(target=self._look, name=f"watch-run-{run_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()
        if error is not None and self._by is not None:
            raise Cancelled(self._by) from error

    def check(self) -> None:
        """Between statements: raises Cancelled when the run was cancelled."""
        if self._by is not None:
            raise Cancelled(self._by)

    def _look(self) -> None:
        while not self._over.wait(_LOOK_EVERY):
            self._by = self._by or asked(self._run_id)
            if self._by is not None:
                try:
                    self._end()
                except Exception:
                    log.exception("a statement could not be ended", run=self._run_id)
