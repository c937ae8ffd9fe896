"""Every address there is."""

from django.urls import include, path

from ownership import api
from ownership.admin import administration

urlpatterns = [
    path("", include("reconcile.dashboard.urls")),
    path("", include("ownership.urls")),
    path("", include("reconcile.demo.urls")),
    path("", include("reconcile.exports.urls")),
    path("", include("reconcile.checks.urls")),
    path("", include("reconcile.patterns.urls")),
    path("", include("reconcile.configuration.urls")),
    # After configuration, whose addresses are more particular.
    path("", include("boundaries.urls")),
    path("admin/", administration.urls),
    path("api/", api.urls),
]

handler500 = "reconcile.errors.server_error"
