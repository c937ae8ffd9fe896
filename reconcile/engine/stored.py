"""Reading the files the engine made, in this process: little memory, one thread, nothing else within reach."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import duckdb

from reconcile.engine import sql
from reconcile.engine.classifying.asked import CAUSED_COLUMNS, Caused
from reconcile.engine.errors import ColumnMissing, FileIsCorrupt
from reconcile.engine.reading import formats
from reconcile.engine.results import Kept, Record

_MEMORY = "200MB"
_COLUMNS_AT_ONCE = 100
_SEARCHING = 2  # threads: somebody waits, and every row is looked at
Row = tuple[str | None, ...]


def rows(path: Path, columns: Sequence[str] | None = None, *, batch: int = 10_000) -> Iterator[list[Row]]:
    """The rows of a Parquet file of ours in its order, a list of at most ``batch`` at a time."""
    with opened(path, path.name) as connection:
        shown = ", ".join(map(sql.name, columns)) if columns else "*"
        connection.execute(f"SELECT {shown} FROM {_scan(path)} AS source")  # noqa: S608 - quoted names
        while found := connection.fetchmany(batch):
            yield found


def search(  # noqa: PLR0913 - as many as the front door has
    path: Path,
    text: str,
    only: Mapping[str, str],
    *,
    passed_over: Sequence[str],
    keys: bool,
    batch: int,
    most: int | None,
) -> Iterator[list[str]]:
    """Identities of the rows of a file of mismatches that hold ``text`` in key or values, whatever its case."""
    end = "" if most is None else f" LIMIT {int(most)}"
    # Figures have no case, and looking for it takes a third of the time.
    cased = text.lower() != text.upper()
    in_key, *in_values = (
        f"CONTAINS({f'LOWER({sql.name(column)})' if cased else sql.name(column)}, ?)"
        for column in ("key", "left", "right")
    )
    anywhere = f"({' OR '.join(in_values)})"
    if passed_over:
        fields = f"field IN ({', '.join(['?'] * len(passed_over))})"
        anywhere = f"(NOT (kind = {sql.text('differs')} AND {fields}) AND {anywhere})"
    if keys:
        anywhere = f"({anywhere} OR {in_key})"
    conditions = "".join(f" AND {sql.name(column)} = ?" for column in only)
    with opened(path, path.name, threads=_SEARCHING) as connection:
        connection.execute(
            f"SELECT identity FROM {_scan(path)} AS source WHERE {anywhere}{conditions}{end}",  # noqa: S608 - values bound
            [*passed_over, *[text.lower()] * (2 + keys), *only.values()],
        )
        while found := connection.fetchmany(batch):
            yield [identity for (identity,) in found]


def records(  # noqa: PLR0913 - as many as the front door has
    kept: Kept, columns: Sequence[str], key: str, *, fold: bool, most: int, unread: Collection[str]
) -> tuple[Record, ...]:
    """Rows of a kept export whose key, as a rows file writes it, is ``key``."""
    parts = _parts(key, len(columns))
    if parts is None:
        return ()
    conditions, wanted = [], []
    for column, part in zip(columns, parts, strict=True):
        cell = f"c{_place(kept, column)}"
        if fold:
            conditions.append(_same_folded(cell))
            wanted += [part, part]
        elif part:
            conditions.append(f"{cell} = ?")
            wanted.append(part)
        else:
            conditions.append(f"({cell} IS NULL OR {cell} = '')")
    return _records(kept, " AND ".join(conditions), wanted, most, unread)


def caused(path: Path, identities: Sequence[str]) -> dict[str, Caused]:
    """Rows of a causes file by identity: those of ``identities`` that it has."""
    if not identities:
        return {}
    shown = ", ".join(map(sql.name, CAUSED_COLUMNS))
    with opened(path, path.name, threads=_SEARCHING) as connection:
        connection.execute(
            f"SELECT {shown} FROM {_scan(path)} AS source WHERE identity IN (SELECT UNNEST(CAST(? AS VARCHAR[])))",  # noqa: S608
            [list(identities)],
        )
        return {row[0]: Caused(*row) for row in connection.fetchall()}


def moved(now: Path, before: Path, *, batch: int) -> Iterator[list[Row]]:
    """Identity and label of what has another label in a causes file than in an earlier one; None: it is gone.

    Identities go through the join as numbers of sixteen bytes, which is half of the memory.
    """
    number, label = "CAST(identity AS UUID)", sql.name("label")
    sides = (f"(SELECT {number} AS number, {label} FROM {_scan(path)} AS source)" for path in (now, before))  # noqa: S608
    with opened(now, now.name, threads=_SEARCHING, beside=[before]) as connection:
        connection.execute(
            "SELECT REPLACE(CAST(COALESCE(n.number, b.number) AS VARCHAR), '-', ''), n.label "  # noqa: S608 - quoted names
            f"FROM {next(sides)} AS n FULL OUTER JOIN {next(sides)} AS b ON n.number = b.number "
            "WHERE n.label IS DISTINCT FROM b.label"
        )
        while found := connection.fetchmany(batch):
            yield found


def first_rows(kept: Kept, count: int, *, unread: Collection[str]) -> tuple[Record, ...]:
    """The first rows of a kept export."""
    return _records(kept, f"file_row_number < {int(count)}", [], count, unread)


def _same_folded(cell: str) -> str:
    """Whether a cell is the key's part once both are folded; most cells are passed over by the quicker question."""
    part = sql.folded("CAST(? AS VARCHAR)")
    return (
        f"CONTAINS(COALESCE(LOWER({cell}), ''), COALESCE({part}, '')) "
        f"AND COALESCE({sql.folded(cell)}, '') = COALESCE({part}, '')"
    )


def _parts(key: str, count: int) -> list[str] | None:
    """The texts of a key's columns; None where this cannot be the key of so many columns."""
    if count == 1:
        return [key]
    if not key:
        return [""] * count
    try:
        parts = json.loads(key)
    except ValueError:
        return None
    sound = isinstance(parts, list) and len(parts) == count and all(isinstance(part, str) for part in parts)
    return parts if sound else None


def _place(kept: Kept, column: str) -> int:
    if column not in kept.export.columns:
        raise ColumnMissing(role="Key column", column=column, file=kept.export.file, columns=list(kept.export.columns))
    return kept.export.columns.index(column)


def _records(
    kept: Kept, condition: str, wanted: Sequence[str], most: int, unread: Collection[str]
) -> tuple[Record, ...]:
    """The first rows that meet a condition; a very wide file in several passes, so that memory stays small."""
    columns = kept.export.columns
    places = range(len(columns))
    values: dict[int, list[str | None]] = {}
    with opened(kept.path, kept.export.file) as connection:
        for start in places[::_COLUMNS_AT_ONCE]:
            some_places = places[start : start + _COLUMNS_AT_ONCE]
            cells = ", ".join("NULL" if columns[place] in unread else f"c{place}" for place in some_places)
            found = connection.execute(
                f"SELECT file_row_number, {cells} FROM {_scan(kept.path)} AS source "  # noqa: S608 - c0…cn, values bound
                f"WHERE {condition} LIMIT {int(most)}",
                list(wanted),
            ).fetchall()
            for row, *some in found:
                values.setdefault(row, []).extend(some)
            if not values:
                break
            condition, wanted = f"file_row_number IN ({', '.join(map(str, values))})", []
    return tuple(Record(row + 1, tuple(values[row])) for row in sorted(values))


def _scan(path: Path) -> str:
    return f"read_parquet({sql.file(path)}, hive_partitioning=false)"


@contextlib.contextmanager
def opened(
    path: Path, name: str, *, threads: int = 1, beside: Sequence[Path] = ()
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that opens ``path``, those ``beside`` it, and nothing else. Raises FileMissing, FileIsCorrupt."""
    paths = [path, *beside]
    for one in paths:
        formats.open_file(one, name if one == path else one.name).close()
    allowed = ", ".join(spelled for one in paths for spelled in (sql.text(str(one)), sql.file(one)))
    with tempfile.TemporaryDirectory(prefix="reconcile-") as spill, duckdb.connect(":memory:") as connection:
        for setting in (
            f"memory_limit = '{_MEMORY}'",
            f"threads = {threads}",
            f"temp_directory = {sql.text(spill)}",
            "enable_progress_bar = false",
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            f"allowed_paths = [{allowed}]",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            connection.execute(f"SET {setting}")
        try:
            yield connection
        except duckdb.OutOfMemoryException:
            raise
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise FileIsCorrupt(file=name, why="its data cannot be read to the end") from error
