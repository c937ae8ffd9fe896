"""The example: two systems, eight weeks, three people to look at them as."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from ownership.queries.people import anyone_there
from reconcile.demo import loading, progress, removing
from reconcile.demo.progress import Mark
from reconcile.demo.story import WEEKS
from reconcile.management.terminal import leave, one_sentence_errors, refuse_in_one_sentence, say

NOT_HERE = "The example belongs on a machine of one's own; on a company's servers it is not loaded."


class Command(BaseCommand):
    """``demo load|remove|status``: loading goes on where an earlier one was ended."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        one_sentence_errors(parser)
        parser.add_argument("what", choices=("load", "remove", "status"))
        parser.add_argument(
            "--first-start", action="store_true", help="load only where nothing was ever loaded, removed or left out"
        )

    def handle(self, *, what: str, first_start: bool, **_: Any) -> None:
        with refuse_in_one_sentence():
            if what == "load":
                _load(first_start=first_start)
            elif what == "remove":
                removing.remove()
                say("The example is gone.")
            else:
                say(_status())


def _load(*, first_start: bool) -> None:
    if first_start and not _wanted():
        return
    if settings.HTTPS:
        leave(NOT_HERE)
    with progress.alone(wait=False) as mine:
        if not mine:
            leave("The example is being loaded or removed already.")
        try:
            loading.load(say=_quiet if first_start else say)
        except loading.Stopped:
            leave("The example was removed meanwhile.")
        except loading.LoadingFailed as failed:
            leave(str(failed))
    if not first_start:
        say(_status())


def _wanted() -> bool:
    """Whether this is the first start, or the one after a start during which the loading was ended."""
    mark = progress.mark()
    return bool(settings.EMBEDDED) and (mark == Mark.LOADING or (mark == Mark.NONE and not anyone_there()))


def _status() -> str:
    weeks = loading.weeks_loaded()
    if weeks == WEEKS:
        return f"The example is loaded: {WEEKS} weeks."
    return f"The example has {weeks} of {WEEKS} weeks." if weeks else "There is no example."


def _quiet(step: str) -> None:
    """Where the app starts, its own lines are enough."""
