"""Eight weeks in the life of the two systems: what comes in, changes, breaks and is put right, week by week."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from reconcile.demo import failures, names
from reconcile.demo.customers import OLDEST_DAYS, Customer, Register, other
from reconcile.demo.failures import OWNED_LEFT, OWNED_RIGHT, RECORD, Failure, sides

WEEKS = 8
# Until then the check has no table of words for the billing status, and every status differs.
MAPPED_FROM = 3
# A company is taken over, its customers are imported at once; Billing's import shifts their start dates.
TAKEOVER, TAKEN_OVER = 4, 78
MEANT_ALIKE = "Enterprise"
_USUAL = 3000

Planter = Callable[["Story", Customer, int | None], Failure | None]
ANYWHERE = {"web form": 1.0, "sales": 1.0, "import": 1.0, "partner": 1.0}
MOSTLY_IMPORTED = {"web form": 0.3, "sales": 0.4, "import": 12.0, "partner": 0.5}
MOSTLY_PARTNERS = {"web form": 0.3, "sales": 0.4, "import": 0.5, "partner": 14.0}


@dataclass(frozen=True)
class Planned:
    """How many failures of one kind begin in each week, how long they stay (weeks; None: for good), and where."""

    planter: Planter
    counts: tuple[int, ...]
    stays: tuple[int, int] | None
    where: dict[str, float]


PLAN = (
    Planned(failures.spaces, (14, 1, 1, 2, 1, 1, 0, 1), None, MOSTLY_IMPORTED),
    Planned(failures.capitals, (18, 1, 0, 9, 1, 1, 1, 0), None, MOSTLY_IMPORTED),
    Planned(failures.without_accents, (17, 1, 1, 6, 0, 1, 0, 1), None, MOSTLY_IMPORTED),
    Planned(failures.day_shift, (0, 0, 0, 44, 6, 5, 0, 0), (3, 5), MOSTLY_IMPORTED),
    Planned(failures.factor, (9, 0, 1, 0, 1, 1, 0, 1), None, MOSTLY_PARTNERS),
    Planned(failures.rounding, (13, 1, 0, 1, 1, 0, 1, 1), None, ANYWHERE),
    Planned(failures.unexplained, (11, 1, 0, 2, 1, 0, 1, 1), None, ANYWHERE),
    Planned(failures.duplicate_key, (2, 0, 16, 0, 2, 0, 0, 2), (2, 4), MOSTLY_IMPORTED),
    Planned(failures.duplicate_in_crm, (1, 0, 0, 2, 0, 1, 1, 0), (1, 2), ANYWHERE),
    Planned(failures.removed_from_billing, (0, 0, 4, 2, 0, 6, 2, 3), None, ANYWHERE),
    Planned(failures.removed_from_crm, (0, 0, 1, 0, 2, 1, 0, 1), None, ANYWHERE),
    Planned(failures.never_sent, (0, 9, 14, 18, 24, 18, 15, 13), (2, 6), MOSTLY_IMPORTED),
    Planned(failures.non_owner_edit, (0, 6, 7, 9, 8, 11, 9, 10), (1, 4), ANYWHERE),
    Planned(failures.both_edited, (0, 2, 2, 3, 2, 3, 3, 3), (2, 5), ANYWHERE),
    Planned(failures.timing, (18, 20, 17, 22, 19, 21, 18, 20), (1, 1), ANYWHERE),
)
# Customers that one system does not know, by how they came: planted as they come in.
LATE = (5, 6, 4, 7, 5, 6, 5, 6)
NEVER_BILLED = (9, 4, 5, 7, 6, 4, 3, 3)
ONLY_BILLED = (4, 1, 1, 0, 2, 1, 1, 1)
NEAR_COPIES = (3, 2, 5, 3, 3, 1, 2, 2)
NEWCOMERS = (0, 22, 26, 24, 25, 28, 21, 27)


class Story:
    """The two systems as they stand in ``week`` (1 to 8, moved on by ``go_on``); ``customers`` are in order of keys."""

    def __init__(self, chance: random.Random, *, fridays: tuple[datetime, ...], customers: int) -> None:
        self.chance = chance
        self.week = 1
        self.fridays = fridays
        self._register = Register(chance)
        self._scale = customers / _USUAL
        self.customers = [self._register.customer(created) for created in self._first_days(customers)]
        self.failures: list[Failure] = []
        self._coming_back: list[tuple[int, Failure]] = []
        # What changed on both sides this week, as it should: only one thing happens to a value between two exports.
        self._agreed: set[tuple[str, str]] = set()
        self._strangers()
        self._plant()

    @property
    def status_is_mapped(self) -> bool:
        """Whether the check knows by now which words of the two systems mean the same."""
        return self.week >= MAPPED_FROM

    @property
    def status_agrees(self) -> bool:
        """Whether the billing status was found to be the same on both sides before: only then can it be told apart."""
        return self.week > MAPPED_FROM

    def agreed_before(self, customer: Customer) -> bool:
        """Whether both systems had the customer, once each, in the week before too."""
        return customer.whole_week < self.week

    def go_on(self) -> None:
        """Live through the next week."""
        self.week += 1
        self._heal()
        self._return()
        self._newcomers()
        self._strangers()
        self._agreed_changes()
        self._change_again()
        self._plant()

    def before(self, least: int, most: int) -> datetime:
        """Return a moment ``least`` to ``most`` hours before this week's exports."""
        return self.fridays[self.week - 1] - timedelta(minutes=self.chance.randint(least * 60, most * 60))

    def free_field(self, customer: Customer, fields: tuple[str, ...]) -> str:
        """Return one of ``fields`` that is not broken yet, or nothing. An Enterprise plan is left as it is."""
        values = customer.crm.values if customer.crm else {}
        free = [
            name
            for name in fields
            if name not in customer.broken
            and (customer.key, name) not in self._agreed
            and not (name == "plan" and values.get("plan") == MEANT_ALIKE)
        ]
        return self.chance.choice(free) if free else ""

    def _first_days(self, count: int) -> Iterator[datetime]:
        start = self.fridays[0]
        days = sorted((self.chance.randint(6, OLDEST_DAYS) for _ in range(count)), reverse=True)
        for day in days:
            yield start - timedelta(days=day) + timedelta(minutes=self.chance.randint(60, 660))

    # --- what comes in ---

    def _newcomers(self) -> None:
        for _ in range(self._scaled(NEWCOMERS)):
            self.customers.append(self._register.customer(self.before(85, 110), week=self.week))
        if self.week == TAKEOVER:
            for _ in range(round(TAKEN_OVER * self._scale)):
                self.customers.append(
                    self._register.customer(self.before(85, 88), week=self.week, created_via="import")
                )

    def _strangers(self) -> None:
        """Customers one system does not know: too new, never sent on, opened in Billing alone, opened twice."""
        for _ in range(self._scaled(LATE)):
            self._only_in_crm("timing", self.before(3, 20), heals=self.week + 1)
        for _ in range(self._scaled(NEVER_BILLED)):
            stays = self.chance.choice((2, 3, 4, 9))
            via = self.chance.choices(("partner", "sales", "import"), (8, 2, 1))[0]
            self._only_in_crm("missing_event", self.before(110, 160), heals=self.week + stays, via=via)
        for _ in range(self._scaled(ONLY_BILLED)):
            self._only_in_billing()
        for _ in range(self._scaled(NEAR_COPIES)):
            self._near_copy()

    def _only_in_crm(self, cause: str, created: datetime, *, heals: int, via: str = "") -> Failure:
        customer = self._register.customer(created, week=self.week, created_via=via)
        kept, customer.billing = customer.billing, None

        def mend() -> None:
            customer.billing = kept
            if kept is not None:
                kept.created_at = kept.updated_at = self.before(40, 120)

        self.customers.append(customer)
        return self._add(Failure(cause, customer, RECORD, heals, mend=mend))

    def _only_in_billing(self) -> None:
        customer = self._register.customer(self.before(120, 160), week=self.week, created_via="sales")
        customer.crm = None
        self.customers.append(customer)
        self._add(Failure("missing_event", customer, RECORD, None))

    def _near_copy(self) -> None:
        """An account opened once more, under a new key and nearly the same name, and never billed."""
        like = self.chance.choice([one for one in self.customers if one.whole])
        stays = self.chance.randint(2, 5)
        failure = self._only_in_crm("duplicate", self.before(90, 150), heals=self.week + stays, via="import")
        copy = failure.customer
        assert copy.crm is not None  # noqa: S101 - for the types
        assert like.crm is not None  # noqa: S101
        copy.country, copy.crm.values = like.country, dict(like.crm.values)
        copy.crm.values["customer name"] = _misspelt(self.chance, str(like.crm.values["customer name"]))

        def mend() -> None:
            self.customers.remove(copy)

        failure.mend = mend

    # --- what changes, breaks and heals ---

    def _agreed_changes(self) -> None:
        """About three in a hundred customers change on both sides, as it should be."""
        self._agreed = set()
        whole = [customer for customer in self.customers if customer.whole]
        for customer in self.chance.sample(whole, len(whole) // 33):
            name = self.free_field(customer, (*OWNED_LEFT, *OWNED_RIGHT))
            if name:
                self._agreed.add((customer.key, name))
                owner, follower = sides(customer, name)
                value = other(self.chance, customer, name, owner.values[name])
                changed = self.before(60, 160)
                owner.change(name, value, changed, customer.seller if owner is customer.crm else "finn.okafor")
                follower.change(name, value, changed + timedelta(hours=self.chance.randint(1, 30)), "sync")

    def _change_again(self) -> None:
        """Some of what was never sent changes once more, and is not sent again."""
        for failure in self.failures:
            if failure.cause == "never_sent" and self.chance.random() < 0.12:
                owner, follower = sides(failure.customer, failure.field)
                value = other(self.chance, failure.customer, failure.field, owner.values[failure.field])
                if not names.alike(value, follower.values[failure.field]):
                    owner.change(failure.field, value, self.before(122, 142), failure.customer.seller)

    def _plant(self) -> None:
        for planned in PLAN:
            wanted = self._scaled(planned.counts)
            for customer in self._candidates(planned, wanted):
                heals = self.week + self.chance.randint(*planned.stays) if planned.stays else None
                failure = planned.planter(self, customer, heals)
                if failure is not None:
                    self._add(failure)
                    wanted -= 1
                if not wanted:
                    break

    def _candidates(self, planned: Planned, wanted: int) -> Iterator[Customer]:
        """Whole customers nothing is wrong with, in an order of chance that prefers where the failure lives."""
        if not wanted:
            return
        # Weighted sampling without replacement: the larger the weight, the earlier a customer tends to come.
        drawn = [
            (self.chance.random() ** (1 / planned.where[customer.created_via]), customer)
            for customer in self.customers
            if customer.whole and not customer.broken
        ]
        drawn.sort(key=lambda pair: pair[0], reverse=True)
        for _, customer in drawn:
            if customer.whole and not customer.broken:
                yield customer

    def _add(self, failure: Failure) -> Failure:
        failure.customer.broken.add(failure.field)
        self.failures.append(failure)
        return failure

    def _heal(self) -> None:
        over = [failure for failure in self.failures if failure.heals is not None and failure.heals <= self.week]
        self.failures = [failure for failure in self.failures if failure.heals is None or failure.heals > self.week]
        for failure in over:
            failure.customer.broken.discard(failure.field)
            if failure.field == RECORD:
                failure.customer.whole_week = self.week
            if failure.mend is not None:
                failure.mend()
            else:
                owner, follower = sides(failure.customer, failure.field)
                follower.change(failure.field, owner.values[failure.field], self.before(40, 130), "sync")
            if failure.cause == "non_owner_edit" and self.chance.random() < 0.4:
                self._coming_back.append((self.week + self.chance.randint(1, 2), failure))

    def _return(self) -> None:
        """What somebody put right is edited again, to the same value as before."""
        for week, failure in self._coming_back:
            customer = failure.customer
            if week != self.week or not customer.whole or customer.broken or not self.agreed_before(customer):
                continue
            _, follower = sides(customer, failure.field)
            if failure.value is not None and follower.values[failure.field] != failure.value:
                follower.change(failure.field, failure.value, self.before(30, 150), "greta.holm")
                again = Failure("non_owner_edit", customer, failure.field, self.week + 2, value=failure.value)
                self._add(again)

    def _scaled(self, counts: tuple[int, ...]) -> int:
        count = counts[self.week - 1]
        return max(1, round(count * self._scale)) if count else 0


def _misspelt(chance: random.Random, name: str) -> str:
    """Return a name as somebody types it who has not looked whether it is there."""
    words = name.split(" ")
    swapped = f"{words[0][:-2]}{words[0][-1]}{words[0][-2]}" if len(words[0]) > 4 else words[0] + "s"
    choices = (" ".join([swapped, *words[1:]]), names.plain(" ".join(words[:-1])), f"{name} (new)")
    return chance.choice([spelt for spelt in choices if spelt and spelt != name])
