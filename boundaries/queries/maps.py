"""Boundaries with their maps, in a number of queries that does not grow with them."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from boundaries import definitions
from boundaries.definitions import CONFIRMABLE, Carried, Case, Map, Observed
from boundaries.models import AwkwardCase, Boundary, Handoff, HandoffField, Step, StepField
from ownership.models import Field, Team


def whole(boundaries: QuerySet[Boundary] | None = None) -> QuerySet[Boundary]:
    """Return ``boundaries``, or those not removed, with everything on their maps fetched along."""
    steps = Step.objects.select_related("team", "system").prefetch_related(
        Prefetch("fields", StepField.objects.select_related("field"))
    )
    handoffs = Handoff.objects.select_related("owner", "source", "target").prefetch_related(
        Prefetch("fields", HandoffField.objects.select_related("field")),
        Prefetch("cases", AwkwardCase.objects.select_related("decides")),
    )
    chosen = Boundary.objects.filter(removed_at=None) if boundaries is None else boundaries
    return chosen.select_related("from_system__owner", "to_system__owner", "owner__lead").prefetch_related(
        Prefetch("steps", steps), Prefetch("handoffs", handoffs), "observations"
    )


def with_teams() -> QuerySet[Boundary]:
    """Return the boundaries not removed with no more of their maps than what tells who draws them. Two queries."""
    chosen = Boundary.objects.filter(removed_at=None).select_related("from_system", "to_system")
    return chosen.prefetch_related("steps")


def definition(boundary: Boundary) -> Map:
    """Return ``boundary`` (out of ``whole``) as plain data."""
    return Map(
        name=boundary.name,
        source=boundary.from_system.name,
        target=boundary.to_system.name,
        owner=boundary.owner.name if boundary.owner else "",
        trigger=boundary.trigger,
        rule=boundary.rule,
        steps=tuple(step(one) for one in boundary.steps.all()),
        handoffs=tuple(handoff(one) for one in boundary.handoffs.all()),
        confirmed=tuple(one for one in CONFIRMABLE if one in boundary.confirmed),
        records_per_week=boundary.records_per_week,
        minutes_available=boundary.minutes_available,
        disputes=boundary.disputes,
        observed=tuple(
            Observed(one.sentence, one.kind, one.seen_on.isoformat() if one.seen_on else "")
            for one in boundary.observations.all()
        ),
    )


def step(one: Step) -> definitions.Step:
    """Return a step as plain data."""
    return definitions.Step(
        id=one.key,
        does=one.does,
        team=_team(one.team, one.team_name),
        system=one.system.name if one.system else "",
        touch=one.touch,
        minutes=one.minutes,
        times_per_week=one.times_per_week,
        changes=tuple(_field(changed.field, changed.name) for changed in one.fields.all()),
    )


def handoff(one: Handoff) -> definitions.Handoff:
    """Return a hand-off as plain data."""
    return definitions.Handoff(
        source=one.source.key,
        target=one.target.key,
        trigger=one.trigger,
        lag_days=one.lag_days,
        owner=_team(one.owner, one.owner_name),
        fields=tuple(carried(field) for field in one.fields.all()),
        cases=tuple(case(awkward) for awkward in one.cases.all()),
    )


def carried(one: HandoffField) -> Carried:
    """Return a carried field as plain data."""
    return Carried(_field(one.field, one.name), one.how, tuple(one.before), tuple(one.after), one.note)


def case(one: AwkwardCase) -> Case:
    """Return an awkward case as plain data."""
    return Case(one.when, one.then, _team(one.decides, one.decides_name), one.kind, one.never)


def _team(team: Team | None, name: str) -> str:
    return team.name if team else name


def _field(field: Field | None, name: str) -> str:
    return field.name if field else name
