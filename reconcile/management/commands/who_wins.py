"""``manage.py who_wins FIELD``: for two files, which record wins where their values of a field differ (§9)."""

from __future__ import annotations

import csv
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ownership import wording
from ownership.models import Field
from ownership.queries import registry
from reconcile.checks.deciding import rule_of
from reconcile.checks.services import deciding
from reconcile.checks.services.deciding import CannotDecide, Decided, Deciding
from reconcile.engine import Verdict
from reconcile.management.terminal import Progress, leave, one_sentence_errors, refuse_in_one_sentence

COLUMNS = ("key", "left", "right", "wins", "should_be", "clause", "why")
LISTED = 20
OUTCOMES = {
    "no_rule": "no rule",
    "not_agreed": "not agreed",
    "no_condition_holds": "no condition holds",
    "cannot_tell": "cannot be told",
}


class Command(BaseCommand):
    """``who_wins FIELD --left F --right F --key COL``: exit 0 nothing to decide, 1 something was or could not be, 2."""

    help = "Says for two files which record wins where their values of a field of the registry differ, and why."
    requires_system_checks: list[str] = []  # noqa: RUF012 - the framework's own declaration

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options of the contract, and a sheet for each side."""
        one_sentence_errors(parser)
        add = parser.add_argument
        add("field", metavar="FIELD", help="the name of the field in the registry")
        add("--left", required=True, metavar="FILE", help="the left export")
        add("--right", required=True, metavar="FILE", help="the right export")
        add(
            "--key",
            nargs="+",
            action="extend",
            required=True,
            metavar="COL[=RIGHTCOL]",
            help="what identifies a record",
        )
        add("--all", action="store_true", help="also the records whose values agree")
        add("--json", action="store_true", help="one JSON object instead of CSV")
        add("--left-system", default="", metavar="NAME", help="the system of the left file, where columns do not tell")
        add("--right-system", default="", metavar="NAME", help="the system of the right file")
        add("--left-sheet", metavar="NAME", help="the sheet of a left workbook")
        add("--right-sheet", metavar="NAME", help="the sheet of a right workbook")

    def handle(self, **options: Any) -> None:
        """Decide record by record, tell, and leave with the exit code of the contract."""
        with refuse_in_one_sentence(), tempfile.TemporaryDirectory(prefix="who-wins-") as folder:
            try:
                started = _started(options, Path(folder))
            except CannotDecide as refusal:
                leave(str(refusal))
            rows = started.rows(everything=options["all"])
            summary = _to_standard_output(started, rows, as_json=options["json"])
            sys.stderr.writelines(f"{line}\n" for line in summary)
        sys.exit(1 if started.differing or started.left_out else 0)


def _started(options: dict[str, Any], folder: Path) -> Deciding:
    rule = rule_of(_field(options["field"]))
    with Progress() as progress:
        return deciding.start(
            rule,
            Path(options["left"]),
            Path(options["right"]),
            options["key"],
            folder=folder,
            systems=(options["left_system"], options["right_system"]),
            sheets=(options["left_sheet"], options["right_sheet"]),
            progress=progress,
        )


def _field(name: str) -> Field:
    found = registry.whole(Field.objects.filter(removed_at=None, name__iexact=name)).first()
    if found is None:
        names = list(Field.objects.filter(removed_at=None).order_by("name").values_list("name", flat=True))
        more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
        known = f"There are: {', '.join(names[:LISTED])}{more}." if names else "There is none yet."
        leave(f"There is no field {name}. {known}")
    return found


def _to_standard_output(started: Deciding, rows: Iterator[Decided], *, as_json: bool) -> list[str]:
    """Write every row, and return the summary. Rows of a reader that went away (``| head``) are still counted."""
    wins: Counter[str] = Counter()
    counted = _counting(rows, wins)
    try:
        if as_json:
            _json(started, counted, wins)
        else:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(map(_cells, counted))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        for _ in counted:
            pass
    return _summary(started, wins)


def _counting(rows: Iterable[Decided], wins: Counter[str]) -> Iterator[Decided]:
    for row in rows:
        wins[_wins(row.verdict)] += row.differs
        yield row


def _wins(verdict: Verdict) -> str:
    """The winner as cells of the table spell it, else the outcome."""
    return f"{verdict.winner.system}: {verdict.winner.name}" if verdict.winner else verdict.outcome


def _cells(row: Decided) -> tuple[str | int | None, ...]:
    verdict = row.verdict
    clause = None if verdict.clause is None else verdict.clause + 1
    return (row.key, row.left, row.right, _wins(verdict), verdict.should_be, clause, verdict.sentence)


def _json(started: Deciding, rows: Iterable[Decided], wins: Counter[str]) -> None:
    """One object, written as the rows come: they are never held together."""
    rule = started.rule
    sides = {
        name: {"system": side.system, "column": side.column, "file": side.kept.export.file}
        for name, side in (("left", started.left), ("right", started.right))
    }
    start = json.dumps({"field": rule.field, "state": rule.state, **sides}, ensure_ascii=False)
    sys.stdout.write(start[:-1] + ', "records": [')
    for number, row in enumerate(rows):
        sys.stdout.write((",\n" if number else "\n") + json.dumps(_record(row), ensure_ascii=False))
    counts = {"matched": started.found.matched, "differing": started.differing, "left_out": started.left_out}
    sys.stdout.write(f'\n], "summary": {json.dumps({**counts, "wins": dict(wins)}, ensure_ascii=False)}}}\n')


def _record(row: Decided) -> dict[str, Any]:
    verdict = row.verdict
    wins = verdict.winner or verdict.would_win
    return {
        "key": row.key,
        "left": row.left,
        "right": row.right,
        "differs": row.differs,
        "outcome": verdict.outcome,
        "would_win" if verdict.would_win else "wins": (
            {"system": wins.system, "record_type": wins.name} if wins else None
        ),
        "should_be": verdict.should_be,
        "clause": None if verdict.clause is None else verdict.clause + 1,
        "why": verdict.sentence,
    }


def _summary(started: Deciding, wins: Counter[str]) -> list[str]:
    rule, found = started.rule, started.found
    names = f"{started.left.system} and {started.right.system}"
    matched = wording.plural(found.matched, "record", "records")
    how = f"compared as {found.fields[0].comparison}" if found.fields else ""
    if not started.differing:
        said = [f"{names} agree on {rule.field} in all of {matched} ({how})."]
    else:
        differing = wording.number(started.differing)
        said = [f"{names} differ in {rule.field} on {differing} of {matched} ({how})."]
    said += [
        f"{wording.number(count)}: {OUTCOMES.get(who, f'{who} wins')}." for who, count in wins.most_common() if count
    ]
    return said + _left_out(started)


def _left_out(started: Deciding) -> list[str]:
    said = []
    found = started.found
    for side, rows, export in (
        (started.left, found.left_side, found.left),
        (started.right, found.right_side, found.right),
    ):
        if rows.only:
            said.append(f"{wording.plural(rows.only, 'record is', 'records are')} only in {side.system}.")
        if rows.duplicate_keys:
            keys = wording.plural(rows.duplicate_keys, "key occurs", "keys occur")
            said.append(f"{keys} more than once, or empty, in {side.system}, and left out.")
        if export.balance.rejected:
            lines = wording.plural(export.balance.rejected, "line", "lines")
            said.append(f"{export.file}: {lines} could not be read and left out.")
    if repeated := started.repeated():
        said.append(f"Left out: {', '.join(key or 'the empty key' for key in repeated)}.")
    return said
