"""What may change something is one transaction; what only reads takes none, and so no lock."""

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from ownership.models import Person
from reconcile.transactions import OneTransactionPerChange
from tests import build


def answered(method: str, view: object) -> HttpResponse | None:
    middleware = OneTransactionPerChange(lambda _: HttpResponse())
    return middleware.process_view(RequestFactory().generic(method, "/"), view, (), {})  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_view_that_fails_half_way_changes_nothing(method: str) -> None:
    def view(_: HttpRequest) -> HttpResponse:
        build.person(email="half@example.com")
        raise LookupError

    with pytest.raises(LookupError):
        answered(method, view)
    assert not Person.objects.exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_request_that_only_reads_is_left_alone() -> None:
    assert answered("GET", lambda _: HttpResponse()) is None


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_view_may_ask_to_be_outside() -> None:
    @transaction.non_atomic_requests
    def view(_: HttpRequest) -> HttpResponse:
        return HttpResponse(str(connection.in_atomic_block))

    assert answered("POST", view) is None
