"""Run a saved check over two files in this process, through the services the worker uses."""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from ownership.models import System
from ownership.wording import number
from reconcile import pipeline
from reconcile.checks.models import ACTIVE, Check, Run, RunState
from reconcile.checks.queries.answers import sentence
from reconcile.checks.queries.held import numbers
from reconcile.checks.services import runs
from reconcile.checks.services.refusals import Refusal, RunUnderWay
from reconcile.engine.errors import ArgumentNotUnderstood, FileMissing
from reconcile.exports import services as exports
from reconcile.exports.models import Snapshot
from reconcile.management.terminal import Progress, leave, one_sentence_errors, refuse_in_one_sentence, say
from reconcile.patterns.models import Classification
from reconcile.patterns.queries.patterns import GONE, NEW, RETURNED, patterns_of
from reconcile.patterns.services import remembering

LOOK_SECONDS = 0.5
BY_HAND = "Confirmed with --confirm at the command line of the server."


class Command(BaseCommand):
    """``run_check NAME --left F --right F --as-of DATE``: exit 0 nothing differs, 1 something does, 2 an error."""

    help = "Runs a check over two files: snapshot, compare, store."
    requires_system_checks: list[str] = []  # noqa: RUF012 - the framework's own declaration

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options of the contract."""
        one_sentence_errors(parser)
        add = parser.add_argument
        add("name", metavar="NAME", help="the name of the check")
        add("--left", required=True, metavar="FILE", help="the left export")
        add("--right", required=True, metavar="FILE", help="the right export")
        add("--as-of", required=True, metavar="DATE", help="when both were made: 2026-11-20, or with a time of day")
        add("--json", action="store_true", help="print the summary as JSON, alone")
        add("--confirm", action="store_true", help="go on although an export is not like the last one")

    def handle(self, **options: Any) -> None:
        """Run, tell, and leave with the exit code of the contract."""
        with refuse_in_one_sentence():
            try:
                run, again = _run(options)
            except Refusal as refusal:
                leave(str(refusal))
            _refuse_unless_done(run)
        totals = run.totals or {}
        if options["json"]:
            figures = {name: totals[name] for name in ("new", "gone", "returned")}
            found = _patterns(run)
            say(json.dumps({**totals["summary"], **figures, **found, "run": run.number}, ensure_ascii=False))
        else:
            say(_told(run, again=again))
        sys.exit(1 if totals["mismatches"] or totals["rejected_left"] or totals["rejected_right"] else 0)


def _run(options: dict[str, Any]) -> tuple[Run, bool]:
    """The run after all that can be done for it here, and whether it answered these two files before."""
    check = _check(options["name"])
    as_of = _moment(options["as_of"])
    left = _snapshot(options["left"], check.left_system, as_of)
    right = _snapshot(options["right"], check.right_system, as_of)
    try:
        started = runs.start_run(check=check, left=left, right=right, person=None, ring_now=False)
    except RunUnderWay as under_way:
        if not _same_held(under_way.run, left, right):
            raise
        started = runs.Started(under_way.run, again=False)
    run = _followed(started.run)
    if run.state == RunState.NEEDS_CONFIRMATION and options["confirm"]:
        run = _followed(runs.confirm_run(run=run, person=None, why=BY_HAND))
    return run, started.again


def _check(name: str) -> Check:
    check = Check.objects.select_related("left_system", "right_system").filter(name=name).first()
    if check is None:
        names = ", ".join(Check.objects.values_list("name", flat=True)[:20])
        leave(f"There is no check named {name}. " + (f"There are: {names}." if names else "There is none yet."))
    return check


def _moment(text: str) -> datetime:
    """A day, taken as its beginning, or a moment; in the project's time zone where it names none."""
    try:
        day = parse_date(text)
        moment = datetime.combine(day, datetime.min.time()) if day else parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise ArgumentNotUnderstood(argument=text, expected="write a date such as 2026-11-20")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _snapshot(file: str, system: System, as_of: datetime) -> Snapshot:
    path = Path(file)
    if not path.is_file():
        raise FileMissing(file=file)
    return exports.receive(path=path, file_name=path.name, person=None, system=system, as_of=as_of)


def _same_held(run: Run, left: Snapshot, right: Snapshot) -> bool:
    held = run.state == RunState.NEEDS_CONFIRMATION
    return held and (run.left.sha256, run.right.sha256) == (left.sha256, right.sha256)


def _followed(run: Run) -> Run:
    """The run once there is nothing more to do for it; a worker may have been quicker than this process."""
    try:
        with Progress() as progress:
            while run.state in ACTIVE and run.state != RunState.NEEDS_CONFIRMATION:
                if run.state == RunState.QUEUED:
                    pipeline.execute(run.pk, progress)
                else:
                    time.sleep(LOOK_SECONDS)
                    progress(run.step, run.done, run.total)
                run.refresh_from_db()
    except KeyboardInterrupt:
        with suppress(Refusal):
            runs.cancel_run(run=run, person=None)
        raise
    return run


def _patterns(run: Run) -> dict[str, int | None]:
    """How many patterns the run has, and how many of them are new or back; None where nobody could tell.

    Another process may be working them out: it is waited for, and goes on with what is left.
    """
    check = run.check_compared
    while remembering.is_behind(check):
        if not remembering.catch_up(check.pk):
            time.sleep(LOOK_SECONDS)
    names = ("patterns", "new_patterns", "returned_patterns")
    if not Classification.objects.filter(run=run).exists():
        return dict.fromkeys(names)
    changes = [one.change for one in patterns_of(check, run) if one.change != GONE]
    return dict(zip(names, (len(changes), changes.count(NEW), changes.count(RETURNED)), strict=True))


def _refuse_unless_done(run: Run) -> None:
    if run.state == RunState.NEEDS_CONFIRMATION:
        leave(f"{' '.join([*run.warnings, *numbers(run)])} If this is right, run it again with --confirm.")
    if run.state != RunState.DONE:
        leave(run.why)


def _told(run: Run, *, again: bool) -> str:
    totals = run.totals or {}
    first = (
        f"These two files were compared before: this is run {run.number} of {run.check_compared}."
        if again
        else f"Run {run.number} of {run.check_compared}."
    )
    counts = ", ".join(f"{number(totals[name])} {name}" for name in ("new", "changed", "returned", "unchanged", "gone"))
    found = _patterns(run)
    patterns = "{patterns} ({new_patterns} new, {returned_patterns} returned)".format(**found)
    told = "Patterns could not be worked out" if found["patterns"] is None else f"Patterns: {patterns}"
    return f"{first}\n{sentence(run.check_compared, totals)}\nMismatches: {counts}.\n{told}."
