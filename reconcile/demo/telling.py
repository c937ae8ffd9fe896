"""The demo company's registry in the database, come about as registries do: written, proposed, agreed, disputed.

All in one transaction and through the services people use; afterwards each change is put where it stands in time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from ownership.definitions import Definition
from ownership.history import save_with_reason
from ownership.models import (
    Agreement,
    Answer,
    Claim,
    ClaimRound,
    Field,
    FieldVersion,
    OwnershipRule,
    Person,
    RecordType,
    Suggestion,
    Team,
)
from ownership.permissions import leads
from ownership.services import agreeing, claiming
from ownership.services.defining import Known, Wanted, define
from reconcile.demo import registry
from reconcile.demo.company import REASON, Company

MEANINGS = {
    "account": "A customer, or somebody who may become one.",
    "deal": "An offer, from the first call to the signature.",
    "signed order form": "What the customer has signed.",
    "posted invoice": "An invoice the customer has received; it is never changed again.",
    "framework contract": "A contract over years, with prices of its own.",
    "price list": "What everybody pays who has no price of their own.",
}
CHANGED_WHY = "Finance answers for taxes, so Finance should own the country."
PROPOSED_WHY = "Two invoices went out in the wrong currency."
SALES_CLAIMS = "We agree the day with the customer, before anybody else hears of it."
FINANCE_CLAIMS = "We charge from this day, and correct it when the service starts late."
SALES_SAYS = "The plan is what we sell."
SUGGESTED = "How many days the customer may take to pay, from the day of the invoice."
SUGGESTED_WHY = "Customers ask us from which day it counts."
# Days before today. One list a field: when each version of its history came about.
LONG_AGO, MONTHS_AGO = (420, 417, 412), (96, 95, 91)
CHANGED, PROPOSED, DRAFTED, WRITTEN = 6, 3, 20, 33
STALE = 214
ASKED_FIRST, ANSWERED_FIRST, ASKED_NOW, ANSWERED_NOW = 30, (27, 25), 2, 1
DAYS_TO_ANSWER = 7


def tell(there: Company, *, today: datetime) -> None:
    """Write the registry down unless it is there. Nothing happens where the teams have other leads by now."""
    teller = _Teller(there, today)
    if teller.able and not Field.objects.filter(is_demo=True).exists():
        with transaction.atomic():
            teller.tell()


class _Teller:
    """Tells what the company's leads did, each in the name of their team."""

    def __init__(self, there: Company, today: datetime) -> None:
        self._today = today
        self._crm, self._billing = there.crm, there.billing
        self._people = {one.email.partition(".")[0]: one for one in Person.objects.filter(is_demo=True)}

    @property
    def able(self) -> bool:
        """Whether everybody is there and leads what they are to lead."""
        return (
            {"dana", "finn", "mira"} <= set(self._people)
            and self._crm.owner is not None
            and self._billing.owner is not None
            and leads(self._dana, self._crm.owner)
            and leads(self._finn, self._billing.owner)
        )

    @property
    def _dana(self) -> Person:
        return self._people["dana"]

    @property
    def _finn(self) -> Person:
        return self._people["finn"]

    @property
    def _sales(self) -> Team:
        assert self._crm.owner is not None  # noqa: S101 - for the types: `able` has seen to it
        return self._crm.owner

    @property
    def _finance(self) -> Team:
        assert self._billing.owner is not None  # noqa: S101
        return self._billing.owner

    def tell(self) -> None:
        """Do everything."""
        told = registry.told(
            registry.Names(
                self._crm.name,
                self._billing.name,
                self._sales.name,
                self._finance.name,
                *(self._people[name].email for name in ("dana", "finn", "mira")),
            )
        )
        for definition in told.agreed:
            self._dated(self._agreed(definition), MONTHS_AGO)
        self._confirmed(self._agreed(told.stale))
        self._changed(*told.changed)
        self._proposed(told.proposed)
        self._disputed(told.disputed)
        self._asked(told.asked)
        drafts = [self._written(definition) for definition in told.drafts]
        for one in drafts:
            self._dated(one, (DRAFTED,))
        self._suggested(drafts[-1])
        self._describe()

    def _written(self, definition: Definition) -> Field:
        free = replace(definition, name=_free_name(definition.name))
        return self._define(None, free, self._lead_of(definition), REASON)

    def _define(self, field: Field | None, definition: Definition, person: Person, reason: str) -> Field:
        known = Known.now(creates=True, demo=True, reason=REASON)
        (made,) = define([Wanted(field, definition)], person=person, reason=reason, known=known)
        return made

    def _agreed(self, definition: Definition) -> Field:
        lead = self._lead_of(definition)
        field = agreeing.propose(self._written(definition), person=lead)
        other, theirs = (self._dana, self._sales) if lead == self._finn else (self._finn, self._finance)
        return agreeing.answer(field, team=theirs, answer=Answer.AGREES, person=other)

    def _lead_of(self, definition: Definition) -> Person:
        """Whoever leads the owner; Sales writes down what nobody owns."""
        return self._finn if definition.rule.owner == self._finance.name else self._dana

    def _confirmed(self, field: Field) -> None:
        """Agreed long ago, confirmed once since, and that too is long ago by now."""
        self._dated(agreeing.confirm(field, person=self._dana), (*LONG_AGO, STALE))

    def _changed(self, name: str, later: Definition) -> None:
        field = Field.objects.get(is_demo=True, name=called(name))
        self._dated(
            self._define(field, replace(later, name=field.name), self._finn, CHANGED_WHY), (*MONTHS_AGO, CHANGED)
        )

    def _proposed(self, definition: Definition) -> None:
        field = agreeing.propose(self._written(definition), person=self._dana, reason=PROPOSED_WHY)
        self._dated(field, (DRAFTED, PROPOSED))

    def _disputed(self, definition: Definition) -> None:
        field = self._written(definition)
        one = claiming.ask(field, person=self._dana)
        claiming.claim(one, team=self._sales, owner=self._sales, why=SALES_CLAIMS, person=self._dana)
        claiming.claim(one, team=self._finance, owner=self._finance, why=FINANCE_CLAIMS, person=self._finn)
        self._dated(field, (WRITTEN, ANSWERED_FIRST[-1]))
        ClaimRound.objects.filter(pk=one.pk).update(closed_at=self._ago(ANSWERED_FIRST[-1]))
        self._dated_round(one, ASKED_FIRST, ANSWERED_FIRST)

    def _asked(self, definition: Definition) -> None:
        field = self._written(definition)
        one = claiming.ask(field, person=self._finn)
        claiming.claim(one, team=self._sales, owner=self._sales, why=SALES_SAYS, person=self._dana)
        self._dated(field, (DRAFTED,))
        self._dated_round(one, ASKED_NOW, (ANSWERED_NOW,))

    def _suggested(self, field: Field) -> None:
        made = Suggestion(
            field=field, column="means", text=SUGGESTED, was=field.means, why=SUGGESTED_WHY, person=self._dana
        )
        save_with_reason(made, reason=REASON)
        Suggestion.objects.filter(pk=made.pk).update(at=self._ago(PROPOSED))

    def _describe(self) -> None:
        for kind in RecordType.objects.filter(is_demo=True, means=""):
            kind.means = MEANINGS.get(kind.name, "")
            save_with_reason(kind, reason=REASON)

    # --- When it was ---

    def _ago(self, days: int) -> datetime:
        then = timezone.localtime(self._today) - timedelta(days=days)
        return then.replace(hour=9, minute=40, second=0, microsecond=0)

    def _dated(self, field: Field, days: Sequence[int]) -> None:
        """Put the versions of ``field``, and what they say of its rule, where they stand in time."""
        moments: dict[int, dict[str, list[datetime]]] = {}
        for version, ago in zip(FieldVersion.objects.filter(field=field).order_by("number"), days, strict=False):
            FieldVersion.objects.filter(pk=version.pk).update(at=self._ago(ago))
            states = moments.setdefault(version.data.get("rule_number", 0), {})
            states.setdefault(version.data.get("state", ""), []).append(self._ago(ago))
        Field.objects.filter(pk=field.pk).update(created_at=self._ago(days[0]))
        for number, states in moments.items():
            self._dated_rule(field, number, states)

    def _dated_rule(self, field: Field, number: int, states: dict[str, list[datetime]]) -> None:
        rule = OwnershipRule.objects.filter(field=field, number=number)
        rule.update(created_at=min(moment for moments in states.values() for moment in moments))
        proposed, agreed = states.get("proposed", []), states.get("agreed", [])
        if proposed:
            rule.update(proposed_at=proposed[0])
            Agreement.objects.filter(rule__in=rule).update(at=(agreed or proposed)[0])
        if agreed:
            rule.update(agreed_at=agreed[0], confirmed_at=agreed[-1])

    def _dated_round(self, one: ClaimRound, asked: int, answered: Sequence[int]) -> None:
        due = self._ago(asked - DAYS_TO_ANSWER).date()
        ClaimRound.objects.filter(pk=one.pk).update(asked_at=self._ago(asked), due_on=due)
        said = Claim.objects.filter(round=one).exclude(answered_at=None).order_by("answered_at")
        for claim, ago in zip(said, answered, strict=False):
            Claim.objects.filter(pk=claim.pk).update(answered_at=self._ago(ago))


def _free_name(name: str) -> str:
    """Return ``name``, or another one where somebody has a field of that name of their own."""
    return f"{name} (example)" if Field.objects.filter(removed_at=None, name__iexact=name).exists() else name


def called(name: str) -> str:
    """Return the name under which the example has its field ``name``."""
    there = Field.objects.filter(is_demo=True, name=name)
    return name if there.exists() else f"{name} (example)"
