"""Addresses where the table of fields comes in and goes out as a file."""

from django.urls import path

from reconcile.configuration.views import downloads, sheets

urlpatterns = [
    path("ownership/fields.<str:form>", downloads.fields, name="ownership_download"),
    path("ownership/import/", sheets.bring, name="ownership_import"),
    path("ownership/import/<int:sheet_id>/", sheets.preview, name="ownership_import_preview"),
    path("ownership/import/<int:sheet_id>/unclear.csv", sheets.unclear, name="ownership_import_unclear"),
]
