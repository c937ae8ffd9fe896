"""Mismatches as files."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from ownership.views.asking import person_of
from reconcile.checks import downloads
from reconcile.checks.mismatch_tables import asked_of
from reconcile.checks.models import RunState
from reconcile.checks.queries.masking import of_run
from reconcile.checks.views.runs import found_run


@require_safe
def run_download(request: HttpRequest, run_id: int, form: str) -> HttpResponseBase:
    """Download the mismatches of a run, all or those that the address is narrowed to."""
    if form not in downloads.FORMS:
        raise Http404
    run = found_run(run_id)
    if run.state != RunState.DONE:
        return redirect("run", run.pk)
    asked = asked_of(request.GET, run)
    masking = of_run(run, person_of(request))
    name = downloads.file_name(run, asked, form)
    response: StreamingHttpResponse | FileResponse
    if form == "csv":
        response = StreamingHttpResponse(downloads.csv_of(run, asked, masking), content_type=downloads.FORMS[form])
    else:
        response = FileResponse(downloads.xlsx_of(run, asked, masking), content_type=downloads.FORMS[form])
    disposition = content_disposition_header(as_attachment=True, filename=name)
    assert disposition is not None  # noqa: S101 - for the types: an attachment always has one
    response["Content-Disposition"] = disposition
    return response
