"""How commands speak: one sentence for what went wrong, one line for what is going on."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from types import TracebackType
from typing import NoReturn, Self

from reconcile.engine import EngineError

_ERROR = 2
_INTERRUPTED = 130
_LINE = 78


@contextlib.contextmanager
def refuse_in_one_sentence() -> Iterator[None]:
    """Whatever stops a command becomes one sentence on standard error and exit code 2, never a traceback."""
    try:
        yield
    except EngineError as refusal:
        leave(str(refusal))
    except KeyboardInterrupt:
        leave("Stopped; nothing was written.", _INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the contract: never a traceback
        first_line = next(iter(str(error).splitlines()), "")
        leave(f"This should not have happened ({type(error).__name__}: {first_line}). The files were not changed.")


def leave(sentence: str, code: int = _ERROR) -> NoReturn:
    """End the command with one sentence on standard error."""
    sys.stderr.write(sentence + "\n")
    sys.exit(code)


def say(text: str) -> None:
    """Print to standard output; a reader that went away (``| head``) has seen enough."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def one_sentence_errors(parser: ArgumentParser) -> None:
    """Make a parser refuse wrong options in one sentence instead of a page of usage."""

    def refuse(message: str) -> NoReturn:
        leave(f"{message[:1].upper()}{message[1:]}. See --help.")

    parser.error = refuse  # type: ignore[method-assign]


class Progress:
    """One line on a terminal that says the step and the time so far; silent anywhere else. ``with`` it."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._shown:
            sys.stderr.write("\r" + " " * _LINE + "\r")
            sys.stderr.flush()

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show one step; ``done`` and ``total`` are rows, 0 where unknown."""
        if self._shown:
            rows = f", {done:,} of {total:,} rows" if done else f", {total:,} rows" if total else ""
            line = f"{step}{rows}, {time.monotonic() - self._started:.0f} s"
            sys.stderr.write("\r" + line[:_LINE].ljust(_LINE))
            sys.stderr.flush()
