"""A large file goes through the real web process without ever sitting in its memory."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from tests.processes import manage, running, wait_for

pytestmark = pytest.mark.slow

MEGABYTE = 1_000_000
# What a web process may hold more after 500 MB went through it. What it holds before grows with the app, not the file.
GROWTH = 60
BLOCK = b"1234567,Customer with a name,Berlin,open\n" * 25_000
TOKEN = "a" * 32
SIGNED_IN = """
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from ownership.models import Person
person = Person.objects.create_user("dana@example.com", None, name="Dana", role="lead")
session = SessionStore()
session[SESSION_KEY] = str(person.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = person.get_session_auth_hash()
session.create()
print("session:" + session.session_key)
"""


class Web:
    """The web process of an installation of its own, and a browser signed in to it."""

    def __init__(self, port: int, session: str, process: int) -> None:
        self._port = port
        self._process = process
        cookies = f"reconcile_session={session}; reconcile_csrf={TOKEN}"
        self._headers = {"Cookie": cookies, "X-CSRFToken": TOKEN}

    def ask(self, method: str, address: str, body: IO[bytes] | str | None = None, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        connection.request(method, address, body, {**self._headers, **headers})
        response = connection.getresponse()
        answer = response.status, response.read()
        connection.close()
        return answer

    def peak(self) -> float:
        """Most megabytes any of its processes ever held."""
        workers = Path(f"/proc/{self._process}/task/{self._process}/children").read_text().split()
        return max(_peak(pid) for pid in [str(self._process), *workers])


def _peak(pid: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1000


@pytest.fixture
def web(tmp_path: Path, free_port: int) -> Iterator[Web]:
    said: dict[str, object] = {"DATA_DIR": tmp_path / "data", "DEBUG": "true"}
    (tmp_path / "data").mkdir()
    assert manage("migrate", "--verbosity", "0", **said).returncode == 0
    session = manage("shell", "--command", SIGNED_IN, **said).stdout.partition("session:")[2].strip()
    log = tmp_path / "web.log"
    gunicorn = (
        "-m",
        "gunicorn",
        "--bind",
        f"127.0.0.1:{free_port}",
        "--workers",
        "1",
        "--threads",
        "4",
        "reconcile.wsgi",
    )
    with running(*gunicorn, log=log, **said) as process:
        web = Web(free_port, session, process.pid)
        wait_for(lambda: _answers(web), seconds=30, otherwise=log.read_text)
        yield web


@pytest.fixture
def free_port() -> int:
    import socket

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _answers(web: Web) -> bool:
    try:
        return web.ask("GET", "/snapshots/")[0] == 200
    except OSError:
        return False


@pytest.mark.parametrize("megabytes_a_piece", [4, 500])
def test_a_file_of_500_megabytes_leaves_the_web_process_small(web: Web, tmp_path: Path, megabytes_a_piece: int) -> None:
    size = 500 * MEGABYTE
    form, before = f"file_name=large.csv&size={size}", web.peak()
    status, said = web.ask("POST", "/uploads/", form, **{"Content-Type": "application/x-www-form-urlencoded"})
    assert status == 201, said
    upload = json.loads(said)
    piece = tmp_path / "piece"
    piece.write_bytes((BLOCK * (megabytes_a_piece + 1))[: megabytes_a_piece * MEGABYTE])
    for offset in range(0, size, megabytes_a_piece * MEGABYTE):
        with piece.open("rb") as body:
            length = str(megabytes_a_piece * MEGABYTE)
            status, said = web.ask("PUT", f"{upload['address']}?offset={offset}", body, **{"Content-Length": length})
        assert status == 200, said
    status, said = web.ask("POST", upload["finish"])
    assert status == 200, said
    assert web.peak() - before < GROWTH


def test_a_form_with_500_megabytes_leaves_the_web_process_small(web: Web, tmp_path: Path) -> None:
    body, before = tmp_path / "body", web.peak()
    with body.open("wb") as file:
        file.write(b'--edge\r\nContent-Disposition: form-data; name="left"; filename="large.csv"\r\n')
        file.write(b"Content-Type: text/csv\r\n\r\n")
        for _ in range(500):
            file.write(BLOCK)
        file.write(b"\r\n--edge--\r\n")
    with body.open("rb") as sent:
        headers = {"Content-Type": "multipart/form-data; boundary=edge", "Content-Length": str(body.stat().st_size)}
        status, said = web.ask("POST", "/uploads/", sent, **headers)
    assert (status, json.loads(said)["why"]) == (400, "Say the size of the file in bytes.")
    assert web.peak() - before < GROWTH
