"""Bring a sheet: choose the file, see what it would do, take it over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ownership.models import Field, SheetImport, System
from ownership.parts import Tile
from ownership.permissions import Rights
from ownership.views.asking import require_lead, rights_of
from ownership.wording import plural
from reconcile.configuration.forms import BringForm, PairingForm
from reconcile.configuration.sheet import bringing, taking_over
from reconcile.configuration.sheet.looking import CHANGED, NEW, STATES, SUGGESTED, UNCHANGED, UNCLEAR, Look, Row, look
from reconcile.configuration.sheet.tabular import csv_text
from reconcile.configuration.sheet.targets import targets

ROWS_SHOWN = 100
EXAMPLES = 3
RECENT = 5
FIELDS_NAMED = 30
WORDS = {
    NEW: ("New", "gone", "Fields that are not in the table yet"),
    CHANGED: ("Changed", "waiting", "Fields of which some cells change"),
    SUGGESTED: ("Suggested", "excepted", "Changes of fields that others edit: kept as suggestions to them"),
    UNCLEAR: ("Unclear", "open", "Rows that are left out, each with the reason"),
    UNCHANGED: ("As they are", "", "Rows that say what the table says already"),
}


@dataclass(frozen=True)
class Column:
    """A column of the sheet as the page shows it: its head, what stands in it, the choice of ours.

    ``is_idle``: nothing stands in it, and nothing was chosen for it.
    """

    head: str
    examples: list[str]
    field: BoundField

    @property
    def is_idle(self) -> bool:
        return not self.examples and not self.field.value()


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bring(request: HttpRequest) -> HttpResponse:
    """Ask for a sheet, read it, and lead to what it would do."""
    rights = rights_of(request)
    require_lead(rights)
    form = BringForm(request.POST, request.FILES) if request.method == "POST" else BringForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            sheet = bringing.bring(file, file_name=file.name, size=file.size, person=rights.person)
        except bringing.Unusable as refusal:
            form.add_error("file", refusal.sentence)
        else:
            return redirect("ownership_import_preview", sheet_id=sheet.pk)
    begun = SheetImport.objects.filter(person=rights.person, applied_at=None).defer("rows", "header")[:RECENT]
    status = 400 if form.is_bound else 200
    return render(request, "configuration/bring.html", {"form": form, "begun": begun}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def preview(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Show what a sheet would do; take other pairs of columns; take it over."""
    rights = rights_of(request)
    sheet = _sheet(rights, sheet_id)
    if sheet.applied_at is not None:
        return render(request, "configuration/taken.html", _taken(sheet))
    if request.method != "POST":
        return _shown(request, sheet, rights)
    if "take" in request.POST:
        return _take(request, sheet, rights)
    form = _form(sheet, request.POST)
    if not form.is_valid():
        return _shown(request, sheet, rights, form=form, status=400)
    ticked = [key for key in request.POST.getlist("add") if key.isprintable()]
    add = ticked if rights.person.is_administrator else []
    sheet = taking_over.pair(sheet, columns=form.chosen(), record=form.cleaned_data["record"], add=add)
    if request.headers.get("HX-Request"):
        return _shown(request, sheet, rights)
    return redirect("ownership_import_preview", sheet_id=sheet.pk)


@require_safe
@never_cache
def unclear(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Download the rows that are left out, with what is unclear in each, to be corrected and brought again."""
    rights = rights_of(request)
    sheet = _sheet(rights, sheet_id)
    found = look(sheet, rights) if sheet.applied_at is None else None
    content = csv_text([*sheet.header, taking_over.WHY], taking_over.unclear_rows(sheet, found))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    name = f"{sheet.file_name.rsplit('.', 1)[0]}, unclear rows.csv"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


def _sheet(rights: Rights, sheet_id: int) -> SheetImport:
    """The sheet, for whoever brought it. Raises PermissionDenied, Http404."""
    require_lead(rights)
    try:
        return SheetImport.objects.get(pk=sheet_id, person=rights.person)
    except (SheetImport.DoesNotExist, OverflowError) as missing:
        raise Http404 from missing


def _form(sheet: SheetImport, said: Any = None) -> PairingForm:
    systems = System.objects.order_by("name").values_list("name", flat=True)
    return PairingForm(said, sheet=sheet, choices=targets(systems))


def _take(request: HttpRequest, sheet: SheetImport, rights: Rights) -> HttpResponse:
    try:
        sheet = taking_over.take_over(sheet, person=rights.person, seen=request.POST.get("seen", ""))
    except taking_over.NotTaken as refusal:
        return _shown(request, sheet, rights, refused=refusal.sentence, status=409)
    return redirect("ownership_import_preview", sheet_id=sheet.pk)


def _shown(  # noqa: PLR0913 - by name
    request: HttpRequest,
    sheet: SheetImport,
    rights: Rights,
    *,
    form: PairingForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    found = look(sheet, rights)
    form = form or _form(sheet)
    show = request.GET.get("show", "")
    rows = [row for row in found.rows if row.state == show] if show in STATES else _important_first(found)
    columns = _columns(sheet, form)
    context = {
        "sheet": sheet,
        "look": found,
        "form": form,
        "columns": columns,
        "idle": sum(column.is_idle for column in columns),
        "tiles": _tiles(found, show),
        "page": _page(rows, request.GET.get("page", "")),
        "show": f"{urlencode({'show': show})}&" if show in STATES else "",
        "sentence": _sentence(found.counts),
        "button": _button(found),
        "left_out": found.counts[UNCLEAR],
        "added": set(sheet.pairing.get("add", ())),
        "notes": sheet.pairing.get("notes", ()),
        "may_add": rights.person.is_administrator,
        "refused": refused,
    }
    alone = request.headers.get("HX-Target") == "sheet-look"
    return render(
        request, "configuration/_look.html" if alone else "configuration/preview.html", context, status=status
    )


def _important_first(found: Look) -> list[Row]:
    return sorted(found.rows, key=lambda row: (STATES.index(row.state) if row.state != UNCLEAR else -1, row.number))


def _page(rows: list[Row], asked: str) -> Page[Row]:
    return Paginator(rows, ROWS_SHOWN).get_page(asked)


def _columns(sheet: SheetImport, form: PairingForm) -> list[Column]:
    found = []
    for place, name in enumerate(form.columns):
        texts = (row[place].strip() for row in sheet.rows if place < len(row))
        found.append(Column(sheet.header[place], list(dict.fromkeys(filter(None, texts)))[:EXAMPLES], form[name]))
    return found


def _tiles(found: Look, show: str) -> list[Tile]:
    return [
        Tile(
            label, found.counts[state], "?" if show == state else f"?show={state}", f"{hint}.", show == state, tone=tone
        )
        for state, (label, tone, hint) in WORDS.items()
        if found.counts[state] or state != SUGGESTED
    ]


def _sentence(counts: Any, *, done: bool = False) -> str:
    """What the sheet does: "12 fields are new, 3 change, 40 are as they were, 2 are unclear."."""
    words = {
        NEW: ("is new", "are new"),
        CHANGED: ("changed", "changed") if done else ("changes", "change"),
        SUGGESTED: ("is suggested to those who edit it", "are suggested to those who edit them"),
        UNCHANGED: ("was so already", "were so already") if done else ("is so already", "are so already"),
        UNCLEAR: ("is unclear and left out", "are unclear and left out"),
    }
    said: list[str] = []
    for state, (one, many) in words.items():
        count = counts.get(state, 0)
        if count:
            noun = plural(count, "field", "fields") if not said else f"{count:,}"
            said.append(f"{noun} {one if count == 1 else many}")
    return f"{', '.join(said) or 'Nothing stands in this sheet'}."


def _button(found: Look) -> str:
    """What the one button says; nothing where there is nothing to take over."""
    fields = found.counts[NEW] + found.counts[CHANGED]
    if found.problem or not found.taken:
        return ""
    if not fields:
        return f"Suggest changes of {plural(found.counts[SUGGESTED], 'field', 'fields')}"
    return f"Take over {plural(fields, 'field', 'fields')}"


def _taken(sheet: SheetImport) -> dict[str, Any]:
    counts = sheet.outcome.get("counts", {})
    ids = sheet.outcome.get("fields", [])
    return {
        "sheet": sheet,
        "sentence": _sentence(counts, done=True),
        "left_out": counts.get(UNCLEAR, 0),
        "fields": Field.objects.filter(pk__in=ids[:FIELDS_NAMED], removed_at=None),
        "more": max(0, len(ids) - FIELDS_NAMED),
    }
