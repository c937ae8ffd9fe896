"""As a newcomer does it: a clean clone, the README's command, a browser, two files of one's own, the answer.

Without DATABASE_URL the app runs as `./run` starts it, on SQLite and a queue in files. With one, its processes are
those of docker-compose.yml started by hand, on a database and a queue of their own.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import redis
from playwright.sync_api import Browser, Page, expect
from python_calamine import CalamineWorkbook

from tests import build
from tests.processes import ROOT, environment, wait_for

pytestmark = pytest.mark.slow

ON_SERVERS = "postgres" in os.environ.get("DATABASE_URL", "")
CRM = "account_id,customer,billing_status,amount,city\n" + "".join(
    f"A-{n},Customer {n},{'late' if n % 7 else 'current'},{n}.50,Städtchen {n % 9}\n" for n in range(1, 2001)
)
BILLING = "CustomerRef;Name;Status;Total;Town\n" + "".join(
    f"A-{n};Customer {n};{'late' if n % 7 and n != 9 else 'current'};{n}.5;Städtchen {n % 9 + (n == 12)}\n"
    for n in range(4, 2006)
)
WIDE = 16
MANY = 1_050_000


@dataclass
class App:
    """A running installation: where it answers, the link of the first start, and what its processes said."""

    address: str
    welcome: str
    log: Path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@contextmanager
def started(command: list[str], *, cwd: Path, log: Path, **values: object) -> Iterator[subprocess.Popen[bytes]]:
    """Keep a command running; afterwards press Ctrl-C and wait until it has stopped."""
    with log.open("a") as output:
        process = subprocess.Popen(
            ["env", "--default-signal=INT", *command],  # whoever started the tests may have Ctrl-C ignored
            cwd=cwd,
            env=environment(**values),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(90)


@contextmanager
def by_the_readme(folder: Path) -> Iterator[App]:
    """A clean clone and its one command; when it is over it has left nothing behind but what git ignores."""
    clone, log, port = folder / "clone", folder / "log", free_port()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    with started(["./run"], cwd=clone, log=log, PORT=port) as process:
        wait_for(
            lambda: "/welcome/" in log.read_text() or process.poll() is not None,
            seconds=300,
            otherwise=lambda: end_of(log),
        )
        link = re.search(rf"http://127\.0\.0\.1:{port}/welcome/\S+", log.read_text())
        assert link, end_of(log)
        yield App(f"http://127.0.0.1:{port}", link.group(), log)
    assert process.returncode == 0, end_of(log)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    status = subprocess.run(["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True)
    assert status.stdout == ""


@contextmanager
def by_hand(folder: Path) -> Iterator[App]:
    """Web, worker and clock as in docker-compose.yml: production settings, behind what says that it came by HTTPS."""
    log, port = folder / "log", free_port()
    server, name = os.environ["DATABASE_URL"].rpartition("/")[0], f"newcomer_{port}"
    # Installations of two test processes must not hear each other's bell: a worker of the one would take it silently.
    own = 10 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 6
    queue = os.environ["REDIS_URL"].rpartition("/")[0] + f"/{own}"
    redis.Redis.from_url(queue).flushdb()
    values: dict[str, object] = {
        "DATABASE_URL": f"{server}/{name}",
        "REDIS_URL": queue,
        "SECRET_KEY": "of an installation that lasts as long as a test",
        "ALLOWED_HOSTS": "localhost",
        "CSRF_TRUSTED_ORIGINS": f"http://localhost:{port}",
        "DATA_DIR": folder / "data",
        "PORT": port,
    }
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection, ExitStack() as processes:
        connection.execute(f'CREATE DATABASE "{name}"')
        processes.callback(connection.execute, f'DROP DATABASE "{name}" WITH (FORCE)')
        for command in (["migrate", "--verbosity", "0"], ["collectstatic", "--noinput", "--verbosity", "0"]):
            subprocess.run(["./run", "manage", *command], cwd=ROOT, env=environment(**values), check=True)
        for part in ("web", "worker", "clock"):
            processes.enter_context(started(["./run", part], cwd=ROOT, log=log, **values))
        link = subprocess.run(
            ["./run", "manage", "welcome_link", "--address", f"http://localhost:{port}"],
            cwd=ROOT,
            env=environment(**values),
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        wait_for(lambda: listening(port), seconds=60, otherwise=log.read_text)
        yield App(f"http://localhost:{port}", link, log)


def end_of(log: Path) -> str:
    """Return the last lines, which say why it ended, without the requests answered."""
    return "\n".join([line for line in log.read_text().splitlines() if "[reconcile.requests]" not in line][-40:])


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Return an app that was started as this set-up is."""
    folder = tmp_path_factory.mktemp("newcomer")
    with by_hand(folder) if ON_SERVERS else by_the_readme(folder) as running:
        yield running


@pytest.fixture(scope="module")
def page(app: App, chromium: Browser) -> Iterator[Page]:
    """Return the browser of the first administrator, from the link to the home page."""
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"} if ON_SERVERS else {}
    context = chromium.new_context(base_url=app.address, viewport={"width": 1440, "height": 900})
    context.set_extra_http_headers(headers)
    page = context.new_page()
    page.goto(app.welcome)
    page.get_by_label("E-mail address").fill("ada@example.com")
    page.get_by_label("Your name").fill("Ada Bell")
    page.get_by_label("Your team").fill("Finance")
    page.get_by_label("Password", exact=True).fill(build.PASSWORD)
    page.get_by_label("The same password again").fill(build.PASSWORD)
    page.get_by_role("button", name="Start using Reconcile").click()
    expect(page.get_by_role("link", name="Compare two exports").first).to_be_visible()
    yield page
    context.close()


def compared(page: Page, left: Path, right: Path, *, seconds: float) -> None:
    """Drop two files, take what is suggested, run it, and wait for the answer."""
    page.goto("/")
    page.get_by_role("link", name="Compare two exports").first.click()
    page.locator("#drop-left").set_input_files(left)
    page.locator("#drop-right").set_input_files(right)
    expect(page.get_by_role("heading", name="Which records belong together")).to_be_visible(timeout=seconds * 1000)
    page.get_by_role("button", name="Run it").click()
    expect(page.get_by_role("link", name="Run with new files")).to_be_visible(timeout=seconds * 1000)


def test_from_nothing_to_the_disagreements_of_two_files(page: Page, tmp_path: Path) -> None:
    began = time.monotonic()
    left, right = tmp_path / "crm_2026-11-20.csv", tmp_path / "billing_2026-11-20.csv"
    left.write_text(CRM, encoding="utf-8")
    right.write_text(BILLING, encoding="cp1252")
    compared(page, left, right, seconds=60)
    print(f"from the home page to the answer: {time.monotonic() - began:.1f} s")  # noqa: T201 - shown with -rP
    expect(page.locator("main .sentence").first).to_contain_text("agree on 99.9 % of 1,997")
    expect(page.locator("main .sentence").first).to_contain_text("2 values differ in 2 fields")
    page.get_by_text("Download", exact=True).click()
    path = tmp_path / "mismatches.xlsx"
    link = page.get_by_role("link", name="XLSX")
    if ON_SERVERS:  # a download of Chromium's does not say what the proxy in front would: that it came by HTTPS
        path.write_bytes(page.request.get(link.get_attribute("href") or "").body())
    else:
        with page.expect_download() as download:
            link.click()
        download.value.save_as(path)
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert len(rows) == 1 + 2 + 3 + 5  # a head; two values; only in CRM; only in Billing


def test_a_file_of_500_megabytes(page: Page, tmp_path: Path) -> None:
    left, right = tmp_path / "ledger_2026-11-20.csv", tmp_path / "book_2026-11-20.csv"
    head = "id," + ",".join(f"column {place}" for place in range(WIDE)) + "\n"
    filling = ",".join(f"a text that fills the column {place}" for place in range(1, WIDE))
    for path, changed in ((left, ""), (right, "!")):
        rows = MANY if path == left else MANY // 10
        with path.open("w") as file:
            file.write(head)
            file.writelines(f"{n},{n}{changed if n % 1000 == 0 else ''},{filling}\n" for n in range(1, rows + 1))
    assert left.stat().st_size > 500_000_000
    began = time.monotonic()
    compared(page, left, right, seconds=400)
    print(f"500 MB, from the home page to the answer: {time.monotonic() - began:.1f} s")  # noqa: T201
    expect(page.locator("main .sentence").first).to_contain_text("105 values differ in 1 field")
    expect(page.locator("main .sentence").first).to_contain_text("945,000")
