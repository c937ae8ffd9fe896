"""What cannot be done with a run, each in one sentence that says what to do instead."""

from __future__ import annotations

from reconcile.checks.models import Run, RunState

_NAME_SHOWN = 80


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


class DayMissing(Refusal):
    """Nobody has said of which day one of the exports, or both, are, and their names do not."""

    def __init__(self, *file_names: str) -> None:
        shown = " and ".join(name if len(name) <= _NAME_SHOWN else f"{name[: _NAME_SHOWN - 1]}…" for name in file_names)
        super().__init__(
            f"Of which day is {shown}? Its name does not say: say the day on which it was made."
            if len(file_names) == 1
            else f"Of which day are {shown}? Their names do not say: say the day on which they were made."
        )


class SnapshotForgotten(Refusal):
    """The bytes of an export were removed when its time was over."""

    def __init__(self, file_name: str) -> None:
        super().__init__(f"{file_name} is kept no longer, only its figures are. Drop the file again to compare it.")


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

    def __init__(self, sentence: str = "Say in a few words why the figures are right.") -> None:
        super().__init__(sentence)


class NothingToWithdraw(Refusal):
    """The run told nothing that could be taken back."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"This run is {run.get_state_display()}; there is nothing to withdraw.")
        self.run = run
