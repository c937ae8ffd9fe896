"""Who works out the causes of a check's runs: one at a time, so that no work is done twice.

What is stored is right without it (see ``remembering``): a lease that ends too early costs time and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from reconcile.checks.services.leases import from_now
from reconcile.patterns.models import CatchingUp

Progress = Callable[[str, int, int], None]
_BEAT_SECONDS = 1.0


@contextmanager
def held(check_id: int, progress: Progress | None) -> Iterator[Progress | None]:
    """Give what keeps the lease of a check while it is called, and tells ``progress``; None when another has it."""
    CatchingUp.objects.get_or_create(check_compared_id=check_id)
    row = CatchingUp.objects.filter(pk=check_id)
    holder = uuid4()
    free = row.filter(Q(until=None) | Q(until__lt=Now()))
    if not free.update(holder=holder, until=from_now(settings.RUN_LEASE_SECONDS)):
        yield None
        return
    mine = row.filter(holder=holder)
    beaten = time.monotonic()

    def beat(step: str, done: int, total: int) -> None:
        nonlocal beaten
        if time.monotonic() - beaten >= _BEAT_SECONDS and not connection.in_atomic_block:
            beaten = time.monotonic()
            mine.update(until=from_now(settings.RUN_LEASE_SECONDS))
        if progress:
            progress(step, done, total)

    try:
        yield beat
    finally:
        mine.update(holder=None, until=None)


def is_held(check_id: int) -> bool:
    """Return whether somebody works out causes for a check."""
    return CatchingUp.objects.filter(pk=check_id, until__gte=Now()).exists()
