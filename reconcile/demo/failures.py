"""How each kind of failure of §6 gets into the two systems, and out again.

A planter takes the story and a customer, breaks it, and gives the failure. A customer is broken in one way at a time
in each field, so that what was planted is what a comparison finds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from reconcile.demo import names
from reconcile.demo.customers import CLERKS, Customer, Side, Value, other

if TYPE_CHECKING:
    from reconcile.demo.story import Story

# Fields by the side that owns them; each is what people call it.
OWNED_LEFT = ("customer name", "contact", "invoice e-mail", "city", "plan", "start date")
OWNED_RIGHT = ("billing status", "monthly amount")
STATUS = "billing status"
RECORD = "*"


@dataclass(eq=False)
class Failure:
    """One thing that is wrong: with a field of a customer, or with its record (``RECORD``).

    ``heals`` is the week in which somebody puts it right, None for never; ``value`` is what it may come back with.
    """

    cause: str
    customer: Customer
    field: str
    heals: int | None
    value: Value | None = None
    mend: Callable[[], None] | None = None


def timing(story: Story, customer: Customer, heals: int | None) -> Failure | None:
    """A change of the last hours: the other side gets it next week."""
    return _owner_changes(story, customer, heals, "timing", hours=(3, 20), fields=("contact", "plan", "monthly amount"))


def never_sent(story: Story, customer: Customer, heals: int | None) -> Failure | None:
    """A change older than the longest lag on the map that nobody carried over."""
    fields = ("invoice e-mail", "city", "contact", "monthly amount")
    if not story.agreed_before(customer):
        return None
    return _owner_changes(story, customer, heals, "never_sent", hours=(122, 142), fields=fields)


def _owner_changes(  # noqa: PLR0913 - one customer, one change
    story: Story, customer: Customer, heals: int | None, cause: str, *, hours: tuple[int, int], fields: tuple[str, ...]
) -> Failure | None:
    name = story.free_field(customer, (*fields, STATUS) if story.status_agrees else fields)
    if not name:
        return None
    owner, _ = sides(customer, name)
    by = story.chance.choice(CLERKS) if name in OWNED_RIGHT else customer.seller
    owner.change(name, other(story.chance, customer, name, owner.values[name]), story.before(*hours), by)
    return Failure(cause, customer, name, heals)


def non_owner_edit(story: Story, customer: Customer, heals: int | None) -> Failure | None:
    """The side that does not own the field changed it: a seller the billing status, a clerk an address."""
    fields = ("invoice e-mail", "start date", "customer name")
    name = story.free_field(customer, (*fields, STATUS, STATUS) if story.status_agrees else fields)
    if not name or not story.agreed_before(customer):
        return None
    _, follower = sides(customer, name)
    value = other(story.chance, customer, name, follower.values[name])
    by = customer.seller if name in OWNED_RIGHT else story.chance.choice(CLERKS)
    follower.change(name, value, story.before(30, 150), by)
    return Failure("non_owner_edit", customer, name, heals, value=value)


def both_edited(story: Story, customer: Customer, heals: int | None) -> Failure | None:
    """Both sides changed it since they agreed, each to something else."""
    name = story.free_field(customer, ("contact", "monthly amount", "start date", "city"))
    if not name or not story.agreed_before(customer):
        return None
    owner, follower = sides(customer, name)
    before = owner.values[name]
    first = other(story.chance, customer, name, before)
    second = other(story.chance, customer, name, before)
    if names.alike(first, second):
        return None
    owner.change(name, first, story.before(90, 150), customer.seller)
    follower.change(name, second, story.before(90, 150), story.chance.choice(CLERKS))
    return Failure("both_edited", customer, name, heals)


def duplicate_key(story: Story, customer: Customer, heals: int | None) -> Failure | None:
    """The import ran twice: Billing has the customer two times under one key."""
    again = _second_row(customer.billing)
    again.change("billing status", "current", story.before(90, 150), "import")
    customer.billing_again = again

    def mend() -> None:
        customer.billing_again = None

    return Failure("duplicate", customer, RECORD, heals, mend=mend)


def duplicate_in_crm(story: Story, customer: Customer, heals: int | None) -> Failure | None:
    """Two sellers opened the same account."""
    again = _second_row(customer.crm)
    again.change("contact", names.somebody(story.chance, customer.country), story.before(20, 150), customer.seller)
    customer.crm_again = again

    def mend() -> None:
        customer.crm_again = None

    return Failure("duplicate", customer, RECORD, heals, mend=mend)


def _second_row(side: Side | None) -> Side:
    assert side is not None  # noqa: S101 - only whole customers are broken
    return side.copy()


def removed_from_billing(_: Story, customer: Customer, heals: int | None) -> Failure | None:
    """Billing archived a customer the CRM still has; nobody takes that back."""
    customer.billing = None
    return Failure("removed", customer, RECORD, heals)


def removed_from_crm(_: Story, customer: Customer, heals: int | None) -> Failure | None:
    """Two accounts were merged in the CRM; Billing still sends invoices to both."""
    customer.crm = None
    return Failure("removed", customer, RECORD, heals)


def spaces(story: Story, customer: Customer, heals: int | None) -> Failure | None:
    """A name typed or imported with a space too many."""
    return _written(story, customer, heals, "customer name", lambda name: _with_space(story, str(name)))


def capitals(story: Story, customer: Customer, heals: int | None) -> Failure | None:
    """An import that writes names in capitals."""
    return _written(story, customer, heals, "customer name", _in_capitals)


def without_accents(story: Story, customer: Customer, heals: int | None) -> Failure | None:
    """An import that loses accents."""
    return _written(story, customer, heals, "city", lambda city: names.plain(str(city)))


def day_shift(story: Story, customer: Customer, heals: int | None) -> Failure | None:
    """A time zone in Billing's import: each start date a day late."""
    return _written(story, customer, heals, "start date", _next_day)


def factor(story: Story, customer: Customer, heals: int | None) -> Failure | None:
    """Cents taken for whole amounts."""
    return _written(story, customer, heals, "monthly amount", lambda amount: Decimal(str(amount)) * 100)


def rounding(story: Story, customer: Customer, heals: int | None) -> Failure | None:
    """An invoice template that rounds to whole amounts."""
    return _written(story, customer, heals, "monthly amount", _rounded)


def unexplained(story: Story, customer: Customer, heals: int | None) -> Failure | None:
    """Different from the first day on, and nobody knows why."""
    name = story.free_field(customer, ("contact", "monthly amount", "start date", "city", "currency"))
    if not name:
        return None
    return _written(story, customer, heals, name, lambda value: _unlike(story, customer, name, value), "unexplained")


def _unlike(story: Story, customer: Customer, name: str, value: Value) -> Value:
    if name == "currency":
        return "USD"
    return other(story.chance, customer, name, value)


def _written(  # noqa: PLR0913, PLR0917 - one customer, one field, one way of writing
    story: Story,
    customer: Customer,
    heals: int | None,
    name: str,
    write: Callable[[Value], Value],
    cause: str = "format",
) -> Failure | None:
    """Billing never held what the CRM holds: for customers that are new this week, or were there from the start."""
    if name in customer.broken or customer.billing is None or customer.since_week != story.week:
        return None
    value = customer.billing.values[name]
    written = write(value)
    if written == value:
        return None
    customer.billing.values[name] = written
    return Failure(cause, customer, name, heals)


def _with_space(story: Story, name: str) -> str:
    return story.chance.choice((f"{name} ", f" {name}", name.replace(" ", "  ", 1)))


def _in_capitals(value: Value) -> Value:
    # Sharp s stays: Billing's character set has no capital one, and two letters would be more than another case.
    return "".join(char if char == "ß" else char.upper() for char in str(value))


def _next_day(value: Value) -> Value:
    assert isinstance(value, date)  # noqa: S101 - for the types
    return value + timedelta(days=1)


def _rounded(value: Value) -> Value:
    return Decimal(str(value)).quantize(Decimal(1), ROUND_HALF_UP).quantize(Decimal("0.01"))


def sides(customer: Customer, name: str) -> tuple[Side, Side]:
    """Return the side that owns the field, and the other. Raises AssertionError for a one-sided customer."""
    assert customer.crm is not None  # noqa: S101 - for the types: only whole customers are asked for
    assert customer.billing is not None  # noqa: S101
    pair = (customer.crm, customer.billing)
    return pair if name not in OWNED_RIGHT else (pair[1], pair[0])
