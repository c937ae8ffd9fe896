"""The causes of a million mismatches, week after week, beside comparing the same exports: ``./run bench --causes``.

What is allowed is counted in compares as ``./run bench`` measures them, of two CSV files (§14). A run of a check
compares the kept copies of its exports, which is quicker; how many times that it takes is printed too.

Each step runs in a process of its own, ``python -m tests.bench.classifying STEP WEEK RECORDS FOLDER``, and prints JSON.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from reconcile import engine
from tests.bench import weeks

_ROOT = Path(__file__).resolve().parents[2]
_TIMES_COMPARE, _PEAK = 3, 600_000_000
_SECOND, _LAST = 1, weeks.WEEKS - 1
# The eighth week against the second: not slower, not larger, but for what a busy machine does to a clock.
_SLOWER, _LARGER = 1.3, 1.1
_FIRST_DAY = datetime(2026, 1, 4, tzinfo=UTC)
_SPEC = engine.CompareSpec(
    key=(("id", "id"),), by_name=False, maps=tuple((name, name) for name in weeks.FIELDS), strict=True
)


@dataclass(frozen=True, slots=True)
class Week:
    """One week as measured: seconds of comparing and classifying, peak bytes of the latter, bytes of its file.

    ``comparing`` is that of the two files, ``copies`` that of their copies. ``work`` is how many times the processor
    time of comparing the files it took: what else a machine does tells less on that.
    """

    mismatches: int
    comparing: float
    copies: float
    classifying: float
    work: float
    peak: int
    file: int
    groups: int
    segments: int

    @property
    def times(self) -> float:
        """How many times as long as comparing it took to say why."""
        return self.classifying / self.comparing

    @property
    def times_copies(self) -> float:
        """How many times as long as comparing the copies it took."""
        return self.classifying / self.copies


def measure(records: int, given: Path | None = None) -> tuple[list[str], bool]:
    """Lines to print, and whether the budget holds. ``given`` is a folder to keep the exports in."""
    with tempfile.TemporaryDirectory(prefix="reconcile-bench-") as made:
        folder = given or Path(made)
        found = []
        for week in range(weeks.WEEKS):
            for side in ("left", "right"):
                weeks.make(folder, records, week, side)
            found.append(_week(week, records, folder))
            for export in folder.glob("*.csv"):
                export.unlink()
    return [*_table(records, found), *_judged(found)], _holds(found)


def _week(week: int, records: int, folder: Path) -> Week:
    copies = _measured("copies", week, records, folder)
    compared = _measured("compare", week, records, folder)
    _measured("standing", week, records, folder)
    classified = _measured("classify", week, records, folder)
    return Week(
        classified["answer"]["total"],
        compared["seconds"],
        copies["seconds"],
        classified["seconds"],
        classified["cpu"] / compared["cpu"],
        classified["peak"],
        classified["answer"]["file"],
        classified["answer"]["groups"],
        classified["answer"]["segments"],
    )


def _table(records: int, found: list[Week]) -> list[str]:
    heads = {"mismatches": 10, "compare s": 9, "causes s": 8, "x compare": 9, "x CPU": 6, "x copies": 8}
    heads |= {"peak MB": 8, "file MB": 8, "groups": 6, "segments": 8}
    lines = [
        "",
        f"Causes of what differs between {records:,} x {records:,} records x 16 columns, eight weeks",
        "  ".join([" " * 6, *(f"{head:>{width}}" for head, width in heads.items())]),
    ]
    lines += [
        f"week {number}  {week.mismatches:10,}  {week.comparing:9.1f}  {week.classifying:8.1f}  {week.times:9.2f}  "
        f"{week.work:6.2f}  {week.times_copies:8.2f}  {week.peak / 10**6:8,.0f}  {week.file / 10**6:8,.1f}  "
        f"{week.groups:6}  {week.segments:8}"
        for number, week in enumerate(found, 1)
    ]
    return lines


def _usual(found: list[Week]) -> float:
    return statistics.median(week.times for week in found[_SECOND:])


def _judged(found: list[Week]) -> list[str]:
    copies = statistics.median(week.times_copies for week in found[_SECOND:])
    peak = max(week.peak for week in found)
    steady = "The eighth week is neither slower nor larger than the second."
    work = statistics.median(week.work for week in found[_SECOND:])
    return [
        f"Causes take {_usual(found):.1f} times what comparing the files takes (at most {_TIMES_COMPARE}).",
        f"That is {work:.1f} times its processor time, and {copies:.1f} times what comparing the copies takes.",
        f"Their memory is {peak / 10**6:,.0f} MB (at most {_PEAK / 10**6:,.0f}).",
        steady if _stays(found) else "THE EIGHTH WEEK IS SLOWER OR LARGER THAN THE SECOND.",
    ]


def _stays(found: list[Week]) -> bool:
    second, last = found[_SECOND], found[_LAST]
    larger = last.peak > second.peak * _LARGER or last.file > second.file * _LARGER
    return not larger and last.times <= second.times * _SLOWER


def _holds(found: list[Week]) -> bool:
    return _usual(found) <= _TIMES_COMPARE and max(week.peak for week in found) <= _PEAK and _stays(found)


def _measured(step: str, week: int, records: int, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.classifying", step, str(week), str(records), str(folder)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{step} of week {week + 1} failed: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _rows_file(folder: Path, week: int) -> Path:
    return folder / f"rows-{week}.parquet"


def _copies(week: int, sides: list[engine.Kept], folder: Path) -> dict[str, int]:
    engine.compare(_SPEC, *sides, rows_file=_rows_file(folder, week))
    return {}


def _compare(week: int, sides: list[engine.Kept], folder: Path) -> dict[str, int]:
    engine.compare(
        _SPEC, *(kept.path.with_suffix(".csv") for kept in sides), rows_file=folder / f"files-{week}.parquet"
    )
    return {}


def _standing(week: int, _sides: list[engine.Kept], folder: Path) -> dict[str, int]:
    return {"total": engine.standing(_rows_file(folder, week), None, folder=folder / f"week-{week}").total}


def _classify(week: int, sides: list[engine.Kept], folder: Path) -> dict[str, int]:
    records = int(sides[0].path.stem.split("-")[1])
    before = _seen(week - 1, _sides(week - 1, records, folder), folder) if week else None
    asked = engine.Classifying(
        spec=_SPEC,
        fields={
            name: engine.FieldCause(owner="left" if place % 3 else "", lag_days=3)
            for place, name in enumerate(weeks.FIELDS)
        },
        lag_days=3,
        left=engine.EditColumns(updated_at="updated", created_via="via"),
        right=engine.EditColumns(updated_at="updated", created_via="via"),
    )
    found = engine.classify(asked, _seen(week, sides, folder), before, out=_causes(folder, week))
    segments = sum(len(group.segments) for group in found.groups)
    size = found.causes.stat().st_size
    return {"total": found.total, "groups": len(found.groups), "segments": segments, "file": size}


def _seen(week: int, sides: list[engine.Kept], folder: Path) -> engine.Seen:
    day = _FIRST_DAY + timedelta(weeks=week)
    mismatches = folder / f"week-{week}" / "mismatches.parquet"
    return engine.Seen(sides[0], sides[1], day, day, mismatches, _causes(folder, week))


def _causes(folder: Path, week: int) -> Path:
    return folder / f"week-{week}" / "causes.parquet"


def _sides(week: int, records: int, folder: Path) -> list[engine.Kept]:
    return [weeks.kept(weeks.make(folder, records, week, side)) for side in ("left", "right")]


_STEPS: dict[str, Callable[[int, list[engine.Kept], Path], dict[str, int]]] = {
    "copies": _copies,
    "compare": _compare,
    "standing": _standing,
    "classify": _classify,
}


def main() -> None:
    """Run one step and print what it took; the peak is that of the larger of this process and its child."""
    step, week, records, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    sides = _sides(week, records, folder)
    started = time.perf_counter()
    answer = _STEPS[step](week, sides, folder)
    seconds = time.perf_counter() - started
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    measured = {
        "seconds": seconds,
        "cpu": sum(one.ru_utime + one.ru_stime for one in used),
        "peak": max(one.ru_maxrss for one in used) * 1024,
    }
    sys.stdout.write(json.dumps(measured | {"answer": answer}) + "\n")


if __name__ == "__main__":
    main()
