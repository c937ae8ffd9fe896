"""Keeping an export: a Parquet copy of every cell, made once, from which everything later is read.

Beside the cells it holds what a guess about the original rested on: a sample of its rows and its size. So comparing two
copies comes to the same guesses, and to the same plan, as comparing the files they were made from.
"""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from reconcile.engine import sampling, sql
from reconcile.engine.errors import FileIsCorrupt
from reconcile.engine.reading.sources import Prepared, Source
from reconcile.engine.results import Kept

_ABOUT = "reconcile"
_ROWS_TOGETHER, _CELLS_TOGETHER, _BYTES_TOGETHER, _VECTOR = 61_440, 1_000_000, 16_000_000, 2_048


def row_group(width: int, row_bytes: int) -> int:
    """How many rows a Parquet file of ours keeps together: few enough that a little memory reads them."""
    fitting = min(_CELLS_TOGETHER // width, _BYTES_TOGETHER // max(row_bytes, 1))
    return max(min(fitting, _ROWS_TOGETHER) // _VECTOR, 1) * _VECTOR


def write(connection: duckdb.DuckDBPyConnection, prepared: Prepared, out: Path) -> int:
    """Every cell of a source into ``out``, rows in order; the rows written. Raises duckdb.Error."""
    source = prepared.source
    cells = ", ".join(f"c{place}" for place in range(source.width))
    group = row_group(source.width, prepared.size // max(prepared.export.balance.rows, 1))
    written = connection.execute(
        f"COPY (SELECT {cells} FROM {sql.scan(source, distinguish_null=True)} AS source) TO {sql.text(str(out))} "  # noqa: S608 - built by sql.scan
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {group}, KV_METADATA {{{_ABOUT}: {_about(prepared)}}})"
    ).fetchone()
    return int(written[0]) if written else 0


def _about(prepared: Prepared) -> str:
    known: dict[str, object] = {"size": prepared.size}
    if prepared.source.kind != "parquet":
        rows = json.dumps(sampling.sample(prepared.source)).encode()
        known["sample"] = base64.b64encode(zlib.compress(rows, 1)).decode()
    return sql.text(json.dumps(known))


@dataclass(frozen=True, slots=True)
class About:
    """What a copy knows of its original: ``sample`` is None when the copy itself is to be sampled."""

    size: int
    sample: list[list[str]] | None


def about(connection: duckdb.DuckDBPyConnection, path: Path) -> About:
    """What was kept beside the cells. Raises duckdb.Error."""
    found = connection.execute(
        f"SELECT value FROM parquet_kv_metadata({sql.file(path)}) WHERE key = {sql.text(_ABOUT)}"  # noqa: S608 - a quoted path
    ).fetchone()
    known: dict[str, Any] = json.loads(found[0]) if found else {"size": 0}
    packed = known.get("sample")
    return About(known["size"], json.loads(zlib.decompress(base64.b64decode(packed))) if packed else None)


def prepared(connection: duckdb.DuckDBPyConnection, kept: Kept) -> Prepared:
    """A kept export as a source to scan, without looking at the original. Raises FileIsCorrupt."""
    try:
        known = about(connection, kept.path)
    except duckdb.Error as error:
        raise FileIsCorrupt(file=kept.export.file, why="its kept copy cannot be read") from error
    names = tuple(f"c{place}" for place in range(len(kept.export.columns)))
    source = Source(kept.path, "parquet", len(names), names=names, sample=known.sample)
    return Prepared(kept.export, source, certain=True, original=kept.path, known_size=known.size)
