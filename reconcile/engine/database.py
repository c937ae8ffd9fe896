"""The DuckDB connection a comparison works in: bounded, and shut off from everything but the files it was given."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from reconcile.engine import sql
from reconcile.engine.limits import MB

T = TypeVar("T")
_INSIDE_PERCENT = 87
_OUTSIDE = 60 * MB
_LEAST = 64 * MB
_BYTES_OF_A_TEXT = 16
_BASE = 190 * MB
_LOOK_EVERY = 0.3
_PER_THREAD = 120 * MB


def connect(  # noqa: PLR0913 - the last three have a default
    memory: int, folder: Path, files: Sequence[Path], *, fits: bool = False, ordered: bool = False, threads: int = 0
) -> duckdb.DuckDBPyConnection:
    """A connection that may use ``memory`` bytes less our own, spills into ``folder`` and opens ``files`` alone.

    ``fits`` says that a join of the files stays within ``memory`` (see ``resident``). DuckDB then gets a limit it will
    not reach: near a tight one it works from disk, though nothing would have to. ``ordered``: rows keep their order.
    ``threads``: no more of them than this.
    """
    inside = max(memory * _INSIDE_PERCENT // 100 - _OUTSIDE, _LEAST)
    _raise_reserve()
    spill = folder / "spill"
    usual = max(1, min(os.cpu_count() or 1, inside // _PER_THREAD))
    connection = duckdb.connect(":memory:")
    allowed = ", ".join(name for file in files for name in (sql.text(str(file)), sql.file(file)))
    for setting in (
        f"memory_limit = '{(memory * 2 if fits else inside) // MB}MB'",
        f"threads = {min(usual, threads or usual)}",
        f"temp_directory = {sql.text(str(spill))}",
        "enable_profiling = 'no_output'",
        f"preserve_insertion_order = {'true' if ordered else 'false'}",
        "enable_progress_bar = true",
        "enable_progress_bar_print = false",
        "progress_bar_time = 0",
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        f"allowed_directories = [{sql.text(str(folder))}]",
        f"allowed_paths = [{allowed}]",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.execute(f"SET {setting}")
    return connection


def frugally(
    memory: int,
    folder: Path,
    files: Sequence[Path],
    work: Callable[[duckdb.DuckDBPyConnection, Path], T],
    *,
    ordered: bool = False,
) -> T:
    """What ``work`` gives with a connection and a folder to write to; once more with one thread if memory runs out.

    Threads sort and join beside one another, each with memory of its own, so that near the limit it is luck whether
    all of it fits. Raises duckdb.Error, OutOfMemoryException when one thread has too little as well.
    """
    try:
        with connect(memory, folder, files, ordered=ordered) as connection:
            return work(connection, folder)
    except duckdb.OutOfMemoryException:
        again = folder / "again"
        again.mkdir()
    with connect(memory, folder, files, ordered=ordered, threads=1) as connection:
        return work(connection, again)


def resident(rows: int, width: int, size: int) -> int:
    """Bytes at most that a process holds while it joins against a side of so many rows, columns and bytes.

    A text takes 16 bytes, and its own again where it is longer than 12; buffers and code take the rest.
    """
    return rows * width * _BYTES_OF_A_TEXT + size + _BASE


@contextlib.contextmanager
def watched(connection: duckdb.DuckDBPyConnection, tell: Callable[[float], None]) -> Iterator[None]:
    """While a statement runs, ``tell`` which share of it (0 to 1) is done, a few times a second, from a thread."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(_LOOK_EVERY):
            if (percent := connection.query_progress()) >= 0:
                tell(min(percent, 100) / 100)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _raise_reserve() -> None:
    """Address space the database reserves without using it; see ``worker``, which sets what this may be raised to."""
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


@dataclass(frozen=True, slots=True)
class Tallies:
    """What the join itself counted: rows it read of each file, and pairs and one-sided rows it put out."""

    read: dict[str, int]
    joined: int


def run_counted(connection: duckdb.DuckDBPyConnection, statement: str) -> Tallies | None:
    """Run a statement with one full outer join and say what its operators counted; None when they cannot be found."""
    connection.execute(statement)
    profile = json.loads(connection.get_profiling_information("json"))
    return _tallies(profile)


def _tallies(profile: dict[str, Any]) -> Tallies | None:
    read: dict[str, int] = {}
    joined: list[int] = []
    waiting = list(profile.get("operator") or [])
    while waiting:
        node = waiting.pop()
        waiting.extend(node.get("children") or [])
        extra = node.get("extra_info") or {}
        if "JOIN" in str(node.get("type")) and extra.get("Join Type") == "FULL":
            joined.append(int(node["intermediate_rows"]))
        if str(node.get("type")) == "TABLE_SCAN" and "Filename(s)" in extra and "rows_scanned" in node:
            read[extra["Filename(s)"]] = int(node["rows_scanned"])
    return Tallies(read, joined[0]) if len(joined) == 1 and read else None
