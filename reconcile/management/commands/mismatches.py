"""``manage.py mismatches NAME``: what a run of a check found, as lines for scripts (§9)."""

from __future__ import annotations

import csv
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandParser

from reconcile import engine
from reconcile.checks.models import Check, Run, RunState
from reconcile.checks.queries.lines import Line, lines
from reconcile.checks.queries.mismatches import MismatchesOfRun
from reconcile.engine.errors import ArgumentNotUnderstood, OutputNotWritable
from reconcile.management.terminal import leave, one_sentence_errors, refuse_in_one_sentence
from reconcile.patterns.queries.causes import Evidence, by_label, causes_of
from reconcile.patterns.queries.patterns import PatternShown, patterns_of

# Hand-off and verdict are found by later parts of a run; until then their columns are empty.
WHY = ("cause", "segment", "pattern", "handoff", "verdict", "should_be", "rule", "evidence")
COLUMNS = ("kind", "key", "field", "left", "right", "first_seen", "last_seen", "times_seen", "state", *WHY)
AT_ONCE = 20_000
AROUND = ("check_compared__left_system", "check_compared__right_system", "left", "right")
Row = tuple[str | None, ...]


class Command(BaseCommand):
    """``mismatches NAME [--run N] [--out F]``: exit 0, or 2 with one sentence."""

    help = "Writes the mismatches of a run of a check, one a line."
    requires_system_checks: list[str] = []  # noqa: RUF012 - the framework's own declaration

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options of the contract."""
        one_sentence_errors(parser)
        parser.add_argument("name", metavar="NAME", help="the name of the check")
        parser.add_argument("--run", type=int, metavar="N", help="the number of the run; the last one otherwise")
        parser.add_argument(
            "--out", metavar="FILE", help="a .csv, .parquet or .jsonl file; CSV on standard output otherwise"
        )

    def handle(self, *, name: str, run: int | None, out: str | None, **_: Any) -> None:
        """Find the run and write its lines."""
        with refuse_in_one_sentence():
            found = rows(run_asked(name, run))
            if out is None:
                _to_standard_output(found)
            else:
                _to_file(found, Path(out))


def rows(run: Run) -> Iterator[Row]:
    """Give the lines of a done run as texts, in the order of COLUMNS; None is no value."""
    why = _Why(run)
    found = lines(MismatchesOfRun(run, lasting=True))
    while some := list(islice(found, AT_ONCE)):
        causes = causes_of(run, [line.identity for line in some])
        for line in some:
            said = why.of(causes.get(line.identity))
            yield (line.kind, line.key, line.field, line.left, line.right, *_life(line), *said)


class _Why:
    """What is said of why mismatches of one run are there, in the order of WHY."""

    def __init__(self, run: Run) -> None:
        self._evidence = Evidence(run)
        self._patterns = by_label(run)
        shown = {one.pattern.pk: one for one in patterns_of(run.check_compared, run)}
        self._said = {pk: (_segment(one), one.name) for pk, one in shown.items()}

    def of(self, caused: engine.Caused | None) -> Row:
        """Return the cells of a mismatch; empty ones where its causes are not known."""
        pattern = self._patterns.get(caused.label) if caused else None
        if caused is None or pattern is None:
            return (None,) * len(WHY)
        segment, name = self._said.get(pattern.pk, (None, str(pattern)))
        return (caused.cause, segment, name, None, None, None, None, self._evidence.of(caused))


def _segment(shown: PatternShown) -> str | None:
    """Where a pattern concentrates most: "created_via = import"."""
    if not shown.segments:
        return None
    return " and ".join(f"{one.column} = {one.value}" for one in shown.segments[0].conditions)


def _life(line: Line) -> Row:
    days = (day.isoformat() if day else None for day in (line.first_seen, line.last_seen))
    return (*days, str(line.times_seen), line.state)


def run_asked(name: str, number: int | None) -> Run:
    """Return a done run of the check that is called so, the last one without a number; leaves where there is none."""
    check = Check.objects.filter(name=name).first()
    if check is None:
        names = ", ".join(Check.objects.values_list("name", flat=True)[:20])
        leave(f"There is no check named {name}. " + (f"There are: {names}." if names else "There is none yet."))
    done = Run.objects.filter(check_compared=check, state=RunState.DONE).order_by("-number")
    last = done.select_related(*AROUND).first()
    if last is None:
        leave(f"No run of {name} is done yet.")
    if number is None or number == last.number:
        return last
    asked = done.filter(number=number).select_related(*AROUND).first() if 0 < number < 2**31 else None
    if asked is None:
        leave(f"{name} has no run {number}; its runs are 1 to {last.number}.")
    return asked


def _to_standard_output(found: Iterator[Row]) -> None:
    try:
        _csv(found, sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:
        # A reader that went away (``| head``) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _to_file(found: Iterator[Row], out: Path) -> None:
    """Write beside the file and put it in its place when it is whole. Raises the engine's refusals."""
    if out.suffix not in (*_WRITERS, ".parquet"):
        raise ArgumentNotUnderstood(argument=str(out), expected="name a file ending in .csv, .parquet or .jsonl")
    if out.is_dir() or not out.parent.is_dir() or not os.access(out.parent, os.W_OK):
        why = "it is a folder" if out.is_dir() else "its folder is not there or cannot be written to"
        raise OutputNotWritable(file=str(out), why=why)
    if out.suffix == ".parquet":
        engine.write_rows(found, out, COLUMNS)
        return
    with tempfile.TemporaryDirectory(prefix=".mismatches-", dir=out.parent) as folder:
        made = Path(folder) / "made"
        with made.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            _WRITERS[out.suffix](found, file)
        made.replace(out)


def _csv(found: Iterator[Row], file: IO[str]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(found)


def _json_lines(found: Iterator[Row], file: IO[str]) -> None:
    for row in found:
        line = dict(zip(COLUMNS, row, strict=True)) | {"times_seen": int(row[COLUMNS.index("times_seen")] or 0)}
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


_WRITERS: dict[str, Callable[[Iterator[Row], IO[str]], None]] = {".csv": _csv, ".jsonl": _json_lines}
