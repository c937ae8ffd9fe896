"""What everything that automates a boundary asks first."""

from __future__ import annotations

import structlog

from boundaries import ready
from boundaries.models import Boundary
from boundaries.queries import maps, readiness
from ownership.models import Person

log = structlog.get_logger(__name__)


def allow(boundary: Boundary, *, person: Person, override: str = "") -> tuple[ready.Quick, ...]:
    """Return the quick checks of ``boundary`` as they stand now, for whoever automates it to keep.

    Raises ``ready.NotReady``, with those that fail, unless all hold or ``override`` gives a reason to go on without.
    """
    stands = readiness.of(maps.whole(Boundary.objects.filter(pk=boundary.pk)).get())
    ready.require_ready(stands.checks, override=override)
    if not stands.is_ready:
        log.warning("automated_before_ready", boundary=boundary.pk, person=person.pk, holding=stands.holding)
    return stands.checks
