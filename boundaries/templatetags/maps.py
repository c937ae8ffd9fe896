"""Tags of pages that show a map."""

from __future__ import annotations

from django import template

from boundaries import telling
from boundaries.findings import KINDS

register = template.Library()


@register.filter
def to(place: str, in_editor: object = "") -> str:
    """Return the address within the page of a place on the map: in its text, or of its form in the editor."""
    anchor = telling.anchor(place)
    if not in_editor:
        return f"#{anchor}"
    return "#map-about" if anchor == "map" else f"#edit-{anchor}"


@register.filter
def kind_words(kind: str) -> str:
    """Return what a kind of finding is called."""
    return KINDS.get(kind, kind)
