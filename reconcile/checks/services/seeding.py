"""Taking compared fields of a check over into the registry: new fields, and columns of fields that lack them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import transaction

from ownership import wording
from ownership.definitions import Definition, Use
from ownership.models import Field, Person
from ownership.permissions import Rights
from ownership.queries import registry
from ownership.services import defining
from reconcile.checks.models import Check
from reconcile.checks.queries.seeding import Candidate, Candidates, candidates

NAME_CHARACTERS = 200
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_APART = re.compile(r"[\W_]+")
_IN_CAPITALS = 3


class Refused(Exception):
    """Why nothing was taken over: one sentence, and the id of the candidate it is about where there is one."""

    def __init__(self, sentence: str, candidate: str = "") -> None:
        super().__init__(sentence)
        self.candidate = candidate


@dataclass(frozen=True, slots=True)
class Taken:
    """How many fields are new, and how many that were there got a column."""

    added: int
    extended: int


def field_name(column: str) -> str:
    """Return a column's name as people would write it: "billing_status" and "billingStatus" give "billing status".

    Short words in capitals among others stay: "VAT_id" gives "VAT id". A name without a letter or figure stays itself.
    """
    words = [word for word in _APART.split(_CAMEL.sub(" ", column)) if word]
    shouted = column.upper() == column and len(words) > 1
    said = " ".join(word if _is_short_form(word, shouted=shouted) else word.lower() for word in words)
    return (said or column.strip())[:NAME_CHARACTERS].strip()


def _is_short_form(word: str, *, shouted: bool) -> bool:
    return word.isupper() and 1 < len(word) <= _IN_CAPITALS and not shouted


def seedable(check: Check, person: Person) -> Candidates:
    """Return what of ``check`` can become fields, and say where ``person`` may not add a column to a field."""
    found, rights = candidates(check, field_name), Rights(person)
    return replace(
        found,
        compared=[_with_rights(one, rights) for one in found.compared],
        others=[_with_rights(one, rights) for one in found.others],
    )


def _with_rights(one: Candidate, rights: Rights) -> Candidate:
    if one.field is None or not one.adds or rights.edits(one.field):
        return one
    return replace(one, problem=f"Its columns are named by the lead of {wording.listed(_teams(one.field), 'or')}.")


def _teams(field: Field) -> list[str]:
    """Return the teams that `permissions.owning_and_editing` knows by id, by name and without a query."""
    rule = field.in_force or field.working
    names = {editing.team.name for use in field.uses.all() for editing in use.editings.all()}
    return sorted(names | ({rule.owner.name} if rule and rule.owner else set()), key=str.casefold)


@transaction.atomic
def take_over(check: Check, chosen: Mapping[str, str], *, subject: str, person: Person) -> Taken:
    """Make fields, or add columns to fields, of the candidates whose ids are ``chosen``, all or nothing.

    ``chosen`` maps each id to the name of a new field; ``subject`` is that of new fields. Nothing that is there is
    overwritten. Raises Refused.
    """
    asked = [one for one in seedable(check, person) if one.id in chosen]
    for one in asked:
        if one.problem:
            raise Refused(one.problem, one.id)
    new = [one for one in asked if one.field is None]
    extended = _extended(check, [one for one in asked if one.field is not None and one.adds])
    if not new and not extended:
        message = "Tick at least one field that is not in the registry yet."
        raise Refused(message)
    wanted = [
        defining.Wanted(None, Definition(chosen[one.id].strip(), subject.strip(), uses=_uses(check, one)))
        for one in new
    ]
    wanted += [defining.Wanted(field, definition) for field, definition in extended]
    _define(wanted, [one.id for one in new], person, f"Taken over from the check {check.name}.")
    return Taken(len(new), len(extended))


def _define(wanted: list[defining.Wanted], ids: list[str], person: Person, reason: str) -> None:
    """Define them; of a name that is refused say which candidate it is."""
    seen: dict[str, str] = {}
    for number, one in zip(ids, wanted, strict=False):
        same = one.definition.name.casefold()
        if same and same in seen:
            message = f"{one.definition.name} is there twice: give each field its own name."
            raise Refused(message, number)
        seen[same] = number
    try:
        defining.define(wanted, person=person, reason=reason)
    except defining.Refused as refusal:
        named = next((number for name, number in seen.items() if f" {name} " in f" {refusal} ".casefold()), "")
        raise Refused(refusal.sentence, seen.get("", named)) from refusal


def _uses(check: Check, one: Candidate) -> tuple[Use, ...]:
    systems = (check.left_system.name, check.right_system.name)
    return tuple(Use(system, column) for system, column in zip(systems, one.columns, strict=True) if column)


def _extended(check: Check, found: list[Candidate]) -> list[tuple[Field, Definition]]:
    """Each field once, with every column that it gets."""
    systems = (check.left_system.name, check.right_system.name)
    wanted: dict[int, tuple[Field, Definition]] = {}
    for one in found:
        assert one.field is not None  # noqa: S101 - for the types: only those are given
        field, definition = wanted.get(one.field.pk) or (one.field, registry.definition(one.field))
        for side in one.adds:
            use = definition.use_in(systems[side]) or Use(systems[side])
            if use.column and use.column != one.columns[side]:
                message = f"{field.name} can have one column in {systems[side]}: tick only one of them."
                raise Refused(message, one.id)
            definition = definition.with_use(replace(use, column=one.columns[side]))
        wanted[field.pk] = (field, definition)
    return list(wanted.values())
