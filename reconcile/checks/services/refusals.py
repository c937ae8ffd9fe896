"""What cannot be done with a run, each in one sentence that says what to do instead."""

from __future__ import annotations

from reconcile.checks.models import Run, RunState


class Refusal(Exception):
    """Base of all refusals; ``str`` of one is a sentence for people."""


class RunUnderWay(Refusal):
    """The check has a run that is not over; it is in ``run``."""

    def __init__(self, run: Run) -> None:
        held = run.state == RunState.NEEDS_CONFIRMATION
        super().__init__(
            f"A run of {run.check_compared} waits to be confirmed. Confirm or cancel it first."
            if held
            else f"A run of {run.check_compared} is under way. Wait until it ends, or cancel it."
        )
        self.run = run


class SnapshotUnreadable(Refusal):
    """One of the two exports cannot be read; the sentence is the one kept with it."""


class RunIsOver(Refusal):
    """The run has ended; nothing about it can be changed."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"This run is {run.get_state_display()} already.")
        self.run = run


class NothingToConfirm(Refusal):
    """The run is not held."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"This run is {run.get_state_display()}; there is nothing to confirm.")
        self.run = run


class ReasonMissing(Refusal):
    """A decision needs its reason in words."""

    def __init__(self) -> None:
        super().__init__("Say in a few words why the figures are right.")
