"""Every business over many seeds through the engine, against the truth; ``--write`` puts the figures into the docs."""

from __future__ import annotations

import argparse
import sys
import tempfile
import textwrap
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from reconcile.engine import Cause
from tests.simulation.business import Business
from tests.simulation.companies import BUSINESSES
from tests.simulation.judging import Judged
from tests.simulation.real import PAIRS, classified, lines
from tests.simulation.running import readers
from tests.simulation.trying import one_by_one, together

DOCS = Path(__file__).resolve().parents[2] / "docs" / "causes.md"
MARKS = {
    "businesses": ("<!-- below: python -m tests.simulation --write -->", "<!-- above: businesses -->"),
    "pairs": ("<!-- below: python -m tests.simulation --pairs --write -->", "<!-- above: pairs -->"),
}
SHARED = DOCS.parents[2] / "shared" / "data" / "pairs"
CAUSES = [cause.value for cause in Cause]
WIDE = 120  # characters of a line of the page


def in_turn(seeds: Sequence[int]) -> list[tuple[Business, int]]:
    """Each seed with one business, one after the other."""
    return [(BUSINESSES[seed % len(BUSINESSES)], seed) for seed in seeds]


def all_tried(tasks: Sequence[tuple[Business, int]], jobs: int = 1) -> dict[str, Judged]:
    """Figures by business."""
    found = {business.name: Judged() for business in BUSINESSES if any(business is one for one, _ in tasks)}
    for business, seed, one in one_by_one(tasks) if jobs < 2 else together(tasks, jobs):
        found[business.name] += one
        sys.stderr.write(f"{business.name}, seed {seed}: {_line(one)}\n")
    return found


def _line(one: Judged) -> str:
    named, silent = len(one.named) + len(one.unnamed), len(one.silent) + len(one.claimed)
    return (
        f"{one.total} mismatches, {one.right:.2%} right, {one.unreal_share:.2%} not real, "
        f"{len(one.named)} of {named} workflows named, {len(one.silent)} of {silent} without one left alone"
    )


def confusion(found: Judged) -> str:
    """The table of causes: rows the truth, columns what was found."""
    said = [cause for cause in [*CAUSES, "nothing"] if any(one == cause for _, one in found.confusion)]
    true = [cause for cause in [*CAUSES, "nothing"] if any(one == cause for one, _ in found.confusion)]
    lines = [f"| truth | {' | '.join(said)} | right |", f"| --- |{' ---: |' * (len(said) + 1)}"]
    for cause in true:
        right, total = found.of_cause(cause)
        counts = [found.confusion[cause, one] for one in said]
        lines.append(f"| {cause} | {' | '.join(f'{n:,}' if n else '' for n in counts)} | {right / total:.1%} |")
    return "\n".join(lines)


def by_business(found: Mapping[str, Judged]) -> str:
    """One line a business."""
    lines = [
        "| business | mismatches | right | not real | workflow named | none claimed |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    everything = sum(found.values(), Judged())
    for name, one in [*found.items(), ("**all**", everything)]:
        named, silent = len(one.named) + len(one.unnamed), len(one.silent) + len(one.claimed)
        lines.append(
            f"| {name} | {one.total:,} | {one.right:.2%} | {one.unreal_share:.2%} "
            f"| {len(one.named)} of {named} | {len(one.silent)} of {silent} |"
        )
    return "\n".join(lines)


def table(found: Mapping[str, Judged]) -> str:
    """Everything that goes into the docs."""
    everything = sum(found.values(), Judged())
    right, others = _but_the_commonest(everything)
    said = (
        f"Of {everything.total:,} mismatches {everything.right:.2%} have the right cause "
        f"({right / max(others, 1):.2%} of the {others:,} that are neither `meaning` nor `format`, of which there are "
        f"the most); {everything.unreal_share:.2%} are reported as something that never happened. The guilty workflow "
        f"is named in {everything.named_share:.1%} of the patterns that have one; nothing is claimed in "
        f"{everything.silent_share:.1%} of those that have none."
    )
    return "\n".join([textwrap.fill(said, WIDE), "", confusion(everything), "", by_business(found)])


def _but_the_commonest(found: Judged) -> tuple[int, int]:
    """Right and all of the causes that come one mismatch at a time."""
    of = [found.of_cause(cause) for cause in CAUSES if cause not in (Cause.MEANING, Cause.FORMAT)]
    return sum(right for right, _ in of), sum(total for _, total in of)


def misses(found: Mapping[str, Judged]) -> str:
    """Every workflow not named and every one made up, and the commonest wrong causes."""
    everything = sum(found.values(), Judged())
    lines = [f"not named: {one}" for one in everything.unnamed] + [f"made up: {one}" for one in everything.claimed]
    lines += [f"{one.where} {one.identity}: {one.truth.cause if one.truth else 'nothing'}, said {one.said}"
              for one in everything.wrong[:200]]  # fmt: skip
    return "\n".join(lines)


def pairs() -> str:
    """The lines of every pair of real exports."""
    parts = []
    for name in PAIRS:
        with readers(), tempfile.TemporaryDirectory() as folder:
            found = classified(SHARED, name, Path(folder))
        parts.append(f"**{name}**: {found.total:,} mismatches in {len(found.groups)} lines\n\n{lines(found.groups)}")
    return "\n\n".join(parts)


def write(part: str, text: str) -> None:
    """Between the marks of the page."""
    below, above = MARKS[part]
    page = DOCS.read_text(encoding="utf-8")
    head, tail = page.split(below)[0], page.split(above)[1]
    DOCS.write_text(f"{head}{below}\n\n{text}\n\n{above}{tail}", encoding="utf-8")


def main() -> None:
    """Read what is asked on the command line, run it, print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seeds", type=int, default=20, help="how many, each with one business in turn")
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--business", type=int, action="append", help="every seed of the n-th business, from 0")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time")
    parser.add_argument("--write", action="store_true", help=f"write {DOCS.name}")
    parser.add_argument("--pairs", action="store_true", help="the real exports instead")
    asked = parser.parse_args()
    if asked.pairs:
        said = pairs()
        sys.stdout.write(f"{said}\n")
        return write("pairs", said) if asked.write else None
    return simulated(asked)


def simulated(asked: argparse.Namespace) -> None:
    """Every business asked for, over every seed, printed and perhaps written."""
    started = time.monotonic()
    seeds = range(asked.first, asked.first + asked.seeds)
    chosen = [(BUSINESSES[place], seed) for place in asked.business or () for seed in seeds]
    found = all_tried(chosen or in_turn(seeds), asked.jobs)
    sys.stdout.write(f"{table(found)}\n\n{misses(found)}\n{time.monotonic() - started:.0f} s\n")
    if asked.write:
        write("businesses", table(found))


if __name__ == "__main__":
    main()
