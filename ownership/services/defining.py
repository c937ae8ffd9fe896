"""The one way in which a field changes: what it is now against what it shall be, worked out for the rows.

An agreed version is never edited: an edit begins the next version, and the agreed one stays in force until that is
agreed too. What had been proposed goes back to draft when it is edited, and the answers given to it are forgotten. An
edit that brings back exactly what is in force sets the version people worked on aside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from django.db import transaction
from django.utils import timezone

from ownership.definitions import Definition, Record, Rule, Use, When
from ownership.history import delete_with_reason, save_with_reason
from ownership.models import (
    Condition,
    Editing,
    Field,
    FieldUse,
    FieldVersion,
    OwnershipRule,
    Person,
    RecordType,
    RuleState,
    System,
    Team,
)
from ownership.queries import registry

RECORD_TYPE_CHARACTERS = 100  # as its column has it


class Refused(Exception):
    """Why a field cannot be as asked: one sentence, and the column of the table it is about where there is one."""

    def __init__(self, sentence: str, column: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.column = column


@dataclass
class Known:
    """Teams, systems, record types and people by the names people use, whatever their case; read once a batch.

    ``creates``: record types that are not there yet are made.
    """

    teams: dict[str, Team]
    systems: dict[str, System]
    record_types: dict[tuple[str, str], RecordType]
    people: dict[str, Person]
    creates: bool = True
    demo: bool = False
    reason: str = ""
    by: Person | None = None
    made: list[RecordType] = field(default_factory=list)

    @staticmethod
    def now(*, creates: bool = True, demo: bool = False, reason: str = "") -> Known:
        """Return what there is at this moment, in four queries. ``demo``: what is made belongs to the example."""
        return Known(
            teams={team.name.casefold(): team for team in Team.objects.all()},
            systems={system.name.casefold(): system for system in System.objects.all()},
            record_types={
                (one.system.name.casefold(), one.name.casefold()): one
                for one in RecordType.objects.select_related("system")
            },
            people={person.email: person for person in Person.objects.all()},
            creates=creates,
            demo=demo,
            reason=reason,
        )

    def team(self, name: str, column: str = "") -> Team:
        """Return the team of that name. Raises Refused."""
        return self.teams.get(name.casefold()) or _refuse(f"There is no team {name}.", column)

    def system(self, name: str, column: str = "") -> System:
        """Return the system of that name. Raises Refused."""
        return self.systems.get(name.casefold()) or _refuse(f"There is no system {name}.", column)

    def person(self, email: str, column: str = "") -> Person:
        """Return the person with that address. Raises Refused."""
        return self.people.get(email.strip().lower()) or _refuse(f"There is nobody with the address {email}.", column)

    def record_type(self, record: Record, column: str = "") -> RecordType:
        """Return the record type of that name, made if it is not there and may be. Raises Refused."""
        there = self.record_types.get((record.system.casefold(), record.record_type.casefold()))
        if there is not None:
            return there
        system = self.system(record.system, column)
        if not self.creates or not record.record_type:
            _refuse(f"There is no record type {record.record_type} in {system.name}.", column)
        if len(record.record_type) > RECORD_TYPE_CHARACTERS:
            _refuse(f"A record type has at most {RECORD_TYPE_CHARACTERS} characters.", column)
        made = RecordType(system=system, name=record.record_type, is_demo=self.demo)
        save_with_reason(made, reason=self.reason)
        self.record_types[record.system.casefold(), record.record_type.casefold()] = made
        self.made.append(made)
        return made


@dataclass(frozen=True)
class Wanted:
    """What a field shall be; ``field`` None: a new one."""

    field: Field | None
    definition: Definition


@transaction.atomic
def define(
    wanted: Sequence[Wanted], *, person: Person | None, reason: str = "", known: Known | None = None
) -> list[Field]:
    """Make every field what is wanted of it, all or nothing, and return them in the same order, read anew.

    What is as wanted already is not written. Each field that changes gets one version in its history, with ``reason``
    and ``person``. Raises Refused with the first thing that cannot be.
    """
    known = known or Known.now(reason=reason)
    known.reason, known.by = known.reason or reason, person
    ids = [one.field.pk for one in wanted if one.field is not None]
    there = {one.pk: one for one in registry.whole(Field.objects.filter(pk__in=ids).select_for_update(of=("self",)))}
    done = [_define(there.get(one.field.pk) if one.field else None, one.definition, known, reason) for one in wanted]
    changed = [field for field, differs in done if differs]
    fresh = {one.pk: one for one in registry.whole(Field.objects.filter(pk__in=[field.pk for field in changed]))}
    record_versions(fresh.values(), person=person, reason=reason)
    return [fresh.get(field.pk, field) for field, _ in done]


def record_versions(fields: Iterable[Field], *, person: Person | None, reason: str) -> None:
    """Add the next version to the history of each of ``fields`` (out of ``registry.whole``), as it is now."""
    fields = list(fields)
    last: dict[int, int] = dict(
        FieldVersion.objects.filter(field__in=fields).order_by("field_id", "number").values_list("field_id", "number")
    )
    FieldVersion.objects.bulk_create(
        FieldVersion(
            field=one,
            number=last.get(one.pk, 0) + 1,
            data=versioned(one),
            by=person,
            by_name=person.name if person else "",
            reason=reason,
        )
        for one in fields
    )


def versioned(field: Field) -> dict[str, Any]:
    """Return what a version of ``field`` keeps: its definition, and where the version of the rule stood."""
    rule = field.shown
    said = registry.definition(field).to_json()
    return (
        said
        | ({"state": str(rule.state), "rule_number": rule.number} if rule else {})
        | ({"removed": True} if field.removed_at else {})
    )


def remove(field: Field, *, person: Person | None, reason: str) -> None:
    """Take a field out of the table; its history stays and it can be brought back."""
    remove_all([field], person=person, reason=reason)


@transaction.atomic
def remove_all(fields: Sequence[Field], *, person: Person | None, reason: str) -> None:
    """Take fields out of the table, as ``remove`` does with one."""
    now = timezone.now()
    for one in fields:
        one.removed_at = now
        save_with_reason(one, reason=reason)
    gone = registry.whole(Field.objects.filter(pk__in=[one.pk for one in fields]))
    record_versions(gone, person=person, reason=reason)


@transaction.atomic
def bring_back(field: Field, *, person: Person | None, reason: str = "") -> None:
    """Put a removed field back into the table. Raises Refused if another has its name by now."""
    if Field.objects.filter(removed_at=None, name__iexact=field.name).exists():
        _refuse(f"There is another field called {field.name} by now.", "name")
    field.removed_at = None
    save_with_reason(field, reason=reason)
    record_versions(registry.whole(Field.objects.filter(pk=field.pk)), person=person, reason=reason)


def _refuse(sentence: str, column: str = "") -> NoReturn:
    raise Refused(sentence, column)


def _define(there: Field | None, wanted: Definition, known: Known, reason: str) -> tuple[Field, bool]:
    before = registry.definition(there) if there else None
    if there is not None and before is not None and before.like(wanted):
        return there, False
    made = _field(there, wanted, known, reason)
    _uses(made, before.uses if before else (), wanted.uses, known, reason)
    if wanted.rule != (before.rule if before else Rule()):
        _rule(made, wanted.rule, known, reason, is_new=there is None)
    return made, True


def _field(there: Field | None, wanted: Definition, known: Known, reason: str) -> Field:
    if not wanted.name.strip():
        _refuse("A field needs a name, such as billing status.", "name")
    clash = Field.objects.filter(removed_at=None, name__iexact=wanted.name)
    if (there is None or there.name.casefold() != wanted.name.casefold()) and clash.exists():
        _refuse(f"There is a field called {wanted.name} already.", "name")
    one = there or Field(is_demo=known.demo, added_by=known.by)
    changed = {
        name: value
        for name in ("name", "subject", "means", "sensitive")
        if getattr(one, name) != (value := getattr(wanted, name))
    }
    for name, value in changed.items():
        setattr(one, name, value)
    _check_lengths(one)
    if changed or there is None:
        save_with_reason(one, reason=reason)
    return one


def _check_lengths(one: Any) -> None:
    for column in one._meta.fields:  # noqa: SLF001 - Django's public _meta
        text = getattr(one, column.attname)
        if column.max_length and isinstance(text, str) and len(text) > column.max_length:
            _refuse(f"{str(column.verbose_name).capitalize()}: at most {column.max_length} characters.", column.name)


def _uses(made: Field, before: Sequence[Use], wanted: Sequence[Use], known: Known, reason: str) -> None:
    if tuple(before) == tuple(wanted):
        return
    systems = [use.system.casefold() for use in wanted]
    if len(set(systems)) < len(systems):
        _refuse("Each system is named once.", "editors")
    there = {row.system.name.casefold(): row for row in made.uses.all()} if before else {}
    for system, row in there.items():
        if system not in systems:
            delete_with_reason(row, reason=reason)
    for use in wanted:
        row = there.get(use.system.casefold()) or FieldUse(field=made, system=known.system(use.system, "editors"))
        if row.pk is None or (row.column, row.means) != (use.column, use.means):
            row.column, row.means = use.column, use.means
            _check_lengths(row)
            save_with_reason(row, reason=reason)
        teams = [known.team(name, "editors") for name in use.editors]
        _editors(row, teams, reason, is_new=use.system.casefold() not in there)


def _editors(use: FieldUse, teams: list[Team], reason: str, *, is_new: bool) -> None:
    there = {} if is_new else {editing.team_id: editing for editing in use.editings.all()}
    wanted = {team.pk: team for team in teams}
    for team_id, editing in there.items():
        if team_id not in wanted:
            delete_with_reason(editing, reason=reason)
    for team_id, team in wanted.items():
        if team_id not in there:
            save_with_reason(Editing(use=use, team=team), reason=reason)


def _rule(made: Field, wanted: Rule, known: Known, reason: str, *, is_new: bool) -> None:
    in_force, working = (None, None) if is_new else (made.in_force, made.working)
    if in_force and working and registry.rule_definition(in_force) == wanted and working.state != RuleState.DISPUTED:
        working.state = RuleState.DISCARDED
        save_with_reason(working, reason=reason)
        return
    rule = working or OwnershipRule(field=made, number=1 if is_new else _next_number(made))
    if rule.state == RuleState.PROPOSED:
        rule.state = RuleState.DRAFT
        rule.proposed_at = rule.proposed_by = None
        for agreement in rule.agreements.all():
            delete_with_reason(agreement, reason=reason)
    _write_rule(rule, wanted, known, reason)
    _write_conditions(rule, list(working.conditions.all()) if working else [], wanted.conditions, known, reason)


def begin_version(made: Field, *, reason: str) -> OwnershipRule:
    """Add a draft to ``made`` (out of ``registry.whole``) that says what its version in force says, or nothing."""
    said, known = registry.rule_definition(made.in_force), Known.now(creates=False, reason=reason)
    rule = OwnershipRule(field=made, number=_next_number(made))
    _write_rule(rule, said, known, reason)
    _write_conditions(rule, [], said.conditions, known, reason)
    return rule


def _next_number(made: Field) -> int:
    last = OwnershipRule.objects.filter(field=made).order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _write_rule(rule: OwnershipRule, wanted: Rule, known: Known, reason: str) -> None:
    if wanted.depends and wanted.settled_by:
        _refuse("Either it depends, or one record settles it.", "settled_by")
    if wanted.approver and wanted.approver == wanted.deputy:
        _refuse("The deputy is somebody else than the approver.", "deputy")
    readers: dict[str, Callable[[], Any]] = {
        "first_appears_in": lambda: _type(wanted.first_appears_in, known, "first_appears_in"),
        "owner": lambda: known.team(wanted.owner, "owner") if wanted.owner else None,
        "settled_by": lambda: _type(wanted.settled_by, known, "settled_by"),
        "approver": lambda: known.person(wanted.approver, "approver") if wanted.approver else None,
        "deputy": lambda: known.person(wanted.deputy, "deputy") if wanted.deputy else None,
    }
    for name, reader in readers.items():
        setattr(rule, name, reader())
    rule.depends, rule.because = wanted.depends, wanted.because
    save_with_reason(rule, reason=reason)


def _type(record: Record | None, known: Known, column: str) -> RecordType | None:
    return known.record_type(record, column) if record else None


def _write_conditions(
    rule: OwnershipRule, there: Sequence[Condition], wanted: Sequence[When], known: Known, reason: str
) -> None:
    if tuple(registry.when(one) for one in there) == tuple(wanted):
        return
    for surplus in there[len(wanted) :]:
        delete_with_reason(surplus, reason=reason)
    for position, (when, row) in enumerate(zip(wanted, [*there, *[None] * len(wanted)], strict=False), start=1):
        one = row or Condition(rule=rule, position=position)
        if row is not None and registry.when(row) == when and row.position == position:
            continue
        one.position, one.sentence = position, when.sentence
        one.system = known.system(when.system, "conditions") if when.system else None
        one.column, one.operator = when.column, when.operator
        one.value = "" if isinstance(when.value, tuple) else when.value
        one.values = list(when.value) if isinstance(when.value, tuple) else []
        one.settled_by = _type(when.settled_by, known, "conditions")
        _check_lengths(one)
        save_with_reason(one, reason=reason)
