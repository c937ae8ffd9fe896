"""A check of customers with a few runs, written as the records that each side has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from ownership.models import Person, Team
from reconcile import engine
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Check, Mismatch, Run
from reconcile.checks.services.refusals import Refusal
from reconcile.patterns.models import Membership, Pattern, Week
from reconcile.patterns.queries.patterns import members as members_of
from reconcile.patterns.queries.patterns import patterns_of
from reconcile.patterns.services import remembering, shaping
from tests import build

FIRST_DAY = datetime(2026, 3, 6, 8, tzinfo=UTC)
COMPARING = Comparing(
    key=(("id", "id"),),
    fields=(ComparedField("city", "city", "city", "exact"),),
)
Records = Mapping[int, tuple[str, str]]
BY_IMPORT = engine.SegmentCondition("left", "via", "import")


def customers(owner: Team | None = None) -> Check:
    """Return a check that compares the city of customers; ``via`` stands beside it in both exports."""
    made = build.check(comparing=COMPARING, owner=owner)
    made.records = "customers"
    made.save()
    return made


def customers_again(check: Check) -> Check:
    """Return another check that compares the same."""
    return build.check(name=f"{check.name} again", comparing=check.comparing)


def split_by_hand(pattern: Pattern) -> Pattern:
    """Return what of a pattern came by import, set apart by nobody in particular."""
    return shaping.split(pattern, [BY_IMPORT], "", None)


def export(records: Records) -> str:
    """Return a CSV of records: city and via, by id."""
    return "id,city,via\n" + "".join(f"{key},{city},{via}\n" for key, (city, via) in records.items())


def run(check: Check, left: Records, right: Records, *, week: int) -> Run:
    """Return a done run of exports made in that week; 0 is the first."""
    done = build.run_done(
        check=check,
        left_text=export(left),
        right_text=export(right),
        as_of=FIRST_DAY + timedelta(weeks=week),
        causes=True,
    )
    assert done.state == "done", done.why
    return done


def alike(count: int, via: str = "hand") -> dict[int, tuple[str, str]]:
    """Return so many records, numbered from 1."""
    return {number: (f"town {number}", via) for number in range(1, count + 1)}


def but(records: Records, **changes: str) -> dict[int, tuple[str, str]]:
    """Return records with other cities: ``but(records, r3="Riga")``; "" leaves the record out."""
    found = dict(records)
    for name, city in changes.items():
        key = int(name.removeprefix("r"))
        if city:
            found[key] = (city, found[key][1])
        else:
            del found[key]
    return found


def remembered(check: Check) -> dict[str, object]:
    """Return everything patterns say of a check, without numbers that a database gave."""
    return {
        "patterns": sorted(
            Pattern.objects.filter(check_compared=check).values_list("label", "state", "name", "merged_into__label")
        ),
        "weeks": sorted(
            Week.objects.filter(run__check_compared=check).values_list("pattern__label", "run__number", "count")
        ),
        "members": members(check),
    }


def members(check: Check) -> dict[str, str]:
    """Return the label of the pattern of each mismatch that stands, by kind, field and key."""
    rows = Membership.objects.filter(pattern__check_compared=check)
    labels = dict(rows.values_list("mismatch_id", "pattern__label"))
    standing = Mismatch.objects.filter(check_compared=check, closed_number=None)
    assert set(labels) <= set(standing.values_list("pk", flat=True))
    return {f"{one.kind} {one.field} {one.key}": labels[one.pk] for one in standing if one.pk in labels}


PARTS = (BY_IMPORT, engine.SegmentCondition("left", "via", "hand"), engine.SegmentCondition("left", "id", "5"))


def shape(check: Check, what: str, which: object, person: Person) -> None:
    """Split the pattern of what is missing, or merge one split into another: which of them, a number says.

    The pattern is the first of the check whatever happened since, so that two histories mean the same by a number.
    """
    assert isinstance(which, int)
    first = Pattern.objects.filter(check_compared=check, kind="only_left").order_by("pk")[0]
    splits = [first, *first.splits.order_by("pk")]
    try:
        if what == "split":
            shaping.split(first, [PARTS[which % len(PARTS)]], "", person)
        else:
            shaping.merge(splits[which % len(splits)], splits[(which + 1) % len(splits)], person)
    except Refusal:
        pass
    remembering.catch_up(check.pk)


def grouped(check: Check) -> set[tuple[str, frozenset[str]]]:
    """Return what stands together now, with the cause of each group."""
    found = {}
    for one in patterns_of(check):
        keys = members_of(one.pattern).values_list("kind", "key")
        found[one.pattern.pk] = (one.pattern.cause, frozenset(f"{kind} {key}" for kind, key in keys))
    return {one for one in found.values() if one[1]}
