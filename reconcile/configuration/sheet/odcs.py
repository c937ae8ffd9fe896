"""The registry as one contract of the Open Data Contract Standard, version 3.1.

An object of the contract is what one system stores of one subject; a property of it is a field. What the standard has a
place for goes there: descriptions, the column, classification, tags, where the definition is, people. The ownership
rule has none, so its parts are custom properties. History, claims and answers of teams stay out: docs/configuration.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ownership.definitions import Definition, Record, Rule, Use, When
from ownership.models import Field, Person, RuleState
from ownership.queries import registry

API_VERSION = "v3.1.0"
CONFIDENTIAL = "confidential"
PURPOSE = "Who owns each field that systems share, who may edit it where, and which record wins when they disagree."


def contract(
    fields: Sequence[Field], *, address: str, changes: int, link: Callable[[Field], str], people: Mapping[str, Person]
) -> dict[str, Any]:
    """Return ``fields`` (out of ``registry.whole``) as a contract.

    ``address`` is where the registry is, which gives the contract an id that stays; ``changes``: how often fields have
    changed, which counts its version up; ``link`` gives the address of a field's page; ``people`` are by address.
    """
    agreed = [field for field in fields if field.in_force]
    return {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, address)),
        "name": "Ownership registry",
        "version": f"1.0.{changes}",
        "status": "active" if agreed else "draft",
        "description": {"purpose": PURPOSE},
        "authoritativeDefinitions": [{"url": address, "type": "businessDefinition"}],
        "schema": _objects(fields, link),
        "team": {"name": "Approvers", "members": _members(fields, people)},
    }


def _objects(fields: Sequence[Field], link: Callable[[Field], str]) -> list[dict[str, Any]]:
    objects: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for field in fields:
        counts = field.in_force or field.working
        definition = registry.definition(field, counts)
        uses: Sequence[Use | None] = definition.uses or (None,)
        for use in uses:
            said = _property(definition, use, str(counts.state) if counts else str(RuleState.DRAFT), link(field))
            objects.setdefault((use.system if use else "", definition.subject), []).append(said)
    return [_object(system, subject, said) for (system, subject), said in sorted(objects.items())]


def _object(system: str, subject: str, properties: list[dict[str, Any]]) -> dict[str, Any]:
    name = " ".join(part for part in (system, subject) if part) or "fields"
    said = _filled({"name": name, "physicalName": system, "logicalType": "object"})
    custom = _custom({"system": system, "subject": subject})
    return said | ({"customProperties": custom} if custom else {}) | {"properties": properties}


def _property(definition: Definition, use: Use | None, state: str, address: str) -> dict[str, Any]:
    said = {
        "name": definition.name,
        "businessName": definition.name,
        "physicalName": use.column if use else "",
        "description": (use.means if use else "") or definition.means,
        "classification": CONFIDENTIAL if definition.sensitive else "",
        "tags": [definition.subject] if definition.subject else [],
        "authoritativeDefinitions": [{"url": address, "type": "businessDefinition"}],
        "customProperties": _custom(
            {
                "meansEverywhere": definition.means if use and use.means else "",
                "editors": list(use.editors) if use else [],
            }
            | _rule(definition.rule)
            | {"ruleState": state}
        ),
    }
    return _filled(said)


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "firstAppearsIn": _record(rule.first_appears_in),
        "ownerTeam": rule.owner,
        "settledBy": _record(rule.settled_by),
        "itDepends": rule.depends,
        "because": rule.because,
        "conditions": [_condition(one) for one in rule.conditions],
        "exceptionApprover": rule.approver,
        "exceptionDeputy": rule.deputy,
    }


def _condition(one: When) -> dict[str, Any]:
    value = list(one.value) if isinstance(one.value, tuple) else one.value
    test = _filled({"system": one.system, "column": one.column}) | {"operator": one.operator, "value": value}
    return {"when": one.sentence} | _filled({"test": test if one.column else {}, "settledBy": _record(one.settled_by)})


def _record(record: Record | None) -> dict[str, str]:
    return {"system": record.system, "recordType": record.record_type} if record else {}


def _members(fields: Sequence[Field], people: Mapping[str, Person]) -> list[dict[str, Any]]:
    """Everybody whom a rule names, each once."""
    named: dict[str, dict[str, None]] = {}
    for field in fields:
        rule = registry.rule_definition(field.in_force or field.working)
        for email, role in ((rule.approver, "approver"), (rule.deputy, "deputy")):
            if email:
                named.setdefault(email, {})[role] = None
    return [
        {"username": email, "name": people[email].name if email in people else email, "role": ", ".join(sorted(roles))}
        for email, roles in sorted(named.items())
    ]


def _custom(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"property": name, "value": value} for name, value in _filled(values).items()]


def _filled(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value not in ("", None, False, [], {})}
