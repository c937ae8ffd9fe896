"""Starting our own commands as processes of their own, with nothing in their environment but what a test says."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
OURS = (
    "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "DATA_DIR", "MEDIA_ROOT", "STATIC_ROOT",
    "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE", "DEVELOPER_APPS",
)  # fmt: skip


def environment(**values: object) -> dict[str, str]:
    """Return this process's environment without any setting of ours but ``values``."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return {**kept, **{name: str(value) for name, value in values.items()}}


def database_address() -> str:
    """Return the address of the database of this test, as DATABASE_URL spells it."""
    now = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{now['NAME']}"
    return f"postgres://{now['USER']}:{now['PASSWORD']}@{now['HOST']}:{now['PORT']}/{now['NAME']}"


def manage(*arguments: str, **values: object) -> subprocess.CompletedProcess[str]:
    """Run ``manage.py`` with ``arguments`` under the settings ``values`` and return how it ended."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=environment(**values),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def running(*arguments: str, log: Path, **values: object) -> Iterator[subprocess.Popen[str]]:
    """Keep ``python arguments`` running, its output in ``log``; afterwards ask it to stop and wait until it has."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=environment(**values), stdout=output, stderr=output, text=True
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


def wait_for(condition: Callable[[], bool], *, seconds: float, otherwise: Callable[[], str]) -> None:
    """Return as soon as ``condition`` holds; fail with the text of ``otherwise`` when ``seconds`` are over."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, otherwise()
        time.sleep(0.05)
