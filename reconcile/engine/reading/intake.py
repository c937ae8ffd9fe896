"""Writing records down cleanly: every record in becomes a row, a rejected stretch or a blank, and all are counted.

The result is CSV in UTF-8 of a fixed width that the database reads without a doubt. Rejected lines go to a file of
their own with number, reason and text.
"""

from __future__ import annotations

import csv
from pathlib import Path
from types import TracebackType
from typing import Self

from reconcile.engine.reading.records import Piece, Syntax
from reconcile.engine.results import Rejected

_OURS = Syntax(",")
_FIRST = 20
_BYTE_ORDER_MARK = "\ufeff"
_TEXT_SHOWN = 200


class Intake:
    """Takes records one by one; ``with`` it.

    ``header`` is the header's text, so that the same line again is seen; ``unread`` names the encoding where bytes
    that are none of it may come up.
    """

    def __init__(self, folder: Path, width: int, header: str | None, *, unread: str = "") -> None:
        self.rows_file = folder / "rows.csv"
        self.rejected_file = folder / "rejected.csv"
        self.rows = self.continuation = self.blank = self.rejected = 0
        self.first: list[Rejected] = []
        self._width = width
        self._header = header and header.rstrip("\r\n")
        self._unread = unread
        self._out = self.rows_file.open("w", encoding="utf-8", newline="")
        writer = csv.writer(self._out, lineterminator="\n")
        self._write, self._write_all = writer.writerow, writer.writerows
        self._bad = self.rejected_file.open("w", encoding="utf-8", newline="", errors="backslashreplace")
        self._write_bad = csv.writer(self._bad, lineterminator="\n").writerow
        self._write_bad(("line", "lines", "reason", "text"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._out.close()
        self._bad.close()

    @property
    def lines(self) -> int:
        """Lines that have their place by now."""
        return self.rows + self.continuation + self.blank + self.rejected

    def take(self, piece: Piece) -> None:
        """Put one record in its place."""
        cells = piece.cells
        if piece.reason:
            self.reject(piece, piece.reason)
        elif len(cells) == self._width and self._is_plain(piece.text) and not self._is_header(piece.text):
            self._keep(piece, cells)
        elif self._is_blank(piece):
            self.blank += piece.lines
        else:
            self._take_odd(piece, cells)

    def take_whole(self, syntax: Syntax, text: str, lines: list[str]) -> bool:
        """Take many lines at once if every record in them is a row and raises no doubt; else take none of them."""
        if self._is_doubtful(text):
            return False
        rows = syntax.rows(text, lines)
        if rows is None or ("\r" in text and len(rows) != len(lines)):
            return False
        narrowed = len(rows[0]) != self._width
        if not self._have_width(rows):
            return False
        if syntax == _OURS and not narrowed and '"' not in text and "\r" not in text and text.endswith("\n"):
            self._out.write(text)
        else:
            self._write_all(rows)
        self.rows += len(rows)
        self.continuation += len(lines) - len(rows)
        return True

    def _is_doubtful(self, text: str) -> bool:
        header_again = self._header is not None and self._header in text
        return header_again or _BYTE_ORDER_MARK in text or not self._is_plain(text)

    def _have_width(self, rows: list[list[str]]) -> bool:
        """Whether all rows have the width, or will once each has lost the empty values after it."""
        widths = set(map(len, rows))
        if len(widths) > 1 or min(widths, default=0) <= self._width:
            return widths == {self._width}
        if any(any(row[self._width :]) for row in rows):
            return False
        for row in rows:
            del row[self._width :]
        return True

    def take_values(self, values: list[str | None]) -> None:
        """A row whose values are known apart from any text: nulls stay apart from empty texts."""
        quoted = ("" if value is None else '"' + value.replace('"', '""') + '"' for value in values)
        self._out.write(",".join(quoted) + "\n")
        self.rows += 1

    def reject(self, piece: Piece, reason: str) -> None:
        """Keep a stretch of lines that is no row, with the reason."""
        self.rejected += piece.lines
        self._write_bad((piece.line, piece.lines, reason, piece.text.rstrip("\r\n")))
        if len(self.first) < _FIRST:
            shown = piece.text.rstrip("\r\n")[:_TEXT_SHOWN].encode("utf-8", "backslashreplace").decode()
            self.first.append(Rejected(piece.line, piece.lines, reason, shown))

    def _keep(self, piece: Piece, cells: list[str]) -> None:
        """Python's writer leaves a carriage return and a byte order mark without quotes; the database needs them."""
        text = piece.text.rstrip("\r\n")
        if "\r" in text or _BYTE_ORDER_MARK in text:
            self.take_values([cell or None for cell in cells])
        else:
            self._write(cells)
            self.rows += 1
        self.continuation += piece.lines - 1

    def _is_header(self, text: str) -> bool:
        header = self._header
        return header is not None and text.startswith(header) and text.rstrip("\r\n") == header

    def _take_odd(self, piece: Piece, cells: list[str]) -> None:
        if "\0" in piece.text:
            self.reject(piece, "it holds a NUL byte")
        elif not self._is_plain(piece.text):
            self.reject(piece, f"it holds bytes that are not {self._unread}")
        elif self._is_header(piece.text):
            self.reject(piece, "it is the header again")
        elif len(cells) > self._width and not any(cells[self._width :]):
            self._keep(piece, cells[: self._width])
        else:
            others = "the rows have" if self._header is None else "the header has"
            self.reject(piece, f"it has {_counted(len(cells))}, {others} {self._width}")

    def _is_plain(self, text: str) -> bool:
        return "\0" not in text and not (self._unread and not text.isascii() and _has_surrogate(text))

    def _is_blank(self, piece: Piece) -> bool:
        return not piece.cells or (self._width > 1 and len(piece.cells) == 1 and not piece.text.strip(" \t\r\n"))


def _counted(values: int) -> str:
    return "1 value" if values == 1 else f"{values} values"


def _has_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
