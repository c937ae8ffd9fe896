"""One transaction around every request that may change something, none around one that only reads.

Django's own ``ATOMIC_REQUESTS`` makes no difference between the two. On SQLite, where a transaction takes the one write
lock when it begins, every page would then wait for a run that stores its mismatches (docs/decisions/0015).
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

ONLY_READ = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
View = Callable[..., HttpResponse]


class OneTransactionPerChange:
    """Stands last among the middleware, so that nothing but the view is inside.

    A view that has to leave the transaction says so with Django's ``non_atomic_requests``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> HttpResponse | None:
        """Answer with the view inside a transaction, or leave a request that only reads alone."""
        if request.method in ONLY_READ or "default" in getattr(view, "_non_atomic_requests", ()):
            return None
        with transaction.atomic():
            return view(request, *arguments, **named)
