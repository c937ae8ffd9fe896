"""Addresses where the table of fields comes in and goes out as a file."""

from django.urls import path

from reconcile.configuration.views import downloads

urlpatterns = [
    path("ownership/fields.<str:form>", downloads.fields, name="ownership_download"),
]
