"""Maps to test with: the story of sales and billing, a long one, an empty one; and what the registry knows of them."""

from itertools import pairwise

from boundaries.definitions import Carried, Case, Handoff, Map, Observed, Step
from boundaries.facts import Facts, FieldFacts, Stored

EMPTY = Map(name="sales to billing", source="CRM", target="Billing")

STORY = Map(
    name="sales to billing",
    source="CRM",
    target="Billing",
    owner="Sales",
    trigger="order form signed",
    rule="A deal becomes a billable customer when the order form is signed.",
    steps=(
        Step("close", "Sales rep moves the deal to closed won.", "Sales", "CRM", changes=("start date",)),
        Step("mail", "Sales rep mails the order form to finance.", "Sales", "", "inbox", 5.0, 12.0),
        Step(
            "create",
            "Finance creates the customer and posts the first invoice.",
            "Finance",
            "Billing",
            changes=("billing status",),
        ),
        Step(
            "compare",
            "Finance compares closed deals with new customers in a spreadsheet.",
            "Finance",
            "",
            "spreadsheet",
            150.0,
            1.0,
        ),
    ),
    handoffs=(
        Handoff("close", "mail", "deal closed", 1.0),
        Handoff(
            "mail",
            "create",
            "order form arrives",
            3.0,
            "Finance",
            fields=(
                Carried("start date", "renamed", ("start_date",), ("ServiceStart",)),
                Carried("billing status", "kept"),
            ),
            cases=(Case("the start date is missing", "Finance asks sales and waits.", "Finance", "missing"),),
        ),
        Handoff("create", "compare", "it is Tuesday", 1.0),
    ),
    confirmed=("field_changes", "touches"),
    records_per_week=60.0,
    minutes_available=300.0,
    disputes="Finance wins, because nobody from sales is in the room.",
    observed=(
        Observed("Invoice 1842 is paid in Billing and open in CRM after a refund.", "missed event", "2026-05-03"),
    ),
)

FACTS = Facts(
    fields={
        "start date": FieldFacts(
            name="start date",
            url="/ownership/fields/1/",
            means="the day service begins",
            owner="Sales",
            state="agreed",
            uses=(
                Stored("CRM", "start_date", "the day the service was sold for", ("Sales",)),
                Stored("Billing", "ServiceStart", "the day the service began", ("Finance",)),
            ),
        ),
        "billing status": FieldFacts(
            name="billing status",
            url="/ownership/fields/2/",
            owner="Finance",
            state="disputed",
            claims=(("Finance", "Finance"), ("Sales", "Sales")),
            uses=(
                Stored("CRM", "billing_status", "what sales was last told", ("Sales",)),
                Stored("Billing", "Status", "state of the latest posted invoice", ("Finance",)),
            ),
        ),
    },
    teams=("Finance", "Operations", "Sales"),
    systems=("Billing", "CRM"),
)


def long(steps: int = 40, teams: int = 4) -> Map:
    """A map of many steps: each hands over to the next, some also skip ahead or go back."""
    ids = [f"s{number}" for number in range(1, steps + 1)]
    lanes = [f"Team {chr(65 + number)}" for number in range(teams)]
    handoffs = [Handoff(a, b, f"step {a} is done", 1.0) for a, b in pairwise(ids)]
    handoffs += [Handoff(ids[n], ids[n + 3], "it is urgent") for n in range(0, steps - 3, 7)]
    handoffs += [Handoff(ids[n], ids[n - 2], "something is missing") for n in range(5, steps, 9)]
    return Map(
        name="order to cash",
        source="Shop",
        target="Warehouse",
        owner=lanes[0],
        steps=tuple(
            Step(
                key,
                f"{lanes[(number // 2) % teams]} does part {number + 1} of the work on the order.",
                lanes[(number // 2) % teams],
                ("Shop", "", "Warehouse")[number % 3],
                ("", "", "", "spreadsheet", "")[number % 5],
                10.0 if number % 5 == 3 else None,
                5.0 if number % 5 == 3 else None,
            )
            for number, key in enumerate(ids)
        ),
        handoffs=tuple(handoffs),
    )
