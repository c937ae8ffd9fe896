"""The versions of a map, and the map as it was on a day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from boundaries.definitions import Map
from boundaries.models import Boundary, BoundaryVersion


def latest(boundary: Boundary) -> int:
    """Return the number of the last version; 0 if there is none."""
    numbers = BoundaryVersion.objects.filter(boundary=boundary).order_by("-number").values_list("number", flat=True)
    return numbers.first() or 0


def version(boundary: Boundary, number: int) -> BoundaryVersion | None:
    """Return the version of that number."""
    if not 0 < number < 2**31:
        return None
    return BoundaryVersion.objects.filter(boundary=boundary, number=number).select_related("by").first()


def versions(boundary: Boundary) -> QuerySet[BoundaryVersion]:
    """Return all versions, newest first, with who made them."""
    return BoundaryVersion.objects.filter(boundary=boundary).select_related("by").order_by("-number")


def on(boundary: Boundary, day: date) -> BoundaryVersion | None:
    """Return the version that stood when ``day`` ended, in the time zone of the app; None before there was one."""
    ended = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    return versions(boundary).filter(at__lt=ended).first()


def map_of(one: BoundaryVersion) -> Map:
    """Return the map that a version keeps."""
    return Map.from_json(one.data)
