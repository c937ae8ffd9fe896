"""The table of where a pattern may go."""

import pytest

from ownership.transitions import states_before
from reconcile.patterns.models import PatternState
from reconcile.patterns.queries.patterns import change_of
from reconcile.patterns.transitions import PATTERN


def test_every_state_is_in_the_table() -> None:
    assert {state for way in PATTERN for state in (way.before, way.after)} == set(PatternState.values)


def test_a_pattern_begins_as_new_and_nothing_is_its_end() -> None:
    assert PATTERN[0].before == PatternState.NEW
    assert {way.before for way in PATTERN} == set(PatternState.values)


@pytest.mark.parametrize("state", [PatternState.BEING_FIXED, PatternState.FIXED])
def test_nothing_is_fixed_without_a_fix(state: str) -> None:
    assert PatternState.NEW not in states_before([way for way in PATTERN if "fix" not in way.because], state)


@pytest.mark.parametrize(
    ("counts", "change"),
    [
        ([5], "new"),
        ([0, 0, 5], "new"),
        ([5, 0, 5], "returned"),
        ([5, 5], "steady"),
        ([5, 8], "steady"),
        ([5, 9], "growing"),
        ([100, 120], "steady"),
        ([100, 121], "growing"),
        ([100, 79], "shrinking"),
        ([9, 5], "shrinking"),
        ([5, 0], "gone"),
        ([5, 0, 0], "gone"),
    ],
)
def test_what_became_of_a_pattern_is_told_from_its_counts(counts: list[int], change: str) -> None:
    assert change_of(counts) == change
