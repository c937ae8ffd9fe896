"""Fixtures of what belongs to checks."""

import pytest

from ownership.models import Person
from tests.checks.three_runs import ThreeRuns, three_runs_of


@pytest.fixture
def three_runs(dana: Person) -> ThreeRuns:
    """Return a check of Dana's team with three done runs."""
    return three_runs_of(dana)
