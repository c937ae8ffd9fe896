"""A held run beside the last accepted one: the numbers, and what would be reported missing."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache

from ownership import wording
from ownership.parts import Masked
from reconcile import engine
from reconcile.checks.masking import Masking, key_words
from reconcile.checks.models import Run
from reconcile.checks.queries.answers import side_names
from reconcile.checks.queries.runs import run_before
from reconcile.exports.models import Snapshot

SAMPLE = 20
_KEPT_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class HeldSide:
    """One export of a held run beside that of the last accepted run.

    ``missing`` counts the keys that it has no longer, of which ``keys`` are the first; None where that cannot be told,
    and ``problem`` says why.
    """

    side: str
    system: str
    now: Snapshot
    before: Snapshot
    missing: int | None
    keys: tuple[str | Masked, ...] = ()
    problem: str = ""

    @property
    def change(self) -> str:
        """How the number of rows moved: "95.2 % fewer"."""
        now, before = self.now.rows or 0, self.before.rows or 0
        if now == before:
            return "as many"
        return f"{wording.percent(abs(now - before), before)} {'fewer' if now < before else 'more'}" if before else ""

    @property
    def more(self) -> int:
        """How many keys are missing beyond those shown."""
        return max((self.missing or 0) - len(self.keys), 0)


@dataclass(frozen=True, slots=True)
class Held:
    """The last accepted run, and both exports beside its."""

    before: Run
    sides: tuple[HeldSide, ...]


def held(run: Run, masking: Masking) -> Held | None:
    """What there is to look at before ``run`` is confirmed, None where no run was accepted before it."""
    before = run_before(run)
    if before is None:
        return None
    names = side_names(run.check_compared)
    pairs = (("left", run.left, before.left), ("right", run.right, before.right))
    return Held(
        before,
        tuple(
            _side(run, place, side, names[place], masking, sides=(now, then))
            for place, (side, now, then) in enumerate(pairs)
        ),
    )


def _side(  # noqa: PLR0913 - one side, whole
    run: Run, place: int, side: str, system: str, masking: Masking, *, sides: tuple[Snapshot, Snapshot]
) -> HeldSide:
    now, before = sides
    try:
        found = _left_out(run, place, now, before)
    except engine.EngineError as error:
        return HeldSide(side, system, now, before, None, problem=str(error))
    composite = len(run.comparing.key) > 1
    # Those that are masked look alike: one stands for all.
    keys = tuple(dict.fromkeys(key_words(key, composite=composite, masked=masking.key) for key in found.keys))
    return HeldSide(side, system, now, before, found.count, keys)


def _left_out(run: Run, place: int, now: Snapshot, before: Snapshot) -> engine.LeftOut:
    """The keys left out; looked for once an hour at most, for it reads both exports."""
    kept = f"held-{run.pk}-{place}-{before.pk}-{now.attempt}"
    found: engine.LeftOut | None = cache.get(kept)
    if found is None:
        columns = [pair[place] for pair in run.comparing.key]
        found = engine.left_out(before.kept, now.kept, columns, fold=run.comparing.key_fold, most=SAMPLE)
        cache.set(kept, found, _KEPT_SECONDS)
    return found


def numbers(run: Run) -> list[str]:
    """What would be reported missing, in a sentence for each side that has something to say."""
    found = held(run, Masking())
    return [
        f"{one.now.file_name} lacks {wording.plural(one.missing, 'key', 'keys')} that {one.before.file_name}, "
        "compared before it, has."
        for one in (found.sides if found else ())
        if one.missing
    ]
