"""Tracks for lines that run beside each other: none shares one with another it would touch."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[int, int]


def lowest_free(taken: list[list[Span]], span: Span, *, apart: int = 0) -> int:
    """Return the first track on which nothing is within ``apart`` of ``span``, and take it; add one if none is free."""
    return _take(taken, span, range(len(taken)), apart)


def highest_free(taken: list[list[Span]], span: Span, *, apart: int = 0) -> int:
    """The same from the other side."""
    return _take(taken, span, reversed(range(len(taken))), apart)


def _take(taken: list[list[Span]], span: Span, order: Iterable[int], apart: int) -> int:
    for track in order:
        if all(span[0] > end + apart or span[1] < begin - apart for begin, end in taken[track]):
            taken[track].append(span)
            return track
    taken.append([span])
    return len(taken) - 1
