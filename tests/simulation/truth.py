"""What is true of each mismatch of the last week: its cause by what happened, and the fault that made it.

The causes are those of the design (§6). Where the exports of eight weeks cannot tell which of two happened, both
answers are right: a change younger than the lag or than one interval between runs may be called timing; of what no run
ever saw agree nobody can know who changed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reconcile.engine import Cause
from tests.simulation.business import SIDES, Fact, Side, other
from tests.simulation.faults import Fault
from tests.simulation.ledger import Cell, Record
from tests.simulation.world import BY_CHANCE, Exported, World
from tests.simulation.writing import shown_key

Identity = tuple[str, str, str]


@dataclass(frozen=True)
class Truth:
    """The cause, every other answer that is right too, the fault behind it if one is, and all that ever happened."""

    cause: Cause
    also: frozenset[Cause] = frozenset()
    fault: Fault | None = None
    happened: frozenset[str] = frozenset()

    @property
    def right(self) -> frozenset[Cause]:
        """Every answer that is right."""
        return self.also | {self.cause}


def of_last_week(world: World) -> dict[Identity, Truth]:
    """The truth by (kind, key, field as the left system calls it)."""
    return dict(_Reading(world).all())


class _Reading:
    def __init__(self, world: World) -> None:
        self._world = world
        week, before = world.weeks[-1], world.weeks[-2]
        self._exports = week.exports
        self._number = week.number
        moments = [export.at for export in week.exports.values()]
        self._early, self._late = min(moments), max(moments)
        self._slack = world.business.clock + self._late - self._early
        self._interval = max(week.exports[side].at - before.exports[side].at for side in SIDES)
        self._first = min(export.at for export in world.weeks[0].exports.values())

    def all(self) -> Iterator[tuple[Identity, Truth]]:
        for number, record in enumerate(self._world.records):
            sides = [side for side in SIDES if number in self._exports[side].held]
            if not sides:
                continue
            if any(self._exports[side].rows[number] > 1 for side in sides):
                yield from self._repeated(record, sides)
            elif len(sides) == 1:
                truth = self._alone(record, sides[0])
                yield (f"only_{sides[0]}", shown_key(self._world.business, record, sides[0]), "*"), truth
            else:
                yield from self._differing(number, record)

    def _repeated(self, record: Record, sides: list[Side]) -> Iterator[tuple[Identity, Truth]]:
        for side in sides:
            truth = Truth(Cause.DUPLICATE, fault=record.repeated, happened=frozenset(record.happened))
            yield (f"duplicate_{side}", shown_key(self._world.business, record, side), "*"), truth

    def _alone(self, record: Record, side: Side) -> Truth:
        happened = frozenset(record.happened)
        at = self._exports[side].at
        age = at - record.created[side]
        lag, slack = self._world.business.lag, self._slack
        young = {Cause.TIMING} if age < max(lag, self._interval) + slack else set()
        if record.alone:
            return Truth(Cause.DUPLICATE, frozenset(young), record.alone, happened)
        if record.removed or not record.present:
            return self._removed(record, side, happened)
        if record.touched > self._early and record.touched <= self._late:
            return Truth(Cause.TIMING, frozenset({Cause.MISSING_EVENT}), None, happened)
        if age < lag:
            return Truth(Cause.TIMING, frozenset({Cause.MISSING_EVENT} if age > lag - slack else ()), None, happened)
        fault = record.lost if record.lost is not BY_CHANCE else None
        return Truth(Cause.MISSING_EVENT, frozenset(young), fault, happened)

    def _removed(self, record: Record, side: Side, happened: frozenset[str]) -> Truth:
        assert record.removed
        _, at, fault = record.removed
        also = {Cause.TIMING} if self._exports[side].at - at < max(self._world.business.lag, self._interval) else set()
        if record.met is None:
            also.add(Cause.MISSING_EVENT)
        return Truth(Cause.REMOVED, frozenset(also), fault, happened)

    def _differing(self, number: int, record: Record) -> Iterator[tuple[Identity, Truth]]:
        left, right = (self._exports[side].held[number] for side in SIDES)
        key = shown_key(self._world.business, record, "left")
        for fact in self._world.business.facts:
            wordless = self._world.wordless(fact.name, left)
            if left[fact.name] == right[fact.name] and not wordless:
                continue
            cell = record.cells[fact.name]
            same = left[fact.name] == right[fact.name]
            truth = self._worded(cell, fact) if same else self._cell(cell, fact)
            yield ("differs", key, fact.columns[0]), truth

    def _worded(self, cell: Cell, fact: Fact) -> Truth:
        fault = next(one for one in self._world.faults if one.what == "vocabulary" and one.fact == fact.name)
        return Truth(Cause.MEANING, fault=fault, happened=frozenset({"vocabulary", *cell.happened}))

    def _cell(self, cell: Cell, fact: Fact) -> Truth:
        happened = frozenset(cell.happened)
        if not fact.owner:
            return self._unowned(cell, fact, happened)
        if cell.touched > self._early:
            return Truth(Cause.TIMING, self._skewed(cell), None, happened)
        if cell.foreign:
            return self._with_foreign_edit(cell, fact, happened)
        if cell.open:
            return self._with_open_change(cell, fact, happened)
        if cell.damage:
            return Truth(Cause.FORMAT, fault=cell.damage, happened=happened)
        assert cell.slipped, (fact, cell)
        return Truth(Cause.UNEXPLAINED, happened=happened)

    def _unowned(self, cell: Cell, fact: Fact, happened: frozenset[str]) -> Truth:
        """Without an owner nobody can say which of two edits was the wrong one."""
        young = self._late - cell.touched < max(self._world.business.lag_of(fact), self._interval)
        return Truth(Cause.UNEXPLAINED, frozenset({Cause.TIMING} if young else ()), None, happened)

    def _skewed(self, cell: Cell) -> frozenset[Cause]:
        """Something happened between the two exports: what they show may look like an edit on the other side."""
        known = {Cause.NON_OWNER_EDIT, Cause.NEVER_SENT}
        both = cell.foreign or len(cell.moved) == 2
        return frozenset(known | ({Cause.BOTH_EDITED} if both else set()))

    def _with_foreign_edit(self, cell: Cell, fact: Fact, happened: frozenset[str]) -> Truth:
        assert cell.foreign
        at, fault = cell.foreign
        both = bool(cell.open)
        cause = Cause.BOTH_EDITED if both else Cause.NON_OWNER_EDIT
        newest = max([at, *(sent.at for sent in cell.open)])
        also = self._young(fact, self._export(other(fact.owner)).at - newest) | self._never_seen(cell)
        if not both and fact.owner in cell.moved:
            also.add(Cause.BOTH_EDITED)
        return self._known(cell, cause, also, newest, fault, happened)

    def _with_open_change(self, cell: Cell, fact: Fact, happened: frozenset[str]) -> Truth:
        at, lag = self._export(fact.owner).at, self._world.business.lag_of(fact)
        first, last = cell.open[0], cell.open[-1]
        also = self._never_seen(cell)
        if other(fact.owner) in cell.moved:
            also.add(Cause.BOTH_EDITED)
        if at - first.at < lag - self._slack:
            return Truth(Cause.TIMING, frozenset(also), None, happened)
        also |= self._young(fact, at - last.at)
        return self._known(cell, Cause.NEVER_SENT, also, last.at, last.fault, happened)

    def _known(  # noqa: PLR0913, PLR0917 - what is known of a cause
        self, cell: Cell, cause: Cause, also: set[Cause], at: float, fault: Fault | None, happened: frozenset[str]
    ) -> Truth:
        """Of what was over before the first run, and never agreed since, exports cannot tell."""
        if cell.agreed is None and at < self._first:
            return Truth(Cause.UNEXPLAINED, frozenset({*also, cause}), fault, happened)
        return Truth(cause, frozenset(also), fault, happened)

    def _never_seen(self, cell: Cell) -> set[Cause]:
        return {Cause.UNEXPLAINED} if cell.agreed is None else set()

    def _young(self, fact: Fact, age: float) -> set[Cause]:
        lag = self._world.business.lag_of(fact) + self._slack
        return {Cause.TIMING} if age < max(lag, self._interval) else set()

    def _export(self, side: Side) -> Exported:
        return self._exports[side]
