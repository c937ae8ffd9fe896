"""Running one request in a child process, and turning whatever ends it into an answer or a plain refusal."""

from __future__ import annotations

import contextlib
import json
import os
import re
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from reconcile.engine import limits as sizes
from reconcile.engine.errors import EngineError, StoppedUnexpectedly, TooMuchMemory, TooSlow
from reconcile.engine.limits import MB, Limits

Progress = Callable[[str, int, int], None]
_ROOT = Path(__file__).resolve().parents[2]
_START = "import sys; sys.path.insert(0, sys.argv.pop()); from reconcile.engine.worker import main; main()"
_LOOK_EVERY = 0.2
_SLACK = 200 * MB
_ENDING = 10.0
_KIND = re.compile(r"(?:\w+\.)*(\w+): ")


def run(request: dict[str, Any], limits: Limits, doing: str, progress: Progress | None = None) -> dict[str, Any]:
    """The answer to ``request``. Raises the child's refusal, or TooSlow, TooMuchMemory, StoppedUnexpectedly.

    ``progress`` is called with (step, done, total) and may raise to stop the work: the child is killed at once.
    """
    request = request | {"limits": asdict(limits), "started": time.monotonic()}
    with tempfile.TemporaryFile() as complaints, _started(request["folder"], complaints) as process:
        try:
            answer = _converse(process, request, limits, doing, progress or _quiet)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_ENDING)
        finally:
            if process.poll() is None:
                process.kill()
        if answer is None:
            raise _why_it_died(process, complaints, limits, doing)
    if "error" in answer:
        raise EngineError.from_json(answer)
    return answer


def _quiet(step: str, done: int, total: int) -> None:
    """Progress nobody asked for."""


def _started(folder: str, complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "TMPDIR": folder, "HOME": folder, "PYTHONUTF8": "1"}
    return subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
        [sys.executable, "-I", "-X", "utf8", "-c", _START, str(os.getpid()), str(_ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        env=environment,
        cwd=folder,
    )


def _converse(
    process: subprocess.Popen[bytes], request: dict[str, Any], limits: Limits, doing: str, progress: Progress
) -> dict[str, Any] | None:
    """Send the request, pass progress on, and give the answer, None when the child dies without one."""
    assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - both are pipes
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(json.dumps(request).encode())
        process.stdin.close()
    deadline = time.monotonic() + limits.wall_seconds
    waiting = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        last = ("Starting", 0, 0)
        while True:
            if selector.select(_LOOK_EVERY):
                block = os.read(process.stdout.fileno(), 1 << 16)
                if not block:
                    return None
                *lines, waiting = (waiting + block).split(b"\n")
                for line in map(json.loads, lines):
                    if "progress" not in line:
                        return line  # type: ignore[no-any-return]
                    last = (line["progress"], line["done"], line["total"])
            progress(*last)
            if time.monotonic() > deadline:
                raise TooSlow(doing=doing, limit=int(limits.wall_seconds))
            if _resident(process.pid) > limits.memory + _SLACK:
                raise TooMuchMemory(doing=doing, limit=sizes.shown(limits.memory))


def _resident(pid: int) -> int:
    """Bytes of memory that a process or the largest of its children holds now; 0 where that cannot be told.

    The child that reads the other side is bounded as its parent is: each may use what was allowed.
    """
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError, ValueError):
        return 0
    return max([pages * os.sysconf("SC_PAGE_SIZE"), *(_resident(int(child)) for child in children)])


def _why_it_died(process: subprocess.Popen[bytes], complaints: IO[bytes], limits: Limits, doing: str) -> EngineError:
    code = process.wait()
    complaints.seek(0)
    said = complaints.read().decode(errors="replace")
    if code == -signal.SIGXCPU:
        return TooSlow(doing=doing, limit=limits.cpu_seconds)
    words = [line for line in said.strip().splitlines() if not line.startswith("note: run with")]  # said after a panic
    last = words[-1] if words else f"signal {-code}" if code < 0 else f"exit code {code}"
    if code == -signal.SIGKILL or any(sign in last for sign in ("memory allocation of", "MemoryError", "bad_alloc")):
        return TooMuchMemory(doing=doing, limit=sizes.shown(limits.memory))
    # Of an error nobody foresaw only its kind: the rest may quote a cell.
    kind = _KIND.match(last)
    return StoppedUnexpectedly(doing=doing, why=kind[1] if kind else last)
