"""What the demo company has written down about its fields: twelve, of three subjects, in every state there is.

Pure: names of systems and teams, and addresses of people in; plain definitions out. Systems, columns and words are
those of the exports (`files`).
"""

from __future__ import annotations

from dataclasses import dataclass

from ownership.definitions import Definition, Record, Rule, Use, When
from reconcile.demo import files

CUSTOMER, CONTRACT, INVOICING = "customer", "contract", "invoicing"


@dataclass(frozen=True)
class Names:
    """What the two systems and the two teams are called here, and the addresses of the three people."""

    crm: str
    billing: str
    sales: str
    finance: str
    dana: str
    finn: str
    mira: str


@dataclass(frozen=True)
class Told:
    """The fields by what became of them. ``changed``: a field by its name, and what it shall become."""

    agreed: tuple[Definition, ...]
    stale: Definition
    changed: tuple[str, Definition]
    proposed: Definition
    disputed: Definition
    asked: Definition
    drafts: tuple[Definition, ...]


def told(names: Names) -> Told:
    """Return every field the company has written down."""
    maker = _Maker(names)
    country = maker.country()
    return Told(
        agreed=(maker.customer_name(), maker.channel(), country, maker.status(), maker.email(), maker.amount()),
        stale=maker.contact(),
        changed=(country.name, maker.country(later=True)),
        proposed=maker.currency(),
        disputed=maker.start_date(),
        asked=maker.plan(),
        drafts=(maker.city(), maker.terms()),
    )


class _Maker:
    """Writes one field after the other."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def customer_name(self) -> Definition:
        return Definition(
            name="customer name",
            subject=CUSTOMER,
            means="The name under which the company is registered.",
            uses=self._uses("customer name", "the registered name", "the registered name"),
            rule=self._of_sales(
                "account", self._crm("signed order form"), "the customer signed it under their registered name"
            ),
        )

    def contact(self) -> Definition:
        return Definition(
            name="contact",
            subject=CUSTOMER,
            means="Whom we call about the contract.",
            uses=self._uses("contact", "who signed the contract", "who signed the contract"),
            rule=self._of_sales("account", self._crm("account"), "Sales speaks with them every month"),
        )

    def city(self) -> Definition:
        return Definition(
            name="city",
            subject=CUSTOMER,
            uses=self._uses("city", "", "the town of the invoice address", finance=True),
            rule=Rule(owner=self._names.sales, because="usually correct"),
        )

    def channel(self) -> Definition:
        crm = Use(self._names.crm, "created_via", "how the account was opened", (self._names.sales,))
        billing = Use(self._names.billing, "Channel", "how the account was opened")
        return Definition(
            name="sales channel",
            subject=CUSTOMER,
            means="How the customer came to us.",
            uses=(crm, billing),
            rule=self._of_sales("account", self._crm("account"), "it is set once, when the account is opened"),
        )

    def country(self, *, later: bool = False) -> Definition:
        crm = Use(self._names.crm, "region", "the region that looks after the customer", (self._names.sales,))
        billing = Use(self._names.billing, "Country", "the country of the invoice address", (self._names.finance,))
        invoice = self._billing("posted invoice")
        tax = "taxes follow the country on the invoice"
        return Definition(
            name="country",
            subject=CUSTOMER,
            means="Where the customer is registered.",
            uses=(crm, billing),
            rule=self._of_finance("account", invoice, tax)
            if later
            else self._of_sales("account", invoice, "the invoice has to name it right"),
        )

    def plan(self) -> Definition:
        return Definition(
            name="plan",
            subject=CONTRACT,
            means="What the customer has bought.",
            uses=self._uses("plan", "what was sold", "what is charged", finance=True),
            rule=Rule(first_appears_in=self._crm("deal"), settled_by=self._crm("signed order form")),
        )

    def amount(self) -> Definition:
        conditions = (
            self._when(
                "the plan is Enterprise, whose price is negotiated",
                "plan",
                "equals",
                "Enterprise",
                self._billing("framework contract"),
            ),
            self._when(
                "the customer came with an import or through a partner",
                "created_via",
                "in",
                ("import", "partner"),
                self._billing("price list"),
            ),
            self._when("the order form is signed", "signed", "equals", "yes", self._crm("signed order form")),
        )
        return Definition(
            name="monthly amount",
            subject=CONTRACT,
            means="What the customer pays each month, without tax.",
            uses=self._uses("monthly amount", "the price in the offer", "the price on the invoice", finance=True),
            rule=Rule(
                first_appears_in=self._crm("deal"),
                owner=self._names.finance,
                depends=True,
                because="prices are fixed in different papers",
                conditions=conditions,
                approver=self._names.finn,
                deputy=self._names.mira,
            ),
        )

    def currency(self) -> Definition:
        return Definition(
            name="currency",
            subject=CONTRACT,
            means="The currency of the monthly amount.",
            uses=self._uses("currency", "the currency of the offer", "the currency of the invoice"),
            rule=self._of_sales("deal", self._crm("signed order form"), "the customer signed for this currency"),
        )

    def start_date(self) -> Definition:
        rule = self._of_sales("deal", self._crm("signed order form"), "the order form names the day")
        return Definition(
            name="start date",
            subject=CONTRACT,
            means="The first day the customer pays for.",
            uses=self._uses("start date", "the day that was agreed", "the first day that is charged", finance=True),
            rule=rule,
        )

    def status(self) -> Definition:
        unsigned = self._when(
            "the order form is not signed yet", "signed", "equals", "no", self._crm("signed order form")
        )
        return Definition(
            name="billing status",
            subject=INVOICING,
            means="Where the customer stands with their invoices.",
            uses=(
                Use(self._names.crm, "billing_status", "what Sales was last told"),
                Use(self._names.billing, "Status", "the state of the last posted invoice", (self._names.finance,)),
            ),
            rule=self._of_finance(
                "deal", self._billing("posted invoice"), "the customer has seen the invoice", unsigned
            ),
        )

    def email(self) -> Definition:
        return Definition(
            name="invoice e-mail",
            subject=INVOICING,
            means="Where invoices are sent.",
            sensitive=True,
            uses=self._uses("invoice e-mail", "where invoices are sent", "where invoices are sent"),
            rule=self._of_sales("account", self._crm("account"), "customers tell Sales when it changes"),
        )

    def terms(self) -> Definition:
        billing = Use(self._names.billing, "PaymentTerms", "days until the invoice is due", (self._names.finance,))
        return Definition(
            name="payment terms",
            subject=INVOICING,
            means="How long the customer may take to pay.",
            uses=(Use(self._names.crm), billing),
            rule=Rule(owner=self._names.finance, approver=self._names.finn),
        )

    def _crm(self, record_type: str) -> Record:
        return Record(self._names.crm, record_type)

    def _billing(self, record_type: str) -> Record:
        return Record(self._names.billing, record_type)

    def _when(self, sentence: str, column: str, operator: str, value: str | tuple[str, ...], winner: Record) -> When:
        return When(sentence, self._names.crm, column, operator, value, winner)

    def _uses(self, field: str, in_crm: str, in_billing: str, *, finance: bool = False) -> tuple[Use, Use]:
        """Both columns as the exports call them; Sales edits in the CRM, Finance in Billing where it may."""
        editors = (self._names.finance,) if finance else ()
        return (
            Use(self._names.crm, files.CRM_COLUMNS[field], in_crm, (self._names.sales,)),
            Use(self._names.billing, files.BILLING_COLUMNS[field], in_billing, editors),
        )

    def _of_sales(self, first: str, settled_by: Record, because: str) -> Rule:
        names = self._names
        return Rule(self._crm(first), names.sales, settled_by, False, because, (), names.dana, names.mira)  # noqa: FBT003

    def _of_finance(self, first: str, settled_by: Record, because: str, *conditions: When) -> Rule:
        names = self._names
        return Rule(self._crm(first), names.finance, settled_by, False, because, conditions, names.finn, names.mira)  # noqa: FBT003
