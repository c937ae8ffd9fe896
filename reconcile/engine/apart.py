"""Doing one piece of work in a forked process beside our own, so that both sides are read at the same time."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TypeVar

from reconcile.engine.isolation import end_with_parent

T = TypeVar("T")


def both(here: Callable[[], T], beside: Callable[[], T]) -> tuple[T, T]:
    """The results of both; whatever either raises is raised here, ``here`` first.

    Raises MemoryError when the process beside ends without an answer: its limits are ours, and memory is what ends it.
    """
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(os.getpid(), beside, sending), daemon=True)
    process.start()
    sending.close()
    try:
        ours = here()
        theirs = receiving.recv()
    except EOFError:
        raise MemoryError from None
    finally:
        process.kill()
        process.join()
        receiving.close()
    if isinstance(theirs, BaseException):
        raise theirs
    return ours, theirs


def _answer(parent: int, work: Callable[[], T], sending: Connection) -> None:
    end_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        result: T | BaseException = work()
    except BaseException as error:  # noqa: BLE001 - it is raised again on the other side
        result = error
    with contextlib.suppress(BrokenPipeError):
        sending.send(result)
