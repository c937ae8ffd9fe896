"""The editor of a draft, change by change: key, compared fields, and what they would find."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.forms import ColumnsForm, ComparisonForm, PairForm, WordsForm, date_parts
from reconcile.checks.models import Draft
from reconcile.checks.queries.columns import column_of, identity
from reconcile.checks.queries.drafts import Editor, Row
from reconcile.checks.services import drafts, trying
from reconcile.checks.views.rights import own_draft

KEPT = "reconcile.checks.removed"
MOST_KEY_PAIRS = 8
WORDS_SHOWN = 200


def _render(request: HttpRequest, template: str, context: Mapping[str, Any], *, changed: bool = True) -> HttpResponse:
    response = render(request, template, dict(context))
    if changed:
        # After the swap: what was pressed may be gone by then, and said before it would be said to nobody.
        response["HX-Trigger-After-Swap"] = "comparing-changed"
    return response


def _editor(request: HttpRequest, draft: Draft, **more: Any) -> HttpResponse:
    """Answer with the whole editor, after a change that touches more than one row."""
    return _render(request, "checks/_editor.html", {**editor_context(Editor(draft)), **more})


def editor_context(editor: Editor) -> dict[str, Any]:
    """What the template of the editor needs."""
    rows = [{"row": row, "comparison": comparison_form(row)} for row in editor.rows]
    return {"draft": editor.draft, "editor": editor, "rows": rows}


# --- The key ---------------------------------------------------------------------------------------------------------


@require_POST
def key(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Change the key: its pairs, one more, one less, and whether case and outer space count."""
    draft = own_draft(request, draft_id)
    pairs, problem = _pairs(request, Editor(draft))
    action = request.POST.get("action", "")
    if action == "more" and len(pairs) < MOST_KEY_PAIRS:
        pairs.append(("", ""))
    if action.removeprefix("less-").isdecimal() and action.startswith("less-"):
        gone = int(action.removeprefix("less-"))
        pairs = [pair for place, pair in enumerate(pairs) if place != gone]
    draft = drafts.set_key(draft=draft, pairs=pairs, fold="fold" in request.POST)
    return _editor(request, draft, key_problem=problem)


def _pairs(request: HttpRequest, editor: Editor) -> tuple[list[tuple[str, str]], str]:
    """The pairs as chosen, by column; a label that means no column is left out and said."""
    left, right = request.POST.getlist("key_left"), request.POST.getlist("key_right")
    pairs: list[tuple[str, str]] = []
    problem = ""
    for given in list(zip(left, right, strict=False))[:MOST_KEY_PAIRS]:
        columns = []
        for side, label in enumerate(given):
            column = column_of(label, editor.columns[side]) if label else ""
            if column is None:
                problem = f"The {('left', 'right')[side]} export has no column {label[:60]}. Choose one from the list."
            columns.append(column or "")
        repeated = any(columns[side] and columns[side] == pair[side] for pair in pairs for side in (0, 1))
        if repeated:
            problem = "A column is in the key once only."
        else:
            pairs.append((columns[0], columns[1]))
    return pairs, problem


@require_POST
def take_key(request: HttpRequest, draft_id: UUID, number: int) -> HttpResponse:
    """Take another key that was found."""
    draft = own_draft(request, draft_id)
    found = Editor(draft).suggestion
    if found is None or number >= len(found.keys):
        raise Http404
    chosen = found.keys[number]
    return _editor(request, drafts.set_key(draft=draft, pairs=chosen.pairs, fold=chosen.fold))


@require_POST
def fold(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Set case and outer space of keys aside, as the preview offers."""
    draft = own_draft(request, draft_id)
    return _editor(request, drafts.set_key(draft=draft, pairs=draft.comparing.key, fold=True))


# --- One field -------------------------------------------------------------------------------------------------------


def _field(editor: Editor, field_id: str) -> ComparedField:
    found = editor.field(field_id)
    if found is None:
        raise Http404
    return found


def row_context(editor: Editor, row: Row) -> dict[str, Any]:
    """What the template of one row needs."""
    return {"draft": editor.draft, "editor": editor, "row": row, "comparison": comparison_form(row)}


def comparison_form(row: Row, data: Any = None) -> ComparisonForm:
    """The controls of how a field compares."""
    field = row.field
    kept = date_parts(field.argument)[1] if field.compare == "date" else []
    return ComparisonForm(data, kept=kept, initial=ComparisonForm.initial_of(field), auto_id=f"how-{row.place}-%s")


def _place(request: HttpRequest) -> str:
    """Where on the page the row stands that asks."""
    given = request.POST.get("place") or request.GET.get("place", "")
    return given if re.fullmatch(r"[0-9a-f]{1,32}", given) else ""


@require_POST
def comparison(request: HttpRequest, draft_id: UUID, field_id: str) -> HttpResponse:
    """Change how one field compares. Another comparison brings its controls; a control, what is wrong with it."""
    draft = own_draft(request, draft_id)
    editor = Editor(draft)
    field = _field(editor, field_id)
    form = comparison_form(editor.row(field), request.POST)
    right = form.is_valid()
    compare = form.cleaned_data.get("compare", field.compare)
    if compare == field.compare:
        if right:
            drafts.change_field(draft=draft, field_id=field_id, argument=form.argument)
        return _render(request, "checks/_argument_problem.html", {"comparison": form}, changed=right)
    chosen = _chosen(draft, field, compare)
    draft = drafts.change_field(
        draft=draft, field_id=field_id, compare=chosen.compare, argument=chosen.argument, mapping=chosen.mapping
    )
    editor = Editor(draft)
    row = editor.row(_field(editor, field_id), _place(request))
    return _instead(_render(request, "checks/_argument.html", row_context(editor, row)), f"#argument-{row.place}")


def _instead(response: HttpResponse, target: str) -> HttpResponse:
    """Have the answer stand where ``target`` stood."""
    response["HX-Retarget"] = target
    response["HX-Reswap"] = "outerHTML"
    return response


def _chosen(draft: Draft, field: ComparedField, compare: str) -> ComparedField:
    """The field under another comparison: as it was suggested where that one was, else without any argument."""
    found = Editor(draft).suggestion
    for pair in found.pairs if found else ():
        if (pair.left, pair.right, pair.comparison) == (field.left, field.right, compare):
            return ComparedField(field.name, field.left, field.right, compare, pair.argument, pair.mapping)
    return ComparedField(field.name, field.left, field.right, compare, mapping=field.mapping)


@require_safe
def field(request: HttpRequest, draft_id: UUID, field_id: str) -> HttpResponse:
    """Open what a row folds away: name, columns, why it was suggested, words."""
    editor = Editor(own_draft(request, draft_id))
    row = editor.row(_field(editor, field_id), _place(request))
    return _render(request, "checks/_field.html", _more(editor, row), changed=False)


def _more(editor: Editor, row: Row, columns: ColumnsForm | None = None) -> dict[str, Any]:
    """What the template of the folded part needs, with the form that was found wrong."""
    field = replace(row.field, mapping=()) if row.masked else row.field
    long = len(field.mapping) > WORDS_SHOWN
    columns = columns or ColumnsForm(
        columns=editor.columns,
        comparing=editor.comparing,
        field=field,
        initial={"name": field.name, "left": row.left, "right": row.right},
    )
    return {
        "draft": editor.draft,
        "row": row,
        "editor": editor,
        "columns": columns,
        "words": WordsForm(initial={"pasted": _as_lines(field) if long else ""}),
        "words_shown": () if long else (*field.mapping, ("", "")),
        "words_long": long,
    }


def _as_lines(field: ComparedField) -> str:
    return "\n".join(f"{left}\t{right}" for left, right in field.mapping)


@require_POST
def columns(request: HttpRequest, draft_id: UUID, field_id: str) -> HttpResponse:
    """Rename a field, or compare other columns under its name."""
    draft = own_draft(request, draft_id)
    editor = Editor(draft)
    row = editor.row(_field(editor, field_id), _place(request))
    form = ColumnsForm(request.POST, columns=editor.columns, comparing=editor.comparing, field=row.field)
    if not form.is_valid():
        return _render(request, "checks/_field.html", _more(editor, row, form), changed=False)
    changes = form.cleaned_data
    if row.masked and not editor.masking.of_field(replace(row.field, **changes)):
        # The words are those of the columns it had; under columns that are shown they would be shown with them.
        changes = {**changes, "mapping": ()}
    draft = drafts.change_field(draft=draft, field_id=field_id, **changes)
    return _opened_row(request, draft, identity(form.cleaned_data["left"]))


def _opened_row(request: HttpRequest, draft: Draft, field_id: str) -> HttpResponse:
    """Answer with the whole row, what it folds away open."""
    editor = Editor(draft)
    row = editor.row(_field(editor, field_id), _place(request))
    context = {**row_context(editor, row), **_more(editor, row), "opened": True}
    return _instead(_render(request, "checks/_row.html", context), f"#field-{row.place}")


@require_POST
def words(request: HttpRequest, draft_id: UUID, field_id: str) -> HttpResponse:
    """Keep the table of words of a field."""
    draft = own_draft(request, draft_id)
    editor = Editor(draft)
    row = editor.row(_field(editor, field_id), _place(request))
    if row.masked:
        message = f"The words of {row.short} are masked for you, so they stay as they are. {row.masked.who}"
        raise PermissionDenied(message)
    form = WordsForm(request.POST)
    if not form.is_valid():
        context = {"errors": form.errors}
        return _instead(
            _render(request, "checks/_words_problem.html", {**context, "row": row}, changed=False),
            f"#words-problem-{row.place}",
        )
    draft = drafts.change_field(draft=draft, field_id=field_id, mapping=form.cleaned_data["mapping"])
    return _opened_row(request, draft, field_id)


@require_POST
def remove(request: HttpRequest, draft_id: UUID, field_id: str) -> HttpResponse:
    """Compare a field no longer; its row offers to put it back."""
    draft = own_draft(request, draft_id)
    editor = Editor(draft)
    field = _field(editor, field_id)
    draft = drafts.remove_field(draft=draft, field_id=field_id)
    context = {"draft": draft, "field": field, "kept": _kept(editor, field), "id": field_id}
    return _render(request, "checks/_removed.html", context)


def _kept(editor: Editor, *fields: ComparedField) -> str:
    """Removed fields as the page holds them for whoever wants them back; signed, so that they are what they were.

    Signed is not secret: words that are masked stay here.
    """
    shown = (replace(field, mapping=()) if editor.masking.of_field(field) else field for field in fields)
    return signing.dumps([asdict(field) for field in shown], salt=KEPT, compress=True)


@require_POST
def put_back(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Compare a field that was just removed again."""
    draft = own_draft(request, draft_id)
    try:
        kept = signing.loads(request.POST.get("kept", ""), salt=KEPT)
    except signing.BadSignature as odd:
        raise Http404 from odd
    return _editor(request, drafts.put_back(draft=draft, fields=Comparing.from_json({"fields": kept}).fields))


# --- All of them -----------------------------------------------------------------------------------------------------


@require_POST
def add(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Compare two more columns."""
    draft = own_draft(request, draft_id)
    editor = Editor(draft)
    form = PairForm(request.POST, columns=editor.columns, comparing=editor.comparing)
    if not form.is_valid():
        return _editor(request, draft, pair=form)
    added = drafts.add_field(draft=draft, left=form.cleaned_data["left"], right=form.cleaned_data["right"])
    return _editor(request, added)


@require_POST
def add_all(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Compare every suggested pair."""
    return _editor(request, drafts.compare_all(draft=own_draft(request, draft_id)))


@require_POST
def remove_all(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Compare no field, only the keys."""
    draft = own_draft(request, draft_id)
    kept = _kept(Editor(draft), *draft.comparing.fields)
    return _editor(request, drafts.compare_none(draft=draft), kept=kept)


@require_safe
def preview(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Try out what is compared, and say what it finds."""
    draft = own_draft(request, draft_id)
    try:
        tried = trying.try_out(draft)
    except trying.Superseded:
        return HttpResponse(status=204)
    rows = {row.id: row for row in Editor(draft, page_of(request)).rows}
    fields = {
        name: replace(found, example=None) if rows[name].masked else found
        for name, found in (tried.fields or {}).items()
        if name in rows
    }
    return render(request, "checks/_preview.html", {"draft": draft, "tried": tried, "fields": fields})


def page_of(request: HttpRequest) -> int:
    """Which hundred of the fields is shown."""
    given = request.GET.get("page", "")
    return int(given) if given.isdecimal() and len(given) < 6 else 1
