"""How quick the table of 500 fields is: opening it, typing into it, pasting. Part of ``./run bench --pages``.

Each database is measured in a process of its own, ``python -m tests.bench.table FOLDER``, which serves the app to a
real Chromium. A key is timed from the moment the browser has it to the first moment after the frame that shows what
it did: frames come every 17 ms, so nothing can be under about half of that. Prints JSON.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench import storing

_ROOT = Path(__file__).resolve().parents[2]
_FIELDS = 500
_REQUESTS = 30
_KEYS = 60
_PASTED = (200, 6)
# What people take for immediate, and for one thought (milliseconds).
_IMMEDIATE = 100
_THOUGHT = 1_000

_WATCH = """() => {
    window.measured = {};
    window.measure = null;
    addEventListener("keydown", (event) => {
        const began = event.timeStamp;
        const name = window.measure;
        requestAnimationFrame(() => {
            const after = new MessageChannel();
            after.port1.onmessage = () => (window.measured[name] ??= []).push(performance.now() - began);
            after.port2.postMessage(0);
        });
    }, { capture: true });
}"""
_PASTE = """(text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const began = performance.now();
    document.activeElement.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    return new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began))));
}"""


def measure() -> tuple[list[str], bool]:
    """Lines to print, and whether typing is immediate on each database that is there."""
    lines = ["", f"The table of {_FIELDS} fields x 12 columns: milliseconds, in the middle and p95"]
    sound = True
    for name, address in storing._addresses():
        found = _measured(address)
        lines.append(f"{name:42}  {'p50':>6}  {'p95':>6}")
        lines += [f"  {what:40}  {middle:6.0f}  {slow:6.0f}" for what, (middle, slow) in found["times"].items()]
        lines += [f"  {what:40}  {figure:6,.0f}" for what, figure in found["figures"].items()]
        keys = [slow for what, (_, slow) in found["times"].items() if what.startswith("key")]
        sound = sound and max(keys) <= _IMMEDIATE and found["times"]["the page, answered"][1] <= _THOUGHT
    return lines, sound


def _measured(address: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="reconcile-bench-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.table", folder],
            cwd=_ROOT, env=storing._environment(folder, address), capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        sys.exit(f"the table failed: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _in_this_process() -> dict[str, Any]:
    import django

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    finn = _filled()
    times, figures = _answers(finn)
    with _served() as address:
        typed, pasted = _typed(finn, address)
    return {"times": times | typed, "figures": figures | pasted}


def _filled() -> Any:
    """Make the company and its fields, every column of every one filled; return who edits them."""
    from dataclasses import replace

    from ownership.services.defining import Wanted, define
    from tests import build

    company = build.company()
    subjects = ("customer", "contract", "invoice", "order", "product")
    define(
        [
            Wanted(None, replace(build.STATUS, name=f"fact number {number}", subject=subjects[number % 5]))
            for number in range(_FIELDS)
        ],
        person=company.finn,
    )
    return company.finn


def _answers(person: Any) -> tuple[dict[str, tuple[float, float]], dict[str, float]]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(person)
    with CaptureQueriesContext(connection) as queries:
        size = len(client.get("/ownership/").content)
        taken = len(queries)
    times = []
    for _ in range(_REQUESTS):
        began = time.perf_counter()
        assert client.get("/ownership/").status_code == 200
        times.append((time.perf_counter() - began) * 1000)
    return {"the page, answered": _middle_and_slow(times)}, {"queries of the page": taken, "bytes of the page": size}


@contextmanager
def _served() -> Iterator[str]:
    """The address of the app, served by threads of this process until the block is over."""
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

    from reconcile.wsgi import application

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing: the requests are not what is measured."""

    with make_server("127.0.0.1", 0, application, Server, Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _typed(person: Any, address: str) -> tuple[dict[str, tuple[float, float]], dict[str, float]]:
    from django.conf import settings
    from django.test import Client
    from playwright.sync_api import sync_playwright

    client = Client()
    client.force_login(person)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
        began = time.perf_counter()
        page.goto(f"{address}/ownership/")
        page.wait_for_selector("#sheet.live")
        opened = (time.perf_counter() - began) * 1000
        page.evaluate(_WATCH)
        times = _keys(page)
        painted, kept, requests = _pasted(page)
        browser.close()
    return times, {
        "the page, opened in Chromium, ms": opened,
        f"{_PASTED[0]} x {_PASTED[1]} cells pasted, painted after, ms": painted,
        "the same, kept after, ms": kept,
        "the same, requests": requests,
    }


def _keys(page: Any) -> dict[str, tuple[float, float]]:
    """Write into a column of plain text, one of long text and one with a list, a few letters and Enter each."""
    for column, text in (("subject", "abc"), ("because", "why"), ("owner", "Fin")):
        page.locator(f'#sheet td[data-column="{column}"]').nth(3).click()
        for _ in range(_KEYS // 3):
            for name, key in (
                ("key that opens a cell", text[0]),
                ("key in an open cell", text[1]),
                ("key in an open cell", text[2]),
            ):
                _press(page, name, key)
            _press(page, "key that keeps a cell and goes on", "Enter")
    _settled(page)
    for _ in range(_KEYS):
        _press(page, "key that only moves", "ArrowUp")
    measured = page.evaluate("window.measured")
    return {name: _middle_and_slow(times) for name, times in measured.items()}


def _press(page: Any, name: str, key: str) -> None:
    page.evaluate("(name) => { window.measure = name; }", name)
    page.keyboard.press(key)


def _settled(page: Any) -> None:
    page.locator("#sheet [data-state]").first.wait_for(state="detached", timeout=120_000)


def _pasted(page: Any) -> tuple[float, float, int]:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/cells/") else None)
    rows, columns = _PASTED
    cells = ("customer", "NAME", "what it means", "CRM: deal", "Finance", "CRM: Sales; Billing: Finance")[:columns]
    text = "\n".join("\t".join(cells).replace("NAME", f"pasted {row}") for row in range(rows))
    page.locator("#sheet .new td").first.click()
    began = time.perf_counter()
    painted = page.evaluate(_PASTE, text)
    _settled(page)
    return painted, (time.perf_counter() - began) * 1000, len(sent)


def _middle_and_slow(times: list[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return statistics.median(ordered), ordered[int(0.95 * len(ordered))]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_in_this_process()) + "\n")
