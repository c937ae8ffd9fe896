"""Teams, people, systems, fields, boundaries and checks as one YAML file on standard output, as ``load`` takes it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from reconcile.configuration.dumping import dump
from reconcile.management.terminal import one_sentence_errors, refuse_in_one_sentence, say


class Command(BaseCommand):
    """``dump > FILE.yaml``."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        one_sentence_errors(parser)

    def handle(self, **_: Any) -> None:
        with refuse_in_one_sentence():
            text = dump()
        say(text.rstrip("\n"))
