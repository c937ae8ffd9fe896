"""The page one comes home to."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_home_says_what_works_and_what_comes(as_dana: Client) -> None:
    page = as_dana.get("/").content.decode()
    assert "./run manage compare crm.csv billing.csv --key customer_id" in page
    assert "What is coming next" in page


def test_only_administrators_see_the_way_to_people(as_dana: Client, as_ada: Client) -> None:
    assert "/admin/ownership/person/" not in as_dana.get("/").content.decode()
    assert "/admin/ownership/person/" in as_ada.get("/").content.decode()


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_home_is_only_for_reading(as_dana: Client, method: str) -> None:
    assert getattr(as_dana, method)("/").status_code == 405
