"""Trying out what a draft compares: the figures of a comparison, within seconds, while somebody edits it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import uuid4

from django.core.cache import cache

from reconcile import engine
from reconcile.checks.comparing import Comparing
from reconcile.checks.models import Draft
from reconcile.checks.queries.columns import identity
from reconcile.engine.errors import TooMuchMemory, TooSlow
from reconcile.exports.models import Snapshot

WALL_SECONDS = 20
MOST_ROWS = 12_000_000
MOST_CELLS = 60_000_000
MOST_FIELDS = 1_000
KEPT_SECONDS = 3600
TOO_LARGE = "These exports are too large to try out here. Run the check: it takes its time and shows how far it is."
KEYS_ONLY = "The exports are large, so only the keys are tried out here. The run compares the fields."


@dataclass(frozen=True, slots=True)
class FieldTried:
    """How many values of one field differ, how it was compared in the end, and one example (left, right)."""

    differing: int
    comparison: str
    example: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Tried:
    """What a comparison as it stands would find.

    ``both`` are keys on both sides, ``keys`` all keys, ``only`` and ``repeated`` count by side (left, right).
    ``folds``: keys that differ only in case or outer space. ``fields``: by the identity of a field. ``note``: what was
    left out; ``problem``: why nothing could be tried.
    """

    both: int = 0
    keys: int = 0
    matched: int = 0
    only: tuple[int, int] = (0, 0)
    repeated: tuple[int, int] = (0, 0)
    folds: int = 0
    agreeing: int = 0
    cells: int = 0
    fields: dict[str, FieldTried] | None = None
    note: str = ""
    problem: str = ""


class Superseded(Exception):
    """Something was changed meanwhile: nobody waits for this answer any more."""


def try_out(draft: Draft) -> Tried:
    """Compare the files of ``draft`` as it says. Raises Superseded when it was asked for again meanwhile."""
    left, right, comparing = draft.left, draft.right, draft.comparing
    if left is None or right is None or {left.state, right.state} != {Snapshot.State.READY}:
        return Tried(problem="Both exports have to be there first.")
    if not comparing.key:
        return Tried(problem="Choose the key first: the columns that say which records belong together.")
    if not all(all(pair) for pair in comparing.key):
        return Tried(problem="The key needs a column on both sides.")
    kept = f"tried-{_fingerprint(comparing, left, right)}"
    found: Tried | None = cache.get(kept)
    if found is None:
        found = _tried(comparing, left, right, still_wanted(draft))
        cache.set(kept, found, KEPT_SECONDS)
    return found


def _fingerprint(comparing: Comparing, left: Snapshot, right: Snapshot) -> str:
    made = f"{comparing.fingerprint} {left.pk} {left.attempt} {right.pk} {right.attempt}"
    return hashlib.sha256(made.encode()).hexdigest()


def still_wanted(draft: Draft) -> Callable[[str, int, int], None]:
    """A progress that stops the comparison once another one of the same draft was asked for."""
    name, mine = f"trying-{draft.pk}", uuid4().hex
    cache.set(name, mine, WALL_SECONDS * 3)

    def look(_step: str, _done: int, _total: int) -> None:
        if cache.get(name) != mine:
            raise Superseded

    return look


def _tried(comparing: Comparing, left: Snapshot, right: Snapshot, progress: Callable[[str, int, int], None]) -> Tried:
    rows = (left.rows or 0) + (right.rows or 0)
    if rows > MOST_ROWS:
        return Tried(problem=TOO_LARGE)
    whole = len(comparing.fields) <= MOST_FIELDS and rows * len(comparing.fields) <= MOST_CELLS
    for tried in (comparing, replace(comparing, fields=())) if whole else (replace(comparing, fields=()),):
        try:
            limits = engine.Limits(wall_seconds=WALL_SECONDS / 2)
            found = engine.compare(tried.spec(), left.kept, right.kept, limits=limits, progress=progress)
        except (TooSlow, TooMuchMemory):
            continue
        except engine.EngineError as error:
            return Tried(problem=str(error))
        return replace(_figures(found), note="" if tried == comparing else KEYS_ONLY)
    return Tried(problem=TOO_LARGE)


def _figures(found: engine.Comparison) -> Tried:
    both = found.matched + found.repeated_on_both
    ours, theirs = found.left_side, found.right_side
    examples = {line.field: (line.left, line.right) for line in reversed(found.first) if line.kind == "differs"}
    return Tried(
        both=both,
        keys=both + ours.only + theirs.only,
        matched=found.matched,
        only=(ours.only, theirs.only),
        repeated=(ours.duplicate_keys, theirs.duplicate_keys),
        folds=found.key_folds,
        agreeing=found.matched - found.differing_rows,
        cells=found.differing_cells,
        fields={
            identity(one.left): FieldTried(one.differing, one.comparison, examples.get(one.name))
            for one in found.fields
        },
    )
