"""Pages about who owns what."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ownership.forms.people import FirstAdministratorForm
from ownership.queries import people as queries
from ownership.services import people as services

THIS_MACHINE = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})
BACKEND = f"{AuthenticationBackend.__module__}.{AuthenticationBackend.__qualname__}"


class SignIn(LoginView):
    """Sign in by e-mail address and password; where there is an example, also as one of its people."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        example = _offers_the_example(self.request) and bool(queries.example_people())
        return {**super().get_context_data(**kwargs), "example": example}


@login_not_required
@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Let the holder of the first start's link become the first administrator."""
    try:
        services.check_welcome(token)
        form = FirstAdministratorForm(request.POST or None)
        if not form.is_valid():
            return render(request, "ownership/welcome.html", {"form": form})
        person = services.create_first_administrator(
            token=token,
            email=form.cleaned_data["email"],
            name=form.cleaned_data["name"],
            password=form.cleaned_data["password1"],
            team=form.cleaned_data["team"],
        )
    except services.WelcomeOverError:
        return render(request, "ownership/welcome_over.html", status=404)
    login(request, person, backend=BACKEND)
    return redirect("home")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_as(request: HttpRequest) -> HttpResponse:
    """Let somebody at this machine look at the example through the eyes of one of its people; 404 without any."""
    people = queries.example_people()
    if not people or not _offers_the_example(request):
        raise Http404
    if request.method != "POST":
        return render(request, "ownership/sign_in_as.html", {"people": people})
    chosen = next((one.person for one in people if str(one.person.pk) == request.POST.get("person")), None)
    if chosen is None:
        raise Http404
    login(request, chosen, backend=BACKEND)
    return redirect("home")


def _offers_the_example(request: HttpRequest) -> bool:
    """No password stands between a browser and the example's people: only one on this very machine gets them."""
    return bool(settings.EMBEDDED) and request.META.get("REMOTE_ADDR") in THIS_MACHINE
