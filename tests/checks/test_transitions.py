"""The table of transitions knows every state, and the drawing is the table's."""

import pytest

from reconcile.checks import transitions
from reconcile.checks.models import ACTIVE, WORKING, RunState
from reconcile.management.commands.states import page
from tests.processes import ROOT


def test_every_state_is_in_the_table() -> None:
    named = {state for way in transitions.RUN for state in (way.before, way.after)}
    assert named == set(RunState.values)


def test_the_table_and_the_models_mean_the_same_by_working_and_over() -> None:
    assert set(transitions.WORKING) == set(WORKING)
    assert set(transitions.ENDS) == set(RunState.values) - set(ACTIVE)


def test_every_state_is_reached_and_every_one_that_is_not_an_end_is_left() -> None:
    after = {way.after for way in transitions.RUN}
    before = {way.before for way in transitions.RUN}
    assert after == set(RunState.values)
    assert before == {*ACTIVE, RunState.DONE}


@pytest.mark.parametrize("state", transitions.ENDS)
def test_nothing_follows_an_end_but_that_a_done_run_may_be_withdrawn(state: str) -> None:
    after = [way.after for way in transitions.RUN if way.before == state]
    assert after == ([RunState.WITHDRAWN] if state == RunState.DONE else [])


def test_whatever_is_not_over_may_be_cancelled() -> None:
    assert set(transitions.leading_to("cancelled")) == set(ACTIVE)


def test_the_drawing_is_the_table() -> None:
    assert (ROOT / "docs" / "states.md").read_text() == page() + "\n", "./run manage states > docs/states.md"
