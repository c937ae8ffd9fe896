"""The table of fields: who owns what, which record wins; edited in place."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ownership.cells import COLUMNS, Column
from ownership.forms.filters import TableFilter
from ownership.listing import Listing
from ownership.models import Person
from ownership.parts import Choice, Head, Tile
from ownership.permissions import Rights
from ownership.queries import people, registry, sheet_check, table
from ownership.queries.views_saved import Remembered
from ownership.tables import FieldTable, RowParts, row_parts
from ownership.views.asking import person_of

DOWNLOADS = (("CSV", "csv"), ("XLSX", "xlsx"), ("Markdown", "md"), ("Data contract, YAML", "yaml"))
PAGE_SIZES = (100, 250, 500, 1000)
PAGE_SIZE = 500
GROUP_WORDS = {"": "Nothing", "subject": "Subject", "system": "System", "team": "Owner team"}
ORDER = {"team": ("shown_owner", "subject", "name")}
NARROWING = ("q", "subject", "system", "owner", "state", "problem")


@dataclass(frozen=True)
class Row:
    """A row as the page draws it: the cells of the columns shown, as HTML."""

    field_id: int
    address: str
    may: str
    cells: SafeString


@dataclass(frozen=True)
class Group:
    """Rows under one heading, or all of them under none."""

    label: str
    rows: list[Row]


@dataclass(frozen=True)
class HeadCell:
    """The head of a column with what the script needs to know about its cells."""

    column: Column
    head: Head


@require_safe
@never_cache
def fields(request: HttpRequest) -> HttpResponse:
    """Show the table of fields, or a part of it, for reading and for whoever may for editing."""
    person = person_of(request)
    rights = Rights(person)
    grouped_by = request.GET.get("group", "")
    listing = _listing(request, person, grouped_by)
    figures = table.figures()
    rows = listing.page.rows
    elsewhere = _elsewhere(request, {row.pk for row in rows})
    if elsewhere:
        return redirect(elsewhere)
    everything = rows if len(rows) == figures.total else registry.whole()
    problems = table.problems(sheet_check.findings(everything, timezone.localdate()))
    drawn = row_parts(rows, rights, problems=problems)
    context = {
        "figures": figures,
        "tiles": _tiles(listing, figures, len(problems)),
        "groups": _groups(drawn, listing, grouped_by),
        "heads": _heads(listing),
        "group_choices": [
            Choice(label, listing.address(group=name), active=name == grouped_by) for name, label in GROUP_WORDS.items()
        ],
        "adds": rights.adds,
        "who_edits": "" if rights.adds else _who_edits(person),
        "menu": _menu(rights),
        "reasons": table.last_reasons(person) if rights.adds else [],
        "suggestions": {row.key: [one.to_json() for one in row.suggestions] for row in drawn if row.suggestions},
    }
    return listing.respond("ownership/table.html", context)


def _elsewhere(request: HttpRequest, shown: set[int]) -> str:
    """Return where the field stands that the address leads to, if this page does not show it."""
    asked = request.GET.get("field", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 19) or int(asked) in shown or "q" in request.GET:
        return ""
    name = table.name_of(int(asked))
    query = {"q": name, "field": asked, "column": request.GET.get("column", "")[:40]}
    return f"{request.path}?{urlencode(query)}" if name else ""


def _listing(request: HttpRequest, person: Person, grouped_by: str) -> Listing:
    return Listing(
        request,
        table.fields(),
        FieldTable,
        search=table.searched,
        filters=TableFilter,
        default_order=ORDER.get(grouped_by, ("subject", "name")),
        page_sizes=PAGE_SIZES,
        size=PAGE_SIZE,
        keep=("group",),
        name="fields",
        downloads=[(label, reverse("ownership_download", args=[form])) for label, form in DOWNLOADS],
        remembered=Remembered(person, "fields"),
        part="ownership/_table_listing.html",
        tools="ownership/_table_tools.html",
    )


def _heads(listing: Listing) -> list[HeadCell]:
    shown = [column.name for column in listing.table.columns]
    columns = {column.key: column for column in COLUMNS}
    return [HeadCell(columns[name], head) for name, head in zip(shown, listing.heads, strict=True)]


def _groups(drawn: list[RowParts], listing: Listing, by: str) -> list[Group]:
    columns = [column.name for column in listing.table.columns]
    rows = [
        (one.field, Row(one.field.pk, one.address, one.may, SafeString("".join(one.cells(columns))))) for one in drawn
    ]
    if by not in table.GROUPS:
        return [Group("", [row for _, row in rows])]
    found: dict[str, list[Row]] = {}
    for field, row in rows:
        for name in table.groups_of(field, by):
            found.setdefault(name, []).append(row)
    names = sorted(found, key=lambda name: (name == table.GROUPS[by], name.casefold()))
    return [Group(name, found[name]) for name in names]


def _tiles(listing: Listing, figures: table.Figures, amiss: int) -> list[Tile]:
    asked = (
        ("Agreed", "state", "agreed", figures.agreed, "gone", "Fields on whose rule every team agreed"),
        ("Proposed", "state", "proposed", figures.proposed, "waiting", "Fields with a rule the teams are asked about"),
        ("Draft", "state", "draft", figures.draft, "waiting", "Fields with a rule that is being written"),
        ("Disputed", "state", "disputed", figures.disputed, "returned", "Fields the teams disagree on"),
        ("With a problem", "problem", "yes", amiss, "open", "Fields about which the sheet check finds something"),
    )
    return [
        Tile(
            label,
            count,
            _only(listing, name, value),
            f"{hint}.",
            active=listing.narrowed_by.get(name) == value,
            tone=tone,
        )
        for label, name, value, count, tone, hint in asked
    ]


def _only(listing: Listing, name: str, value: str) -> str:
    """Where the fields a figure counts stand alone; where they do already, all fields."""
    every: dict[str, str | None] = dict.fromkeys(NARROWING)
    already = listing.narrowed_by.get(name) == value
    return listing.address(**(every if already else {**every, name: value}))


def _who_edits(person: Person) -> str:
    return f"The leads of teams edit this table. {people.who_can_help(person)}"


def _menu(rights: Rights) -> list[Choice]:
    """What else can be done with the table; bringing a sheet is for those who add fields."""
    entries = [
        ("Bring your sheet", "ownership_import", (), "file-up", rights.adds),
        ("Print one page", "ownership_sheet", (), "printer", True),
        ("Sheet check", "ownership_check", (), "list-checks", True),
        ("Waiting for my team", "ownership_waiting", (), "inbox", rights.adds),
    ]
    return [Choice(label, reverse(name, args=given), icon=icon) for label, name, given, icon, shown in entries if shown]
