"""``manage.py patterns NAME``: the patterns of a check as a run has them, for scripts and for people (§9)."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ownership.wording import number
from reconcile import engine
from reconcile.management.commands.mismatches import run_asked
from reconcile.management.terminal import one_sentence_errors, refuse_in_one_sentence, say
from reconcile.patterns.queries.behind import troubles_of
from reconcile.patterns.queries.patterns import PatternShown, patterns_of
from reconcile.patterns.services.remembering import is_behind

HEADINGS = ("count", "change", "runs", "state", "cause", "pattern")
BEHIND = "Patterns are being worked out; these are the last ones known."


class Command(BaseCommand):
    """``patterns NAME [--run N] [--json]``: exit 0, or 2 with one sentence."""

    help = "Writes the patterns of a check: what fails in the same way, how often, since when, and where."
    requires_system_checks: list[str] = []  # noqa: RUF012 - the framework's own declaration

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options of the contract."""
        one_sentence_errors(parser)
        parser.add_argument("name", metavar="NAME", help="the name of the check")
        parser.add_argument("--run", type=int, metavar="N", help="the number of the run; the last one otherwise")
        parser.add_argument("--json", action="store_true", help="print a JSON list, alone")

    def handle(self, *, name: str, run: int | None, **options: Any) -> None:
        """Find the run and write its patterns."""
        with refuse_in_one_sentence():
            asked = run_asked(name, run)
            found = patterns_of(asked.check_compared, asked)
            say(as_json(found) if options["json"] else _table(found))
            for sentence in [BEHIND] * is_behind(asked.check_compared) + troubles_of(asked.check_compared):
                sys.stderr.write(f"{sentence}\n")


def as_json(found: Iterable[PatternShown]) -> str:
    """Return patterns as a JSON list of objects, the largest first."""
    return json.dumps([_told(one) for one in found], ensure_ascii=False, indent=2)


def _told(shown: PatternShown) -> dict[str, Any]:
    pattern = shown.pattern
    return {
        "id": pattern.pk,
        "name": shown.name,
        "cause": pattern.cause,
        "problem": pattern.problem,
        "kind": pattern.kind,
        "field": pattern.field,
        "detail": pattern.detail,
        "count": shown.count,
        "share": round(shown.share, 4),
        "state": pattern.state,
        "change": shown.change,
        "weeks_running": shown.weeks_running,
        "first_seen": shown.first_seen.isoformat() if shown.first_seen else None,
        "last_seen": shown.last_seen.isoformat() if shown.last_seen else None,
        "weeks": [{"run": run, "as_of": day.isoformat(), "count": count} for run, day, count in shown.weeks],
        "segments": [_segment(one) for one in shown.segments],
        "event": pattern.event,
    }


def _segment(segment: engine.Segment) -> dict[str, Any]:
    return {
        "where": [{"side": one.side, "column": one.column, "value": one.value} for one in segment.conditions],
        "share": round(segment.share, 4),
        "rate": round(segment.rate, 6),
        "rate_elsewhere": round(segment.rate_elsewhere, 6),
        "count": segment.inside,
        "chance": segment.chance,
    }


def _table(found: Sequence[PatternShown]) -> str:
    if not found:
        return "There are no patterns."
    rows = [
        (number(one.count), one.change, str(one.weeks_running), one.pattern.state, one.pattern.cause, one.name)
        for one in found
    ]
    widths = [max(map(len, column)) for column in zip(HEADINGS, *rows, strict=True)]
    return "\n".join(_line(row, widths) for row in (HEADINGS, *rows))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    count, *others = (
        cell.rjust(width) if place in (0, 2) else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join((count, *others)).rstrip()
