"""Teams, people, systems and record types: what there is of each, and what it has to do with fields.

What a team owns, a person approves or a record settles is what the version in force says, and only without one what
people work on. The number of queries never grows with what there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ownership.models import (
    ApiToken,
    Condition,
    Editing,
    Field,
    FieldUse,
    OwnershipRule,
    Person,
    RecordType,
    RuleState,
    System,
    Team,
)
from ownership.queries import registry
from ownership.transitions import WORKED_ON
from ownership.wording import listed, number, plural

LIVE = (RuleState.AGREED, *WORKED_ON)


class _Counted(Coalesce):
    """A count, 0 where there is nothing to count."""

    never_null = True  # so that lists can go on from a row (`ownership.keyset`)


def rules_that_count() -> QuerySet[OwnershipRule]:
    """Return at most one version of each field: the one in force, or else the one people work on."""
    agreed = OwnershipRule.objects.filter(field=OuterRef("field"), state=RuleState.AGREED)
    return (
        OwnershipRule.objects.filter(field__removed_at=None)
        .filter(Q(state=RuleState.AGREED) | (Q(state__in=WORKED_ON) & ~Exists(agreed)))
        .order_by()
    )


# --- Lists -----------------------------------------------------------------------------------------------------------


def teams() -> QuerySet[Team]:
    """Return every team with how many fields it owns (``owns``) and edits (``editing``), systems and members."""
    return Team.objects.select_related("lead").annotate(
        owns=_count(rules_that_count(), "owner"),
        editing=_count(Editing.objects.filter(use__field__removed_at=None), "team", "use__field"),
        owned_systems=_count(System.objects.all(), "owner"),
        people=_count(Person.objects.filter(is_active=True), "team"),
    )


def people() -> QuerySet[Person]:
    """Return everybody, with how many fields they approve exceptions of (``approving``) or are the deputy for."""
    return Person.objects.select_related("team").annotate(
        approving=_count(rules_that_count(), "approver"), deputising=_count(rules_that_count(), "deputy")
    )


def systems() -> QuerySet[System]:
    """Return every system with how many fields it stores (``stores``) and record types it has (``kinds``)."""
    return System.objects.select_related("owner").annotate(
        stores=_count(FieldUse.objects.filter(field__removed_at=None), "system"),
        kinds=_count(RecordType.objects.all(), "system"),
    )


def record_types() -> QuerySet[RecordType]:
    """Return every record type with how many fields first appear in it (``begins``) and are settled by it."""
    return RecordType.objects.select_related("system__owner").annotate(
        begins=_count(rules_that_count(), "first_appears_in"), settles=_count(rules_that_count(), "settled_by")
    )


def tokens_of(person: Person) -> list[ApiToken]:
    """Return the tokens of ``person`` in use and the last twenty that were revoked."""
    in_use = list(ApiToken.objects.filter(person=person, revoked_at=None))
    return in_use + list(ApiToken.objects.filter(person=person).exclude(revoked_at=None).order_by("-revoked_at")[:20])


def _count(rows: QuerySet[Any], by: str, what: str = "pk") -> _Counted:
    counted = rows.filter(**{by: OuterRef("pk")}).order_by().values(by)
    figure = counted.annotate(figure=Count(what, distinct=True)).values("figure")
    return _Counted(Subquery(figure, output_field=IntegerField()), 0)


# --- One of them -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OfTeam:
    """What one team has to do with fields, each list in order of subject and name."""

    team: Team
    owns: Sequence[Field]
    edits: Sequence[Field]
    edits_in: Sequence[System]
    settles: int
    systems: Sequence[System]
    members: Sequence[Person]

    @property
    def sentence(self) -> str:
        """What is true of the team, without who leads it."""
        said = [f"owns {_fields(self.owns)}"] if self.owns else []
        if self.edits:
            said.append(f"edits {number(len(self.edits))} in {plural(len(self.edits_in), 'system', 'systems')}")
        if self.settles:
            said.append(f"settles {plural(self.settles, 'dispute', 'disputes')}")
        return f"{self.team} {listed(said)}." if said else f"{self.team} owns and edits no field yet."


def of_team(team: Team) -> OfTeam:
    """Return what ``team`` has to do with fields."""
    concerned = _fields_where(
        rules=Q(owner=team) | Q(settled_by__system__owner=team) | Q(conditions__settled_by__system__owner=team),
        uses=Q(editings__team=team),
    )
    edits = [one for one in concerned if _systems_edited(one, team)]
    edits_in = {use.system.pk: use.system for one in edits for use in _systems_edited(one, team)}
    return OfTeam(
        team=team,
        owns=[one for one in concerned if (rule := counting(one)) and rule.owner_id == team.pk],
        edits=edits,
        edits_in=sorted(edits_in.values(), key=lambda system: system.name),
        settles=sum(any(record.system.owner_id == team.pk for record in _winners(one)) for one in concerned),
        systems=list(System.objects.filter(owner=team)),
        members=list(Person.objects.filter(Q(team=team) | Q(leads=team)).distinct()),
    )


@dataclass(frozen=True)
class OfPerson:
    """What one person has to do with fields and teams."""

    person: Person
    approves: Sequence[Field]
    deputises: Sequence[Field]
    leads: Sequence[Team]

    @property
    def sentence(self) -> str:
        """What is true of the person."""
        said = [f"leads {listed([team.name for team in self.leads])}"] if self.leads else []
        if self.approves:
            said.append(f"decides on exceptions of {_fields(self.approves)}")
        if self.deputises:
            said.append(f"is the deputy for {_fields(self.deputises)}")
        what = f"{self.person} {listed(said)}." if said else ""
        if not self.person.is_active:
            return f"{self.person} has left and signs in no more. {what and what.replace(' ', ' still ', 1)}".strip()
        return what or f"{self.person} decides on no exceptions and leads no team."


def of_person(person: Person) -> OfPerson:
    """Return what ``person`` has to do with fields and teams."""
    concerned = _fields_where(rules=Q(approver=person) | Q(deputy=person))
    ruled = [(one, rule) for one in concerned if (rule := counting(one))]
    return OfPerson(
        person=person,
        approves=[one for one, rule in ruled if rule.approver_id == person.pk],
        deputises=[one for one, rule in ruled if rule.deputy_id == person.pk],
        leads=list(Team.objects.filter(lead=person)),
    )


@dataclass(frozen=True)
class OfSystem:
    """What one system stores: fields with the use of each there, and its record types (out of ``record_types``)."""

    system: System
    stores: Sequence[tuple[Field, FieldUse]]
    kinds: Sequence[RecordType]
    agreed: Sequence[str]

    @property
    def sentence(self) -> str:
        """What is true of the system."""
        stores = plural(len(self.stores), "field", "fields")
        kinds = plural(len(self.kinds), "record type", "record types")
        owner = f"{self.system.owner} owns it." if self.system.owner else "No team owns it yet."
        if not self.stores and not self.kinds:
            return f"No field is stored in {self.system} yet. {owner}"
        return f"{self.system} stores {stores} and has {kinds}. {owner}"


def of_system(system: System) -> OfSystem:
    """Return what ``system`` stores."""
    concerned = _fields_where(uses=Q(system=system))
    stores = [(one, use) for one in concerned for use in one.uses.all() if use.system_id == system.pk]
    return OfSystem(system, stores, list(record_types().filter(system=system)), agreed_with_system(system))


@dataclass(frozen=True)
class OfRecordType:
    """What one record type has to do with fields. ``earlier``: only versions that no longer count name it."""

    record_type: RecordType
    begins: Sequence[Field]
    settles: Sequence[Field]
    agreed: Sequence[str]
    earlier: bool

    @property
    def used(self) -> bool:
        """Whether it has to stay."""
        return bool(self.begins or self.settles or self.agreed or self.earlier)

    @property
    def sentence(self) -> str:
        """What is true of the record type."""
        said = []
        if self.begins:
            said.append(f"{_fields(self.begins)} first {'appears' if len(self.begins) == 1 else 'appear'} in it")
        if self.settles:
            said.append(f"it settles disputes about {_fields(self.settles)}")
        if said:
            words = listed(said)
            return f"{words[0].upper()}{words[1:]}."
        return (
            "Only earlier versions of rules name it." if self.earlier else "No field begins here or is settled by it."
        )


def of_record_type(record_type: RecordType) -> OfRecordType:
    """Return what ``record_type`` has to do with fields."""
    named = Q(first_appears_in=record_type) | Q(settled_by=record_type) | Q(conditions__settled_by=record_type)
    concerned = _fields_where(rules=named)
    ruled = [(one, rule) for one in concerned if (rule := counting(one))]
    return OfRecordType(
        record_type=record_type,
        begins=[one for one, rule in ruled if rule.first_appears_in_id == record_type.pk],
        settles=[one for one, _ in ruled if any(record.pk == record_type.pk for record in _winners(one))],
        agreed=agreed_with(record_type),
        earlier=OwnershipRule.objects.filter(named).exists(),
    )


def agreed_with(record_type: RecordType) -> list[str]:
    """Return the names of the fields whose version in force names ``record_type``, in alphabetical order."""
    named = Q(first_appears_in=record_type) | Q(settled_by=record_type) | Q(conditions__settled_by=record_type)
    return _names_agreed(OwnershipRule.objects.filter(named))


def agreed_with_system(system: System) -> list[str]:
    """Return the names of the fields of which the teams agreed on something that names ``system``."""
    named = (
        Q(field__uses__system=system)
        | Q(first_appears_in__system=system)
        | Q(settled_by__system=system)
        | Q(conditions__system=system)
        | Q(conditions__settled_by__system=system)
    )
    return _names_agreed(OwnershipRule.objects.filter(named))


def is_named(record_type: RecordType) -> bool:
    """Return whether any version of any rule names ``record_type``: then it has to stay."""
    named = Q(first_appears_in=record_type) | Q(settled_by=record_type)
    return OwnershipRule.objects.filter(named).exists() or Condition.objects.filter(settled_by=record_type).exists()


def counting(field: Field) -> OwnershipRule | None:
    """Return the version of ``field`` (out of ``registry.whole``) that counts: in force, or else worked on."""
    return field.in_force or field.working


def _names_agreed(rules: QuerySet[OwnershipRule]) -> list[str]:
    chosen = rules.filter(state=RuleState.AGREED, field__removed_at=None)
    return sorted(set(chosen.values_list("field__name", flat=True)))


def _fields_where(rules: Q | None = None, uses: Q | None = None) -> list[Field]:
    """Fields of which a live version or a use fits, with all that is known of them."""
    fits = Q(pk__in=())
    if rules is not None:
        fits |= Q(Exists(OwnershipRule.objects.filter(rules, field=OuterRef("pk"), state__in=LIVE)))
    if uses is not None:
        fits |= Q(Exists(FieldUse.objects.filter(uses, field=OuterRef("pk"))))
    return list(registry.whole(Field.objects.filter(fits, removed_at=None).order_by("subject", F("name").asc(), "pk")))


def _systems_edited(field: Field, team: Team) -> list[FieldUse]:
    return [use for use in field.uses.all() if any(editing.team_id == team.pk for editing in use.editings.all())]


def _winners(field: Field) -> list[RecordType]:
    """The record types that settle disputes about a field."""
    rule = counting(field)
    if rule is None:
        return []
    every = [rule.settled_by, *(condition.settled_by for condition in rule.conditions.all())]
    return [record for record in every if record is not None]


def _fields(fields: Sequence[Field]) -> str:
    return plural(len(fields), "field", "fields")
