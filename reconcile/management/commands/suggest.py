"""Say what identifies a record in two files and which of their columns belong together; needs no database."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from reconcile import engine
from reconcile.engine.limits import parse_memory
from reconcile.engine.suggesting.report import compare_arguments, tell
from reconcile.engine.suggesting.suggestions import Suggestion
from reconcile.management.terminal import Progress, one_sentence_errors, refuse_in_one_sentence, say


class Command(BaseCommand):
    """``suggest LEFT RIGHT``: exit 0 a key was found, 1 none was, 2 an error."""

    help = "Suggests key, pairs of columns and comparisons for two files."
    requires_system_checks: list[str] = []  # noqa: RUF012 - the framework's own declaration

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the files, a sheet for each, and how to answer."""
        one_sentence_errors(parser)
        parser.add_argument("left", metavar="LEFT")
        parser.add_argument("right", metavar="RIGHT")
        parser.add_argument("--left-sheet", metavar="NAME", help="the sheet of a left workbook")
        parser.add_argument("--right-sheet", metavar="NAME", help="the sheet of a right workbook")
        parser.add_argument("--json", action="store_true", help="print the suggestion as JSON, alone")
        parser.add_argument("--memory", metavar="SIZE", default="600MB", help="what looking may use, such as 1GB")

    def handle(self, **options: Any) -> None:
        """Look, tell, and leave with the exit code of the contract."""
        with refuse_in_one_sentence():
            found = _suggest(options)
        if options["json"]:
            say(json.dumps(asdict(found), ensure_ascii=False))
        else:
            say(tell(found, _line(found, options)))
        sys.exit(0 if found.keys else 1)


def _suggest(options: dict[str, Any]) -> Suggestion:
    with Progress() as progress:
        return engine.suggest(
            options["left"],
            options["right"],
            left_options=engine.ReadOptions(sheet=options["left_sheet"]),
            right_options=engine.ReadOptions(sheet=options["right_sheet"]),
            limits=engine.Limits(memory=parse_memory(options["memory"])),
            progress=progress,
        )


def _line(found: Suggestion, options: dict[str, Any]) -> str:
    """The command that compares as suggested, ready to paste."""
    files = [f"./{file}" if file.startswith("-") else file for file in (options["left"], options["right"])]
    sheets = [f"--{side}-sheet={options[f'{side}_sheet']}" for side in ("left", "right") if options[f"{side}_sheet"]]
    return shlex.join(["./run", "manage", "compare", *files, *compare_arguments(found), *sheets])
