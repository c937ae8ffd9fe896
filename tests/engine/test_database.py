"""The connection work is done in: what happens when its memory runs out."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from reconcile.engine import database
from reconcile.engine.limits import MB

MEMORY = 200 * MB
# More texts at once than fit, and no way to put them aside.
TOO_MUCH = "SELECT LENGTH(STRING_AGG(REPEAT('x', 1000), '')) FROM range(1000000)"


def threads(connection: duckdb.DuckDBPyConnection) -> int:
    [(count,)] = connection.execute("SELECT CURRENT_SETTING('threads')").fetchall()
    return int(count)


def test_what_runs_out_of_memory_is_done_once_more_with_one_thread(tmp_path: Path) -> None:
    tried: list[tuple[int, Path]] = []

    def work(connection: duckdb.DuckDBPyConnection, place: Path) -> str:
        tried.append((threads(connection), place))
        (place / "out").write_text("begun")
        if len(tried) == 1:
            connection.execute(TOO_MUCH)
        connection.execute(f"COPY (SELECT 1 AS a) TO '{place / 'made.parquet'}'")
        return "done"

    assert database.frugally(MEMORY, tmp_path, [], work) == "done"
    assert [place for _, place in tried] == [tmp_path, tmp_path / "again"]
    assert tried[1][0] == 1


def test_what_one_thread_cannot_do_either_is_refused(tmp_path: Path) -> None:
    with pytest.raises(duckdb.OutOfMemoryException):
        database.frugally(MEMORY, tmp_path, [], lambda connection, _: connection.execute(TOO_MUCH))


def test_any_other_error_is_not_tried_again(tmp_path: Path) -> None:
    tried: list[Path] = []

    def work(connection: duckdb.DuckDBPyConnection, place: Path) -> None:
        tried.append(place)
        connection.execute("SELECT no_such_column")

    with pytest.raises(duckdb.BinderException):
        database.frugally(MEMORY, tmp_path, [], work)
    assert tried == [tmp_path]
