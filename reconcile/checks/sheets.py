"""Rows as CSV and XLSX that a spreadsheet opens without running any of it.

A text that a spreadsheet would take for a formula is disarmed: in CSV by an apostrophe before it, in XLSX by its type.
Numbers stay numbers as far as a spreadsheet keeps them exactly; what only looks like one (007, twenty digits) is text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

import xlsxwriter

Cell = str | int | None
Row = Sequence[Cell]

ROWS_AT_ONCE = 500
ROWS_OF_SHEET = 1_048_576
CHARACTERS_OF_CELL = 32_767
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"

_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*([eE][+-]?\d{1,3})?%?")
_KEPT_EXACTLY = re.compile(r"-?(0|[1-9]\d*)(\.\d*[1-9])?")
_EXACT_DIGITS = 15
# Spreadsheets look past these for the first character of a formula; its wide forms count as well.
_PASSED_OVER = (
    " \t\r\n\v\f\0\"'`\N{NO-BREAK SPACE}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}"
)
_BEGINS_FORMULA = tuple(
    "=+-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def looks_like_formula(text: str) -> bool:
    """Return whether a spreadsheet could take ``text`` for more than text or a number."""
    if not text or _NUMBER.fullmatch(text):
        return False
    return text[0] in "\t\r\n" or text.lstrip(_PASSED_OVER).startswith(_BEGINS_FORMULA)


def disarmed(cell: Cell) -> Cell:
    """Return ``cell`` as CSV may have it: a text that looks like a formula gets an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and looks_like_formula(cell) else cell


def csv_pieces(head: Row, rows: Iterable[Row]) -> Iterator[bytes]:
    """Give a CSV in UTF-8, every cell in quotes, some hundred rows at a time."""
    every = chain([head], rows)
    mark = BYTE_ORDER_MARK
    while some := list(islice(every, ROWS_AT_ONCE)):
        text = io.StringIO(newline="")
        text.write(mark)
        csv.writer(text, quoting=csv.QUOTE_ALL).writerows([disarmed(cell) for cell in row] for row in some)
        yield text.getvalue().encode("utf-8", "replace")
        mark = ""


def write_xlsx(  # noqa: PLR0913 - by name
    path: Path, title: str, head: Row, rows: Iterable[Row], *, texts: Sequence[int] = (), widths: Sequence[int] = ()
) -> None:
    """Write a workbook row by row; the rest goes on on further sheets.

    ``texts``: columns never numbers. ``widths``: of columns, in characters; text in them is wrapped.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.use_zip64()
        look = {"text_wrap": True, "valign": "top"} if widths else {}
        bold, quoted = book.add_format({"bold": True, **look}), book.add_format({"quote_prefix": True, **look})
        plain = book.add_format(look) if widths else None
        remaining = iter(rows)
        number = 1
        while True:
            sheet = book.add_worksheet(f"{title} {number}" if number > 1 else title)
            sheet.freeze_panes(1, 0)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, width, plain)
            for column, cell in enumerate(head):
                sheet.write_string(0, column, _fitting(str(cell)), bold)
            place = 0
            for place, row in enumerate(islice(remaining, ROWS_OF_SHEET - 1), start=1):
                _write_row(sheet, place, row, texts, quoted)
            following = next(remaining, None) if place == ROWS_OF_SHEET - 1 else None
            if following is None:
                return
            remaining, number = chain([following], remaining), number + 1


def _write_row(
    sheet: xlsxwriter.worksheet.Worksheet, place: int, row: Row, texts: Sequence[int], quoted: object
) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, int):
            sheet.write_number(place, column, cell)
        elif cell:
            if column not in texts and _is_exact(cell):
                sheet.write_number(place, column, float(cell))
            else:
                sheet.write_string(place, column, _fitting(cell), quoted if looks_like_formula(cell) else None)


def _is_exact(text: str) -> bool:
    """Whether a number of a spreadsheet says the same as ``text``, digit by digit."""
    return (
        len(text) <= _EXACT_DIGITS + 2
        and _KEPT_EXACTLY.fullmatch(text) is not None
        and sum(character.isdecimal() for character in text) <= _EXACT_DIGITS
        and text != "-0"
    )


def _fitting(text: str) -> str:
    """``text`` as a cell of a spreadsheet can hold it."""
    shown = _NOT_IN_XML.sub(_sign_of, text)
    # Counted as spreadsheets do, where a character beyond the first plane is two.
    if len(shown) * 2 <= CHARACTERS_OF_CELL or len(shown.encode("utf-16-le")) // 2 <= CHARACTERS_OF_CELL:
        return shown
    note = f" … cut, {len(text):,} characters"
    room = CHARACTERS_OF_CELL - len(note)
    return shown.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore") + note


def _sign_of(found: re.Match[str]) -> str:
    code = ord(found.group())
    return chr(0x2400 + code) if code < 0x20 else "\N{REPLACEMENT CHARACTER}"
