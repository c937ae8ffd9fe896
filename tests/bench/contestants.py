"""One way of comparing two files, run alone in its own process: ``python -m tests.bench.contestants NAME LEFT RIGHT``.

Prints JSON: seconds (imports left out, the reading of both files counted), peak memory in bytes, and the answer.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Answer = dict[str, int]
_ROOT = Path(__file__).resolve().parents[2]


def scan(left: str, right: str) -> Answer:
    """DuckDB reads every cell of both files and does nothing with them: the limit."""
    with _database() as connection:
        for file in (left, right):
            cells = ", ".join(f"count(c{place})" for place in range(16))
            connection.execute(f"SELECT {cells} FROM {_relation(file)}").fetchall()  # noqa: S608 - our own files
    return {}


def _relation(file: str) -> str:
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(16))
    return f"read_csv('{file}', auto_detect=false, header=true, delim=',', quote='\"', columns={{{columns}}})"


def _database() -> Any:
    import duckdb

    return duckdb.connect()


def engine_strict(left: str, right: str) -> Answer:
    """Compare every field as exact text; every mismatch written to Parquet."""
    return _engine(left, right, strict=True)


def engine_auto(left: str, right: str) -> Answer:
    """Compare by what the columns hold; every mismatch written to Parquet."""
    return _engine(left, right, strict=False)


def engine_1gb(left: str, right: str) -> Answer:
    """Compare as exact text within ``--memory 1GB``."""
    return _engine(left, right, strict=True, memory=10**9)


def _engine(left: str, right: str, *, strict: bool, memory: int = 600_000_000) -> Answer:
    """Do what the child process of ``engine.compare`` does, without starting one: the others start none either."""
    from reconcile import engine
    from reconcile.engine.workplace import Workplace

    spec = engine.CompareSpec(key=(("id", "id"),), strict=strict)
    files = [(Path(file), Path(file).name, engine.ReadOptions()) for file in (left, right)]
    limits = engine.Limits(memory=memory)
    with (
        tempfile.TemporaryDirectory(dir=Path(left).parent) as folder,
        Workplace(files, Path(folder), limits) as place,
    ):
        found = place.compare(spec, Path(folder) / "rows.parquet", lambda *_: None)
    return _only_counts(engine.Comparison.from_json(found | {"seconds": 0.0}).summary())


def command(left: str, right: str) -> Answer:
    """Run the whole command, from the shell's call to its exit: ``manage.py compare … --strict --json``."""
    manage = [sys.executable, str(_ROOT / "manage.py"), "compare", left, right, "--key", "id", "--strict", "--json"]
    done = subprocess.run(manage, capture_output=True, check=False, text=True)
    return _only_counts(json.loads(done.stdout))


def _only_counts(summary: dict[str, Any]) -> Answer:
    names = ("matched", "only_left", "only_right", "differing_cells", "differing_rows")
    return {name: summary[name] for name in names}


def datacompy_polars(left: str, right: str) -> Answer:
    """Compare with datacompy on polars, all columns as text."""
    import datacompy
    import polars as pl

    ours, theirs = (pl.read_csv(file, infer_schema=False) for file in (left, right))
    return _of_datacompy(datacompy.PolarsCompare(ours, theirs, join_columns=["id"]))


def datacompy_pandas(left: str, right: str) -> Answer:
    """Compare with datacompy on pandas, all columns as text."""
    import datacompy
    import pandas as pd

    ours, theirs = (pd.read_csv(file, dtype=str, keep_default_na=False) for file in (left, right))
    return _of_datacompy(datacompy.PandasCompare(ours, theirs, join_columns=["id"]))


def _of_datacompy(found: Any) -> Answer:
    return {
        "matched": len(found.intersect_rows),
        "only_left": len(found.df1_unq_rows),
        "only_right": len(found.df2_unq_rows),
        "differing_cells": sum(column["unequal_cnt"] for column in found.column_stats),
        "differing_rows": len(found.intersect_rows) - found.count_matching_rows(),
    }


def pandas_merge(left: str, right: str) -> Answer:
    """Compare with the merge somebody would write by hand on pandas."""
    import pandas as pd

    frames = [pd.read_csv(file, dtype=str, keep_default_na=False) for file in (left, right)]
    both = frames[0].merge(frames[1], on="id", how="outer", suffixes=("", "_right"), indicator=True)
    matched = both[both["_merge"] == "both"]
    differs = pd.DataFrame(
        {name: matched[name] != matched[f"{name}_right"] for name in frames[0].columns if name != "id"}
    )
    return {
        "matched": len(matched),
        "only_left": (both["_merge"] == "left_only").sum(),
        "only_right": (both["_merge"] == "right_only").sum(),
        "differing_cells": differs.to_numpy().sum(),
        "differing_rows": differs.any(axis=1).sum(),
    }


CONTESTANTS: dict[str, Callable[[str, str], Answer]] = {
    "scan": scan,
    "engine": engine_strict,
    "engine auto": engine_auto,
    "engine 1 GB": engine_1gb,
    "command": command,
    "datacompy polars": datacompy_polars,
    "datacompy pandas": datacompy_pandas,
    "pandas merge": pandas_merge,
}
_IMPORTS = {"datacompy": "datacompy", "pandas": "pandas", "scan": "duckdb", "engine": "reconcile.engine.workplace"}


def main() -> None:
    """Run one contestant and print what it took."""
    name, left, right = sys.argv[1:4]
    for start, module in _IMPORTS.items():
        if name.startswith(start):
            __import__(module)
    started = time.perf_counter()
    answer = {figure: int(value) for figure, value in CONTESTANTS[name](left, right).items()}
    seconds = time.perf_counter() - started
    peaks = [resource.getrusage(who).ru_maxrss * 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    peak = sum(peaks) if name == "command" else max(peaks)  # only the command waits while its child works
    sys.stdout.write(json.dumps({"seconds": seconds, "peak": peak, "answer": answer}) + "\n")


if __name__ == "__main__":
    main()
