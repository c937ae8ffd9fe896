"""What the engine said against the truth: causes, things that never happened, workflows named or made up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reconcile.engine import Cause, Group, Segment, SegmentCondition
from tests.simulation.business import SIDES, Business
from tests.simulation.faults import Fault, Where
from tests.simulation.running import Outcome
from tests.simulation.truth import Identity, Truth

FEWEST = 10  # mismatches a pattern must have before somebody could be blamed for it
MOSTLY = 0.6  # share of a pattern that is due to one workflow when that workflow is guilty
HARDLY = 0.1  # share of a pattern that workflows may have when none is
NEEDED: Mapping[str, tuple[set[str], ...]] = {
    Cause.NEVER_SENT: ({"owner edit"},),
    Cause.NON_OWNER_EDIT: ({"other edit"},),
    Cause.BOTH_EDITED: ({"owner edit"}, {"other edit"}),
    Cause.MISSING_EVENT: ({"lost"},),
    Cause.REMOVED: ({"removed"},),
    Cause.DUPLICATE: ({"repeated", "copied"},),
    Cause.MEANING: ({"vocabulary"},),
    Cause.FORMAT: ({"damage"},),
}


@dataclass(frozen=True)
class Wrong:
    """One wrong answer: what it was about, the truth, what was said."""

    where: str
    identity: Identity
    truth: Truth | None
    said: str


@dataclass
class Judged:
    """Figures of one or more outcomes.

    ``confusion`` counts (truth, found); ``unreal`` what was reported and is not real. ``named`` and ``unnamed`` are
    sentences on patterns that have a guilty workflow, ``silent`` and ``claimed`` on those that have none.
    """

    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    unreal: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    claimed: list[str] = field(default_factory=list)

    def __add__(self, more: Judged) -> Judged:
        return Judged(
            self.confusion + more.confusion,
            self.unreal + more.unreal,
            *(getattr(self, name) + getattr(more, name) for name in ("wrong", "named", "unnamed", "silent", "claimed")),
        )

    @property
    def total(self) -> int:
        """Mismatches judged."""
        return self.confusion.total()

    @property
    def right(self) -> float:
        """Share of mismatches whose cause is right."""
        return sum(count for (true, said), count in self.confusion.items() if true == said) / max(self.total, 1)

    @property
    def unreal_share(self) -> float:
        """Share of mismatches reported as something that never happened."""
        return self.unreal / max(self.total, 1)

    @property
    def named_share(self) -> float:
        """Share of the patterns with a guilty workflow of which it is named."""
        return len(self.named) / max(len(self.named) + len(self.unnamed), 1)

    @property
    def silent_share(self) -> float:
        """Share of the patterns tied to nothing of which nothing is claimed."""
        return len(self.silent) / max(len(self.silent) + len(self.claimed), 1)

    def of_cause(self, cause: str) -> tuple[int, int]:
        """Of the mismatches with this cause: right, all."""
        counts = {said: count for (true, said), count in self.confusion.items() if true == cause}
        return counts.get(cause, 0), sum(counts.values())


def judged(business: Business, called: str, truth: Mapping[Identity, Truth], outcome: Outcome) -> Judged:
    """One outcome against the truth."""
    found = Judged()
    for row in outcome.rows:
        identity = (row.kind, row.key, row.field)
        known = truth.get(identity)
        _judge(found, Wrong(called, identity, known, f"{row.cause} {row.detail}".strip()), row.cause)
    for identity in truth.keys() - {(row.kind, row.key, row.field) for row in outcome.rows}:
        found.confusion[truth[identity].cause, "nothing"] += 1
    _judge_segments(found, business, called, truth, outcome)
    return found


def _judge(found: Judged, answer: Wrong, said: str) -> None:
    known = answer.truth
    right = known is not None and said in known.right
    found.confusion[said if right else known.cause if known else "nothing", said] += 1
    if not right:
        found.wrong.append(answer)
        found.unreal += known is None or not happened(said, known.happened)


def happened(said: str, what: frozenset[str]) -> bool:
    """Whether anything of the kind a cause speaks of ever happened to a cell or record."""
    return all(any(one in what for one in needed) for needed in NEEDED.get(said, ()))


def _judge_segments(
    found: Judged, business: Business, called: str, truth: Mapping[Identity, Truth], outcome: Outcome
) -> None:
    """Patterns by what is true: same cause, kind, field and transformation. To be young is no workflow."""
    patterns: dict[tuple[str, ...], list[Identity]] = defaultdict(list)
    for identity, known in truth.items():
        how = (known.fault.transform or known.fault.what) if known.fault else ""
        detail = how if known.cause in (Cause.FORMAT, Cause.DUPLICATE) else ""
        patterns[known.cause, identity[0], identity[2], detail].append(identity)
    labels = {(row.kind, row.key, row.field): row.label for row in outcome.rows}
    groups = {group.label: group for group in outcome.groups}
    made: dict[str, Counter[Fault | None]] = defaultdict(Counter)
    for identity, label in labels.items():
        made[label][truth[identity].fault if identity in truth else None] += 1
    for name, members in patterns.items():
        if len(members) < FEWEST or name[0] == Cause.TIMING or _seen_from_the_other_side(truth[members[0]], name[1]):
            continue
        label = Counter(labels.get(one, "") for one in members).most_common(1)[0][0]
        pattern = f"{called}: {' '.join(part for part in name if part)} ({len(members)})"
        faults = Counter(truth[one].fault for one in members)
        _judge_pattern(found, business, pattern, faults, _Shown(groups.get(label), made[label]))


@dataclass(frozen=True)
class _Shown:
    """The group that holds most of a pattern, and which faults made its mismatches, by the truth.

    Where two causes are right, a group has more than one true pattern in it: records removed before any run saw them
    on both sides stand among those that never came. What concentrates in the group is then no invention because it is
    true of the other pattern, and which of two workflows is said first is a question of which made more of the group.
    """

    group: Group | None
    made: Counter[Fault | None]

    @property
    def segments(self) -> Sequence[Segment]:
        """Where the group is said to concentrate, the strongest first."""
        return self.group.segments if self.group else ()

    def blamed(self, faults: Iterable[Fault | None]) -> list[Fault]:
        """Those of the faults that are workflows which made a part of the group worth telling."""
        enough = HARDLY * self.made.total()
        return [fault for fault in faults if fault and fault.where and self.made[fault] > enough]


def _seen_from_the_other_side(known: Truth, kind: str) -> bool:
    """Whether these are the rows across of keys that repeat: what repeats them need not be told there."""
    return known.fault is not None and known.fault.what == "repeats" and kind != f"duplicate_{known.fault.side}"


def _judge_pattern(found: Judged, business: Business, name: str, faults: Counter[Fault | None], shown: _Shown) -> None:
    blamed = Counter({fault: count for fault, count in faults.items() if fault and fault.where})
    said = "; ".join(" and ".join(f"{c.side} {c.column}={c.value}" for c in one.conditions) for one in shown.segments)
    if blamed.total() <= HARDLY * faults.total():
        others = shown.blamed(shown.made)
        false = [one for one in shown.segments if not any(names(one.conditions, by.where, business) for by in others)]
        if false or not shown.segments:
            (found.claimed if false else found.silent).append(f"{name}: {said or 'nothing said'}")
        return
    fault, count = blamed.most_common(1)[0]
    if count < MOSTLY * faults.total():
        return
    more = any(shown.made[other] > shown.made[fault] for other in shown.blamed(shown.made))
    asked = shown.segments if more else shown.segments[:1]
    right = any(names(one.conditions, fault.where, business) for one in asked)
    sentence = f"{name}: {' and '.join(f'{one}={value}' for one, value in fault.where)}, said {said or 'nothing'}"
    (found.named if right else found.unnamed).append(sentence)


def names(conditions: Iterable[SegmentCondition], where: Where, business: Business) -> bool:
    """Whether the conditions name every part of the guilty workflow, on whichever side that tells it."""
    said = {(one.side, one.column, one.value) for one in conditions}
    return all(not said.isdisjoint(_written(business, name, value)) for name, value in where)


def _written(business: Business, name: str, value: str) -> set[tuple[str, str, str]]:
    trait = business.trait(name)
    told = zip(SIDES, trait.columns, strict=True)
    return {(side, column, trait.written(side, value)) for side, column in told if column}
