"""The rows of the table of fields: what the database needs to know of the version shown to sort and narrow by it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from ownership import wording
from ownership.models import Condition, Field, FieldVersion, OwnershipRule, Person, RuleState, System
from ownership.queries import registry
from ownership.queries.sheet_check import Finding

WORKED_ON = (RuleState.DRAFT, RuleState.PROPOSED, RuleState.DISPUTED)
SHOWN = {
    "rule": "pk",
    "state": "state",
    "owner": "owner__name",
    "first": "first_appears_in__name",
    "first_system": "first_appears_in__system__name",
    "settled": "settled_by__name",
    "settled_system": "settled_by__system__name",
    "because": "because",
    "approver": "approver__name",
    "deputy": "deputy__name",
}


def plain_fields() -> QuerySet[Field]:
    """Return the fields not removed, with what the shown version says as ``shown_…``: None where it says nothing."""
    rank = Case(When(state__in=WORKED_ON, then=Value(0)), default=Value(1))
    rules = OwnershipRule.objects.filter(field=OuterRef("pk"), state__in=(*WORKED_ON, RuleState.AGREED))
    shown = rules.order_by(rank, "-number")
    said = {f"shown_{name}": Subquery(shown.values(path)[:1]) for name, path in SHOWN.items()}
    return Field.objects.filter(removed_at=None).annotate(**said)


def fields() -> QuerySet[Field]:
    """Return the same with all that is known of each field fetched along."""
    return registry.whole(plain_fields())


def searched(rows: QuerySet[Field], text: str) -> QuerySet[Field]:
    """Return the rows of which every word of ``text`` is somewhere in what the table shows."""
    names = ("name", "subject", "means", *(f"shown_{name}" for name in SHOWN if name != "rule"))
    for word in text.split():
        stored = Field.objects.filter(
            Q(uses__system__name__icontains=word) | Q(uses__editings__team__name__icontains=word)
        )
        clauses = Condition.objects.filter(sentence__icontains=word)
        anywhere = Q(pk__in=stored.values("pk")) | Q(shown_rule__in=clauses.values("rule"))
        for name in names:
            anywhere |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(anywhere)
    return rows


def touching_system(rows: QuerySet[Field], system: System) -> QuerySet[Field]:
    """Return the rows of fields that ``system`` stores, or in which they first appear or are settled."""
    stored = Field.objects.filter(uses__system=system)
    named = OwnershipRule.objects.filter(
        Q(first_appears_in__system=system) | Q(settled_by__system=system) | Q(conditions__settled_by__system=system)
    )
    return rows.filter(Q(pk__in=stored.values("pk")) | Q(shown_rule__in=named.values("pk")))


def name_of(field_id: int) -> str:
    """Return what a field of the table is called, nothing if there is none of that number."""
    return Field.objects.filter(pk=field_id, removed_at=None).values_list("name", flat=True).first() or ""


@dataclass(frozen=True)
class Figures:
    """How many fields there are, in which state, and without an owner. What nobody has begun counts as *draft*.

    ``renewed`` of them have a version in force and another that people work on; they count by the latter.
    """

    total: int
    agreed: int
    proposed: int
    disputed: int
    draft: int
    without_owner: int
    renewed: int = 0

    @property
    def sentence(self) -> str:
        """Say what is true now: "14 of 20 fields are agreed; 3 are disputed and 5 have no owner."."""
        if not self.total:
            return "No field is in the table yet."
        amiss = [
            f"{wording.number(count)} {one if count == 1 else many}"
            for count, one, many in (
                (self.disputed, "is disputed", "are disputed"),
                (self.without_owner, "has no owner", "have no owner"),
            )
            if count
        ]
        return f"{self._agreed_words}{'; ' if amiss else ''}{' and '.join(amiss)}."

    @property
    def _agreed_words(self) -> str:
        fields = wording.plural(self.total, "field", "fields")
        agreed = self.agreed + self.renewed
        if self.total == 1:
            return f"The one field is agreed{self._renewed_words}" if agreed else "The one field is not agreed yet"
        if agreed == self.total:
            return f"All {fields} are agreed{self._renewed_words}"
        if not agreed:
            return f"None of the {fields} is agreed yet"
        return f"{wording.number(agreed)} of {fields} {'is' if agreed == 1 else 'are'} agreed{self._renewed_words}"

    @property
    def _renewed_words(self) -> str:
        return f", {wording.number(self.renewed)} with a new version under way" if self.renewed else ""


def figures() -> Figures:
    """Count the fields of the table. One query."""
    state = {name: Q(shown_state=name) for name in (RuleState.AGREED, RuleState.PROPOSED, RuleState.DISPUTED)}
    in_force = Exists(OwnershipRule.objects.filter(field=OuterRef("pk"), state=RuleState.AGREED))
    counted = (
        plain_fields()
        .annotate(stands=in_force)
        .aggregate(
            total=Count("pk"),
            renewed=Count("pk", filter=Q(stands=True) & ~Q(shown_state=RuleState.AGREED)),
            without_owner=Count("pk", filter=Q(shown_owner=None)),
            **{str(name): Count("pk", filter=test) for name, test in state.items()},
        )
    )
    begun = sum(counted[str(name)] for name in state)
    return Figures(draft=counted["total"] - begun, **counted)


GROUPS = {"subject": "No subject", "system": "No system", "team": "No owner team"}


def groups_of(field: Field, by: str) -> list[str]:
    """Return the headings under which ``field`` (whole) stands: its subject, its owner team, or each of its systems."""
    if by == "system":
        names = [use.system.name for use in field.uses.all()]
    elif by == "team":
        names = [field.shown.owner.name] if field.shown and field.shown.owner else []
    else:
        names = [field.subject] if field.subject else []
    return names or [GROUPS[by]]


def problems(found: Iterable[Finding]) -> dict[int, dict[str, str]]:
    """Return what the sheet check found by id of the field and column, in sentences."""
    said: dict[int, dict[str, str]] = {}
    for one in found:
        columns = said.setdefault(one.field.pk, {})
        columns[one.column] = f"{columns[one.column]} {one.sentence}" if one.column in columns else one.sentence
    return said


LAST_REASONS = 5


def last_reasons(person: Person) -> list[str]:
    """Return the reasons ``person`` gave last, each once, newest first."""
    given = FieldVersion.objects.filter(by=person).exclude(reason="").order_by("-pk").values_list("reason", flat=True)
    return list(dict.fromkeys(given[: 10 * LAST_REASONS]))[:LAST_REASONS]
