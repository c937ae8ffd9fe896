"""What pages and commands read of patterns: figures, typical mismatches, evidence, what is in a list."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from ownership.models import Field, FieldUse, Person
from reconcile.checks.models import Check, Mismatch, Run
from reconcile.checks.queries import masking as maskings
from reconcile.patterns.models import Classification, Pattern
from reconcile.patterns.queries import causes, patterns
from reconcile.patterns.services import shaping
from tests import build
from tests.patterns import worlds
from tests.patterns.worlds import alike, but

pytestmark = pytest.mark.django_db

TEN = alike(10)


@pytest.fixture
def check(dana: Person) -> Check:
    """Return a check with three runs: two are missing right, then one city differs, then they agree on it."""
    made = worlds.customers(build.team(lead=dana))
    missing = but(TEN, r1="", r2="")
    worlds.run(made, TEN, missing, week=0)
    worlds.run(made, TEN, but(missing, r3="Reykjavik"), week=1)
    worlds.run(made, TEN, but(missing, r4="Zagreb"), week=2)
    return made


def test_the_largest_comes_first_and_what_is_gone_last(check: Check) -> None:
    worlds.run(check, but(TEN, r5="Bern"), but(TEN, r1="", r2="", r5="Bern"), week=3)

    first, last = patterns.patterns_of(check)

    assert (first.count, first.change, first.weeks_running, first.share) == (2, "steady", 4, 1.0)
    assert (first.first_seen, first.last_seen) == (date(2026, 3, 6), date(2026, 3, 27))
    assert [number for number, *_ in first.weeks] == [1, 2, 3, 4]
    assert (last.count, last.change, last.weeks_running) == (0, "gone", 0)
    assert [count for *_, count in last.weeks] == [0, 1, 1, 0]
    assert last.last_seen == date(2026, 3, 20)


def test_patterns_of_an_earlier_run_know_nothing_of_later_ones(check: Check) -> None:
    (only,) = patterns.patterns_of(check, Run.objects.get(check_compared=check, number=1))
    assert [count for *_, count in only.weeks] == [2]


def test_reading_takes_as_many_queries_however_many_checks_there_are(
    check: Check, dana: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(4):
        patterns.patterns_of(check)
    with django_assert_num_queries(5):
        patterns.every_pattern()
    other = worlds.customers_again(check)
    worlds.run(other, TEN, but(TEN, r5="", r6="", r7=""), week=0)
    with django_assert_num_queries(5):
        found = patterns.every_pattern()
    assert [one.count for one in found] == [3, 2, 1]
    assert dana


def test_typical_mismatches_come_with_their_evidence(check: Check) -> None:
    shown = patterns.patterns_of(check)[0]

    typical = causes.typical_of(shown)

    assert {one.key for one in typical} == {"1", "2"}
    assert all(one.caused.cause == "missing_event" and one.evidence for one in typical)


def test_masked_values_are_in_no_evidence(check: Check) -> None:
    city = Field.objects.create(name="city", sensitive=True)
    FieldUse.objects.create(field=city, system=check.right_system, column="city")
    stranger = build.person(email="sam@example.com", name="Sam")
    masking = maskings.of_check(check, stranger)
    shown = next(one for one in patterns.patterns_of(check) if one.pattern.field == "city")

    (hidden,) = causes.typical_of(shown, masking)
    (open_to_all,) = causes.typical_of(shown)

    assert open_to_all.right == "Zagreb"
    assert "Zagreb" in open_to_all.evidence
    assert "Zagreb" not in hidden.evidence
    assert "town 4" not in hidden.evidence
    assert "Zagreb" not in str(hidden.right)


def test_a_list_says_the_pattern_that_people_see(check: Check, dana: Person) -> None:
    first, second = (one.pattern for one in patterns.patterns_of(check))
    run = patterns.classified_run(check)
    assert run is not None
    standing = list(Mismatch.objects.filter(check_compared=check, closed_number=None).values_list("pk", flat=True))
    shaping.merge(second, first, dana)

    said = causes.said_of(run, standing)

    assert {one.pattern for one in said.values()} == {first}
    assert len(said) == 3
    assert patterns.members(Pattern.objects.get(pk=first.pk)).count() == 3


def test_why_a_mismatch_was_there_is_known_of_every_run(check: Check) -> None:
    gone = Mismatch.objects.get(check_compared=check, field="city", key="3")
    first, second, third = Run.objects.filter(check_compared=check).order_by("number")

    assert causes.cause_of(first, gone) is None
    assert causes.cause_of(third, gone) is None
    caused = causes.cause_of(second, gone)
    assert caused is not None
    assert (caused.left, caused.right) == ("town 3", "Reykjavik")


def test_nobody_knows_why_once_the_file_is_gone(check: Check) -> None:
    run = patterns.classified_run(check)
    assert run is not None
    standing = Mismatch.objects.filter(check_compared=check, closed_number=None)[0]
    Classification.objects.get(run=run).path.unlink()

    assert causes.cause_of(run, standing) is None
