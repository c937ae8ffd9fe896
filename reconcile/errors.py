"""What a browser gets when something broke on our side."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Say so, with the id under which the log has the reason. Reads nothing: the database may be what broke."""
    return render(None, "500.html", {"request_id": request.META.get("REQUEST_ID", "")}, status=500)
