"""Addresses where the table of fields, and maps, come in and go out as a file."""

from django.urls import path

from reconcile.configuration.views import boundary_list, downloads, maps, sheets

urlpatterns = [
    path("boundaries.<str:form>", boundary_list.download, name="boundaries_download"),
    path("boundaries/import/", maps.bring, name="boundary_import"),
    path("boundaries/<slug:slug>/map.yaml", maps.download, name="boundary_yaml"),
    path("ownership/fields.<str:form>", downloads.fields, name="ownership_download"),
    path("ownership/import/", sheets.bring, name="ownership_import"),
    path("ownership/import/<int:sheet_id>/", sheets.preview, name="ownership_import_preview"),
    path("ownership/import/<int:sheet_id>/unclear.csv", sheets.unclear, name="ownership_import_unclear"),
]
