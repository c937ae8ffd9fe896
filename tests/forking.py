"""Readers of the engine forked from one that has everything imported, for tests that are about something else.

The real ones begin as a new interpreter, and three quarters of what they cost in a test is importing. A forked one does
the same from its first line on: it bounds itself, leaves the network, reads, answers and ends. Tests about readers and
what bounds them use real ones (``ABOUT_READERS`` in conftest), and so does every process of ours that a test starts.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import traceback
from typing import IO, Any, Self

from tests.processes import ROOT

_MOST = 65536
# A number that is read apart from what may follow it already.
_DIGITS = 10
_SERVE = "import sys; sys.path.insert(0, sys.argv[2]); from tests.forking import serve; serve(int(sys.argv[1]))"


class Forked:
    """A reader as `subprocess.Popen` gives one, as far as the engine asks."""

    def __init__(self, nursery: Nursery, folder: str, complaints: IO[bytes]) -> None:
        theirs_in, ours_in = os.pipe()
        ours_out, theirs_out = os.pipe()
        self._status, theirs_status = os.pipe()
        theirs = [theirs_in, theirs_out, complaints.fileno(), theirs_status]
        nursery.ask(folder, theirs)
        for number in (theirs_in, theirs_out, theirs_status):
            os.close(number)
        self.stdin, self.stdout = os.fdopen(ours_in, "wb"), os.fdopen(ours_out, "rb", buffering=0)
        self.pid = int(os.read(self._status, _DIGITS))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return how it ended, None while it lives."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended. Raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            if not select.select([self._status], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(_SERVE, timeout or 0)
            self.returncode = int(os.read(self._status, _DIGITS))
        return self.returncode

    def kill(self) -> None:
        """End it at once, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(BrokenPipeError):
            self.stdin.close()
        self.stdout.close()
        self.wait()
        os.close(self._status)


class Nursery:
    """The process that readers are forked from. It ends with the one that made it."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-X", "utf8", "-c", _SERVE, str(theirs.fileno()), str(ROOT)],
                pass_fds=[theirs.fileno()],
                env={"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONUTF8": "1"},
            )

    def started(self, folder: str, complaints: IO[bytes]) -> Forked:
        """Start a reader: what `reconcile.engine.child` does with a new interpreter."""
        return Forked(self, folder, complaints)

    def ask(self, folder: str, numbers: list[int]) -> None:
        """Have one forked that works in ``folder``, with these files as input, output, complaints and status."""
        socket.send_fds(self._socket, [folder.encode()], numbers)

    def close(self) -> None:
        """End it."""
        self._socket.close()
        self._process.wait(30)


def serve(number: int) -> None:
    """Fork a reader for each request until nobody can send one any more."""
    from reconcile.engine.worker import main

    requests = socket.socket(fileno=number)
    heard, rung = os.pipe()
    for end in (heard, rung):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(rung)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    alive: dict[int, int] = {}
    while True:
        ready = select.select([requests.fileno(), heard], [], [])[0]
        if heard in ready:
            os.read(heard, _MOST)
            _report(alive)
        if requests.fileno() in ready:
            folder, numbers, _, _ = socket.recv_fds(requests, _MOST, 4)
            if not folder:
                return
            _fork(main, folder.decode(), numbers, alive)


def _fork(main: Any, folder: str, numbers: list[int], alive: dict[int, int]) -> None:
    *theirs, status = numbers
    parent, pid = os.getpid(), os.fork()
    if pid == 0:
        _live(main, folder, theirs, parent)
    os.write(status, f"{pid:0{_DIGITS}}".encode())
    alive[pid] = status
    for one in theirs:
        os.close(one)


def _live(main: Any, folder: str, numbers: list[int], parent: int) -> None:
    """What a new interpreter would do; never returns."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for place, number in enumerate(numbers):
            os.dup2(number, place)
        os.closerange(3, 256)
        os.chdir(folder)
        os.environ.update(TMPDIR=folder, HOME=folder)
        sys.argv = ["-c", str(parent)]
        main()
        code = 0
    except BaseException:  # noqa: BLE001 - said as an interpreter says it
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _report(alive: dict[int, int]) -> None:
    """Say of all that have ended how they did."""
    while alive:
        pid, ended = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        status = alive.pop(pid)
        with contextlib.suppress(BrokenPipeError):
            os.write(status, str(os.waitstatus_to_exitcode(ended)).encode())
        os.close(status)
