"""What waits for the answer of the teams one person leads: claims, proposals, suggestions, rules to confirm."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, Func, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from ownership.models import (
    Agreement,
    Claim,
    Editing,
    Field,
    FieldUse,
    FieldVersion,
    OwnershipRule,
    Person,
    RuleState,
    Suggestion,
    Team,
)
from ownership.permissions import teams_led
from ownership.queries import claims, registry
from ownership.queries.agreements import STALE_AFTER


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits. ``fields``: those it is about, by id; ``versions``: the number of the last change of each."""

    led: frozenset[int]
    rounds: tuple[claims.Round, ...] = ()
    proposals: tuple[Field, ...] = ()
    suggestions: tuple[tuple[Field, tuple[Suggestion, ...]], ...] = ()
    to_confirm: tuple[Field, ...] = ()
    fields: dict[int, Field] = field(default_factory=dict)
    versions: dict[int, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many answers are asked for."""
        answers = sum(one.mine and one.answered_at is None for each in self.rounds for one in each.teams)
        cells = sum(len(some) for _, some in self.suggestions)
        return answers + len(self.proposals) + cells + len(self.to_confirm)


def waiting_for(person: Person) -> Waiting:
    """Return what waits for ``person``, oldest first, in a number of queries that does not grow with it."""
    led = frozenset(teams_led(person))
    if not led:
        return Waiting(led)
    rounds = list(claims.rounds().filter(pk__in=_claims(led).values("round")).order_by("due_on", "pk"))
    proposed = _in_order(_proposals(led).order_by("proposed_at", "pk"))
    stale = _in_order(_to_confirm(led).order_by("confirmed_at", "pk"))
    suggested: dict[int, list[Suggestion]] = {}
    for one in _suggestions(led).select_related("person"):
        suggested.setdefault(one.field_id, []).append(one)
    about = {*proposed, *stale, *suggested, *(one.field_id for one in rounds)}
    fields = {one.pk: one for one in registry.whole(Field.objects.filter(pk__in=about))}
    return Waiting(
        led,
        tuple(claims.shown(one, led) for one in rounds),
        tuple(fields[pk] for pk in proposed),
        tuple((fields[pk], tuple(some)) for pk, some in suggested.items()),
        tuple(fields[pk] for pk in stale),
        fields,
        _versions(fields),
    )


def count(person: Person) -> int:
    """Return how many answers wait for ``person``: two queries, one for who leads nothing."""
    led = teams_led(person)
    if not led:
        return 0
    parts: tuple[QuerySet[Any], ...] = (_claims(led), _proposals(led), _suggestions(led), _to_confirm(led))
    counted = {f"n{number}": Subquery(_number_of(part)) for number, part in enumerate(parts)}
    return sum(Team.objects.filter(pk=min(led)).values_list(*counted.values()).get())


def _number_of(rows: QuerySet[Any]) -> QuerySet[Any]:
    # Not `Count`: that would group, and give no row at all where there is nothing to count.
    numbers: QuerySet[Any] = rows.order_by().annotate(counted=Func(F("pk"), function="COUNT")).values("counted")
    return numbers


def _claims(led: Collection[int]) -> QuerySet[Claim]:
    return Claim.objects.filter(
        team__in=led,
        answered_at=None,
        round__closed_at=None,
        round__due_on__gte=timezone.localdate(),
        round__field__removed_at=None,
    )


def _proposals(led: Collection[int]) -> QuerySet[OwnershipRule]:
    """Proposed versions that a team of ``led`` touches, as `permissions.touching` says it, and has not answered to."""
    storing = FieldUse.objects.filter(field=OuterRef("field"))
    waits = Q()
    for team in led:
        stored, edited = storing.filter(system__owner=team), storing.filter(editings__team=team)
        touches = Q(owner=team) | Q(Exists(stored)) | Q(Exists(edited))
        waits |= touches & Q(~Exists(Agreement.objects.filter(rule=OuterRef("pk"), team=team)))
    return OwnershipRule.objects.filter(waits, state=RuleState.PROPOSED, field__removed_at=None)


def _suggestions(led: Collection[int]) -> QuerySet[Suggestion]:
    """Open suggestions for fields that the leads of ``led`` edit, as `permissions.owning_and_editing` says it."""
    editing = Editing.objects.filter(use__field=OuterRef("field"))
    rules = OwnershipRule.objects.filter(field=OuterRef("field"))
    in_force = rules.filter(state=RuleState.AGREED)
    working = rules.filter(state__in=(RuleState.DRAFT, RuleState.PROPOSED, RuleState.DISPUTED))
    owner = Q(Exists(in_force.filter(owner__in=led))) | (~Exists(in_force) & Exists(working.filter(owner__in=led)))
    owned = Exists(in_force.exclude(owner=None)) | (~Exists(in_force) & Exists(working.exclude(owner=None)))
    nobodys = Q(~Exists(editing)) & ~owned
    edited = Q(Exists(editing.filter(team__in=led))) | owner | nobodys
    return Suggestion.objects.filter(edited, state=Suggestion.OPEN, field__removed_at=None)


def _to_confirm(led: Collection[int]) -> QuerySet[OwnershipRule]:
    confirmed = Coalesce("confirmed_at", "agreed_at", "created_at")
    return OwnershipRule.objects.alias(confirmed=confirmed).filter(
        state=RuleState.AGREED, owner__in=led, field__removed_at=None, confirmed__lt=timezone.now() - STALE_AFTER
    )


def _in_order(rules: QuerySet[OwnershipRule]) -> list[int]:
    return list(rules.values_list("field", flat=True))


def _versions(fields: Collection[int]) -> dict[int, int]:
    found = FieldVersion.objects.filter(field__in=fields).order_by().values_list("field")
    return dict(found.annotate(last=Max("number")))
