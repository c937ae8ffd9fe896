"""The page of the table of fields."""

import pytest
from django.test import Client

from tests import build
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def page(client: Client, address: str = "/ownership/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_empty() -> None:
    company = build.company()
    words = page(signed_in(company.dana))
    assert "No field is in the table yet." in words
    build.field()
    assert "billing status" in page(signed_in(company.dana))
