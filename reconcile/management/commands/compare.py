"""Compare two files and say every way in which they disagree; needs no database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from reconcile import engine
from reconcile.engine.errors import ArgumentNotUnderstood
from reconcile.engine.limits import parse_memory
from reconcile.engine.mappings import read_mapping
from reconcile.engine.report import tell
from reconcile.management.terminal import Progress, one_sentence_errors, refuse_in_one_sentence, say

_FILES = 2


class Command(BaseCommand):
    """``compare LEFT RIGHT --key COL[=RIGHTCOL] …``: exit 0 nothing differs, 1 something does, 2 an error."""

    help = "Compares two files (CSV, TSV, XLSX, XLS, ODS, Parquet, JSON lines) record by record."
    requires_system_checks: list[str] = []  # noqa: RUF012 - the framework's own declaration

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options of the contract, and a sheet for each side."""
        one_sentence_errors(parser)
        add = parser.add_argument
        add("files", nargs="*", metavar="LEFT RIGHT", help="the two files")
        add("--key", nargs="+", action="extend", default=[], metavar="COL[=RIGHTCOL]", help="what identifies a record")
        add("--map", action="append", default=[], metavar="LEFT=RIGHT", help="columns with different names")
        add("--ignore", action="append", default=[], metavar="COL", help="a column not to compare")
        add("--strict", action="store_true", help="all fields as exact text")
        add("--field", action="append", default=[], metavar="COL:COMPARISON[:ARG]", help="how one field compares")
        add("--values", action="append", default=[], metavar="COL=FILE", help="left words and their right words, a CSV")
        add("--key-fold", action="store_true", help="case and outer space in keys make no difference")
        add("--null-differs", action="store_true", help="an empty text differs from no value")
        add("--left-sheet", metavar="NAME", help="the sheet of a left workbook")
        add("--right-sheet", metavar="NAME", help="the sheet of a right workbook")
        add("--out", metavar="FILE", help="write every mismatch to a .csv, .parquet or .jsonl file")
        add("--json", action="store_true", help="print the summary as JSON, alone")
        add("--memory", metavar="SIZE", default="600MB", help="what the comparison may use, such as 1GB")

    def handle(self, **options: Any) -> None:
        """Compare, tell, and leave with the exit code of the contract."""
        with refuse_in_one_sentence():
            found = _compare(options)
        if options["json"]:
            say(json.dumps(found.summary(), ensure_ascii=False))
            sys.stderr.writelines(f"{sentence}\n" for sentence in found.suggested)
        elif not options["out"] or sys.stdout.isatty():
            say(tell(found))
        sys.exit(1 if found.anything_differs else 0)


def _compare(options: dict[str, Any]) -> engine.Comparison:
    left, right, keys = _files(options["files"], options["key"])
    spec = engine.CompareSpec(
        key_texts=tuple(keys),
        map_texts=tuple(options["map"]),
        ignore=tuple(options["ignore"]),
        rule_texts=tuple(options["field"]),
        rules=dict(_mapped(text) for text in options["values"]),
        strict=options["strict"],
        key_fold=options["key_fold"],
        distinguish_null=options["null_differs"],
    )
    with Progress() as progress:
        return engine.compare(
            spec,
            left,
            right,
            rows_file=options["out"],
            left_options=engine.ReadOptions(sheet=options["left_sheet"]),
            right_options=engine.ReadOptions(sheet=options["right_sheet"]),
            limits=engine.Limits(memory=parse_memory(options["memory"])),
            progress=progress,
        )


def _files(files: list[str], keys: list[str]) -> tuple[str, str, list[str]]:
    """The two files, also where they follow the key columns: ``compare --key id left.csv right.csv``."""
    missing = max(0, _FILES - len(files))
    if missing:
        files, keys = [*files, *keys[len(keys) - missing :]], keys[: len(keys) - missing]
    if len(files) != _FILES:
        raise ArgumentNotUnderstood(argument=" ".join(files), expected="name two files, the left and the right one")
    return files[0], files[1], keys


def _mapped(text: str) -> tuple[str, engine.Rule]:
    """``COL=FILE``, cut where the file exists; both may hold the sign."""
    cuts = [(text[:at], text[at + 1 :]) for at, char in enumerate(text) if char == "=" and at]
    if not cuts:
        raise ArgumentNotUnderstood(argument=text, expected="write COLUMN=FILE")
    column, file = next((cut for cut in cuts if Path(cut[1]).is_file()), cuts[0])
    return column, engine.Rule("mapped", mapping=read_mapping(file))
