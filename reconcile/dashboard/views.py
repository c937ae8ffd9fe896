"""The pages people come back to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what works today and what is coming next."""
    return render(request, "dashboard/home.html")
