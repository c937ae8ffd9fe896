"""Addresses of patterns."""

from django.urls import path

from reconcile.patterns.views import parts, patterns, shaping

urlpatterns = [
    path("checks/<int:check_id>/patterns/", parts.check_patterns, name="check_patterns"),
    path("patterns/", patterns.patterns, name="patterns"),
    path("patterns/<int:pattern_id>/", patterns.pattern, name="pattern"),
    path("patterns/<int:pattern_id>/records/", patterns.records, name="pattern_records"),
    path("patterns/<int:pattern_id>/name/", shaping.name, name="pattern_name"),
    path("patterns/<int:pattern_id>/event/", shaping.event, name="pattern_event"),
    path("patterns/<int:pattern_id>/words/", shaping.words, name="pattern_words"),
    path("patterns/<int:pattern_id>/split/", shaping.split, name="pattern_split"),
    path("patterns/<int:pattern_id>/merge/", shaping.merge, name="pattern_merge"),
    path("patterns/<int:pattern_id>/unmerge/", shaping.unmerge, name="pattern_unmerge"),
]
