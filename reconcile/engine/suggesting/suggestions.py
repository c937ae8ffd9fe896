"""What is suggested for two files: plain frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_GOOD = 0.6


@dataclass(frozen=True, slots=True)
class KeySuggestion:
    """Pairs of columns (left, right) that identify a record; ``confidence`` 0 to 1.

    ``fold``: case and outer space set aside. ``weak``: so doubtful that only a person may take it.
    """

    pairs: tuple[tuple[str, str], ...]
    confidence: float
    reason: str
    fold: bool = False
    weak: bool = False


@dataclass(frozen=True, slots=True)
class PairSuggestion:
    """A left and a right column that hold the same fact, and how they compare best.

    ``argument`` is that of ``--field COL:COMPARISON:ARG``; ``mapping`` left word -> right word for ``mapped``.
    ``automatic``: ``auto`` comes to this comparison by itself. ``by_name``: the names are the same, so the pair is
    compared without being asked for. ``good``: sure enough to be taken without a person looking.
    """

    left: str
    right: str
    confidence: float
    reason: str
    comparison: str
    comparison_reason: str
    comparison_confidence: float
    argument: str = ""
    mapping: tuple[tuple[str, str], ...] = ()
    automatic: bool = False

    @property
    def by_name(self) -> bool:
        return self.left == self.right

    @property
    def good(self) -> bool:
        return self.confidence >= _GOOD


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Keys, best first (empty: none found); pairs in the order of the left columns; columns left alone.

    Pairs are those beside the first key. ``matched``: records looked at that this key found on both sides.
    """

    left_file: str
    right_file: str
    keys: tuple[KeySuggestion, ...]
    pairs: tuple[PairSuggestion, ...]
    unpaired_left: tuple[str, ...]
    unpaired_right: tuple[str, ...]
    matched: int = 0

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
            pairs=tuple(
                PairSuggestion(**(pair | {"mapping": tuple(map(tuple, pair["mapping"]))})) for pair in data["pairs"]
            ),
            unpaired_left=tuple(data["unpaired_left"]),
            unpaired_right=tuple(data["unpaired_right"]),
            matched=data["matched"],
        )
