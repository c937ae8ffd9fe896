"""Addresses of boundaries and their maps. Those of files in YAML are `reconcile.configuration`'s."""

from django.urls import path

from boundaries.views import editor, exports, guided, history, listing, page, ready

urlpatterns = [
    path("boundaries/", listing.boundaries, name="boundaries"),
    path("boundaries/new/", listing.new, name="boundary_new"),
    path("boundaries/removed/", listing.removed, name="boundaries_removed"),
    path("boundaries/<slug:slug>/", page.boundary, name="boundary"),
    path("boundaries/<slug:slug>/bring-back/", history.bring_back, name="boundary_bring_back"),
    path("boundaries/<slug:slug>/draw/", editor.draw, name="boundary_draw"),
    path("boundaries/<slug:slug>/edit/", editor.edit, name="boundary_edit"),
    path("boundaries/<slug:slug>/history/", history.history, name="boundary_history"),
    path("boundaries/<slug:slug>/map.bpmn", exports.bpmn, name="boundary_bpmn"),
    path("boundaries/<slug:slug>/map.mmd", exports.mermaid, name="boundary_mermaid"),
    path("boundaries/<slug:slug>/map.svg", exports.svg, name="boundary_svg"),
    path("boundaries/<slug:slug>/presence/", editor.presence, name="boundary_presence"),
    path("boundaries/<slug:slug>/ready/", ready.ready, name="boundary_ready"),
    path("boundaries/<slug:slug>/redo/", editor.redo, name="boundary_redo"),
    path("boundaries/<slug:slug>/remove/", history.remove, name="boundary_remove"),
    path("boundaries/<slug:slug>/restore/", history.restore, name="boundary_restore"),
    path("boundaries/<slug:slug>/undo/", editor.undo, name="boundary_undo"),
    path("boundaries/<slug:slug>/which/", guided.which, name="boundary_which"),
]
