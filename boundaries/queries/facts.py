"""What the registry knows of the names on a map: a number of queries that does not grow with the map."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet

from boundaries.definitions import Map
from boundaries.facts import Facts, FieldFacts, Stored
from ownership.models import Claim, ClaimRound, Field, System, Team
from ownership.queries import registry


def everything() -> Facts:
    """Return the facts of all fields there are, for a page that offers them."""
    return _facts(Field.objects.filter(removed_at=None))


def of(*maps: Map, also: Iterable[str] = ()) -> Facts:
    """Return the facts of the fields that ``maps`` name, and of those called as in ``also``."""
    names = {name.strip().casefold() for said in maps for name in named(said)} | {name.casefold() for name in also}
    known = {name.casefold(): key for key, name in Field.objects.filter(removed_at=None).values_list("pk", "name")}
    return _facts(Field.objects.filter(pk__in=[key for name, key in known.items() if name in names]))


def named(said: Map) -> Iterable[str]:
    """Return the names of all fields on a map, once each, in the order of the steps and then the hand-offs."""
    changed = [name for step in said.steps for name in step.changes]
    carried = [carried.field for handoff in said.handoffs for carried in handoff.fields]
    return list(dict.fromkeys([*changed, *carried]))


def _facts(fields: QuerySet[Field]) -> Facts:
    rounds = ClaimRound.objects.order_by("-pk").prefetch_related(
        Prefetch("claims", Claim.objects.select_related("team", "owner"))
    )
    found = registry.whole(fields).prefetch_related(Prefetch("claim_rounds", rounds))
    return Facts(
        fields={one.name.casefold(): _field(one) for one in found},
        teams=tuple(Team.objects.values_list("name", flat=True)),
        systems=tuple(System.objects.values_list("name", flat=True)),
    )


def _field(one: Field) -> FieldFacts:
    rule = one.in_force or one.working
    rounds = list(one.claim_rounds.all())
    closed = next((asking for asking in rounds if asking.closed_at is not None), None)
    answered = [claim for claim in closed.claims.all() if claim.answered_at is not None] if closed else []
    return FieldFacts(
        name=one.name,
        url=one.get_absolute_url(),
        means=one.means,
        owner=rule.owner.name if rule and rule.owner else "",
        state=str(rule.state) if rule else "",
        claims=tuple((claim.team.name, claim.owner.name if claim.owner else "") for claim in answered),
        # What one team says stays hidden from the others until the round closes.
        asked=any(asking.closed_at is None for asking in rounds),
        uses=tuple(
            Stored(
                use.system.name,
                use.column,
                use.means,
                tuple(sorted(editing.team.name for editing in use.editings.all())),
            )
            for use in one.uses.all()
        ),
    )
