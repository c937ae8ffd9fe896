"""A field as plain frozen data, by the names people use: what edits change, and the shape `load` and `dump` share.

Every way to edit a field (a cell, a paste, an import, a file, a restore) makes one of these and hands it to
`ownership.services.defining.define`, which works out what that means for the rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

OPERATORS = ("equals", "not_equals", "in", "before", "after", "less", "greater", "empty", "not_empty")
WITHOUT_VALUE = frozenset({"empty", "not_empty"})


@dataclass(frozen=True, slots=True)
class Record:
    """One kind of record in one system, by their names."""

    system: str
    record_type: str

    def __str__(self) -> str:
        return f"{self.system}: {self.record_type}"


@dataclass(frozen=True, slots=True)
class When:
    """A condition: a sentence, the test of a column, and the record that wins while it holds.

    ``value`` is a text; a tuple of texts for ``in``; empty for ``empty`` and ``not_empty``. A condition that has no
    test yet has no ``column``; one without a winner has ``settled_by`` None. Neither can be proposed.
    """

    sentence: str
    system: str = ""
    column: str = ""
    operator: str = "equals"
    value: str | tuple[str, ...] = ""
    settled_by: Record | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """How one system stores the field; ``editors`` are names of teams, in alphabetical order."""

    system: str
    column: str = ""
    means: str = ""
    editors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """Who owns the field and which record wins. ``approver`` and ``deputy`` are e-mail addresses, empty for nobody.

    ``depends``: the conditions alone decide; then ``settled_by`` is None.
    """

    first_appears_in: Record | None = None
    owner: str = ""
    settled_by: Record | None = None
    depends: bool = False
    because: str = ""
    conditions: tuple[When, ...] = ()
    approver: str = ""
    deputy: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """A field: what it is, how each system stores it, and its rule. ``uses`` are in the order they were added."""

    name: str
    subject: str = ""
    means: str = ""
    sensitive: bool = False
    uses: tuple[Use, ...] = ()
    rule: Rule = field(default_factory=Rule)

    def use_in(self, system: str) -> Use | None:
        """Return how ``system`` stores the field, None if it does not."""
        return next((use for use in self.uses if use.system.casefold() == system.casefold()), None)

    def with_use(self, use: Use) -> Definition:
        """Return the same with ``use`` in place of the one in its system, or added."""
        if self.use_in(use.system) is None:
            return replace(self, uses=(*self.uses, use))
        same = use.system.casefold()
        return replace(self, uses=tuple(use if one.system.casefold() == same else one for one in self.uses))

    def like(self, other: Definition) -> bool:
        """Return whether both say the same; in which order systems are named makes no difference."""
        return _in_order(self) == _in_order(other)

    def to_json(self) -> dict[str, Any]:
        """Return the field as `dump` writes it; what is empty is left out. ``from_json`` is its inverse."""
        uses = [
            _without_empty(
                {"system": use.system, "column": use.column, "means": use.means, "editors": list(use.editors)}
            )
            for use in self.uses
        ]
        said = {
            "name": self.name,
            "subject": self.subject,
            "means": self.means,
            "sensitive": self.sensitive,
            "uses": uses,
            "rule": _rule(self.rule),
        }
        return _without_empty(said)

    @staticmethod
    def from_json(data: dict[str, Any]) -> Definition:
        """Return what ``to_json`` described; keys that are missing take their defaults, others are left alone."""
        return Definition(
            name=data["name"],
            subject=data.get("subject", ""),
            means=data.get("means", ""),
            sensitive=bool(data.get("sensitive", False)),
            uses=tuple(
                Use(use["system"], use.get("column", ""), use.get("means", ""), tuple(sorted(use.get("editors", ()))))
                for use in data.get("uses", ())
            ),
            rule=_rule_from(data.get("rule") or {}),
        )


def _in_order(one: Definition) -> Definition:
    return replace(one, uses=tuple(sorted(one.uses, key=lambda use: use.system.casefold())))


def _rule(rule: Rule) -> dict[str, Any]:
    return _without_empty(
        {
            "first_appears_in": _record(rule.first_appears_in),
            "owner": rule.owner,
            "settled_by": _record(rule.settled_by),
            "depends": rule.depends,
            "because": rule.because,
            "conditions": [_condition(one) for one in rule.conditions],
            "approver": rule.approver,
            "deputy": rule.deputy,
        }
    )


def _condition(one: When) -> dict[str, Any]:
    value: Any = list(one.value) if isinstance(one.value, tuple) else one.value
    test = {"system": one.system, "column": one.column, "operator": one.operator}
    # An empty text is a value to compare with; only these two operators compare with none.
    test |= {} if one.operator in WITHOUT_VALUE else {"value": value}
    asked = test if one.system or one.column or value else {}
    return {"when": one.sentence} | _without_empty({"test": asked, "settled_by": _record(one.settled_by)})


def _record(record: Record | None) -> dict[str, str]:
    return {"system": record.system, "record_type": record.record_type} if record else {}


def _without_empty(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value not in ("", None, False, [], {})}


def _rule_from(data: dict[str, Any]) -> Rule:
    return Rule(
        first_appears_in=_record_from(data.get("first_appears_in")),
        owner=data.get("owner", ""),
        settled_by=_record_from(data.get("settled_by")),
        depends=bool(data.get("depends", False)),
        because=data.get("because", ""),
        conditions=tuple(_condition_from(one) for one in data.get("conditions", ())),
        approver=data.get("approver", ""),
        deputy=data.get("deputy", ""),
    )


def _condition_from(data: dict[str, Any]) -> When:
    test = data.get("test") or {}
    value = test.get("value", "")
    return When(
        sentence=data.get("when", ""),
        system=test.get("system", ""),
        column=test.get("column", ""),
        operator=test.get("operator", "equals"),
        value=tuple(value) if isinstance(value, list | tuple) else value,
        settled_by=_record_from(data.get("settled_by")),
    )


def _record_from(data: dict[str, str] | None) -> Record | None:
    return Record(data["system"], data["record_type"]) if data else None
