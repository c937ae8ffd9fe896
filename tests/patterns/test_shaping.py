"""What people make of patterns holds for every later run, and only those who may do it."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from ownership.history import changes_of
from ownership.models import Editing, Field, FieldUse, Person
from reconcile import engine
from reconcile.checks.models import Check
from reconcile.checks.services.refusals import Refusal
from reconcile.patterns.models import Pattern, PatternState
from reconcile.patterns.queries import patterns
from reconcile.patterns.services import refusals, remembering, shaping
from tests import build
from tests.patterns import worlds
from tests.patterns.worlds import BY_IMPORT, alike, but, members

pytestmark = pytest.mark.django_db

MIXED = alike(4) | {key: value for key, value in alike(8, "import").items() if key > 4}
MISSING = but(MIXED, r1="", r2="", r5="", r6="")
# A week later, in which something happened that makes no mismatch.
LATER = but(MIXED, r3="Riga"), but(MISSING, r3="Riga")


@pytest.fixture
def check(dana: Person) -> Check:
    return worlds.customers(build.team(lead=dana))


@pytest.fixture
def missing(check: Check) -> Pattern:
    """Return the pattern of four records that are missing right, two of them by import."""
    worlds.run(check, MIXED, MISSING, week=0)
    return Pattern.objects.get(kind="only_left")


def caught_up(check: Check) -> dict[str, str]:
    remembering.catch_up(check.pk)
    return members(check)


def test_a_name_people_give_stays(check: Check, missing: Pattern, dana: Person) -> None:
    shaping.rename(missing, "  Lost on \n the way ", dana)
    worlds.run(check, *LATER, week=1)

    (shown,) = patterns.patterns_of(check)
    assert (shown.name, shown.count, shown.weeks_running) == ("Lost on the way", 4, 2)


def test_every_change_is_in_the_history_with_the_person(missing: Pattern, dana: Person) -> None:
    shaping.rename(missing, "Lost", dana)
    shaping.answer_event(missing, "A customer is signed in the CRM.", dana)

    newest = {(one.field, one.new, one.who) for one in changes_of(missing)}
    asked = "what event should update both systems, in one sentence"
    assert ("what people call it", "Lost", "Dana Reyes") in newest
    assert (asked, "A customer is signed in the CRM.", "Dana Reyes") in newest


def test_the_same_name_again_writes_no_history(missing: Pattern, dana: Person) -> None:
    shaping.rename(missing, "Lost", dana)
    count = Pattern.history.count()

    shaping.rename(missing, "Lost", dana)

    assert Pattern.history.count() == count


def test_a_split_sets_apart_what_meets_its_conditions(check: Check, missing: Pattern, dana: Person) -> None:
    part = shaping.split(missing, [BY_IMPORT], "Lost imports", dana)

    found = caught_up(check)

    assert {key for key, label in found.items() if label == part.label} == {"only_left * 5", "only_left * 6"}
    assert {key for key, label in found.items() if label == missing.label} == {"only_left * 1", "only_left * 2"}
    assert [(one.name, one.count) for one in patterns.patterns_of(check)] == [
        ("Customers in CRM that never reached Billing", 2),
        ("Lost imports", 2),
    ]


def test_a_split_holds_for_runs_before_and_after(check: Check, missing: Pattern, dana: Person) -> None:
    part = shaping.split(missing, [BY_IMPORT], "", dana)
    worlds.run(check, *LATER, week=1)

    assert sorted(part.weeks.values_list("run__number", "count")) == [(1, 2), (2, 2)]


def test_a_split_without_a_name_is_called_by_its_conditions(check: Check, missing: Pattern, dana: Person) -> None:
    shaping.split(missing, [BY_IMPORT], "", dana)
    caught_up(check)

    names = {one.name for one in patterns.patterns_of(check)}
    assert "Customers in CRM that never reached Billing where via is import" in names


def test_what_is_merged_is_counted_in_the_other_for_good(check: Check, missing: Pattern, dana: Person) -> None:
    part = shaping.split(missing, [BY_IMPORT], "", dana)
    caught_up(check)

    root = shaping.merge(part, missing, dana)
    worlds.run(check, *LATER, week=1)

    (shown,) = patterns.patterns_of(check)
    assert (shown.pattern, shown.count, shown.merged) == (root, 4, [part])
    assert [count for *_, count in shown.weeks] == [4, 4]
    assert patterns.members(missing).count() == 4


def test_a_merge_can_be_taken_back(check: Check, missing: Pattern, dana: Person) -> None:
    part = shaping.split(missing, [BY_IMPORT], "", dana)
    caught_up(check)
    shaping.merge(part, missing, dana)

    shaping.unmerge(part, dana)

    assert sorted(one.count for one in patterns.patterns_of(check)) == [2, 2]
    with pytest.raises(refusals.NotMerged):
        shaping.unmerge(part, dana)


def test_a_merged_pattern_splits_with_all_that_is_in_it(check: Check, dana: Person) -> None:
    worlds.run(check, but(MIXED, r3="", r7=""), MISSING, week=0)
    left, right = Pattern.objects.get(kind="only_left"), Pattern.objects.get(kind="only_right")
    shaping.merge(right, left, dana)

    part = shaping.split(left, [engine.SegmentCondition("left", "via", "import")], "Imports", dana)
    caught_up(check)

    shown = {one.name: one for one in patterns.patterns_of(check)}
    assert shown["Imports"].pattern == part
    assert [one.split_from for one in shown["Imports"].merged] in ([right], [])


def test_patterns_do_not_merge_in_a_ring(missing: Pattern, dana: Person) -> None:
    part = shaping.split(missing, [BY_IMPORT], "", dana)
    shaping.merge(part, missing, dana)

    for one, other in ((missing, part), (part, missing), (missing, missing)):
        with pytest.raises(refusals.MergedAlready):
            shaping.merge(one, other, dana)


def test_patterns_of_two_checks_do_not_merge(check: Check, missing: Pattern, dana: Person) -> None:
    other = worlds.customers_again(check)
    worlds.run(other, MIXED, MISSING, week=0)

    with pytest.raises(refusals.NotOfThisCheck):
        shaping.merge(missing, Pattern.objects.get(check_compared=other), dana)


def test_only_the_lead_of_the_team_shapes_patterns(missing: Pattern) -> None:
    finn = build.person()
    acts: list[Callable[[], object]] = [
        lambda: shaping.rename(missing, "x", finn),
        lambda: shaping.answer_event(missing, "x", finn),
        lambda: shaping.split(missing, [BY_IMPORT], "", finn),
        lambda: shaping.merge(missing, missing, finn),
        lambda: shaping.unmerge(missing, finn),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    missing.refresh_from_db()
    assert (missing.name, missing.event, Pattern.objects.count()) == ("", "", 1)


@pytest.mark.parametrize(
    ("conditions", "refusal"),
    [
        ([], refusals.NothingSetApart),
        ([engine.SegmentCondition("left", "nowhere", "x")], refusals.ColumnNotThere),
        ([engine.SegmentCondition("right", "city", "x")], refusals.ColumnNotForSplitting),
    ],
)
def test_a_split_that_cannot_be_is_refused(
    missing: Pattern, dana: Person, conditions: list[engine.SegmentCondition], refusal: type[Refusal]
) -> None:
    city = Field.objects.create(name="city", sensitive=True)
    use = FieldUse.objects.create(field=city, system=missing.check_compared.right_system, column="city")
    Editing.objects.create(use=use, team=build.team(name="Finance"))

    with pytest.raises(refusal):
        shaping.split(missing, conditions, "", dana)

    assert Pattern.objects.count() == 1


def test_the_same_split_twice_is_refused(missing: Pattern, dana: Person) -> None:
    shaping.split(missing, [BY_IMPORT], "Imports", dana)

    with pytest.raises(refusals.SplitAlready, match="Imports"):
        shaping.split(missing, [BY_IMPORT], "", dana)


def test_what_people_said_something_about_does_not_go_away(check: Check, missing: Pattern, dana: Person) -> None:
    shaping.answer_event(missing, "A customer is signed.", dana)

    worlds.run(check, MIXED, but(MIXED, r3="Riga"), week=1)
    run = worlds.run(check, MIXED, MIXED, week=2)

    (named, other) = sorted(patterns.patterns_of(check), key=lambda one: one.pattern.pk)
    assert (named.pattern, named.change, other.change) == (missing, "gone", "gone")
    assert run.totals is not None
    assert run.totals["mismatches"] == 0


def test_a_pattern_is_known_when_a_later_run_sees_it(check: Check) -> None:
    worlds.run(check, MIXED, MISSING, week=0)
    worlds.run(check, MIXED, MISSING | {9: ("x", "y")}, week=1)

    states = dict(Pattern.objects.values_list("kind", "state"))
    assert states == {"only_left": PatternState.KNOWN, "only_right": PatternState.NEW}


def test_what_was_fixed_returns_and_is_known_again(check: Check, missing: Pattern) -> None:
    Pattern.objects.filter(pk=missing.pk).update(state=PatternState.FIXED)
    states = []
    for week in (1, 2):
        worlds.run(check, LATER[0], but(LATER[1], r3=f"town of week {week}"), week=week)
        missing.refresh_from_db()
        states.append(missing.state)

    assert states == ["returned", "known"]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("run"), st.sets(st.integers(1, 8), max_size=6)),
        st.tuples(st.just("split"), st.integers(0, 5)),
        st.tuples(st.just("merge"), st.integers(0, 5)),
    ),
    min_size=3,
    max_size=6,
)


@pytest.mark.slow
@given(steps=STEPS)
@tried(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_splits_and_merges_survive_later_runs(dana: Person, steps: list[tuple[str, object]]) -> None:
    """Shaped early or shaped late: every mismatch is in the same pattern, by what people said and not by when."""
    made = Check.objects.count()
    team = build.team(name=f"Team {made}", lead=dana)
    early = build.check(name=f"Early {made}", comparing=worlds.COMPARING, owner=team)
    late = build.check(name=f"Late {made}", comparing=worlds.COMPARING, owner=team)
    worlds.run(early, MIXED, MISSING, week=0)
    worlds.run(late, MIXED, MISSING, week=0)
    shapes = [step for step in steps if step[0] != "run"]
    missing = [one for what, one in steps if what == "run"]

    for what, which in steps:
        if what != "run":
            worlds.shape(early, what, which, dana)
        else:
            worlds.run(early, MIXED, but(MIXED, **{f"r{one}": "" for one in which}), week=early.runs.count())  # type: ignore[attr-defined]
    for gone in missing:
        worlds.run(late, MIXED, but(MIXED, **{f"r{one}": "" for one in gone}), week=late.runs.count())  # type: ignore[attr-defined]
    for what, which in shapes:
        worlds.shape(late, what, which, dana)

    assert worlds.grouped(early) == worlds.grouped(late)
