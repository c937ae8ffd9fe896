"""The exports as the two systems write them: each with columns, words, dates, numbers and a dialect of its own."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from reconcile.demo.customers import Customer, Side

# Field name -> column, on each side; the key and what nobody compares stand apart.
CRM_COLUMNS = {
    "customer name": "account_name",
    "contact": "contact_name",
    "invoice e-mail": "email",
    "city": "city",
    "plan": "plan",
    "monthly amount": "amount",
    "currency": "currency",
    "start date": "start_date",
    "billing status": "billing_status",
}
BILLING_COLUMNS = {
    "customer name": "Customer",
    "contact": "Contact",
    "invoice e-mail": "InvoiceEmail",
    "city": "Town",
    "plan": "Product",
    "monthly amount": "MonthlyFee",
    "currency": "Curr",
    "start date": "ServiceStart",
    "billing status": "Status",
}
CRM_KEY, BILLING_KEY = "account_id", "CustomerRef"
STATUS_WORDS = {"current": "PAID", "late": "OVERDUE", "on hold": "BLOCKED", "ended": "CLOSED"}
PLAN_WORDS = {"Enterprise": "Corporate"}
# Billing can write payment terms since this week; until then it has one column less.
TERMS_FROM = 6
# The last digits of keys whose customers have longer to pay.
LONG_TERMS = ("3", "8")
FOOTER = ("Report CUST-07", "End of report")


def crm(customers: Iterable[Customer]) -> bytes:
    """Return the CRM's export: comma, UTF-8, ISO dates, decimal point, in the order of keys."""
    head = [CRM_KEY, *CRM_COLUMNS.values(), "region", "owner", "signed", "created_via"]
    lines = [
        _crm_line(customer, side)
        for customer in customers
        for side in (customer.crm, customer.crm_again)
        if side is not None
    ]
    return _written([[*head, "created_at", "updated_at", "updated_by"], *lines], delimiter=",", line_end="\n").encode()


def _crm_line(customer: Customer, side: Side) -> list[str]:
    return [
        customer.key,
        *(str(side.values[name]) for name in CRM_COLUMNS),
        customer.country.region,
        customer.seller,
        customer.signed,
        customer.created_via,
        f"{side.created_at:%Y-%m-%dT%H:%M:%S}",
        f"{side.updated_at:%Y-%m-%dT%H:%M:%S}",
        side.updated_by,
    ]


def billing(customers: Iterable[Customer], *, week: int, footer: bool, chance: random.Random) -> bytes:
    """Return Billing's export: semicolon, Windows-1252, dates by day first, decimal comma, in an order of its own.

    With ``footer`` two lines of the report's foot got into the file; they are no records.
    """
    head = [BILLING_KEY, *BILLING_COLUMNS.values(), "Country", "Channel", "Opened", "LastChanged", "ChangedBy"]
    lines = [
        _billing_line(customer, side)
        for customer in customers
        for side in (customer.billing, customer.billing_again)
        if side is not None
    ]
    chance.shuffle(lines)
    if week >= TERMS_FROM:
        head = [*head, "PaymentTerms"]
        lines = [[*line, "60 days" if line[0].endswith(LONG_TERMS) else "30 days"] for line in lines]
    text = _written([head, *lines], delimiter=";", line_end="\r\n")
    if footer:
        text += "".join(f"{line}\r\n" for line in FOOTER)
    return text.encode("cp1252")


def _billing_line(customer: Customer, side: Side) -> list[str]:
    return [
        customer.key,
        *(_in_billing(name, side.values[name]) for name in BILLING_COLUMNS),
        customer.country.code,
        {"web form": "Online", "import": "Batch", "partner": "Reseller"}.get(customer.created_via, "Desk"),
        f"{side.created_at:%d.%m.%Y %H:%M}",
        f"{side.updated_at:%d.%m.%Y %H:%M}",
        side.updated_by,
    ]


def _in_billing(name: str, value: object) -> str:
    if isinstance(value, Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, datetime | date):
        return f"{value:%d.%m.%Y}"
    words = {"billing status": STATUS_WORDS, "plan": PLAN_WORDS}.get(name, {})
    return words.get(str(value), str(value))


def _written(lines: list[list[str]], *, delimiter: str, line_end: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(lines)
    return text.getvalue()
