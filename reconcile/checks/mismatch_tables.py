"""The list of a run's mismatches: columns, filters, and what each address asks for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import django_tables2 as tables
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django_filters import ChoiceFilter, FilterSet

from ownership import wording
from ownership.columns import NumberColumn
from ownership.listing import LONGEST_SEARCH, Listing
from ownership.parts import Masked
from ownership.templatetags import parts
from reconcile.checks import around
from reconcile.checks.masking import key_words
from reconcile.checks.models import Check, Kind, Mismatch, Opened, Run
from reconcile.checks.queries import answers
from reconcile.checks.queries.mismatches import (
    EVERYTHING,
    FOUND,
    GONE,
    SORTED,
    STANDING,
    STATES,
    Asked,
    MismatchesOfRun,
)
from reconcile.checks.queries.runs import as_of_by_number

FILTERS = ("kind", "field", "state")
KEY_SHOWN = 80
HEAD_SHOWN = 30
STATE_WORDS = {
    Opened.NEW: "new in this run",
    Opened.CHANGED: "values changed in this run",
    Opened.RETURNED: "returned in this run",
    STANDING: "as in the run before",
    GONE: "gone in this run",
}
SEVERAL = (Kind.DUPLICATE_LEFT, Kind.DUPLICATE_RIGHT)


def asked_of(parameters: QueryDict, run: Run) -> Asked:
    """Return what an address asks for; what makes no sense is left out."""
    kind, field, state = (parameters.get(name, "") for name in FILTERS)
    fields = {one["name"] for one in (run.totals or {}).get("fields", ())}
    text = "".join(character for character in parameters.get("q", "") if character.isprintable()).strip()
    return Asked(
        kind=kind if kind in Kind.values else "",
        field=field if field in fields else "",
        state=state if state in STATES else "",
        text=text[:LONGEST_SEARCH],
    )


class MismatchListing(Listing):
    """The mismatches of one run as one address asks for them."""

    def __init__(self, request: HttpRequest, found: MismatchesOfRun, *, download: bool = True) -> None:
        self.found = found
        self.asked = asked_of(request.GET, found.run)
        self.sorts_everything = found.at_most(self.asked) <= SORTED
        run = found.run
        downloads = [(form.upper(), reverse("run_download", args=[run.pk, form])) for form in ("csv", "xlsx")]
        table = _table_of(found, found.order(self.asked), sorts_everything=self.sorts_everything)
        super().__init__(
            request,
            # All rows among which the address may name one to go on from.
            found.rows(Asked(state=GONE) if self.asked.state == GONE else EVERYTHING),
            table,
            search=lambda _rows, _text: found.search(self.asked),
            filters=_filters_of(found, self.asked),
            default_order=found.order(self.asked),
            count=lambda _narrowed: found.count(self.asked),
            downloads=downloads if download else (),
            name="mismatches",
        )
        table.tail = self.here

    @property
    def notes(self) -> list[str]:
        """What was left out, in sentences."""
        said = super().notes
        if self.text and self.total == FOUND:
            said.append(f"The first {wording.number(FOUND)} found are listed. The download has all of them.")
        if self.text and self.found.masking.every:
            said.append("What is masked was not searched.")
        return said


class MismatchTable(tables.Table):
    """Mismatches as they stood in a run; each kind of run makes a table of its own out of it."""

    noun: ClassVar = ("mismatch", "mismatches")
    found: ClassVar[MismatchesOfRun]
    as_of: ClassVar[Mapping[int, datetime]]
    kinds: ClassVar[Mapping[str, str]]
    sides: ClassVar[tuple[str, str]]
    composite: ClassVar[bool]
    tail: ClassVar[str] = ""

    key = tables.Column("Record", empty_values=())
    field = tables.Column("Field", order_by=("kind", "field"))
    left = tables.Column("Left", accessor="left_then", empty_values=())
    right = tables.Column("Right", accessor="right_then", empty_values=())
    kind = tables.Column("How", orderable=False, attrs={"td": {"class": "how"}})
    why = tables.Column("Why", accessor="pk", orderable=False, attrs={"td": {"class": "why"}})
    first_seen = tables.Column("First seen", accessor="first_number", attrs={"td": {"class": "when"}})
    last_seen = tables.Column(
        "Last seen", accessor="pk", orderable=False, visible=False, attrs={"td": {"class": "when"}}
    )
    times_seen = NumberColumn("Times seen", accessor="pk", orderable=False)
    state = tables.Column("State", accessor="pk", orderable=False)

    class Meta:
        row_attrs: ClassVar = {"id": lambda record: f"mismatch-{record.pk}"}

    def __init__(self, data: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        shown = [row.pk for row in data]
        self._said = around.said_of(self.found.run, shown) if shown else {}

    def render_key(self, value: str, record: Mismatch) -> Any:
        address = reverse("record", args=[self.found.run.pk, record.pk]) + self.tail
        words = key_words(value, composite=self.composite, masked=self.found.masking.key)
        if isinstance(words, Masked):
            return format_html('<a href="{}">{}</a>', address, parts.masked(words))
        if not words:
            return format_html('<a href="{}" class="no-value">empty key</a>', address)
        shown = format_html(
            '<bdi class="value">{}</bdi>', parts.marked(words[:KEY_SHOWN], at_end=len(words) <= KEY_SHOWN)
        )
        rest = "…" if len(words) > KEY_SHOWN else ""
        return format_html('<a href="{}">{}{}</a>', address, shown, rest)

    def render_field(self, value: str, record: Mismatch) -> Any:
        if record.kind != Kind.DIFFERS:
            return format_html('<span class="no-value">{}</span>', "whole record")
        return format_html(
            '<bdi class="value">{}</bdi>', value if len(value) <= KEY_SHOWN else f"{value[: KEY_SHOWN - 1]}…"
        )

    def render_left(self, value: str | None, record: Mismatch) -> Any:
        return self._side(value, record, (Kind.ONLY_LEFT, Kind.ONLY_RIGHT), Kind.DUPLICATE_LEFT)

    def render_right(self, value: str | None, record: Mismatch) -> Any:
        return self._side(value, record, (Kind.ONLY_RIGHT, Kind.ONLY_LEFT), Kind.DUPLICATE_RIGHT)

    def _side(self, value: str | None, record: Mismatch, one_sided: tuple[str, str], repeated: str) -> Any:
        here, elsewhere = one_sided
        kind = record.kind
        if kind == Kind.DIFFERS:
            return parts.value(self.found.masking.fields.get(record.field, value))
        if kind == repeated:
            return wording.plural(int(value or 0), "row", "rows") if (value or "").isdecimal() else parts.value(value)
        words = {here: "there", elsewhere: "not there"}.get(kind, wording.NOTHING)
        return format_html('<span class="no-value">{}</span>', words)

    def render_kind(self, record: Mismatch) -> str:
        said = self.kinds[record.kind]
        if record.kind == Kind.DIFFERS and record.field not in self.found.masking.fields:
            sides = zip((record.left_then, record.right_then), self.sides, strict=True)  # type: ignore[attr-defined]
            said = next((f"Empty in {system}" for text, system in sides if not text), said)
        return said

    def render_why(self, value: int) -> Any:
        said = self._said.get(value)
        if said is None:
            return ""
        if not said.address:
            return format_html('<span title="{}">{}</span>', said.hint, said.words)
        return format_html('<a href="{}" title="{}">{}</a>', said.address, said.hint, said.words)

    def render_first_seen(self, record: Mismatch) -> Any:
        return self._when(record.first_number)

    def render_last_seen(self, record: Mismatch) -> Any:
        return self._when(record.closed_then or self.found.number)  # type: ignore[attr-defined]

    def _when(self, number: int) -> Any:
        as_of = self.as_of.get(number)
        return parts.when(as_of.date()) if as_of else f"run {number}"

    def render_times_seen(self, record: Mismatch) -> str:
        return wording.number(self.found.times_seen(record))

    def render_state(self, record: Mismatch) -> Any:
        return parts.state_chip(self.found.state(record))


def _table_of(found: MismatchesOfRun, order: tuple[str, ...], *, sorts_everything: bool) -> type[MismatchTable]:
    check: Check = found.run.check_compared
    sides = answers.side_names(check)
    heads = [
        format_html(
            '<span class="side side-{}"><bdi>{}</bdi></span>',
            side,
            name if len(name) <= HEAD_SHOWN else f"{name[: HEAD_SHOWN - 1]}…",
        )
        for side, name in zip(("left", "right"), sides, strict=True)
    ]
    columns = {
        side: tables.Column(head, accessor=f"{side}_then", empty_values=(), orderable=sorts_everything)
        for side, head in zip(("left", "right"), heads, strict=True)
    }
    first_seen = tables.Column(
        "First seen", accessor="first_number", orderable=sorts_everything, attrs={"td": {"class": "when"}}
    )
    return type(
        "MismatchesOfRunTable",
        (MismatchTable,),
        {
            **columns,
            # The order of keys would tell what they say.
            "key": tables.Column("Record", order_by=("key_start",), empty_values=(), orderable=not found.masking.key),
            "field": tables.Column("Field", order_by=order),
            "first_seen": first_seen,
            "Meta": MismatchTable.Meta,
            "found": found,
            "as_of": as_of_by_number(check),
            "kinds": answers.kind_words(check),
            "sides": sides,
            "composite": len(found.run.comparing.key) > 1,
        },
    )


def _filters_of(found: MismatchesOfRun, asked: Asked) -> type[FilterSet]:
    """The filters of one run: its systems' names, its fields."""
    fields = [(one["name"], one["name"][:KEY_SHOWN]) for one in found.totals.get("fields", ())]
    states = [(state, words) for state, words in STATE_WORDS.items() if found.number > 1 or state == Opened.NEW]

    class MismatchFilter(FilterSet):
        kind = ChoiceFilter(
            label="How", empty_label="any", choices=list(answers.kind_words(found.run.check_compared).items())
        )
        field = ChoiceFilter(label="Field", empty_label="any", choices=fields)
        state = ChoiceFilter(label="Since the run before", empty_label="any", choices=states)

        def filter_queryset(self, queryset: Any) -> Any:  # noqa: ARG002 - what is asked for decides which rows are read at all
            return found.rows(asked)

    return MismatchFilter
