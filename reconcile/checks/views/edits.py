"""Which columns of a draft's exports tell when and by whom a record was made or changed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from reconcile import engine
from reconcile.checks.queries.columns import column_of
from reconcile.checks.queries.drafts import Editor
from reconcile.checks.services import drafts
from reconcile.checks.views.files import SIDES
from reconcile.checks.views.rights import own_draft


@require_POST
def edits(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Keep the columns as chosen; or take, where none is chosen, what the exports suggest."""
    draft = own_draft(request, draft_id)
    problem = ""
    if request.POST.get("action") == "take":
        draft = drafts.take_guessed_edits(draft=draft)
    else:
        left, right, problem = _chosen(request, Editor(draft))
        draft = drafts.set_edits(draft=draft, left=left, right=right)
    context = {"draft": draft, "editor": Editor(draft), "edits_problem": problem, "edits_open": True}
    return render(request, "checks/_edits.html", context)


def _chosen(request: HttpRequest, editor: Editor) -> tuple[engine.EditColumns, engine.EditColumns, str]:
    """The columns as chosen; one that the export does not have stays if it was there, else it is left out and said."""
    problem = ""
    sides: list[dict[str, str]] = [{}, {}]
    before = (editor.comparing.left_edits, editor.comparing.right_edits)
    for row in editor.edits:
        for side, name in enumerate(SIDES):
            label = request.POST.get(f"{row.name}_{name}", "")
            if label and label == (row.left, row.right)[side]:
                sides[side][row.name] = getattr(before[side], row.name)
            elif label:
                column = column_of(label, editor.columns[side])
                sides[side][row.name] = column or ""
                if column is None:
                    problem = f"The {name} export has no column {label[:60]}. Choose one from the list."
    return engine.EditColumns(**sides[0]), engine.EditColumns(**sides[1]), problem
