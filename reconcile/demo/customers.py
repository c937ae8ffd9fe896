"""The customers of the demo company, as each of its two systems holds them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from reconcile.demo import names
from reconcile.demo.names import Country

WAYS_IN = {"web form": 41, "sales": 34, "import": 15, "partner": 10}
PLANS = {"Starter": (19, 34), "Team": (59, 38), "Business": (149, 24), "Enterprise": (590, 4)}  # price a seat, share
STATUSES = {"current": 87, "late": 8, "on hold": 3, "ended": 2}
RATE = {"EUR": 1, "CHF": 1, "GBP": 1, "SEK": 11, "DKK": 7}
SELLERS = ("dana.reyes", "henrik.brand", "sofia.marsh", "pavel.ondra", "nadia.haddad")
CLERKS = ("finn.okafor", "greta.holm", "tomas.vidal")
# Start dates from 2 to 2,000 days ago; records are some weeks younger or older than that.
OLDEST_DAYS = 2000

Value = str | Decimal | date


@dataclass
class Side:
    """One customer in one system: compared values by field name, and who touched them last, how and when."""

    values: dict[str, Value]
    created_at: datetime
    updated_at: datetime
    updated_by: str

    def change(self, name: str, value: Value, at: datetime, by: str) -> None:
        """Set one value, and who did it when."""
        self.values[name] = value
        self.updated_at, self.updated_by = max(at, self.created_at), by

    def copy(self) -> Side:
        """The same again, its values apart."""
        return replace(self, values=dict(self.values))


@dataclass(eq=False)
class Customer:
    """One customer under one key; a side is None where that system does not know it.

    ``crm_again`` and ``billing_again`` are a second row under the same key. ``broken`` are the fields that disagree.
    ``since_week`` is the week it came in, ``whole_week`` that in which both systems first had it, or again, once each.
    """

    key: str
    country: Country
    created_via: str
    seller: str
    signed: str
    crm: Side | None
    billing: Side | None
    crm_again: Side | None = None
    billing_again: Side | None = None
    broken: set[str] = field(default_factory=set)
    since_week: int = 1
    whole_week: int = 1

    @property
    def whole(self) -> bool:
        """Whether both systems know it, once each."""
        return bool(self.crm and self.billing and not self.crm_again and not self.billing_again)


class Register:
    """Makes customers, each under a key and a name of its own."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._taken: set[str] = set()
        self._next = 10_001

    def key(self) -> str:
        """Return the next key, with gaps as keys have."""
        key = f"A-{self._next}"
        self._next += self._chance.choice((1, 1, 1, 1, 2, 3))
        return key

    def customer(self, created_at: datetime, *, week: int = 1, created_via: str = "") -> Customer:
        """Return a customer both systems agree on, in the CRM since ``created_at``, in Billing a day later."""
        chance = self._chance
        via = created_via or chance.choices(list(WAYS_IN), list(WAYS_IN.values()))[0]
        country = names.any_country(chance)
        seller = chance.choice(SELLERS)
        values = self._values(country, created_at)
        by = "import" if via == "import" else seller
        billed_at = created_at + timedelta(hours=chance.randint(20, 34), minutes=chance.randint(0, 59))
        return Customer(
            key=self.key(),
            country=country,
            created_via=via,
            seller=seller,
            signed="yes" if chance.random() < 0.97 else "no",
            crm=Side(dict(values), created_at, created_at, by),
            billing=Side(dict(values), billed_at, billed_at, "sync"),
            since_week=week,
            whole_week=week,
        )

    def _values(self, country: Country, created_at: datetime) -> dict[str, Value]:
        chance = self._chance
        company, contact = self._company(country), names.somebody(chance, country)
        plan = chance.choices(list(PLANS), [share for _, share in PLANS.values()])[0]
        return {
            "customer name": company,
            "contact": contact,
            "invoice e-mail": names.address(contact, company, country.code),
            "city": chance.choice(country.cities),
            "plan": plan,
            "monthly amount": amount(chance, plan, country.currency),
            "currency": country.currency,
            "start date": (created_at + timedelta(days=chance.randint(3, 21))).date(),
            "billing status": chance.choices(list(STATUSES), list(STATUSES.values()))[0],
        }

    def _company(self, country: Country) -> str:
        name = names.company(self._chance, country)
        for _ in range(40):
            if name not in self._taken:
                break
            name = names.company(self._chance, country)
        else:
            name = (
                f"{name.rsplit(' ', 1)[0]} {self._chance.choice(country.cities)} {self._chance.choice(country.forms)}"
            )
        self._taken.add(name)
        return name


def amount(chance: random.Random, plan: str, currency: str) -> Decimal:
    """Return what a customer pays a month: seats times price, with a discount that leaves odd cents."""
    price, _ = PLANS[plan]
    seats = chance.randint(2, 9) if plan == "Enterprise" else chance.randint(1, 24)
    discount = Decimal(chance.choice((0, 0, 0, 5, 8, 12))) / 100
    return (Decimal(price * seats * RATE[currency]) * (1 - discount) - Decimal("0.10")).quantize(Decimal("0.01"))


def other(chance: random.Random, customer: Customer, name: str, value: Value) -> Value:
    """Return another believable value of a field; it differs from ``value`` by more than a way of writing."""
    for _ in range(60):
        found = _another(chance, customer, name, value)
        if not names.alike(found, value):
            return found
    raise AssertionError(name)


def _another(chance: random.Random, customer: Customer, name: str, value: Value) -> Value:
    if isinstance(value, Decimal):
        return value + Decimal(chance.randint(20, 400)) + Decimal("0.70")
    if isinstance(value, date):
        return value + timedelta(days=chance.choice((-45, -31, -14, 14, 21, 30, 31, 62)))
    mailbox = chance.choice(("invoices", "accounts", "finance", "buchhaltung", "office", "facturas"))
    words: dict[str, Callable[[], str]] = {
        "customer name": lambda: names.company(chance, customer.country),
        "contact": lambda: names.somebody(chance, customer.country),
        "invoice e-mail": lambda: f"{mailbox}@{value.partition('@')[2]}",
        "city": lambda: chance.choice(customer.country.cities),
        "plan": lambda: chance.choice([plan for plan in PLANS if plan != "Enterprise"]),
        "billing status": lambda: chance.choice([status for status in STATUSES if status != "ended"]),
    }
    return words[name]()
