"""What a browser gets when something is wrong, and what every answer carries."""

import pytest
from django.http import HttpRequest
from django.test import Client
from pytest_django import Settings
from structlog.testing import capture_logs

from ownership.models import Person
from reconcile.dashboard import views

pytestmark = pytest.mark.django_db


def test_a_fault_of_ours_is_owned_up_to_with_a_number_for_the_log(
    dana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall_over(request: HttpRequest, *_: object) -> None:
        raise RuntimeError(request.path)

    monkeypatch.setattr(views, "render", fall_over)
    client = Client(raise_request_exception=False)
    client.force_login(dana)
    response = client.get("/")
    assert response.status_code == 500
    assert f"<code>{response.headers['X-Request-ID']}</code>" in response.content.decode()


def test_the_log_names_the_route_and_neither_token_nor_query(client: Client) -> None:
    with capture_logs() as lines:
        response = client.get("/welcome/a-secret-token/?q=private")
    (line,) = (line for line in lines if line["event"] == "request")
    assert (line["route"], line["status"]) == ("welcome/<str:token>/", 404)
    assert len(response.headers["X-Request-ID"]) == 32
    assert "secret" not in str(line)
    assert "private" not in str(line)


def test_a_missing_page_keeps_the_frame_for_who_is_signed_in(as_dana: Client, client: Client) -> None:
    assert 'id="rail"' in as_dana.get("/nowhere/").content.decode()
    assert 'id="rail"' not in client.get("/nowhere/").content.decode()


def test_a_host_name_nobody_allowed_is_refused(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["reconcile.example.com"]
    response = client.get("/sign-in/", headers={"host": "evil.example"})
    assert response.status_code == 400


@pytest.mark.parametrize("address", ["/", "/sign-in/", "/nowhere/", "/admin/"])
def test_every_answer_is_guarded(client: Client, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert len(headers["X-Request-ID"]) == 32


@pytest.mark.parametrize("address", ["/sign-in/?next=%00", "/welcome/%00/", "/%ff%fe/", "/sign-in/?next=" + "x" * 5000])
def test_odd_addresses_are_no_faults(client: Client, address: str) -> None:
    assert client.get(address).status_code in {200, 400, 404}
