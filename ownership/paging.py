"""One page of a list: by its number up to the hundredth, from a row on beyond that (see `listing` for why)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from ownership import keyset
from ownership.keyset import Term

NUMBERED_PAGES = 100
COUNTED = 10_000
FURTHEST = 10_000_000


@dataclass(frozen=True)
class Page:
    """Some rows of a list. ``number`` counts from 1, None where nobody knows it: on the last page and before it."""

    rows: list[Any]
    number: int | None
    has_previous: bool
    has_next: bool


@dataclass(frozen=True)
class Place:
    """Where in a list an address points: a page by number or "last", or the rows after or before a key."""

    page: str = ""
    after: str = ""
    before: str = ""

    @property
    def number(self) -> int | None:
        """The number of the page, if the address has one."""
        is_number = self.page.isascii() and self.page.isdecimal() and len(self.page) < 9
        return min(max(int(self.page), 1), FURTHEST) if is_number else None

    @property
    def too_far(self) -> bool:
        """Whether a page is asked for by a number that only the pages before it could lead to."""
        return not (self.after or self.before) and (self.number or 0) > NUMBERED_PAGES


@dataclass(frozen=True)
class Rows:
    """The rows of a list in order. ``everything`` holds also rows that the filters leave out, to find a place by."""

    matching: QuerySet[Any]
    everything: QuerySet[Any]
    terms: Sequence[Term]
    size: int

    def at(self, place: Place) -> Page:
        """Return the page at ``place``, the first one if there is no such place."""
        for key, backwards in ((place.after, False), (place.before, True)):
            values = keyset.values_at(self.everything, self.terms, key) if key else None
            if values is not None:
                return self._before(values, place) if backwards else self._after(values, place)
        if place.page == "last":
            return self._last()
        number = min(place.number or 1, NUMBERED_PAGES)
        page = self._numbered(number)
        return page if page.rows or number == 1 else self._last()

    def _numbered(self, number: int) -> Page:
        start = (number - 1) * self.size
        rows = list(keyset.ordered(self.matching, self.terms)[start : start + self.size + 1])
        return Page(rows[: self.size], number, has_previous=number > 1, has_next=len(rows) > self.size)

    def _after(self, values: Sequence[object], place: Place) -> Page:
        rows = list(keyset.beyond(self.matching, self.terms, values)[: self.size + 1])
        return Page(rows[: self.size], place.number, has_previous=True, has_next=len(rows) > self.size)

    def _before(self, values: Sequence[object], place: Place) -> Page:
        back = [term.reversed() for term in self.terms]
        rows = list(keyset.beyond(self.matching, back, values)[: self.size + 1])
        if len(rows) < self.size:
            return self._numbered(1)
        return Page(rows[: self.size][::-1], place.number, has_previous=len(rows) > self.size, has_next=True)

    def _last(self) -> Page:
        back = [term.reversed() for term in self.terms]
        rows = list(keyset.ordered(self.matching, back)[: self.size + 1])
        if len(rows) <= self.size:
            return Page(rows[::-1], 1, has_previous=False, has_next=False)
        return Page(rows[: self.size][::-1], None, has_previous=True, has_next=False)

    def counted(self) -> int:
        """Count the rows, up to one more than ``COUNTED``: reading on would only make the page wait."""
        return self.matching.order_by().values("pk")[: COUNTED + 1].count()
