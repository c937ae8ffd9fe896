"""The shapes of what the API answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ninja import Schema

from ownership import models
from ownership.definitions import Definition, Record, Rule
from ownership.queries import registry
from ownership.queries.api import NOTHING_YET
from ownership.sentences import sentence


class RecordType(Schema):
    """One kind of record in one system."""

    system: str
    record_type: str


class Test(Schema):
    """The test of a column of one system's record. ``value`` is a list for ``in``, and not there for ``empty``."""

    system: str
    column: str
    operator: str
    value: str | list[str] | None = None


class Condition(Schema):
    """When it holds, another record wins. Conditions are asked in their order."""

    when: str
    test: Test | None = None
    settled_by: RecordType | None = None


class Someone(Schema):
    """A person, by whom exceptions are decided."""

    name: str
    email: str


class Version(Schema):
    """One version of the rule: who owns the field and which record wins."""

    version: int
    state: str
    first_appears_in: RecordType | None = None
    owner: str | None = None
    settled_by: RecordType | None = None
    depends: bool
    because: str
    conditions: list[Condition]
    approver: Someone | None = None
    deputy: Someone | None = None
    agreed_by: list[str]
    proposed_at: datetime | None = None
    agreed_at: datetime | None = None
    confirmed_at: datetime | None = None


class Use(Schema):
    """How one system stores the field, and which teams may edit it there."""

    system: str
    column: str
    means: str
    editors: list[str]


class Field(Schema):
    """A field: what it is, the version in force, and the version people work on where there is one.

    ``state`` and ``version`` are those of the newest version; only ``in_force`` is what the teams agreed.
    """

    name: str
    subject: str
    means: str
    sensitive: bool
    uses: list[Use]
    state: str
    version: int | None = None
    in_force: Version | None = None
    working: Version | None = None
    sentence: str
    address: str


class Fields(Schema):
    """Some of the fields, and how many there are."""

    count: int
    limit: int
    offset: int
    fields: list[Field]


class Refusal(Schema):
    """Why there is no answer."""

    detail: str


def field(one: models.Field, whole_address: Callable[[str], str]) -> dict[str, Any]:
    """Return a field (out of ``registry.whole``) as its shape has it; reads nothing."""
    said = registry.definition(one, one.in_force or one.working)
    shown = one.shown
    return {
        "name": said.name,
        "subject": said.subject,
        "means": said.means,
        "sensitive": said.sensitive,
        "uses": [
            {"system": use.system, "column": use.column, "means": use.means, "editors": list(use.editors)}
            for use in said.uses
        ],
        "state": str(shown.state) if shown else NOTHING_YET,
        "version": shown.number if shown else None,
        "in_force": _version(one.in_force),
        "working": _version(one.working),
        "sentence": sentence(said, names_of(one)),
        "address": whole_address(one.get_absolute_url()),
    }


def names_of(one: models.Field) -> dict[str, str]:
    """Return the names of those who decide about ``one``, by address."""
    people = [who for rule in (one.in_force, one.working) if rule for who in (rule.approver, rule.deputy) if who]
    return {who.email: who.name for who in people}


def _version(rule: models.OwnershipRule | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    said = registry.rule_definition(rule)
    return {
        "version": rule.number,
        "state": str(rule.state),
        "first_appears_in": _record(said.first_appears_in),
        "owner": said.owner or None,
        "settled_by": _record(said.settled_by),
        "depends": said.depends,
        "because": said.because,
        "conditions": _conditions(said),
        "approver": _someone(rule.approver),
        "deputy": _someone(rule.deputy),
        "agreed_by": [one.team.name for one in rule.agreements.all() if one.answer == models.Answer.AGREES],
        "proposed_at": rule.proposed_at,
        "agreed_at": rule.agreed_at,
        "confirmed_at": rule.confirmed_at,
    }


def _conditions(rule: Rule) -> list[dict[str, Any]]:
    written = Definition("", rule=rule).to_json().get("rule", {}).get("conditions", [])
    return [{"when": one["when"], "test": one.get("test"), "settled_by": one.get("settled_by")} for one in written]


def _record(record: Record | None) -> dict[str, str] | None:
    return {"system": record.system, "record_type": record.record_type} if record else None


def _someone(who: models.Person | None) -> dict[str, str] | None:
    return {"name": who.name, "email": who.email} if who else None
