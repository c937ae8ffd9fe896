"""Addresses of the pages people come back to."""

from django.urls import path

from reconcile.dashboard import views

urlpatterns = [path("", views.home, name="home")]
