"""The engine's front door: one function per thing to do, each running in a child process within limits."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from reconcile.engine import between_runs, child, counting, stored
from reconcile.engine.classifying import classifier
from reconcile.engine.classifying.asked import Caused, Classified, Classifying, Condition, Seen
from reconcile.engine.errors import ArgumentNotUnderstood, OutputNotWritable
from reconcile.engine.judging import judge as judging
from reconcile.engine.judging.asked import Judged, Judging
from reconcile.engine.limits import Limits
from reconcile.engine.reading import formats
from reconcile.engine.results import Comparison, Export, Kept, Record, Standing
from reconcile.engine.spec import CompareSpec, ReadOptions
from reconcile.engine.suggesting.suggestions import Suggestion

Progress = Callable[[str, int, int], None]
FilePath = str | os.PathLike[str]
ROWS_FORMATS = (".csv", ".parquet", ".jsonl")
_PLAIN = ReadOptions()


def read(  # noqa: PLR0913 - all but the first have a default
    path: FilePath,
    options: ReadOptions = _PLAIN,
    *,
    name: str | None = None,
    folder: FilePath | None = None,
    keep: FilePath | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Export:
    """Understand one file whole: format, columns, and where every line went.

    ``name`` is what people call the file, where that is not what the path ends in.
    ``folder`` keeps the rejected lines (``Export.rejected_file``). ``keep`` receives a Parquet copy, to make a ``Kept``
    of: columns c0…cn, all text, rows in the file's order; it appears only when complete. Raises EngineError.
    """
    out = _checked(keep) if keep is not None else None
    with _folder(folder) as place:
        made = place / "kept.parquet" if out else None
        called = name or _name(Path(path))
        request = _request("read", place, (path, options), names=(called,)) | {"keep": str(made) if made else None}
        answer = child.run(request, limits or Limits(), f"Reading {called}", progress)
        answer.pop("peak_memory")
        if out and made:
            _move(made, out)
        export = Export.from_json(answer)
        return export if folder else replace(export, rejected_file=None)


def compare(  # noqa: PLR0913 - all but the first three have a default
    spec: CompareSpec,
    left: FilePath | Kept,
    right: FilePath | Kept,
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
    away. Of a side that is ``Kept``, only its copy is read. Raises EngineError.
    """
    out = _checked_output(rows_file)
    with _folder(folder) as place:
        request = _request("compare", place, (left, left_options), (right, right_options))
        made = place / f"mismatches{out.suffix}" if out else None
        request |= {"spec": spec.to_json(), "rows_file": str(made) if made else None}
        doing = f"Comparing {_name(left)} and {_name(right)}"
        found = Comparison.from_json(child.run(request, limits or Limits(), doing, progress))
        if out and made:
            _move(made, out)
            found = replace(found, rows_file=out)
        return found if folder else _without_files(found, left, right)


def suggest(  # noqa: PLR0913 - all but the files have a default
    left: FilePath | Kept,
    right: FilePath | Kept,
    *,
    left_options: ReadOptions = _PLAIN,
    right_options: ReadOptions = _PLAIN,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Suggestion:
    """The likely key, pairs of columns and comparisons for two files, each with reason and confidence."""
    with _folder(None) as place:
        request = _request("suggest", place, (left, left_options), (right, right_options))
        doing = f"Looking at {_name(left)} and {_name(right)}"
        answer = child.run(request, limits or Limits(), doing, progress)
        answer.pop("peak_memory")
        return Suggestion.from_json(answer)


def standing(
    rows_file: FilePath,
    before: FilePath | None,
    *,
    folder: FilePath,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Standing:
    """The mismatches of a run, from ``compare``'s Parquet rows file, against those of an earlier one.

    ``folder`` receives ``mismatches.parquet``, one row an identity (identity, kind, key, field, left, right) by kind,
    key and field; of a repeated key ``left`` or ``right`` is the number of its rows. ``before`` is such a file of an
    earlier run; then ``changes.parquet`` has what is new, changed or gone (and says so in ``change``), gone ones with
    the values they had. Raises EngineError.
    """
    with _folder(folder) as place, tempfile.TemporaryDirectory(prefix="standing-", dir=place) as work:
        files = [rows_file, before] if before is not None else [rows_file]
        request = _request("standing", Path(work), *((Path(file), _PLAIN) for file in files))
        answer = child.run(request, limits or Limits(), between_runs.DOING, progress)
        answer.pop("peak_memory")
        found = Standing.from_json(answer)
        _move(found.mismatches, place / "mismatches.parquet")
        if found.changes:
            _move(found.changes, place / "changes.parquet")
        changes = place / "changes.parquet" if found.changes else None
        return replace(found, mismatches=place / "mismatches.parquet", changes=changes)


def classify(  # noqa: PLR0913 - two runs, where to, and how much
    asked: Classifying,
    now: Seen,
    before: Seen | None,
    *,
    out: FilePath,
    folder: FilePath | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Classified:
    """The cause of every mismatch of the run ``now``, and the groups they make (§6).

    ``before`` is the run before, whose causes file carries what is known of all earlier ones; None for the first.
    ``out`` receives the causes file; it appears only when complete. Raises EngineError.
    """
    target = _checked(out)
    if now.left is None or now.right is None:
        raise ArgumentNotUnderstood(argument="now", expected="give the kept copies of both exports")
    with _folder(folder) as place, tempfile.TemporaryDirectory(prefix="classifying-", dir=place) as work:
        exports = [now.left, now.right]
        exports += [kept for kept in (before.left, before.right) if kept] if before else []
        request = _request("classify", Path(work), *((kept, _PLAIN) for kept in exports))
        request |= classifier.request(asked, now, before)
        answer = child.run(request, limits or Limits(), classifier.DOING, progress)
        answer.pop("peak_memory")
        found = Classified.from_json(answer)
        _move(found.causes, target)
        return replace(found, causes=target)


def judge(  # noqa: PLR0913 - the run, where to, and how much
    asked: Judging,
    now: Seen,
    *,
    out: FilePath,
    folder: FilePath | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Judged:
    """Which side wins under the rules of its field, for every mismatch of the run ``now``.

    ``out`` receives the verdicts (see ``Judged``), a row for each mismatch in their order; it appears only when
    complete. Outcome, winner and clause are those that ``decide`` gives for the two records, but for a winner in a
    system on neither side: that cannot be told. What should be is the winner's value as the other side writes it. Where
    words are mapped, of a left value the right word it is mapped to; of a right value the left word that is mapped to
    it, and NULL where several are or where the left means another word by it. A value no word is mapped to, or of any
    other comparison, is given as it stands.
    Raises EngineError.
    """
    target = _checked(out)
    if now.left is None or now.right is None:
        raise ArgumentNotUnderstood(argument="now", expected="give the kept copies of both exports")
    with _folder(folder) as place, tempfile.TemporaryDirectory(prefix="judging-", dir=place) as work:
        files = ((now.left, _PLAIN), (now.right, _PLAIN), (Path(now.mismatches), _PLAIN))
        request = _request("judge", Path(work), *files)
        request |= judging.request(asked, now)
        answer = child.run(request, limits or Limits(), judging.DOING, progress)
        answer.pop("peak_memory")
        found = Judged.from_json(answer)
        _move(found.verdicts, target)
        return replace(found, verdicts=target)


def rows(
    path: FilePath, columns: Sequence[str] | None = None, *, batch: int = 10_000
) -> Iterator[list[tuple[str | None, ...]]]:
    """The rows of a Parquet file that the engine made, in its order, a list of at most ``batch`` at a time.

    Read in this process in constant memory. Raises FileMissing, FileIsCorrupt.
    """
    return stored.rows(Path(path).resolve(), columns, batch=batch)


def records(  # noqa: PLR0913 - all but the first three have a default
    kept: Kept,
    columns: Sequence[str],
    key: str,
    *,
    fold: bool = False,
    most: int = 50,
    unread: Collection[str] = (),
) -> tuple[Record, ...]:
    """Rows of a kept export whose key columns hold ``key``, written as in a rows file; at most ``most``.

    ``fold``: outer space and case set aside. Columns that stay ``unread`` have None in every row.
    Raises ColumnMissing, FileMissing, FileIsCorrupt.
    """
    return stored.records(kept, columns, key, fold=fold, most=most, unread=unread)


def search(  # noqa: PLR0913 - all but the first two have a default
    path: FilePath,
    text: str,
    only: Mapping[str, str] | None = None,
    *,
    passed_over: Sequence[str] = (),
    keys: bool = True,
    batch: int = 1_000,
    most: int | None = None,
) -> Iterator[list[str]]:
    """Identities of a file of mismatches (``Standing.mismatches``) that hold ``text`` in key or values, any case.

    In the order of the file, a list of at most ``batch`` at a time; ``only`` maps columns to the one value
    they may have; after ``most`` it ends. Values of the fields ``passed_over`` are not looked at, nor are keys unless
    ``keys``. Raises FileMissing, FileIsCorrupt.
    """
    found = Path(path).resolve()
    return stored.search(found, text, only or {}, passed_over=passed_over, keys=keys, batch=batch, most=most)


def caused(path: FilePath, identities: Sequence[str]) -> dict[str, Caused]:
    """Rows of a causes file (``Classified.causes``) by identity. Raises FileMissing, FileIsCorrupt."""
    return stored.caused(Path(path).resolve(), identities)


def moved(now: FilePath, before: FilePath, *, batch: int = 10_000) -> Iterator[list[tuple[str | None, ...]]]:
    """What is in another group in a causes file than in an earlier one: identity and label, None for what is gone.

    A list of at most ``batch`` at a time, in no order, in constant memory. Raises FileMissing, FileIsCorrupt.
    """
    return stored.moved(Path(now).resolve(), Path(before).resolve(), batch=batch)


def meeting(
    causes: FilePath,
    labels: Sequence[str],
    conditions: Sequence[Condition],
    sides: Mapping[str, tuple[Kept, Sequence[str]]],
    *,
    fold: bool = False,
) -> int:
    """How many rows of a causes file with one of ``labels`` belong to records that meet all ``conditions``.

    ``sides``: for ``left`` and ``right`` the kept export and the columns of its key. Raises ColumnMissing, FileMissing,
    FileIsCorrupt.
    """
    found = {side: (Kept(kept.path.resolve(), kept.export), key) for side, (kept, key) in sides.items()}
    return counting.meeting(Path(causes).resolve(), labels, conditions, found, fold=fold)


def first_rows(kept: Kept, count: int = 5, *, unread: Collection[str] = ()) -> tuple[Record, ...]:
    """The first rows of a kept export; columns that stay ``unread`` have None. Raises FileMissing, FileIsCorrupt."""
    return stored.first_rows(kept, count, unread=unread)


@contextlib.contextmanager
def _folder(folder: FilePath | None) -> Iterator[Path]:
    if folder is not None:
        Path(folder).mkdir(parents=True, exist_ok=True)
        yield Path(folder).resolve()
        return
    with tempfile.TemporaryDirectory(prefix="reconcile-") as made:
        yield Path(made).resolve()


def _request(
    task: str, folder: Path, *files: tuple[FilePath | Kept, ReadOptions], names: Sequence[str] = ()
) -> dict[str, Any]:
    described = []
    for (given, options), name in zip(files, names or [_name(given) for given, _ in files], strict=True):
        path = given.path if isinstance(given, Kept) else Path(given)
        formats.open_file(path, name).close()
        kept = given.export.to_json() if isinstance(given, Kept) else None
        described.append({"path": str(path.resolve()), "name": name, "options": asdict(options), "kept": kept})
    return {"task": task, "folder": str(folder), "files": described}


def _name(given: FilePath | Kept) -> str:
    """What people call a file."""
    return given.export.file if isinstance(given, Kept) else Path(given).name


def _checked_output(rows_file: FilePath | None) -> Path | None:
    """The path to write to, refused before any work is done where it cannot be written."""
    if rows_file is None:
        return None
    out = Path(rows_file)
    if out.suffix not in ROWS_FORMATS:
        raise ArgumentNotUnderstood(argument=str(rows_file), expected="name a file ending in .csv, .parquet or .jsonl")
    return _checked(out)


def _checked(path: FilePath) -> Path:
    out = Path(path)
    if not out.parent.is_dir() or not os.access(out.parent, os.W_OK):
        raise OutputNotWritable(file=str(path), why="its folder is not there or cannot be written to")
    if out.is_dir():
        raise OutputNotWritable(file=str(path), why="it is a folder")
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


def _without_files(found: Comparison, left: FilePath | Kept, right: FilePath | Kept) -> Comparison:
    """A result whose temporary files are gone names none of them."""
    exports = [
        export if isinstance(given, Kept) else replace(export, rejected_file=None)
        for given, export in ((left, found.left), (right, found.right))
    ]
    return replace(found, left=exports[0], right=exports[1])
