"""Two systems at work: people make and edit records, messages carry them across, some are lost or altered."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from tests.simulation.business import SIDES, Business, Fact, Side, Value, other
from tests.simulation.faults import Drawing, Fault
from tests.simulation.ledger import Cell, Record, Sent
from tests.simulation.transforms import damaged, slip

WEEKS = 8
BEFORE = -21.0
INTERFACE = "interface"


@dataclass(slots=True)
class Exported:
    """One export: when it was made and what the side held of each record then, in the order of the records."""

    at: float
    held: dict[int, dict[str, Value]] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Week:
    """One run's exports by side."""

    number: int
    exports: dict[Side, Exported]


class World:
    """One business, simulated from three weeks before its first run to the last; everything follows from the seed."""

    def __init__(self, business: Business, seed: int) -> None:
        self.business = business
        self.rng = random.Random(f"{business.name} {seed}")
        self.faults = Drawing(business, self.rng).faults()
        self.records: list[Record] = []
        self.weeks: list[Week] = []
        self._queue: list[tuple[float, int, Callable[[float], object]]] = []
        self._order = itertools.count()
        self._serial = itertools.count(1)
        self._staff = [f"user{self.rng.randrange(100, 999)}" for _ in range(12)]
        self.size = self.rng.randint(*business.sizes)
        # A lag longer than an interval cannot be told from first sights unless runs are on the dot.
        punctual = 0.7 if business.lag < 6 else 1.0
        jitter = [0.0 if self.rng.random() < punctual else self.rng.uniform(-0.4, 0.4) for _ in range(WEEKS)]
        self._days = [7.0 * week + jitter[week] for week in range(WEEKS)]
        self._live()
        self.handed = self._handed_over()

    def _live(self) -> None:
        for _ in range(self.size):
            self._already_there()
        self._plan_traffic()
        self._plan_faults()
        for number, day in enumerate(self._days):
            self._plan_week(number, day)
        last = max(day + max(self.business.exported) for day in self._days)
        while self._queue and self._queue[0][0] <= last:
            at, _, act = heapq.heappop(self._queue)
            act(at)

    def _handed_over(self) -> list[int]:
        """Weeks in the order in which their exports reach the app: some late, some out of order."""
        late = {week: week + (self.rng.choice([1.5, 2.5]) if self.rng.random() < 0.2 else 0) for week in range(WEEKS)}
        return sorted(range(WEEKS), key=lambda week: late[week])

    def _at(self, moment: float, act: Callable[[float], object]) -> None:
        heapq.heappush(self._queue, (moment, next(self._order), act))

    def _again(self, weekly: float, act: Callable[[float], object], since: float = BEFORE) -> None:
        """Something that happens so often a week, at any time of the day."""
        day = max(BEFORE, since)
        while weekly and day < self._days[-1] + 1:
            day += self.rng.expovariate(weekly / 7)
            self._at(day, act)

    # Records come and go

    def _new(self, at: float, side: Side, traits: dict[str, str] | None = None) -> Record:
        rng, business = self.rng, self.business
        drawn = {
            trait.name: rng.choices(list(trait.shares), list(trait.shares.values()))[0] for trait in business.traits
        }
        record = Record(
            key=business.make_key(rng, next(self._serial)),
            traits=drawn | (traits or {}),
            born=side,
            cells={fact.name: Cell({side: fact.drawn(rng)}) for fact in business.facts},
            created={side: at},
            updated={side: (at, rng.choice(self._staff))},
            present={side},
        )
        if self.records and rng.random() < business.relatives:
            relative = rng.choice(self.records)
            for name in business.shared:
                known = next(iter(relative.cells[name].held.values()))
                record.cells[name].held[side] = known
        self.records.append(record)
        return record

    def _already_there(self) -> None:
        """A record of old, sent as ever: most of what went wrong then was put right since."""
        at = self.rng.uniform(-1000, BEFORE)
        record = self._new(at, self._side_of_birth())
        lost = self._loses(record, ALL_RECORDS, at)
        if lost and self.rng.random() < 0.04:
            self._lose(record, lost)
        else:
            self._arrive(record, at + 0.1, slips=0.004)

    def _create(self, at: float, where: dict[str, str] | None = None, side: Side | None = None) -> None:
        record = self._new(at, side or self._side_of_birth(), where)
        lost = self._loses(record, ALL_RECORDS, at)
        if lost:
            self._lose(record, lost)
            self._perhaps(0.25, at + self.rng.uniform(5, 20), lambda moment: self._arrive(record, moment))
        else:
            self._at(at + self._delay(self.business.lag), lambda moment: self._arrive(record, moment, slips=0.02))

    def _lose(self, record: Record, fault: Fault | None) -> None:
        record.lost = fault
        record.happened.add("lost")

    def _arrive(self, record: Record, at: float, slips: float = 0.0) -> None:
        """The other side gets the record as it is by now."""
        if record.removed or len(record.present) != 1:
            return
        side = other(record.born)
        record.present.add(side)
        record.created[side], record.updated[side], record.touched = at, (at, INTERFACE), at
        for fact in self.business.facts:
            cell = record.cells[fact.name]
            self._carry(record, fact, cell.held[record.born], at, side, new=True)
        if self.rng.random() < slips:
            self._slip(record, at, side)

    def _slip(self, record: Record, at: float, side: Side) -> None:
        """Somebody copied one of its values by hand, and wrongly."""
        fact = self.rng.choice([one for one in self.business.facts if one.kind not in ("word", "flag")])
        cell = record.cells[fact.name]
        if cell.same and cell.held[side] is not None:
            cell.put(side, slip(self.rng, cell.held[side]), at)
            cell.slipped = True
            cell.happened.add("slip")

    def _remove(self, at: float, side: Side, fault: Fault | None) -> None:
        record = self._some(lambda one: one.ordinary and not one.kept and _fits(one, fault, at))
        if record is None:
            return
        record.present.discard(side)
        record.removed, record.touched = (side, at, fault), at
        record.happened.add("removed")
        if fault:
            self._perhaps(0.2, at + self.rng.uniform(3, 20), lambda moment: self._gone(record, moment))
        else:
            self._at(at + self._delay(self.business.lag), lambda moment: self._gone(record, moment))

    def _gone(self, record: Record, at: float) -> None:
        record.present.clear()
        record.touched = at

    # Copies

    def _repeat(self, at: float, fault: Fault) -> None:
        """One side has a record twice under its key."""
        record = self._some(lambda one: one.ordinary and _fits(one, fault, at))
        if record:
            record.rows[fault.side], record.repeated, record.kept = self.rng.choice([2, 2, 2, 3]), fault, True
            record.happened.add("repeated")
            self._perhaps(0.3, at + self.rng.uniform(3, 25), lambda _: self._merged(record))

    def _merged(self, record: Record) -> None:
        record.rows = dict.fromkeys(SIDES, 1)

    def _copy(self, at: float, fault: Fault) -> None:
        """Somebody enters what is there already, under a key of its own, on one side."""
        original = self._some(lambda one: one.ordinary and not one.kept and _fits(one, fault, at))
        if original:
            original.kept = True
            self._twin(original, fault.side, at, fault)

    def _twin(self, original: Record, side: Side, at: float, fault: Fault) -> None:
        copy = self._new(at, side, dict(original.traits))
        source = side if side in original.present else original.born
        for name, cell in copy.cells.items():
            cell.held[side] = original.cells[name].held[source]
        self._vary(copy, side)
        copy.alone = fault
        copy.happened.add("copied")
        self._perhaps(0.2, at + self.rng.uniform(5, 30), lambda moment: self._made_one(original, copy, moment))

    def _made_one(self, original: Record, copy: Record, at: float) -> None:
        """The copy goes; what was entered on both sides is known to both under one key from then on."""
        self._gone(copy, at)
        original.alone = None
        self._arrive(original, at)

    def _vary(self, copy: Record, side: Side) -> None:
        """A copy is hardly ever exact: a slip in one text, another value in one field at most, never another name."""
        rng = self.rng
        if rng.random() < 0.6:
            texts = [fact for fact in self.business.facts if fact.kind == "text" and copy.cells[fact.name].held[side]]
            cell = copy.cells[rng.choice(texts).name]
            held = str(cell.held[side])
            cell.held[side] = rng.choice([slip(rng, held), held.upper(), held.replace(" ", "  "), held])
        if rng.random() < 0.5:
            fact = rng.choice(self.business.facts[1:])
            copy.cells[fact.name].held[side] = fact.drawn(rng, copy.cells[fact.name].held[side])

    def _two_keys(self, at: float, fault: Fault) -> None:
        """Both sides enter the same new thing by themselves, each under its own key."""
        first = self._new(at, "left")
        first.alone = fault
        first.happened.add("copied")
        self._twin(first, "right", at + self.rng.uniform(0, 2), fault)

    # Edits and messages

    def _edit(self, at: float, fact: Fact, where: Fault | None = None) -> Record | None:
        """The owner edits; the message goes out."""
        side = fact.owner or self.rng.choice(SIDES)
        record = self._some(lambda one: side in one.present and one.alone is None and _fits(one, where, at))
        if record is None:
            return None
        cell = record.cells[fact.name]
        cell.put(side, fact.drawn(self.rng, cell.held[side]), at)
        record.updated[side] = (at, self.rng.choice(self._staff))
        cell.happened.add("owner edit")
        if other(side) in record.present and (fact.owner or side == "left"):
            self._send(record, fact, at, side)
        return record

    def _send(self, record: Record, fact: Fact, at: float, side: Side) -> None:
        cell = record.cells[fact.name]
        if cell.same and not cell.open:
            return
        lost = self._loses(record, fact.name, at)
        cell.open.append(Sent(at, on_its_way=not lost, fault=lost if lost is not BY_CHANCE else None))
        if lost:
            heals = at + self.rng.uniform(4, 25)
            self._perhaps(0.3, heals, lambda moment: self._resend(record, fact, moment, side))
            return
        value = cell.held[side]
        slow = self.rng.uniform(1.2, 4) if self.rng.random() < 0.004 else 1
        cell.arrives = max(cell.arrives + 0.001, at + slow * self._delay(self.business.lag_of(fact)))
        self._at(cell.arrives, lambda moment: self._deliver(record, fact, value, at, moment, other(side)))

    def _resend(self, record: Record, fact: Fact, at: float, side: Side) -> None:
        """Somebody noticed: the value of now goes across."""
        cell = record.cells[fact.name]
        if not cell.same and len(record.present) == 2:
            self._deliver(record, fact, cell.held[side], at, at, other(side))

    def _deliver(  # noqa: PLR0913, PLR0917 - a message
        self, record: Record, fact: Fact, value: Value, sent: float, at: float, to: Side
    ) -> None:
        if to not in record.present:
            return
        cell = record.cells[fact.name]
        if sent < cell.newest:
            return
        cell.newest = sent
        cell.open = [one for one in cell.open if one.at > sent]
        cell.foreign, cell.damage, cell.slipped = None, None, False
        record.updated[to] = (at, INTERFACE)
        self._carry(record, fact, value, at, to)

    def _carry(  # noqa: PLR0913 - a message
        self, record: Record, fact: Fact, value: Value, at: float, to: Side, *, new: bool = False
    ) -> None:
        """A value arrives, altered where that hand-off alters it: the way from the owner to the other side does."""
        cell = record.cells[fact.name]
        fault = next((one for one in self.faults if one.what == "format" and one.fact == fact.name), None)
        arrived = value
        if fault and fact.owner != to and fault.strikes(record.traits, at) and self.rng.random() < fault.strength:
            arrived = damaged(fault.transform, fact.kind, value)
        cell.put(to, arrived, at)
        if new:
            cell.moved.clear()
        if arrived != value:
            cell.damage = fault
            cell.happened.add("damage")

    def _edit_elsewhere(self, at: float, fact: Fact, fault: Fault | None, record: Record | None = None) -> None:
        """Somebody edits a fact in the system that does not own it."""
        side = other(fact.owner or "left")
        record = record or self._some(lambda one: one.ordinary and _fits(one, fault, at))
        if record is None or side not in record.present:
            return
        cell = record.cells[fact.name]
        cell.put(side, fact.drawn(self.rng, cell.held[side], cell.held[other(side)]), at)
        record.updated[side] = (at, self.rng.choice(self._staff))
        cell.happened.add("other edit")
        if not cell.same:
            cell.foreign, cell.damage, cell.slipped = (at, fault), None, False
            heals = at + self.rng.uniform(4, 30)
            self._perhaps(0.2, heals, lambda moment: self._resend(record, fact, moment, other(side)))

    def _edit_both(self, at: float, fact: Fact, fault: Fault) -> None:
        """Both sides edit the same thing within a day; the message finds the record changed and is turned down."""
        record = self._some(lambda one: one.ordinary and _fits(one, fault, at))
        if record is None:
            return
        cell = record.cells[fact.name]
        cell.put(fact.owner, fact.drawn(self.rng, *cell.held.values()), at)
        record.updated[fact.owner] = (at, self.rng.choice(self._staff))
        cell.happened.add("owner edit")
        cell.open.append(Sent(at, on_its_way=False, fault=fault))
        self._edit_elsewhere(at + 0.01, fact, fault, record)

    # Planning

    def _plan_traffic(self) -> None:
        business = self.business
        for fact in business.facts:
            self._again(fact.edits * self.size, partial(self._edit, fact=fact))
        self._again(business.fresh * self.size, self._create)
        self._again(0.001 * self.size, lambda at: self._remove(at, self.rng.choice(SIDES), None))
        owned = [fact for fact in business.facts if fact.owner]
        self._again(0.7, lambda at: self._edit_elsewhere(at, self.rng.choice(owned), None))

    def _plan_faults(self) -> None:
        for fault in self.faults:
            act = self._acting(fault)
            if act:
                self._again(fault.weekly, act, fault.since)

    def _acting(self, fault: Fault) -> Callable[[float], object] | None:
        fact = self.business.fact(fault.fact) if fault.fact else self.business.facts[0]
        acts: dict[str, Callable[[float], object]] = {
            "lost edits": lambda at: self._edit(at, fact, fault),
            "format": lambda at: self._edit(at, fact, fault),
            "lost records": lambda at: self._create(at, dict(fault.where), fault.side),
            "other edits": lambda at: self._edit_elsewhere(at, fact, fault),
            "both edit": lambda at: self._edit_both(at, fact, fault),
            "removals": lambda at: self._remove(at, fault.side, fault),
            "repeats": lambda at: self._repeat(at, fault),
            "copies": lambda at: self._copy(at, fault),
            "two keys": lambda at: self._two_keys(at, fault),
        }
        return acts.get(fault.what)

    def _plan_week(self, number: int, day: float) -> None:
        week = Week(number, {})
        self.weeks.append(week)
        for side, hour in zip(SIDES, self.business.exported, strict=True):
            self._at(day + hour, partial(self._export, week, side))

    def _export(self, week: Week, side: Side, at: float) -> None:
        made = Exported(at)
        for number, record in enumerate(self.records):
            if side in record.present:
                made.held[number] = {name: cell.held[side] for name, cell in record.cells.items()}
                made.rows[number] = record.rows[side]
        week.exports[side] = made
        self._stamped(week, side)
        if len(week.exports) == 2:
            self._seen(week)

    def _stamped(self, week: Week, side: Side) -> None:
        """What the edit columns say at this moment is written with the values."""
        held = week.exports[side].held
        for number, values in held.items():
            record = self.records[number]
            at, who = record.updated[side]
            values["created at"], values["updated at"] = str(record.created[side]), str(at)
            values["updated by"] = who

    def _seen(self, week: Week) -> None:
        """The app sees both exports: what agrees now counts as agreed."""
        left, right = (week.exports[side] for side in SIDES)
        for number in left.held.keys() & right.held.keys():
            record = self.records[number]
            record.met = week.number
            if left.rows[number] > 1 or right.rows[number] > 1:
                continue
            for name, cell in record.cells.items():
                if left.held[number][name] == right.held[number][name] and not self.wordless(name, left.held[number]):
                    cell.agreed = week.number
                    cell.moved.clear()

    def wordless(self, fact: str, held: dict[str, Value]) -> bool:
        """Whether a word is one that nobody has mapped to the other side's."""
        return any(
            fault.what == "vocabulary" and fault.fact == fact and held[fact] in fault.words for fault in self.faults
        )

    # Chance

    def _some(self, fits: Callable[[Record], bool]) -> Record | None:
        for _ in range(600):
            record = self.rng.choice(self.records)
            if fits(record):
                return record
        return None

    def _side_of_birth(self) -> Side:
        return "right" if self.rng.random() < self.business.born_right else "left"

    def _delay(self, lag: float) -> float:
        return self.rng.uniform(0.05, 0.85) * lag

    def _perhaps(self, chance: float, at: float, act: Callable[[float], object]) -> None:
        if self.rng.random() < chance:
            self._at(at, act)

    def _loses(self, record: Record, what: str, at: float) -> Fault | None:
        """The fault that loses a message of this record or fact; now and then one is lost by chance."""
        for fault in self.faults:
            whole = fault.what == "lost records" and what == ALL_RECORDS and fault.side == record.born
            ours = whole or (fault.what == "lost edits" and fault.fact == what)
            if ours and fault.strikes(record.traits, at) and self.rng.random() < fault.strength:
                return fault
        return BY_CHANCE if self.rng.random() < 0.006 else None


ALL_RECORDS = "*"
BY_CHANCE = Fault("chance")


def _fits(record: Record, fault: Fault | None, at: float) -> bool:
    return fault is None or fault.strikes(record.traits, at)
