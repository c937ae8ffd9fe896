"""The demo company's front door: eight weekly pairs of exports, and the truth about what is wrong in them.

Pure and seeded: the same day, seed and size give the same bytes. No Django, no clock, no disk.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from reconcile.demo import files
from reconcile.demo.failures import RECORD
from reconcile.demo.story import MEANT_ALIKE, WEEKS, Story

SEED = 20_260
CUSTOMERS = 3000
CRM, BILLING = "CRM", "Billing"
FRIDAY = 4
# In this week Billing's export breaks off; the whole one comes a day later.
TRUNCATED_WEEK = 5
TRUNCATED_SHARE = 0.4
# In this week the foot of a printed report got into Billing's export.
FOOTER_WEEK = 3


@dataclass(frozen=True)
class ExportFile:
    """One export as its system writes it. ``as_of`` is the moment it shows, in UTC."""

    system: str
    file_name: str
    as_of: datetime
    content: bytes


@dataclass(frozen=True)
class Week:
    """One Friday's pair; ``truncated`` is the export of Billing that broke off and was replaced a day later."""

    number: int
    crm: ExportFile
    billing: ExportFile
    truncated: ExportFile | None = None


@dataclass(frozen=True)
class Planted:
    """One thing that is wrong in a week: ``field`` by its name for people, or ``*`` for the record; cause of §6."""

    week: int
    key: str
    field: str
    cause: str


@dataclass(frozen=True)
class World:
    """Everything there is, oldest week first."""

    weeks: tuple[Week, ...]
    truth: tuple[Planted, ...]


def make(*, today: date, seed: int = SEED, customers: int = CUSTOMERS) -> World:
    """Return the world whose last exports are of the last Friday up to ``today``."""
    chance = random.Random(seed)  # noqa: S311 - a story, not a secret
    last = today - timedelta(days=(today.weekday() - FRIDAY) % 7)
    fridays = tuple(datetime.combine(last - timedelta(weeks=back), time(6), UTC) for back in reversed(range(WEEKS)))
    story = Story(chance, fridays=fridays, customers=customers)
    weeks: list[Week] = []
    truth: list[Planted] = []
    for number in range(1, WEEKS + 1):
        if number > 1:
            story.go_on()
        weeks.append(_week(story, random.Random(f"{seed} {number}")))  # noqa: S311
        truth.extend(_truth(story))
    return World(tuple(weeks), tuple(truth))


def _week(story: Story, order: random.Random) -> Week:
    friday = story.fridays[story.week - 1]
    crm = ExportFile(CRM, f"crm_accounts_{friday:%Y-%m-%d}.csv", friday, files.crm(story.customers))
    content = files.billing(story.customers, week=story.week, footer=story.week == FOOTER_WEEK, chance=order)
    exported = friday + timedelta(minutes=20)
    if story.week != TRUNCATED_WEEK:
        return Week(story.week, crm, _billing(exported, content))
    broken_off = _billing(exported, content[: int(len(content) * TRUNCATED_SHARE)])
    return Week(story.week, crm, _billing(exported + timedelta(days=1), content), broken_off)


def _billing(as_of: datetime, content: bytes) -> ExportFile:
    return ExportFile(BILLING, f"Billing customers {as_of:%d.%m.%Y}.csv", as_of, content)


def _truth(story: Story) -> Iterator[Planted]:
    """What a comparison has to find this week. A record that is alone or repeated hides what its fields hold."""
    for failure in story.failures:
        if failure.field == RECORD or failure.customer.whole:
            yield Planted(story.week, failure.customer.key, failure.field, failure.cause)
    for customer in story.customers:
        if not customer.whole or customer.crm is None:
            continue
        if customer.crm.values["plan"] == MEANT_ALIKE:
            yield Planted(story.week, customer.key, "plan", "meaning")
        if not story.status_is_mapped:
            yield Planted(story.week, customer.key, "billing status", "meaning")
