"""The child process that reads what nobody has checked: bounded before it looks at the first byte.

Talks JSON lines: one request on standard input; progress lines, then one answer, on standard output.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import duckdb

from reconcile.engine import between_runs, database
from reconcile.engine import limits as sizes
from reconcile.engine.classifying import classifier
from reconcile.engine.errors import DiskFull, EngineError, FileIsCorrupt, TooMuchMemory
from reconcile.engine.isolation import end_with_parent, leave_network
from reconcile.engine.judging import judge
from reconcile.engine.limits import MB, Limits
from reconcile.engine.reading import formats
from reconcile.engine.results import Export, Kept
from reconcile.engine.spec import CompareSpec, ReadOptions
from reconcile.engine.workplace import Given, Workplace

_BEYOND_MEMORY = 150 * MB
_RESERVED_BY_DATABASE = 1000 * MB
_SAID_EVERY = 0.2

Progress = Callable[[str, int, int], None]


def main() -> None:
    """Answer the one request on standard input, for the process whose number is the last argument."""
    end_with_parent(int(sys.argv[-1]))
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="surrogateescape")
    os.dup2(2, 1)
    request = json.loads(sys.stdin.buffer.read())
    limits = Limits(**request["limits"])
    _bound(limits)
    say = _Speaker(answers)
    try:
        answer = _TASKS[request["task"]](request, limits, say.progress)
    except EngineError as error:
        answer = error.to_json()
    except MemoryError:
        answer = _too_much_memory(request, limits).to_json()
    except Exception as error:
        known = _database_error(error, request, limits)
        if known is None:
            raise
        answer = known.to_json()
    answer["peak_memory"] = _peak_memory()
    say.line(answer)


def _peak_memory() -> int:
    """Most bytes this process ever held. What getrusage says counts the process that started this one, too."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class _Speaker:
    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._lock = threading.Lock()
        self._step, self._at = "", 0.0

    def line(self, data: dict[str, Any]) -> None:
        with self._lock:
            self._out.write(json.dumps(data, default=str) + "\n")
            self._out.flush()

    def progress(self, step: str, done: int, total: int) -> None:
        """Say where the work is, a few times a second."""
        now = time.monotonic()
        if step == self._step and now < self._at + _SAID_EVERY:
            return
        self._step, self._at = step, now
        self.line({"progress": step, "done": done, "total": total})


def _bound(limits: Limits) -> None:
    """Memory, processor time, file size and the network, before anything is opened.

    Memory may be raised once, for the database: it bounds its own use, but reserves far more than it touches.
    """
    reading = limits.memory + _BEYOND_MEMORY
    for what, now, most in (
        (resource.RLIMIT_DATA, reading, 2 * limits.memory + _RESERVED_BY_DATABASE),
        (resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1),  # first a signal of its own, then the kill
        (resource.RLIMIT_FSIZE, limits.unpacked * 2, limits.unpacked * 2),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (now, most))
    leave_network()


def _read(request: dict[str, Any], limits: Limits, progress: Progress) -> dict[str, Any]:
    with _workplace(request, limits) as place:
        if request["keep"]:
            return place.keep(Path(request["keep"]), progress).to_json()
        return place.read(progress).to_json()


def _compare(request: dict[str, Any], limits: Limits, progress: Progress) -> dict[str, Any]:
    spec = CompareSpec.from_json(request["spec"])
    rows_file = Path(request["rows_file"]) if request["rows_file"] else None
    with _workplace(request, limits) as place:
        answer: dict[str, Any] = place.compare(spec, rows_file, progress)
    answer["seconds"] = time.monotonic() - request["started"]
    return answer


def _suggest(request: dict[str, Any], limits: Limits, progress: Progress) -> dict[str, Any]:
    with _workplace(request, limits) as place:
        found: dict[str, Any] = place.suggest(progress)
        return found


def _reachable(request: dict[str, Any], folder: Path) -> list[Path]:
    """The names under which the files of a request can be opened."""
    return [formats.reachable(Path(file["path"]), folder / str(number)) for number, file in enumerate(request["files"])]


def _standing(request: dict[str, Any], limits: Limits, progress: Progress) -> dict[str, Any]:
    folder = Path(request["folder"])
    files = _reachable(request, folder)

    def work(connection: duckdb.DuckDBPyConnection, place: Path) -> dict[str, Any]:
        apart = between_runs.BetweenRuns(connection, place, progress)
        return apart.run(files[0], files[1] if len(files) > 1 else None)

    return database.frugally(limits.memory, folder, files, work)


def _classify(request: dict[str, Any], limits: Limits, progress: Progress) -> dict[str, Any]:
    folder = Path(request["folder"])
    files: list[Path] = []

    def reach(path: Path) -> Path:
        files.append(formats.reachable(path, folder / str(len(files))))
        return files[-1]

    asked, now, before = classifier.requested(request, reach)

    def work(connection: duckdb.DuckDBPyConnection, place: Path) -> dict[str, Any]:
        return classifier.Classifier(connection, place, asked=asked, now=now, before=before, progress=progress).run()

    return database.frugally(limits.memory, folder, files, work, ordered=True)


def _judge(request: dict[str, Any], limits: Limits, progress: Progress) -> dict[str, Any]:
    folder = Path(request["folder"])
    files = _reachable(request, folder)
    asked, now = judge.requested(request, files)

    def work(connection: duckdb.DuckDBPyConnection, place: Path) -> dict[str, Any]:
        return judge.Judge(connection, place, asked=asked, now=now, progress=progress).run()

    return database.frugally(limits.memory, folder, files, work)


_TASKS = {
    "read": _read,
    "compare": _compare,
    "suggest": _suggest,
    "standing": _standing,
    "classify": _classify,
    "judge": _judge,
}


@contextlib.contextmanager
def _workplace(request: dict[str, Any], limits: Limits) -> Iterator[Workplace]:
    files = [_given(file) for file in request["files"]]
    with Workplace(files, Path(request["folder"]), limits, ordered=bool(request.get("keep"))) as place:
        yield place


def _given(file: dict[str, Any]) -> Given:
    path = Path(file["path"])
    if file["kept"]:
        return Kept(path, Export.from_json(file["kept"]))
    return path, file["name"], ReadOptions(**file["options"])


def _doing(request: dict[str, Any]) -> str:
    names = " and ".join(file["name"] for file in request["files"])
    doing = {"read": f"Reading {names}", "suggest": f"Looking at {names}", "standing": between_runs.DOING}
    doing |= {"classify": classifier.DOING, "judge": judge.DOING}
    return doing.get(request["task"], f"Comparing {names}")


def _too_much_memory(request: dict[str, Any], limits: Limits) -> EngineError:
    return TooMuchMemory(doing=_doing(request), limit=sizes.shown(limits.memory))


def _database_error(error: Exception, request: dict[str, Any], limits: Limits) -> EngineError | None:
    """A refusal for what the database met: memory, disk, or a file it cannot read after all."""
    text = str(error)
    if isinstance(error, duckdb.OutOfMemoryException):
        full = "temp" in text and "disk" in text.lower()
        return DiskFull(doing=_doing(request)) if full else _too_much_memory(request, limits)
    if isinstance(error, OSError | duckdb.IOException) and ("No space left" in text or "File too large" in text):
        return DiskFull(doing=_doing(request))
    if isinstance(error, duckdb.Error) and any(file["path"] in text for file in request["files"]):
        named = next(file["name"] for file in request["files"] if file["path"] in text)
        return FileIsCorrupt(file=named, why="its data cannot be read to the end")
    return None


if __name__ == "__main__":
    main()
