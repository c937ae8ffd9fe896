"""Taking the example away, from any page that shows it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from ownership.models import Person
from ownership.permissions import may_remove_example
from reconcile.demo import removing

LEADS_ONLY = "The example is removed by an administrator or the lead of a team."
GONE = "The example is gone. In the folder of Reconcile, ./run manage demo load brings it back."


@transaction.non_atomic_requests
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Remove the example whole; whoever was somebody of it is signed out."""
    assert isinstance(request.user, Person)  # noqa: S101 - for the types: whoever is not signed in never gets here
    if not may_remove_example(request.user):
        raise PermissionDenied(LEADS_ONLY)
    removing.remove()
    if request.user.is_demo:
        logout(request)
    messages.success(request, GONE)
    return redirect("home")
