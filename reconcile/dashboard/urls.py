"""Addresses of the pages people come back to."""

from django.urls import path

from reconcile.dashboard import parts, views

urlpatterns = [
    path("", views.home, name="home"),
    path("find/", views.palette, name="palette"),
    path("_parts/", parts.parts, name="parts"),
]
