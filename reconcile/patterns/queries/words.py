"""The pairs of words of a pattern that comes of two vocabularies."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from reconcile.checks.comparing import BY_WORDS, ComparedField
from reconcile.patterns.models import Pattern
from reconcile.patterns.queries.patterns import members

MOST_PAIRS = 50


@dataclass(frozen=True, slots=True)
class PairOfWords:
    """A word of each side, and how many mismatches stand for it. ``why_not``: why no mapping can take it."""

    left: str | None
    right: str | None
    count: int
    mapped: bool
    why_not: str

    @property
    def can_map(self) -> bool:
        """Whether it can be added to the mapping."""
        return not self.mapped and not self.why_not


def pairs_of(pattern: Pattern) -> list[PairOfWords]:
    """Return the pairs of words that stand now in a pattern, the most frequent first."""
    known = {one.name: one for one in pattern.check_compared.comparing.fields}
    field = known.get(pattern.field)
    rows = members(pattern).order_by().values_list("left", "right").annotate(times=Count("pk"))
    return [
        _pair(left, right, times, field) for left, right, times in rows.order_by("-times", "left", "right")[:MOST_PAIRS]
    ]


def _pair(left: str | None, right: str | None, times: int, field: ComparedField | None) -> PairOfWords:
    mapping = dict(field.mapping) if field and field.compare == "mapped" else {}
    why_not = ""
    if field is None:
        why_not = "no longer compared"
    elif field.compare not in BY_WORDS:
        why_not = "the field does not compare by words"
    elif not left or not right:
        why_not = "one side is empty"
    elif left in mapping and mapping[left] != right:
        why_not = "the left word stands for another one already"
    return PairOfWords(left, right, times, mapped=left in mapping and mapping.get(left or "") == right, why_not=why_not)
