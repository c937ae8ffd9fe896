"""People, as administrators manage them."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from ownership.forms import NewPersonForm
from ownership.models import Person

# Imported by the project's addresses, not discovered at start-up: management commands then start without the forms and
# widgets of the administration, and packages register nothing of theirs beside ours.
administration = admin.site
administration.site_header = "Reconcile administration"
administration.site_title = "Reconcile administration"
administration.index_title = "What administrators look after"
administration.login = secure_admin_login(administration.login)  # type: ignore[method-assign]
administration.unregister(Group)


@admin.register(Person)
class PersonAdmin(SimpleHistoryAdmin, UserAdmin):
    """Add people, set their role, stop them from signing in. Nobody is deleted: what they did stays readable."""

    add_form = NewPersonForm
    list_display = ("name", "email", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("name", "email")
    ordering = ("name", "email")
    filter_horizontal = ()
    readonly_fields = ("last_login", "joined_at")
    fieldsets = ((None, {"fields": ("email", "name", "role", "is_active", "password", "joined_at", "last_login")}),)
    add_fieldsets = ((None, {"fields": ("email", "name", "role", "password1", "password2")}),)
    history_list_display = ("role", "is_active")

    def has_delete_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:  # noqa: ARG002
        return False
