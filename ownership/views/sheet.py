"""The registry as one page to print, for somebody who is new."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ownership.models import System
from ownership.queries import one_page


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """Every field in plain words, of one ``subject`` or one ``system`` (its name) where the address says so."""
    subject, name = request.GET.get("subject", "").strip(), request.GET.get("system", "").strip()
    context = {
        "sheet": one_page.sheet(subject=subject, system=_system(name)),
        "subjects": one_page.subjects(),
        "systems": list(System.objects.all()),
        "narrowed": bool(subject or name),
        "today": timezone.localdate(),
    }
    return render(request, "ownership/sheet.html", context)


def _system(name: str) -> System | None:
    if not name:
        return None
    found = next((one for one in System.objects.all() if one.name.casefold() == name.casefold()), None)
    if found is None:
        raise Http404
    return found
