"""Every list page: searched, filtered, sorted, paged, its columns chosen, all from the address.

Paging never counts and never skips a million rows. Pages have numbers up to the hundredth (at most 20,000 rows to
skip); beyond it, and to the last page, the list goes on from the last row shown (`keyset`), as quick at row 1,000,000
as at row 100. Nobody asks for page 12,345 by its number, so that is not offered: it would read all rows before it.
Counts are the caller's where it knows them, else counted up to 10,000 and said as "more than 10,000".

Whatever an address says, the answer is a list: what makes no sense is left out, and said where it narrows the list.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from django.core.exceptions import FieldError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django_filters import FilterSet

from ownership import keyset, narrowing, wording
from ownership.paging import COUNTED, NUMBERED_PAGES, Page, Place, Rows
from ownership.parts import BulkAction, Chip, Choice, Head
from ownership.queries.views_saved import Remembered

LONGEST_SEARCH = 200
LONGEST_PARAMETER = 1_000
PLACE = ("page", "after", "before")
OWN = ("q", "sort", "size", "columns", "density", *PLACE)
DENSITIES = (("", "Comfortable"), ("compact", "Compact"))

Search = Sequence[str] | Callable[[QuerySet[Any], str], QuerySet[Any]]
# Takes what the list is narrowed by: the filters of the address by name and the search as "q". Empty: the whole list.
Count = Callable[[Mapping[str, str]], int | None]


class Listing:
    """One list as one address asks for it. Takes the rows a person may see; gives what `_parts/table.html` draws.

    ``search``: names of text fields, or a function of rows and text. ``filters``: a django-filter FilterSet.
    ``default_order``: as `order_by` takes it. ``count``: gives how many rows there are, or None if it does not know.
    ``downloads``: label and address of each; they get the filters in force. ``keep``: other parameters of the page.
    ``remembered`` switches on saved views, and columns that stay as somebody chose them. ``size``: of a page, unless
    the address says otherwise. ``part``: the template of the table alone; ``tools``: one with further tools for it.
    The table class may say ``noun = ("mismatch", "mismatches")`` and ``bulk_actions`` (of BulkAction).
    """

    def __init__(  # noqa: PLR0913 - each is a choice of the page, by name
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        table_class: type[tables.Table],
        *,
        search: Search = (),
        filters: type[FilterSet] | None = None,
        default_order: Sequence[str] = (),
        page_sizes: Sequence[int] = (25, 50, 100, 200),
        count: Count | None = None,
        downloads: Iterable[tuple[str, str]] = (),
        keep: Sequence[str] = (),
        name: str = "listing",
        remembered: Remembered | None = None,
        size: int | None = None,
        part: str = "_parts/table.html",
        tools: str = "",
    ) -> None:
        self.request = request
        self.everything = queryset
        self.table_class = table_class
        self.id = name
        self.noun: tuple[str, str] = getattr(table_class, "noun", ("row", "rows"))
        self.bulk_actions: Sequence[BulkAction] = getattr(table_class, "bulk_actions", ())
        self.page_sizes = page_sizes
        self._size = size or page_sizes[min(1, len(page_sizes) - 1)]
        self.remembered, self.part, self.tools = remembered, part, tools
        self._search, self._count, self._downloads = search, count, downloads
        self.filterset = filters(request.GET, queryset=queryset, request=request) if filters else None
        if self.filterset:
            narrowing.name_the_ends(self.filterset)
        self.parameters = self._known(request.GET, keep)
        self.sort, order = self._sorted_by(default_order)
        self.terms = keyset.terms_of(queryset, order)

    # --- What the address says -----------------------------------------------------------------------------------

    def _known(self, given: QueryDict, keep: Sequence[str]) -> dict[str, list[str]]:
        """Keep the parameters that mean something here; others would only be carried from link to link."""
        fields = self.filterset.form.fields if self.filterset else {}
        names = {*OWN, *keep, *narrowing.parameters_of(fields)}
        return {
            name: values
            for name in given
            if name in names
            and (values := [value for value in given.getlist(name) if value and len(value) <= LONGEST_PARAMETER])
        }

    def _one(self, name: str) -> str:
        return self.parameters.get(name, [""])[-1]

    @cached_property
    def text(self) -> str:
        """What is searched for, without characters no database keeps."""
        given = self.request.GET.get("q", "")
        return "".join(character for character in given if character.isprintable()).strip()[:LONGEST_SEARCH]

    @cached_property
    def size(self) -> int:
        """How many rows a page has."""
        given = self._one("size")
        return int(given) if given in map(str, self.page_sizes) else self._size

    @cached_property
    def density(self) -> str:
        """How close rows stand."""
        return self._one("density") if self._one("density") in dict(DENSITIES) else ""

    def _sorted_by(self, default: Sequence[str]) -> tuple[str, Sequence[str]]:
        """Return the sort of the address and what the database orders by; nothing but declared columns sorts."""
        given = self._one("sort")
        name = given.removeprefix("-")
        if name in self._unbound.columns and self._unbound.columns[name].orderable:
            order = self._order_of(name, descending=given.startswith("-"))
            try:
                self.everything.order_by(*order)
            except FieldError:
                return "", default
            return given, order
        return "", default

    def _order_of(self, name: str, *, descending: bool) -> list[str]:
        terms = [str(term).replace(".", "__") for term in self._unbound.columns[name].order_by]
        return [_turned(term) if descending else term for term in terms]

    def address(self, **changed: str | None) -> str:
        """Return the address of this list with some parameters changed; a change leads to the first page."""
        kept = {name: values for name, values in self.parameters.items() if name not in PLACE}
        for name, value in changed.items():
            kept.pop(name, None)
            if value:
                kept[name] = [value]
        return f"?{urlencode(kept, doseq=True)}"

    def without(self, *names: str) -> str:
        """Return the address of this list without those filters."""
        return self.address(**dict.fromkeys(names))

    # --- The rows ------------------------------------------------------------------------------------------------

    @cached_property
    def queryset(self) -> QuerySet[Any]:
        """All rows that match, ordered: what a download gives."""
        rows = self.filterset.qs if self.filterset else self.everything
        if self.text and self._search:
            rows = (
                self._search(rows, self.text) if callable(self._search) else _containing(rows, self._search, self.text)
            )
        return keyset.ordered(rows, self.terms)

    @property
    def searchable(self) -> bool:
        """Whether there is anything to search."""
        return bool(self._search)

    def selection(self) -> QuerySet[Any]:
        """Return the rows a posted form selected: all that match, or the ticked ones. Odd keys select nothing."""
        if self.request.POST.get("all"):
            return self.queryset
        keys = (keyset.key_from(self.everything, given) for given in self.request.POST.getlist("selected"))
        return self.queryset.filter(pk__in=[key for key in keys if key is not None])

    @cached_property
    def _place(self) -> Place:
        return Place(self._one("page"), self._one("after"), self._one("before"))

    @cached_property
    def page(self) -> Page:
        """The rows shown, and whether there are others before and after."""
        return Rows(self.queryset, self.everything, self.terms, self.size).at(self._place)

    @cached_property
    def total(self) -> int | None:
        """How many rows match, None if there are more than 10,000 and nobody knows."""
        known = self._count(self.narrowed_by) if self._count else None
        if known is not None:
            return known
        page = self.page
        if page.number and not page.has_next and not (self._place.after or self._place.before):
            return (page.number - 1) * self.size + len(page.rows)
        counted = Rows(self.queryset, self.everything, self.terms, self.size).counted()
        return counted if counted <= COUNTED else None

    @property
    def count_words(self) -> str:
        """How many there are: "1,207 mismatches", "more than 10,000 mismatches"."""
        if self.total is None:
            return f"more than {wording.plural(COUNTED, *self.noun)}"
        return wording.plural(self.total, *self.noun)

    @property
    def range_words(self) -> str:
        """Which of them this page shows: "51 to 100", nothing where that is not known."""
        page = self.page
        if not page.rows or not page.number:
            return ""
        first = (page.number - 1) * self.size + 1
        return f"{wording.number(first)} to {wording.number(first + len(page.rows) - 1)}"

    @cached_property
    def table(self) -> tables.Table:
        """The rows of this page as django-tables2 draws cells; sorting and paging are done."""
        table = self.table_class(self.page.rows, orderable=False, order_by=(), request=None)
        shown = self._shown
        for column in table.columns.iterall():
            if column.name in shown:
                table.columns.show(column.name)
            else:
                table.columns.hide(column.name)
        return table

    @cached_property
    def _unbound(self) -> tables.Table:
        return self.table_class([], orderable=None)

    # --- What stands around them ---------------------------------------------------------------------------------

    @cached_property
    def _narrowing(self) -> dict[str, Any]:
        return narrowing.in_force(self.filterset) if self.filterset else {}

    @cached_property
    def narrowed_by(self) -> dict[str, str]:
        """The filters in force by name, as the address has them, and the search as "q"."""
        found = {name: ",".join(self.parameters.get(name, [])) for name in self._narrowing}
        return {**found, "q": self.text} if self.text and self._search else found

    @cached_property
    def chips(self) -> list[Chip]:
        """A chip for the search and for each filter in force, each with the way to the list without it."""
        chips = [Chip("Search", self.text, self.without("q"))] if "q" in self.narrowed_by else []
        for name, value in self._narrowing.items():
            label, words = narrowing.label_and_value(self.filterset, name, value)
            chips.append(Chip(label, words, self.without(*narrowing.parameters_of([name]))))
        return chips

    @property
    def clear(self) -> str:
        """The address of the whole list."""
        return self.without("q", *narrowing.parameters_of(self._narrowing))

    @property
    def notes(self) -> list[str]:
        """What of the address was left out, in sentences."""
        notes = narrowing.left_out(self.filterset) if self.filterset else []
        if self._place.too_far:
            notes.append(f"Pages have numbers up to {NUMBERED_PAGES}. Go on from here, or narrow the list.")
        return notes

    @cached_property
    def _shown(self) -> set[str]:
        asked = {name for value in self.parameters.get("columns", ()) for name in value.split(",")}
        asked = asked or set(self.remembered.columns if self.remembered else ())
        return asked & {column.name for column in self._unbound.columns.iterall()} or self._usual

    @property
    def _usual(self) -> set[str]:
        return {column.name for column in self._unbound.columns.iterall() if column.visible}

    @property
    def views(self) -> list[Choice]:
        """The saved views of this list."""
        return self.remembered.choices(self.address()) if self.remembered else []

    @property
    def view_to_save(self) -> str:
        """The query of this list as a view keeps it: with the columns, where they are not the usual ones."""
        names = [column.address for column in self.columns if column.active]
        return self.address(columns=",".join(names) if set(names) != self._usual else None)[1:]

    @property
    def columns(self) -> list[Choice]:
        """Every column, with whether it is shown; ``address`` is its name in the address."""
        every = self._unbound.columns.iterall()
        return [Choice(str(column.header), column.name, active=column.name in self._shown) for column in every]

    @property
    def sizes(self) -> list[Choice]:
        """The page sizes."""
        return [Choice(str(size), self.address(size=str(size)), active=size == self.size) for size in self.page_sizes]

    @property
    def densities(self) -> list[Choice]:
        """How close rows can stand."""
        return [Choice(label, self.address(density=name), active=name == self.density) for name, label in DENSITIES]

    @property
    def downloads(self) -> list[Choice]:
        """What can be downloaded, as it is filtered and sorted."""
        return [Choice(label, f"{address}{self.address()}", icon="download") for label, address in self._downloads]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The parameters a search or filter form has to carry on, for hidden inputs."""
        filters = narrowing.parameters_of(self.filterset.form.fields) if self.filterset else ()
        return self._pairs_without({"q", *PLACE, *filters})

    @property
    def kept_with_filters(self) -> list[tuple[str, str]]:
        """The parameters the choice of columns has to carry on."""
        return self._pairs_without({"columns", *PLACE})

    def _pairs_without(self, names: set[str]) -> list[tuple[str, str]]:
        return [(name, value) for name, values in self.parameters.items() if name not in names for value in values]

    @property
    def heads(self) -> list[Head]:
        """The head of each column shown, with the address that sorts by it."""
        return [self._head(column) for column in self.table.columns]

    def _head(self, column: Any) -> Head:
        attrs = column.attrs.get("th", {}).get("class", "")
        if not self._unbound.columns[column.name].orderable:
            return Head(str(column.header), classes=attrs)
        order = self._order_of(column.name, descending=False)
        current = [term.ordering for term in self.terms][: len(order)]
        rising, falling = current == order, current == [_turned(term) for term in order]
        first_falls = column.column.initial_sort_descending
        down = rising or (first_falls and not falling)
        way = "ascending" if rising else "descending" if falling else "none"
        return Head(str(column.header), self.address(sort=f"{'-' if down else ''}{column.name}"), way, attrs)

    @property
    def rows_drawn(self) -> Iterable[tuple[Any, list[tuple[str, Any]]]]:
        """Each row with its cells, each with its attributes: worked out once, for all rows."""
        attrs = {column.name: column.attrs["td"].as_html() for column in self.table.columns}
        for row in self.table.rows:
            yield row, [(attrs[column.name], cell) for column, cell in row.items()]

    # --- The pages -----------------------------------------------------------------------------------------------

    @property
    def pages(self) -> list[Choice]:
        """The pages that have numbers and are near; an empty address stands for those left out between."""
        current, last = self.page.number, self._last_number
        if not current or current > NUMBERED_PAGES:
            return []
        end = min(last or max(COUNTED // self.size, current), NUMBERED_PAGES)
        near = sorted({1, *range(max(current - 2, 1), min(current + 2, end) + 1), *([end] if last else [])})
        pages = []
        for before, number in zip([0, *near], near, strict=False):
            if number - before > 1:
                pages.append(Choice("…", ""))
            pages.append(Choice(wording.number(number), self._at(page=str(number)), active=number == current))
        return pages if len(pages) > 1 else []

    @property
    def _last_number(self) -> int | None:
        return None if self.total is None else max(-(-self.total // self.size), 1)

    @property
    def previous(self) -> str:
        """The address of the page before, nothing on the first."""
        page = self.page
        if not page.has_previous or not page.rows:
            return ""
        number = page.number - 1 if page.number else None
        if number and number <= NUMBERED_PAGES:
            return self._at(page=str(number))
        return self._at(before=str(page.rows[0].pk), page=str(number) if number else None)

    @property
    def next(self) -> str:
        """The address of the page after, nothing on the last."""
        page = self.page
        if not page.has_next:
            return ""
        number = page.number + 1 if page.number else None
        if number and number <= NUMBERED_PAGES:
            return self._at(page=str(number))
        return self._at(after=str(page.rows[-1].pk), page=str(number) if number else None)

    @property
    def first(self) -> str:
        """The address of the first page, nothing on it."""
        return self.address() if self.page.has_previous else ""

    @property
    def last(self) -> str:
        """The address of the last page, nothing on it."""
        if not self.page.has_next:
            return ""
        number = self._last_number
        return self._at(page=str(number) if number and number <= NUMBERED_PAGES else "last")

    def _at(self, **place: str | None) -> str:
        pairs = [(name, value) for name, value in place.items() if value]
        address = self.address()
        return f"{address}{'&' if pairs and len(address) > 1 else ''}{urlencode(pairs)}"

    # --- The answer ----------------------------------------------------------------------------------------------

    @property
    def here(self) -> str:
        """The address of what is shown, without what means nothing."""
        return self._at(page=self._one("page"), after=self._one("after"), before=self._one("before"))

    def respond(self, template: str, context: Mapping[str, Any] | None = None) -> HttpResponse:
        """Answer with the whole page, or with the table alone if that is what htmx asks for.

        ``context``: what the page needs besides ``listing``.
        """
        headers = self.request.headers
        alone = headers.get("HX-Request") == "true" and headers.get("HX-Target") == self.id
        response = render(self.request, self.part if alone else template, {**(context or {}), "listing": self})
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        if alone:
            response["HX-Push-Url"] = f"{self.request.path}{self.here}"
        return response


def _turned(term: str) -> str:
    return term.removeprefix("-") if term.startswith("-") else f"-{term}"


def _containing(rows: QuerySet[Any], fields: Sequence[str], text: str) -> QuerySet[Any]:
    """Return the rows of which every word of ``text`` is in one of ``fields``."""
    for word in text.split():
        anywhere = Q()
        for name in fields:
            anywhere |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(anywhere)
    return rows
