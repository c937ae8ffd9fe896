"""Fields and their rules as ``load`` takes them, and what has to stand in the file beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ownership.definitions import Definition
from ownership.models import Field, OwnershipRule, RecordType
from ownership.queries import registry
from reconcile.configuration.agreements import described


def field_said(one: Field) -> dict[str, Any]:
    """Return a field (out of ``registry.whole``) as the file has it: what is empty is left out."""
    first = one.in_force or one.working
    said = registry.definition(one, first).to_json()
    said.pop("rule", None)
    rule = _version(one, first) if first else {}
    said |= {"rule": rule} if rule else {}
    if one.in_force and one.working:
        # Something has to stand there: a version that says nothing yet is still one.
        said["next_rule"] = _version(one, one.working) or {"state": str(one.working.state)}
    return said


def _version(one: Field, rule: OwnershipRule) -> dict[str, Any]:
    said: dict[str, Any] = Definition("?", rule=registry.rule_definition(rule)).to_json().get("rule", {})
    for condition in said.get("conditions", ()):
        test = condition.get("test", {})
        for key in ("system", "column"):
            if not test.get(key, "?"):
                del test[key]
    return said | described(one, rule)


@dataclass
class Mentioned:
    """The ids of everything that fields name."""

    teams: set[int | None] = field(default_factory=set)
    systems: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)
    record_types: set[int] = field(default_factory=set)

    @staticmethod
    def in_fields(fields: Iterable[Field]) -> Mentioned:
        """Return what ``fields`` (out of ``registry.whole``) name."""
        found = Mentioned()
        for one in fields:
            for use in one.uses.all():
                found.systems.add(use.system_id)
                found.teams |= {editing.team_id for editing in use.editings.all()}
            for rule in (one.in_force, one.working):
                if rule is not None:
                    found._rule(rule)
        return found

    def _rule(self, rule: OwnershipRule) -> None:
        self.teams |= {rule.owner_id, *(agreement.team_id for agreement in rule.agreements.all())}
        self.people |= {person for person in (rule.approver_id, rule.deputy_id) if person}
        self._record_type(rule.first_appears_in)
        self._record_type(rule.settled_by)
        for condition in rule.conditions.all():
            self._record_type(condition.settled_by)
            if condition.system_id:
                self.systems.add(condition.system_id)

    def _record_type(self, one: RecordType | None) -> None:
        if one is not None:
            self.record_types.add(one.pk)
            self.systems.add(one.system_id)
