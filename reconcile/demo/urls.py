"""Addresses of the example."""

from django.urls import path

from reconcile.demo import views

urlpatterns = [
    path("example/remove/", views.remove, name="example_remove"),
]
