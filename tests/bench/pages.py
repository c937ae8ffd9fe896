"""How quick the pages over a million mismatches are: ``./run bench --pages``.

Every set-up is measured in a process of its own on a database of its own, ``python -m tests.bench.pages MISMATCHES
FOLDER``: two runs as in real life, the second of which finds a few things new, changed, gone; then each address fifty
times through the whole app. Prints JSON.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench import storing, table

_ROOT = Path(__file__).resolve().parents[2]
_REQUESTS = 50
_MILLISECONDS = 200
_FIELDS = 4
_ONE_IN = 1_000
_DOWNLOAD_MEMORY = 100_000_000


def measure(mismatches: int) -> tuple[list[str], bool]:
    """Lines to print, and whether §14 holds on each database that is there."""
    lines = ["", f"Pages over {mismatches:,} mismatches: milliseconds of {_REQUESTS} requests, in the middle and p95"]
    sound = True
    for name, address in storing._addresses():
        found = _measured(mismatches, address)
        lines.append(f"{name:34}  {'p50':>6}  {'p95':>6}  {'queries':>7}")
        for page, (middle, slow, queries) in found["pages"].items():
            lines.append(f"  {page:32}  {middle:6.0f}  {slow:6.0f}  {queries:7}")
            sound = sound and slow <= _MILLISECONDS
        for form, (seconds, size, grown) in found["downloads"].items():
            lines.append(f"  {form} of all: {seconds:.0f} s, {size / 10**6:,.0f} MB, {grown / 10**6:,.0f} MB of memory")
            sound = sound and grown <= _DOWNLOAD_MEMORY
    of_fields, immediate = table.measure()
    return lines + of_fields, sound and immediate


def _measured(mismatches: int, address: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="reconcile-bench-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.pages", str(mismatches), folder],
            cwd=_ROOT, env=storing._environment(folder, address), capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        sys.exit(f"pages failed: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _write(path: Path, numbers: range, word: str, *, other: int) -> Path:
    """A CSV of records whose values end in ``word``; one record in so many has ``other`` values."""
    with path.open("w") as file:
        file.write("customer," + ",".join(f"value {field}" for field in range(_FIELDS)) + "\n")
        for number in numbers:
            kind = f"{word} {other}" if other and number % _ONE_IN == 0 else word
            cells = ",".join(f"{number * 7919 % 100_003}.{field} {kind}" for field in range(_FIELDS))
            file.write(f"CUST-{number:08},{cells}\n")
    return path


def _in_this_process(mismatches: int, folder: Path) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command

    from reconcile.checks.comparing import ComparedField, Comparing
    from tests import build

    call_command("migrate", verbosity=0)
    names = [f"value {field}" for field in range(_FIELDS)]
    fields = tuple(ComparedField(name, name, name, "exact") for name in names)
    check = build.check(comparing=Comparing(key=(("customer", "customer"),), fields=fields))
    one_sided = mismatches // 10
    records = (mismatches - 2 * one_sided) // _FIELDS + one_sided
    runs = []
    for place in (0, 1):
        # In the second run some records are others, and some values are.
        left = _write(folder / "left.csv", range(place * 1_000, records + place * 1_000), "here", other=0)
        right = _write(folder / "right.csv", range(one_sided, records + one_sided), "there", other=place)
        runs.append(storing._run(check, left, right))
    return {"pages": dict(_pages(runs)), "downloads": dict(_downloads(runs[-1]))}


def _client() -> Any:
    from django.conf import settings
    from django.test import Client

    from ownership.models import Person
    from tests import build

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(Person.objects.first() or build.person())
    return client


def _pages(runs: list[Any]) -> Iterator[tuple[str, tuple[float, float, int]]]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from reconcile.checks.models import Mismatch

    first, last = runs
    client = _client()
    standing = Mismatch.objects.filter(check_compared=last.check_compared_id, closed_number=None, kind="differs")
    deep = standing.order_by("kind", "field", "id").filter(field="value 3")[0]
    page = f"/runs/{last.pk}/"
    addresses = {
        "the list": page,
        "page 100": f"{page}?page=100",
        "from row 600,000 on": f"{page}?after={deep.pk}",
        "the last page": f"{page}?page=last",
        "of a field": f"{page}?field=value+2",
        "only left": f"{page}?kind=only_left",
        "new in this run": f"{page}?state=new",
        "changed, of a field": f"{page}?state=changed&field=value+1",
        "gone in this run": f"{page}?state=gone",
        "by record": f"{page}?sort=key",
        "by record, deep": f"{page}?sort=key&after={deep.pk}",
        "of a field, by record backwards": f"{page}?field=value+2&sort=-key",
        "new, by value": f"{page}?state=new&sort=left",
        "search for a key": f"{page}?q={deep.key}",
        "search for part of a key": f"{page}?q=CUST-000777",
        "search for a value": f"{page}?q=4711.2",
        "search for what is not there": f"{page}?q=nowhere",
        "the run before": f"/runs/{first.pk}/",
        "gone since, in the run before": f"/runs/{first.pk}/?kind=only_left&sort=key",
        "a record": f"/runs/{last.pk}/records/{deep.pk}/?field=value+3",
    }
    for name, address in addresses.items():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
            taken = len(queries)
        times = []
        for _ in range(_REQUESTS):
            began = time.perf_counter()
            client.get(address)
            times.append((time.perf_counter() - began) * 1000)
        times.sort()
        yield name, (statistics.median(times), times[int(0.95 * _REQUESTS)], taken)


def _downloads(run: Any) -> Iterator[tuple[str, tuple[float, int, int]]]:
    client = _client()
    for form in ("csv", "xlsx"):
        before, watch = _resident(), _Watch()
        began = time.perf_counter()
        response = client.get(f"/runs/{run.pk}/mismatches.{form}")
        size = sum(len(piece) for piece in response)
        response.close()
        yield form, (time.perf_counter() - began, size, max(watch.stop() - before, 0))


class _Watch:
    """The most memory this process holds while it is watched, bytes."""

    def __init__(self) -> None:
        self._most = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(0.05):
            self._most = max(self._most, _resident())

    def stop(self) -> int:
        self._over.set()
        self._thread.join()
        return self._most


def _resident() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_in_this_process(int(sys.argv[1]), Path(sys.argv[2]))) + "\n")
