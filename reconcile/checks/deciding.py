"""A rule of the registry as the engine decides by it, and what each system's record has to tell for that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ownership.definitions import Definition, Record
from ownership.models import Field
from ownership.queries import registry
from reconcile import engine


@dataclass(frozen=True, slots=True)
class Told:
    """One column that matters for who wins: in which system's record, and whether it holds the field itself."""

    system: str
    column: str
    is_field: bool


def rule_for_deciding(definition: Definition, state: str) -> engine.RuleForDeciding:
    """Return the rule of ``definition``, a version in ``state``, as the engine takes it."""
    rule = definition.rule
    return engine.RuleForDeciding(
        field=definition.name,
        state=state,
        settled_by=_record_type(rule.settled_by),
        depends=rule.depends,
        because=rule.because,
        conditions=tuple(
            engine.Condition(
                one.sentence, one.system, one.column, one.operator, one.value, _record_type(one.settled_by)
            )
            for one in rule.conditions
        ),
        columns=tuple((use.system, use.column) for use in definition.uses if use.column),
    )


def rule_of(field: Field) -> engine.RuleForDeciding:
    """Return the version in force of ``field`` (out of ``registry.whole``), else the one people work on."""
    rule = field.in_force or field.working
    return rule_for_deciding(registry.definition(field, rule), str(rule.state) if rule else "draft")


def versions_of(field: Field) -> list[engine.RuleForDeciding]:
    """Return the version in force and the one people work on, those there are; an empty one without any."""
    there = [rule for rule in (field.in_force, field.working) if rule is not None]
    found = [rule_for_deciding(registry.definition(field, rule), str(rule.state)) for rule in there]
    return found or [rule_of(field)]


def told_by(rules: Iterable[engine.RuleForDeciding]) -> list[Told]:
    """Return every column that ``rules`` look at, each once: by system, the field's own column first."""
    found: dict[tuple[str, str], Told] = {}
    for rule in rules:
        for system, column, is_field in _looked_at(rule):
            found.setdefault((system.casefold(), column), Told(system, column, is_field))
    systems = list(dict.fromkeys(one.system.casefold() for one in found.values()))
    return sorted(found.values(), key=lambda one: (systems.index(one.system.casefold()), not one.is_field))


def _looked_at(rule: engine.RuleForDeciding) -> Iterator[tuple[str, str, bool]]:
    for system, column in rule.columns:
        yield system, column, True
    for condition in rule.conditions:
        if condition.system and condition.column:
            yield condition.system, condition.column, False


def needed_columns(rule: engine.RuleForDeciding, system: str, columns: Sequence[str]) -> list[str]:
    """Return those ``columns`` of an export of ``system`` that ``rule`` may look at, however it spells them."""
    wanted = {one.column.strip().casefold() for one in told_by([rule]) if one.system.casefold() == system.casefold()}
    return [column for column in columns if column.strip().casefold() in wanted]


def _record_type(record: Record | None) -> engine.RecordType | None:
    return engine.RecordType(record.system, record.record_type) if record else None
