"""What a run does besides comparing: keeping a copy, comparing copies, telling what is new, looking up a record.

One step runs in a process of its own: ``python -m tests.bench.steps STEP LEFT RIGHT`` prints JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from reconcile import engine
from tests.bench.data import write_mismatches

MAKE_READY = "make ready"
Pair = tuple[Path, Path]
MISMATCHES = 1_000_000
_COLUMNS = ("identity", "kind", "key", "field", "left", "right")
_SPEC = engine.CompareSpec(key=(("id", "id"),), strict=True)


def keep(pair: Pair) -> None:
    """Read one export and keep it as Parquet."""
    _keep(pair[0])


def compare_kept(pair: Pair) -> None:
    """Compare both exports from their kept copies, every mismatch written to Parquet."""
    engine.compare(_SPEC, *map(_kept, pair), rows_file=pair[0].with_suffix(".rows.parquet"))


def standing_first(pair: Pair) -> None:
    """The state of a first run with a million mismatches."""
    engine.standing(write_mismatches(pair[0].parent, MISMATCHES), None, folder=pair[0].parent / "first")


def standing_again(pair: Pair) -> None:
    """A million mismatches against the same million of the run before."""
    rows = write_mismatches(pair[0].parent, MISMATCHES)
    engine.standing(rows, pair[0].parent / "first" / "mismatches.parquet", folder=pair[0].parent / "again")


def record(pair: Pair) -> None:
    """Look up one record of a kept export by its key."""
    assert len(engine.records(_kept(pair[0]), ["id"], "C000000700")) == 1


STEPS: dict[str, Callable[[Pair], None]] = {
    "keep": keep,
    "compare kept": compare_kept,
    "standing, first": standing_first,
    "standing, again": standing_again,
    "one record": record,
}


def _keep(path: Path) -> engine.Export:
    return engine.read(path, keep=path.with_suffix(".parquet"))


def _kept(path: Path) -> engine.Kept:
    """The kept copy of an export, made before the clock starts."""
    described = path.with_suffix(".export.json")
    return engine.Kept(path.with_suffix(".parquet"), engine.Export.from_json(json.loads(described.read_text())))


def _make_ready(pair: Pair) -> None:
    for path in pair:
        described = path.with_suffix(".export.json")
        if not described.exists():
            described.write_text(json.dumps(_keep(path).to_json()))
    write_mismatches(pair[0].parent, MISMATCHES)


def main() -> None:
    """Run one step and print what it took; the peak is that of the larger of this process and its child."""
    name, pair = sys.argv[1], (Path(sys.argv[2]), Path(sys.argv[3]))
    if name == MAKE_READY:
        _make_ready(pair)
        return
    started = time.perf_counter()
    STEPS[name](pair)
    seconds = time.perf_counter() - started
    peaks = [resource.getrusage(who).ru_maxrss * 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    sys.stdout.write(json.dumps({"seconds": seconds, "peak": max(peaks)}) + "\n")


if __name__ == "__main__":
    main()
