"""``./run bench [--records N …] [--repeat 3] [--large]``: times and memory as ratios to a bare scan, in one run."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import classifying, pages, picture, storing
from tests.bench.contestants import CONTESTANTS
from tests.bench.data import write_pair
from tests.bench.steps import MAKE_READY, MISMATCHES, STEPS

_ROOT = Path(__file__).resolve().parents[2]
_LARGE = 10_000_000
_OTHERS = ("datacompy polars", "datacompy pandas", "pandas merge")


@dataclass(frozen=True, slots=True)
class Result:
    """Median seconds and highest peak memory (bytes) of one contestant, and its answer."""

    seconds: float
    peak: int
    answer: dict[str, int]


def main() -> int:
    """Measure, print the tables, and fail when two contestants disagree."""
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("--records", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--large", action="store_true", help="10 million records a side within 1 GB as well")
    parser.add_argument(
        "--pages", action="store_true", help="only the pages over a million mismatches, on each database"
    )
    parser.add_argument(
        "--store", action="store_true", help="only a million mismatches stored and seen again, on each database"
    )
    parser.add_argument(
        "--causes", action="store_true", help="only the causes of a million mismatches, over eight weekly exports"
    )
    parser.add_argument("--map", action="store_true", help="only the picture of a map of forty steps")
    parser.add_argument("--folder", help="where the files are made and kept; a temporary one otherwise")
    asked = parser.parse_args()
    say(f"{os.cpu_count()} cores, {_memory_of_machine() / 10**9:.0f} GB of memory; medians of {asked.repeat}.")
    if asked.map:
        lines, holds = picture.measure()
        say("\n".join(lines))
        return 0 if holds else 1
    if asked.causes:
        given = Path(asked.folder).resolve() if asked.folder else None
        lines, holds = classifying.measure(max(asked.records), given)
        say("\n".join(lines))
        return 0 if holds else 1
    if asked.pages or asked.store:
        lines, holds = (pages if asked.pages else storing).measure(MISMATCHES)
        say("\n".join(lines))
        return 0 if holds else 1
    with tempfile.TemporaryDirectory() as made:
        folder = Path(asked.folder or made).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        sound = [
            _measure(folder, records, [name for name in CONTESTANTS if name != "engine 1 GB"], asked.repeat)
            for records in asked.records
        ]
        _measure_steps(folder, max(asked.records), asked.repeat)
        if asked.large:
            sound += [_measure(folder, records, ["scan", "engine 1 GB"], 1) for records in (_LARGE // 2, _LARGE)]
    return 0 if all(sound) else 1


def _measure(folder: Path, records: int, names: list[str], repeat: int) -> bool:
    left, right = write_pair(folder, records)
    say(f"\n{records:,} x {records:,} records x 16 columns, {left.stat().st_size / 10**6:,.0f} MB a side")
    runs: dict[str, list[Result]] = {name: [] for name in names}
    for _ in range(repeat):
        for name in names:
            runs[name].append(_run(name, left, right))
    results = {
        name: Result(statistics.median(one.seconds for one in found), max(one.peak for one in found), found[0].answer)
        for name, found in runs.items()
    }
    _tell(results)
    answers = {json.dumps(result.answer, sort_keys=True) for result in results.values() if result.answer}
    say("All give the same answer." if len(answers) == 1 else f"THEY DISAGREE: {answers}")
    return len(answers) == 1


def _measure_steps(folder: Path, records: int, repeat: int) -> None:
    """What a run does besides comparing, from the call to its answer."""
    left, right = write_pair(folder, records)
    say(f"\nOf a run of {records:,} x {records:,} records, {MISMATCHES:,} mismatches stored")
    subprocess.run(_command("tests.bench.steps", MAKE_READY, left, right), cwd=_ROOT, check=True)
    say(f"{'':18}  {'seconds':>8}  {'peak MB':>8}")
    for name in STEPS:
        found = [_measured(_command("tests.bench.steps", name, left, right), name) for _ in range(repeat)]
        seconds, peak = statistics.median(one["seconds"] for one in found), max(one["peak"] for one in found)
        say(f"{name:18}  {seconds:8.2f}  {peak / 10**6:8,.0f}")


def _command(module: str, name: str, left: Path, right: Path) -> list[str]:
    return [sys.executable, "-m", module, name, str(left), str(right)]


def _measured(command: list[str], name: str) -> dict[str, Any]:
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{name} failed: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _run(name: str, left: Path, right: Path) -> Result:
    found = _measured(_command("tests.bench.contestants", name, left, right), name)
    return Result(found["seconds"], found["peak"], found["answer"])


def _tell(results: dict[str, Result]) -> None:
    scan = results["scan"].seconds
    say(f"{'':18}  {'seconds':>8}  {'x scan':>7}  {'peak MB':>8}")
    for name, result in results.items():
        say(f"{name:18}  {result.seconds:8.2f}  {result.seconds / scan:7.2f}  {result.peak / 10**6:8,.0f}")
    if "engine" in results:
        ratios = (f"{results[other].seconds / results['engine'].seconds:.1f} x {other}" for other in _OTHERS)
        say(f"The engine is as quick as {', '.join(ratios)}.")
        own = results["command"].seconds - results["engine"].seconds
        say(f"The command adds {own:.2f} s to the engine.")


def _memory_of_machine() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def say(line: str) -> None:
    """Print one line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
