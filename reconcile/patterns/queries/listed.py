"""The patterns of all checks as one list, for one person."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Case, IntegerField, QuerySet, Value, When

from ownership import wording
from reconcile.checks.masking import Masking
from reconcile.checks.models import Check
from reconcile.patterns.models import Pattern
from reconcile.patterns.queries import behind
from reconcile.patterns.queries.patterns import GONE, NEW, RETURNED, PatternShown, every_pattern
from reconcile.patterns.queries.seen import SeenPattern, seen


class EveryPattern:
    """Every pattern there is, merged ones inside the one they are merged into: what stands first, the largest first."""

    def __init__(self, masking: Callable[[Check], Masking]) -> None:
        found = [seen(one, masking(one.pattern.check_compared)) for one in every_pattern(gone=True)]
        self.checks = sorted({one.shown.pattern.check_compared_id for one in found})
        self.seen: dict[int, SeenPattern] = {one.shown.pattern.pk: one for one in found}

    def rows(self) -> QuerySet[Pattern]:
        """Return the patterns as rows, with their ``place`` in the order of this list."""
        places = [When(pk=pk, then=Value(place)) for place, pk in enumerate(self.seen)]
        place = Case(*places, default=Value(0), output_field=IntegerField()) if places else Value(0)
        rows = Pattern.objects.filter(pk__in=list(self.seen)).select_related(
            "check_compared__left_system", "check_compared__right_system"
        )
        return rows.annotate(place=place)

    def search(self, rows: QuerySet[Pattern], text: str) -> QuerySet[Pattern]:
        """Return those of ``rows`` in whose name, check or cause every word of ``text`` is."""
        words = text.casefold().split()
        return rows.filter(pk__in=[pk for pk, one in self.seen.items() if all(word in _told(one) for word in words)])

    def having(self, rows: QuerySet[Pattern], *, problem: str = "", change: str = "") -> QuerySet[Pattern]:
        """Return those of ``rows`` that are of a kind of problem, or of which a change is true."""
        fits = [
            pk
            for pk, one in self.seen.items()
            if problem in ("", one.shown.pattern.problem) and change in ("", one.shown.change)
        ]
        return rows.filter(pk__in=fits)

    def of_check(self, given: str) -> list[PatternShown]:
        """Return the patterns of the check whose primary key is ``given``, of every check where that is none."""
        every = [one.shown for one in self.seen.values()]
        some = [one for one in every if str(one.pattern.check_compared_id) == given]
        return some or every

    @property
    def sentence(self) -> str:
        """How many there are and how they change."""
        every = [one.shown for one in self.seen.values()]
        standing = [one for one in every if one.change != GONE]
        if not standing:
            return "Mismatches of one check that fail the same way, from run to run."
        count = sum(one.count for one in standing)
        holding = wording.plural(len(standing), "pattern holds", "patterns hold")
        said = [f"{holding} {wording.plural(count, 'mismatch', 'mismatches')}"]
        for change, words in ((NEW, "new"), (RETURNED, "back again")):
            if number := sum(one.change == change for one in standing):
                said.append(f"{wording.number(number)} {'is' if number == 1 else 'are'} {words}")
        return f"{'; '.join(said)}."

    def behind(self) -> list[Check]:
        """Return the checks of which patterns are being worked out."""
        return list(Check.objects.filter(pk__in=behind.checks_behind()).order_by("name"))


def _told(one: SeenPattern) -> str:
    pattern = one.shown.pattern
    return f"{one.name} {pattern.check_compared.name} {pattern.get_cause_display()} {pattern.problem}".casefold()
