"""What the rail of every page says besides where one is."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest

from ownership.models import Person
from ownership.queries import waiting


def counts(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``waiting_for_me``: how many answers about fields wait for whoever is signed in.

    Counted when a template asks, and once: fragments without a rail cost nothing.
    """
    person = request.user if hasattr(request, "user") else None

    @cache
    def waiting_for_me() -> int:
        return waiting.count(person) if isinstance(person, Person) else 0

    return {"waiting_for_me": waiting_for_me}
