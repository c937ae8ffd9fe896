"""A map as a file: the picture, a BPMN model, the text of a Mermaid flowchart. Everybody who signs in reads them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boundaries.definitions import Map
from boundaries.drawing import draw
from boundaries.exporting import bpmn as models
from boundaries.exporting import mermaid as flowcharts
from boundaries.facts import Facts
from boundaries.queries import facts, maps
from boundaries.views.asking import boundary_of
from boundaries.views.showing import USUAL_COLUMNS, columns_asked

MOST_COLUMNS = 40


@require_safe
@never_cache
def bpmn(request: HttpRequest, slug: str) -> HttpResponse:  # noqa: ARG001
    """Download a map as BPMN 2.0 XML."""
    return _file(models.bpmn(*_read(slug)), f"{slug}.bpmn", "application/xml")


@require_safe
@never_cache
def mermaid(request: HttpRequest, slug: str) -> HttpResponse:  # noqa: ARG001
    """Download a map as the text of a Mermaid flowchart."""
    return _file(flowcharts.mermaid(*_read(slug)), f"{slug}.mmd", "text/plain")


@require_safe
@never_cache
def svg(request: HttpRequest, slug: str) -> HttpResponse:
    """Download the picture of a map. ``columns`` is how many steps stand side by side, 4 unless it says so."""
    text = picture(*_read(slug), columns=columns_asked(request.GET.get("columns", ""), most=MOST_COLUMNS))
    return _file(text, f"{slug}.svg", "image/svg+xml")


def picture(said: Map, known: Facts, *, columns: int = USUAL_COLUMNS) -> str:
    """Return the picture of a map as an SVG file, without what XML cannot hold."""
    text = render_to_string("boundaries/picture.svg", {"drawing": draw(said, known, columns=columns)})
    return models.NO_XML.sub("", text)


def _read(slug: str) -> tuple[Map, Facts]:
    said = maps.definition(boundary_of(slug))
    return said, facts.of(said)


def _file(text: str, name: str, kind: str) -> HttpResponse:
    # Lone halves of characters, which rows of old may hold, have no bytes.
    response = HttpResponse(text.encode("utf-8", "replace"), content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
