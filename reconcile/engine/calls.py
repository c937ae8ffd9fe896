"""The engine's front door: one function per thing to do, each running in a child process within limits."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from reconcile.engine import child
from reconcile.engine.errors import ArgumentNotUnderstood, OutputNotWritable
from reconcile.engine.limits import Limits
from reconcile.engine.reading import formats
from reconcile.engine.results import Comparison, Export
from reconcile.engine.spec import CompareSpec, ReadOptions
from reconcile.engine.suggesting.suggestions import Suggestion

Progress = Callable[[str, int, int], None]
FilePath = str | os.PathLike[str]
ROWS_FORMATS = (".csv", ".parquet", ".jsonl")
_PLAIN = ReadOptions()


def read(
    path: FilePath,
    options: ReadOptions = _PLAIN,
    *,
    folder: FilePath | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Export:
    """Understand one file whole: format, columns, and where every line went.

    ``folder`` keeps the rejected lines (``Export.rejected_file``). Raises FileProblem or LimitProblem.
    """
    with _folder(folder) as place:
        request = _request("read", place, (path, options))
        answer = child.run(request, limits or Limits(), f"Reading {Path(path).name}", progress)
        answer.pop("peak_memory")
        export = Export.from_json(answer)
        return export if folder else replace(export, rejected_file=None)


def compare(  # noqa: PLR0913 - all but the first three have a default
    spec: CompareSpec,
    left: FilePath,
    right: FilePath,
    *,
    rows_file: FilePath | None = None,
    left_options: ReadOptions = _PLAIN,
    right_options: ReadOptions = _PLAIN,
    folder: FilePath | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Every disagreement between two files.

    ``rows_file`` (.parquet, .csv or .jsonl) receives one line a mismatch: kind, key, field, left, right; it appears
    only when complete. ``folder`` is for what is needed meanwhile and keeps rejected lines; without it that is thrown
    away. Raises EngineError.
    """
    out = _checked_output(rows_file)
    with _folder(folder) as place:
        request = _request("compare", place, (left, left_options), (right, right_options))
        made = place / f"mismatches{out.suffix}" if out else None
        request |= {"spec": spec.to_json(), "rows_file": str(made) if made else None}
        doing = f"Comparing {Path(left).name} and {Path(right).name}"
        found = Comparison.from_json(child.run(request, limits or Limits(), doing, progress))
        if out and made:
            _move(made, out)
            found = replace(found, rows_file=out)
        return found if folder else _without_files(found)


def suggest(  # noqa: PLR0913 - all but the files have a default
    left: FilePath,
    right: FilePath,
    *,
    left_options: ReadOptions = _PLAIN,
    right_options: ReadOptions = _PLAIN,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Suggestion:
    """The likely key, pairs of columns and comparisons for two files, each with reason and confidence."""
    with _folder(None) as place:
        request = _request("suggest", place, (left, left_options), (right, right_options))
        doing = f"Looking at {Path(left).name} and {Path(right).name}"
        answer = child.run(request, limits or Limits(), doing, progress)
        answer.pop("peak_memory")
        return Suggestion.from_json(answer)


@contextlib.contextmanager
def _folder(folder: FilePath | None) -> Iterator[Path]:
    if folder is not None:
        Path(folder).mkdir(parents=True, exist_ok=True)
        yield Path(folder).resolve()
        return
    with tempfile.TemporaryDirectory(prefix="reconcile-") as made:
        yield Path(made).resolve()


def _request(task: str, folder: Path, *files: tuple[FilePath, ReadOptions]) -> dict[str, Any]:
    described = []
    for path, options in files:
        given = Path(path)
        formats.open_file(given, given.name).close()
        described.append({"path": str(given.resolve()), "name": given.name, "options": asdict(options)})
    return {"task": task, "folder": str(folder), "files": described}


def _checked_output(rows_file: FilePath | None) -> Path | None:
    """The path to write to, refused before any work is done where it cannot be written."""
    if rows_file is None:
        return None
    out = Path(rows_file)
    if out.suffix not in ROWS_FORMATS:
        raise ArgumentNotUnderstood(argument=str(rows_file), expected="name a file ending in .csv, .parquet or .jsonl")
    if not out.parent.is_dir() or not os.access(out.parent, os.W_OK):
        raise OutputNotWritable(file=str(rows_file), why="its folder is not there or cannot be written to")
    if out.is_dir():
        raise OutputNotWritable(file=str(rows_file), why="it is a folder")
    return out


def _move(made: Path, out: Path) -> None:
    """Into place in one step, also across file systems: never a half-written file under the final name."""
    beside = out.with_name(f".{out.name}.part")
    try:
        shutil.move(made, beside)
        beside.replace(out)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise OutputNotWritable(file=str(out), why=(error.strerror or "unknown reason").lower()) from error


def _without_files(found: Comparison) -> Comparison:
    """A result whose temporary files are gone names none of them."""
    return replace(
        found,
        left=replace(found.left, rejected_file=None),
        right=replace(found.right, rejected_file=None),
    )
