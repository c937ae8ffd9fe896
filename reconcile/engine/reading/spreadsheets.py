"""Reading XLSX, XLS, XLSB and ODS: looked at before they are opened, one sheet, every cell as text."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import python_calamine as calamine

from reconcile.engine import limits as sizes
from reconcile.engine.errors import (
    BalanceBroken,
    FileIsCorrupt,
    FileIsEmpty,
    FileIsEncrypted,
    NotAWorkbook,
    SheetMissing,
    UnpacksTooLarge,
)
from reconcile.engine.limits import Limits
from reconcile.engine.reading import dialects, formats
from reconcile.engine.reading.intake import Intake
from reconcile.engine.reading.records import Piece
from reconcile.engine.reading.sources import Prepared, Source
from reconcile.engine.reading.textfiles import TextFile
from reconcile.engine.results import Balance, Export

_RATIO_MATTERS_FROM = 50 * sizes.MB
_HEAD_ROWS = 400
_MOST_DEFLATED = 1032
_CONTAINER_HEAD = 4 * sizes.MB
_ENCRYPTED = ("EncryptedPackage".encode("utf-16-le"), "EncryptedSummary".encode("utf-16-le"))


def refuse_sheet(file: TextFile) -> None:
    """Refuse a sheet asked of a file that has none."""
    if file.options.sheet is not None:
        raise NotAWorkbook(file=file.name, sheet=file.options.sheet)


def prepare(file: TextFile, folder: Path) -> Prepared:
    """One sheet rewritten as CSV into ``folder``: the one asked for, else the first visible one that has rows."""
    errors = _look_before_opening(file.path, file.name, file.limits)
    folder.mkdir(parents=True, exist_ok=True)
    unnamed = folder / "workbook"  # calamine goes by the end of the name before it looks inside
    unnamed.unlink(missing_ok=True)
    unnamed.symlink_to(file.path)
    try:
        prepared = _read(file, unnamed, folder)
    except calamine.PasswordError as error:
        raise FileIsEncrypted(file=file.name) from error
    except (calamine.CalamineError, OSError) as error:
        raise FileIsCorrupt(file=file.name, why="the spreadsheet cannot be opened") from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise FileIsCorrupt(file=file.name, why="the spreadsheet is not put together as it should be") from error
        raise
    if errors:
        return prepared.with_notes(
            f"{_counted(errors, 'cell')} of the file with an error such as #DIV/0! read as empty."
        )
    return prepared


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _look_before_opening(path: Path, name: str, limits: Limits) -> int:
    """A small file can unpack to gigabytes: its directory says so before a byte is unpacked.

    Gives the number of cells that hold an error such as #DIV/0!, as far as it can be told.
    """
    if path.stat().st_size > limits.workbook_file:
        raise UnpacksTooLarge(file=name, limit=sizes.shown(limits.workbook_file))
    with path.open("rb") as file:
        packed_parts = file.read(2) == b"PK"
    if not packed_parts:
        _refuse_encrypted_parts(path, name)
        return 0
    with formats.open_zip(path, name) as archive:
        parts = archive.infolist()
        if any(part.flag_bits & 1 for part in parts):
            raise FileIsEncrypted(file=name)
        _refuse_large(parts, name, limits)
        return _errors_in(archive, parts, name, limits)


def _refuse_encrypted_parts(path: Path, name: str) -> None:
    """A workbook of today with a password lies whole, encrypted, inside a container of the older kind."""
    with path.open("rb") as file:
        if any(mark in file.read(_CONTAINER_HEAD) for mark in _ENCRYPTED):
            raise FileIsEncrypted(file=name)


def _errors_in(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], name: str, limits: Limits) -> int:
    """Cells with an error, which calamine gives as empty.

    Where the packed bytes could hold more than the limit, every part is unpacked and so held to the size its directory
    says.
    """
    suspicious = sum(part.compress_size for part in parts) * _MOST_DEFLATED > limits.workbook_unpacked
    errors = 0
    try:
        for part in parts:
            if part.filename.startswith("xl/worksheets/") or suspicious:
                with archive.open(part) as packed:
                    while block := packed.read(sizes.MB):
                        errors += block.count(b' t="e"')
    except (*formats.BROKEN, NotImplementedError, RuntimeError, OSError) as error:
        raise FileIsCorrupt(file=name, why="its parts are not what its directory says") from error
    return errors


def _refuse_large(parts: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    bomb = unpacked > _RATIO_MATTERS_FROM and unpacked > packed * limits.workbook_ratio
    if unpacked > limits.workbook_unpacked or bomb or len(parts) > limits.workbook_entries:
        raise UnpacksTooLarge(
            file=name, limit=sizes.shown(min(limits.workbook_unpacked, packed * limits.workbook_ratio))
        )


def _read(file: TextFile, unnamed: Path, folder: Path) -> Prepared:
    with calamine.CalamineWorkbook.from_path(str(unnamed)) as book:
        sheet, notes = _sheet(book, file)
        rows, columns = sheet.end or (0, 0)
        if (rows + 1) * (columns + 1) > file.limits.workbook_cells:
            raise UnpacksTooLarge(file=file.name, limit=f"{file.limits.workbook_cells:,} cells")
        return _write(file, folder, sheet, notes)


def _sheet(book: calamine.CalamineWorkbook, file: TextFile) -> tuple[calamine.CalamineSheet, list[str]]:
    asked = file.options.sheet
    if not book.sheet_names:
        raise FileIsCorrupt(file=file.name, why="no sheet can be found in it")
    if asked is not None:
        if asked not in book.sheet_names:
            raise SheetMissing(file=file.name, sheet=asked, sheets=book.sheet_names)
        return book.get_sheet_by_name(asked), []
    visible = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible == calamine.SheetVisibleEnum.Visible and sheet.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    filled = [(name, found) for name in visible if (found := book.get_sheet_by_name(name)).height]
    if not filled:
        raise FileIsEmpty(file=file.name)
    name, sheet = filled[0]
    others = [other for other, _ in filled[1:]]
    note = f"Sheet {name} was read; the file also has: {', '.join(others[:10])}." if others else ""
    return sheet, [note] if note else []


def _write(file: TextFile, folder: Path, sheet: calamine.CalamineSheet, notes: list[str]) -> Prepared:
    width = _used_width(sheet)
    head: list[Piece] = []
    for number, values in _rows(sheet):
        texts = [_text(value) or "" for value in values[:width]]
        head.append(Piece(number, 1, texts, "\t".join(texts)))
        if len(head) == _HEAD_ROWS:
            break
    dialect = dialects.of_rows(head, file.options, file.limits, file.name)
    header = next(piece for piece in head if piece.line > dialect.preamble and any(piece.cells))
    above = header.line - 1 if dialect.header else dialect.preamble
    with Intake(folder, width, None) as intake:
        for number, values in _rows(sheet):
            if number > above + dialect.header:
                _take(intake, number, values[:width], header.cells if dialect.header else None)
    lines = (sheet.end or (0, 0))[0] + 1
    balance = Balance(lines, above, int(dialect.header), intake.rows, 0, intake.blank, intake.rejected)
    if not balance.holds:
        raise BalanceBroken(file=file.name, lines=balance.lines, accounted=balance.accounted)
    if merged := sheet.merged_cell_ranges:
        notes = [*notes, f"{_counted(len(merged), 'merged area')}: only the first cell of each has a value."]
    export = Export(
        file=file.name, format="spreadsheet", encoding="", delimiter="", quote="", sheet=sheet.name,
        columns=dialect.names, balance=balance, first_rejected=tuple(intake.first),
        rejected_file=intake.rejected_file if intake.rejected else None, notes=(*notes, *dialect.notes),
    )  # fmt: skip
    source = Source(intake.rows_file, "csv", width, rewritten=True)
    return Prepared(export, source, certain=True, original=file.path)


def _take(intake: Intake, number: int, values: list[object], header: list[str] | None) -> None:
    texts = [_text(value) for value in values]
    if not any(texts):
        intake.blank += 1
    elif [text or "" for text in texts] == header:
        intake.reject(Piece(number, 1, [], "\t".join(text or "" for text in texts)), "it is the header again")
    else:
        intake.take_values(texts)


def _rows(sheet: calamine.CalamineSheet) -> Iterator[tuple[int, list[object]]]:
    """Rows of the sheet with their number as Excel shows it, empty rows above and columns before the data included."""
    yield from enumerate(sheet.iter_rows(), 1)


def _used_width(sheet: calamine.CalamineSheet) -> int:
    """Columns up to the last one that has a value anywhere; formatting alone makes no column."""
    used = 0
    for _, values in _rows(sheet):
        while len(values) > used and any(value != "" for value in values[used:]):
            used = max(place for place, value in enumerate(values, 1) if value != "")
    return max(used, 1)


def _text(value: object) -> str | None:
    """A cell as text: dates as ISO, an empty cell as None, numbers in full, to the 15 digits of spreadsheets.

    The digits beyond are what is left of a number made binary: 274.65999999999997 was 274.66, and is shown so.
    """
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}") or None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(f"{value:.15g}"), "f")
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, dt.timedelta):
        return _duration(value)
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _duration(value: dt.timedelta) -> str:
    seconds = int(abs(value.total_seconds()))
    sign = "-" if value.total_seconds() < 0 else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
