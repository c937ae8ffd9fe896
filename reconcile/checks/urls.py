"""Addresses of checks: making, keeping and running them."""

from django.urls import path

from reconcile.checks.views import checks, downloads, drafts, fields, records, runs, to_registry, trying_rules

urlpatterns = [
    path("checks/", checks.checks, name="checks"),
    path("checks/<int:check_id>/", checks.check, name="check"),
    path("checks/<int:check_id>/edit/", checks.edit, name="check_edit"),
    path("checks/<int:check_id>/fields-to-ownership/", to_registry.to_registry, name="uses_from_check"),
    path("checks/<int:check_id>/run/", checks.run, name="check_run"),
    path("ownership/fields/<int:field_id>/try/", trying_rules.try_rule, name="try_rule"),
    path("runs/<int:run_id>/", runs.run, name="run"),
    path("runs/<int:run_id>/records/<int:mismatch_id>/", records.record, name="record"),
    path("runs/<int:run_id>/mismatches.<str:form>", downloads.run_download, name="run_download"),
    path("runs/<int:run_id>/progress/", runs.run_progress, name="run_progress"),
    path("runs/<int:run_id>/cancel/", runs.run_cancel, name="run_cancel"),
    path("runs/<int:run_id>/confirm/", runs.run_confirm, name="run_confirm"),
    path("runs/<int:run_id>/again/", runs.run_again, name="run_again"),
    path("checks/new/", drafts.new, name="check_new"),
    path("checks/new/<uuid:draft_id>/", drafts.draft, name="draft"),
    path("checks/new/<uuid:draft_id>/waiting/", drafts.waiting, name="draft_waiting"),
    path("checks/new/<uuid:draft_id>/files/", drafts.files, name="draft_files"),
    path("checks/new/<uuid:draft_id>/about/", drafts.about, name="draft_about"),
    path("checks/new/<uuid:draft_id>/run/", drafts.run, name="draft_run"),
    path("checks/new/<uuid:draft_id>/discard/", drafts.discard, name="draft_discard"),
    path("checks/new/<uuid:draft_id>/restore/", drafts.restore, name="draft_restore"),
    path("checks/new/<uuid:draft_id>/preview/", fields.preview, name="draft_preview"),
    path("checks/new/<uuid:draft_id>/key/", fields.key, name="draft_key"),
    path("checks/new/<uuid:draft_id>/key/<int:number>/", fields.take_key, name="draft_take_key"),
    path("checks/new/<uuid:draft_id>/key/fold/", fields.fold, name="draft_fold"),
    path("checks/new/<uuid:draft_id>/fields/", fields.add, name="draft_add"),
    path("checks/new/<uuid:draft_id>/fields/all/", fields.add_all, name="draft_add_all"),
    path("checks/new/<uuid:draft_id>/fields/none/", fields.remove_all, name="draft_remove_all"),
    path("checks/new/<uuid:draft_id>/fields/back/", fields.put_back, name="draft_put_back"),
    path("checks/new/<uuid:draft_id>/fields/<slug:field_id>/", fields.field, name="draft_field"),
    path("checks/new/<uuid:draft_id>/fields/<slug:field_id>/comparison/", fields.comparison, name="draft_comparison"),
    path("checks/new/<uuid:draft_id>/fields/<slug:field_id>/columns/", fields.columns, name="draft_columns"),
    path("checks/new/<uuid:draft_id>/fields/<slug:field_id>/words/", fields.words, name="draft_words"),
    path("checks/new/<uuid:draft_id>/fields/<slug:field_id>/remove/", fields.remove, name="draft_remove"),
]
