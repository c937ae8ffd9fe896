"""The list of boundaries: how each stands, in a number of queries that does not grow with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, F, FloatField, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from boundaries import cases, findings, ready
from boundaries.facts import Facts
from boundaries.models import Boundary, BoundaryVersion, Step
from boundaries.queries import facts, maps, readiness


class _Figure(Coalesce):
    """A figure, 0 where there is nothing to count."""

    never_null = True  # so that lists can go on from a row (`ownership.keyset`)


@dataclass(frozen=True, slots=True)
class Stands:
    """How far a boundary is: how many of the five things are said, cases undecided, quick checks that hold."""

    things: int
    undecided: int
    holding: int

    @property
    def is_ready(self) -> bool:
        """Whether nothing speaks against automating it."""
        return self.holding == QUICK_CHECKS


THINGS = QUICK_CHECKS = 5


def boundaries() -> QuerySet[Boundary]:
    """Return every boundary with its whole map and figures of it.

    Those are ``step_count``, ``minutes_by_hand`` a week, and of the last change ``changed_at`` and ``changed_by``.
    """
    last = BoundaryVersion.objects.filter(boundary=OuterRef("pk")).order_by("-number")
    steps = Step.objects.filter(boundary=OuterRef("pk")).order_by().values("boundary")
    by_hand = steps.exclude(touch="").annotate(figure=Sum(F("minutes") * F("times_per_week")))
    return maps.whole().annotate(
        step_count=_Figure(
            Subquery(steps.annotate(figure=Count("pk")).values("figure"), output_field=IntegerField()), 0
        ),
        minutes_by_hand=_Figure(Subquery(by_hand.values("figure"), output_field=FloatField()), 0.0),
        changed_at=Subquery(last.values("at")[:1]),
        changed_by=Subquery(last.values("by_name")[:1]),
    )


def stands(rows: Iterable[Boundary]) -> Mapping[int, Stands]:
    """Return how each of ``rows`` (out of ``maps.whole``) stands, by its key."""
    chosen = list(rows)
    said = {one.pk: maps.definition(one) for one in chosen}
    compared = readiness.compared(said)
    also = {name for names in compared.values() for name in names}
    known = facts.of(*said.values(), also=also) if chosen else Facts()
    return {
        key: Stands(
            things=sum(not one.missing for one in findings.five_things(one_map)),
            undecided=sum(1 for _ in cases.undecided(one_map)),
            holding=sum(one.holds for one in ready.quick_checks(one_map, known, compared=compared[key])),
        )
        for key, one_map in said.items()
    }


def by_readiness(rows: QuerySet[Boundary], *, wanted: bool) -> QuerySet[Boundary]:
    """Return those of ``rows`` that are ready to automate, or those that are not. Every map is looked at."""
    return rows.filter(pk__in=[key for key, one in stands(rows).items() if one.is_ready == wanted])


def at_system(rows: QuerySet[Boundary], system: object) -> QuerySet[Boundary]:
    """Return those of ``rows`` that begin or end at ``system``."""
    return rows.filter(Q(from_system=system) | Q(to_system=system))
