"""What cannot be done with a pattern, each in one sentence that says what to do instead."""

from __future__ import annotations

from reconcile.checks.services.refusals import Refusal


class NothingSetApart(Refusal):
    """A split without a condition."""

    def __init__(self) -> None:
        super().__init__("Say what sets the new pattern apart: a column and the value it has there.")


class ColumnNotThere(Refusal):
    """A condition names a column that the last exports do not have."""

    def __init__(self, column: str, system: str) -> None:
        super().__init__(f"The {system} export has no column called {column}. Choose one that it has.")


class ColumnNotForSplitting(Refusal):
    """A condition names a column of people or of sensitive values."""

    def __init__(self, column: str) -> None:
        super().__init__(
            f"Patterns are not split by {column}: it holds people or values that not everybody may see. "
            "Choose another column."
        )


class SplitAlready(Refusal):
    """The same split is there."""

    def __init__(self, name: str) -> None:
        super().__init__(f"This is set apart already, as: {name}.")


class NotOfThisCheck(Refusal):
    """Two patterns of different checks."""

    def __init__(self) -> None:
        super().__init__("Only patterns of one check can be merged. Choose another pattern of the same check.")


class MergedAlready(Refusal):
    """The pattern is merged into the other one, or the other into it."""

    def __init__(self) -> None:
        super().__init__("These two are one pattern already. Take the merge back first.")


class NotMerged(Refusal):
    """There is no merge to take back."""

    def __init__(self) -> None:
        super().__init__("This pattern is not merged into another; there is nothing to take back.")


class NameTooLong(Refusal):
    """A name that does not fit."""

    def __init__(self, most: int) -> None:
        super().__init__(f"A name has at most {most} characters. Shorten it.")
