"""Addresses of uploads and snapshots."""

from django.urls import path

from reconcile.exports.views import snapshots, uploads

urlpatterns = [
    path("snapshots/", snapshots.snapshots, name="snapshots"),
    path("snapshots/<int:snapshot_id>/", snapshots.snapshot, name="snapshot"),
    path("snapshots/<int:snapshot_id>/preview/", snapshots.snapshot_preview, name="snapshot_preview"),
    path("snapshots/<int:snapshot_id>/read-again/", snapshots.snapshot_read_again, name="snapshot_read_again"),
    path("snapshots/<int:snapshot_id>/rejected.csv", snapshots.snapshot_rejected, name="snapshot_rejected"),
    path("snapshots/<int:snapshot_id>/original/", snapshots.snapshot_original, name="snapshot_original"),
    path("uploads/", uploads.uploads, name="uploads"),
    path("uploads/<uuid:upload_id>/", uploads.upload, name="upload"),
    path("uploads/<uuid:upload_id>/finish/", uploads.upload_finish, name="upload_finish"),
]
