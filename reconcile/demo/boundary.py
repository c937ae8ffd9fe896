"""The demo company's hand-off map, sales to billing, as it grew in eight weeks: one whole map for each change.

Pure: names and a day in, plain definitions out. Systems, columns and words are those of the exports (`files`) and of
the registry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from boundaries.cases import ASKED
from boundaries.definitions import Carried, Case, Handoff, Map, Observed, Step
from reconcile.demo import files

NAME = "sales to billing"
DANA, FINN = "dana", "finn"
# Nobody has added a team of this name: a lane that is no team stays as it is written.
OPERATIONS = "Operations"
COMPARED_MINUTES = 150.0


@dataclass(frozen=True)
class Names:
    """What systems and teams are called here. ``field`` gives the name under which the registry has a field."""

    crm: str
    billing: str
    sales: str
    finance: str
    field: Callable[[str], str]
    boundary: str = NAME


@dataclass(frozen=True)
class Draft:
    """The map after one change: how many days ago somebody (DANA or FINN) made it, and why."""

    days_ago: int
    who: str
    reason: str
    said: Map


def told(names: Names, *, today: date) -> tuple[Draft, ...]:
    """Return every version of the map, oldest first."""
    story = _Story(names, today)
    changes: tuple[tuple[int, str, str, Callable[[Map], Map]], ...] = (
        (56, DANA, "", story.first_draft),
        (55, FINN, "The comparison on Friday belongs on it too.", story.compared),
        (43, DANA, "Billing began when the mail was read, not when the order form was signed.", story.triggered),
        (36, FINN, "", story.renamed),
        (27, DANA, "Operations looks at the order forms first. Nobody had told us.", story.looked_at),
        (19, FINN, "The status comes back to the CRM by chat.", story.told_back),
        (12, DANA, "Agreed in the meeting with Finance.", story.decided),
        (6, FINN, "Seen on two Fridays.", story.observed),
        (2, FINN, "Start dates are put right in our system after we have taken over.", story.edited_after),
    )
    drafts: list[Draft] = []
    said = Map(name=names.boundary, source=names.crm, target=names.billing)
    for days_ago, who, reason, change in changes:
        said = change(said)
        drafts.append(Draft(days_ago, who, reason, said))
    return tuple(drafts)


class _Story:
    """One method a change, in their order."""

    def __init__(self, names: Names, today: date) -> None:
        self._names = names
        self._today = today

    def first_draft(self, said: Map) -> Map:
        """What Dana knew: three steps."""
        sales, finance = self._names.sales, self._names.finance
        steps = (
            Step("close", "Sales rep moves the deal to closed won.", sales, self._names.crm),
            Step("mail", "Sales rep mails the order form to finance.", sales, "", "inbox"),
            Step("create", "Finance creates the customer from the order form.", finance, self._names.billing),
        )
        handoffs = (Handoff("close", "mail"), Handoff("mail", "create"))
        return replace(said, owner=sales, steps=steps, handoffs=handoffs)

    def compared(self, said: Map) -> Map:
        """What Finn added: what comes after, and what it costs."""
        names = self._names
        invoice = Step("invoice", "Finance posts the first invoice.", names.finance, names.billing)
        compare = Step(
            "compare",
            "Finance compares closed deals with billing accounts in a spreadsheet.",
            names.finance,
            "",
            "spreadsheet",
            COMPARED_MINUTES,
            1.0,
        )
        by_hand = {"touch": "paste", "minutes": 8.0, "times_per_week": 12.0}
        said = _with(said, "create", **by_hand)
        handoffs = (Handoff("create", "invoice"), Handoff("invoice", "compare", "it is Friday"))
        return replace(said, steps=(*said.steps, invoice, compare), handoffs=(*said.handoffs, *handoffs))

    def triggered(self, said: Map) -> Map:
        """What sets each step off, and how long it may take."""
        said = replace(
            said,
            trigger="order form signed",
            rule="A deal becomes a billable customer when the order form is signed.",
            records_per_week=30.0,
        )
        said = _with(said, "mail", minutes=5.0, times_per_week=12.0)
        said = _over(said, "close", "mail", trigger="deal closed", lag_days=1.0)
        return _over(said, "mail", "create", trigger="order form arrives", lag_days=3.0)

    def renamed(self, said: Map) -> Map:
        """What the fields are called on either side, and who may change them where."""
        carried = (
            self._as_it_is("customer name"),
            self._as_it_is("invoice e-mail"),
            self._as_it_is("start date"),
            self._as_it_is("monthly amount"),
            replace(self._as_it_is("plan"), how="converted", note="Enterprise is called Corporate in Billing."),
            Carried(
                self._names.field("country"),
                "meaning",
                ("region",),
                ("Country",),
                "The CRM has the region that looks after the customer, Billing the country of the invoice address.",
            ),
        )
        said = _over(said, "mail", "create", fields=carried)
        said = _with(said, "close", changes=self._fields("plan", "monthly amount", "start date"))
        said = _with(said, "invoice", changes=self._fields("billing status"))
        return replace(
            _over(said, "create", "invoice", trigger="customer is complete", lag_days=2.0),
            confirmed=("field_changes",),
        )

    def looked_at(self, said: Map) -> Map:
        """A step between two teams that neither of them had on its map."""
        check = Step(
            "check", "Operations checks order forms in a spreadsheet.", OPERATIONS, "", "spreadsheet", 4.0, 12.0
        )
        over = said.handoff("mail", "create")
        assert over is not None  # noqa: S101 - for the types: it is there since the first draft
        close, mail, *later = said.steps
        return replace(
            said,
            steps=(close, mail, check, *later),
            handoffs=(
                *said.handoffs[:1],
                Handoff("mail", "check", "order form arrives", 1.0),
                replace(
                    over, source="check", trigger="order form is complete", lag_days=2.0, owner=self._names.finance
                ),
                *said.handoffs[2:],
            ),
        )

    def told_back(self, said: Map) -> Map:
        """How the billing status gets into the CRM: a hidden step in a chat, and one by hand."""
        names = self._names
        tell = Step("tell", "Finance tells sales in the chat who is late.", names.finance, "", "chat", 3.0, 10.0)
        type_in = Step(
            "type",
            "Sales rep changes the billing status in the CRM.",
            names.sales,
            names.crm,
            "edit",
            2.0,
            10.0,
            changes=self._fields("billing status"),
        )
        status = Carried(
            names.field("billing status"),
            "converted",
            (files.BILLING_COLUMNS["billing status"],),
            (files.CRM_COLUMNS["billing status"],),
            ", ".join(f"{right} becomes {left}" for left, right in files.STATUS_WORDS.items()) + ".",
        )
        *earlier, compare = said.steps
        handoffs = (
            Handoff("invoice", "tell", "invoice is overdue", 1.0),
            Handoff("tell", "type", "message is read", 5.0, names.sales, (status,)),
        )
        return replace(
            said, steps=(*earlier, tell, type_in, compare), handoffs=(*said.handoffs[:-1], *handoffs, said.handoffs[-1])
        )

    def decided(self, said: Map) -> Map:
        """Some awkward cases. What nobody has decided stays to be seen."""
        sales, finance = self._names.sales, self._names.finance
        looked_at = (
            _case("missing", "Operations sends the form back.", OPERATIONS),
            _case("unsigned", "It stays with Sales.", sales),
            *(_never(kind) for kind in ("refund", "merge")),
        )
        taken_over = (
            _case("missing", "Finance asks Sales and waits.", finance),
            _case("unsigned", "The deal goes back, no customer is created.", sales),
            _case("date"),
            _never("refund"),
            Case("the customer came through a partner before", "", finance),
        )
        said = _over(said, "mail", "check", cases=looked_at)
        said = _over(said, "check", "create", cases=taken_over)
        return _over(said, "tell", "type", cases=tuple(_never(kind) for kind in ("missing", "unsigned", "date")))

    def observed(self, said: Map) -> Map:
        """What was seen, and how such an argument ends."""
        friday = self._today - timedelta(days=(self._today.weekday() - 4) % 7)
        seen = (
            Observed(
                "A deal that was closed on Friday had no customer in Billing until Monday.",
                "timing",
                (friday - timedelta(weeks=2)).isoformat(),
            ),
            Observed(
                "Invoice 1842 was paid in Billing and late in the CRM after a refund by hand.",
                "missed event",
                (friday - timedelta(weeks=1)).isoformat(),
            ),
        )
        return replace(
            said,
            observed=seen,
            disputes="Finance wins, because nobody from sales is in the room.",
            minutes_available=600.0,
            confirmed=("field_changes", "touches"),
        )

    def edited_after(self, said: Map) -> Map:
        """The last step: a team edits what it has handed over. Nobody can say what sets it off."""
        names = self._names
        correct = Step(
            "correct",
            "Sales rep corrects start dates in Billing.",
            names.sales,
            names.billing,
            "edit",
            6.0,
            5.0,
            changes=self._fields("start date"),
        )
        handoff = Handoff("compare", "correct", owner=names.finance)
        return replace(said, steps=(*said.steps, correct), handoffs=(*said.handoffs, handoff))

    def _as_it_is(self, field: str) -> Carried:
        """A field that only its column has another name for on the other side."""
        before, after = files.CRM_COLUMNS[field], files.BILLING_COLUMNS[field]
        return Carried(self._names.field(field), "renamed", (before,), (after,))

    def _fields(self, *names: str) -> tuple[str, ...]:
        return tuple(self._names.field(name) for name in names)


def _case(kind: str, then: str = "", decides: str = "") -> Case:
    return Case(ASKED[kind], then, decides, kind)


def _never(kind: str) -> Case:
    return Case(ASKED[kind], kind=kind, never=True)


def _with(said: Map, step_id: str, **values: object) -> Map:
    step = said.step(step_id)
    assert step is not None, step_id  # noqa: S101 - the story is written above
    return said.with_step(replace(step, **values))  # type: ignore[arg-type]


def _over(said: Map, source: str, target: str, **values: object) -> Map:
    handoff = said.handoff(source, target)
    assert handoff is not None, (source, target)  # noqa: S101
    return said.with_handoff(replace(handoff, **values))  # type: ignore[arg-type]
