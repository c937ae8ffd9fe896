"""Prints the link of the first start."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.urls import reverse

from ownership.services import people as services


class Command(BaseCommand):
    """Prints where the first administrator says who they are; nothing once there is a person."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", required=True, help="where the app answers, such as http://127.0.0.1:8000")

    def handle(self, *, address: str, **_: Any) -> None:
        token = services.welcome_token()
        if token:
            self.stdout.write(address.rstrip("/") + reverse("welcome", args=[token]))
