"""What is suggested for two files: plain frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class KeySuggestion:
    """Pairs of columns (left, right) that identify a record; ``confidence`` 0 to 1; ``fold``: case set aside."""

    pairs: tuple[tuple[str, str], ...]
    confidence: float
    reason: str
    fold: bool = False


@dataclass(frozen=True, slots=True)
class PairSuggestion:
    """A left and a right column that hold the same fact, and how they compare best."""

    left: str
    right: str
    confidence: float
    reason: str
    comparison: str
    comparison_reason: str
    comparison_confidence: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Keys, best first (empty: none found); pairs in the order of the left columns; columns left alone."""

    left_file: str
    right_file: str
    keys: tuple[KeySuggestion, ...]
    pairs: tuple[PairSuggestion, ...]
    unpaired_left: tuple[str, ...]
    unpaired_right: tuple[str, ...]

    @staticmethod
    def from_json(data: dict[str, Any]) -> Suggestion:
        """The suggestion described by JSON that the reading process sent."""
        keys = tuple(
            KeySuggestion(**(key | {"pairs": tuple((left, right) for left, right in key["pairs"])}))
            for key in data["keys"]
        )
        return Suggestion(
            left_file=data["left_file"],
            right_file=data["right_file"],
            keys=keys,
            pairs=tuple(PairSuggestion(**pair) for pair in data["pairs"]),
            unpaired_left=tuple(data["unpaired_left"]),
            unpaired_right=tuple(data["unpaired_right"]),
        )
