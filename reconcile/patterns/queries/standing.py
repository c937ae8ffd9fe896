"""The mismatches of one pattern that stand now, listed as those of a run are."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import QuerySet

from reconcile.checks.masking import Masking
from reconcile.checks.models import Mismatch, Run
from reconcile.checks.queries.mismatches import EVERYTHING, Asked, MismatchesOfRun
from reconcile.patterns.models import Pattern
from reconcile.patterns.queries import families


class MismatchesOfPattern(MismatchesOfRun):
    """Those mismatches of ``run``, the last whose causes are known, that are in ``pattern``: ``every`` of them."""

    def __init__(self, run: Run, masking: Masking, pattern: Pattern, every: int) -> None:
        super().__init__(run, masking)
        self._family = families.below(pattern)
        self._every = every

    def rows(self, asked: Asked = EVERYTHING, among: list[int] | None = None) -> QuerySet[Mismatch]:
        return super().rows(asked, among).filter(membership__pattern_id__in=self._family.ids)

    def search(self, asked: Asked) -> QuerySet[Mismatch]:
        # All of them are of one kind and field unless others were merged in: then less of the run's file is read.
        alike = {(one.kind, one.field) for one in self._family.every}
        if len(alike) == 1:
            kind, field = next(iter(alike))
            asked = replace(asked, kind=asked.kind or kind, field=asked.field or field)
        return super().search(asked)

    def count(self, asked: Asked) -> int | None:
        return self._every if asked == EVERYTHING else None

    def at_most(self, asked: Asked) -> int:
        return min(self._every, super().at_most(asked)) if asked.text else self._every

    def order(self, asked: Asked) -> tuple[str, ...]:  # noqa: ARG002 - along the index of its memberships, whatever is asked
        return ("pk",)
