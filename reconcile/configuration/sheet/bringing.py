"""A sheet somebody brings: read by the engine's own process, within limits, and kept until it is taken over."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, NoReturn

from django.utils import timezone

from ownership import wording
from ownership.models import Person, SheetImport
from ownership.services.defining import Known
from reconcile import engine
from reconcile.checks.sheets import looks_like_formula
from reconcile.configuration.sheet.pairing import suggest

LARGEST = 10_000_000
MOST_ROWS, MOST_COLUMNS = 5_000, 100
LONGEST_CELL = 100_000
KEPT = timedelta(days=30)
PIECE = 1_000_000
LIMITS = engine.Limits(wall_seconds=60, cpu_seconds=60, unpacked=200_000_000, workbook_unpacked=200_000_000)


class Unusable(Exception):
    """Why a sheet cannot be used: a sentence that says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def bring(file: BinaryIO, *, file_name: str, size: int, person: Person) -> SheetImport:
    """Keep the rows of a CSV or a workbook, with how its columns seem to pair with ours. Raises Unusable.

    ``size`` is in bytes. Sheets this person brought more than 30 days ago are forgotten.
    """
    name = file_name[-300:] or "sheet"
    if size > LARGEST:
        _unusable(
            f"{name} has {wording.size(size)}; the most that is taken is {wording.size(LARGEST)}. "
            "Save the one sheet you need as a file of its own."
        )
    columns, rows, notes = _read(file, name)
    header = [column.replace("\0", "")[:500] for column in columns]
    pairing = suggest(header, rows, Known.now())
    SheetImport.objects.filter(person=person, created_at__lt=timezone.now() - KEPT).delete()
    return SheetImport.objects.create(
        person=person,
        file_name=name,
        header=header,
        rows=rows,
        pairing={"columns": pairing, "notes": notes, "record": "", "add": []},
    )


def _unusable(sentence: str) -> NoReturn:
    raise Unusable(sentence)


def _read(file: BinaryIO, name: str) -> tuple[list[str], list[list[str]], list[str]]:
    with tempfile.TemporaryDirectory(prefix="reconcile-") as folder:
        path, kept = Path(folder) / f"sheet{_ending(name)}", Path(folder) / "kept.parquet"
        with path.open("wb") as copy:
            while piece := file.read(PIECE):
                copy.write(piece)
        try:
            export = engine.read(path, engine.ReadOptions(header=True), name=name, keep=kept, limits=LIMITS)
        except engine.EngineError as refusal:
            raise Unusable(str(refusal)) from refusal
        _check_size(export, name)
        every = [row for batch in engine.rows(kept) for row in batch]
    rows = [[_cell(value, export.format) for value in row] for row in every]
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        _unusable(f"{name} has no rows below its header. Save the sheet with its rows and bring it again.")
    return list(export.columns), rows, _notes(export)


def _ending(name: str) -> str:
    """The ending of a file name as far as it is one; the content decides what the file is."""
    ending = Path(name).suffix
    return ending if ending[1:].isalnum() and ending.isascii() and len(ending) < 10 else ""


def _check_size(export: engine.Export, name: str) -> None:
    if len(export.columns) > MOST_COLUMNS:
        _unusable(
            f"{name} has {wording.number(len(export.columns))} columns; at most {MOST_COLUMNS} are taken. "
            "Keep those that describe fields, and bring it again."
        )
    if export.balance.rows > MOST_ROWS:
        _unusable(
            f"{name} has {wording.number(export.balance.rows)} rows; at most {wording.number(MOST_ROWS)} are taken. "
            "A row is one field, not one record. Bring it in parts if there really are so many."
        )


def _cell(value: str | None, kind: str) -> str:
    """A cell as it was meant: a CSV of ours has an apostrophe before what a spreadsheet would run."""
    text = (value or "").replace("\0", "")[:LONGEST_CELL]
    if kind == "csv" and text.startswith("'") and looks_like_formula(text[1:]):
        return text[1:]
    return text


def _notes(export: engine.Export) -> list[str]:
    notes = [note for note in export.notes if note]
    if export.balance.rejected:
        first = export.first_rejected[0]
        lines = wording.plural(export.balance.rejected, "line cannot be read and is", "lines cannot be read and are")
        notes.append(f"{lines} left out, the first is line {wording.number(first.line)}: {first.reason}.")
    return notes
