"""A check of the team of a lead and its runs, as the tests of pages see them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ownership.models import Person
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Check, Run
from reconcile.patterns.models import Pattern
from tests import build

COMPARING = Comparing(
    key=(("id", "id"),), fields=tuple(ComparedField(name, name, name, "exact") for name in ("city", "status"))
)
FIRST_DAY = datetime(2026, 3, 6, 8, tzinfo=UTC)
# Records 1 to 8 have a word on each side that stands for the same; 9 to 12 are on the left alone, two of them imported.
LEFT = "".join(
    f"{key},town {key},{'current' if key < 9 else 'new'},{'import' if key % 2 else 'hand'}\n" for key in range(1, 13)
)
RIGHT = "".join(f"{key},town {key},PAID,hand\n" for key in range(1, 9))
HEAD = "id,city,status,via\n"


def run_of(check: Check, *, week: int = 0, left: str = LEFT, right: str = RIGHT) -> Run:
    """Return a done run of exports of that week."""
    done = build.run_done(
        check=check,
        left_text=HEAD + left,
        right_text=HEAD + right,
        as_of=FIRST_DAY + timedelta(weeks=week),
        causes=True,
    )
    assert done.state == "done", done.why
    return done


def check_of(lead: Person) -> Check:
    """Return a check of customers that belongs to the team of ``lead``."""
    made = build.check(comparing=COMPARING, owner=build.team(lead=lead))
    made.records = "customers"
    made.save()
    return made


def pattern(kind: str = "only_left") -> Pattern:
    """Return the one pattern of that kind."""
    return Pattern.objects.get(kind=kind)
