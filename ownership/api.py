"""What programs may ask: the registry, to read. Every answer is JSON, a refusal is a sentence in ``detail``.

Asked with a token (``Authorization: Bearer``) or from the browser of somebody who is signed in. It tells what fields
are and what teams agreed; never values of records, nor what teams answer while a round of claims is open.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Literal

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from ninja import Field as Described
from ninja import NinjaAPI, Query, Schema
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import APIKeyCookie, HttpBearer

from ownership import api_shapes as shapes
from ownership.models import Person
from ownership.queries import api as queries
from ownership.services import tokens

View = Callable[..., HttpResponse]

log = logging.getLogger("ownership.api")

MOST_AT_ONCE = 500
LONGEST = 200
WHERE = "What can be asked is described in /api/docs."
NOT_KNOWN = (
    "This needs a token that is in use, sent as “Authorization: Bearer …”. Everybody who signs in makes tokens of "
    "their own under “API tokens”, in the menu behind their name."
)


class ByToken(HttpBearer):
    """A token of somebody who may still sign in."""

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:  # noqa: ARG002 - the package's signature
        return tokens.reader(token.strip())


class BySession(APIKeyCookie):
    """The browser of somebody who is signed in, unless it sends a token: then that alone counts."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Person | None:  # noqa: ARG002
        if request.headers.get("Authorization"):
            return None
        return request.user if isinstance(request.user, Person) and request.user.is_active else None


api = NinjaAPI(
    title="Reconcile",
    version="1",
    description="Who owns which field, and which record wins: the registry, to read.",
    auth=[ByToken(), BySession(csrf=False)],
    urls_namespace="api",
)


class Asked(Schema):
    """What the list is narrowed by."""

    subject: str = Described("", max_length=LONGEST, description="Only fields of this subject, whatever its case.")
    system: str = Described("", max_length=LONGEST, description="Only fields that this system stores.")
    owner: str = Described("", max_length=LONGEST, description="Only fields that this team owns.")
    state: Literal["", "draft", "proposed", "disputed", "agreed"] = Described(
        "", description="Only fields whose newest version stands there."
    )
    q: str = Described("", max_length=LONGEST, description="Only fields with these words in name, subject or meaning.")
    limit: int = Described(100, ge=1, le=MOST_AT_ONCE, description="How many fields at most.")
    offset: int = Described(0, ge=0, le=2**31 - 1, description="How many fields to leave out at the beginning.")


@api.get(
    "/ownership/fields",
    response={200: shapes.Fields, 401: shapes.Refusal, 422: shapes.Refusal},
    summary="Fields, a page at a time",
    tags=["Ownership"],
    url_name="fields",
)
def fields(request: HttpRequest, asked: Query[Asked]) -> Any:
    """Every field of the registry that is asked for, in order of subject and name."""
    chosen = queries.fields(queries.Asked(asked.subject, asked.system, asked.owner, asked.state, _printable(asked.q)))
    there = queries.page(chosen, limit=asked.limit, offset=asked.offset)
    return {
        "count": chosen.count(),
        "limit": asked.limit,
        "offset": asked.offset,
        "fields": [shapes.field(one, request.build_absolute_uri) for one in there],
    }


@api.get(
    "/ownership/fields/{path:name}",
    response={200: shapes.Field, 401: shapes.Refusal, 404: shapes.Refusal},
    summary="One field, by its name",
    tags=["Ownership"],
    url_name="field",
)
def field(request: HttpRequest, name: str) -> Any:
    """The field of that name, whatever its case: what it is, what is in force, and what people work on."""
    found = queries.field_called(name)
    if found is None:
        message = f"There is no field called {name[:LONGEST]}. /api/ownership/fields lists all."
        raise Http404(message)
    return shapes.field(found, request.build_absolute_uri)


@api.exception_handler(AuthenticationError)
def _not_known(request: HttpRequest, refusal: AuthenticationError) -> HttpResponse:  # noqa: ARG001
    return _said(401, NOT_KNOWN, {"WWW-Authenticate": 'Bearer realm="Reconcile"'})


@api.exception_handler(Http404)
def _not_there(request: HttpRequest, missing: Http404) -> HttpResponse:  # noqa: ARG001
    return _said(404, str(missing) or f"There is nothing at this address. {WHERE}")


@api.exception_handler(ValidationError)
def _not_understood(request: HttpRequest, refusal: ValidationError) -> HttpResponse:  # noqa: ARG001
    return _said(422, " ".join(_sentence(error) for error in refusal.errors))


@api.exception_handler(Exception)
def _broken(request: HttpRequest, fault: Exception) -> HttpResponse:
    log.error("an answer of the API failed", exc_info=fault)
    number = request.META.get("REQUEST_ID", "")
    return _said(500, f"Something broke on our side. The log has the reason under {number or 'this moment'}.")


def _sentence(error: Mapping[str, Any]) -> str:
    """One fault in what was asked, as a sentence that names the parameter."""
    name = str(error["loc"][-1])
    about = error.get("ctx", {})
    said = {
        "literal_error": f"is one of {str(about.get('expected', '')).removeprefix(repr('') + ', ')}",
        "string_too_long": f"has at most {about.get('max_length')} characters",
        "greater_than_equal": f"is at least {about.get('ge')}",
        "less_than_equal": f"is at most {about.get('le')}",
        "int_parsing": "is a whole number",
    }.get(error["type"])
    return f"The parameter {name} {said or 'is not understood'}."


def _printable(text: str) -> str:
    """What is searched for, without characters no database keeps."""
    return "".join(character for character in text if character.isprintable())


def _said(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
    return JsonResponse({"detail": sentence}, status=status, headers=dict(headers or {}))


def _for_programs(view: View) -> View:
    """Let the API ask by itself who it is, instead of sending a program to the sign-in page."""

    @login_not_required
    @csrf_exempt
    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        if answer.status_code != 405:
            return answer
        return _said(405, "This address is only for reading: ask with GET.", {"Allow": answer["Allow"]})

    return asked


def described(request: HttpRequest) -> HttpResponse:
    """The description of the API that programs read (OpenAPI)."""
    if not any(way(request) for way in (ByToken(), BySession(csrf=False))):
        return _not_known(request, AuthenticationError())
    return JsonResponse(api.get_openapi_schema())


@login_not_required
@csrf_exempt
def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:  # noqa: ARG001
    """Whatever else is asked of the API is not there."""
    return _not_there(request, Http404())


def _urls() -> list[URLPattern]:
    """The package's addresses: the page for people behind our sign-in, the rest open to programs."""
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    asked = {pattern.name: pattern for pattern in patterns if pattern.name not in {"api-root", "openapi-json"}}
    docs = asked.pop("openapi-view")
    return [
        docs,
        path("openapi.json", _for_programs(described), name="openapi-json"),
        *(path(str(one.pattern), _for_programs(one.callback), name=one.name) for one in asked.values()),
        path("", nothing, name="api-root"),
        path("<path:rest>", nothing),
    ]


urls = (_urls(), "ninja", "api")
