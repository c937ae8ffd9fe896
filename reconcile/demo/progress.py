"""How far the example is: one small file in the data folder, and a word in the cache for the pages.

The file outlives a restart: what was removed or left out is not brought back by the next start.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.core.cache import cache

from reconcile.dashboard.queries import EXAMPLE_LOADING

# A loader that was killed is believed for this long.
BELIEVED_SECONDS = 45


class Mark(StrEnum):
    """What was last done about the example in this data folder."""

    NONE = ""
    LOADING = "loading"
    LOADED = "loaded"
    REMOVED = "removed"
    LEFT_OUT = "left out"


def mark() -> Mark:
    """What the file says; nothing where there is none, or it says something else."""
    try:
        return Mark(_path().read_text().strip())
    except (FileNotFoundError, ValueError):
        return Mark.NONE


def set_mark(now: Mark) -> None:
    """Write the file whole."""
    _path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _path().with_name("demo.new")
    draft.write_text(f"{now}\n")
    draft.replace(_path())


def say(step: str) -> None:
    """Tell the pages what is being done; nothing once ``step`` is empty."""
    if step:
        cache.set(EXAMPLE_LOADING, step, BELIEVED_SECONDS)
    else:
        cache.delete(EXAMPLE_LOADING)


@contextmanager
def alone(*, wait: bool) -> Iterator[bool]:
    """Give whether no other process loads or removes the example; with ``wait`` it is waited for."""
    _path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _path().with_name("demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _path() -> Path:
    return Path(settings.DATA_DIR) / "demo"
