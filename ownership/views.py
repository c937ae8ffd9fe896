"""Pages about who owns what."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ownership import services
from ownership.forms import FirstAdministratorForm

BACKEND = f"{AuthenticationBackend.__module__}.{AuthenticationBackend.__qualname__}"


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
        )
    except services.WelcomeOverError:
        return render(request, "ownership/welcome_over.html", status=404)
    login(request, person, backend=BACKEND)
    return redirect("home")
