"""The table of fields as a file, as the list is filtered and sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from ownership import cells
from ownership.forms.filters import TableFilter
from ownership.listing import Listing
from ownership.models import Field, FieldVersion, Person
from ownership.queries import table
from ownership.tables import FieldTable
from reconcile.configuration.dumping import as_yaml
from reconcile.configuration.sheet import markdown, odcs
from reconcile.configuration.sheet.tabular import Tabular

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def fields(request: HttpRequest, form: str) -> HttpResponseBase:
    """Download the fields that the address asks for, as ``form``."""
    if form not in FORMS:
        raise Http404
    kind, name, maker = FORMS[form]
    listing = Listing(
        request,
        table.fields(),
        FieldTable,
        search=table.searched,
        filters=TableFilter,
        default_order=("subject", "name"),
        name="fields",
    )
    content = maker(request, list(listing.queryset))
    response: HttpResponseBase
    if isinstance(content, Iterator):
        response = StreamingHttpResponse(content, content_type=kind)
    else:
        response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


def _people() -> dict[str, Person]:
    return {person.email: person for person in Person.objects.only("email", "name")}


def _csv(_: HttpRequest, found: list[Field]) -> Iterator[bytes]:
    return Tabular(found, cells.labels(_people().values())).csv()


def _xlsx(_: HttpRequest, found: list[Field]) -> bytes:
    return Tabular(found, cells.labels(_people().values())).xlsx()


def _markdown(_: HttpRequest, found: list[Field]) -> bytes:
    return markdown.document(found, cells.labels(_people().values())).encode("utf-8", "replace")


def _contract(request: HttpRequest, found: list[Field]) -> bytes:
    data = odcs.contract(
        found,
        address=request.build_absolute_uri(reverse("ownership")),
        changes=FieldVersion.objects.count(),
        link=lambda field: request.build_absolute_uri(field.get_absolute_url()),
        people=_people(),
    )
    return as_yaml(data).encode("utf-8", "replace")


FORMS: dict[str, tuple[str, str, Callable[[HttpRequest, list[Field]], bytes | Iterator[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", "fields.csv", _csv),
    "xlsx": (XLSX, "fields.xlsx", _xlsx),
    "md": ("text/markdown; charset=utf-8", "fields.md", _markdown),
    "yaml": ("application/yaml; charset=utf-8", "fields.odcs.yaml", _contract),
}
