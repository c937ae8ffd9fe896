"""What may be seen of asking "who owns this field?": who has answered, and once it is closed, what.

Pages show claims only by way of `Said`: while a round is open it holds no answer but those of the teams one leads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet

from ownership.models import Claim, ClaimRound, Field, Person, Team
from ownership.wording import listed

NOBODY = "nobody, as far as they know"


@dataclass(frozen=True, slots=True)
class Said:
    """One team in a round. ``owner`` and ``why`` are None and empty where they may not be seen."""

    team: Team
    answered_at: datetime | None
    person: Person | None
    visible: bool
    owner: Team | None
    why: str
    mine: bool

    @property
    def answer(self) -> str:
        """The answer in words; nothing where there is none to see."""
        return (self.owner.name if self.owner else NOBODY) if self.visible and self.answered_at else ""


@dataclass(frozen=True, slots=True)
class Round:
    """One asking, as one person may see it."""

    pk: int
    field: Field
    asked_by: Person | None
    asked_at: datetime
    due_on: date
    closed_at: datetime | None
    outcome: str
    teams: tuple[Said, ...]

    @property
    def is_open(self) -> bool:
        """Whether teams may still answer."""
        return self.closed_at is None

    @property
    def silent(self) -> list[str]:
        """The teams that have not answered, by name."""
        return [one.team.name for one in self.teams if one.answered_at is None]

    @property
    def mine(self) -> list[Said]:
        """The teams in whose name the person who looks may answer."""
        return [one for one in self.teams if one.mine]

    @property
    def sentence(self) -> str:
        """What is true of it now."""
        if self.is_open:
            verb = "has" if len(self.silent) == 1 else "have"
            return f"{listed(self.silent)} {verb} yet to answer, until {self.due_on:%Y-%m-%d}."
        if self.outcome == ClaimRound.UNANSWERED:
            return "Nobody answered."
        said = [f"{one.team.name} says {one.answer}" for one in self.teams if one.answered_at]
        if self.outcome == ClaimRound.DISPUTED:
            return f"{listed(said)}. So nobody owns it."
        return f"{listed(said)}."


def rounds() -> QuerySet[ClaimRound]:
    """Return every asking with its claims, newest first. Answers are in it: show it as ``shown`` gives it."""
    claims = Claim.objects.select_related("team", "owner", "person")
    return ClaimRound.objects.select_related("field", "asked_by").prefetch_related(Prefetch("claims", claims))


def shown(one: ClaimRound, led: Collection[int]) -> Round:
    """Return a round (out of ``rounds``) as somebody who leads the teams ``led`` (ids) may see it."""
    closed = one.closed_at is not None
    return Round(
        one.pk,
        one.field,
        one.asked_by,
        one.asked_at,
        one.due_on,
        one.closed_at,
        one.outcome,
        tuple(_said(claim, closed=closed, mine=claim.team_id in led) for claim in one.claims.all()),
    )


def of_field(field: Field, led: Collection[int], most: int = 5) -> list[Round]:
    """Return the last askings about ``field``, newest first, as somebody who leads ``led`` may see them."""
    return [shown(one, led) for one in rounds().filter(field=field)[:most]]


def overdue(today: date, fields: Iterable[int] | None = None) -> QuerySet[ClaimRound]:
    """Return the open rounds whose day has passed, of fields that are there."""
    found = ClaimRound.objects.filter(closed_at=None, due_on__lt=today, field__removed_at=None)
    return found if fields is None else found.filter(field__in=fields)


def _said(claim: Claim, *, closed: bool, mine: bool) -> Said:
    visible = closed or mine
    return Said(
        claim.team,
        claim.answered_at,
        claim.person,
        visible,
        claim.owner if visible else None,
        claim.why if visible else "",
        mine,
    )
