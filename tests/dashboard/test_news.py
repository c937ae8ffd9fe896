"""Home says of patterns first what is new, back again or growing; the palette finds patterns by name."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ownership.models import Person
from reconcile.checks.models import Check, Draft
from reconcile.dashboard.news import News, news
from reconcile.dashboard.queries import found
from reconcile.patterns.models import Cause, Pattern
from reconcile.patterns.services import shaping
from tests import build
from tests.patterns import worlds
from tests.patterns.worlds import alike, but

pytestmark = pytest.mark.django_db

MANY = alike(20)
MISSING = but(MANY, r1="", r2="")
# The same, but for a city that both sides have: other files.
LATER, LATER_MISSING = but(MANY, r20="Oslo"), but(MISSING, r20="Oslo")


@pytest.fixture
def check(dana: Person) -> Check:
    """Return a check whose run after the first finds one more pattern: a city that differs."""
    made = worlds.customers(build.team(lead=dana))
    worlds.run(made, MANY, MISSING, week=0)
    worlds.run(made, MANY, but(MISSING, r3="Reykjavik"), week=1)
    return made


def page_of(client: Client) -> str:
    return " ".join(client.get("/").content.decode().split())


def told(said: News) -> list[tuple[str, int]]:
    return [(line.word, line.shown.count) for line in said.lines]


def test_where_no_run_has_found_anything_nothing_is_said_of_patterns(as_dana: Client, dana: Person) -> None:
    assert news(dana).standing == 0
    assert 'id="news"' not in page_of(as_dana)


def test_a_pattern_that_is_new_is_told_with_a_link(check: Check, as_dana: Client, dana: Person) -> None:
    assert told(news(dana)) == [("new", 1)]
    page = page_of(as_dana)
    pattern = Pattern.objects.get(field="city")
    assert f'href="/patterns/{pattern.pk}/"' in page
    assert f'New in <a href="/checks/{check.pk}/">' in page
    assert "2 patterns stand: 1 is new." in page


def test_patterns_stand_before_what_was_begun_and_before_checks(
    check: Check,  # noqa: ARG001 - it is there
    as_dana: Client,
    dana: Person,
) -> None:
    Draft.objects.create(person=dana, name="Suppliers")
    page = page_of(as_dana)
    assert page.index('id="news"') < page.index('id="drafts"') < page.index('id="checks"')


def test_where_nothing_is_new_that_is_said(check: Check, as_dana: Client, dana: Person) -> None:
    worlds.run(check, LATER, but(LATER_MISSING, r3="Reykjavik"), week=2)
    assert told(news(dana)) == []
    assert "2 patterns stand, none of them new, back again or growing." in page_of(as_dana)


def test_what_is_back_and_what_grows_is_told(check: Check, dana: Person) -> None:
    worlds.run(check, LATER, LATER_MISSING, week=2)
    assert told(news(dana)) == []
    newcomers = {number: (f"town {number}", "hand") for number in range(30, 36)}
    worlds.run(check, LATER | newcomers, but(LATER_MISSING, r3="Reykjavik"), week=3)
    assert told(news(dana)) == [("back again", 1)]
    # What is missing for the first time may still be on its way; a week later it is not.
    later = but(LATER | newcomers, r19="Bergen")
    worlds.run(check, later, but(LATER_MISSING, r3="Reykjavik", r19="Bergen"), week=4)
    assert told(news(dana)) == [("growing", 8)]


def test_what_only_takes_its_time_is_no_news(check: Check, dana: Person) -> None:  # noqa: ARG001 - it is there
    Pattern.objects.filter(field="city").update(cause=Cause.TIMING)
    found = news(dana)
    assert told(found) == []
    assert found.sentence == "2 patterns stand, none of them new, back again or growing; 1 only takes its time."


def test_at_most_three_are_told_the_largest_of_each_change_first(check: Check, dana: Person) -> None:  # noqa: ARG001
    for number in range(4):
        other = build.check(name=f"check {number}", comparing=worlds.COMPARING)
        gone = {f"r{place}": "" for place in range(1, number + 2)}
        worlds.run(other, MANY, but(MANY, **gone), week=0)
    said = news(dana)
    assert [count for _, count in told(said)] == [4, 3, 2]
    assert said.counts["new"] == 5


def test_more_checks_and_patterns_take_no_more_queries(check: Check, as_dana: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            as_dana.get("/")
        return len(counted)

    before = queries()
    for number in range(2):
        other = build.check(name=f"{check.name} {number}", comparing=check.comparing, owner=check.owner)
        worlds.run(other, MANY, but(MANY, r5=""), week=0)
    assert queries() == before


def test_the_palette_finds_patterns_by_the_name_people_gave_them(check: Check, dana: Person) -> None:
    pattern = Pattern.objects.get(field="city")
    shaping.rename(pattern, "Moved to Iceland", dana)
    (only,) = [one for one in found(dana, "iceland moved") if one.kind == "Pattern"]
    assert (only.label, only.address) == ("Moved to Iceland", f"/patterns/{pattern.pk}/")
    assert only.hint == check.name
    assert not [one for one in found(dana, "greenland") if one.kind == "Pattern"]


def test_the_palette_finds_the_list_of_patterns(dana: Person) -> None:
    assert "/patterns/" in [one.address for one in found(dana, "patterns")]
