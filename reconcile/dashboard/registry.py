"""What Home says of the registry: how much of it is agreed, and what waits for whoever looks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from ownership import wording
from ownership.models import Field, OwnershipRule, Person, RuleState
from ownership.queries import waiting

MOST_WAITING = 5


@dataclass(frozen=True)
class Waits:
    """One thing that waits for an answer: the field, and what is asked, in a sentence."""

    field: Field
    sentence: str


@dataclass(frozen=True)
class Registry:
    """``fields``: how many there are, ``agreed`` how many have a version in force.

    ``waits``: the first things that wait, ``more`` how many besides; ``count``: how many answers they ask for.
    """

    fields: int
    agreed: int
    waits: Sequence[Waits]
    more: int
    count: int

    @property
    def sentence(self) -> str:
        """How much of the table can be relied on."""
        if not self.fields:
            return "No field is written down yet."
        if self.agreed == self.fields:
            every = "the one field" if self.fields == 1 else f"all {wording.number(self.fields)} fields"
            return f"The teams agreed on {every} there {'is' if self.fields == 1 else 'are'}."
        there = wording.plural(self.fields, "field", "fields")
        return f"The teams agreed on {wording.number(self.agreed) if self.agreed else 'none'} of {there}."

    @property
    def share(self) -> str:
        """The share of agreed fields in words."""
        return wording.percent(self.agreed, self.fields)

    @property
    def asks(self) -> str:
        """How many answers wait, in a sentence; nothing if none does."""
        if not self.count:
            return ""
        return f"{wording.plural(self.count, 'answer about a field waits', 'answers about fields wait')} for you."


def registry(person: Person) -> Registry:
    """Return what ``person`` sees; the number of queries does not grow with what there is."""
    agreed = Exists(OwnershipRule.objects.filter(field=OuterRef("pk"), state=RuleState.AGREED))
    there = Field.objects.filter(removed_at=None).aggregate(fields=Count("pk"), agreed=Count("pk", filter=Q(agreed)))
    found = waiting.waiting_for(person)
    waits = list(_waits(found))
    return Registry(
        there["fields"], there["agreed"], waits[:MOST_WAITING], max(len(waits) - MOST_WAITING, 0), found.count
    )


def _waits(found: waiting.Waiting) -> Iterator[Waits]:
    for one in found.rounds:
        yield Waits(one.field, f"Who owns it? Your answer counts until {wording.moment(one.due_on)}.")
    for field in found.proposals:
        yield Waits(field, "A rule is proposed: agree, or say what speaks against it.")
    for field, suggested in found.suggestions:
        yield Waits(field, f"{wording.plural(len(suggested), 'change is', 'changes are')} suggested: take or decline.")
    for field in found.to_confirm:
        yield Waits(field, "Nobody has said for six months that it is still right.")
