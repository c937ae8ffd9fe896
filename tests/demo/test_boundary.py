"""The map of the example as it is told: whole at every version, and with something left to do."""

from datetime import date

import pytest

from boundaries import cases
from boundaries.definitions import Map
from reconcile.demo import boundary, files

TODAY = date(2026, 11, 22)
NAMES = boundary.Names("CRM", "Billing", "Sales", "Finance", str)


@pytest.fixture(scope="module")
def drafts() -> tuple[boundary.Draft, ...]:
    return boundary.told(NAMES, today=TODAY)


@pytest.fixture(scope="module")
def said(drafts: tuple[boundary.Draft, ...]) -> Map:
    return drafts[-1].said


def test_it_grew_in_eight_weeks_by_two_hands(drafts: tuple[boundary.Draft, ...]) -> None:
    days = [draft.days_ago for draft in drafts]
    assert days[0] == 56
    assert days == sorted(days, reverse=True)
    assert {draft.who for draft in drafts} == {boundary.DANA, boundary.FINN}
    assert len({draft.said for draft in drafts}) == len(drafts)


def test_each_hand_off_of_each_version_leads_on_in_time(drafts: tuple[boundary.Draft, ...]) -> None:
    for draft in drafts:
        for handoff in draft.said.handoffs:
            assert 0 < draft.said.number(handoff.source) < draft.said.number(handoff.target)


def test_it_tells_the_story_of_sales_and_billing(said: Map) -> None:
    assert said.lanes == ("Sales", "Operations", "Finance")
    assert len(said.steps) == 9
    assert {step.touch for step in said.steps} == {"", "inbox", "spreadsheet", "paste", "chat", "edit"}
    compare = said.step("compare")
    assert compare is not None
    assert compare.minutes_per_week == 150
    assert all(step.minutes_per_week is not None for step in said.steps if step.touch)


def test_what_is_renamed_stands_with_the_columns_of_the_exports(said: Map) -> None:
    carried = [field for handoff in said.handoffs for field in handoff.fields]
    renamed = {field.field: (*field.before, *field.after) for field in carried if field.how == "renamed"}
    assert renamed["start date"] == ("start_date", "ServiceStart")
    assert {field.how for field in carried} == {"renamed", "converted", "meaning"}
    for name, columns in renamed.items():
        assert columns == (files.CRM_COLUMNS[name], files.BILLING_COLUMNS[name])


def test_something_is_left_to_do(said: Map) -> None:
    written = [case for handoff in said.handoffs for case in handoff.cases]
    assert {case.kind for case in written if case.decided and not case.never} == {"missing", "unsigned"}
    assert {case.kind for case in written if not case.decided} == {"date", "other"}
    assert len(list(cases.undecided(said))) == 11
    assert [handoff.ends for handoff in said.handoffs if not handoff.trigger] == [("compare", "correct")]
    assert len(said.observed) == 2
    assert said.confirmed == ("field_changes", "touches")
    minutes = sum(step.minutes_per_week or 0 for step in said.steps)
    assert said.minutes_available is not None
    assert minutes < said.minutes_available < 2 * minutes


def test_what_was_seen_was_seen_on_fridays_before_it_was_written_down(drafts: tuple[boundary.Draft, ...]) -> None:
    written = next(draft for draft in drafts if draft.said.observed)
    for seen in written.said.observed:
        day = date.fromisoformat(seen.seen_on)
        assert day.weekday() == 4
        assert (TODAY - day).days > written.days_ago
