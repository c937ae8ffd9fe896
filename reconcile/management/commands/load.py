"""Teams, people, systems, fields, boundaries and checks from one YAML file: all of it, or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ownership.wording import number, plural
from reconcile.configuration.applying import Loaded, apply
from reconcile.configuration.reading import read
from reconcile.configuration.refusals import Refused
from reconcile.configuration.shape import SECTIONS, wanted
from reconcile.management.terminal import leave, one_sentence_errors, refuse_in_one_sentence, say


class Command(BaseCommand):
    """``load FILE.yaml``: exit 0 loaded (also when nothing changed), 2 refused, with the path of the place."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        one_sentence_errors(parser)
        parser.add_argument("file", metavar="FILE", help="a YAML file, as dump writes it")
        parser.add_argument("--only", metavar="SECTIONS", default="", help=f"of these sections: {','.join(SECTIONS)}")

    def handle(self, *, file: str, only: str, **_: Any) -> None:
        with refuse_in_one_sentence():
            try:
                asked = wanted(read(Path(file)), _sections(only))
                loaded = apply(asked, reason=f"Loaded from {Path(file).name}.")
            except Refused as refusal:
                leave(str(refusal))
        say(_told(loaded))
        left_out = (*asked.left_out, *loaded.left_out)
        if left_out:
            say(f"Left out: {', '.join(left_out)}.")


def _sections(only: str) -> tuple[str, ...]:
    named = tuple(name.strip() for name in only.split(",") if name.strip())
    for name in named:
        if name not in SECTIONS:
            sentence = f"There is no section {name} to load; there are {', '.join(SECTIONS)}."
            raise Refused(sentence)
    return named


def _told(loaded: Loaded) -> str:
    if not (loaded.added or loaded.changed):
        return f"Nothing to change: {plural(loaded.unchanged, 'entry is', 'entries are')} as the file says."
    return f"{number(loaded.added)} added, {number(loaded.changed)} changed, {number(loaded.unchanged)} unchanged."
