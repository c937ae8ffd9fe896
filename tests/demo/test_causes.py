"""What the story of the example plants is what the classifier finds: causes, and where they concentrate."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from reconcile import engine
from tests.demo.weeks import Told, classified

pytestmark = pytest.mark.slow

RIGHT_IN_LAST_WEEK = 0.97
# Until two weeks are there nothing has agreed before; before the table of words every billing status differs.
RIGHT_IN_ANY_WEEK = 0.95


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> list[Told]:
    return list(classified(tmp_path_factory.mktemp("weeks")))


def group(told: Told, cause: engine.Cause, field: str, detail: str = "") -> engine.Group:
    (found,) = (
        one for one in told.found.groups if (one.cause, one.field) == (cause, field) and detail in ("", one.detail)
    )
    return found


def where(one: engine.Group) -> set[tuple[str, str]]:
    """Columns and values that the strongest segment of a group names."""
    return {(said.column, said.value) for said in one.segments[0].conditions} if one.segments else set()


def share_right(told: Sequence[Told]) -> float:
    wrong = sum(sum(one.wrong().values()) for one in told)
    return 1 - wrong / sum(len(one.planted) for one in told)


def test_every_mismatch_planted_has_a_cause_and_no_other(weeks: list[Told]) -> None:
    for one in weeks:
        assert set(one.told) == set(one.planted)


def test_causes_of_the_last_week_are_right(weeks: list[Told]) -> None:
    assert share_right(weeks[-1:]) >= RIGHT_IN_LAST_WEEK, weeks[-1].wrong()


def test_causes_of_every_week_are_nearly_all_right(weeks: list[Told]) -> None:
    for one in weeks:
        assert share_right([one]) >= RIGHT_IN_ANY_WEEK, (one.number, one.wrong())


def test_imports_shift_start_dates_by_a_day(weeks: list[Told]) -> None:
    shifted = group(weeks[3], engine.Cause.FORMAT, "start date", "days:+1")
    assert shifted.count >= 40
    assert where(shifted) & {("created_via", "import"), ("Channel", "Batch")}


def test_amounts_of_partners_are_a_hundred_times_too_large(weeks: list[Told]) -> None:
    times = group(weeks[-1], engine.Cause.FORMAT, "monthly amount", "factor:100")
    assert times.count >= 9
    assert where(times) & {("created_via", "partner"), ("Channel", "Reseller")}


def test_what_is_never_sent_and_never_billed_is_where_it_was_planted(weeks: list[Told]) -> None:
    unsent = [one for one in weeks[-1].found.groups if one.cause == engine.Cause.NEVER_SENT and one.segments]
    assert unsent
    assert all(where(one) & {("created_via", "import"), ("Channel", "Batch")} for one in unsent)
    unbilled = next(
        one for one in weeks[-1].found.groups if (one.cause, one.kind) == (engine.Cause.MISSING_EVENT, "only_left")
    )
    assert ("created_via", "partner") in where(unbilled)


def test_the_two_words_for_one_plan_are_a_vocabulary(weeks: list[Told]) -> None:
    assert group(weeks[-1], engine.Cause.MEANING, "plan").count > 100


def test_until_the_words_are_known_the_billing_status_is_two_vocabularies(weeks: list[Told]) -> None:
    assert group(weeks[0], engine.Cause.MEANING, "billing status").count > 2_500
    assert all(one.field != "billing status" for one in weeks[2].found.groups if one.cause == engine.Cause.MEANING)
