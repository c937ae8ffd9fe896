"""People, teams, systems and record types, as administrators manage them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import DO_NOTHING, ForeignObjectRel
from django.http import Http404, HttpRequest, HttpResponse
from simple_history.admin import SimpleHistoryAdmin

from ownership.forms.people import NewPersonForm
from ownership.models import Person, RecordType, System, Team

View = Callable[..., HttpResponse]


class Administration(admin.AdminSite):
    """Django's administration behind our own sign-in; to everybody but administrators it is not there.

    Imported by the project's addresses, not discovered at start-up: management commands then start without its forms
    and widgets, and packages register nothing of theirs beside ours.
    """

    site_header = site_title = "Reconcile administration"
    index_title = "What administrators look after"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._hide_from(request)
        answer: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return answer

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # type: ignore[override]  # noqa: FBT001, FBT002
        shown = super().admin_view(view, cacheable)

        @wraps(shown)
        def hidden(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            self._hide_from(request)
            return shown(request, *args, **kwargs)

        return hidden

    def _hide_from(self, request: HttpRequest) -> None:
        if request.user.is_authenticated and not self.has_permission(request):
            raise Http404


class ReadOnlyHistory(SimpleHistoryAdmin):
    """Shows what was changed and takes nothing back."""

    def history_form_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        # The package's page for an old version takes a POST and saves it, even with reverting switched off.
        raise Http404


class PersonAdmin(ReadOnlyHistory, UserAdmin):  # type: ignore[type-arg]
    """Add people, set their role, stop them from signing in. Nobody is deleted: what they did stays readable."""

    add_form = NewPersonForm
    list_display = ("name", "email", "role", "team", "is_active", "last_login")
    list_filter = ("role", "team", "is_active")
    list_select_related = ("team",)
    search_fields = ("name", "email")
    ordering = ("name", "email")
    filter_horizontal = ()
    readonly_fields = ("last_login", "joined_at")
    fieldsets = (
        (None, {"fields": ("email", "name", "role", "team", "is_active", "password", "joined_at", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "role", "team", "password1", "password2")}),)

    def has_delete_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:  # noqa: ARG002
        return False


class OwningAdmin(ReadOnlyHistory):
    """Add and rename; delete only what nothing refers to, so that no check loses its team or system unnoticed."""

    search_fields = ("name",)
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Team | System | RecordType | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not _referred_to(obj))


class TeamAdmin(OwningAdmin):
    """A name, and who leads it."""

    fields = ("name", "lead")
    list_display = ("name", "lead")
    list_select_related = ("lead",)


class SystemAdmin(OwningAdmin):
    """A name, and the team that owns it."""

    fields = ("name", "owner")
    list_display = ("name", "owner")
    list_select_related = ("owner",)


class RecordTypeAdmin(OwningAdmin):
    """Its system, its name and what it is."""

    fields = ("system", "name", "means")
    list_display = ("name", "system", "means")
    list_filter = ("system",)
    list_select_related = ("system",)


def _referred_to(thing: Team | System | RecordType) -> bool:
    """Whether a row of any table points to ``thing``; which tables there are is not for this app to know."""
    # Rules name teams and record types by relations that have no way back: those are hidden ones.
    pointing = thing._meta.get_fields(include_hidden=True)  # noqa: SLF001 - Django's public _meta
    return any(
        related.related_model._base_manager.filter(**{related.field.name: thing}).exists()  # noqa: SLF001
        for related in pointing
        if isinstance(related, ForeignObjectRel) and related.on_delete not in {None, DO_NOTHING}
    )


administration = Administration()
administration.register(Person, PersonAdmin)
administration.register(Team, TeamAdmin)
administration.register(System, SystemAdmin)
administration.register(RecordType, RecordTypeAdmin)
