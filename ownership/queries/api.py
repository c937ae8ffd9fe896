"""The registry as programs ask for it: by names, whatever their case, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from ownership.models import Field, FieldUse, OwnershipRule, RuleState, System, Team
from ownership.queries import registry
from ownership.transitions import WORKED_ON

# A field of which nobody has written down anything yet.
NOTHING_YET = "draft"
LIVE = (RuleState.AGREED, *WORKED_ON)


@dataclass(frozen=True)
class Asked:
    """What a list is narrowed by; empty: by nothing."""

    subject: str = ""
    system: str = ""
    owner: str = ""
    state: str = ""
    text: str = ""


def fields(asked: Asked) -> QuerySet[Field]:
    """Return the fields asked for, in order of subject and name, none of them fetched yet."""
    chosen = Field.objects.filter(removed_at=None)
    if asked.subject:
        subjects = chosen.order_by().values_list("subject", flat=True).distinct()
        chosen = chosen.filter(subject__in=_alike(subjects, asked.subject))
    if asked.system:
        systems = _ids_called(System.objects.all(), asked.system)
        chosen = chosen.filter(Exists(FieldUse.objects.filter(field=OuterRef("pk"), system__in=systems)))
    if asked.owner:
        teams = _ids_called(Team.objects.all(), asked.owner)
        chosen = chosen.filter(Exists(_rules().filter(owner__in=teams)))
    if asked.state:
        chosen = chosen.annotate(shown_state=shown_state()).filter(shown_state=asked.state)
    for word in asked.text.split():
        chosen = chosen.filter(Q(name__icontains=word) | Q(subject__icontains=word) | Q(means__icontains=word))
    return chosen.order_by("subject", "name", "pk")


def page(chosen: QuerySet[Field], *, limit: int, offset: int) -> list[Field]:
    """Return some of ``chosen`` with all that is known of them, in a number of queries that does not grow."""
    return list(registry.whole(chosen)[offset : offset + limit])


def field_called(name: str) -> Field | None:
    """Return the field of that name, whatever its case, with all that is known of it."""
    names = Field.objects.filter(removed_at=None).values_list("pk", "name")
    wanted = name.strip().casefold()
    key = next((key for key, known in names if known.casefold() == wanted), None)
    return registry.whole(Field.objects.filter(pk=key)).first() if key is not None else None


def shown_state() -> Coalesce:
    """Return, for fields, the state of the version that is shown: the one people work on, or else the agreed one."""
    newest = _rules().order_by(F("number").desc()).values("state")[:1]
    return Coalesce(Subquery(newest), Value(NOTHING_YET))


def _rules() -> QuerySet[OwnershipRule]:
    return OwnershipRule.objects.filter(field=OuterRef("pk"), state__in=LIVE)


def _ids_called(things: QuerySet[System] | QuerySet[Team], name: str) -> list[int]:
    wanted = name.strip().casefold()
    return [key for key, known in things.order_by().values_list("pk", "name") if known.casefold() == wanted]


def _alike(names: Iterable[str], name: str) -> list[str]:
    wanted = name.strip().casefold()
    return [known for known in names if known.casefold() == wanted]
