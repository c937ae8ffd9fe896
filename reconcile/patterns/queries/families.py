"""Patterns with what was merged into them: people see a family as one pattern, the one at its root."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reconcile.patterns.models import Pattern


@dataclass(frozen=True, slots=True)
class Family:
    """A pattern that is merged into none, and every one that is merged into it, directly or by others."""

    root: Pattern
    merged: tuple[Pattern, ...] = ()

    @property
    def every(self) -> tuple[Pattern, ...]:
        """The root first."""
        return (self.root, *self.merged)

    @property
    def ids(self) -> list[int]:
        """Primary keys of all of them."""
        return [one.pk for one in self.every]


def of_check(check_id: int) -> list[Family]:
    """Return every family of a check, in the order of ids."""
    return families(Pattern.objects.filter(check_compared_id=check_id).order_by("pk"))


def of_checks(check_ids: Iterable[int]) -> list[Family]:
    """Return every family of several checks, in the order of ids."""
    return families(Pattern.objects.filter(check_compared_id__in=list(check_ids)).order_by("pk"))


def of_pattern(pattern: Pattern) -> Family:
    """Return the family in which a pattern is."""
    return next(one for one in of_check(pattern.check_compared_id) if pattern.pk in one.ids)


def below(pattern: Pattern) -> Family:
    """Return a pattern with what is merged into it, as if it were merged into none itself."""
    merged = [one for one in of_pattern(pattern).merged if pattern.pk in _line(one)]
    return Family(pattern, tuple(merged))


def families(patterns: Iterable[Pattern]) -> list[Family]:
    """Return the families of ``patterns``: all there are of some checks."""
    every = {one.pk: one for one in patterns}
    merged: dict[int, list[Pattern]] = {}
    for one in every.values():
        root = one
        while root.merged_into_id:
            root = every[root.merged_into_id]
        merged.setdefault(root.pk, []).append(one)
    return [Family(every[root], tuple(one for one in some if one.pk != root)) for root, some in merged.items()]


def _line(pattern: Pattern) -> set[int]:
    """Primary keys of everything a pattern is merged into."""
    found = set()
    above = pattern.merged_into
    while above is not None:
        found.add(above.pk)
        above = above.merged_into
    return found
