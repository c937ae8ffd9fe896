"""People, and later teams, systems, fields and rules: who owns what."""

from django.apps import AppConfig


class OwnershipConfig(AppConfig):
    """Who owns what."""

    name = "ownership"
