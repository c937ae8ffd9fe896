"""A few thousand rows from all over a source, quickly: what a guess may rest on before the whole has been read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from reconcile.engine import sql
from reconcile.engine.reading.sources import Source

_WHOLE_UP_TO = 2_000_000
_PLACES = 256
_BLOCK = 4_000
_ROWS, _CELLS, _FEWEST_ROWS = 20_000, 2_000_000, 500
_ROW_NUMBER = "file_row_number"


def sample(source: Source) -> list[list[str]]:
    """Rows of a CSV source as lists of texts: all of a small file, else those around 256 places spread over it."""
    size = source.path.stat().st_size
    if size <= _WHOLE_UP_TO:
        with source.path.open("rb") as file:
            return list(_rows(file.read(), source, skip_first=source.header))
    return [row for block in _spread(source.path, size) for row in _rows(block, source, skip_first=True)]


def rows_of_parquet(source: Source, rows: int) -> str:
    """A statement for the rows of a Parquet file of ``rows``: all, or the same 20,000 every time, from all over it.

    Of a very wide file they are fewer.
    """
    read = sql.read_parquet(source)
    wanted = max(min(_ROWS, _CELLS // source.width), _FEWEST_ROWS)
    if _ROW_NUMBER in (column.lower() for column in source.names):  # such a column hides the real number
        return f"{read} USING SAMPLE reservoir({wanted} ROWS) REPEATABLE (1)"
    stretch = max(wanted // _PLACES, 1)
    every = max(rows * stretch // wanted, stretch)
    return f"{read} WHERE {_ROW_NUMBER} % {every} < {stretch} ORDER BY {_ROW_NUMBER}"


def _spread(path: Path, size: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        for place in range(_PLACES):
            file.seek(size * place // _PLACES)
            block = file.read(_BLOCK)
            yield block[: block.rfind(b"\n") + 1]


def _rows(block: bytes, source: Source, *, skip_first: bool) -> Iterator[list[str]]:
    """Rows in a stretch of bytes; its first line may be the header or only the end of one, so it can be passed over.

    A stretch that starts inside a quoted value may give a few wrong rows; those of another width are left out.
    """
    text = block.decode("utf-8", errors="replace")
    if skip_first:
        text = text[text.find("\n") + 1 :]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=source.delimiter)
    while True:
        try:
            row = next(reader)
        except csv.Error:
            continue
        except StopIteration:
            return
        if len(row) == source.width:
            yield row
