"""Fields with all that is known of them, in a number of queries that does not grow with them."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from ownership.definitions import Definition, Record, Rule, Use, When
from ownership.models import Agreement, Condition, Editing, Field, FieldUse, OwnershipRule, RecordType, RuleState

ENDED = (RuleState.SUPERSEDED, RuleState.DISCARDED)


def whole(fields: QuerySet[Field] | None = None) -> QuerySet[Field]:
    """Return ``fields``, or those not removed, with uses, rules, conditions and agreements fetched along."""
    conditions = Condition.objects.select_related("system", "settled_by__system")
    rules = (
        OwnershipRule.objects.exclude(state__in=ENDED)
        .select_related("first_appears_in__system", "owner", "settled_by__system", "approver", "deputy", "proposed_by")
        .prefetch_related(
            Prefetch("conditions", conditions),
            Prefetch("agreements", Agreement.objects.select_related("team", "person")),
        )
    )
    uses = FieldUse.objects.select_related("system__owner").prefetch_related(
        Prefetch("editings", Editing.objects.select_related("team"))
    )
    chosen = Field.objects.filter(removed_at=None) if fields is None else fields
    return chosen.prefetch_related(Prefetch("uses", uses), Prefetch("rules", rules))


def definition(field: Field, rule: OwnershipRule | None = None) -> Definition:
    """Return ``field`` (out of ``whole``) as plain data, with ``rule`` or else the version that is shown."""
    return Definition(
        name=field.name,
        subject=field.subject,
        means=field.means,
        sensitive=field.sensitive,
        uses=tuple(_use(use) for use in field.uses.all()),
        rule=rule_definition(rule or field.shown),
    )


def rule_definition(rule: OwnershipRule | None) -> Rule:
    """Return one version as plain data; no version is an empty rule."""
    if rule is None:
        return Rule()
    return Rule(
        first_appears_in=record(rule.first_appears_in),
        owner=rule.owner.name if rule.owner else "",
        settled_by=record(rule.settled_by),
        depends=rule.depends,
        because=rule.because,
        conditions=tuple(when(condition) for condition in rule.conditions.all()),
        approver=rule.approver.email if rule.approver else "",
        deputy=rule.deputy.email if rule.deputy else "",
    )


def when(condition: Condition) -> When:
    """Return a condition as plain data."""
    return When(
        sentence=condition.sentence,
        system=condition.system.name if condition.system else "",
        column=condition.column,
        operator=condition.operator,
        value=tuple(condition.values) if condition.operator == "in" else condition.value,
        settled_by=record(condition.settled_by),
    )


def record(record_type: RecordType | None) -> Record | None:
    """Return a record type by its names."""
    return Record(record_type.system.name, record_type.name) if record_type else None


def _use(use: FieldUse) -> Use:
    editors = sorted(editing.team.name for editing in use.editings.all())
    return Use(use.system.name, use.column, use.means, tuple(editors))
