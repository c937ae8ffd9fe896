"""Boundaries: steps, hand-offs, manual touches."""

from django.apps import AppConfig


class BoundariesConfig(AppConfig):
    """Where data begins, moves, changes shape, and who touches it."""

    name = "boundaries"
