"""The page of one field."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from ownership.models import Field


@require_safe
def field(request: HttpRequest, field_id: int) -> HttpResponse:
    """One field."""
    return render(request, "ownership/directory.html", {"thing": get_object_or_404(Field, pk=field_id)})
