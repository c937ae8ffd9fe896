"""The tokens with which one's programs read."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from ownership.forms.directory import TokenForm
from ownership.models import ApiToken
from ownership.queries import directory
from ownership.services import tokens as services
from ownership.services.defining import Refused
from ownership.views.asking import person_of


@never_cache
@sensitive_variables("text")
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List the tokens of whoever is signed in; make one and show it, this once."""
    person = person_of(request)
    form = TokenForm(request.POST if request.method == "POST" else None)
    made, text = None, ""
    if form.is_bound and form.is_valid():
        try:
            made, text = services.make(person=person, name=form.cleaned_data["name"])
            form = TokenForm()
        except Refused as refused:
            form.add_error("name", refused.sentence)
    context = {
        "form": form,
        "made": made,
        "text": text,
        "tokens": directory.tokens_of(person),
        "most": services.MOST,
        "api": request.build_absolute_uri("/api/ownership/fields"),
    }
    return render(request, "ownership/tokens.html", context, status=400 if form.errors else 200)


@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """End one of one's own tokens; others are not there."""
    try:
        token = services.revoke(person=person_of(request), token_id=token_id)
    except (ApiToken.DoesNotExist, OverflowError) as missing:
        raise Http404 from missing
    messages.success(request, f"The token for {token.name} is revoked: nobody reads with it any more.")
    return redirect("tokens")
