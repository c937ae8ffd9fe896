"""What can be read about exports."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from ownership import wording
from ownership.parts import Masked
from ownership.queries.masking import Hidden
from reconcile import engine
from reconcile.exports.models import Snapshot

RUNS_SHOWN = 20
RECEIPTS_SHOWN = 20
COLUMNS_SHOWN = 30
LINES_SHOWN = 5
REJECTED_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Use:
    """A run that compared a snapshot, and on which side it stood: "left" or "right"."""

    run: Any
    side: str


@dataclass(frozen=True, slots=True)
class FirstLines:
    """The first rows of an export, for a small table: at most ``COLUMNS_SHOWN`` columns, ``more_columns`` left out.

    Values that are masked are not read. ``problem`` is a sentence where the kept copy cannot be read.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str | Masked | None, ...], ...]
    more_columns: int
    problem: str = ""


def snapshots() -> QuerySet[Snapshot]:
    """Every snapshot with its system and who sent it; what was understood of it stays in the database."""
    return Snapshot.objects.select_related("system", "received_by").defer("understood")


def snapshot(snapshot_id: int) -> Snapshot:
    """One snapshot whole. Raises Snapshot.DoesNotExist."""
    return Snapshot.objects.select_related("system", "received_by").get(pk=snapshot_id)


def other_receipts(snapshot: Snapshot) -> list[Snapshot]:
    """When else the same bytes came in, newest first, the last few."""
    return list(snapshots().filter(sha256=snapshot.sha256).exclude(pk=snapshot.pk)[:RECEIPTS_SHOWN])


def uses(snapshot: Snapshot) -> list[Use]:
    """The last runs that compared the snapshot, newest first."""
    found = [Use(run, "left") for run in snapshot.runs_left.select_related("check_compared")[:RUNS_SHOWN]]
    found += [Use(run, "right") for run in snapshot.runs_right.select_related("check_compared")[:RUNS_SHOWN]]
    return sorted(found, key=lambda use: -int(use.run.pk))[:RUNS_SHOWN]


def first_lines(snapshot: Snapshot, masked: Mapping[str, Masked]) -> FirstLines:
    """The first rows of a snapshot that is *ready*; ``masked``: what stands for values, by column."""
    kept = snapshot.kept
    names = kept.export.columns
    try:
        records = engine.first_rows(kept, LINES_SHOWN, unread=masked)
    except engine.EngineError as error:
        return FirstLines((), (), 0, str(error))
    shown = names[:COLUMNS_SHOWN]
    rows = tuple(
        tuple(masked.get(column, value) for column, value in zip(shown, record.values, strict=False))
        for record in records
    )
    return FirstLines(shown, rows, max(len(names) - COLUMNS_SHOWN, 0))


def in_text(snapshot: Snapshot, hidden: Hidden) -> list[Masked]:
    """What of ``hidden`` may stand in the bytes of a snapshot, whatever its columns were taken for."""
    columns = snapshot.export.columns if snapshot.state == Snapshot.State.READY else None
    return hidden.in_text(columns, [snapshot.system_id]) if hidden else []


def rejected_lines(snapshot: Snapshot) -> Iterator[list[str]]:
    """Every rejected line (line, lines, reason, text) after a row of those names; nothing where there are none."""
    csv.field_size_limit(sys.maxsize)
    if snapshot.rejected_path.is_file():
        with snapshot.rejected_path.open(encoding="utf-8", newline="") as file:
            yield from csv.reader(file)


def balance_in_words(export: engine.Export) -> str:
    """Where every line went: "12,485 lines came in: 12,480 rows, 1 header line and 4 rejected lines."."""
    balance = export.balance
    came = {"spreadsheet": ("row of the sheet", "rows of the sheet"), "parquet": ("row", "rows")}
    places = (
        (balance.preamble, "line above the header", "lines above the header"),
        (balance.header, "header line", "header lines"),
        (balance.continuation, "further line inside quoted values", "further lines inside quoted values"),
        (balance.blank, "blank line", "blank lines"),
        (balance.rejected, "rejected line", "rejected lines"),
    )
    parts = [wording.plural(balance.rows, "row", "rows")]
    parts += [wording.plural(count, one, many) for count, one, many in places if count]
    lines = wording.plural(balance.lines, *came.get(export.format, ("line", "lines")))
    listed = " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
    return f"{lines} came in: {listed}."


def read_as(export: engine.Export) -> str:
    """How the file was read: "Read as Windows-1252, separated by semicolons."."""
    if export.format == "spreadsheet":
        return f"Read from the sheet {export.sheet}."
    if export.format == "parquet":
        return "Read as Parquet."
    if export.format != "csv":
        return f"Read as JSON lines in {export.encoding}."
    separators = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars", " ": "spaces", ":": "colons"}
    if not export.delimiter:
        return f"Read as {export.encoding}, one column."
    between = separators.get(export.delimiter, f"the character {export.delimiter}")
    return f"Read as {export.encoding}, separated by {between}."
